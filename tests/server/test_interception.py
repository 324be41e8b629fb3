"""Code that has the service's address built in, led to the mock: over TLS, and undone at the end."""

from __future__ import annotations

import asyncio
import errno
import http.client
import json
import os
import socket
import ssl
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import aiodns
import aiohttp
import httpx
import pytest
import requests
import trustme
import urllib3
from amf_support import REAL_TIME, frame
from http_support import MESSAGING, PREFIX, Wire, serving
from plugin_support import Inner

from pytest_backendless_mock import BackendlessMock, BackendlessServer, Rules, ServerError
from pytest_backendless_mock.http.amf import frame as amf
from pytest_backendless_mock.server import tls
from pytest_backendless_mock.server.server import hosting
from pytest_backendless_mock.testing.session import Session

WATCHDOG = 20
"""Seconds after which a client gives up; nothing here is measured by it."""
HOST = "api.backendless.com"
NEWS = f"https://{HOST}{MESSAGING}/news"
BODY = {"message": "hi"}
JSON = {"Content-Type": "application/json"}
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Names:
    """``getaddrinfo`` of a machine without a network: it knows its own addresses, and one host more."""

    def __init__(self, original):
        self.original = original
        self.asked = []

    def __call__(self, host, port, *args, **kwargs):
        host = host.decode() if isinstance(host, bytes) else host
        self.asked.append(host)
        if host == "other.example":
            host = "127.0.0.1"
        elif host not in {"127.0.0.1", "::1", "localhost", "127.83.0.1", "100::83"}:
            raise socket.gaierror(socket.EAI_NONAME, f"nobody here is called {host}")
        return self.original(host, port, *args, **kwargs)


@pytest.fixture(autouse=True)
def names(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # which has read the proxies
    names = Names(socket.getaddrinfo)
    monkeypatch.setattr(socket, "getaddrinfo", names)
    return names


@pytest.fixture
def mock():
    with BackendlessMock() as mock:
        yield mock


@pytest.fixture
def intercepted(mock):
    mock.intercept()
    return mock


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def certified(authority):
    """What a server needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "other.example").configure_cert(context)
    return context


@pytest.fixture
def trusting(authority):
    """What a client needs that trusts the authority and nobody else."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def other(certified):
    """A server of somebody else, with a certificate."""
    with serving(Wire(), ssl_context=certified) as server:
        yield f"https://other.example:{server.port}{MESSAGING}/news"


def patched():
    """What intercepting replaces, as it is now."""
    return (
        socket.getaddrinfo,
        vars(socket.socket).get("connect"),
        vars(ssl.SSLContext)["wrap_socket"],
        vars(ssl.SSLContext)["wrap_bio"],
        aiodns.DNSResolver.getaddrinfo,
    )


def with_requests(url, **options):
    answer = requests.post(url, json=BODY, timeout=WATCHDOG, **options)
    return answer.status_code, answer.url


def with_httpx(url, **options):
    answer = httpx.post(url, json=BODY, timeout=WATCHDOG, **options)
    return answer.status_code, str(answer.url)


def with_async_httpx(url, **options):
    async def post():
        async with httpx.AsyncClient(timeout=WATCHDOG, **options) as client:
            answer = await client.post(url, json=BODY)
            return answer.status_code, str(answer.url)

    return asyncio.run(post())


def with_aiohttp(url, *, verify=True, resolver=aiohttp.ThreadedResolver):
    async def post():
        timeout = aiohttp.ClientTimeout(total=WATCHDOG)
        connector = aiohttp.TCPConnector(resolver=resolver(), ssl=verify)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.post(url, json=BODY) as answer,
        ):
            return answer.status, str(answer.url)

    return asyncio.run(post())


def with_aiodns(url):
    return with_aiohttp(url, resolver=aiohttp.AsyncResolver)


def with_urllib(url, verify=None):
    request = urllib.request.Request(url, json.dumps(BODY).encode(), JSON)
    with urllib.request.urlopen(request, timeout=WATCHDOG, context=verify) as answer:
        return answer.status, answer.url


CLIENTS = {
    "requests": with_requests,
    "httpx": with_httpx,
    "httpx async": with_async_httpx,
    "aiohttp": with_aiohttp,
    "aiohttp with aiodns": with_aiodns,
    "urllib": with_urllib,
}
every_client = pytest.mark.parametrize("post", CLIENTS.values(), ids=CLIENTS)
contexts = {name: client for name, client in CLIENTS.items() if client not in {with_requests, with_aiodns}}
every_client_with_a_context = pytest.mark.parametrize("post", contexts.values(), ids=contexts)


