"""Answers for the parts of Backendless that the mock does not have: ``backendless_mock.stub(...)``."""

from __future__ import annotations

import http.client
import json

import httpx
import pytest
from http_support import LONGEST_BODY
from mock_support import standing_mock
from plugin_support import call, client_of, objection

ORDERS = [{"objectId": "1", "total": 12.5}]


@pytest.fixture
def mock():
    with standing_mock() as mock:
        yield mock


@pytest.fixture
def client(mock):
    with client_of(mock) as client:
        yield client


class TestTheAnswer:
    def test_is_200_with_the_json(self, mock, client):
        mock.stub("GET", "/data/Orders", json=ORDERS)
        answer = client.get("/data/Orders")
        assert (answer.status_code, answer.json()) == (200, ORDERS)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Date"] == "Mon, 07 Jan 2030 08:30:00 GMT"

    def test_is_null_where_nothing_is_said(self, mock, client):
        mock.stub("GET", "/data/Orders")
        assert client.get("/data/Orders").content == b"null"

    @pytest.mark.parametrize("status", [200, 201, 400, 404, 429, 500, 503, 520, 599])
    def test_has_the_status(self, mock, client, status):
        mock.stub("GET", "/data/Orders", status=status, json={"code": 1})
        answer = client.get("/data/Orders")
        assert (answer.status_code, answer.json()) == (status, {"code": 1})

    @pytest.mark.parametrize("status", [204, 304])
    def test_has_no_body_under_a_status_without_one(self, mock, client, status):
        mock.stub("DELETE", "/data/Orders/1", status=status)
        answer = client.delete("/data/Orders/1")
        assert (answer.status_code, answer.content) == (status, b"")
        assert "Content-Length" not in answer.headers

    def test_has_the_headers(self, mock, client):
        mock.stub("GET", "/data/Orders", headers={"Retry-After": "3", "X-Page": "1"})
        headers = client.get("/data/Orders").headers
        assert (headers["Retry-After"], headers["X-Page"]) == ("3", "1")
        assert headers["Content-Type"] == "application/json"

    def test_has_a_content_type_of_its_own_where_the_headers_say_so(self, mock, client):
        mock.stub("GET", "/data/Orders", headers={"Content-Type": "application/vnd.api+json"})
        assert client.get("/data/Orders").headers.get_list("Content-Type") == ["application/vnd.api+json"]

    def test_is_what_the_json_was_when_it_was_stubbed(self, mock, client):
        orders = [1]
        mock.stub("GET", "/data/Orders", json=orders)
        orders.append(2)
        assert client.get("/data/Orders").json() == [1]

    def test_comes_over_a_socket_too(self, mock):
        mock.stub("GET", "/data/Orders", json=ORDERS)
        assert call(f"{mock.url}/data/Orders") == (200, ORDERS)

    def test_is_given_as_often_as_it_is_asked_for(self, mock, client):
        mock.stub("GET", "/data/Orders", json=ORDERS)
        assert [client.get("/data/Orders").status_code for _ in range(3)] == [200, 200, 200]

    def test_of_a_stub_that_nobody_asked_for_is_not_missed(self, mock):
        mock.stub("GET", "/data/Orders")
        mock.verify()
        assert mock.requests == ()

    def test_to_head_has_no_body(self, mock):
        mock.stub("HEAD", "/data/Orders", json=ORDERS)
        answer = httpx.head(f"{mock.url}/data/Orders")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(json.dumps(ORDERS, separators=(",", ":"))))

    def test_to_head_leaves_the_connection_in_order(self, mock):
        mock.stub("*", "/data/Orders", json=ORDERS)
        connection = http.client.HTTPConnection(mock.host_url.removeprefix("http://"), timeout=20)
        try:
            answers = []
            for method in ("HEAD", "GET"):
                connection.request(method, f"/{mock.app_id}/{mock.api_key}/data/Orders")
                with connection.getresponse() as response:
                    answers.append((response.status, response.read()))
        finally:
            connection.close()
        assert answers == [(200, b""), (200, json.dumps(ORDERS, separators=(",", ":")).encode())]

    def test_to_options_can_be_stubbed(self, mock, client):
        mock.stub("OPTIONS", "/data/*", status=204, headers={"Allow": "GET, POST"})
        answer = client.options("/data/Orders")
        assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, POST")

    def test_does_not_ask_whose_user_token_that_is(self, mock, client):
        mock.stub("GET", "/data/Orders", json=ORDERS)
        assert client.get("/data/Orders", headers={"user-token": "nobody's"}).status_code == 200

    def test_does_not_ask_what_the_body_is(self, mock, client):
        mock.stub("POST", "/data/Orders", json={})
        assert client.post("/data/Orders", content=b"{not json", headers={"Content-Type": "text/x"}).status_code == 200

    def test_comes_after_a_body_of_any_length(self, mock, client):
        mock.stub("POST", "/files/*", status=201, json="ok")
        answer = client.post("/files/big.bin", content=bytes(LONGEST_BODY + 1))
        assert (answer.status_code, answer.json()) == (201, "ok")
        assert answer.headers["Connection"] == "close"
        assert mock.requests[0].json is None

    def test_comes_after_the_longest_body_on_a_connection_that_goes_on(self, mock, client):
        mock.stub("POST", "/files/*", status=201, json="ok")
        answer = client.post("/files/big.bin", content=bytes(LONGEST_BODY))
        assert answer.status_code == 201
        assert "Connection" not in answer.headers


