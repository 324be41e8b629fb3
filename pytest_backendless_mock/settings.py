"""The options: where the mock is, and environment variables that say so before any conftest is imported.

Until the fixtures are asked for this needs a socket that is bound, so that the port is known, and nothing else: no
server, no thread.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from .service.identity import API_KEY, APP_ID, Identity

if TYPE_CHECKING:
    from .testing.story import Told

ADDRESS = "backendless_mock_address"
APPLICATION = "backendless_mock_app_id"
KEY = "backendless_mock_api_key"
ENVIRONMENT = "backendless_mock_env"
URL = "backendless_mock_url"
"""Also an option of the command line. No environment variable: a suite that is run beside a mock, by
``backendless-mock exec``, does not turn to it in silence."""
OF_A_TEST = ("url", "app_id", "api_key")
"""What is each test's own on a mock that runs elsewhere, unless the ini options say id and key."""
HAR = "--backendless-mock-har"
_PLACE = re.compile(r"\{(\w+)\}")


class Settings(NamedTuple):
    """What the options say; ``bound`` is a socket that keeps the port whose address is told already."""

    address: tuple[str, int]
    identity: Identity
    environment: Mapping[str, str]
    bound: socket.socket | None = None
    remote: str | None = None
    """Where the mock runs, if not in this process."""
    har: Path | None = None
    """The folder for the requests of failing tests."""


SETTINGS = pytest.StashKey[Settings]()


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("backendless_mock")
    group.addoption(
        "--backendless-mock-url",
        dest=URL,
        metavar="URL",
        help="use the mock that `backendless-mock serve` runs there, with an application for each test",
    )
    group.addoption(
        HAR, metavar="DIR", help="keep all requests, and write those of each failing test to a file there, as HAR 1.2"
    )
    parser.addini(URL, "the same, for every run", default="")
    parser.addini(ADDRESS, "where the mock listens, as host:port; port 0 is a free one", default="127.0.0.1:0")
    parser.addini(APPLICATION, "the application id of the fixture backendless_mock", default=APP_ID)
    parser.addini(KEY, "the REST API key of the fixture backendless_mock", default=API_KEY)
    parser.addini(
        ENVIRONMENT,
        "environment variables that are set before any conftest is imported, a line each: "
        "MY_URL={url}; there are {url}, {host_url}, {app_id} and {api_key}",
        type="linelist",
        default=[],
    )


def prepare(config: pytest.Config) -> None:
    """Read the options and set the variables, once, until the run is over. Raises ``pytest.UsageError``."""
    if SETTINGS in config.stash:
        return
    lines = config.getini(ENVIRONMENT)
    identity = Identity(config.getini(APPLICATION), config.getini(KEY))
    remote = getattr(config.known_args_namespace, URL, None) or config.getini(URL)
    folder = getattr(config.known_args_namespace, "backendless_mock_har", None)  # a conftest may load the plugin later
    har = None if folder is None else config.invocation_params.dir / folder
    if remote:
        variables = _variables(lines, _told_by(remote, identity, lines))
        _set_all(config, variables)
        config.stash[SETTINGS] = Settings(("", 0), identity, variables, remote=remote.rstrip("/"), har=har)
        return
    host, port = _address(config.getini(ADDRESS))
    bound = _bind(host, port) if lines and not _leaves_it_to_workers(config) else None
    if bound is not None:
        config.add_cleanup(bound.close)
        port = bound.getsockname()[1]
    variables = _variables(lines, _told(f"http://{f'[{host}]' if ':' in host else host}:{port}", identity))
    _set_all(config, variables)
    config.stash[SETTINGS] = Settings((host, port), identity, variables, bound, har=har)


def recording(config: pytest.Config) -> Callable[[Told], object]:
    """What becomes of each mock that opens: where it was asked for, all its requests are kept."""
    if config.stash[SETTINGS].har is None:
        return lambda _: None

    def record(told: Told) -> None:
        from .http.recorder import passing  # noqa: PLC0415 - not at load

        factory = getattr(config, "_tmp_path_factory", None)
        told.record(passing(factory and factory.getbasetemp()))

    return record