def by_hand(host, port=443, path=f"{MESSAGING}/news", kind=http.client.HTTPSConnection, **options):
    """``http.client`` changes nothing of a host's name on its way."""
    connection = kind(host, port, timeout=WATCHDOG, **options)
    try:
        connection.request("POST", path, json.dumps(BODY), JSON)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def connections(session):
    """How many connections a session has opened to each server, and for how many requests."""
    pools = [adapter.poolmanager.pools for adapter in session.adapters.values()]
    return [(pool.num_connections, pool.num_requests) for some in pools for pool in map(some.get, some.keys())]


def ipv6():
    """Whether this machine has an IPv6 loopback."""
    with socket.socket(socket.AF_INET6) if socket.has_ipv6 else socket.socket() as probe:
        return probe.family == socket.AF_INET6 and probe.connect_ex(("::1", 9, 0, 0)) == errno.ECONNREFUSED


# --- clients


@every_client
def test_a_client_reaches_the_mock_and_is_none_the_wiser(intercepted, post):
    assert post(NEWS) == (200, NEWS)
    [request] = intercepted.requests
    assert (request.operation, request.path) == ("publish", f"{MESSAGING}/news")
    assert request.headers["host"] == "api.backendless.com"
    assert intercepted.channel("news").messages.data == ["hi"]


def test_http_client_reaches_the_mock(intercepted):
    assert by_hand(HOST) == 200
    [request] = intercepted.requests
    assert (request.path, request.headers["host"]) == (f"{MESSAGING}/news", "api.backendless.com")


def test_a_session_keeps_its_connection(intercepted):
    with requests.Session() as session:
        for _ in range(3):
            assert session.post(NEWS, json=BODY, timeout=WATCHDOG).status_code == 200
        assert connections(session) == [(1, 3)]


@pytest.mark.asyncio
async def test_httpx_asynchronously_publishes_many_at_a_time(intercepted):
    async with httpx.AsyncClient(timeout=WATCHDOG) as client:
        answers = await asyncio.gather(*(client.post(NEWS, json={"message": number}) for number in range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    assert sorted(intercepted.messages.data) == list(range(20))


def test_a_big_body_goes_through(intercepted):
    assert requests.post(NEWS, json={"message": "x" * 1_000_000}, timeout=WATCHDOG).status_code == 200
    assert [len(message) for message in intercepted.messages.data] == [1_000_000]


@every_client_with_a_context
def test_a_strict_context_works_and_stays_as_it_is(intercepted, trusting, post):
    assert (trusting.verify_mode, trusting.check_hostname) == (ssl.CERT_REQUIRED, True)
    before = settings(trusting)
    assert post(NEWS, verify=trusting) == (200, NEWS)
    assert settings(trusting) == before


def settings(context):
    return (
        context.verify_mode,
        context.check_hostname,
        context.verify_flags,
        context.options,
        context.minimum_version,
        context.maximum_version,
        [cipher["name"] for cipher in context.get_ciphers()],
        context.get_ca_certs(),
    )


def test_http_client_with_a_strict_context_works(intercepted, trusting):
    assert by_hand(HOST, context=trusting) == 200


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request is being made:urllib3.exceptions.InsecureRequestWarning")
def test_requests_without_verification_works(intercepted):
    assert with_requests(NEWS, verify=False) == (200, NEWS)


@pytest.mark.parametrize(
    "options",
    [{"check_hostname": False}, {"assert_hostname": HOST}, {"assert_hostname": False}],
    ids=["context-without-names", "a-name", "no-name"],
)
def test_urllib3_that_compares_names_itself_works(intercepted, trusting, options):
    trusting.check_hostname = options.pop("check_hostname", True)
    with urllib3.PoolManager(ssl_context=trusting, timeout=WATCHDOG, retries=False, **options) as pool:
        assert pool.request("POST", NEWS, body=json.dumps(BODY), headers=JSON).status == 200


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("API.Backendless.Com", 443, "API.Backendless.Com"),
        ("api.backendless.com.", 443, "api.backendless.com."),
        ("api.backendless.com", 8443, "api.backendless.com:8443"),
    ],
    ids=["upper-case", "trailing-dot", "another-port"],
)
def test_the_same_host_written_otherwise_is_led_too(intercepted, host, port, said):
    assert by_hand(host, port) == 200
    assert [request.headers["host"] for request in intercepted.requests] == [said]