class TestWhichRequestsItAnswers:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/data/Orders"),
            ("GET", "data/Orders"),
            ("get", "/data/Orders"),
            ("*", "/data/Orders"),
            ("GET", "/data/*"),
            ("GET", "/*/Orders"),
            ("GET", "*"),
            ("*", "*"),
        ],
    )
    def test_those_whose_method_and_path_fit(self, mock, client, method, path):
        mock.stub(method, path, json="here")
        assert client.get("/data/Orders").json() == "here"

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/data/Orders"),
            ("GET", "/data"),
            ("GET", "/data/Order"),
            ("GET", "/data/Orders/*"),
            ("GET", "/data/.*"),
            ("GET", "/Data/Orders"),
        ],
    )
    def test_and_no_others(self, mock, client, method, path):
        mock.stub(method, path)
        assert client.get("/data/Orders").status_code == 404
        assert objection(mock).startswith("the service has no GET …/data/Orders; ")

    def test_a_star_stands_for_slashes_too(self, mock, client):
        mock.stub("GET", "/data/*", json="here")
        assert client.get("/data/Orders/7/items/3").json() == "here"

    def test_what_follows_the_question_mark_does_not_count(self, mock, client):
        mock.stub("GET", "/data/Orders", json="here")
        assert client.get("/data/Orders?where=total%3E5&pageSize=10").json() == "here"
        assert call(f"{mock.url}/data/Orders?a=/b") == (200, "here")

    def test_the_path_is_compared_as_it_reads_decoded(self, mock):
        mock.stub("GET", "/data/My Orders/größe", json="here")
        assert call(f"{mock.url}/data/My%20Orders/gr%C3%B6%C3%9Fe") == (200, "here")

    def test_an_encoded_slash_reads_as_a_slash(self, mock):
        mock.stub("GET", "/data/a/b", json="here")
        assert call(f"{mock.url}/data/a%2Fb") == (200, "here")

    def test_an_encoded_star_is_no_wildcard_of_the_request_s(self, mock):
        mock.stub("GET", "/data/Orders")
        assert call(f"{mock.url}/data/%2A")[0] == 404
        assert objection(mock).startswith("the service has no GET …/data/*; ")

    def test_bytes_that_are_no_text_fit_a_star(self, mock):
        mock.stub("GET", "/files/*", json="here")
        assert call(f"{mock.url}/files/%FF%0A") == (200, "here")

    def test_the_newest_that_fits_counts(self, mock, client):
        mock.stub("GET", "/data/*", json="any")
        mock.stub("GET", "/data/Orders", json="orders")
        assert [client.get(path).json() for path in ("/data/Orders", "/data/People")] == ["orders", "any"]
        mock.stub("*", "*", json="all")
        assert [client.get(path).json() for path in ("/data/Orders", "/data/People")] == ["all", "all"]

    def test_the_three_forms_of_an_address_are_one(self, mock):
        mock.stub("GET", "/data/Orders", json=ORDERS)
        ours = {"application-id": mock.app_id, "secret-key": mock.api_key}
        with client_of(mock) as client:
            answers = [
                client.get("/data/Orders"),
                client.get("http://custom.example/api/data/Orders"),
                client.get("http://custom.example/v1/data/Orders", headers=ours),
            ]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(200, ORDERS)] * 3

    def test_the_legacy_form_without_its_headers_is_an_unknown_request(self, mock, client):
        mock.stub("GET", "/data/Orders")
        assert client.get("http://custom.example/v1/data/Orders").status_code == 404
        assert objection(mock).startswith("the service has no GET /v1/data/Orders; ")


