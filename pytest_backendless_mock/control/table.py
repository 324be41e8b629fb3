"""The table of routes: all that can be asked under ``/__mock__/``. Descriptions and tests are made of it."""

from __future__ import annotations

from http import HTTPStatus

from . import application, assertion, clock, feed, index, judgement, message
from .route import Route
from .view import EVERY, VIEWS

OK, CREATED, NO_CONTENT = HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT
APP = "apps/{app}"

SERVER = (
    Route("GET", "", "index", index.index, "Name, version, address and applications.", None, "index"),
    Route("GET", "health", "health", index.health, "Whether the server is there.", None, "health"),
    Route(
        "POST",
        "apps",
        "createApp",
        application.create,
        "Make an application, with a clock of its own.",
        "create_app.request",
        "app",
        CREATED,
    ),
    Route("GET", "apps", "listApps", application.listed, "The applications there are.", None, "apps"),
    Route(
        "GET", "strays", "strays", application.strays, "Requests that no application owns.", None, "requests", OK, EVERY
    ),
    Route("GET", APP, "showApp", application.show, "One application.", None, "app"),
    Route(
        "DELETE",
        APP,
        "deleteApp",
        application.delete,
        "Take an application away, with the last verdict on it.",
        None,
        "verdict",
    ),
    Route(
        "POST",
        f"{APP}/reset",
        "reset",
        application.reset,
        "Begin anew, as at first.",
        "reset.request",
        None,
        NO_CONTENT,
    ),
)
CLOCK = (
    Route("GET", f"{APP}/clock", "showClock", clock.show, "What the clock shows, and what is to come.", None, "clock"),
    Route(
        "POST",
        f"{APP}/clock/advance",
        "advanceClock",
        clock.advance,
        "Go forward by a duration.",
        "advance.request",
        "journey",
    ),
    Route(
        "POST",
        f"{APP}/clock/move-to",
        "moveClock",
        clock.move_to,
        "Go forward to an instant.",
        "move_to.request",
        "journey",
    ),
    Route(
        "POST",
        f"{APP}/clock/next",
        "nextDelivery",
        clock.next_delivery,
        "Go to the next delivery.",
        "next.request",
        "journey",
    ),
    Route("POST", f"{APP}/clock/freeze", "freezeClock", clock.freeze, "Stop the clock.", "freeze.request", "clock"),
    Route(
        "POST",
        f"{APP}/clock/unfreeze",
        "unfreezeClock",
        clock.unfreeze,
        "Let the clock run, from where it stands.",
        "empty.request",
        "clock",
    ),
)
LOOKING = tuple(
    Route(
        "GET",
        f"{APP}/{view.name}",
        f"list{view.name.capitalize()}",
        view.answer,
        view.summary,
        None,
        view.name,
        OK,
        (*view.filters, *EVERY),
    )
    for view in VIEWS
)
MESSAGES = (
    Route(
        "POST",
        f"{APP}/messages",
        "publish",
        message.publish,
        "Publish as another client would.",
        "publish.request",
        "status",
        CREATED,
    ),
    Route(
        "GET",
        f"{APP}/messages/{{message}}",
        "messageStatus",
        message.status,
        "How far a message has come.",
        None,
        "status",
    ),
    Route(
        "DELETE",
        f"{APP}/messages/{{message}}",
        "cancel",
        message.cancel,
        "Cancel what is still to come of a message.",
        None,
        "status",
    ),
)
JUDGING = (
    Route(
        "POST",
        f"{APP}/assert",
        "assert",
        assertion.check,
        "Whether messages came as expected.",
        "assert.request",
        "matched",
        refusal="failure",
    ),
    Route(
        "POST",
        f"{APP}/wait",
        "wait",
        assertion.wait,
        "Wait until there are so many.",
        "wait.request",
        "waited",
        refusal="failure",
    ),
    Route(
        "POST",
        f"{APP}/verify",
        "verify",
        judgement.verify,
        "The verdict of the end of a test, now.",
        "empty.request",
        "verdict",
        refusal="verdict",
    ),
    Route("GET", f"{APP}/report", "report", judgement.report, "What stands under a failing test, as text."),
    Route(
        "GET",
        f"{APP}/events",
        "listEvents",
        feed.events,
        "What happened, and a stream of it by Accept: text/event-stream.",
        None,
        "events",
        OK,
        ("after", "kinds", "wait"),
    ),
)
ROUTES = (*SERVER, *CLOCK, *LOOKING, *MESSAGES, *JUDGING)
"""A request is for the first row that fits."""
