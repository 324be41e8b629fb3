"""What is wrong with a request that the service does not have, said to its reader."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.http.rest.nearest_route import nearest_route

NEEDS_PREFIX = "its path lacks the application: /<app-id>/<api-key> (backendless_mock.url), or /api, comes first"

LACKS_KEY = (
    "its path lacks the API key, or the application's id: "
    "/<app-id>/<api-key> (backendless_mock.url), or /api, comes first"
)
TWICE = "its prefix stands there twice: backendless_mock.url has it already"
OUTSIDE = "that is a part of Backendless which the mock leaves out: backendless_mock.stub("


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("PUT", "A/K/messaging/news", "that path takes POST and GET and DELETE"),
        ("DELETE", "A/K/messaging/news/subscribe", "that path takes POST and GET"),
        ("GET", "A/K/messaging/push/shipped", "that path takes POST"),
        ("HEAD", "A/K/info", "that path takes GET"),
        ("GET", "api/users/login", "that path takes POST"),
        ("POST", "A/K/messageing/news", "the nearest it has is POST …/messaging/<channel>"),
        ("POST", "A/K/Messaging/news", "the nearest it has is POST …/messaging/<channel>"),
        ("POST", "v1/mesaging/news", "the nearest it has is POST …/messaging/<channel>"),
        ("POST", "A/K/user/login", "the nearest it has is POST …/users/login"),
        ("GET", "A/K/messaging/news/one/two", "the nearest it has is GET …/messaging/<channel>/<subscription>"),
        ("GET", "A/K/messaging/news/one/", "it ends in a slash; without it that is GET …/messaging/news/one"),
        ("POST", "A/K//messaging/news", "two slashes follow each other in it; with one that is POST …/messaging/news"),
        ("POST", "/A/K/messaging/news", "two slashes follow each other in it; with one that is POST …/messaging/news"),
        ("POST", "A/K/A/K/messaging/news", TWICE),
        ("POST", "api/api/messaging/news", TWICE),
        ("POST", "A/messaging/news", LACKS_KEY),
        ("GET", "A/K/data/Orders", f'{OUTSIDE}"GET", "/data/Orders", json=[]) answers it'),
        ("GET", "A/K/data/Orders/7", f'{OUTSIDE}"GET", "/data/Orders/7", json={{}}) answers it'),
        ("POST", "api/services/Shop/pay", f'{OUTSIDE}"POST", "/services/Shop/pay", json={{}}) answers it'),
        ("DELETE", 'A/K/files/a"b', f'{OUTSIDE}"DELETE", "/files/a\\"b", json={{}}) answers it'),
        ("POST", "A/K/users/register", f'{OUTSIDE}"POST", "/users/register", json={{}}) answers it'),
        ("PUT", "A/K/users", f'{OUTSIDE}"PUT", "/users", json={{}}) answers it'),
        ("POST", "A/K/users/logn", "the nearest it has is POST …/users/login"),
        ("POST", "messaging/news", NEEDS_PREFIX),
        ("POST", "users/login", NEEDS_PREFIX),
        ("GET", "info", NEEDS_PREFIX),
    ],
)
def test_the_method_the_prefix_or_the_nearest_route_is_told(method, path, told):
    assert nearest_route(method, path.split("/")).say() == told


@pytest.mark.parametrize(
    "path", ["A/messaging/news", "v2/messaging/news", "v1/A/K/messaging/news", "api/A/K/messaging/news"]
)
def test_a_wrong_prefix_is_told_as_one(path):
    assert "/<app-id>/<api-key>" in nearest_route("POST", path.split("/")).text


@pytest.mark.parametrize(("method", "path"), [("POST", "A/K/news"), ("POST", "api/news")])
def test_a_missing_segment_is_told_with_the_route_that_has_it(method, path):
    assert "POST …/messaging/<channel>" in nearest_route(method, path.split("/")).text


@pytest.mark.parametrize("path", ["", "A", "A/K", "api"])
def test_there_is_an_answer_for_whatever_path(path):
    assert nearest_route("GET", path.split("/")).text != ""
