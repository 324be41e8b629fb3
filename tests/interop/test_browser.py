"""The published JavaScript SDKs, and plain fetch, on a page of another origin: what a browser lets through."""

from __future__ import annotations

import pytest

sdks = pytest.mark.parametrize("release", [pytest.param(4, id="4.4.4"), pytest.param(8, id="8.0.0")])

DENIED = {"code": 5007, "message": "User has no permission to publish message"}


@pytest.fixture
def members(backendless_mock):
    """Only who is logged in may publish on the channel ``secret``."""
    backendless_mock.add_user(login="ann", password="secret", name="Ann")
    backendless_mock.deny("publish", channel="secret", role="NotAuthenticatedUser")


def refusal(error):
    return {key: error[key] for key in ("code", "message")}


@sdks
def test_an_sdk_publishes_and_follows_its_messages_from_another_origin(visit, backendless_mock, members, release):
    answers = visit("sdk", release)

    news = backendless_mock.channel("news")
    [message] = news.assert_published("naïve 😀", times=1, headers={"city": "Oslo"})
    assert answers["publishes"] == {"errorMessage": None, "messageId": message.message_id, "status": "scheduled"}
    news.assert_published("later", times=1, publish_at="2099-01-01")
    scheduled = answers["schedules"]["messageId"]
    assert answers["asks"] == {"status": "scheduled", "messageId": scheduled, "errorMessage": None}
    if release == 8:
        assert answers["cancels"] == {"status": "cancelled", "messageId": scheduled, "errorMessage": None}
    backendless_mock.outbox.assert_sent("Your order", times=1)
    [device] = backendless_mock.devices
    assert (device.device_id, device.channels) == ("phone-1", ("news",))
    assert [registration["deviceId"] for registration in answers["looks the device up"]] == ["phone-1"]


@sdks
def test_an_sdk_reads_code_and_message_of_errors_from_another_origin(visit, members, release):
    answers = visit("sdk", release)

    past = answers.error("a date in the past")
    assert refusal(past) == {"code": 5030, "message": "Invalid publish date"}
    assert past["status"] == 400
    assert refusal(answers.error("a denied channel")) == DENIED


@sdks
def test_a_user_who_logged_in_on_the_page_has_a_token_in_a_header(visit, backendless_mock, members, release):
    answers = visit("sdk", release)

    assert answers["logs in"] == "Ann"
    assert answers["is somebody"] is True
    assert answers["publishes as somebody"]["status"] == "scheduled"
    assert "logs out" in answers
    assert refusal(answers.error("publishes as nobody")) == DENIED
    assert backendless_mock.channel("secret").messages.data == ["from ann"]


@sdks
def test_a_page_publishes_100_messages_at_once(visit, backendless_mock, release):
    answers = visit("many", release)

    assert answers["publishes 100 times"] == 100
    assert sorted(backendless_mock.channel("news").deliveries.data) == list(range(100))


def test_a_page_polls_with_selector_and_subtopic(visit, backendless_mock):
    answers = visit("poll", 4)

    assert [message["data"] for message in answers["hears"]] == ["rain", "snow"]
    assert backendless_mock.channel("news").retrieved.data == ["rain", "snow"]


@pytest.mark.backendless_mock(allow_unknown_requests=True)
@pytest.mark.filterwarnings("ignore:.*nobody gave out that user-token")
def test_a_page_reads_every_answer_that_it_fetches(visit, backendless_mock):
    backendless_mock.add_user(token="ann's token")
    backendless_mock.stub("GET", "/data/Customers", json=[{"name": "Ann"}])

    answers = visit("fetch")

    def told(step):
        answer = answers[step]
        assert answer["type"] == "application/json"
        return answer["status"], answer["body"]

    first, second = backendless_mock.channel("news").messages
    assert told("publishes") == (200, {"errorMessage": None, "messageId": first.message_id, "status": "scheduled"})
    assert told("publishes with a token") == (
        200,
        {"errorMessage": None, "messageId": second.message_id, "status": "scheduled"},
    )
    assert told("publishes with a wrong token") == (
        400,
        {"code": 3064, "message": "Not existing user token - nobody. Relogin user to update your user token"},
    )
    assert told("publishes nothing") == (400, {"code": 8007, "message": "Missing parameter 'message'."})
    assert told("asks without a preflight") == (
        200,
        {"status": "unknown", "messageId": "message:NONE", "errorMessage": None},
    )
    assert told("deletes nothing") == (
        400,
        {"code": 5040, "message": "Can't cancel message. Already cancelled or there is no such message"},
    )
    status, body = told("asks for what the service does not have")
    assert (status, body["code"]) == (404, 404)
    assert told("reads a stub") == (200, [{"name": "Ann"}])


def test_headers_of_a_page_arrive_and_those_of_answers_can_be_read(visit, backendless_mock):
    backendless_mock.add_user(token="ann's token")
    backendless_mock.deny("publish", channel="secret", role="NotAuthenticatedUser")
    backendless_mock.stub("GET", "/data/Customers", json=[], headers={"X-Total": "17"})
    backendless_mock.faults.fail("status", http=503, body={"busy": True}, times=1)

    answers = visit("xhr")

    [message] = backendless_mock.channel("secret").messages
    assert answers["publishes as ann"] == {
        "status": 200,
        "total": None,
        "body": {"errorMessage": None, "messageId": message.message_id, "status": "scheduled"},
    }
    assert answers["publishes as nobody"] == {"status": 400, "total": None, "body": DENIED}
    assert answers["reads a header"] == {"status": 200, "total": "17", "body": []}
    assert answers["reads a fault"] == {"status": 503, "total": None, "body": {"busy": True}}


@pytest.mark.filterwarnings("ignore:.*nobody gave out that user-token")
def test_a_preflight_is_no_unknown_request_and_allows_what_was_asked_for(visit, backendless_mock):
    backendless_mock.add_user(token="ann's token")
    backendless_mock.stub("GET", "/data/*", json={})

    visit("fetch")

    preflights = [request for request in backendless_mock.requests if request.method == "OPTIONS"]
    assert {request.status for request in preflights} == {204}
    asked = [
        (request.headers["access-control-request-method"], request.headers.get("access-control-request-headers"))
        for request in preflights
    ]
    # Once is enough for each header of a path and each method: the browser remembers.
    assert asked == [("POST", "content-type"), ("POST", "content-type,user-token"), ("DELETE", None)]
