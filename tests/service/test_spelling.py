"""What a misspelt name was meant to be."""

from __future__ import annotations

from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.service.spelling import LONGEST_NAME, SHORTEST_NAME, Slips, nearest


def slip(name, known):
    slips = Slips()
    for each in known:
        slips.add(each)
    return slips.find(name, known)


def is_slip(one, other):
    """The definition, asked of two names at a time."""
    if "".join(c for c in one if c not in "0123456789") == "".join(c for c in other if c not in "0123456789"):
        return False
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == len(longer):
        swaps = (one[:at] + one[at + 1] + one[at] + one[at + 2 :] for at in range(len(one) - 1))
        return other in swaps
    left_out = {longer[:at] + longer[at + 1 :] for at in range(1, len(longer) - 1)}
    return shorter in left_out and longer[:-1] != shorter


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


@given(
    st.text("ab1", min_size=SHORTEST_NAME, max_size=8),
    st.lists(st.text("abA1", min_size=4, max_size=9), max_size=20, unique=True),
)
def test_a_slip_is_found_as_if_each_name_were_compared(name, known):
    meant = None if name in known else next((each for each in known if is_slip(name, each.lower())), None)
    assert slip(name, known) == meant


def test_the_first_of_several_names_is_meant_and_none_that_is_gone():
    slips = Slips()
    for name in ("ordres", "odrers", "orders", "ordres"):
        slips.add(name)
    assert len(slips) == 3
    assert slips.find("orderrs", {"ordres", "odrers"}) is None
    assert slips.find("ordders", {"ordres", "odrers", "orders"}) == "orders"
    assert slips.find("odrres", {"odrers", "ordres"}) == "ordres"
    assert slips.find("odrres", {"odrers"}) == "odrers"


def test_among_five_thousand_names_a_question_asks_for_few():
    slips, asked = Slips(), []
    names = [
        f"channel-{one}{two}{three}"
        for one in ascii_lowercase
        for two in ascii_lowercase
        for three in ascii_lowercase[:8]
    ]

    class Watched(set):
        def __contains__(self, name):
            asked.append(name)
            return super().__contains__(name)

    for name in names:
        slips.add(name)
    assert len(names) == 5408
    assert slips.find("channel-aaxb", Watched(names)) == "channel-aab"
    assert len(asked) < 100


@pytest.mark.parametrize(("length", "meant"), [(LONGEST_NAME, True), (LONGEST_NAME + 1, False)])
def test_names_that_are_very_long_are_never_slips(length, meant):
    name = "ab" * (length // 2) + "c" * (length % 2)
    assert (slip(name, [f"{name[:2]}x{name[2:]}"]) is not None) is False
    assert (slip(name, [name[:2] + name[3:]]) is not None) is meant
    assert (slip(name, [name[:2] + name[3] + name[2] + name[4:]]) is not None) is meant


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