@pytest.mark.parametrize(
    "host", ["API.Backendless.Com", "api.backendless.com.", b"api.backendless.com"], ids=["upper", "dot", "bytes"]
)
def test_what_intercept_is_given_may_be_written_otherwise(mock, host):
    mock.intercept(host)
    assert with_requests(NEWS) == (200, NEWS)


def test_plain_http_to_the_host_is_led_too(intercepted):
    url = f"http://{HOST}{MESSAGING}/news"
    assert with_requests(url) == (200, url)
    assert intercepted.channel("news").messages.data == ["hi"]


def test_a_second_host_is_led_beside_the_first(intercepted):
    intercepted.intercept("eu-api.backendless.com")
    for host in (HOST, "eu-api.backendless.com"):
        assert by_hand(host) == 200
    assert [request.headers["host"] for request in intercepted.requests] == [
        "api.backendless.com",
        "eu-api.backendless.com",
    ]


def test_the_same_host_twice_is_once(intercepted):
    intercepted.intercept("API.BACKENDLESS.COM")
    assert with_requests(NEWS) == (200, NEWS)


def test_another_application_of_the_mock_is_reached_by_its_id(intercepted):
    app = intercepted.new_app(app_id="A", api_key="K")
    assert with_requests(f"https://{HOST}/A/K/messaging/news")[0] == 200
    assert (app.messages.data, intercepted.messages.data) == (["hi"], [])


def test_a_remote_call_is_told_the_address_that_it_came_to(intercepted):
    answer = requests.post(
        f"https://{HOST}{PREFIX}/binary",
        data=frame(REAL_TIME, "lookup", []),
        headers={"Content-Type": "application/x-amf"},
        timeout=WATCHDOG,
    )
    assert amf.decode(answer.content).value.members["body"] == "https://api.backendless.com"


# --- others


def test_names_of_other_hosts_are_asked_of_the_original(intercepted, names):
    names.asked.clear()
    found = socket.getaddrinfo("other.example", 80, type=socket.SOCK_STREAM)
    with pytest.raises(socket.gaierror, match="nobody here is called eu"):
        socket.getaddrinfo("eu.api.backendless.com", None)
    assert {address for *_, address in found} == {("127.0.0.1", 80)}
    assert names.asked == ["other.example", "eu.api.backendless.com"]


def test_the_network_is_never_asked_for_the_host(intercepted, names):
    names.asked.clear()
    with_requests(NEWS)
    assert names.asked == ["127.83.0.1"]


@every_client_with_a_context
def test_certificates_of_other_hosts_are_verified(intercepted, other, trusting, post):
    with pytest.raises((OSError, httpx.ConnectError), match=r"CERTIFICATE_VERIFY_FAILED|certificate verify failed"):
        post(other, verify=ssl.create_default_context())
    assert post(other, verify=trusting) == (200, other)


@every_client_with_a_context
def test_names_in_certificates_of_other_hosts_are_verified(intercepted, other, trusting, post):
    with pytest.raises((OSError, httpx.ConnectError), match="certificate is not valid for 'localhost'"):
        post(other.replace("other.example", "localhost"), verify=trusting)


def test_the_mock_s_own_address_is_no_exception(intercepted, capfd):
    with pytest.raises(requests.exceptions.SSLError):
        with_requests(intercepted.url.replace("http:", "https:"))
    assert intercepted.requests == ()
    assert capfd.readouterr().err == ""


def handshake_of_a_socket(context, sock, host, session):
    with context.wrap_socket(sock, server_hostname=host, session=session) as secure:
        return secure.session, secure.session_reused


def handshake_of_a_bio(context, sock, host, session):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    secure = context.wrap_bio(incoming, outgoing, server_hostname=host, session=session)
    with sock:
        while True:
            try:
                secure.do_handshake()
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65_536))
            else:
                sock.sendall(outgoing.read())
                return secure.session, secure.session_reused


@pytest.mark.parametrize("shake_hands", [handshake_of_a_socket, handshake_of_a_bio], ids=["wrap_socket", "wrap_bio"])
def test_tls_sessions_are_resumed_with_other_hosts_and_begun_anew_with_the_mock(
    intercepted, other, trusting, shake_hands
):
    trusting.maximum_version = ssl.TLSVersion.TLSv1_2  # later ones send the session after the handshake

    def connect(host, port, session=None):
        sock = socket.create_connection((host, port), timeout=WATCHDOG)
        return shake_hands(trusting, sock, host, session)

    port = httpx.URL(other).port
    session, _ = connect("other.example", port)
    assert connect("other.example", port, session)[1] is True
    assert connect(HOST, 443, session)[1] is False


