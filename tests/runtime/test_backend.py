"""A running application: entering, listening, waiting, looking back."""

from __future__ import annotations

import logging
import threading

import pytest
from core_support import START, Application, FakeTime, at, elsewhere, moment, publish, told

from pytest_backendless_mock.messaging.due import RunawayScheduleError
from pytest_backendless_mock.runtime import backend as backend_module
from pytest_backendless_mock.runtime.backend import Backend, ListenerError
from pytest_backendless_mock.runtime.event import KINDS
from pytest_backendless_mock.runtime.record import Delivery, Message


@pytest.fixture
def app():
    return Application()


def timeline(app):
    return [(KINDS[type(event)], (event.at - START) / 1_000_000) for event in app.backend.timeline]


def is_free(app):
    """Whether another thread can enter."""

    def enter():
        with app.backend.session():
            return True

    return elsewhere(enter)


class TestSession:
    def test_invariant_2_who_enters_holds_a_broker_that_is_caught_up_and_the_time(self, app):
        app.publish(delay=60)
        app.time.pass_by(90)
        with app.backend.session() as (broker, now):
            assert now == at(90)
            assert told(broker.channels.deliveries("default")) == [(60, "hi")]

    def test_invariant_2_the_time_is_read_once(self, app):
        app.publish(delay=60)
        before = app.time.reads
        with app.backend.session():
            pass
        assert app.time.reads == before + 1

    def test_invariant_2_nobody_else_is_inside(self, app):
        inside, outside = threading.Event(), threading.Event()

        def enter():
            outside.set()
            with app.backend.session():
                inside.set()

        with app.backend.session():
            thread = threading.Thread(target=enter)
            thread.start()
            assert outside.wait(10)
            assert not inside.is_set()
        thread.join(10)
        assert inside.is_set()

    def test_what_happens_is_written_into_the_timeline_in_order(self, app):
        app.publish("a")
        message_id = app.publish("b", delay=90).message_id
        app.publish("c", delay=60)
        app.time.pass_by(70)
        with app.backend.session() as (broker, now):
            broker.cancel(message_id, now)
        assert timeline(app) == [
            ("accepted", 0),
            ("delivered", 0),
            ("accepted", 0),
            ("accepted", 0),
            ("delivered", 60),
            ("cancelled", 70),
        ]

    def test_what_came_due_is_in_the_timeline_before_the_block_begins(self, app):
        app.publish(delay=60)
        app.time.pass_by(90)
        with app.backend.session():
            assert timeline(app) == [("accepted", 0), ("delivered", 60)]

    def test_an_error_in_the_block_leaves_the_door_open_and_the_timeline_complete(self, app):
        with pytest.raises(KeyError), app.backend.session() as (broker, now):  # noqa: PT012
            publish(broker, now=now)
            raise KeyError("the block")
        assert timeline(app) == [("accepted", 0), ("delivered", 0)]
        assert is_free(app)

    def test_invariant_7_too_much_to_catch_up_with_is_an_error_and_leaves_the_door_open(self, app):
        app.publish(repeat_every=0.001)
        app.time.pass_by(86_400)
        with pytest.raises(RunawayScheduleError):
            app.backend.session().__enter__()
        assert len(app.backend.timeline) == 2
        app.time.pass_by(-86_400)
        assert is_free(app)

    def test_the_time_that_was_seen_last_is_kept(self, app):
        with app.backend.session():
            app.time.pass_by(60)
        assert app.virtual_time.seen == START