class TestWhoAsks:
    def test_a_wrong_key_is_refused(self, mock):
        mock.stub("GET", "/data/Orders")
        status, answer = call(f"{mock.host_url}/{mock.app_id}/WRONG/data/Orders")
        assert (status, answer["code"]) == (400, 2002)
        assert (mock.requests[0].operation, mock.requests[0].code) == (None, 2002)

    def test_a_wrong_key_in_the_legacy_form_is_refused(self, mock, client):
        mock.stub("GET", "/data/Orders")
        headers = {"application-id": mock.app_id, "secret-key": "WRONG"}
        answer = client.get("http://custom.example/v1/data/Orders", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, 2002)

    def test_an_application_that_there_is_not_is_an_unknown_request(self, mock):
        mock.stub("*", "*")
        assert call(f"{mock.host_url}/NOBODY/{mock.api_key}/data/Orders")[0] == 404
        assert objection(mock).startswith(f"the service has no GET /NOBODY/{mock.api_key}/data/Orders; ")

    def test_a_stub_is_of_one_application(self, mock):
        two = mock.new_app()
        two.stub("GET", "/data/Orders", json="two")
        assert call(f"{two.url}/data/Orders") == (200, "two")
        assert call(f"{mock.url}/data/Orders")[0] == 404
        assert objection(mock).startswith("the service has no GET …/data/Orders; ")

    def test_each_application_has_its_own(self, mock):
        two = mock.new_app()
        mock.stub("GET", "/data/Orders", json="one")
        two.stub("GET", "/data/Orders", json="two")
        assert [call(f"{app.url}/data/Orders")[1] for app in (mock, two)] == ["one", "two"]
        assert [len(app.requests) for app in (mock, two)] == [1, 1]

    def test_a_custom_domain_is_the_first_application(self, mock):
        mock.new_app().stub("GET", "/data/Orders", json="two")
        mock.stub("GET", "/data/Orders", json="one")
        assert call(f"{mock.host_url}/api/data/Orders") == (200, "one")

    def test_an_unknown_request_belongs_to_the_application_of_its_path(self, mock):
        two = mock.new_app()
        assert call(f"{two.url}/data/Orders")[0] == 404
        assert mock.requests == ()
        assert [(request.operation, request.status) for request in two.requests] == [(None, 404)]
        assert objection(mock) == (
            "the service has no GET …/data/Orders; that is a part of Backendless which the mock leaves out: "
            'backendless_mock.stub("GET", "/data/Orders", json=[]) answers it.\n'
            "If this is intended, use @pytest.mark.backendless_mock(allow_unknown_requests=True)"
        )


def assert_no_path(mock, path):
    with pytest.raises(ValueError, match="a stub's path is") as refusal:
        mock.stub("GET", path)
    assert str(refusal.value) == (
        f"a stub's path is what stands below the application's prefix, without a query, not {path!r}"
    )


