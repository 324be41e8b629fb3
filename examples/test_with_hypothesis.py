"""Properties: what holds for every reminder, whatever Hypothesis makes up."""

from datetime import datetime, timedelta, timezone

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# The fixture is made once for all examples of a test, and reset() makes each begin anew. The deadline would be measured
# by the clock that the test moves.
for_any = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=8,
).filter(lambda value: value is not None)  # a message may hold null, and not be null


def remind(url, message, delay):
    """The code under test."""
    due = datetime.now(timezone.utc) + delay
    body = {"message": message, "publishAt": int(due.timestamp() * 1000)}
    requests.post(f"{url}/messaging/reminders", json=body, timeout=5).raise_for_status()


@for_any
@given(message=json_values)
@pytest.mark.backendless_mock(freeze="2030-01-07 09:00")
def test_a_reminder_arrives_as_it_was_written(backendless_mock, message):
    backendless_mock.reset()
    remind(backendless_mock.url, message, timedelta(minutes=5))

    backendless_mock.clock.advance(minutes=5)

    assert backendless_mock.channel("reminders").deliveries.data == [message]


@for_any
@given(delay=st.timedeltas(timedelta(seconds=2), timedelta(days=400)))
@pytest.mark.backendless_mock(freeze="2030-01-07 09:00")
def test_no_reminder_comes_early(backendless_mock, delay):
    backendless_mock.reset()
    remind(backendless_mock.url, "stand-up", delay)
    reminders = backendless_mock.channel("reminders")

    backendless_mock.clock.advance(delay - timedelta(seconds=1))
    reminders.assert_nothing_delivered()

    backendless_mock.clock.advance(seconds=1)
    reminders.assert_delivered("stand-up", times=1)
