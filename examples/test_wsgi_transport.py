"""httpx without a socket: the client calls the mock as a WSGI application."""

import httpx
import pytest


class Weather:
    """The application under test. It is given its client, so a test can give it another one."""

    def __init__(self, client):
        self.client = client

    def report(self, city, degrees):
        answer = self.client.post(
            f"/messaging/{city}", json={"message": {"degrees": degrees}, "publisherId": "thermometer"}
        )
        answer.raise_for_status()

    def history(self, city, subscription_id):
        answer = self.client.get(f"/messaging/{city}/{subscription_id}")
        return [(message["publisherId"], message["data"]["degrees"]) for message in answer.json()["messages"]]


@pytest.fixture
def weather(backendless_mock):
    transport = httpx.WSGITransport(app=backendless_mock.wsgi_app)
    with httpx.Client(transport=transport, base_url="http://mock/api") as client:
        yield Weather(client)


def test_a_report_is_published(weather, backendless_mock):
    weather.report("Zürich", 21)

    backendless_mock.channel("Zürich").assert_published({"degrees": 21}, times=1)


def test_reports_make_a_history(weather, backendless_mock):
    reader = backendless_mock.subscribe("Oslo")
    weather.report("Oslo", -3)
    weather.report("Oslo", -2)

    assert weather.history("Oslo", reader.id) == [("thermometer", -3), ("thermometer", -2)]
