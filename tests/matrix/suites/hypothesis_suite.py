import datetime as dt

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import DeadlineExceeded

ONE_FIXTURE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=20,
    database=None,
    derandomize=True,
    deadline=None,
)
FROZEN = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")


@given(st.integers())
def test_fails_because_all_examples_would_share_the_mock(backendless_mock, number):
    pass


@ONE_FIXTURE
@given(st.text(st.characters(codec="ascii"), min_size=1))
def test_each_example_begins_anew(backendless_mock, word):
    backendless_mock.reset()
    requests.post(f"{backendless_mock.url}/messaging/news", json={"message": word}, timeout=20).raise_for_status()
    assert backendless_mock.deliveries.data == [word]


@FROZEN
@ONE_FIXTURE
@given(st.integers(1, 100))
def test_time_is_advanced(backendless_mock, hours):
    backendless_mock.reset()
    begin = dt.datetime.now()
    backendless_mock.publish("later", channel="news", publish_at=dt.timedelta(hours=hours))
    backendless_mock.clock.advance(hours=hours)
    backendless_mock.channel("news").assert_delivered("later")
    assert dt.datetime.now() - begin == dt.timedelta(hours=hours)


@FROZEN
def test_an_advance_counts_against_the_deadline_where_there_is_one(backendless_mock):
    @settings(ONE_FIXTURE, max_examples=1, deadline=dt.timedelta(minutes=1))  # given, since in CI there is none
    @given(st.just(1))
    def example(hours):
        backendless_mock.clock.advance(hours=hours)

    with pytest.raises(DeadlineExceeded, match=r"^Test took 3600000\.00ms"):
        example()


@FROZEN
@ONE_FIXTURE
@given(st.integers(0, 100))
def test_fails_with_the_story_of_the_least_example(backendless_mock, number):
    backendless_mock.reset()
    backendless_mock.publish(number, channel="news")
    assert number < 42
