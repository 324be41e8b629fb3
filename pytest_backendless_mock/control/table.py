"""The table of routes: all that can be asked under ``/__mock__/``. Descriptions and tests are made of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ..testing.state import DEEPEST, HEAVIEST
from . import (
    application,
    assertion,
    clock,
    definition,
    fault,
    feed,
    forecast,
    index,
    judgement,
    message,
    openapi,
    outage,
    request,
    service_openapi,
    state,
    subscription,
)
from .call import Answer, Call
from .route import Route
from .view import EVERY, VIEWS, email_html

OK, CREATED, GONE = HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT
APP = "apps/{app}"
CLOCK = f"{APP}/clock"
HEAVY: dict[str, Any] = {"longest": HEAVIEST, "deepest": DEEPEST + 1}
"""Of a body that holds a state."""


def describe_control(call: Call) -> Answer:
    """This description, for clients that are made from one (OpenAPI 3.1)."""
    return Answer(openapi.control(ROUTES, call.host_url))


def describe_service(call: Call) -> Answer:
    """The description of the service that the default application is one of (OpenAPI 3.1)."""
    return Answer(service_openapi.service(call.host_url, call.applications.default.application.identity))


ROUTES = (
    Route("GET", "", "index", index.index, None, "index"),
    Route("GET", "health", "health", index.health, None, "health"),
    Route("GET", "openapi.json", "describeControl", describe_control),
    Route("GET", "service.openapi.json", "describeService", describe_service),
    Route("POST", "apps", "createApp", application.create, "create_app.request", "app", CREATED)._replace(**HEAVY),
    Route("GET", "apps", "listApps", application.listed, None, "apps"),
    Route("GET", "strays", "listStrays", application.strays, None, "requests", OK, EVERY),
    Route("GET", APP, "showApp", application.show, None, "app"),
    Route("DELETE", APP, "deleteApp", application.delete, None, "verdict"),
    Route("GET", f"{APP}/state", "showState", state.show_state, None, "state", OK, ("secrets", "journal")),
    Route("PUT", f"{APP}/state", "putState", state.put_state, "state", None, GONE)._replace(**HEAVY),
    Route("GET", f"{APP}/har", "showHar", state.show_har),
    Route("POST", f"{APP}/reset", "reset", application.reset, "reset.request", None, GONE),
    Route("GET", CLOCK, "showClock", clock.show, None, "clock"),
    Route("POST", f"{CLOCK}/advance", "advanceClock", clock.advance, "advance.request", "journey"),
    Route("POST", f"{CLOCK}/move-to", "moveClock", clock.move_to, "move_to.request", "journey"),
    Route("POST", f"{CLOCK}/next", "nextDelivery", clock.next_delivery, "next.request", "journey"),
    Route("POST", f"{CLOCK}/freeze", "freezeClock", clock.freeze, "freeze.request", "clock"),
    Route("POST", f"{CLOCK}/unfreeze", "unfreezeClock", clock.unfreeze, "empty.request", "clock"),
    Route("GET", f"{CLOCK}/ahead", "lookAhead", forecast.look_ahead, None, "ahead", OK, forecast.MOVES),
    Route("GET", f"{APP}/upcoming", "listUpcoming", forecast.list_upcoming, None, "upcoming", OK, ("channel", "limit")),
    *(
        Route("GET", f"{APP}/{view.name}", f"list{view.name.capitalize()}", view.answer, None, view.name, OK)._replace(
            query=(*view.filters, *EVERY), said=view.summary
        )
        for view in VIEWS
    ),
    Route("GET", f"{APP}/requests/{{number}}", "showRequest", request.show, None, "request"),
    Route("GET", f"{APP}/outbox/{{number}}/html", "showEmail", email_html),
    Route("POST", f"{APP}/messages", "publish", message.publish, "publish.request", "status", CREATED),
    Route(
        "POST",
        f"{APP}/subscriptions",
        "subscribe",
        subscription.subscribe,
        "subscribe.request",
        "subscription",
        CREATED,
    ),
    Route(
        "GET", f"{APP}/subscriptions/{{id}}/pending", "listPending", subscription.pending, None, "deliveries"
    )._replace(query=("channel", *EVERY)),
    Route("POST", f"{APP}/subscriptions/{{id}}/retrieve", "retrieve", subscription.retrieve)._replace(
        request="retrieve.request", response="deliveries"
    ),
    Route("POST", f"{APP}/selector", "trySelector", subscription.try_selector, "selector.request", "selector"),
    Route("DELETE", f"{APP}/listeners/{{id}}", "disconnect", subscription.disconnect, status=GONE),
    Route("GET", f"{APP}/messages/{{message}}", "showMessage", message.status, None, "status"),
    Route("GET", f"{APP}/messages/{{message}}/reasons", "listReasons", message.reasons, None, "reasons"),
    Route("DELETE", f"{APP}/messages/{{message}}", "cancel", message.cancel, None, "status"),
    Route("POST", f"{APP}/assert", "assert", assertion.check, "assert.request", "matched", refusal="failure"),
    Route("POST", f"{APP}/wait", "wait", assertion.wait, "wait.request", "waited", refusal="failure"),
    Route("POST", f"{APP}/verify", "verify", judgement.verify, "empty.request", "verdict", refusal="verdict"),
    Route("GET", f"{APP}/report", "report", judgement.report),
    Route("GET", f"{APP}/events", "listEvents", feed.events, None, "events", OK, ("after", "last", "kinds", "wait")),
    Route("POST", f"{APP}/faults", "addFault", fault.add_fault, "fault.request", "fault", CREATED),
    Route("GET", f"{APP}/faults", "listFaults", fault.list_faults, None, "faults"),
    Route("DELETE", f"{APP}/faults", "endFaults", fault.end_faults, status=GONE),
    Route("DELETE", f"{APP}/faults/{{id}}", "endFault", fault.end_fault, status=GONE),
    Route("POST", f"{APP}/stubs", "addStub", fault.add_stub, "stub.request", "stub", CREATED),
    Route("GET", f"{APP}/stubs", "listStubs", fault.list_stubs, None, "stubs"),
    Route("DELETE", f"{APP}/stubs", "endStubs", fault.end_stubs, status=GONE),
    Route("DELETE", f"{APP}/stubs/{{id}}", "endStub", fault.end_stub, status=GONE),
    Route("POST", f"{APP}/outages", "addOutage", outage.add, "outage.request", "outage", CREATED),
    Route("GET", f"{APP}/outages", "listOutages", outage.listed, None, "outages"),
    Route("DELETE", f"{APP}/outages", "endOutages", outage.end, status=GONE),
    Route("PUT", f"{APP}/offline", "setOffline", outage.offline, "offline.request", "offline"),
    Route("POST", f"{APP}/users", "addUser", definition.add_user, "user.request", "user", CREATED),
    Route("POST", f"{APP}/devices", "addDevice", definition.add_device, "device.request", "device", CREATED),
    Route("POST", f"{APP}/permissions", "setPermission", definition.set_permission, "permission.request", None, GONE),
    Route("GET", f"{APP}/rules", "showRules", definition.show_rules, None, "rules"),
    Route("PATCH", f"{APP}/rules", "changeRules", definition.change_rules, "rules.request", "rules"),
    Route("PUT", f"{APP}/templates/{{name}}", "putTemplate", definition.put_template, "template.request", None, GONE),
    Route("POST", f"{APP}/templates/{{name}}/push", "pushTemplate", message.push_template)._replace(
        request="push_template.request", response="status", status=CREATED
    ),
    Route(
        "PUT", f"{APP}/email-templates/{{name}}", "putEmailTemplate", definition.put_email_template, "empty.request"
    )._replace(status=GONE),
    Route("PUT", f"{APP}/channels/{{channel}}/schema", "putChannelSchema", definition.put_channel_schema)._replace(
        request="channel_schema.request", status=GONE
    ),
)
"""A request is for the first row that fits."""
