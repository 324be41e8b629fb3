"""What the views publish. `client` is pytest-django's: it calls them in this process, and they call the mock."""

import pytest


@pytest.mark.backendless_mock(freeze="2030-01-07 09:00")
def test_the_customer_is_asked_in_a_week(client, backendless_mock):
    assert client.post("/orders/17/ship").status_code == 202

    backendless_mock.channel("warehouse").assert_delivered("ship order 17", times=1)
    backendless_mock.channel("customers").assert_nothing_delivered()

    backendless_mock.clock.advance(days=7)
    backendless_mock.channel("customers").assert_delivered("how do you like order 17?", at="2030-01-14 09:00")


def test_an_outage_is_told(client, backendless_mock):
    with backendless_mock.offline():
        assert client.post("/orders/17/ship").status_code == 503

    assert backendless_mock.messages == ()


def test_the_settings_were_read_when_they_were_imported(settings, backendless_mock):
    assert backendless_mock.url == settings.BACKENDLESS_URL