class TestListen:
    def test_taking_a_listener_off_twice_is_no_error(self, app):
        stop = app.backend.listen("accepted", print)
        stop()
        stop()
        assert not app.backend.listening

    def test_each_kind_of_event_has_its_listeners(self, app):
        heard = []
        for kind in ("accepted", "delivered", "retrieved", "cancelled"):
            app.backend.listen(kind, lambda record, kind=kind: heard.append((kind, record.data)))
        app.publish("now")
        message_id = app.publish("later", delay=60).message_id
        with app.backend.session() as (broker, now):
            subscription = broker.subscribe("default")
            broker.retrieve("default", subscription.subscription_id, now)
            broker.cancel(message_id, now)
        assert heard == [
            ("accepted", "now"),
            ("delivered", "now"),
            ("accepted", "later"),
            ("retrieved", "now"),
            ("cancelled", "later"),
        ]

    def test_messages_are_told_as_messages_and_deliveries_as_deliveries(self, app):
        heard = []
        for kind in KINDS.values():
            app.backend.listen(kind, heard.append)
        message_id = app.publish("hi", repeat_every=60).message_id
        with app.backend.session() as (broker, now):
            subscription = broker.subscribe("default")
            broker.retrieve("default", subscription.subscription_id, now)
            broker.cancel(message_id, now)
        accepted, delivered, retrieved, cancelled = heard
        assert isinstance(accepted, Message)
        assert (accepted.message_id, accepted.status, accepted.repeat_every) == ("message:1", "scheduled", 60)
        assert isinstance(delivered, Delivery)
        assert (delivered.message_id, delivered.at) == ("message:1-1", moment(0))
        assert retrieved == delivered
        assert isinstance(cancelled, Message)
        assert cancelled.status == "cancelled"

    def test_listeners_are_told_in_the_order_they_came(self, app):
        heard = []
        for name in "abc":
            app.backend.listen("delivered", lambda _, name=name: heard.append(name))
        app.publish()
        assert heard == ["a", "b", "c"]

    def test_who_is_taken_off_hears_nothing_more(self, app):
        heard = []
        stop = app.backend.listen("delivered", lambda delivery: heard.append(delivery.data))
        app.publish("heard")
        stop()
        app.publish("not heard")
        assert heard == ["heard"]
        assert not app.backend.listening

    def test_taking_one_off_leaves_the_others(self, app):
        heard = []
        stop = app.backend.listen("delivered", lambda _: heard.append("one"))
        app.backend.listen("delivered", lambda _: heard.append("two"))
        stop()
        app.publish()
        assert heard == ["two"]
        assert app.backend.listening

    def test_a_listener_may_take_itself_off_while_it_is_told(self, app):
        heard = []

        def once(delivery):
            heard.append(delivery.data)
            stop()

        stop = app.backend.listen("delivered", once)
        app.backend.listen("delivered", lambda delivery: heard.append(f"also {delivery.data}"))
        app.publish("a")
        app.publish("b")
        assert heard == ["a", "also a", "also b"]

    def test_an_event_there_is_not_is_refused(self, app):
        with pytest.raises(
            ValueError,
            match=r"^there is no event 'publish'; there are accepted, delivered, retrieved, cancelled, pushed, ",
        ):
            app.backend.listen("publish", print)
        assert not app.backend.listening

    def test_invariant_4_the_door_is_open_while_a_listener_runs(self, app):
        free = []
        for kind in ("accepted", "delivered"):
            app.backend.listen(kind, lambda _: free.append(is_free(app)))
        app.publish()
        assert free == [True, True]

    def test_invariant_4_while_a_journey_tells_its_listeners_the_door_is_open(self, app):
        free = []
        app.publish(delay=60)
        app.backend.listen("delivered", lambda _: free.append(is_free(app)))
        app.clock.advance(hours=1)
        assert free == [True]

    def test_invariant_4_after_a_foreign_jump_whoever_looks_first_tells_the_listeners(self, app):
        heard = []
        app.backend.listen("delivered", lambda delivery: heard.append((app.now(), delivery.at)))
        app.publish(delay=60)
        app.time.pass_by(90)
        with app.backend.session():
            assert heard == []
        assert heard == [(90, moment(60))]

    def test_a_listener_may_publish(self, app):
        def answer(message):
            if message.data == "question":
                app.publish("answer")

        app.backend.listen("accepted", answer)
        app.publish("question")
        assert app.deliveries() == [(0, "question"), (0, "answer")]

    def test_a_listener_that_raises_raises_where_the_event_came_about_and_the_event_stands(self, app):
        def fail(_):
            raise KeyError("the listener")

        app.backend.listen("delivered", fail)
        with pytest.raises(ListenerError) as caught:
            app.publish()
        assert str(caught.value) == "a listener for 'delivered' raised KeyError('the listener')"
        assert isinstance(caught.value.__cause__, KeyError)
        assert timeline(app) == [("accepted", 0), ("delivered", 0)]
        assert is_free(app)

    def test_a_listener_told_by_a_listener_that_raises_is_named_once(self, app):
        """Wrapped at each level, quotes inside quotes would double the text twenty times."""
        told_so_far = []

        def publish_again(_):
            told_so_far.append(None)
            if len(told_so_far) > 12:
                raise KeyError("the last one")
            app.publish()

        app.backend.listen("delivered", publish_again)
        with pytest.raises(ListenerError) as caught:
            app.publish()
        assert str(caught.value) == "a listener for 'delivered' raised KeyError('the last one')"

    def test_an_interrupt_goes_through_as_it_is(self, app):
        def interrupt(_):
            raise KeyboardInterrupt

        app.backend.listen("delivered", interrupt)
        with pytest.raises(KeyboardInterrupt):
            app.publish()
        assert is_free(app)


