"""What a client probably meant: which bodies, names and errors give a hint, and which do not."""

from __future__ import annotations

import datetime as dt

import pytest
from plugin_support import StandingTime

from pytest_backendless_mock import Clock
from pytest_backendless_mock.messaging.errors import InvalidParameter, InvalidPublishDate, UnknownUserToken
from pytest_backendless_mock.service import hint as hints

SECONDS = "looks like seconds; the service reads milliseconds"
MILLISECONDS = "looks like milliseconds; the service reads seconds"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, []),
        ({"publishAt": 1_894_004_000}, [f"publishAt 1894004000 {SECONDS}"]),
        ({"publishAt": 1_894_004_000.5}, [f"publishAt 1894004000.5 {SECONDS}"]),
        ({"publishAt": 999_999_999}, []),
        ({"publishAt": 10_000_000_000}, []),
        ({"publishAt": 1_894_004_000_000}, []),
        ({"publishAt": None, "repeatExpiresAt": None, "repeatEvery": None}, []),
        ({"repeatExpiresAt": 1_894_004_000}, [f"repeatExpiresAt 1894004000 {SECONDS}"]),
        ({"repeatEvery": 60_000}, [f"repeatEvery 60000 {MILLISECONDS}"]),
        ({"repeatEvery": 1_000}, [f"repeatEvery 1000 {MILLISECONDS}"]),
        ({"repeatEvery": 3_600_000}, [f"repeatEvery 3600000 {MILLISECONDS}"]),
        ({"repeatEvery": 86_400_000}, [f"repeatEvery 86400000 {MILLISECONDS}"]),
        ({"repeatEvery": 0}, []),
        ({"repeatEvery": 60}, []),
        ({"repeatEvery": 900}, []),
        ({"repeatEvery": 1_500}, []),
        ({"repeatEvery": 3_600}, []),
        ({"repeatEvery": 36_000}, []),
        ({"repeatEvery": 86_400}, []),
        ({"repeatEvery": 604_800}, []),
        ({"repeatEvery": 2_592_000}, []),
        (
            {"publishAt": 1_894_004_000, "repeatExpiresAt": 1_894_004_000, "repeatEvery": 5_000},
            [
                f"publishAt 1894004000 {SECONDS}",
                f"repeatExpiresAt 1894004000 {SECONDS}",
                f"repeatEvery 5000 {MILLISECONDS}",
            ],
        ),
    ],
    ids=str,
)
def test_numbers_of_the_other_unit_are_told(body, told):
    assert list(hints.dates(body)) == told


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Defualt", "default"),
        ("defalt", "default"),
        ("defaault", "default"),
        ("remidners", "reminders"),
        ("orders.nwe", "orders.new"),
    ],
)
def test_a_slip_of_the_finger_is_taken_for_one(name, known):
    assert (
        hints.misspelt_channel(name, ["other", known]) == f"this makes a new channel {name!r}; did you mean {known!r}?"
    )


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("news1", "news2"),
        ("chat-a", "chat-b"),
        ("order", "orders"),
        ("orders", "order"),
        ("nwes", "news"),
        ("orders", "orders"),
        ("Orders", "orders"),
        ("xorders", "orders"),
        ("rders", "orders"),
        ("defualts", "default"),
        ("abcde", "badce"),
        ("reminders", "orders"),
        ("room-12", "room-21"),
        ("room-101", "room-11"),
        ("room-11", "room-101"),
    ],
)
def test_names_that_people_tell_apart_are_not(name, known):
    assert hints.misspelt_channel(name, [known]) is None


@pytest.mark.parametrize(
    ("ahead", "told"),
    [(dt.timedelta(hours=1), "1 h"), (dt.timedelta(seconds=1), "1 s"), (dt.timedelta(milliseconds=999), None)],
    ids=["hour", "second", "less"],
)
def test_a_refused_date_is_explained_by_the_difference_of_the_clocks(ahead, told):
    clock = Clock(StandingTime())
    clock.advance(ahead)
    assert hints.refusal(InvalidPublishDate(), clock) == (
        told
        and f"the mock's clock is {told} ahead of the process's, by which the date was computed: "
        'freeze both, with @pytest.mark.backendless_mock(freeze="...")'
    )


def test_other_refusals_are_not():
    clock = Clock(StandingTime())
    clock.advance(hours=1)
    assert hints.refusal(InvalidParameter("subtopic"), clock) is None


def test_an_unknown_token_is_explained_without_the_token():
    assert hints.refusal(UnknownUserToken("topsecrettoken"), Clock(StandingTime())) == (
        "nobody gave out that user-token: backendless_mock.add_user(token=...), or accept_unknown_tokens=True"
    )
