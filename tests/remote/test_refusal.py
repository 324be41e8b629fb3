"""What cannot be had from afar is a list, each of which says so in one sentence; everything else is there."""

from __future__ import annotations

import pytest
from presence_support import client_of_mock

from pytest_backendless_mock import BackendlessMock
from pytest_backendless_mock.diagnosis.timeline import Timeline
from pytest_backendless_mock.remote.channel import RemoteChannel, RemoteListener, RemoteSubscription
from pytest_backendless_mock.remote.clock import RemoteClock, RemoteFreeze
from pytest_backendless_mock.remote.faults import RemoteFault, RemoteFaults
from pytest_backendless_mock.remote.mock import RemoteMock, RemoteTimeline
from pytest_backendless_mock.remote.outbox import RemoteOutbox
from pytest_backendless_mock.remote.refusal import REFUSALS, NotRemoteError
from pytest_backendless_mock.runtime.clock import Clock, Freeze
from pytest_backendless_mock.testing.channel import Channel, Listener, Subscription
from pytest_backendless_mock.testing.faults import Fault, Faults
from pytest_backendless_mock.testing.outbox import Outbox

PAIRS = {
    BackendlessMock: RemoteMock,
    Clock: RemoteClock,
    Freeze: RemoteFreeze,
    Channel: RemoteChannel,
    Subscription: RemoteSubscription,
    Listener: RemoteListener,
    Outbox: RemoteOutbox,
    Faults: RemoteFaults,
    Fault: RemoteFault,
    Timeline: RemoteTimeline,
}
OF_OBJECTS = {"faults", "clock", "name", "id", "channel", "connection_id", "user_id", "selector"}
"""Names that an object has and its class has not."""
HANDED_DOWN = {"pushes", "emails", "filter", "assert_nothing_sent", "data", "index", "count"}
"""What the outbox from afar takes from the one here: they work on records alone."""
NOT_TO_BE_HAD = {
    "wsgi_app": lambda mock: mock.wsgi_app,
    "intercept": lambda mock: mock.intercept("api.example.com"),
    "on": lambda mock: mock.on("delivered", print),
    "new_app": lambda mock: mock.new_app(app_id="x"),
    "when": lambda mock: mock.faults.fail("publish", error=5007, when=lambda _: True),
    "steps": lambda mock: mock.clock.steps(hours=1),
}
FIXTURES = {"backendless_mock_server", "backendless_mock_factory"}


def public(kind):
    return {name for name in dir(kind) if not name.startswith("_")}


@pytest.mark.parametrize("kind", PAIRS, ids=lambda kind: kind.__name__)
def test_every_public_name_is_there_from_afar(kind):
    assert public(kind) - OF_OBJECTS == public(PAIRS[kind]) - OF_OBJECTS


def test_the_outbox_hands_down_what_works_on_records_alone():
    assert public(Outbox) - set(vars(RemoteOutbox)) == HANDED_DOWN


def test_what_cannot_be_had_is_this_list():
    assert NOT_TO_BE_HAD.keys() | FIXTURES == REFUSALS.keys()


@pytest.mark.parametrize("name", NOT_TO_BE_HAD)
def test_it_says_so_in_one_sentence(mock, hosted, name):
    client_of_mock(hosted.mock).listen("news")
    with pytest.raises(NotRemoteError) as refused:
        NOT_TO_BE_HAD[name](mock)
    assert str(refused.value) == (
        f"{name}: with --backendless-mock-url the mock runs in another process, {REFUSALS[name]}"
    )
