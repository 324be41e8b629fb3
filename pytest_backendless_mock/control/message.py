"""Publishing and cancelling, as another client of the application would."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ..diagnosis.recipient import recipients
from ..messaging.duration import SECOND
from ..messaging.errors import MessagingError
from ..messaging.secret import secret_text
from ..service.remedy import FIXTURE
from ..testing import client
from . import codec
from .call import Answer, Call
from .hosted import Hosted
from .problem import Problem, refused

DATES = ("publishAt", "repeatExpiresAt")
"""Members of what is published that are instants: in the service's words, milliseconds."""
PUBLISHING = ("publish", "push_template")
"""Operations that are answered with the id of a message."""
USER_TOKEN = "user-token"  # noqa: S105 - the name of a header


def publish(call: Call) -> Answer:
    """Publish a message, a push notification, or both."""
    body = _in_the_services_words(call.body)
    channel = body.pop("channel", "default")
    return Answer(operate(call, "publish", {"channel": channel}, body), HTTPStatus.CREATED)


def push_template(call: Call) -> Answer:
    """Send a push from a template."""
    params = {"template": call.params["name"]}
    return Answer(operate(call, "push_template", params, _in_the_services_words(call.body)), HTTPStatus.CREATED)


def _in_the_services_words(given: Mapping[str, Any]) -> dict[str, Any]:
    body = dict(given)
    for name in DATES:
        if body.get(name):
            body[name] = codec.read_instant(body[name], f"$.{name}") / 1000
    if body.get("repeatEvery"):
        body["repeatEvery"] = codec.read_duration(body["repeatEvery"], "$.repeatEvery") / SECOND
    return body


def status(call: Call) -> Answer:
    """How far a message has come."""
    return Answer(operate(call, "status", {"message": call.params["message"]}))


def reasons(call: Call) -> Answer:
    """Who got a message and who did not, and why; and the request that published it."""
    hosted, message_id = call.hosted, call.params["message"]
    with hosted.application.backend.session() as (broker, _):
        publication = broker.publications.find(message_id)
    found = recipients(hosted.application, message_id)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"no message has the id {message_id!r}; GET messages lists those there are")
    assert publication is not None, "who got it is told of a message that there is"
    request = hosted.tenant.journal.answered(publication.message.message_id.encode(), PUBLISHING)
    return Answer({"items": [each._asdict() for each in found], "request": request})


def cancel(call: Call) -> Answer:
    """Cancel what is still to come of a message."""
    return Answer(operate(call, "cancel", {"message": call.params["message"]}))


def operate(call: Call, operation: str, params: Mapping[str, str], body: Mapping[str, Any] | None = None) -> Any:
    """What the service answers to a client that comes through this door.

    Raises ``Problem`` for what it refuses, with its code.
    """
    hosted: Hosted = call.hosted
    is_fixture = hosted.plan.door in FIXTURE
    origin = f"backendless_mock.{operation}()" if is_fixture else f"the control API's {operation}"
    token = secret_text(call.headers.get(USER_TOKEN))
    try:
        return client.operate(hosted.tenant, operation, params, lambda _: dict(body or {}), token=token, origin=origin)
    except MessagingError as error:
        raise refused(error) from None