def contradictions(settings: Settings, address: tuple[str, int], identity: Identity, *, tls: bool) -> str:
    """What fixtures say otherwise than the variables that are set already; "" for nothing."""
    if not settings.environment:
        return ""
    host, port = settings.address
    said = [
        (ADDRESS, f"{address[0]}:{address[1]}", f"{host}:{port}", tuple(address) in ((host, port), (host, 0))),
        (APPLICATION, identity.app_id, settings.identity.app_id, identity.app_id == settings.identity.app_id),
        (KEY, identity.api_key, settings.identity.api_key, identity.api_key == settings.identity.api_key),
        ("backendless_mock_ssl_context", "https", "http", not tls),
    ]
    return "\n".join(
        f"the fixture {name} says {fixture}, but {', '.join(settings.environment)} was set with {told} before any "
        f"conftest was imported ({ENVIRONMENT}): {_remedy(name)}"
        for name, fixture, told, agrees in said
        if not agrees
    )


def _remedy(name: str) -> str:
    if name in {ADDRESS, APPLICATION, KEY}:
        return f"say it by the ini option {name}, and take the fixture away"
    return f"take {ENVIRONMENT} away, and hand backendless_mock.url to the code under test"


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.strip().rpartition(":")
    if not host or not port.isdecimal():
        raise pytest.UsageError(f"{ADDRESS} is host:port, as in 127.0.0.1:0 or [::1]:8090, not {text!r}")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _leaves_it_to_workers(config: pytest.Config) -> bool:
    """Whether this is an xdist controller, in which no test runs."""
    options = config.known_args_namespace
    spread = getattr(options, "numprocesses", None) or (
        getattr(options, "tx", None) and getattr(options, "dist", "no") != "no"
    )
    return bool(spread) and not options.usepdb and "PYTEST_XDIST_WORKER" not in os.environ


def _bind(host: str, port: int) -> socket.socket:
    """A socket that keeps a port without listening on it."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name == "posix":  # as the server does
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        raise pytest.UsageError(f"{ADDRESS}: the mock cannot listen on {host}:{port}: {error}") from None
    return bound


def _told(host_url: str, identity: Identity) -> dict[str, str]:
    """What stands in the places of a line."""
    return {"url": "/".join([host_url, *identity]), "host_url": host_url, **identity._asdict()}


def _told_by(remote: str, identity: Identity, lines: list[str]) -> dict[str, str]:
    """The same of a mock that runs elsewhere. Raises ``pytest.UsageError`` for what is not known yet."""
    asked = [place for line in lines for place in _PLACE.findall(line) if place in OF_A_TEST]
    if asked and identity.app_id == APP_ID:
        raise pytest.UsageError(
            f"{ENVIRONMENT} asks for {{{asked[0]}}}, which with --backendless-mock-url is another one in each test: "
            f"say {APPLICATION} and {KEY}, or hand backendless_mock.url to the code under test"
        )
    return _told(remote.rstrip("/"), identity)


def _set_all(config: pytest.Config, variables: Mapping[str, str]) -> None:
    """Set variables until the run is over."""
    for name, value in variables.items():
        config.add_cleanup(_set(name, value))


def _variables(lines: list[str], known: Mapping[str, str]) -> dict[str, str]:
    variables = {}
    for line in lines:
        name, equals, value = line.partition("=")
        unknown = [place for place in _PLACE.findall(value) if place not in known]
        if not equals or not name.strip() or unknown:
            raise pytest.UsageError(
                f"{ENVIRONMENT} has lines such as MY_URL={{url}}, with {', '.join(f'{{{place}}}' for place in known)}, "
                f"not {line!r}"
            )
        variables[name.strip()] = _PLACE.sub(lambda place: known[place[1]], value.strip())
    return variables


def _set(name: str, value: str) -> Callable[[], None]:
    """Set a variable; what comes back undoes that."""
    before = os.environ.get(name)
    os.environ[name] = value

    def undo() -> None:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before

    return undo
