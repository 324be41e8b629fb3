"""What is looked at beside an operation: hints, payload schemas, typos. The operations themselves know nothing of it.

A request that is refused does nothing, so nothing is said of what it would have done: only what may explain the error.

An observer is a generator around a call: what stands before its ``yield`` runs before the operation, what stands
behind it runs with the answer. Where the operation is refused, the error comes out of the ``yield``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping

from ..messaging.duration import SECOND
from ..messaging.errors import (
    InvalidExpirationDate,
    InvalidPublishDate,
    InvalidRegistrationDate,
    MalformedRegistration,
    MessagingError,
    MissingDeviceId,
    MissingLogin,
    MissingParameter,
    UnknownUserToken,
)
from ..messaging.push import shows_something
from . import codec, hint
from .application import Application
from .call import JSON, Call
from .remedy import ACCEPT_UNKNOWN_TOKENS, ADD_USER, FREEZE_BOTH, STOP_ON_THE_WAY, THE_CLIENTS_CLOCK

Observation = Generator[None, JSON, None]
MISSING = (MissingParameter, MissingDeviceId, MissingLogin, MalformedRegistration)
"""Errors that a misspelt field may be behind."""
MOST_FIELDS = 10
"""How many unknown fields of a body are named."""


def observe(name: str, do: Callable[[Call], JSON], call: Call, schema: str | None = None) -> JSON:
    """Carry out the operation ``name`` with whoever looks on; ``schema`` is its body's. Raises what ``do`` raises."""
    observation = OBSERVERS.get(name, _nothing)(call)
    next(observation)
    try:
        answer = do(call)
    except MessagingError as error:
        if schema is not None and isinstance(error, MISSING):
            _hint_unknown_fields(call, schema)
        return observation.throw(error)  # which raises it again: an observer looks on
    if schema is not None:
        _hint_unknown_fields(call, schema)
    try:  # noqa: SIM105 - `suppress` is three calls more for each request
        observation.send(answer)
    except StopIteration:
        pass
    return answer


def refused(application: Application, origin: str, error: MessagingError) -> None:
    """What may be behind an error, and how to get on."""
    if isinstance(error, UnknownUserToken) and not error.detail:
        application.verdict.hint(f"{origin}: {hint.UNKNOWN_TOKEN}", ADD_USER, ACCEPT_UNKNOWN_TOKENS)
    ahead = application.backend.time.ahead
    if isinstance(error, InvalidPublishDate | InvalidExpirationDate) and abs(ahead) >= SECOND:
        application.verdict.hint(f"{origin}: {hint.clocks_apart(ahead)}", THE_CLIENTS_CLOCK, FREEZE_BOTH)


def _nothing(_: Call) -> Observation:
    """What most operations are observed for."""
    yield


def _publish(call: Call) -> Observation:
    """Dates in the wrong unit, a misspelt channel, a push that nobody sees, a message that breaks its schema.

    And headers of the message that went into those of HTTP.
    """
    typo = _typo(call)
    try:
        answer = yield
    except (InvalidPublishDate, InvalidExpirationDate):
        _hint_dates(call)
        raise
    _hint_dates(call)
    message = call.broker.publications.message(answer["messageId"])
    if message.push is not None and not shows_something(message.options.headers):
        call.application.verdict.hint(hint.no_display(call.params["channel"]))
    if typo:
        call.hint(typo)
    if call.http_headers.keys() - hint.HTTP_HEADERS:
        _hint_headers(call, message.headers)
    violations = call.application.schemas.violations(call.channel, message.data)
    if violations:
        call.application.verdict.report_problem(
            "\n  ".join([f"{call.origin()}: the message on channel {call.channel!r} breaks its schema", *violations])
        )


def _register(call: Call) -> Observation:
    """A date as text."""
    try:
        yield
    except InvalidRegistrationDate:
        _hint_dates(call)
        raise


def _subscribe(call: Call) -> Observation:
    """A misspelt channel."""
    typo = _typo(call)
    yield
    if typo:
        call.hint(typo)


def _retrieve(call: Call) -> Observation:
    """What a poller missed because the clock jumped over it."""
    time, lifetime = call.application.backend.time, call.broker.lifetime
    if not time.has_jumped:
        yield
        return
    subscription = call.broker.channels.subscription(call.channel, call.params["subscription"])
    lost = call.broker.lost(subscription, call.now)
    yield
    jumped_over = [delivery for delivery in lost if time.jumped_over(delivery.at + lifetime)]
    if jumped_over:
        call.hint(hint.lost(jumped_over, lifetime), STOP_ON_THE_WAY)


def _push_template(call: Call) -> Observation:
    """Placeholders that stayed empty."""
    yield
    name = call.params["template"]
    for placeholder in call.broker.templates.find(name).unresolved(call.body.get("templateValues") or {}):
        call.application.verdict.report_problem(
            f"the push template {name!r} was sent without a value for {{{placeholder}}}"
        )


def _hint_unknown_fields(call: Call, schema: str) -> None:
    """What the service ignores in a body (W10)."""
    unknown = codec.unknown_fields(call.body, schema)
    for field in unknown[:MOST_FIELDS]:
        call.hint(hint.unknown_field(field, codec.known_fields(schema)))
    if len(unknown) > MOST_FIELDS:
        call.hint(hint.more_unknown_fields(len(unknown) - MOST_FIELDS))


def _hint_headers(call: Call, given: Mapping[str, str | None]) -> None:
    """Those that subscribers of the channel ask for, or that a device would show."""
    subscriptions = call.broker.channels.make(call.channel).subscriptions.values()
    selectors = [each.selector for each in subscriptions]
    selectors += [each.selector for each in call.broker.presence.listening(call.channel)]
    asked_for = {name for selector in selectors if selector for name in selector.header_names()}
    for name in hint.headers_of_a_message(call.http_headers, asked_for - given.keys()):
        call.hint(hint.header_of_http(name))


def _hint_dates(call: Call) -> None:
    for text in hint.dates(call.body):
        call.hint(text)


def _typo(call: Call) -> str | None:
    """What the channel may be a slip of; asked before the operation, which makes the channel."""
    channels, slips = call.broker.channels, call.application.slips
    if call.channel in channels:
        return None
    for name in channels.made[len(slips) :]:
        slips.add(name)
    meant = slips.find(call.channel, channels)
    return hint.misspelt_channel(call.channel, meant) if meant else None


OBSERVERS: Mapping[str, Callable[[Call], Observation]] = {
    "publish": _publish,
    "register": _register,
    "subscribe": _subscribe,
    "join": _subscribe,
    "retrieve": _retrieve,
    "push_template": _push_template,
}
"""Who looks on at which operation."""