def test_a_stub_of_an_application_that_nobody_made_is_told_how_to_make_it(mock, client):
    mock.stub("GET", "/data/Orders", json=[])
    strange = "0C8B5D1E-92F4-4A37-8E60-5B1F7D2A9C00"
    url = f"{mock.host_url}/{strange}/KEY/data/Orders"
    assert client.get(url).status_code == 404
    with pytest.raises(AssertionError, match="the service has no GET") as verdict:
        mock.verify()
    assert str(verdict.value) == (
        f"the service has no GET /{strange}/KEY/data/Orders; nor has the mock an application {strange}: "
        "backendless_mock.new_app(app_id=..., api_key=...) makes one.\n"
        "If this is intended, use @pytest.mark.backendless_mock(allow_unknown_requests=True)"
    )


class TestWhatTheMockHas:
    def test_a_query_is_no_part_of_a_path(self, mock):
        assert_no_path(mock, "/data/Orders?pageSize=1")

    def test_nor_are_an_address_an_anchor_and_the_prefix(self, mock):
        assert_no_path(mock, f"{mock.url}/data/Orders")
        assert_no_path(mock, "/data/Orders#1")
        assert_no_path(mock, f"/{mock.app_id}/{mock.api_key}/data/Orders")

    @pytest.mark.parametrize("method", ["GTE", "", "/data/Orders"])
    def test_a_method_is_one_of_http(self, mock, method):
        with pytest.raises(ValueError, match="a method is one of") as refusal:
            mock.stub(method, "/data/Orders")
        assert str(refusal.value) == (
            f"a method is one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, AMF, *, not {method!r}"
        )

    def test_the_query_is_in_the_journal(self, mock, client):
        mock.stub("GET", "/data/Orders", json=[])
        client.get("/data/Orders?where=paid%20%3D%20false&pageSize=1")
        assert [request.query for request in mock.requests] == ["where=paid%20%3D%20false&pageSize=1"]

    def test_a_content_type_of_its_own_is_the_only_one(self, mock, client):
        mock.stub("GET", "/data/Orders", json=[], headers={"content-type": "application/vnd.api+json"})
        assert client.get("/data/Orders").headers.get_list("Content-Type") == ["application/vnd.api+json"]

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/messaging/news"),
            ("post", "/messaging/news"),
            ("POST", "messaging/news"),
            ("GET", "/messaging/news/subscription"),
            ("POST", "/messaging/registrations"),
            ("GET", "/info"),
            ("PUT", "/log"),
            ("put", "log"),
            ("POST", "/users/login"),
            ("POST", "/binary"),
            ("post", "binary"),
        ],
    )
    def test_cannot_be_stubbed(self, mock, method, path):
        with pytest.raises(ValueError, match="itself") as refusal:
            mock.stub(method, path)
        assert str(refusal.value) == (
            f"the mock answers {method} {path} itself; what goes wrong there is backendless_mock.faults"
        )

    @pytest.mark.parametrize(
        ("method", "path"),
        [("PUT", "/messaging/news"), ("GET", "/binary"), ("POST", "/info"), ("DELETE", "/log"), ("PUT", "/users/1")],
    )
    def test_under_another_method_it_has_not(self, mock, client, method, path):
        mock.stub(method, path, json="here")
        assert client.request(method, path).json() == "here"

    @pytest.mark.parametrize("pattern", ["*", "/*", "/messaging/*/*/*", "/mess*"])
    def test_is_never_shadowed(self, mock, client, pattern):
        mock.stub("*", pattern, status=500)
        assert client.post("/messaging/news", json={"message": "hi"}).status_code == 200
        assert client.get("/info").json()["appId"] == mock.app_id
        assert mock.messages.data == ["hi"]
        assert [request.operation for request in mock.requests] == ["publish", "info"]

    @pytest.mark.parametrize(
        ("method", "pattern"), [("POST", "/messaging/*"), ("post", "*/news"), ("POST", "/messaging/news*")]
    )
    def test_may_be_overlapped_by_a_star_and_is_not_shadowed(self, mock, client, method, pattern):
        mock.stub(method, pattern, json="here")
        assert client.post("/messaging/news", json={"message": "hi"}).json()["status"] == "scheduled"
        path = pattern.replace("*", "a/b/c")
        assert client.post(path).json() == "here"

    def test_is_not_shadowed_where_it_refuses(self, mock, client):
        mock.stub("*", "*", json="here")
        answer = client.post("/messaging/news", json={})
        assert (answer.status_code, answer.json()["code"]) == (400, 8007)

    def test_remoting_is_not_shadowed(self, mock, client):
        mock.stub("*", "*", json="here")
        answer = client.post("/binary", content=b"not AMF", headers={"Content-Type": "application/x-amf"})
        assert answer.headers["Content-Type"] == "application/x-amf"

    @pytest.mark.parametrize(
        ("wrong", "error", "told"),
        [
            ({"status": 99}, ValueError, "an HTTP status is a number from 200 to 599, not 99"),
            ({"status": 101}, ValueError, "an HTTP status is a number from 200 to 599, not 101"),
            ({"status": "200"}, ValueError, "an HTTP status is a number from 200 to 599, not '200'"),
            ({"headers": {"X-A": "b\r\nc"}}, ValueError, r"'X-A': 'b\r\nc' is no HTTP header"),
            ({"headers": {"X A": "b"}}, ValueError, "'X A': 'b' is no HTTP header"),
            (
                {"json": {1, 2}},
                TypeError,
                "this is no JSON value: Object of type set is not JSON serializable",
            ),
        ],
        ids=["status-99", "status-101", "status-text", "line-break", "header-name", "no-json"],
    )
    def test_what_http_or_json_do_not_have_is_refused_and_nothing_stubbed(self, mock, client, wrong, error, told):
        with pytest.raises(error) as refusal:
            mock.stub("GET", "/data/Orders", **wrong)
        assert str(refusal.value) == told
        assert client.get("/data/Orders").status_code == 404
        assert "the service has no GET …/data/Orders" in objection(mock)


