"""What a test cannot have whose mock runs elsewhere, and the one sentence that it is told instead."""

from __future__ import annotations

from collections.abc import Mapping

ELSEWHERE = "with --backendless-mock-url the mock runs in another process"
REFUSALS: Mapping[str, str] = {
    "wsgi_app": "which has no WSGI application here: hand backendless_mock.url to the code under test",
    "intercept": "to which no connections of this one are led: hand backendless_mock.url to the code under test",
    "on": "which calls nothing back: look at what came, or wait_until() it has",
    "when": "which calls nothing back: say which requests by operation, channel= and times=",
    "steps": "whose listeners hear what is due while the loop's body runs: advance() waits until they have heard",
    "new_app": "whose applications have a clock each, so that no second one goes by this test's: ask for one with "
    "`POST /__mock__/apps`",
    "backendless_mock_server": "and no server runs in this one: each test's address is backendless_mock.url",
    "backendless_mock_factory": "whose applications are a test's each: ask for one that is wider with "
    "`POST /__mock__/apps`",
}
"""By what was asked for."""


class NotRemoteError(RuntimeError):
    """What was asked for needs the mock in this process."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: {ELSEWHERE}, {REFUSALS[name]}")
