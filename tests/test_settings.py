"""The ini options, and environment variables that are set before any conftest is imported."""

from __future__ import annotations

import os
import socket
from types import SimpleNamespace

import pytest
from plugin_support import Inner, free_ports, said

from pytest_backendless_mock import settings

APP_ID = "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00"
API_KEY = "7B1E9D20-52C8-4A6F-9E37-D04C81F2A600"
READING = """
import os

URL = os.environ["SHOP_URL"]
"""
SHOP = """
from client import call
from conftest import URL

def test_it(backendless_mock):
    assert URL == backendless_mock.url
    assert call(f"{URL}/messaging/news", "POST", {"message": "hi"})[0] == 200
    assert backendless_mock.deliveries.data == ["hi"]
"""


@pytest.fixture
def inner(pytester, monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.delenv("SHOP_URL", raising=False)
    return Inner(pytester, monkeypatch)


@pytest.fixture
def port():
    with free_ports() as port:
        yield port


class TestTheOptions:
    def test_are_the_fixtures_defaults(self, inner, port):
        inner.ini(
            f"backendless_mock_address = 127.0.0.1:{port}\n"
            "backendless_mock_app_id = SHOP\nbackendless_mock_api_key = KEY"
        )
        result = inner.run(
            f"""
            def test_it(backendless_mock, backendless_mock_address, backendless_mock_app_id, backendless_mock_api_key):
                assert backendless_mock.url == "http://127.0.0.1:{port}/SHOP/KEY"
                assert backendless_mock_address == ("127.0.0.1", {port})
                assert (backendless_mock_app_id, backendless_mock_api_key) == ("SHOP", "KEY")
            """
        )
        result.assert_outcomes(passed=1)

    def test_are_less_than_a_fixture(self, inner):
        inner.ini("backendless_mock_app_id = SHOP")
        inner.file(
            conftest="""
            import pytest

            @pytest.fixture(scope="session")
            def backendless_mock_app_id():
                return "OTHER"
            """
        )
        inner.run("def test_it(backendless_mock):\n    assert backendless_mock.app_id == 'OTHER'\n").assert_outcomes(
            passed=1
        )

    @pytest.mark.parametrize(
        ("line", "text"),
        [
            (
                "backendless_mock_address = 8090",
                "backendless_mock_address is host:port, as in 127.0.0.1:0 or [[]::1]:8090, not '8090'",
            ),
            (
                "backendless_mock_address = localhost:http",
                "backendless_mock_address is host:port, as in 127.0.0.1:0 or [[]::1]:8090, not 'localhost:http'",
            ),
            (
                "backendless_mock_env = SHOP_URL",
                (
                    "backendless_mock_env has lines such as MY_URL={url}, with {url}, {host_url}, {app_id}, {api_key}, "
                    "not 'SHOP_URL'"
                ),
            ),
            (
                "backendless_mock_env = SHOP_URL={uri}",
                (
                    "backendless_mock_env has lines such as MY_URL={url}, with {url}, {host_url}, {app_id}, {api_key}, "
                    "not 'SHOP_URL={uri}'"
                ),
            ),
            (
                "backendless_mock_env = SHOP_URL={url}\nbackendless_mock_address = 192.0.2.1:0",
                "backendless_mock_address: the mock cannot listen on 192.0.2.1:0: *",
            ),
            (
                "backendless_mock_env = SHOP_URL={url}\nbackendless_mock_address = 127.0.0.1:70000",
                "backendless_mock_address: the mock cannot listen on 127.0.0.1:70000: *",
            ),
        ],
    )
    def test_that_cannot_be_meant_are_a_sentence(self, inner, line, text):
        inner.ini(line)
        result = inner.run_apart("def test_it():\n    pass\n")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"ERROR: {text}"])
        assert "Traceback" not in said(result)


