"""Secrets: equal to their text, and never whole where people read."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.secret import Secret, masked

SHOWN = [("", "…"), ("t", "t…"), ("abcd", "abcd…"), ("abcdefgh", "abcd…"), ("äöüßé", "äöüß…")]


@pytest.mark.parametrize(("text", "shown"), SHOWN, ids=["empty", "one", "four", "eight", "umlauts"])
def test_a_masked_secret_is_its_first_four_characters(text, shown):
    assert masked(text) == shown


def test_a_secret_is_its_text_for_who_compares_and_looks_up():
    assert Secret("abcdefgh") == "abcdefgh"
    assert {Secret("abcdefgh"): 1}["abcdefgh"] == 1
    assert isinstance(Secret("abcdefgh"), str)


def test_a_secret_is_sent_whole():
    assert Secret("abcdefgh").encode() == b"abcdefgh"


@pytest.mark.parametrize(
    "holder",
    [Secret("abcdefgh"), [Secret("abcdefgh")], {"password": Secret("abcdefgh")}, (Secret("abcdefgh"), 1)],
    ids=["alone", "list", "dict", "tuple"],
)
def test_a_secret_is_represented_by_its_beginning_wherever_it_stands(holder):
    assert "'abcd…'" in repr(holder)
    assert "abcde" not in repr(holder)


def test_a_secret_cannot_be_given_attributes():
    with pytest.raises(AttributeError):
        Secret("abcdefgh").hint = "abcdefgh"
