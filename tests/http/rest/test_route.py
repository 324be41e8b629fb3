"""Which operation a method and a path ask for, and how the path comes out of a WSGI environment."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.http.rest import route
from pytest_backendless_mock.http.rest.route import Credentials, Target, UnknownRoute
from pytest_backendless_mock.messaging.errors import MissingApplicationId
from pytest_backendless_mock.service import operation

SERVED = [
    ("POST", "messaging/c", "publish", {"channel": "c"}),
    ("POST", "messaging/c/subscribe", "subscribe", {"channel": "c"}),
    ("GET", "messaging/c/properties", "properties", {"channel": "c"}),
    ("GET", "messaging/c/s", "retrieve", {"channel": "c", "subscription": "s"}),
    ("GET", "messaging/message:1", "status", {"message": "message:1"}),
    ("DELETE", "messaging/message:1", "cancel", {"message": "message:1"}),
    ("DELETE", "messaging/channels/c", "delete_channel", {"channel": "c"}),
    ("DELETE", "messaging/channels/channels", "delete_channel", {"channel": "channels"}),
    ("POST", "messaging/", "publish", {"channel": ""}),
    ("GET", "info", "info", {}),
    ("GET", "log/logger", "loggers", {}),
    ("PUT", "log", "log", {}),
    ("POST", "log", "log", {}),
]


@pytest.mark.parametrize(
    ("method", "path", "name", "params"), SERVED, ids=[f"{row[0]}-{row[1].replace('/', '-')}" for row in SERVED]
)
def test_w1_every_route_is_found_under_every_form(method, path, name, params):
    below = path.split("/")
    legacy = {"application-id": "id", "secret-key": "key"}
    assert route.find(method, ["id", "key", *below], {}) == Target(name, params, Credentials("id", "key"))
    assert route.find(method, ["api", *below], {}) == Target(name, params, Credentials(None, None))
    assert route.find(method, ["v1", *below], legacy) == Target(name, params, Credentials("id", "key"))


def test_w1_a_legacy_request_may_lack_its_key():
    assert route.find("GET", ["v1", "info"], {"application-id": "id"}).credentials == Credentials("id", "")


@pytest.mark.parametrize(
    "segments",
    [[""], ["a"], ["a", "b"], ["api"], ["v1"], ["api", ""], ["id", "key", "messaging"], ["api", "id", "key", "info"]],
    ids="-".join,
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_w2_other_paths_are_unknown_and_the_error_names_them(method, segments):
    with pytest.raises(UnknownRoute, match=f"^{method} /{'/'.join(segments)}$"):
        route.find(method, segments, {})


def test_w21_a_legacy_path_that_is_unknown_is_so_even_without_an_application_id():
    with pytest.raises(UnknownRoute):
        route.find("GET", ["v1", "data", "Person"], {})


def test_w21_a_legacy_path_needs_an_application_id():
    with pytest.raises(MissingApplicationId):
        route.find("GET", ["v1", "info"], {"secret-key": "key"})


def test_every_route_has_an_operation_and_every_operation_a_route():
    assert {row.operation for row in route.ROUTES} == set(operation.OPERATIONS)


RAW = [
    ("/a/b", ["a", "b"]),
    ("/", [""]),
    ("//a", ["", "a"]),
    ("/a/", ["a", ""]),
    ("/a%2Fb/c", ["a/b", "c"]),
    ("/a%252Fb", ["a%2Fb"]),
    ("/a?b=/c", ["a"]),
    ("/a%3Fb?c", ["a?b"]),
    ("/a#b", ["a#b"]),
    ("/a+b", ["a+b"]),
    ("/caf%C3%A9", ["café"]),
    ("/caf\xc3\xa9", ["café"]),
    ("/%FF", ["\udcff"]),
    ("/%", ["%"]),
    ("http://host:80/a%20b/c?d", ["a b", "c"]),
    ("http://host", [""]),
    ("*", ["*"]),
]


@pytest.mark.parametrize("key", ["RAW_URI", "REQUEST_URI"])
@pytest.mark.parametrize(("raw", "segments"), RAW, ids=[ascii(row[0])[1:-1] for row in RAW])
def test_a_raw_path_is_split_before_it_is_decoded(key, raw, segments):
    assert route.segments({key: raw, "PATH_INFO": "/ignored"}) == segments


IN_PROCESS = [
    ("/a/b", ["a", "b"]),
    ("/a b#c", ["a b#c"]),
    ("/caf\xc3\xa9", ["café"]),
    ("/café", ["café"]),
    ("/日本/x", ["日本", "x"]),
    ("/日本/caf\xc3\xa9", ["日本", "café"]),
    ("/😀", ["😀"]),
]


@pytest.mark.parametrize(("path", "segments"), IN_PROCESS, ids=[ascii(row[0])[1:-1] for row in IN_PROCESS])
def test_without_a_raw_path_latin_1_and_unicode_are_both_understood(path, segments):
    assert route.segments({"PATH_INFO": path}) == segments