class TestWhatIsSeenOfIt:
    def test_the_journal_has_the_request_and_the_answer(self, mock, client):
        mock.stub("POST", "/data/Orders", status=201)
        client.post("/data/Orders?a=1", json={"total": 12.5})
        (request,) = mock.requests
        assert (request.operation, request.method, request.status, request.code) == ("stub", "POST", 201, None)
        assert request.path == f"/{mock.app_id}/{mock.api_key}/data/Orders"
        assert request.json == {"total": 12.5}
        assert request.headers["content-type"] == "application/json"

    def test_an_error_is_a_status_without_a_code(self, mock, client):
        mock.stub("GET", "/data/Orders", status=400, json={"code": 1009, "message": "no"})
        client.get("/data/Orders")
        assert (mock.requests[0].status, mock.requests[0].code) == (400, None)

    def test_a_password_is_masked(self, mock, client):
        mock.stub("POST", "/users/register", json={})
        client.post("/users/register", json={"email": "a@b.example", "password": "s3cret-and-long"})
        assert "s3cret-and-long" not in repr(mock.requests)
        assert mock.requests[0].json["password"] == "s3cret-and-long"

    @pytest.mark.parametrize("body", [b"", b"{not json", b"\xff\xfe"], ids=["empty", "broken", "bytes"])
    def test_a_body_that_is_no_json_is_none(self, mock, client, body):
        mock.stub("POST", "/files/*")
        client.post("/files/a", content=body)
        assert mock.requests[0].json is None

    def test_the_report_shows_the_request(self, mock, client):
        mock.stub("POST", "/data/Orders", status=201)
        client.post("/data/Orders", json={"total": 12.5})
        assert mock.report().splitlines()[-1] == "  08:30:00  POST …/data/Orders {'total': 12.5} -> 201"

    def test_it_leaves_no_mark_in_the_timeline(self, mock, client):
        mock.stub("GET", "/data/Orders")
        client.get("/data/Orders")
        assert list(mock.timeline) == ["08:30:00  -- now --"]


