"""The way to the page: who is led there, which files are handed out, with which headers."""

from __future__ import annotations

import gzip
import hashlib

import pytest
from control_support import HOST, Tools
from werkzeug.test import EnvironBuilder, run_wsgi_app

from pytest_backendless_mock.control.app import is_for_tools
from pytest_backendless_mock.control.guard import Guard
from pytest_backendless_mock.http.mounts import Mount, Mounts
from pytest_backendless_mock.inspector import door

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
INDEX = (door.FOLDER / "index.html").read_bytes()


@pytest.fixture
def guard():
    return Guard(allow_hosts=["mock.example"])


@pytest.fixture
def get(guard):
    """Asks the doors of a server, in their order."""
    with Tools(guard=guard) as tools:
        doors = Mounts([door.mount(guard), Mount(is_for_tools, tools.control)], nowhere)

        def ask(path, accept="*/*", *, method="GET", headers=(), **more):
            given = {"Host": HOST, "Accept": accept, **dict(headers)}
            environ = EnvironBuilder(path=path, method=method, headers=given, **more).get_environ()
            environ["REQUEST_URI"] = path
            parts, status, answered = run_wsgi_app(doors, environ, buffered=True)
            return int(status.split()[0]), b"".join(parts), answered

        yield ask


def nowhere(_environ, _start_response):
    raise AssertionError("that is for no door")


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param(BROWSER, id="browser"),
        pytest.param("text/html", id="html-alone"),
        pytest.param("application/json;q=0.5, text/html", id="html-rather"),
    ],
)
def test_who_prefers_html_is_led_to_the_page(get, accept):
    status, _, headers = get("/__mock__/", accept)
    assert (status, headers["Location"]) == (302, "ui/")


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param("*/*", id="curl"),
        pytest.param("", id="nothing-said"),
        pytest.param("application/json", id="json"),
        pytest.param("application/json, text/plain, */*", id="axios"),
        pytest.param("text/html;q=0.5, application/json", id="json-rather"),
        pytest.param("text/html;q=0, */*", id="anything-but-html"),
    ],
)
def test_everybody_else_gets_the_json(get, accept):
    status, body, headers = get("/__mock__/", accept)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert body.startswith(b'{"name":"pytest-backendless-mock"')


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/__mock__", "__mock__/ui/"),
        ("/__mock__/?a=b", "ui/?a=b"),
        ("/__mock__/ui", "ui/"),
        ("/__mock__/ui?app=x&b=%20", "ui/?app=x&b=%20"),
    ],
)
def test_the_way_is_relative_and_keeps_the_query(get, path, location):
    status, _, headers = get(path, BROWSER)
    assert (status, headers["Location"]) == (302, location)


def test_only_who_reads_is_led_to_the_page(get):
    status, _, _ = get("/__mock__/", BROWSER, method="POST")
    assert status == 405


