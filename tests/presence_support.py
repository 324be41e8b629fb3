"""Clients in real time without a socket: they join and listen in the core, and what they hear stays in their inbox."""

from __future__ import annotations

from pytest_backendless_mock.messaging.name import channel_name
from pytest_backendless_mock.messaging.presence import Connection, Interest, Ready


class RealTimeClient:
    """A connection to a backend, which leaves and comes back as often as a test likes."""

    def __init__(self, backend, connection_id="connection:1", user_id=None, **more):
        self.backend = backend
        self.more = more
        self.reconnect(connection_id, user_id)

    def reconnect(self, connection_id, user_id=None):
        self.connection = Connection(connection_id, hang_up=self.disconnect, user_id=user_id, **self.more)

    def join(self, channel="news", join_id="join:1"):
        with self.backend.session() as (broker, now):
            broker.presence.join(self.connection, join_id, channel_name(channel), now)
        return self

    def listen(self, channel="news", listener_id="listener:1", *, selector=None, interest=Interest.MESSAGES):
        with self.backend.session() as (broker, now):
            name = channel_name(channel)
            broker.presence.listen(self.connection, listener_id, name, now, interest=interest, selector=selector)
        return self

    def leave(self, subscription_id="join:1"):
        with self.backend.session() as (broker, now):
            broker.presence.leave(self.connection, subscription_id, now)

    def disconnect(self):
        with self.backend.session() as (broker, now):
            broker.presence.disconnect(self.connection, now)

    def heard(self):
        """What came since it was asked last, each with the listener that heard it."""
        came = list(self.connection.inbox)
        self.connection.inbox.clear()
        return [(listener.listener_id, what) for listener, what in came if what != Ready()]

    def data(self):
        """The payloads of the messages among that."""
        return [what.message.data for _, what in self.heard()]


def client_of_mock(app, connection_id="connection:1", **more):
    """A client of a mock's, or of another application's."""
    return RealTimeClient(app._application.backend, connection_id, **more)