class TestFaults:
    @pytest.mark.parametrize("operation", ["stub", "all"])
    def test_strike_what_is_stubbed(self, mock, client, operation):
        mock.stub("GET", "/data/Orders", json=ORDERS)
        mock.faults.fail(operation, http=502, times=1)
        assert [client.get("/data/Orders").status_code for _ in range(2)] == [502, 200]
        assert [(request.operation, request.status) for request in mock.requests] == [("stub", 502), ("stub", 200)]

    def test_on_what_is_stubbed_leave_the_rest_alone(self, mock, client):
        mock.faults.fail("stub", http=502, optional=True)
        assert client.get("/info").status_code == 200

    def test_do_not_strike_what_nobody_stubbed(self, mock, client):
        fault = mock.faults.fail("all", http=502, optional=True)
        assert client.get("/data/Orders").status_code == 404
        assert fault.fired == 0
        assert "the service has no GET …/data/Orders" in objection(mock)

    def test_are_asked_with_the_request(self, mock, client):
        mock.stub("POST", "/data/*", json="ok")
        seen = []
        mock.faults.fail("stub", http=502, when=lambda request: seen.append(request) or request.json == {"id": 2})
        statuses = [client.post("/data/Orders", json={"id": number}).status_code for number in (1, 2)]
        assert statuses == [200, 502]
        assert [(request.operation, request.json, request.status) for request in seen] == [
            ("stub", {"id": 1}, None),
            ("stub", {"id": 2}, None),
        ]

    def test_one_of_the_service_s_errors_is_a_stub_s_error_too(self, mock, client):
        mock.stub("GET", "/data/Orders")
        mock.faults.fail("stub", error=11009)
        answer = client.get("/data/Orders")
        assert (answer.status_code, answer.json()) == (400, {"code": 11009, "message": "API call limit reached"})

    def test_the_half_of_an_answer_is_that_of_the_stub_s(self, mock, client):
        mock.stub("GET", "/data/Orders", json="0123456789", status=201)
        mock.faults.garbage("stub", "truncated JSON")
        answer = client.get("/data/Orders")
        assert (answer.status_code, answer.content) == (201, b'"01234')

    @pytest.mark.parametrize(
        ("verb", "error"),
        [
            ("reset", ConnectionResetError),
            ("empty", ConnectionAbortedError),
            ("lose", ConnectionResetError),
            ("hang", TimeoutError),
        ],
    )
    def test_a_stub_may_go_unanswered(self, mock, client, verb, error):
        mock.stub("GET", "/data/Orders")
        getattr(mock.faults, verb)("stub")
        with pytest.raises(error):
            client.get("/data/Orders")
        assert [(request.operation, request.status) for request in mock.requests] == [("stub", None)]

    def test_a_delay_moves_the_clock_and_the_stub_answers(self, mock, client):
        mock.stub("GET", "/data/Orders", json=ORDERS)
        mock.faults.delay("stub", 90)
        answer = client.get("/data/Orders")
        assert (answer.json(), answer.headers["Date"]) == (ORDERS, "Mon, 07 Jan 2030 08:31:30 GMT")

    def test_slowly_the_stub_s_answer_comes_whole(self, mock, client):
        mock.stub("GET", "/data/Orders", json=ORDERS)
        mock.faults.slow("stub", 0)
        assert client.get("/data/Orders").json() == ORDERS
        assert mock.requests[0].status == 200

    def test_of_a_wrong_key_there_is_none(self, mock):
        mock.stub("GET", "/data/Orders")
        fault = mock.faults.fail("stub", http=502, optional=True)
        assert call(f"{mock.host_url}/{mock.app_id}/WRONG/data/Orders")[1]["code"] == 2002
        assert fault.fired == 0