class TestTheLog:
    """``logging.getLogger("backendless_mock")``."""

    def test_has_a_line_for_each_event_at_debug(self, app, caplog):
        app.backend.tell = lambda event: f"{KINDS[type(event)]} at {(event.at - START) // 1_000_000}"
        with caplog.at_level("DEBUG", "backendless_mock"):
            app.publish(delay=60)
            app.time.pass_by(90)
            with app.backend.session():
                pass
        assert [(record.name, record.levelname) for record in caplog.records] == [("backendless_mock", "DEBUG")] * 2
        assert caplog.messages == ["accepted at 0", "delivered at 60"]

    def test_makes_no_text_unless_somebody_reads_it(self, app, caplog):
        def tell(event):
            raise AssertionError(event)

        app.backend.tell = tell
        with caplog.at_level("INFO", "backendless_mock"):
            app.publish()
        assert caplog.messages == []

    def test_is_written_with_no_lock_held(self, app, caplog):
        free = []

        class Handler(logging.Handler):
            def emit(self, _):
                free.append(is_free(app))

        logger, handler = logging.getLogger("backendless_mock"), Handler()
        logger.addHandler(handler)
        try:
            with caplog.at_level("DEBUG", "backendless_mock"):
                app.publish()
        finally:
            logger.removeHandler(handler)
        assert free == [True, True]


class TestRetrospect:
    def test_t15_looking_back_reads_no_time_and_catches_up_with_nothing(self, app):
        app.publish(delay=60)
        app.time.pass_by(90)
        before = app.time.reads
        with app.backend.peek() as (broker, now):
            assert (now, told(broker.channels.deliveries("default"))) == (START, [])
        assert app.time.reads == before
        assert timeline(app) == [("accepted", 0)]

    def test_t15_before_the_first_use_there_is_no_time_to_show(self, app):
        with app.backend.peek() as (broker, now):
            assert (now, broker.publications) == (0, {})
        assert app.time.reads == 0

    def test_invariant_11_setting_up_reads_no_time(self):
        assert Application().time.reads == 0


class TestClose:
    def test_t15_after_the_end_whoever_looks_sees_what_the_last_one_saw(self, app):
        app.publish(delay=60)
        app.backend.close()
        app.time.pass_by(90)
        before = app.time.reads
        with app.backend.session() as (broker, now):
            assert (now, told(broker.channels.deliveries("default"))) == (START, [])
        assert app.time.reads == before

    def test_t15_what_was_never_used_shows_no_time_after_the_end(self, app):
        app.backend.close()
        with app.backend.session() as (_, now):
            assert now == 0
        assert app.time.reads == 0

    def test_after_the_end_a_journey_delivers_nothing(self, app):
        app.publish(delay=60)
        app.backend.close()
        assert app.clock.advance(seconds=90) == ()
        assert timeline(app) == [("accepted", 0)]


