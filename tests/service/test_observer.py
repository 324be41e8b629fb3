"""What is looked at beside an operation: it comes to the verdict, and never into the operation's way."""

from __future__ import annotations

import datetime as dt

import pytest
from fake_time import FakeTime

from pytest_backendless_mock import Rules
from pytest_backendless_mock.messaging.errors import InvalidParameter, InvalidPublishDate, UnknownUserToken
from pytest_backendless_mock.runtime.clock import Clock
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.service import observer
from pytest_backendless_mock.service.application import Application
from pytest_backendless_mock.service.call import Call
from pytest_backendless_mock.service.operation import OPERATIONS


def an_application():
    return Application(rules=Rules(), time=VirtualTime(FakeTime()))


def a_call(**params):
    application = an_application()
    with application.backend.session() as (broker, now):
        return Call(application, broker, now, lambda: "somebody", params, {"publishAt": 1_894_004_000, "colour": 1})


def test_an_operation_that_nobody_observes_is_carried_out_as_it_is():
    assert observer.observe("status", lambda call: call.params, a_call(message="m")) == {"message": "m"}


def test_a_field_that_nobody_knows_is_a_hint_for_any_operation_with_a_body():
    call = a_call()
    observer.observe("email", lambda _: None, call, "email.request")
    assert call.application.verdict.take_hints() == [
        "somebody: the service ignores the field 'publishAt'",
        "somebody: the service ignores the field 'colour'",
    ]


@pytest.mark.parametrize(("count", "more"), [(10, []), (1_010, ["the service ignores 1,000 more fields"])])
def test_of_very_many_fields_that_nobody_knows_ten_are_named(count, more):
    call = a_call()
    call.body = {f"field {number}": 1 for number in range(count)}
    observer.observe("email", lambda _: None, call, "email.request")
    named = [f"somebody: the service ignores the field 'field {number}'" for number in range(10)]
    assert call.application.verdict.take_hints() == [*named, *(f"somebody: {text}" for text in more)]


def test_the_error_of_a_refused_operation_comes_through_with_what_explains_it():
    call = a_call(channel="news")

    def refuse(_):
        raise InvalidPublishDate

    with pytest.raises(InvalidPublishDate):
        observer.observe("publish", refuse, call)
    assert call.application.verdict.take_hints() == [
        "somebody: publishAt 1894004000 looks like seconds; the service reads milliseconds"
    ]


def test_another_error_comes_through_without_a_hint():
    call = a_call(channel="news")

    def refuse(_):
        raise InvalidParameter("headers")

    with pytest.raises(InvalidParameter):
        observer.observe("publish", refuse, call)
    assert call.application.verdict.take_hints() == []


def test_what_a_jump_lost_is_one_hint_however_much_it_was():
    application = an_application()

    def run(name, params, body=None):
        with application.backend.session() as (broker, now):
            return OPERATIONS[name].run(Call(application, broker, now, lambda: "somebody", params, body))

    subscription = run("subscribe", {"channel": "news"}, {})["subscriptionId"]
    run("publish", {"channel": "news"}, {"message": "tick", "repeatEvery": 1})
    Clock(application.backend.time).advance(seconds=20_000)
    run("retrieve", {"channel": "news", "subscription": subscription})
    assert application.verdict.take_hints() == [
        (
            "somebody: 'tick', delivered at 2030-01-07 08:30:00Z, was gone after 1 min, as were 19,940 more: "
            "clock.advance() jumped over it; `for _ in backendless_mock.clock.steps(...)` stops for code that polls"
        )
    ]


def test_what_left_the_window_by_itself_is_no_hint_though_the_clock_was_moved_before():
    wall = FakeTime()
    application = Application(rules=Rules(), time=VirtualTime(wall))
    Clock(application.backend.time).advance(hours=1)

    def run(name, params, body=None):
        with application.backend.session() as (broker, now):
            return OPERATIONS[name].run(Call(application, broker, now, lambda: "somebody", params, body))

    subscription = run("subscribe", {"channel": "news"}, {})["subscriptionId"]
    run("publish", {"channel": "news"}, {"message": "hi"})
    wall.pass_by(90)
    assert run("retrieve", {"channel": "news", "subscription": subscription}) == {"messages": []}
    assert application.verdict.take_hints() == []


@pytest.mark.parametrize(
    ("ahead", "told"),
    [(dt.timedelta(hours=1), "1 h"), (dt.timedelta(seconds=1), "1 s"), (dt.timedelta(milliseconds=999), None)],
    ids=["hour", "second", "less"],
)
def test_a_refused_date_is_explained_by_the_difference_of_the_clocks(ahead, told):
    application = an_application()
    Clock(application.backend.time).advance(ahead)
    observer.refused(application, "POST …", InvalidPublishDate())
    assert application.verdict.take_hints() == (
        [
            (
                f"POST …: the mock's clock is {told} ahead of the process's, by which the date was computed: "
                'freeze both, with @pytest.mark.backendless_mock(freeze="...")'
            )
        ]
        if told
        else []
    )


def test_other_refusals_are_not():
    application = an_application()
    Clock(application.backend.time).advance(hours=1)
    observer.refused(application, "POST …", InvalidParameter("subtopic"))
    assert application.verdict.take_hints() == []


def test_an_unknown_token_is_explained_without_the_token():
    application = an_application()
    observer.refused(application, "GET …", UnknownUserToken("topsecrettoken"))
    assert application.verdict.take_hints() == [
        "GET …: nobody gave out that user-token: backendless_mock.add_user(token=...), or accept_unknown_tokens=True"
    ]
