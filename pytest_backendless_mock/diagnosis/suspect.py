"""What may keep requests from the mock: another mock in this process, a proxy in its environment."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from operator import attrgetter
from types import FunctionType, ModuleType, TracebackType
from typing import Any, NamedTuple
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

MOST_CAUSES = 20
"""How many errors behind an error are looked at."""


class OtherMock(NamedTuple):
    """A library that answers requests before they leave the process."""

    name: str
    package: str
    replaces: tuple[str, ...]
    """What it puts something of its own in the place of while it is active: module and name."""
    pass_through: str
    """What makes it let requests pass that are for this mock, in Python."""


OTHER_MOCKS = (
    OtherMock(
        "responses",
        "responses",
        ("requests.adapters:HTTPAdapter.send",),
        "responses.add_passthru(backendless_mock.host_url)",
    ),
    OtherMock(
        "requests-mock",
        "requests_mock",
        ("requests:Session.send", "requests:Session.get_adapter"),
        "requests_mock.Mocker(real_http=True)",
    ),
    OtherMock(
        "respx",
        "respx",
        ("httpcore:ConnectionPool.handle_request", "httpx:HTTPTransport.handle_request"),
        'respx.route(host="127.0.0.1").pass_through()',
    ),
    OtherMock(
        "pytest-httpx",
        "pytest_httpx",
        ("httpx:HTTPTransport.handle_request",),
        '@pytest.mark.httpx_mock(should_mock=lambda request: request.url.host != "127.0.0.1")',
    ),
    OtherMock(
        "aioresponses",
        "aioresponses",
        ("aiohttp:ClientSession._request",),
        "aioresponses(passthrough=[backendless_mock.host_url])",
    ),
    OtherMock(
        "vcrpy",
        "vcr",
        ("http.client:HTTPConnection", "httpx:HTTPTransport.handle_request", "aiohttp:ClientSession._request"),
        "vcr.VCR(ignore_localhost=True)",
    ),
)
"""Those that are named where no request came."""


def suspects(host: str, error: BaseException | None = None) -> list[str]:
    """What may have kept requests from ``host``, each with what to do; ``error`` is what the test failed with."""
    passed = set(_packages(error))
    found = [
        f"{other.name} is active, and may answer in its place; what lets requests pass: {other.pass_through}"
        for other in OTHER_MOCKS
        if other.package in passed or any(_owner(target) == other.package for target in other.replaces)
    ]
    proxies = getproxies_environment()
    names = sorted(f"{scheme}_proxy" for scheme in proxies if scheme != "no")
    if names and not proxy_bypass_environment(host, proxies):
        found.append(f"a proxy is set in the environment ({', '.join(names)}); add {host} to no_proxy")
    return found


def _owner(target: str) -> str:
    """The package that what stands under a name comes from; "" where nobody imported that module."""
    module, _, name = target.partition(":")
    try:
        found = attrgetter(name)(sys.modules[module])
    except (KeyError, AttributeError):
        return ""
    return _package(getattr(found, "side_effect", None) or found)


def _package(found: Any) -> str:
    """Where a function, method or class is from; a wrapper is where it was written, not what it wraps."""
    function = getattr(found, "__func__", found)
    module = getattr(function, "__globals__", {}).get("__name__") or getattr(function, "__module__", None)
    return str(module).partition(".")[0]


def _packages(error: BaseException | None) -> Iterator[str]:
    """Those that an error went through, or that are named there: what was active may be over by now."""
    for each in islice(_causes(error), MOST_CAUSES):
        place: TracebackType | None = each.__traceback__
        while place is not None:
            frame = place.tb_frame
            yield str(frame.f_globals.get("__name__")).partition(".")[0]
            yield from (_origin(frame.f_globals.get(name)) for name in frame.f_code.co_names)
            place = place.tb_next


def _origin(found: object) -> str:
    """The package of a module, of a class or function, or of what something is an instance of; it is asked nothing."""
    kind = type(found)
    if issubclass(kind, ModuleType):
        module = vars(found).get("__name__")
    elif issubclass(kind, (type, FunctionType)):
        module = found.__module__
    else:
        module = kind.__module__
    return str(module).partition(".")[0]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