def test_clients_of_the_mock_s_address_go_on_as_before(mock):
    with requests.Session() as early:
        early.post(f"{mock.url}/messaging/news", json={"message": "before"}, timeout=WATCHDOG)
        mock.intercept()
        early.post(f"{mock.url}/messaging/news", json={"message": "since"}, timeout=WATCHDOG)
        with_requests(f"{mock.url}/messaging/news")
        with_requests(NEWS)
    assert mock.messages.data == ["before", "since", "hi", "hi"]


def test_a_silent_connection_blocks_neither_others_nor_the_end():
    with ExitStack() as clients:
        with BackendlessMock() as mock:
            mock.intercept()
            silent = clients.enter_context(socket.create_connection((HOST, 443), timeout=WATCHDOG))
            assert with_requests(NEWS) == (200, NEWS)
        assert silent.recv(1) == b""


def test_a_silent_connection_does_not_block_the_next_test():
    with BackendlessServer() as server, ExitStack() as clients:
        with BackendlessMock(server=server) as first:
            first.intercept()
            clients.enter_context(socket.create_connection((HOST, 443), timeout=WATCHDOG))
        with BackendlessMock(server=server) as second:
            assert with_requests(f"{second.url}/messaging/news")[0] == 200


# --- others who patch the same functions


@pytest.fixture
def patches():
    """Undone after the mocks, as monkeypatch is where a test asks for it first."""
    with pytest.MonkeyPatch.context() as patches:
        yield patches


FUNCTIONS = {
    "getaddrinfo": (socket, "getaddrinfo"),
    "aiodns": (aiodns.DNSResolver, "getaddrinfo"),
    "connect": (socket.socket, "connect"),
    "wrap_socket": (ssl.SSLContext, "wrap_socket"),
    "wrap_bio": (ssl.SSLContext, "wrap_bio"),
}


def passing_on(owner, name):
    """A patch of a user's, which calls what stood there."""
    beneath = getattr(owner, name)

    def patch(*args, **kwargs):
        return beneath(*args, **kwargs)

    return patch


