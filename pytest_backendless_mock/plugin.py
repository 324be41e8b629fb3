"""The pytest plugin: fixtures, marker, verdict. It is loaded in every run, so it imports the rest when asked."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import ssl

    from .http.server import BackendlessServer
    from .messaging.rules import Rules
    from .mock import BackendlessMock
    from .runtime.clock import Clock

MARKER = "backendless_mock"
OPTIONS = ("freeze", "allow_unknown_requests")
"""The marker's keywords besides the fields of ``Rules``."""

CLOCK = pytest.StashKey["Clock"]()
MOCK = pytest.StashKey["BackendlessMock"]()
STRAYS = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.stash[STRAYS] = []
    config.addinivalue_line(
        "markers",
        "backendless_mock(freeze=None, allow_unknown_requests=False, **rules): "
        "how the fixture of that name behaves in this test; the rules are the fields of pytest_backendless_mock.Rules.",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a marker that cannot be meant before anything runs."""
    for item in items:
        for marker in item.iter_markers(MARKER):
            _check_marker(item, marker)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Freeze before the test's other fixtures are set up, so that they see the time the marker asks for."""
    if MARKER in getattr(item, "fixturenames", ()):
        _clock(item)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge in the call phase, so that a test the mock objects to has FAILED."""
    try:
        result = yield
    except BaseException:
        item.add_report_section("call", MARKER, _judge(item))
        raise
    _fail_for(_judge(item))
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Thaw after every fixture is gone; what came in since the verdict is told now."""
    try:
        result = yield
    finally:
        clock = item.stash.get(CLOCK, None)
        if clock is not None:
            clock.unfreeze()
            del item.stash[CLOCK]
    _fail_for(_judge(item))
    return result


@pytest.fixture(scope="session")
def backendless_mock_rules() -> dict[str, Any]:
    """Override this to set rules for every test: a dict of ``Rules`` fields; a test's marker goes on top."""
    return {}


@pytest.fixture(scope="session")
def backendless_mock_address() -> tuple[str, int]:
    """Override this to choose the address; port 0 is a free one."""
    return ("127.0.0.1", 0)


@pytest.fixture(scope="session")
def backendless_mock_ssl_context() -> ssl.SSLContext | None:
    """Override this with a server-side ``ssl.SSLContext`` to serve HTTPS."""
    return None


@pytest.fixture(scope="session")
def backendless_mock_app_id() -> str:
    """Override this where the code under test insists on an application id of its own."""
    from .http.tenant import APP_ID  # noqa: PLC0415 - not at load

    return APP_ID


@pytest.fixture(scope="session")
def backendless_mock_api_key() -> str:
    """Override this where the code under test insists on an API key of its own."""
    from .http.tenant import API_KEY  # noqa: PLC0415 - not at load

    return API_KEY


@pytest.fixture(scope="session")
def backendless_mock_server(
    request: pytest.FixtureRequest,
    backendless_mock_address: tuple[str, int],
    backendless_mock_ssl_context: ssl.SSLContext | None,
    backendless_mock_app_id: str,
    backendless_mock_api_key: str,
) -> Iterator[BackendlessServer]:
    """The server that all tests of this process share; its ``url`` and ids are those of every ``backendless_mock``."""
    from .http.server import BackendlessServer, ServerError  # noqa: PLC0415 - not at load

    host, port = backendless_mock_address
    server = BackendlessServer(
        host, port, backendless_mock_ssl_context, app_id=backendless_mock_app_id, api_key=backendless_mock_api_key
    )
    try:
        server.start()
    except ServerError as error:
        pytest.fail(str(error), pytrace=False)
    yield server
    server.stop()
    request.config.stash[STRAYS] += server.idle.strays


@pytest.fixture
def backendless_mock(
    request: pytest.FixtureRequest,
    backendless_mock_server: BackendlessServer,
    backendless_mock_rules: dict[str, Any] | Rules,
) -> Iterator[BackendlessMock]:
    """A fresh Backendless application for this test, on a clock that the test can move."""
    from .mock import BackendlessMock  # noqa: PLC0415 - not at load

    keywords = _keywords(request.node)
    mock = BackendlessMock(
        seed=request.node.nodeid,
        server=backendless_mock_server,
        clock=_clock(request.node),
        allow_unknown_requests=keywords.pop("allow_unknown_requests", False),
        **{**_as_keywords(backendless_mock_rules), **{k: v for k, v in keywords.items() if k != "freeze"}},
    )
    request.node.stash[MOCK] = mock
    mock.open()
    yield mock
    mock.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """An xdist worker hands its stray requests to the controller."""
    workeroutput = getattr(session.config, "workeroutput", None)
    if workeroutput is not None:
        workeroutput[MARKER] = session.config.stash[STRAYS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The controller takes them."""
    node.config.stash[STRAYS] += getattr(node, "workeroutput", {}).get(MARKER, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Requests that came while no test was running."""
    strays = config.stash[STRAYS]
    if strays:
        terminalreporter.section("backendless_mock: requests outside any test")
        for line in strays:
            terminalreporter.write_line(line)


def _clock(item: pytest.Item) -> Clock:
    """The test's clock, frozen if its marker says so; made once."""
    if CLOCK not in item.stash:
        from .runtime.clock import Clock  # noqa: PLC0415 - not at load

        item.stash[CLOCK] = Clock()
        freeze = _keywords(item).get("freeze")
        if freeze is not None:
            try:
                item.stash[CLOCK].freeze(freeze)
            except RuntimeError as error:
                pytest.fail(f"@pytest.mark.{MARKER}(freeze=...): {error}", pytrace=False)
    return item.stash[CLOCK]


def _judge(item: pytest.Item) -> str:
    """What the mock objects to, "" for nothing; hints become warnings of this test."""
    __tracebackhide__ = True
    mock = item.stash.get(MOCK, None)
    if mock is None:
        return ""
    return "\n".join(mock.judge(item.warn))


def _fail_for(problems: str) -> None:
    __tracebackhide__ = True
    if problems:
        pytest.fail(problems, pytrace=False)


def _keywords(item: pytest.Item) -> dict[str, Any]:
    """The marker's keywords, the nearest marker's on top."""
    merged: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers(MARKER))):
        merged.update(marker.kwargs)
    return merged


def _as_keywords(rules: dict[str, Any] | Rules) -> dict[str, Any]:
    import dataclasses  # noqa: PLC0415 - not at load

    return dict(rules) if isinstance(rules, dict) else dataclasses.asdict(rules)


def _check_marker(item: pytest.Item, marker: pytest.Mark) -> None:
    from dataclasses import fields  # noqa: PLC0415 - not at load

    from .messaging.rules import Rules  # noqa: PLC0415 - not at load
    from .runtime.instant import parse_instant  # noqa: PLC0415 - not at load

    known = [*OPTIONS, *(field.name for field in fields(Rules))]
    unknown = [name for name in marker.kwargs if name not in known]
    problem = ""
    if marker.args:
        problem = "it takes keywords only"
    elif unknown:
        problem = f"it has no keyword {unknown[0]!r}; it has {', '.join(known)}"
    else:
        try:
            if marker.kwargs.get("freeze") is not None:
                parse_instant(marker.kwargs["freeze"])
            Rules(**{name: value for name, value in marker.kwargs.items() if name not in OPTIONS})
        except (TypeError, ValueError) as error:
            problem = str(error)
    if problem:
        raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.{MARKER}: {problem}")
