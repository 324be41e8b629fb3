"""Listening in real time: what an SDK's listener hears, and when. The client here is the protocol in a few lines.

The SDKs for JavaScript, .NET and Java do the same over Socket.IO; test_realtime_in_node.py has the real one.
"""

import json
from datetime import timedelta

import pytest
import requests


class Listener:
    """A client that listens on one channel, by long polling (Engine.IO 4)."""

    def __init__(self, mock, channel, selector=None):
        self.namespace = f"/{mock.app_id}"
        self.url = f"{mock.host_url}{self.namespace}/"
        self.query = {"EIO": "4", "transport": "polling", "apiKey": mock.api_key}
        self.session = requests.Session()
        self.query["sid"] = json.loads(self._get()[0][1:])["sid"]
        self._post(f"40{self.namespace},")
        self._emit("SUB_ON", "joined", "PUB_SUB_CONNECT", {"channel": channel})
        self._emit("SUB_ON", "messages", "PUB_SUB_MESSAGES", {"channel": channel, "selector": selector})

    def hear(self):
        """The messages that came since: a poll that waits until there is something."""
        packets = [packet.partition(",") for packet in self._get()]
        events = [json.loads(event) for head, _, event in packets if head == f"42{self.namespace}"]
        return [
            argument["data"]["message"]
            for name, argument in events
            if name == "SUB_RES" and argument["id"] == "messages"
        ]

    def _emit(self, event, subscription, name, options):
        argument = {"id": subscription, "name": name, "options": options}
        self._post(f"42{self.namespace},{json.dumps([event, argument])}")

    def _post(self, packet):
        self.session.post(self.url, params=self.query, data=packet, timeout=5).raise_for_status()

    def _get(self):
        answer = self.session.get(self.url, params=self.query, timeout=5)
        answer.raise_for_status()
        return answer.text.split("\x1e")


@pytest.fixture
def listen(backendless_mock):
    """``listen("news")`` is a client that listens there."""
    listeners = []

    def listening(channel, selector=None):
        listeners.append(Listener(backendless_mock, channel, selector))
        return listeners[-1]

    yield listening
    for listener in listeners:
        listener.session.close()


def test_tomorrow_s_reminder_is_heard_as_soon_as_the_clock_is_there(backendless_mock, listen):
    phone = listen("reminders")
    backendless_mock.publish("stand-up", channel="reminders", publish_at=timedelta(days=1))
    backendless_mock.channel("reminders").assert_retrieved(times=0)

    backendless_mock.clock.advance(days=1)

    assert phone.hear() == ["stand-up"]
    backendless_mock.channel("reminders").assert_retrieved("stand-up", times=1)


def test_a_selector_keeps_back_what_is_not_asked_for(backendless_mock, listen):
    oven = listen("oven", "temperature > 200")
    for degrees in (180, 220):
        backendless_mock.publish(f"{degrees} degrees", channel="oven", headers={"temperature": degrees})

    assert oven.hear() == ["220 degrees"]
    [listener] = backendless_mock.channel("oven").listeners
    assert listener.selector == "temperature > 200"


def test_nobody_hears_what_was_there_before(backendless_mock, listen):
    backendless_mock.publish("early", channel="news")
    late = listen("news")
    backendless_mock.publish("late", channel="news")

    assert late.hear() == ["late"]
    assert backendless_mock.subscribe("news").retrieve().data == ["early", "late"]


def test_a_message_is_lost_on_its_way(backendless_mock, listen):
    backendless_mock.faults.lose("realtime", times=1)
    phone = listen("news")
    backendless_mock.publish("lost", channel="news")
    backendless_mock.publish("found", channel="news")

    assert phone.hear() == ["found"]
    backendless_mock.channel("news").assert_delivered("lost", times=1)
    backendless_mock.channel("news").assert_retrieved("lost", times=0)


def test_a_client_whose_connection_breaks_is_no_listener_any_more(backendless_mock, listen):
    news = backendless_mock.channel("news")
    phone = listen("news")

    [listener] = news.listeners
    listener.disconnect()

    assert news.listeners == ()
    with pytest.raises(requests.HTTPError):  # an SDK connects anew, and listens under the same ids
        phone.hear()
