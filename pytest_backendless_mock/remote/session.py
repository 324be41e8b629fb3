"""A test's application on a mock that runs elsewhere, from its beginning to its end, and the verdict on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ..http import har
from ..messaging.rules import Rules
from ..runtime.instant import to_datetime
from ..runtime.record import View
from ..service.identity import Identity
from ..service.verdict import warn_of
from ..testing import story
from .connection import quoted
from .record import read
from .server import RemoteServer, UnreachableError

Record = TypeVar("Record")
PAGE = 10_000
"""How many records are asked for in one go; the API gives no more."""


class Plan(NamedTuple):
    """What an application is made of; without an ``identity`` its id and key come of the label."""

    label: str
    rules: Rules = Rules()
    freeze: int | None = None
    """Where its clock stands, in microseconds since the epoch."""
    allow_unknown_requests: bool = False
    identity: Identity | None = None
    state: Mapping[str, Any] | None = None
    """What it begins with; its rules are among ``rules`` already."""

    def request(self) -> dict[str, Any]:
        """As ``POST apps`` has it; rules that are as they always are stay the server's to say."""
        default = Rules()
        told = {each.name: getattr(self.rules, each.name) for each in fields(Rules)}
        rules = {name: value for name, value in told.items() if value != getattr(default, name)}
        if self.allow_unknown_requests:
            rules["allow_unknown_requests"] = True
        body: dict[str, Any] = {"label": self.label, "door": "remote", "rules": rules}
        if self.freeze is not None:
            body["freeze"] = to_datetime(self.freeze).isoformat()
        if self.identity is not None:
            body |= {"appId": self.identity.app_id, "apiKeys": {"REST": self.identity.api_key}}
        if self.state is not None:
            body["state"] = {name: part for name, part in self.state.items() if name != "rules"}
        return body


class RemoteSession:
    """One application; ``base`` is what paths are relative to."""

    def __init__(self, server: RemoteServer, plan: Plan, *, base: Path, name: str = "backendless_mock") -> None:
        self.server = server
        self.name = name
        self.base = base
        self.described: Mapping[str, Any] = {}
        """As the mock describes it, from the beginning on."""
        self._plan = plan
        self._stage = "new"
        self._path = ""
        self._problems: list[str] = []
        self._hints: list[str] = []
        self._report = ""
        self._har: dict[str, Any] | None = None

    def open(self) -> None:
        """Have it made. Raises ``UnreachableError``, and ``ValueError`` for what cannot be meant."""
        self.described = self.server.ask("POST", "apps", self._plan.request()).value
        self._path = f"apps/{quoted(self.described['appId'])}"
        self._stage = "open"
        story.begin(self)

    @property
    def is_closed(self) -> bool:
        """Whether it was open, and is no more."""
        return self._stage == "closed"

    def record(self, _: object) -> None:
        """Have every request kept there, and the HAR of them here when it is over. Raises ``UnreachableError``."""
        self._har = self.har()

    def har(self) -> dict[str, Any]:
        """The requests, as HAR; where the application is gone those of before, if somebody had them kept."""
        if self._stage == "open":
            found: dict[str, Any] = self.ask("GET", "har")
            return found
        return self._har or har.log([], "the application is gone, and nobody had its requests kept")

    def ask(self, method: str, path: str, body: object = None, *, user_token: str | None = None, **query: Any) -> Any:
        """The answer of a route of the application. Raises as ``RemoteServer.ask``."""
        return self._ask(method, path, body, query, user_token)[1]

    def _ask(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, object] | None = None,
        user_token: str | None = None,
    ) -> tuple[bool, Any]:
        if self._stage != "open":
            raise RuntimeError(f"this needs an open mock, and backendless_mock is {self._stage}")
        headers = {} if user_token is None else {"user-token": user_token}
        return self.server.ask(method, f"{self._path}/{path}", body, query, headers)

    def items(self, view: str, **query: Any) -> list[Any]:
        """Everything in a view, in JSON."""
        items: list[Any] = []
        after = 0
        while True:
            page = self.ask("GET", view, **query, after=after, limit=PAGE)
            items += page["items"]
            after = page["next"]
            if len(page["items"]) < PAGE:
                return items

    def records(self, view: str, kind: type[Record], **query: Any) -> View[Record]:
        """Everything in a view, as a test holds it."""
        return View(read(kind, item) for item in self.items(view, **query))

    def check(self, expected: Mapping[str, Any]) -> dict[str, Any]:
        """What ``POST assert`` answers. Raises ``AssertionError`` with the mock's own text."""
        __tracebackhide__ = True
        holds, value = self._ask("POST", "assert", expected)
        if not holds:
            raise AssertionError(value["text"])
        answer: dict[str, Any] = value
        return answer

    def judge(self, warn: Callable[[Warning], object]) -> list[str]:
        """Return what fails the test, and pass the hints to ``warn``; each is told once."""
        if self._stage == "open":
            try:
                self._take(self._ask("POST", "verify", {})[1])
            except UnreachableError as error:
                self._problems.append(str(error))
        problems, hints = self._problems, self._hints
        self._problems, self._hints = [], []
        return [*problems, *warn_of(hints, warn)]

    def _take(self, verdict: Mapping[str, Any]) -> None:
        self._problems += verdict["problems"]
        self._hints += verdict["hints"]
        self._report = verdict["report"]

    def report(self, error: BaseException | None = None) -> str:  # noqa: ARG002 - whoever tells stories gives it
        """The timeline and the requests; the last there was, where the application is gone."""
        if self._stage == "open":
            try:
                self._report = str(self.ask("GET", "report")).rstrip("\n")
            except UnreachableError as unreachable:
                return str(unreachable)
        return self._report

    def close(self) -> None:
        """Have it taken away; the last verdict is kept for ``judge``. Twice is once."""
        if self._stage != "open":
            return
        try:
            if self._har is not None:
                self._har = self.har()
            self._take(self.server.ask("DELETE", self._path).value)
        except UnreachableError as error:
            self._problems.append(str(error))
        self._stage = "closed"
