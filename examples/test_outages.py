"""When the service fails: what retries make of it, and code that looks twice. Nobody waits for real."""

from datetime import datetime, timedelta, timezone

import pytest
import requests
import stamina
from requests.adapters import HTTPAdapter
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential
from urllib3 import Retry

pytestmark = pytest.mark.backendless_mock(freeze="2030-01-07 08:59")


class Undelivered(Exception):
    """The service took the message, and then gave it up."""


class Alarm:
    """The application under test: it calls the fire brigade."""

    def __init__(self, url, session, timeout=5):
        self.messaging = f"{url}/messaging"
        self.session = session
        self.timeout = timeout

    def ring(self, text):
        answer = self.session.post(f"{self.messaging}/alarms", json={"message": text}, timeout=self.timeout)
        answer.raise_for_status()
        if answer.json()["status"] == "failed":
            raise Undelivered(answer.json()["errorMessage"])
        return answer.json()["messageId"]

    @stamina.retry(on=requests.RequestException, attempts=3)
    def ring_persistently(self, text):
        return self.ring(text)

    def check(self, message_id):
        status = self.session.get(f"{self.messaging}/{message_id}", timeout=self.timeout).json()
        if status["status"] == "failed":
            raise Undelivered(status["errorMessage"])


class Firefighter:
    """The application at the other end. It would rather hear of a fire twice than never."""

    def __init__(self, url):
        self.alarms = f"{url}/messaging/alarms"
        self.heard = []
        self.subscribe()

    def subscribe(self):
        self.subscription_id = requests.post(f"{self.alarms}/subscribe", json={}, timeout=5).json()["subscriptionId"]

    def listen(self):
        try:
            answer = requests.get(f"{self.alarms}/{self.subscription_id}", timeout=5)
        except requests.ConnectionError:
            self.subscribe()  # what was on its way is lost; a new subscription begins with the last minute
            return
        self.heard += [message["data"] for message in answer.json()["messages"]]


@pytest.fixture
def alarm(backendless_mock):
    with requests.Session() as session:
        yield Alarm(backendless_mock.url, session)


def test_urllib3_waits_as_long_as_the_service_asks(backendless_mock, monkeypatch):
    monkeypatch.setattr("time.sleep", backendless_mock.clock.sleep)
    backendless_mock.faults.fail("publish", http=503, headers={"Retry-After": "120"}, times=2)

    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(3, allowed_methods=["POST"], status_forcelist=[503])))
        Alarm(backendless_mock.url, session).ring("fire")

    assert [request.status for request in backendless_mock.requests] == [503, 503, 200]
    backendless_mock.channel("alarms").assert_delivered("fire", times=1, at="2030-01-07 09:03")


def test_tenacity_survives_an_outage(alarm, backendless_mock):
    backendless_mock.outage("2030-01-07 09:00", "2030-01-07 09:05")
    backendless_mock.clock.advance(minutes=1)

    persistently = retry(
        retry=retry_if_exception_type(requests.ConnectionError),
        wait=wait_exponential(multiplier=10),
        stop=stop_after_attempt(10),
        sleep=backendless_mock.clock.sleep,
    )
    persistently(alarm.ring)("fire")  # after 10, 20, 40, 80, and 160 seconds

    backendless_mock.channel("alarms").assert_delivered("fire", times=1, at="2030-01-07 09:05:10")


@pytest.mark.parametrize(("fault", "times"), [("reset", 1), ("lose", 2)], ids=["request lost", "answer lost"])
def test_who_rings_again_may_ring_twice(alarm, backendless_mock, fault, times):
    getattr(backendless_mock.faults, fault)("publish", times=1)

    with stamina.set_testing(True, attempts=3):
        alarm.ring_persistently("fire")

    backendless_mock.channel("alarms").assert_published("fire", times=times)


def test_a_lost_poll_costs_no_alarm(backendless_mock):
    firefighter = Firefighter(backendless_mock.url)
    backendless_mock.publish("fire", channel="alarms")
    backendless_mock.faults.lose("retrieve", times=1)

    for _ in range(2):
        firefighter.listen()
        backendless_mock.clock.advance(seconds=30)

    assert firefighter.heard == ["fire"]


def test_an_alarm_that_is_not_taken_is_noticed_at_once(alarm, backendless_mock):
    backendless_mock.faults.fail("publish", message="Messaging limit reached")

    with pytest.raises(Undelivered, match="Messaging limit reached"):
        alarm.ring("fire")

    backendless_mock.channel("alarms").assert_nothing_delivered()


def test_an_alarm_that_gets_stuck_is_noticed_later(alarm, backendless_mock):
    backendless_mock.faults.fail_delivery(message="No route to the fire station", channel="alarms")

    message_id = alarm.ring("fire")

    with pytest.raises(Undelivered, match="No route to the fire station"):
        alarm.check(message_id)


def test_who_gives_up_waiting_has_lost_that_time(backendless_mock, alarm):
    alarm.timeout = 0.1
    backendless_mock.faults.hang("publish", clock=30, times=1)

    with pytest.raises(requests.Timeout):
        alarm.ring("fire")
    alarm.ring("fire")

    backendless_mock.channel("alarms").assert_delivered("fire", times=1, at="2030-01-07 08:59:30")


def test_a_slow_service_makes_for_late_alarms(alarm, backendless_mock):
    with backendless_mock.faults.delay("publish", seconds=20):
        alarm.ring("fire")

    backendless_mock.channel("alarms").assert_delivered("fire", times=1, at="2030-01-07 08:59:20")
    assert datetime.now(timezone.utc) == datetime(2030, 1, 7, 8, 59, tzinfo=timezone.utc) + timedelta(seconds=20)
