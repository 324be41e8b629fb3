"""What may have kept requests from the mock: other mocks of the process, and proxies."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType, SimpleNamespace

import pytest

from pytest_backendless_mock.diagnosis.suspect import OTHER_MOCKS, suspects

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def function_of(module):
    """A function that was written in a module of that name."""
    return FunctionType((lambda *_: None).__code__, {"__name__": module})


def active(name):
    [other] = [other for other in OTHER_MOCKS if other.name == name]
    return [f"{name} is active, and may answer in its place; what lets requests pass: {other.pass_through}"]


def put(monkeypatch, target, value):
    module, _, path = target.partition(":")
    owner = SimpleNamespace()
    monkeypatch.setitem(sys.modules, module, owner)
    *above, last = path.split(".")
    for part in above:
        setattr(owner, part, SimpleNamespace())
        owner = getattr(owner, part)
    setattr(owner, last, value)


def failed_in(module, **names):
    """An error that went through a function of a module of that name, which has names of its own."""
    code = compile("def wrapper():\n    other_mock\n    raise KeyError\n", "", "exec")
    space = {"__name__": module, "other_mock": None, **names}
    exec(code, space)
    with pytest.raises(KeyError) as failure:
        space["wrapper"]()
    return failure.value


@pytest.mark.parametrize("other", OTHER_MOCKS, ids=lambda other: other.name)
class TestAnotherMock:
    def test_is_named_where_it_took_the_place_of_something(self, monkeypatch, other):
        for target in other.replaces:
            with monkeypatch.context() as patch:
                put(patch, target, function_of(f"{other.package}.core"))
                assert suspects("127.0.0.1") == active(other.name)

    def test_is_named_where_the_failure_went_through_it(self, other):
        assert suspects("127.0.0.1", failed_in(f"{other.package}.core")) == active(other.name)

    def test_is_named_where_a_function_names_it_that_the_failure_went_through(self, other):
        for used in (ModuleType(other.package), type("Mocker", (), {"__module__": f"{other.package}.core"})()):
            assert suspects("127.0.0.1", failed_in("test_shop", other_mock=used)) == active(other.name)

    def test_is_not_where_it_did_not(self, monkeypatch, other):
        for target in other.replaces:
            put(monkeypatch, target, function_of("requests.adapters"))
        assert suspects("127.0.0.1", failed_in("shop", unnamed=ModuleType(other.package))) == []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(SimpleNamespace(send=function_of("responses")).send, id="function"),
        pytest.param(type("Connection", (), {"__module__": "responses.stubs"}), id="class"),
        pytest.param(SimpleNamespace(side_effect=function_of("responses")), id="mock"),
        pytest.param(SimpleNamespace(__func__=function_of("responses")), id="method"),
    ],
)
def test_what_stands_in_the_place_may_be_anything_that_is_called(monkeypatch, value):
    put(monkeypatch, "requests.adapters:HTTPAdapter.send", value)
    assert suspects("127.0.0.1") == active("responses")


def test_a_wrapper_is_of_where_it_was_written(monkeypatch):
    wrapper = function_of("vcr.stubs.httpx_stubs")
    wrapper.__module__ = "httpx"
    put(monkeypatch, "httpx:HTTPTransport.handle_request", wrapper)
    assert suspects("127.0.0.1") == active("vcrpy")


@pytest.mark.parametrize(
    "value", [function_of("responses"), type("Mock", (), {"__module__": "responses"})], ids=["function", "class"]
)
def test_what_a_function_names_may_be_a_function_or_a_class(value):
    assert suspects("127.0.0.1", failed_in("test_shop", other_mock=value)) == active("responses")


def test_what_a_function_names_is_asked_nothing():
    class Proxy:
        def __getattribute__(self, name):
            raise RuntimeError("no request is under way")

    assert suspects("127.0.0.1", failed_in("test_shop", other_mock=Proxy())) == []


def test_errors_behind_an_error_count():
    error = ValueError()
    error.__cause__ = KeyError()
    error.__cause__.__context__ = failed_in("respx.mocks")
    assert suspects("127.0.0.1", error) == active("respx")


def test_errors_that_are_behind_each_other_are_no_endless_way():
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    assert suspects("127.0.0.1", one) == []


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"HTTP_PROXY": "http://proxy"}, "http_proxy"),
        ({"http_proxy": "http://proxy", "ALL_PROXY": "socks5://proxy"}, "all_proxy, http_proxy"),
        ({"HTTP_PROXY": "http://proxy", "NO_PROXY": "example.com"}, "http_proxy"),
        ({"HTTP_PROXY": "http://proxy", "NO_PROXY": "example.com,127.0.0.1"}, None),
        ({"HTTP_PROXY": "http://proxy", "no_proxy": "*"}, None),
        ({"NO_PROXY": "example.com"}, None),
    ],
)
def test_a_proxy_is_named_unless_the_mock_is_exempt(monkeypatch, environment, told):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    lines = [f"a proxy is set in the environment ({told}); add 127.0.0.1 to no_proxy"] if told else []
    assert suspects("127.0.0.1") == lines
