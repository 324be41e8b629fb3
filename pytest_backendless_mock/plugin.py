"""The pytest plugin: fixtures, marker, verdict. It is loaded in every run, so it imports the rest when asked."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import ssl

    from .messaging.rules import Rules
    from .runtime.virtual_time import VirtualTime
    from .server.server import BackendlessServer
    from .testing.mock import BackendlessMock
    from .testing.session import Session

MARKER = "backendless_mock"
OPTIONS = ("freeze", "allow_unknown_requests")
"""The marker's keywords besides the fields of ``Rules``."""

TIME = "_backendless_mock_time"
"""The fixture around a test's other fixtures."""
TIMES: pytest.StashKey[list[VirtualTime]] = pytest.StashKey()
"""Those of the tests that are under way, or could not be thawed."""
SESSION: pytest.StashKey[Session | None] = pytest.StashKey()
REFUSAL = pytest.StashKey[str]()
"""What is wrong with a test's marker, where that could not be said at collection."""
RAN = pytest.StashKey[bool]()
"""Whether the test's body ran, and was not skipped."""
STRAYS = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.stash[STRAYS] = []
    config.stash[TIMES] = []
    config.addinivalue_line(
        "markers",
        "backendless_mock(freeze=None, allow_unknown_requests=False, **rules): "
        "how the fixture of that name behaves in this test; the rules are the fields of pytest_backendless_mock.Rules.",
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no freeze behind, whatever ended the run."""
    for time in config.stash[TIMES][::-1]:
        with suppress(RuntimeError):  # the user's own freeze, on top of it
            time.unfreeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a marker that cannot be meant before anything runs; an xdist worker can only fail the test."""
    for item in items:
        _freeze_first(item)
        refusals = [text for marker in item.iter_markers(MARKER) if (text := _refusal(marker))]
        if refusals:
            item.stash[REFUSAL] = f"{item.nodeid}: @pytest.mark.{MARKER}: {refusals[0]}"
            if not hasattr(config, "workerinput"):
                raise pytest.UsageError(item.stash[REFUSAL])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge in the call phase, so that a test with a problem has FAILED."""
    _refuse(item)
    try:
        result = yield
    except BaseException:
        _add_section(item, "call")
        raise
    if getattr(item, "_excinfo", None):  # where unittest keeps the failure of a TestCase's body
        _add_section(item, "call")
    else:
        _fail_for(_judge(item))
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """What came in since the verdict is told when every fixture is gone."""
    try:
        result = yield
    except BaseException:
        _add_section(item, "teardown")
        raise
    _fail_for([*_judge(item), *_unmet(item)])
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under a failing test stands what its application went through."""
    failure = call.excinfo or next(iter(getattr(item, "_excinfo", None) or ()), None)  # unittest's are kept there
    if failure is not None and not item.config.getoption("fulltrace", default=False):
        from .diagnosis.misuse import end_at_the_caller  # noqa: PLC0415 - not at load

        end_at_the_caller(failure.tb)
    report = yield
    session = item.stash.get(SESSION, None)
    if session is not None and report.failed:
        report.sections.append((MARKER, session.report(call.excinfo.value if call.excinfo else None)))
    if report.when == "call":
        item.stash[RAN] = not report.skipped
    if report.when == "teardown":  # nothing of a run stays on the item: the next is a first one again
        item.stash[SESSION] = None
        item.stash[RAN] = False
    return report


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
    from .service.application import APP_ID  # noqa: PLC0415 - not at load

    return APP_ID


@pytest.fixture(scope="session")
def backendless_mock_api_key() -> str:
    """Override this where the code under test insists on an API key of its own."""
    from .service.application import API_KEY  # noqa: PLC0415 - not at load

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
    from .server.listener import ServerError  # noqa: PLC0415 - not at load
    from .server.server import BackendlessServer, hosting, port_for_each  # noqa: PLC0415 - not at load

    host, port = backendless_mock_address
    server = BackendlessServer(
        host, port, backendless_mock_ssl_context, app_id=backendless_mock_app_id, api_key=backendless_mock_api_key
    )
    try:
        server.start_on_demand()
    except ServerError as error:
        workers = getattr(request.config, "workerinput", {}).get("workercount", 1)
        if workers > 1:
            request.session.shouldfail = "the fixture backendless_mock_address: a port that cannot be taken"
        text = f"{error}{port_for_each(workers, host, port)}"
        raise pytest.fail.Exception(text, pytrace=False) from None
    yield server
    server.stop()
    request.config.stash[STRAYS] += hosting(server).idle.strays


@pytest.fixture
def _backendless_mock_time(request: pytest.FixtureRequest) -> Iterator[VirtualTime]:
    """The test's time, frozen if its marker says so: from before its other fixtures until they are gone."""
    from .runtime.instant import parse_clock_instant  # noqa: PLC0415 - not at load
    from .runtime.virtual_time import VirtualTime  # noqa: PLC0415 - not at load

    _refuse(request.node)
    time = VirtualTime()
    request.config.stash[TIMES].append(time)
    freeze = _keywords(request.node).get("freeze")
    try:
        if freeze is not None:
            time.freeze(parse_clock_instant(freeze))
    except RuntimeError as error:
        raise pytest.fail.Exception(f"@pytest.mark.{MARKER}(freeze=...): {error}", pytrace=False) from None
    yield time
    try:
        time.unfreeze()
    except RuntimeError as error:
        raise pytest.fail.Exception(f"backendless_mock: {error}", pytrace=False) from None
    request.config.stash[TIMES].remove(time)


@pytest.fixture
def backendless_mock(
    request: pytest.FixtureRequest,
    _backendless_mock_time: VirtualTime,
    backendless_mock_server: BackendlessServer,
    backendless_mock_rules: dict[str, Any] | Rules,
) -> Iterator[BackendlessMock]:
    """A fresh Backendless application for this test, on a clock that the test can move."""
    from .testing.mock import BackendlessMock  # noqa: PLC0415 - not at load
    from .testing.session import Session  # noqa: PLC0415 - not at load

    item = request.node
    keywords = _keywords(item)
    session = Session(
        _rules(backendless_mock_rules, keywords),
        seed=item.nodeid,
        server=backendless_mock_server,
        time=_backendless_mock_time,
        base=item.path.parent,
        verbose=item.config.get_verbosity() >= 2,  # noqa: PLR2004 - -vv
        allow_unknown_requests=keywords.get("allow_unknown_requests", False),
    )
    item.stash[SESSION] = session
    session.open()
    yield BackendlessMock(_session=session)
    session.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """An xdist worker hands its stray requests to the controller."""
    workeroutput = getattr(session.config, "workeroutput", None)
    if workeroutput is not None:
        workeroutput[MARKER] = session.config.stash[STRAYS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """An xdist controller collects the stray requests of its workers, for its summary."""
    node.config.stash[STRAYS] += getattr(node, "workeroutput", {}).get(MARKER, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Requests that came while no test was running."""
    strays = config.stash[STRAYS]
    if strays:
        terminalreporter.section("backendless_mock: requests outside any test")
        for line in strays:
            terminalreporter.write_line(line)


def _freeze_first(item: pytest.Item) -> None:
    """Put the freeze before what else is the test's own: wider fixtures are set up, and torn down, in real time."""
    names: list[str] = getattr(item, "fixturenames", [])
    if TIME not in names:
        return
    known = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]  # noqa: SLF001 - pytest has no other way
    names.remove(TIME)
    wider = [name for name in names if name in known and known[name][-1].scope != "function"]
    names.insert(max((names.index(name) + 1 for name in wider), default=0), TIME)


def _judge(item: pytest.Item) -> list[str]:
    """What fails the test; hints become warnings of it."""
    session = item.stash.get(SESSION, None)
    return [] if session is None else session.judge(item.warn)


def _unmet(item: pytest.Item) -> list[str]:
    """Warn of a test's own marker that nothing came of; what fails the test where warnings are errors.

    The markers of classes and modules are defaults.
    """
    own = [marker for marker in item.own_markers if marker.name == MARKER]
    if not own or not item.stash.get(RAN, False) or item.stash.get(SESSION, None) is not None:
        return []
    from .service.verdict import BackendlessMockWarning  # noqa: PLC0415 - not at load

    keywords = ", ".join(f"{name}={value!r}" for name, value in own[0].kwargs.items())
    frozen = ", and froze nothing" if _keywords(item).get("freeze") is not None else ""
    try:
        item.warn(
            BackendlessMockWarning(
                f"@pytest.mark.{MARKER}({keywords}) did nothing{frozen}: the test never used the fixture {MARKER}. "
                f"Name it in the test's arguments or in @pytest.mark.usefixtures, or take the marker away"
            )
        )
    except BackendlessMockWarning as error:  # the user's filterwarnings make it one
        return [str(error)]
    return []


def _add_section(item: pytest.Item, when: str) -> None:
    problems = _judge(item)
    if problems:
        item.add_report_section(when, MARKER, "\n".join(problems))


def _fail_for(problems: list[str]) -> None:
    __tracebackhide__ = True
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def _refuse(item: pytest.Item) -> None:
    __tracebackhide__ = True
    _fail_for([item.stash[REFUSAL]] if REFUSAL in item.stash else [])


def _keywords(item: pytest.Item) -> dict[str, Any]:
    """The marker's keywords, the nearest marker's on top."""
    merged: dict[str, Any] = {}
    for node in item.listchain():
        markers = [marker for marker in node.own_markers if marker.name == MARKER]
        for marker in markers if isinstance(node, pytest.Class) else reversed(markers):
            merged.update(marker.kwargs)
    return merged


def _rules(given: dict[str, Any] | Rules, keywords: dict[str, Any]) -> Rules:
    """The rules for a test: the session's, and its marker's on top."""
    from dataclasses import replace  # noqa: PLC0415 - not at load

    from .messaging.rules import Rules  # noqa: PLC0415 - not at load

    try:
        session = Rules(**given) if isinstance(given, dict) else given
    except (TypeError, ValueError) as error:
        raise pytest.fail.Exception(f"the fixture backendless_mock_rules: {error}", pytrace=False) from None
    return replace(session, **{name: value for name, value in keywords.items() if name not in OPTIONS})


def _refusal(marker: pytest.Mark) -> str:
    """What is wrong with a marker, "" for nothing."""
    from dataclasses import fields  # noqa: PLC0415 - not at load

    from .messaging.rules import Rules  # noqa: PLC0415 - not at load
    from .runtime.instant import parse_clock_instant  # noqa: PLC0415 - not at load

    known = [*OPTIONS, *(field.name for field in fields(Rules))]
    unknown = [name for name in marker.kwargs if name not in known]
    if marker.args:
        return "it takes keywords only"
    if unknown:
        return f"it has no keyword {unknown[0]!r}; it has {', '.join(known)}"
    allow = marker.kwargs.get("allow_unknown_requests", False)
    if not isinstance(allow, bool):
        return f"allow_unknown_requests is True or False, not {allow!r}"
    try:
        if marker.kwargs.get("freeze") is not None:
            parse_clock_instant(marker.kwargs["freeze"])
        Rules(**{name: value for name, value in marker.kwargs.items() if name not in OPTIONS})
    except (TypeError, ValueError) as error:
        return str(error)
    return ""
