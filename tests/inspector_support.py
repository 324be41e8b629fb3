"""The inspector as people have it: a server of its own process, and its page in a browser."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from urllib.parse import quote, urlencode, urlsplit

from mock_support import WATCHDOG

START = "2030-01-07T08:30:00Z"


def asked(method, url, body=None, **headers):
    """What is answered, as JSON where it is some, whatever its status."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=WATCHDOG) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode()
    return json.loads(text) if text.startswith(("{", "[")) else text


class MockProcess:
    """``backendless-mock serve``, until it is closed."""

    def __init__(self, *flags, port=0, **env):
        command = [sys.executable, "-m", "pytest_backendless_mock", "serve", "--port", str(port), "--json"]
        self._process = subprocess.Popen(
            [*command, "--until-stdin-closes", *flags],
            env=env or None,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.described = json.loads(self._process.stdout.readline())
        self.url = self.described["mockUrl"]
        self.port = urlsplit(self.url).port

    def make(self, label, **options):
        """Another application, whose clock stands at the start."""
        return App(self, asked("POST", f"{self.url}/__mock__/apps", {"label": label, "freeze": START, **options}))

    def close(self):
        self._process.communicate(timeout=WATCHDOG)


class App:
    """An application, asked as its clients and as tools do."""

    def __init__(self, mock, described):
        self.mock = mock
        self.described = described
        self.url = described["url"]
        self.app_id = described["appId"]
        self.control = f"{mock.url}/__mock__/apps/{self.app_id}"

    def publish(self, channel="news", message="hello", **more):
        """The id of a message that a client published over HTTP, or the error that it was answered."""
        answer = self.send("POST", f"messaging/{channel}", {"message": message, **more})
        return answer.get("messageId", answer)

    def send(self, method, path, body=None, **headers):
        return asked(method, f"{self.url}/{path}", body, **headers)

    def ask(self, method, path, body=None):
        return asked(method, f"{self.control}/{path}" if path else self.control, body)

    def advance(self, by):
        return self.ask("POST", "clock/advance", {"by": by})

    def page(self, view="timeline", **query):
        """The address of a view on the page."""
        hashed = f"#/{quote(self.app_id)}/{view}" + (f"?{urlencode(query)}" if query else "")
        return f"{self.mock.url}/__mock__/ui/{hashed}"
