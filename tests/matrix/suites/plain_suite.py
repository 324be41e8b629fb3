import pytest
import requests


@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
def test_a_message_is_delivered(backendless_mock):
    requests.post(f"{backendless_mock.url}/messaging/news", json={"message": "hi"}, timeout=20).raise_for_status()
    backendless_mock.channel("news").assert_delivered("hi", at="2030-01-07 08:30")


def test_the_next_test_begins_anew(backendless_mock):
    assert backendless_mock.messages == ()