@pytest.mark.parametrize(("owner", "name"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_user_s_patch_of_the_same_function_may_be_undone_later(patches, owner, name):
    before, own_connect = patched(), "connect" in vars(socket.socket)
    with BackendlessMock() as mock:
        mock.intercept()
        patches.setattr(owner, name, passing_on(owner, name))
        assert [post(NEWS) for post in CLIENTS.values()] == [(200, NEWS)] * len(CLIENTS)
    with pytest.raises(requests.ConnectionError, match="nobody here is called api"):  # through what is over
        with_requests(NEWS)
    patches.undo()  # which puts a patch of ours back that is over
    with pytest.raises(requests.ConnectionError, match="nobody here is called api"):
        with_requests(NEWS)
    with BackendlessMock() as mock:
        mock.intercept()
        assert [post(NEWS) for post in CLIENTS.values()] == [(200, NEWS)] * len(CLIENTS)
    assert [new is old for new, old in zip(patched(), before, strict=True)] == [True] * 5
    assert ("connect" in vars(socket.socket)) is own_connect


def test_a_patch_that_is_over_leads_nobody_to_the_server_that_was(patches):
    with BackendlessServer() as server:
        with BackendlessMock(server=server) as mock:
            mock.intercept()
            patches.setattr(socket.socket, "connect", passing_on(socket.socket, "connect"))
        patches.undo()
        with socket.socket() as sock, pytest.raises(OSError, match="refused"):
            sock.connect(("127.83.0.1", 443))


def test_a_user_s_patch_from_before_stands_again_after_the_end(patches):
    patches.setattr(socket, "getaddrinfo", passing_on(socket, "getaddrinfo"))
    theirs = socket.getaddrinfo
    with BackendlessMock() as mock:
        mock.intercept()
        assert with_requests(NEWS) == (200, NEWS)
    assert socket.getaddrinfo is theirs


def test_a_user_s_patch_over_ours_does_not_hide_that_another_mock_intercepts(intercepted, patches):
    patches.setattr(socket, "getaddrinfo", passing_on(socket, "getaddrinfo"))
    with BackendlessMock() as second, pytest.raises(RuntimeError, match=r"^another BackendlessMock .* intercepts"):
        second.intercept()


def test_a_client_may_look_into_its_connection(intercepted):
    context = ssl.create_default_context()
    with (
        socket.create_connection((HOST, 443), timeout=WATCHDOG) as sock,
        context.wrap_socket(sock, server_hostname=HOST) as secure,
    ):
        assert secure.context is context
        assert secure.context.verify_mode == ssl.CERT_REQUIRED
        assert secure._sslobj.get_verified_chain() == []  # as urllib3-future does
        assert secure._sslobj.cipher() == secure.cipher()


def test_what_is_set_on_a_connection_s_inside_is_set():
    """As ``SSLSocket.session`` does, in clients that resume one."""
    spoken = SimpleNamespace()
    tls._Chained(spoken).session = "a session"
    assert spoken.session == "a session"


# --- the end


def test_at_the_end_everything_is_as_it_was():
    before = patched()
    own_connect = "connect" in vars(socket.socket)
    with BackendlessMock() as mock:
        mock.intercept()
        mock.intercept("eu-api.backendless.com")
        during = patched()
    assert [new is old for new, old in zip(during, before, strict=True)] == [False] * 5
    assert [new is old for new, old in zip(patched(), before, strict=True)] == [True] * 5
    assert ("connect" in vars(socket.socket)) is own_connect


def test_a_test_that_fails_is_undone_too():
    before = patched()
    with pytest.raises(KeyError, match="the test"), BackendlessMock() as mock:  # noqa: PT012
        mock.intercept()
        raise KeyError("the test")
    assert [new is old for new, old in zip(patched(), before, strict=True)] == [True] * 5


def test_after_the_end_names_are_asked_of_the_network(names):
    with BackendlessMock() as mock:
        mock.intercept()
    with pytest.raises(requests.ConnectionError, match="nobody here is called api"):
        with_requests(NEWS)


INNER = """
import socket
import ssl

import pytest
import requests

def patched():
    return [
        socket.getaddrinfo, vars(socket.socket).get("connect"), ssl.SSLContext.wrap_socket, ssl.SSLContext.wrap_bio
    ]

BEFORE = patched()

def publish(mock):
    url = f"https://api.backendless.com/{mock.app_id}/{mock.api_key}/messaging/news"
    return requests.post(url, json={"message": "hi"}, timeout=20).status_code

def test_one(backendless_mock):
    backendless_mock.intercept()
    assert publish(backendless_mock) == 200
    assert [new for new in patched() if new in BEFORE] == []

def test_two(backendless_mock):
    assert patched() == BEFORE

def test_three(backendless_mock):
    backendless_mock.intercept()
    raise KeyError("three")

def test_four(backendless_mock):
    assert patched() == BEFORE
    with pytest.raises(requests.ConnectionError):
        publish(backendless_mock)
    assert backendless_mock.requests == ()

def test_five(backendless_mock):
    backendless_mock.intercept()
    assert publish(backendless_mock) == 200
"""


def test_each_test_of_a_pytest_run_intercepts_for_itself(pytester, monkeypatch):
    result = Inner(pytester, monkeypatch).run(INNER)
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_three - KeyError: 'three'"])


@contextmanager
def two_mocks(server):
    """An intercepting mock on ``server``; what comes out of the block's ``with`` puts another in its place."""
    first, second = Session(Rules(), seed=1, server=server), Session(Rules(), seed=2, server=server)
    first.open()
    BackendlessMock(_session=first).intercept(HOST)

    def change():
        first.close()
        second.open()
        return BackendlessMock(_session=second)

    yield change
    second.close()


@pytest.mark.parametrize(
    ("serves_https", "scheme"),
    [(False, "https"), (False, "http"), (True, "https")],
    ids=["tls", "plain", "tls-of-the-server"],
)
def test_a_pooled_connection_is_not_served_after_the_end(certified, serves_https, scheme):
    url = f"{scheme}://{HOST}{MESSAGING}/news"
    served = BackendlessServer(ssl_context=certified if serves_https else None)
    with served as server, two_mocks(server) as change, requests.Session() as session:
        assert session.post(url, json=BODY, timeout=WATCHDOG).status_code == 200
        second = change()
        with pytest.raises(requests.ConnectionError):
            session.post(url, json=BODY, timeout=WATCHDOG)
        assert second.requests == ()
        assert hosting(server).idle.strays == []


def test_a_pooled_connection_to_the_mock_s_address_outlives_the_end():
    with BackendlessServer() as server, two_mocks(server) as change, requests.Session() as session:
        session.post(f"{server.url}/messaging/news", json=BODY, timeout=WATCHDOG)
        second = change()
        session.post(f"{server.url}/messaging/news", json=BODY, timeout=WATCHDOG)
        assert connections(session) == [(1, 2)]
        assert second.messages.data == ["hi"]


def test_after_the_end_the_server_talks_no_tls():
    with BackendlessServer() as server, two_mocks(server) as change:
        connect = {"host": server.host, "port": server.port, "context": tls.client_context()}
        assert by_hand(**connect) == 200
        second = change()
        with pytest.raises((ConnectionError, ssl.SSLError)):
            by_hand(**connect)
        assert second.requests == ()


# --- several mocks


def test_two_mocks_do_not_intercept_at_once(intercepted):
    before = patched()
    with BackendlessMock() as second:
        with pytest.raises(
            RuntimeError, match=r"^another BackendlessMock of this process intercepts already, and is not closed$"
        ):
            second.intercept("eu-api.backendless.com")
        assert with_requests(NEWS) == (200, NEWS)
        assert second.requests == ()
    assert patched() == before
    assert with_requests(NEWS) == (200, NEWS)
    assert intercepted.messages.data == ["hi", "hi"]


def test_when_the_first_mock_is_closed_the_second_intercepts():
    with BackendlessMock() as second:
        with BackendlessMock() as first:
            first.intercept()
            with pytest.raises(RuntimeError):
                second.intercept()
        second.intercept()
        assert with_requests(NEWS) == (200, NEWS)
        assert (first.messages.data, second.messages.data) == ([], ["hi"])


# --- servers of other kinds, and what goes wrong


def test_a_mock_that_serves_https_itself_is_reached(certified, authority):
    with BackendlessServer(ssl_context=certified) as server, BackendlessMock(server=server) as mock:
        mock.intercept()
        for post in CLIENTS.values():
            assert post(NEWS) == (200, NEWS)
        with authority.cert_pem.tempfile() as ca:
            assert with_requests(f"{mock.url}/messaging/news", verify=ca)[0] == 200
        assert mock.messages.data == ["hi"] * 7


def test_a_mock_that_insists_on_tls_1_3_is_reached(authority):
    modern = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    modern.minimum_version = ssl.TLSVersion.TLSv1_3
    authority.issue_cert("127.0.0.1").configure_cert(modern)
    with BackendlessServer(ssl_context=modern) as server, BackendlessMock(server=server) as mock:
        mock.intercept()
        assert with_requests(NEWS) == (200, NEWS)


@pytest.mark.skipif(not ipv6(), reason="no IPv6")
@every_client
def test_a_mock_on_ipv6_is_reached(post):
    with BackendlessServer("::1") as server, BackendlessMock(server=server) as mock:
        mock.intercept()
        assert post(NEWS) == (200, NEWS)
        assert {family for family, *_ in socket.getaddrinfo(HOST, 443)} == {socket.AF_INET6}


def test_a_mock_called_localhost_is_reached():
    with BackendlessServer("localhost") as server, BackendlessMock(server=server) as mock:
        mock.intercept()
        assert with_requests(NEWS) == (200, NEWS)


@pytest.mark.parametrize(
    ("post", "error"),
    [
        (with_requests, requests.ConnectionError),
        (with_httpx, httpx.ConnectError),
        (with_async_httpx, httpx.ConnectError),
        (with_aiohttp, aiohttp.ClientConnectorError),
        (with_aiodns, aiohttp.ClientConnectorError),
        (with_urllib, urllib.request.URLError),
    ],
    ids=CLIENTS,
)
def test_offline_the_host_refuses(intercepted, post, error):
    with intercepted.offline(), pytest.raises(error) as caught:
        post(NEWS)
    if post is not with_async_httpx:  # anyio says no more than that all attempts failed
        assert "refused" in str(caught.value) or "Connect call failed" in str(caught.value)
    assert post(NEWS) == (200, NEWS)
    assert [request.status for request in intercepted.requests] == [200]


def test_offline_an_open_connection_to_the_host_breaks(intercepted):
    connection = http.client.HTTPSConnection(HOST, timeout=WATCHDOG)
    try:
        connection.connect()
        with intercepted.offline(), pytest.raises((ConnectionError, ssl.SSLError)):  # noqa: PT012
            connection.request("POST", f"{MESSAGING}/news", json.dumps(BODY), JSON)
            connection.getresponse()
    finally:
        connection.close()
    assert intercepted.requests == ()


def test_a_reset_reaches_a_client_through_tls(intercepted):
    intercepted.faults.reset("publish", times=1)
    with pytest.raises((ConnectionResetError, ssl.SSLEOFError)):
        by_hand(HOST)
    assert by_hand(HOST) == 200
    assert [request.status for request in intercepted.requests] == [None, 200]


def test_a_reset_midway_reaches_a_client_through_tls(intercepted):
    intercepted.faults.reset("publish", midway=True)
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError, ssl.SSLEOFError)):
        by_hand(HOST)
    assert [request.status for request in intercepted.requests] == [200]


