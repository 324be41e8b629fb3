"""The requests that came and the subscriptions there are, in lines: what was answered, and why a poll got nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..http.journal import Entry
from ..http.tenants import Tenant
from ..messaging.channel import Poll, Subscription
from ..messaging.event import Retrieved
from ..messaging.message import Delivery
from ..messaging.presence import Listener
from ..messaging.text import shortened
from ..service.verdict import counted
from .listener import describe, reasons
from .phrase import cut, limits, number_of, shown, time_of_day

LOOKED_THROUGH = 20
"""How many deliveries before an empty poll are looked through for a reason."""
MOST_REASONS = 3
"""How many reasons an empty poll is told with."""


@dataclass(slots=True)
class _Line:
    """A request, and how often it came with the same outcome."""

    text: str
    first: int
    last: int
    count: int = 1

    def told(self, day: int) -> str:
        until = f", until {time_of_day(self.last, day)}" if self.last != self.first else ""
        first, *more = counted(self.text, self.count).splitlines()
        return "\n".join([f"{time_of_day(self.first, day)}  {first}{until}", *more])


class Traffic:
    """What an application was asked, looked at after the fact; ``day`` is the date left out (microseconds)."""

    def __init__(self, tenant: Tenant, day: int) -> None:
        self._tenant = tenant
        self._day = day
        application = tenant.application
        with application.backend.peek() as (broker, _):
            self._lifetime = broker.lifetime
            self._subscriptions = [each for channel in broker.channels for each in channel.subscriptions.values()]
            self._listeners = [
                (listener, broker.channels.deliveries(channel))
                for channel in broker.presence.listeners
                for listener in broker.presence.listening(channel)
            ]
            timeline = list(application.backend.timeline)
        self._had: dict[str, set[int]] = {}
        """The deliveries that each subscription was handed, and each listener."""
        for event in timeline:
            if isinstance(event, Retrieved):
                self._had.setdefault(event.subscription_id, set()).add(id(event.delivery))

    def subscriptions(self) -> list[str]:
        """The subscriptions and listeners there are, whoever made them: what they ask for, and how much they got."""
        listeners = [cut("\n".join(self._listener(*each))) for each in self._listeners]
        return [*(cut(self._subscription(each)) for each in self._subscriptions), *listeners]

    def requests(self) -> list[str]:
        """The requests, oldest first; the same one with the same outcome once, with the number.

        What only looks does not part what came before it from what comes after.
        """
        lines: list[_Line] = []
        alike: dict[str, _Line] = {}
        for entry in self._tenant.journal.entries():
            text = self._request(entry)
            if entry.method != "GET" and not (lines and lines[-1].text == text):
                alike.clear()
            line = alike.get(text)
            if line is None:
                line = alike[text] = _Line(text, entry.at, entry.at, 0)
                lines.append(line)
            line.count += 1
            line.last = entry.at
        return [line.told(self._day) for line in lines]

    def _subscription(self, subscription: Subscription) -> str:
        selector = f", selector {shown(subscription.selector.text)}" if subscription.selector else ""
        subtopic = f", subtopic {shown(subscription.subtopic)}" if subscription.subtopic is not None else ""
        got = number_of("message", len(self._had.get(subscription.subscription_id, ())))
        return f"{subscription.subscription_id} on {subscription.channel!r}{selector}{subtopic}: was handed {got}"

    def _listener(self, listener: Listener, log: list[Delivery]) -> Iterator[str]:
        """How many messages a listener heard; where none, what was kept back and why."""
        had = self._had.get(listener.listener_id, ())
        line = f"listener {describe(listener)}: was handed {number_of('message', len(had))}"
        found: dict[str, list[Any]] = {}
        for place in range(len(log) - 1, max(0, len(log) - LOOKED_THROUGH) - 1, -1):
            found.setdefault("; ".join(reasons(listener, place, log[place])), []).append(log[place].message.data)
        yield from _explained(line, [] if had else _told(found))

    def _request(self, entry: Entry) -> str:
        request = entry.request()
        app_id, api_key = self._tenant.application.identity
        path = request.path.removeprefix(f"/{app_id}/{api_key}/")
        body = "" if request.json is None else f" {request.json!r}"
        refused = "" if request.code in (None, request.status) else f" {request.code}"
        answer = "no answer" if request.status is None else f"{int(request.status)}{refused}"
        line = f"{request.method} {'…/' if path != request.path else ''}{path}"
        line += f"{shortened(body, limits().line // 2)} -> {answer}"
        return cut("\n".join(self._polled(line, entry.poll)) if entry.poll else line)

    def _polled(self, line: str, poll: Poll) -> Iterator[str]:
        """How many messages a poll handed out; where none, what was kept back and why."""
        line += f", {number_of('message', len(poll.taken))}"
        kept_back = [] if poll.taken else self._kept_back(poll)
        if not kept_back:
            nothing = not (poll.taken or poll.end > poll.begin)
            yield f"{line}; nothing was delivered on {poll.channel.name!r} by then" if nothing else line
            return
        yield from _explained(line, kept_back)

    def _kept_back(self, poll: Poll) -> list[str]:
        """What an empty poll did not get, by reason, the newest first."""
        found: dict[str, list[Any]] = {}
        had = self._had.get(poll.subscription.subscription_id, ())
        for delivery in poll.coming:
            why = poll.subscription.reasons(delivery) or [f"not due before {time_of_day(delivery.at, self._day)}"]
            found.setdefault("; ".join(why), []).append(delivery.message.data)
        for place in range(poll.end - 1, max(poll.begin, poll.end - LOOKED_THROUGH) - 1, -1):
            delivery = poll.channel.log[place]
            if id(delivery) in had:
                continue
            gone = time_of_day(delivery.at + self._lifetime, self._day)
            why = poll.channel.reasons(place, poll.subscription) or [f"gone since {gone}"]
            found.setdefault("; ".join(why), []).append(delivery.message.data)
        return _told(found)


def _explained(line: str, kept_back: list[str]) -> Iterator[str]:
    """A line with the first reasons why something was kept back."""
    yield "; ".join([line, *kept_back[:1]])
    yield from kept_back[1:MOST_REASONS]
    if len(kept_back) > MOST_REASONS:
        yield f"… and {number_of('reason', len(kept_back) - MOST_REASONS)} more"


def _told(found: dict[str, list[Any]]) -> list[str]:
    """What was kept back, by reason."""
    return [f"kept back {_some(data)}: {why}" for why, data in found.items()]


def _some(data: list[Any]) -> str:
    return shown(data[0]) if len(data) == 1 else f"{shown(data[0])} and {len(data) - 1} more"
