"""A client of the control API without a socket, which holds every answer to its schema."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import urlencode

from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from pytest_backendless_mock import BackendlessServer
from pytest_backendless_mock.control import route, schema
from pytest_backendless_mock.control.app import ControlApp
from pytest_backendless_mock.control.applications import Applications, Parting
from pytest_backendless_mock.control.guard import Guard
from pytest_backendless_mock.control.hosted import DEFAULT, Plan
from pytest_backendless_mock.control.problem import Problem
from pytest_backendless_mock.control.table import ROUTES
from pytest_backendless_mock.http.recorder import Recorder
from pytest_backendless_mock.server.server import hosting
from pytest_backendless_mock.service.identity import API_KEY, APP_ID

START = "2030-01-07T08:30:00Z"
HOST = "127.0.0.1:2563"


class Said(NamedTuple):
    """An answer: its JSON, or its text where it is none."""

    status: int
    body: Any
    headers: Any

    @property
    def detail(self):
        return self.body["detail"]


class Tools:
    """A server that does not listen, asked in this process."""

    def __init__(
        self,
        *,
        guard: Guard | None = None,
        recorder: Recorder | None = None,
        parting: Parting | None = None,
        **plan: Any,
    ) -> None:
        self.server = BackendlessServer()
        first = Plan(**{"label": DEFAULT, "app_id": APP_ID, "api_keys": {"REST": API_KEY}, "seed": 0, **plan})
        self.applications = Applications(self.server, first, recorder, parting)
        self.control = ControlApp(self.applications, ROUTES, guard or Guard())
        self.client = Client(self.control)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.applications.end()
        self.applications.close()

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: Any
    ) -> Said:
        """Ask below ``/__mock__/``; a body goes as JSON, unless it is bytes."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        target = f"/__mock__/{path}" + (f"?{urlencode(query)}" if query else "")
        environ = EnvironBuilder(
            path=target, method=method, data=data, headers={"Host": HOST, **(headers or {})}
        ).get_environ()
        environ["REQUEST_URI"] = target
        parts, status, answered = run_wsgi_app(self.control, environ, buffered=True)
        said = Said(int(status.split()[0]), read(b"".join(parts), answered.get("Content-Type", "")), answered)
        check(method, path, said)
        return said

    def new(self, label: str = "a test", *, freeze: Any = START, **more: Any) -> App:
        body = {"label": label, **({} if freeze is None else {"freeze": freeze}), **more}
        return App(self, self.ask("POST", "apps", body).body)

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Said:
        """A request to the service, as the code under test sends it."""
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        environ = EnvironBuilder(path=path, method=method, headers=headers, **given).get_environ()
        parts, status, answered = run_wsgi_app(hosting(self.server), environ, buffered=True)
        return Said(int(status.split()[0]), json.loads(b"".join(parts)), answered)


class App:
    """An application, asked below its path."""

    def __init__(self, tools: Tools, described: dict[str, Any]) -> None:
        self.tools = tools
        self.described = described
        self.app_id = described["appId"]
        self.prefix = f"/{self.app_id}/{described['apiKey']}"

    @property
    def hosted(self):
        return self.tools.applications.find(self.app_id)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Said:
        return self.tools.ask(method, f"apps/{self.app_id}/{path}", body, **more)

    def post(self, path: str, **body: Any) -> Said:
        return self.ask("POST", path, body)

    def items(self, view: str, **query: Any) -> list[Any]:
        return self.ask("GET", view, **query).body["items"]

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> Said:
        return self.tools.send(method, f"{self.prefix}/{path}", body, **more)


def read(content: bytes, kind: str) -> Any:
    return json.loads(content) if kind.endswith("json") else content.decode()


def check(method: str, path: str, said: Said) -> None:
    """The answer satisfies its schema, which has all of its members."""
    name = schema_of(method, path.partition("?")[0], said.status)
    if name is None:
        return
    assert schema.violations(name, said.body) == [], name
    known = schema.schemas()[name].get("properties")
    assert known is None or said.body.keys() <= known.keys(), name


def schema_of(method: str, path: str, status: int) -> str | None:
    if method == "OPTIONS":
        return None
    try:
        found, _ = route.find(ROUTES, method, path.split("/"))
    except Problem:
        return "problem"
    if status == found.status:
        return found.response
    if status == 204:
        return None
    return (found.refusal or "problem") if status == 409 and found.refusal else "problem"