def test_a_client_gives_up_on_a_hanging_request_through_tls(intercepted):
    intercepted.faults.hang("publish", times=1)
    with pytest.raises(requests.ReadTimeout):
        requests.post(NEWS, json=BODY, timeout=(WATCHDOG, 0.1))
    assert with_requests(NEWS) == (200, NEWS)
    assert intercepted.messages.data == ["hi"]


def test_the_end_of_the_mock_ends_a_hanging_request_through_tls():
    with ThreadPoolExecutor() as pool:
        with BackendlessMock() as mock:
            mock.intercept()
            mock.faults.hang("publish")
            hanging = pool.submit(with_requests, NEWS)
            mock.wait_until(lambda: mock.requests, timeout=WATCHDOG)
        assert isinstance(hanging.exception(WATCHDOG), requests.ConnectionError)


# --- refusals


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("https://api.backendless.com", "'https://api.backendless.com'"),
        ("api.backendless.com:443", "'api.backendless.com:443'"),
        ("api.backendless.com/", "'api.backendless.com/'"),
        ("*.backendless.com", "'*.backendless.com'"),
        (".backendless.com", "'.backendless.com'"),
        ("127.0.0.1", "'127.0.0.1'"),
        ("::1", "'::1'"),
        ("", "''"),
        (".", "'.'"),
        (None, "None"),
        (443, "443"),
    ],
    ids=["url", "port", "slash", "star", "leading-dot", "ipv4", "ipv6", "empty", "dot", "none", "number"],
)
def test_what_is_no_host_s_name_is_refused_and_patches_nothing(mock, host, shown):
    before = patched()
    with pytest.raises(ValueError) as caught:
        mock.intercept(host)
    assert str(caught.value) == f"intercept() takes a host's name such as 'api.backendless.com', not {shown}"
    assert [new is old for new, old in zip(patched(), before, strict=True)] == [True] * 5
    mock.intercept()
    assert with_requests(NEWS) == (200, NEWS)


