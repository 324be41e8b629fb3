"""An application that takes long to start is started once for the module, and so is the mock that it talks to."""

import pytest
import requests


class Desk:
    """The application under test. Where it is slow to start, starting it for each test is slow."""

    def __init__(self, url):
        self.messaging = f"{url}/messaging"
        self.session = requests.Session()
        self.tickets = 0

    def open_ticket(self, text):
        self.tickets += 1
        body = {"message": {"ticket": self.tickets, "text": text}}
        self.session.post(f"{self.messaging}/tickets", json=body, timeout=5).raise_for_status()

    def close(self):
        self.session.close()


@pytest.fixture(scope="module")
def desk_mock(backendless_mock_factory):
    """The mock that lives as long as the module's tests."""
    with backendless_mock_factory() as mock:
        yield mock


@pytest.fixture(scope="module")
def desk(desk_mock):
    desk = Desk(desk_mock.url)
    yield desk
    desk.close()


@pytest.fixture
def tickets(desk_mock):
    """The desk's channel, empty at the beginning of each test."""
    desk_mock.reset()
    return desk_mock.channel("tickets")


def test_a_ticket_is_opened(desk, tickets):
    desk.open_ticket("the printer is on fire")

    [text] = [message["text"] for message in tickets.deliveries.data]
    assert text == "the printer is on fire"


def test_tickets_are_numbered_one_after_the_other(desk, tickets):
    desk.open_ticket("it is still on fire")
    desk.open_ticket("it is out")

    first, second = [message["ticket"] for message in tickets.deliveries.data]
    assert second == first + 1


def test_a_ticket_that_is_refused_is_an_error(desk, desk_mock, tickets):
    desk_mock.faults.fail("publish", http=503, times=1)

    with pytest.raises(requests.HTTPError, match="503"):
        desk.open_ticket("anybody there?")

    tickets.assert_nothing_published()
