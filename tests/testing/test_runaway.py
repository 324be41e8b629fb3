"""Listeners that set one another off without end: a sentence, whichever way they do it (invariant 7)."""

from __future__ import annotations

import threading

import pytest
import requests
from fake_time import FakeTime
from mock_support import standing_mock
from plugin_support import call, client_of, objection

from pytest_backendless_mock import RunawayScheduleError
from pytest_backendless_mock.runtime.backend import MOST_CALLS

SENTENCE = "listeners set one another off without end: does one publish for every delivery that it is told of?"


@pytest.fixture
def mock():
    with standing_mock(FakeTime()) as mock:
        yield mock


def over_http(mock):
    return lambda _: call(f"{mock.url}/messaging/news", "POST", {"message": "again"})


def whatever_the_answer(mock):
    return lambda _: requests.post(f"{mock.url}/messaging/news", json={"message": "again"}, timeout=30)


def twice_over_http(mock):
    again = whatever_the_answer(mock)
    return lambda _: [again(_), again(_)]


def without_a_socket(mock):
    client = client_of(mock)
    return lambda _: client.post("messaging/news", json={"message": "again"})


def in_python(mock):
    return lambda _: mock.publish("again")


def by_advancing(mock):
    def advance(_):
        mock.publish("again")
        mock.clock.advance(seconds=1)

    return advance


@pytest.mark.parametrize(
    "answer", [over_http, whatever_the_answer, twice_over_http, without_a_socket, in_python, by_advancing]
)
def test_invariant_7_a_listener_that_answers_every_delivery_is_one_sentence(mock, answer):
    mock.on("delivered", answer(mock))
    with client_of(mock) as client:
        response = client.post("messaging/news", json={"message": "hi"})
    assert response.status_code in (200, 500)  # 200 where each client in the chain takes the 500 of the one behind it
    failure = objection(mock).splitlines()
    assert len(failure) == 1
    assert failure[0].startswith(SENTENCE)
    assert len(mock.messages) <= 4 * MOST_CALLS


def test_invariant_7_the_call_of_a_test_raises_it(mock):
    mock.on("delivered", in_python(mock))
    with pytest.raises(RunawayScheduleError, match=SENTENCE.replace("?", r"\?")):
        mock.publish("hi")


@pytest.mark.parametrize("over_sockets", [True, False], ids=["sockets", "wsgi"])
def test_invariant_7_a_listener_that_is_refused_for_every_refusal_is_one_too(mock, over_sockets):
    client = client_of(mock)

    def again(_):
        if over_sockets:
            call(f"{mock.url}/messaging/message:none", "DELETE")
        else:
            client.delete("messaging/message:none")

    mock.on("refused", again)
    assert client.delete("messaging/message:none").status_code == 400
    failure = objection(mock).splitlines()
    assert len(failure) == 1
    assert failure[0].startswith(SENTENCE)


def test_invariant_7_a_listener_that_switches_the_service_off_for_every_fault_is_one_too(mock):
    def again(_):
        with mock.offline():
            pass

    mock.on("faulted", again)
    with mock.offline():
        pass
    assert objection(mock).startswith(SENTENCE)


def test_afterwards_listeners_are_called_again(mock):
    stop = mock.on("delivered", in_python(mock))
    with pytest.raises(RunawayScheduleError):
        mock.publish("hi")
    stop()
    heard = []
    mock.on("delivered", lambda delivery: heard.append(delivery.data))
    mock.publish("calm")
    assert heard == ["calm"]


def test_many_threads_at_once_are_no_runaway(mock):
    together = threading.Barrier(MOST_CALLS // 2)
    mock.on("delivered", lambda _: together.wait(20))
    threads = [threading.Thread(target=mock.publish, args=(number,)) for number in range(MOST_CALLS // 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mock.deliveries) == MOST_CALLS // 2
    mock.verify()


def test_a_listener_that_recurses_by_itself_raises_what_it_raised(mock):
    def recurse(_):
        recurse(_)

    mock.on("delivered", recurse)
    with pytest.raises(RuntimeError, match="a listener for 'delivered' raised RecursionError"):
        mock.publish("hi")