class TestWaitFor:
    def test_what_holds_already_is_not_waited_for(self, app):
        assert app.backend.wait_for(lambda: True, timeout=0) is True

    def test_what_does_not_hold_in_time_is_false(self, app):
        assert app.backend.wait_for(lambda: False, timeout=0) is False

    def test_any_true_value_will_do(self, app):
        assert app.backend.wait_for(lambda: ["something"], timeout=0) is True
        assert app.backend.wait_for(list, timeout=0) is False

    def test_the_mock_is_caught_up_before_the_question_is_asked(self, app):
        app.publish(delay=60)
        app.time.pass_by(60)
        assert app.backend.wait_for(lambda: timeline(app) == [("accepted", 0), ("delivered", 60)], timeout=0)

    def test_an_event_in_another_thread_asks_again(self, app, monkeypatch):
        monkeypatch.setattr(backend_module, "GLANCE", 10)
        thread = threading.Thread(target=app.publish)
        wait, notified = app.backend._changed.wait, []

        def wait_while_another_publishes(timeout):
            thread.start()
            notified.append(wait(timeout))

        monkeypatch.setattr(app.backend._changed, "wait", wait_while_another_publishes)
        assert app.backend.wait_for(lambda: notified, timeout=10)
        thread.join(10)
        assert notified == [True]

    def test_an_event_between_asking_and_waiting_is_not_missed(self, app, monkeypatch):
        monkeypatch.setattr(app.backend._changed, "wait", lambda timeout: pytest.fail(f"waits {timeout} s"))
        answers = []

        def publish_while_asked():
            answers.append(bool(answers))
            if not answers[-1]:
                app.publish()
            return answers[-1]

        assert app.backend.wait_for(publish_while_asked, timeout=10)
        assert answers == [False, True]

    def test_what_comes_due_while_time_runs_is_noticed(self, app, monkeypatch):
        monkeypatch.setattr(backend_module, "GLANCE", 0.001)
        app.publish(delay=60)

        def delivered():
            app.time.pass_by(40)
            return ("delivered", 60) in timeline(app)

        assert app.backend.wait_for(delivered, timeout=10)
        assert app.time.instant == at(120)

    def test_a_question_that_raises_is_raised(self, app):
        with pytest.raises(ZeroDivisionError):
            app.backend.wait_for(lambda: 1 / 0, timeout=10)
        assert is_free(app)

    def test_a_question_may_look_into_the_application(self, app):
        app.publish()
        assert app.backend.wait_for(lambda: app.deliveries() == [(0, "hi")], timeout=0)


class TestWhatTheClockAsks:
    def test_the_next_instant_is_that_of_the_next_delivery(self, app):
        assert app.backend.next_at() is None
        app.publish(delay=60)
        assert app.backend.next_at() == at(60)

    def test_the_next_delivery_may_be_asked_for_alone(self, app):
        app.publish(delay=30, publish_policy="PUSH")
        app.publish(delay=60)
        assert (app.backend.next_at(), app.backend.next_at(delivery=True)) == (at(30), at(60))

    def test_a_step_delivers_what_is_due_and_tells_and_leaves_the_clock_alone(self, app):
        heard = []
        app.publish(delay=60)
        app.backend.listen("delivered", lambda delivery: heard.append(delivery.at))
        app.backend.step(at(60))
        assert (app.now(), heard) == (0, [moment(60)])

    def test_a_step_back_changes_nothing(self):
        app = Application(FakeTime(frozen=True, running=False))
        app.publish(delay=60)
        app.backend.step(at(-60))
        assert (app.now(), app.deliveries()) == (0, [])

    def test_what_is_too_far_is_refused(self, app):
        app.publish(repeat_every=1)
        assert app.backend.next_at(until=at(1000)) == at(1)
        with pytest.raises(RunawayScheduleError):
            app.backend.next_at(until=at(10_000_000))

    def test_a_backend_makes_itself_known_to_its_time(self, app):
        other = Backend(app.broker, app.virtual_time)
        assert app.virtual_time.followers == [app.backend, other]
