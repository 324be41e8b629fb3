"""What to do about a problem: a value that each door renders in the words of those who came through it.

In a text ``PLACE`` stands where a remedy goes; the fixture says it in Python, a control API as a request, a command
line as a command.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..messaging.text import escaped

Door = Literal["python", "remote", "control", "command"]
"""Who reads a text: a Python test, one whose mock runs elsewhere, a client of the control API, a command line."""
FIXTURE: tuple[Door, ...] = ("python", "remote")
"""Those who hold the fixture."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to call, in the words of each door."""

    python: str
    control: str
    command: str
    remote: str = ""
    """Where a test whose mock runs elsewhere has to do otherwise than one beside its mock."""

    def say(self, door: Door) -> str:
        """The remedy for who came through ``door``."""
        remote = self.remote or self.python
        return {"python": self.python, "remote": remote, "control": self.control, "command": self.command}[door]


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem or a hint in words, and what to do about it where that differs between the doors."""

    text: str
    """What was found; where there are remedies, ``PLACE`` stands for each in turn."""
    remedies: tuple[Remedy, ...] = ()

    def say(self, door: Door = "python") -> str:
        """The whole text for who came through ``door``; what clients sent in it does not reach a terminal raw."""
        pieces = self.text.rsplit(PLACE, len(self.remedies)) if self.remedies else [self.text]
        said = [remedy.say(door) for remedy in self.remedies]
        shown = [escaped(piece, keep="\n") for piece in pieces]
        return "".join(piece + remedy for piece, remedy in zip(shown, [*said, ""], strict=True))


PLACE = "\0"
"""Where a remedy goes in a finding's text; counted from the end, since what clients sent may hold it too."""

ALLOW_UNKNOWN_REQUESTS = Remedy(
    python="@pytest.mark.backendless_mock(allow_unknown_requests=True)",
    control='PATCH rules {"allow_unknown_requests": true}',
    command="serve --rule allow_unknown_requests=true",
)
NEW_APPLICATION = Remedy(
    python="backendless_mock.new_app(app_id=..., api_key=...)",
    control='POST apps {"appId": …, "apiKeys": …}',
    command="app new",
    remote="name its application with the ini options backendless_mock_app_id and backendless_mock_api_key",
)
FREEZE_BOTH = Remedy(
    python='freeze both, with @pytest.mark.backendless_mock(freeze="...")',
    control="set the client's clock by offsetMs of GET clock, or schedule by its nowMs",
    command="serve --freeze, or schedule by what `clock show` says",
    remote="the mock's clock is not the process's: schedule by backendless_mock.clock.now(), or freeze both, the "
    'process by freezegun and the mock with @pytest.mark.backendless_mock(freeze="...")',
)
ADD_USER = Remedy(
    python="backendless_mock.add_user(token=...)",
    control='POST users {"token": …}',
    command="serve --import FILE with the user in it",
)
ACCEPT_UNKNOWN_TOKENS = Remedy(
    python="accept_unknown_tokens=True",
    control='PATCH rules {"accept_unknown_tokens": true}',
    command="serve --rule accept_unknown_tokens=true",
)
STOP_ON_THE_WAY = Remedy(
    python="clock.advance() jumped over it; `for _ in backendless_mock.clock.steps(...)` stops for code that polls",
    control="the clock jumped over it; POST clock/advance with pause stops for code that polls",
    command="the clock jumped over it; advance in smaller steps",
)


def stub_remote_call(name: str) -> Remedy:
    """Answer a remote call (AMF) that the mock does not have; ``name`` is ``Service.method``."""
    return Remedy(
        python=f'backendless_mock.stub("AMF", "{name}", json=...)',
        control=f'POST stubs {{"method": "AMF", "path": "{name}", "json": …}}',
        command="serve --import FILE with a stub in it",
    )


def stub_route(method: str, path: str, result: str) -> Remedy:
    """Answer a route that the mock does not have; ``path`` is below the prefix, ``result`` JSON text to begin with."""
    path = json.dumps(path)
    return Remedy(
        python=f'backendless_mock.stub("{method}", {path}, json={result})',
        control=f'POST stubs {{"method": "{method}", "path": {path}, "json": {result}}}',
        command="serve --import FILE with a stub in it",
    )


def advance(duration: Sequence[tuple[str, str]]) -> Remedy:
    """Move the clock; ``duration`` is units of a timedelta, each with its count."""
    short = "".join(f"{count}{unit[0]}" for unit, count in duration)
    return Remedy(
        python=f"backendless_mock.clock.advance({', '.join(f'{unit}={count}' for unit, count in duration)})",
        control=f'POST clock/advance {{"by": "{short}"}}',
        command=f"backendless-mock clock advance {short}",
    )


THE_CLIENTS_CLOCK = Remedy(python="the process's", control="the client's", command="the client's")
"""By which the code under test computes dates."""
URL = Remedy(python="backendless_mock.url", control="the application's url", command="the application's url")
API_KEYS = Remedy(
    python="backendless_mock.api_keys has them all",
    control="apiKeys of GET /__mock__/apps has them all",
    command="`app list --json` has them all",
)
OTHER_APPLICATIONS = Remedy(
    python="new_app(app_id=...) makes others",
    control="POST /__mock__/apps makes others",
    command="`app new` makes others",
    remote="each test has one of its own: backendless_mock.url",
)
GIVE_URL = Remedy(
    python="does the code under test use backendless_mock.url? "
    "backendless_mock.intercept() redirects a hard-coded address here",
    control="does the code under test use this application's url (GET apps/{app})? GET /__mock__/strays lists requests "
    "to applications that do not exist",
    command="does the code under test use this application's url (`app list`)?",
    remote="does the code under test use backendless_mock.url, which differs from test to test?",
)
EXPECT_NOTHING = Remedy(python="optional=True", control='"optional": true', command="optional")
