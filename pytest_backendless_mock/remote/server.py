"""The mock that tests share, asked over its control API; what it refuses is raised as the fixture would raise it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ..messaging.errors import ERRORS, MessagingError
from .connection import FAILURES, Answer, Connection, silence, stranger

API = 1
"""The version of the control API that is spoken here."""
PATIENCE = 120.0
"""Real seconds that an answer is waited for: a long journey takes its time."""


class UnreachableError(ConnectionError):
    """Nobody answers, or none of ours, or not to us."""


class ConflictError(ValueError):
    """What cannot be done as things are."""


class RemoteServer:
    """A mock by the address of its server."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """Raises ``ValueError`` for what is no URL."""
        self._connection = Connection(url, token, patience=PATIENCE)
        self.url = self._connection.url

    def check(self) -> None:
        """Raise ``UnreachableError`` unless a mock answers that speaks our version of the API."""
        found = self.ask("GET", "").value
        api = found.get("api") if isinstance(found, dict) else None
        if api != API:
            raise UnreachableError(
                f"the mock at {self.url} speaks version {api} of the control API, not {API}: "
                "install the same pytest-backendless-mock here and there"
            )

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer of a route below ``/__mock__/``.

        Raises ``UnreachableError``; ``MessagingError`` for what the service refuses; ``ConflictError`` and
        ``ValueError`` for what the mock does.
        """
        try:
            reply = self._connection.exchange(method, path, body, query, headers)
        except FAILURES as error:
            raise UnreachableError(
                f"{silence(self.url, error)}. Start one there with `backendless-mock serve`, "
                "or leave --backendless-mock-url out: then it runs in this process"
            ) from None
        if reply.status < HTTPStatus.BAD_REQUEST and not reply.is_json:
            return Answer(holds=True, value=reply.text)
        try:
            value = json.loads(reply.text)
            detail = "" if reply.status < HTTPStatus.BAD_REQUEST else str(value["detail"])
            holds = not isinstance(value, dict) or value.get("ok") is not False
        except (ValueError, TypeError, KeyError):
            raise UnreachableError(stranger(self.url, reply)) from None
        if detail and holds:
            raise _refusal(self.url, reply.status, detail, value)
        return Answer(holds, value)


def _refusal(url: str, status: int, detail: str, problem: Mapping[str, Any]) -> Exception:
    """What is raised for a problem of the control API."""
    if "code" in problem:
        return _messaging_error(problem["code"], problem["message"], detail)
    if status == HTTPStatus.CONFLICT:
        return ConflictError(detail)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        errors = [(each["path"].removeprefix("$").removeprefix("."), each["message"]) for each in problem["errors"]]
        return ValueError("; ".join(f"{path}: {message}" if path else message for path, message in errors))
    if status == HTTPStatus.UNAUTHORIZED:
        return UnreachableError(
            f"the mock at {url} wants its token: set the variable BACKENDLESS_MOCK_TOKEN to what it was started with"
        )
    return UnreachableError(f"the mock at {url} says: {detail}")


def _messaging_error(code: int, message: str, told: str) -> MessagingError:
    """The service's own error, with what its reader was told besides."""
    kind = ERRORS[code]
    error = kind.__new__(kind, message)
    error.message = message
    _, _, detail = told.partition(f"{code} {message} (")
    error.detail = detail.removesuffix(")")
    return error