@pytest.mark.parametrize("path", ["/__mock__/ui/", "/__mock__/ui/index.html", "/__mock__/ui/?app=x"])
def test_the_page_is_handed_out_as_it_lies_in_the_package(get, path):
    status, body, headers = get(path)
    assert (status, body, headers["Content-Type"]) == (200, INDEX, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "path",
    [pytest.param(path.relative_to(door.FOLDER).as_posix()) for path in door.FOLDER.rglob("*") if path.is_file()],
)
def test_every_file_is_handed_out_byte_for_byte(get, path):
    status, body, _ = get(f"/__mock__/ui/{path}")
    assert (status, body) == (200, (door.FOLDER / path).read_bytes())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("below/a.svg", "image/svg+xml"),
        ("below/LICENSE", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_has_the_type_that_its_name_says(get, monkeypatch, tmp_path, name, kind):
    (tmp_path / "below").mkdir()
    (tmp_path / name).write_bytes(b"content")
    monkeypatch.setattr(door, "FOLDER", tmp_path)
    status, body, headers = get(f"/__mock__/ui/{name}")
    assert (status, body, headers["Content-Type"]) == (200, b"content", kind)


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "vendor/",
        "../door.py",
        "..%2Fdoor.py",
        "%2e%2e/door.py",
        "..%5Cdoor.py",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "index.html/",
        "index.html%00",
        "./index.html",
    ],
)
def test_nothing_else_is_handed_out(get, path):
    status, body, headers = get(f"/__mock__/ui/{path}")
    assert (status, headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert body.startswith(b"the page has no file ")
    assert headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("path", ["/__mock__/ui", "/__mock__/ui/", "/__mock__/ui/nothing.js"])
def test_no_answer_lets_a_script_of_somebody_elses_run(get, path):
    _, _, headers = get(path)
    kept = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control")
    assert [headers[name] for name in kept] == [POLICY, "nosniff", "no-referrer", "no-cache"]


def test_what_the_browser_has_already_is_not_sent_again(get):
    tag = f'"{hashlib.sha256(INDEX).hexdigest()[:32]}"'
    assert get("/__mock__/ui/")[2]["ETag"] == tag
    for given in (tag, f'"other", {tag}', f"W/{tag}"):
        status, body, headers = get("/__mock__/ui/", headers={"If-None-Match": given})
        assert (status, body, headers["ETag"]) == (304, b"", tag)
    assert get("/__mock__/ui/", headers={"If-None-Match": '"other"'})[0] == 200


@pytest.mark.parametrize(("accepted", "packed"), [("gzip, deflate, br", True), ("gzip;q=0", False), ("br", False)])
def test_a_file_is_sent_packed_to_who_can_unpack_it(get, accepted, packed):
    status, body, headers = get("/__mock__/ui/", headers={"Accept-Encoding": accepted})
    assert (status, headers["Vary"], headers.get("Content-Encoding")) == (
        200,
        "Accept-Encoding",
        "gzip" if packed else None,
    )
    assert (gzip.decompress(body) if packed else body) == INDEX
    assert headers["ETag"] == f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def test_the_page_is_only_to_be_read(get):
    status, body, headers = get("/__mock__/ui/", method="POST", data=b"x")
    assert (status, headers["Allow"], body) == (405, "GET, HEAD", b"the page is only to be read\n")
    assert get("/__mock__/ui/", method="HEAD")[0] == 200


def test_a_body_that_never_comes_whole_closes_the_connection(get):
    status, _, headers = get("/__mock__/ui/", method="POST", data=b"x", environ_overrides={"CONTENT_LENGTH": "5"})
    assert (status, headers["Connection"]) == (400, "close")


@pytest.mark.parametrize(("host", "status"), [("evil.example", 403), ("mock.example", 200), ("localhost:1", 200)])
def test_only_hosts_that_may_ask_are_given_the_page(get, host, status):
    assert get("/__mock__/ui/", headers={"Host": host})[0] == status


def test_pages_elsewhere_are_not_given_it(get):
    status, body, _ = get("/__mock__/ui/", headers={"Origin": "http://evil.example"})
    assert (status, body[:31]) == (403, b"pages of 'http://evil.example' ")


@pytest.mark.parametrize("path", ["/__mock__/uix", "/__mock__/apps/ui"])
def test_other_paths_are_the_control_apis(get, path):
    assert get(path, BROWSER)[2]["Content-Type"] == "application/problem+json"


class TestOfAServerWithAToken:
    @pytest.fixture
    def guard(self):
        return Guard(token="s3cret&", allow_hosts=["mock.example"])

    def test_the_page_needs_none_and_the_api_says_where_a_browser_gets_in(self, get):
        assert get("/__mock__/ui/")[:2] == (200, INDEX)
        status, body, _ = get("/__mock__/apps")
        assert (status, b"by the address that serve --open prints" in body) == (401, True)

    @pytest.mark.parametrize(
        ("query", "location"),
        [
            ("token=s3cret%26", "./"),
            ("app=x&token=s3cret%26&filter=a+b", "./?app=x&filter=a+b"),
        ],
    )
    def test_the_token_in_the_address_is_exchanged_for_a_cookie(self, get, guard, query, location):
        status, _, headers = get(f"/__mock__/ui/?{query}")
        assert (status, headers["Location"]) == (303, location)
        assert headers["Set-Cookie"] == guard.cookie({"wsgi.url_scheme": "http"})
        assert headers["Referrer-Policy"] == "no-referrer"
        cookie = headers["Set-Cookie"].partition(";")[0]
        assert get("/__mock__/apps", headers={"Cookie": cookie})[0] == 200

    def test_who_has_it_gets_in_by_any_name(self, get):
        headers = {"Host": "my-machine.example"}
        assert get("/__mock__/ui/?token=s3cret%26", headers=headers)[0] == 303

    @pytest.mark.parametrize("token", ["", "s3cret", "S3CRET%26", "%ED%A0%80"])
    def test_a_wrong_one_is_refused_with_what_to_do(self, get, token):
        status, body, headers = get(f"/__mock__/ui/?token={token}")
        assert (status, "Set-Cookie" in headers) == (401, False)
        assert body.decode() == (
            "that is not this server's token, or it was used before: take the address that "
            "`backendless-mock serve --open` prints, or put behind ?token= what the server was started with "
            "(BACKENDLESS_MOCK_TOKEN or --token-file)\n"
        )

    def test_a_ticket_lets_in_once(self, get, guard):
        query = door.address("", guard.ticket()).partition("?")[2]
        assert [get(f"/__mock__/ui/?{query}")[0] for _ in range(2)] == [303, 401]

    def test_pages_elsewhere_get_nowhere_with_a_wrong_one(self, get):
        headers = {"Host": "evil.example"}
        assert get("/__mock__/ui/?token=x", headers=headers)[0] == 403

    def test_files_do_not_look_at_it(self, get):
        assert get("/__mock__/ui/index.html?token=x")[0] == 200


def test_where_there_is_no_token_one_in_the_address_is_dropped(get):
    status, _, headers = get("/__mock__/ui/?token=x")
    assert (status, headers["Location"]) == (303, "./")


@pytest.mark.parametrize(
    ("token", "address"),
    [(None, "http://h:1/__mock__/ui/"), ("a b&c", "http://h:1/__mock__/ui/?token=a+b%26c")],
)
def test_the_address_of_the_page_may_bear_a_token(token, address):
    assert door.address("http://h:1", token) == address
