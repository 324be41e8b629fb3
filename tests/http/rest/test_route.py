"""Which operation a method and a path ask for, and of which application."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.http.dialect import UnknownRoute
from pytest_backendless_mock.http.path import split_prefix
from pytest_backendless_mock.http.rest import route
from pytest_backendless_mock.http.rest.route import Target
from pytest_backendless_mock.http.tenants import Credentials
from pytest_backendless_mock.messaging.errors import MissingApplicationId
from pytest_backendless_mock.service import operation


def find(method, segments, headers):
    return route.find(method, *split_prefix(segments), headers)


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
    assert find(method, ["id", "key", *below], {}) == Target(name, params, Credentials("id", "key"))
    assert find(method, ["api", *below], {}) == Target(name, params, Credentials(None, None))
    assert find(method, ["v1", *below], legacy) == Target(name, params, Credentials("id", "key"))


def test_w1_a_legacy_request_may_lack_its_key():
    assert find("GET", ["v1", "info"], {"application-id": "id"}).credentials == Credentials("id", "")


@pytest.mark.parametrize(
    "segments",
    [[""], ["a"], ["a", "b"], ["api"], ["v1"], ["api", ""], ["id", "key", "messaging"], ["api", "id", "key", "info"]],
    ids="-".join,
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_w2_other_paths_are_unknown_and_the_error_names_them(method, segments):
    with pytest.raises(UnknownRoute, match=f"^{method} …/{'/'.join(split_prefix(segments)[1])}$"):
        find(method, segments, {})


def test_w21_a_legacy_path_that_is_unknown_is_so_even_without_an_application_id():
    with pytest.raises(UnknownRoute):
        find("GET", ["v1", "data", "Person"], {})


def test_w21_a_legacy_path_needs_an_application_id():
    with pytest.raises(MissingApplicationId):
        find("GET", ["v1", "info"], {"secret-key": "key"})


def test_every_route_has_an_operation_and_every_operation_a_route():
    assert {row.operation for row in route.ROUTES} == set(operation.OPERATIONS)
