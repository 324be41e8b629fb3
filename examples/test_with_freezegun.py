"""The same with a freeze of one's own: the mock follows freezegun, and moving either moves both."""

from datetime import datetime, timedelta, timezone

import requests
from freezegun import freeze_time


class Kitchen:
    """The application under test: an egg timer that rings on a channel."""

    def __init__(self, url):
        self.url = url

    def boil_egg(self, minutes):
        rings_at = datetime.now(timezone.utc) + timedelta(minutes=minutes)
        requests.post(
            f"{self.url}/messaging/kitchen",
            json={"message": "egg", "publishAt": int(rings_at.timestamp() * 1000)},
            timeout=5,
        ).raise_for_status()


def test_ticking_the_freeze_moves_the_mock(backendless_mock):
    with freeze_time("2030-01-07 08:30") as frozen:
        Kitchen(backendless_mock.url).boil_egg(minutes=4)

        frozen.tick(timedelta(minutes=3))
        backendless_mock.channel("kitchen").assert_nothing_delivered()

        frozen.tick(timedelta(minutes=3))
        backendless_mock.channel("kitchen").assert_delivered("egg", times=1, at="2030-01-07 08:34")


@freeze_time("2030-01-07 08:30")
def test_advancing_the_mock_moves_the_freeze(backendless_mock):
    Kitchen(backendless_mock.url).boil_egg(minutes=4)

    backendless_mock.clock.advance(minutes=5)

    backendless_mock.channel("kitchen").assert_delivered("egg", at="2030-01-07 08:34")
    assert datetime.now(timezone.utc) == datetime(2030, 1, 7, 8, 35, tzinfo=timezone.utc)


def test_one_freeze_after_the_other(backendless_mock):
    with freeze_time("2030-01-07 08:30"):
        Kitchen(backendless_mock.url).boil_egg(minutes=4)

    with freeze_time("2030-01-07 08:40"):
        backendless_mock.channel("kitchen").assert_delivered("egg", times=1, at="2030-01-07 08:34")
