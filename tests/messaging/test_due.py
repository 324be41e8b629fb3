"""What is due next, and how much of it is too much at once."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.due import DueQueue, RunawayScheduleError, refuse_runaway
from pytest_backendless_mock.messaging.message import Message, Publication, Status
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.schedule import Schedule

SECOND = 1_000_000
LATER = 1_000


def publication(name, next_at, every=None):
    message = Message(
        message_id=f"message:{name}",
        at=0,
        channel="default",
        data=name,
        options=PublishOptions(),
        delivery_options=DeliveryOptions(),
        planned=Schedule(next_at, every),
    )
    return Publication(message, next_at)


def emptied(queue):
    """What the queue hands out, each of which is over then."""
    names = []
    while queue.next_at() is not None:
        publication, _ = queue.first(LATER)
        names.append(publication.message.data)
        publication.become(Status.PUBLISHED)
    return names


def queue_of(*publications):
    queue = DueQueue()
    for each in publications:
        queue.push(each)
    return queue


def test_an_empty_queue_has_no_next_instant():
    assert DueQueue().next_at() is None


def test_the_queue_hands_out_the_earliest_first():
    queue = queue_of(publication(0, 30), publication(1, 10), publication(2, 20))
    assert queue.next_at() == 10
    assert emptied(queue) == [1, 2, 0]


def test_invariant_5_equal_instants_come_in_order_of_acceptance():
    assert emptied(queue_of(*(publication(name, 10) for name in (2, 0, 3, 1)))) == [2, 0, 3, 1]


def test_invariant_5_who_comes_again_keeps_its_place_among_equal_instants():
    queue = queue_of(*(publication(name, 10) for name in range(5)))
    for _ in range(5):
        queue.next_at()
        queue.first(LATER)[0].next_at = 20
    assert (queue.next_at(), emptied(queue)) == (20, [0, 1, 2, 3, 4])


def test_what_moved_on_comes_at_its_new_instant():
    queue = queue_of(publication(0, 10), publication(1, 20), publication(2, 30))
    queue.first(LATER)[0].next_at = 25
    assert [queue.next_at(), *emptied(queue)] == [20, 1, 0, 2]


@pytest.mark.parametrize(
    ("before", "after", "until"),
    [
        pytest.param([], [], 1_000, id="alone"),
        pytest.param([], [50], 50, id="before one accepted later, whose turn comes after it"),
        pytest.param([50], [], 49, id="before one accepted earlier, whose turn comes first"),
        pytest.param([], [10], 10, id="one accepted later is due now"),
        pytest.param([], [5_000], 1_000, id="another is due later than now"),
        pytest.param([], [70, 50, 60], 50, id="the next of several that were accepted later"),
        pytest.param([70, 50, 60], [], 49, id="the next of several that were accepted earlier"),
    ],
)
def test_the_queue_says_until_when_it_is_no_other_s_turn(before, after, until):
    first = publication("first", 10)
    others = [[publication("other", at) for at in instants] for instants in (before, after)]
    queue = queue_of(*others[0], first, *others[1])
    assert queue.first(1_000) == (first, until)


def test_the_queue_passes_over_what_was_cancelled_meanwhile():
    cancelled = publication(0, 10)
    queue = queue_of(cancelled, publication(1, 20))
    cancelled.become(Status.CANCELLED)
    assert queue.next_at() == 20
    assert emptied(queue) == [1]


def test_the_queue_is_empty_when_all_of_it_was_cancelled():
    cancelled = publication(0, 10)
    queue = queue_of(cancelled)
    cancelled.become(Status.CANCELLED)
    assert queue.next_at() is None


def test_only_what_is_due_at_some_time_can_be_queued():
    over = publication(0, 10)
    over.become(Status.PUBLISHED)
    with pytest.raises(AssertionError):
        DueQueue().push(over)


def test_invariant_7_a_million_occurrences_are_no_runaway_and_one_more_is():
    often = publication(0, SECOND, every=SECOND)
    refuse_runaway([often], 1_000_000 * SECOND)
    with pytest.raises(RunawayScheduleError, match="deliver 1,000,001 messages at once, more than 1,000,000"):
        refuse_runaway([often], 1_000_001 * SECOND)


def test_invariant_7_what_was_delivered_already_does_not_count():
    often = publication(0, SECOND, every=SECOND)
    often.delivered = 1
    refuse_runaway([often], 1_000_001 * SECOND)


def test_invariant_7_a_message_delivered_further_than_the_instant_hides_no_other():
    ahead, runaway = publication(0, 1, every=SECOND), publication(1, 1, every=SECOND)
    ahead.delivered = 5_000_000
    with pytest.raises(RunawayScheduleError, match="deliver 1,000,001 messages"):
        refuse_runaway([ahead, runaway], 1_000_001 * SECOND)


def test_invariant_7_the_message_with_the_most_occurrences_is_named():
    seldom, often = publication(0, 1, every=60 * SECOND), publication(1, 1, every=SECOND // 2)
    with pytest.raises(RunawayScheduleError) as caught:
        refuse_runaway([seldom, often], 600_000 * SECOND)
    assert str(caught.value) == (
        "catching up would deliver 1,210,000 messages at once, more than 1,000,000; most are occurrences of "
        "message:1 on channel 'default', which repeats every 0.5 s. Nothing was delivered."
    )


def test_nothing_pending_is_no_runaway():
    refuse_runaway([], 10**18)
