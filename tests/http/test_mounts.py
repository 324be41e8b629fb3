"""The doors of the server: which application answers a request."""

from __future__ import annotations

import pytest
from http_support import PREFIX, Wire

from pytest_backendless_mock.http.mounts import Mount, Mounts


def application(name):
    """A WSGI application that says who it is."""

    def answer(environ, start_response):
        start_response("200 OK", [])
        return [f"{name} {environ['PATH_INFO']}".encode()]

    return answer


def below(path):
    """Whether a request is for something below ``path``."""
    return lambda environ: environ["PATH_INFO"].startswith(path)


def asked(mounts, path):
    return b"".join(mounts({"PATH_INFO": path}, lambda *_: None)).decode()


@pytest.fixture
def mounts():
    return Mounts(
        [Mount(below("/a"), application("first")), Mount(below("/a/b"), application("second"))], application("service")
    )


@pytest.mark.parametrize("path", ["/", "/b", "/b/a"])
def test_the_service_takes_what_no_door_accepts(mounts, path):
    assert asked(mounts, path) == f"service {path}"


def test_without_doors_the_service_takes_all():
    assert asked(Mounts([], application("service")), "/a") == "service /a"


@pytest.mark.parametrize("path", ["/a", "/a/b"])
def test_the_first_door_that_accepts_answers(mounts, path):
    assert asked(mounts, path) == f"first {path}"


def test_a_door_that_is_added_comes_after_the_others_and_before_the_service(mounts):
    mounts.add(Mount(below("/"), application("third")))
    assert [asked(mounts, path) for path in ("/a", "/b")] == ["first /a", "third /b"]


def test_no_door_is_asked_behind_the_one_that_accepts():
    heard = []
    mounts = Mounts(
        [Mount(lambda _: True, application("first")), Mount(heard.append, application("second"))],
        application("service"),
    )
    assert (asked(mounts, "/"), heard) == ("first /", [])


def test_what_an_application_raises_goes_through():
    def reset(*_):
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asked(Mounts([Mount(below("/"), reset)], application("service")), "/a")


def test_the_service_learns_nothing_of_a_request_at_another_door():
    wire = Wire()
    wire.app.mounts.add(Mount(below("/__admin__"), application("admin")))
    said = b"".join(wire.app({"PATH_INFO": "/__admin__/clock"}, lambda *_: None))
    assert said == b"admin /__admin__/clock"
    assert wire.send("GET", f"{PREFIX}/info").status == 200
    assert [request.operation for request in wire.tenant.journal.requests()] == ["info"]
    assert wire.problems == []