def test_a_refused_host_leaves_the_others(intercepted):
    with pytest.raises(ValueError, match="not '127"):
        intercepted.intercept("127.0.0.1")
    assert with_requests(NEWS) == (200, NEWS)


@pytest.mark.parametrize("times_open", [0, 1], ids=["not-open-yet", "closed"])
def test_a_mock_that_does_not_serve_does_not_intercept(times_open):
    before = patched()
    mock = BackendlessMock()
    for _ in range(times_open):
        with mock:
            mock.intercept("eu-api.backendless.com")
    try:
        with pytest.raises(RuntimeError, match=r"^intercept\(\) needs an open mock"):
            mock.intercept()
        assert [new is old for new, old in zip(patched(), before, strict=True)] == [True] * 5
    finally:
        if mock._session._interception is not None:
            mock._session._interception.end()


def test_a_mock_without_its_server_does_not_intercept(names):
    before = patched()
    with BackendlessMock(server=BackendlessServer(port=9)) as mock:
        with pytest.raises(ServerError, match=r"^the server is not running$"):
            mock.intercept()
        assert [new is old for new, old in zip(patched(), before, strict=True)] == [True] * 5


def test_a_mock_whose_place_another_took_does_not_intercept():
    before = patched()
    with BackendlessServer() as server, BackendlessMock(server=server) as first, BackendlessMock(server=server):
        with pytest.raises(RuntimeError, match=r"^intercept\(\) needs the mock that is served: another took"):
            first.intercept()
        assert [new is old for new, old in zip(patched(), before, strict=True)] == [True] * 5