class TestTheEnvironment:
    def test_is_set_before_a_conftest_is_imported_and_leads_to_the_mock(self, inner):
        inner.ini("backendless_mock_env = SHOP_URL={url}")
        inner.file(conftest=READING)
        inner.run(SHOP).assert_outcomes(passed=1)

    def test_has_a_line_for_each_variable(self, inner):
        inner.ini(
            "backendless_mock_app_id = SHOP\n"
            "backendless_mock_env =\n"
            "    SHOP_HOST = {host_url}\n"
            "    SHOP_KEYS={app_id}:{api_key}\n"
            '    SHOP_JSON={"braces": {}}\n'
        )
        result = inner.run(
            f"""
            import os

            def test_it(backendless_mock):
                assert os.environ["SHOP_HOST"] == backendless_mock.host_url
                assert os.environ["SHOP_KEYS"] == "SHOP:{API_KEY}"
                assert os.environ["SHOP_JSON"] == '{{"braces": {{}}}}'
            """
        )
        result.assert_outcomes(passed=1)

    @pytest.mark.parametrize("before", [None, "http://production"])
    def test_is_as_it_was_when_the_run_is_over(self, inner, monkeypatch, before):
        if before is not None:
            monkeypatch.setenv("SHOP_URL", before)
        inner.ini("backendless_mock_env = SHOP_URL={url}")
        inner.file(conftest=READING)
        inner.run(SHOP).assert_outcomes(passed=1)
        assert os.environ.get("SHOP_URL") == before

    def test_is_as_it_was_when_a_conftest_cannot_be_imported(self, inner):
        inner.ini("backendless_mock_env = SHOP_URL={url}")
        inner.file(conftest="raise OSError('closed')\n")
        assert inner.run("def test_it():\n    pass\n").ret == pytest.ExitCode.USAGE_ERROR
        assert "SHOP_URL" not in os.environ

    def test_takes_a_port_that_is_given_and_an_address_of_the_sixth_version(self, inner, port):
        inner.ini(f"backendless_mock_address = [::1]:{port}\nbackendless_mock_env = SHOP_URL={{url}}")
        inner.file(conftest=READING)
        result = inner.run(f"{SHOP}    assert URL.startswith('http://[::1]:{port}/')\n")
        result.assert_outcomes(passed=1)

    def test_needs_no_more_than_a_socket_until_a_conftest_is_imported(self, inner):
        inner.ini("backendless_mock_env = SHOP_URL={url}")
        inner.file(
            conftest="""
            import os
            import sys
            import threading

            OURS = sorted(name for name in sys.modules if name.startswith("pytest_backendless_mock."))
            HEAVY = {"werkzeug", "jsonschema", "freezegun", "pytest_httpserver"} & {*sys.modules}
            THREADS = threading.active_count()
            """
        )
        result = inner.run_apart(
            """
            from conftest import HEAVY, OURS, THREADS

            def test_it():
                assert [name.partition(".")[2] for name in OURS] == [
                    "case", "marker", "plugin", "service", "service.identity", "settings", "testing", "testing.story"
                ]
                assert HEAVY == set()
                assert THREADS == 1
            """,
            "-p",
            "no:freezegun",
            "-p",
            "no:freezer",
            "-p",
            "no:pytest_httpserver",
            "-p",
            "no:time_machine",
        )
        result.assert_outcomes(passed=1)

    def test_is_another_for_each_worker_and_the_controller_starts_nothing(self, inner):
        inner.ini("backendless_mock_env = SHOP_URL={url}")
        inner.file(
            conftest=f"""{READING}
import socket
import pytest

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        print("CONTROLLER", URL)
"""
        )
        source = SHOP.replace("def test_it", "import pytest\n\n@pytest.mark.parametrize('n', range(6))\ndef test_it")
        result = inner.run_apart(
            source.replace("(backendless_mock)", "(backendless_mock, n, worker_id)")
            + "    with open(f'{worker_id}.txt', 'a') as file:\n        print(URL, file=file)\n",
            "-n2",
            "-s",
        )
        result.assert_outcomes(passed=6)
        urls = [{*path.read_text("utf-8").split()} for path in inner.path.glob("gw*.txt")]
        assert [len(each) for each in urls] == [1, 1]
        assert urls[0] != urls[1]
        result.stdout.fnmatch_lines([f"CONTROLLER http://127.0.0.1:0/{APP_ID}/{API_KEY}"])

    @pytest.mark.parametrize("options", [("-n0",), ("-p", "no:xdist"), ("-n", "auto", "--pdb")])
    def test_is_set_where_xdist_has_no_workers(self, inner, options):
        inner.ini("backendless_mock_env = SHOP_URL={url}")
        inner.file(conftest=READING)
        inner.run_apart(SHOP, *options).assert_outcomes(passed=1)

    @pytest.mark.parametrize(
        ("fixture", "value", "text"),
        [
            (
                "backendless_mock_address",
                '("127.0.0.1", 8090)',
                (
                    "the fixture backendless_mock_address says 127.0.0.1:8090, but SHOP_URL was set with 127.0.0.1:* "
                    "before any conftest was imported (backendless_mock_env): "
                    "say it by the ini option backendless_mock_address, and take the fixture away"
                ),
            ),
            (
                "backendless_mock_app_id",
                '"SHOP"',
                f"the fixture backendless_mock_app_id says SHOP, but SHOP_URL was set with {APP_ID} *",
            ),
            (
                "backendless_mock_api_key",
                '"KEY"',
                f"the fixture backendless_mock_api_key says KEY, but SHOP_URL was set with {API_KEY} *",
            ),
            (
                "backendless_mock_ssl_context",
                "ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)",
                (
                    "the fixture backendless_mock_ssl_context says https, but SHOP_URL was set with http before any "
                    "conftest was imported (backendless_mock_env): "
                    "take backendless_mock_env away, and hand backendless_mock.url to the code under test"
                ),
            ),
        ],
    )
    def test_is_not_contradicted_by_a_fixture(self, inner, fixture, value, text):
        inner.ini("backendless_mock_env = SHOP_URL={url}")
        inner.file(
            conftest=f"""
            import ssl
            import pytest

            @pytest.fixture(scope="session")
            def {fixture}():
                return {value}
            """
        )
        result = inner.run("def test_it(backendless_mock):\n    pass\n\ndef test_other(backendless_mock):\n    pass\n")
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines([text])

    @pytest.mark.parametrize(("system", "shared"), [("posix", 1), ("nt", 0)])
    def test_keeps_its_port_as_the_server_does(self, monkeypatch, system, shared):
        monkeypatch.setattr(settings, "os", SimpleNamespace(name=system))
        with settings._bind("127.0.0.1", 0) as bound:
            assert bound.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) == shared

    def test_goes_with_a_fixture_that_leaves_the_port_open(self, inner):
        inner.ini("backendless_mock_env = SHOP_URL={url}")
        inner.file(
            conftest=f"""{READING}
import pytest

@pytest.fixture(scope="session")
def backendless_mock_address():
    return ("127.0.0.1", 0)
"""
        )
        inner.run(SHOP).assert_outcomes(passed=1)
