"""What a misspelt name was meant to be."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.service.hint import misspelt_channel
from pytest_backendless_mock.service.spelling import nearest, slip


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
    assert slip(name, ["other", known]) == known
    assert misspelt_channel(name, [known]) == f"this makes a new channel {name!r}; did you mean {known!r}?"


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
    assert slip(name, [known]) is None
    assert misspelt_channel(name, [known]) is None


KNOWN = ("message", "publisherId", "headers", "publishAt", "repeatEvery", "repeatExpiresAt")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("releatEvery", "repeatEvery"),
        ("repeatevery", "repeatEvery"),
        ("PUBLISHAT", "publishAt"),
        ("publish_at", "publishAt"),
        ("repeatExpireAt", "repeatExpiresAt"),
        ("mesage", "message"),
        ("colour", None),
        ("", None),
        ("x" * 5000, None),
    ],
    ids=["transposed", "lower", "upper", "underscore", "letter-missing", "doubled", "nothing-near", "empty", "long"],
)
def test_the_nearest_known_name_is_found_whatever_its_case(name, meant):
    assert nearest(name, KNOWN) == meant


def test_where_nothing_is_known_nothing_is_near():
    assert nearest("message", ()) is None
