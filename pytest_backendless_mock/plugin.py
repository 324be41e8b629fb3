"""The pytest plugin: fixtures, marker, verdict. It is loaded in every run, so it imports the rest when asked."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from . import settings
from .case import (
    FACTORY,
    PROBLEMS,
    RAN,
    REFUSAL,
    SESSION,
    STORIES,
    add_section,
    fail_for,
    judge,
    refuse,
    sections,
    sessions,
)
from .marker import MARKER, freeze_first, keywords, refusal, rules, state, unmet
from .service.identity import Identity
from .settings import SETTINGS
from .testing.story import Stories

if TYPE_CHECKING:
    import ssl

    from .messaging.rules import Rules
    from .runtime.virtual_time import VirtualTime
    from .server.server import BackendlessServer
    from .testing.factory import BackendlessMockFactory
    from .testing.mock import BackendlessMock

    Case = tuple[pytest.Item, dict[str, Any], VirtualTime]

TIMES: pytest.StashKey[list[VirtualTime]] = pytest.StashKey()
"""Those of the tests that are under way, or could not be thawed."""
STRAYS = pytest.StashKey[list[str]]()
VERY_VERBOSE = 2
"""How often ``-v`` is said for texts that leave nothing out."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The ini options, and those of the command line."""
    settings.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Set the environment before a conftest can read it."""
    settings.prepare(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and hear of the mocks that open."""
    settings.prepare(config)
    config.stash[STRAYS] = []
    config.stash[TIMES] = []
    config.stash[STORIES] = Stories(settings.recording(config))
    config.stash[STORIES].listen()
    if config.stash[SETTINGS].remote:
        from . import remote_fixture  # noqa: PLC0415 - not at load

        config.pluginmanager.register(remote_fixture, "backendless_mock_remote")  # its fixtures replace ours
    config.addinivalue_line(
        "markers",
        "backendless_mock(freeze=None, allow_unknown_requests=False, state=None, **rules): "
        "how the fixture of that name behaves in this test; the rules are the fields of pytest_backendless_mock.Rules.",
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Where the fixture's mock is."""
    remote = config.stash[SETTINGS].remote
    return f"{MARKER}: {f'on the mock at {remote}' if remote else 'in this process'}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no freeze behind, whatever ended the run."""
    config.stash[STORIES].stop()
    wider = [session.time for session in sessions(config)]
    for time in [*config.stash[TIMES], *wider][::-1]:
        with suppress(RuntimeError):  # the user's own freeze, on top of it
            time.unfreeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a marker that cannot be meant before anything runs; an xdist worker can only fail the test."""
    for item in items:
        freeze_first(item)
        refusals = [text for marker in item.iter_markers(MARKER) if (text := refusal(marker))]
        if refusals:
            item.stash[REFUSAL] = f"{item.nodeid}: @pytest.mark.{MARKER}: {refusals[0]}"
            if not hasattr(config, "workerinput"):
                raise pytest.UsageError(item.stash[REFUSAL])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What befell a wider mock before this test is not this test's fault."""
    for session in sessions(item.config):
        session.set_aside()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge in the call phase, so that a test with a problem has FAILED."""
    refuse(item)
    try:
        result = yield
    except BaseException:
        item.stash[PROBLEMS] = judge(item)
        raise
    if getattr(item, "_excinfo", None):  # where unittest keeps the failure of a TestCase's body
        item.stash[PROBLEMS] = judge(item)
    else:
        fail_for(judge(item))
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """What came in since the verdict is told when every fixture is gone."""
    try:
        result = yield
    except BaseException:
        item.stash[PROBLEMS] = judge(item)
        raise
    idle = item.stash.get(RAN, False) and item.stash.get(SESSION, None) is None
    fail_for([*judge(item), *(unmet(item) if idle else [])])
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under a failing test stands what the mocks went through that were open meanwhile."""
    failure = call.excinfo or next(iter(getattr(item, "_excinfo", None) or ()), None)  # unittest's are kept there
    if failure is not None and not item.config.getoption("fulltrace", default=False):
        from .diagnosis.misuse import end_at_the_caller  # noqa: PLC0415 - not at load

        end_at_the_caller(failure.tb)
    report = yield
    if report.failed:
        for name, text in sections(item, call):
            add_section(report, name, text)
        folder, stories = item.config.stash[SETTINGS].har, item.config.stash[STORIES]
        if folder is not None and any(stories):
            from .har_file import write_har  # noqa: PLC0415 - not at load

            add_section(report, f"{MARKER}: HAR", write_har(folder, report.nodeid, stories))
    if report.when == "call":
        item.stash[RAN] = not report.skipped
    if report.when == "teardown":  # nothing of a run stays on the item: the next is a first one again
        item.stash[SESSION] = None
        item.stash[RAN] = False
        item.config.stash[STORIES].end_test()
    return report


@pytest.fixture(scope="session")
def backendless_mock_rules() -> dict[str, Any]:
    """Override this to set rules for every test: a dict of ``Rules`` fields; a test's marker goes on top."""
    return {}


@pytest.fixture(scope="session")
def backendless_mock_address(pytestconfig: pytest.Config) -> tuple[str, int]:
    """Override this to choose the address; port 0 is a free one. Else it is the ini option's of that name."""
    return pytestconfig.stash[SETTINGS].address


@pytest.fixture(scope="session")
def backendless_mock_ssl_context() -> ssl.SSLContext | None:
    """Override this with a server-side ``ssl.SSLContext`` to serve HTTPS."""
    return None


@pytest.fixture(scope="session")
def backendless_mock_app_id(pytestconfig: pytest.Config) -> str:
    """Override this, or set the ini option, where the code under test insists on an application id of its own."""
    return pytestconfig.stash[SETTINGS].identity.app_id


@pytest.fixture(scope="session")
def backendless_mock_api_key(pytestconfig: pytest.Config) -> str:
    """Override this, or set the ini option, where the code under test insists on an API key of its own."""
    return pytestconfig.stash[SETTINGS].identity.api_key


@pytest.fixture(scope="session")
def backendless_mock_server(
    pytestconfig: pytest.Config,
    backendless_mock_address: tuple[str, int],
    backendless_mock_ssl_context: ssl.SSLContext | None,
    backendless_mock_app_id: str,
    backendless_mock_api_key: str,
) -> Iterator[BackendlessServer]:
    """The server that all tests of this process share; its ``url`` and ids are those of every ``backendless_mock``."""
    from .server.listener import ServerError  # noqa: PLC0415 - not at load
    from .server.server import BackendlessServer, adopt, hosting, port_for_each  # noqa: PLC0415 - not at load

    address, tls = backendless_mock_address, backendless_mock_ssl_context
    identity = Identity(backendless_mock_app_id, backendless_mock_api_key)
    told = pytestconfig.stash[SETTINGS]
    run: Any = pytestconfig.pluginmanager.getplugin("session")  # a `request` is made anew for each test, in 60 calls
    contradiction = settings.contradictions(told, address, identity, tls=tls is not None)
    if contradiction:
        run.shouldfail = "fixtures of backendless_mock contradict the environment"
        pytest.fail(contradiction, pytrace=False)
    host, port = told.address if told.bound else address
    server = BackendlessServer(host, port, tls, **identity._asdict())
    if told.bound is not None:
        adopt(server, told.bound)
    try:
        server.start_on_demand()
    except ServerError as error:
        workers = getattr(pytestconfig, "workerinput", {}).get("workercount", 1)
        if workers > 1:
            run.shouldfail = "the fixture backendless_mock_address: a port that cannot be taken"
        text = f"{error}{port_for_each(workers, host, port)}"
        raise pytest.fail.Exception(text, pytrace=False) from None
    yield server
    server.stop()
    pytestconfig.stash[STRAYS] += hosting(server).idle.strays


@pytest.fixture
def _backendless_mock_case(request: pytest.FixtureRequest) -> Iterator[Case]:
    """The test, what its marker says, and its time, frozen by that from before other fixtures until they are gone."""
    from .runtime.instant import parse_clock_instant  # noqa: PLC0415 - not at load
    from .runtime.virtual_time import VirtualTime  # noqa: PLC0415 - not at load

    refuse(request.node)
    time = VirtualTime()
    request.config.stash[TIMES].append(time)
    said = keywords(request.node)
    try:
        if said.get("freeze") is not None:
            time.freeze(parse_clock_instant(said["freeze"]))
    except RuntimeError as error:
        raise pytest.fail.Exception(f"@pytest.mark.{MARKER}(freeze=...): {error}", pytrace=False) from None
    yield request.node, said, time
    try:
        time.unfreeze()
    except RuntimeError as error:
        raise pytest.fail.Exception(f"backendless_mock: {error}", pytrace=False) from None
    request.config.stash[TIMES].remove(time)


@pytest.fixture
def backendless_mock(
    _backendless_mock_case: Case,
    backendless_mock_server: BackendlessServer,
    backendless_mock_rules: dict[str, Any] | Rules,
) -> Iterator[BackendlessMock]:
    """A fresh Backendless application for this test, on a clock that the test can move."""
    from .testing.mock import BackendlessMock  # noqa: PLC0415 - not at load
    from .testing.session import Session  # noqa: PLC0415 - not at load

    item, said, time = _backendless_mock_case
    beginning = state(item, said)
    session = Session(
        rules(backendless_mock_rules, said, beginning),
        seed=item.nodeid,
        server=backendless_mock_server,
        time=time,
        base=item.path.parent,
        verbose=item.config.getoption("verbose", default=0) >= VERY_VERBOSE,
        allow_unknown_requests=said.get("allow_unknown_requests", False),
        name=MARKER,
        state=beginning,
    )
    item.stash[SESSION] = session
    session.open()
    yield BackendlessMock(_session=session)
    session.close()


@pytest.fixture(scope="session")
def backendless_mock_factory(
    request: pytest.FixtureRequest,
    backendless_mock_server: BackendlessServer,
    backendless_mock_rules: dict[str, Any] | Rules,
) -> Iterator[BackendlessMockFactory]:
    """For fixtures of a wider scope: each call makes a mock, to be opened by ``with``."""
    from .testing.factory import BackendlessMockFactory  # noqa: PLC0415 - not at load

    factory = BackendlessMockFactory(
        backendless_mock_server,
        rules(backendless_mock_rules, {}),
        request.config.rootpath,
        verbose=request.config.getoption("verbose", default=0) >= VERY_VERBOSE,
    )
    request.config.stash[FACTORY] = factory
    yield factory
    fail_for(factory.close(request.session.warn))


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