@pytest.mark.parametrize(
    "module", [None, SimpleNamespace(DNSResolver=object)], ids=["not-installed", "older-than-its-getaddrinfo"]
)
def test_without_an_aiodns_that_aiohttp_asks_the_rest_is_led(mock, monkeypatch, module):
    before = vars(aiodns.DNSResolver)["getaddrinfo"]
    monkeypatch.setitem(sys.modules, "aiodns", module)
    mock.intercept()
    assert with_aiohttp(NEWS) == (200, NEWS)
    assert vars(aiodns.DNSResolver)["getaddrinfo"] is before


# --- proxies


@pytest.mark.parametrize("exempt", [None, "intranet.example"], ids=["none-exempt", "one-exempt"])
@pytest.mark.parametrize("client", [with_requests, with_urllib], ids=["requests", "urllib"])
def test_a_proxy_of_the_environment_is_not_asked(mock, monkeypatch, client, exempt):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    if exempt is not None:
        monkeypatch.setenv("no_proxy", exempt)
    mock.intercept()
    assert client(NEWS) == (200, NEWS)
    assert os.environ["no_proxy"] == ",".join([*([exempt] if exempt else []), HOST])


def test_the_environment_is_as_it_was_after_the_end(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "intranet.example")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with BackendlessMock() as mock:
        mock.intercept()
        mock.intercept("eu-api.backendless.com")
        hosts = "intranet.example,127.0.0.1,api.backendless.com,eu-api.backendless.com"
        assert (os.environ["no_proxy"], os.environ["NO_PROXY"]) == (hosts, hosts)
    assert os.environ["no_proxy"] == "intranet.example"
    assert "NO_PROXY" not in os.environ


def test_where_no_proxy_is_asked_anyway_the_environment_is_left_alone(mock, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "*")
    before = dict(os.environ)
    mock.intercept()
    assert dict(os.environ) == before


def test_an_interception_that_fails_leaves_nothing_behind(mock, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    mock.intercept()
    before = dict(os.environ), patched()
    with BackendlessMock() as other, pytest.raises(RuntimeError, match="intercepts already"):
        other.intercept("x.example")
    assert (dict(os.environ), patched()) == before


def test_what_cannot_be_replaced_whole_is_not_replaced_at_all(mock, monkeypatch):
    before = patched()
    with monkeypatch.context() as patch:
        patch.delattr(ssl.SSLContext, "wrap_bio")
        with pytest.raises(AttributeError):
            mock.intercept()
    assert [new is old for new, old in zip(patched(), before, strict=True)] == [True] * 5


def test_without_a_proxy_the_environment_is_left_alone(mock):
    before = dict(os.environ)
    mock.intercept()
    assert dict(os.environ) == before


# --- TLS of our own


def shake_hands(server, client):
    """What each end has to say of a connection over which a word went and came back."""

    def echo(sock):
        with server.wrap_socket(sock, server_side=True) as secure:
            secure.sendall(secure.recv(16).upper())
            return secure.cipher()[0], secure.version()

    near, far = socket.socketpair()
    near.settimeout(WATCHDOG)
    far.settimeout(WATCHDOG)
    with ThreadPoolExecutor() as pool, near, far:
        answer = pool.submit(echo, far)
        with client.wrap_socket(near, server_hostname="a.example") as secure:
            secure.sendall(b"hello")
            said = secure.recv(16)
            certificate = secure.getpeercert(binary_form=True)
        return said, certificate, *answer.result(WATCHDOG)


def test_the_two_ends_understand_each_other_without_certificates():
    said, certificate, cipher, version = shake_hands(tls.server_context(), tls.client_context())
    assert (said, certificate, version) == (b"HELLO", None, "TLSv1.2")
    assert cipher.startswith(("ADH-", "AECDH-"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_the_client_s_end_takes_any_certificate(authority, version):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.minimum_version = server.maximum_version = version
    certificate = authority.issue_cert("somebody-else.example")
    certificate.configure_cert(server)
    said, shown, cipher, _ = shake_hands(server, tls.client_context())
    assert said == b"HELLO"
    assert ssl.DER_cert_to_PEM_cert(shown).encode() == certificate.cert_chain_pems[0].bytes()
    assert "ADH" not in cipher


def test_nobody_else_talks_to_the_server_s_end(trusting):
    with pytest.raises(ssl.SSLError):
        shake_hands(tls.server_context(), trusting)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    with pytest.raises(ssl.SSLError):
        shake_hands(tls.server_context(), trusting)
