"""Secrets: equal to their text, and never whole where people read."""

from __future__ import annotations

import json

import pytest

from pytest_backendless_mock.messaging.header import header_text
from pytest_backendless_mock.messaging.secret import (
    Secret,
    SecretFloat,
    SecretInteger,
    conceal,
    is_secret,
    masked,
    secret_text,
)

SHOWN = [("", "…"), ("t", "…"), ("abcd", "ab…"), ("abcdefg", "abc…"), ("abcdefghi", "abcd…"), ("äöüßéäöü", "äöüß…")]


@pytest.mark.parametrize(("text", "shown"), SHOWN, ids=["empty", "one", "four", "seven", "nine", "umlauts"])
def test_a_masked_secret_is_its_first_four_characters_and_half_of_it_at_most(text, shown):
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


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("Password", True),
        ("PASSWORD_HASH", True),
        ("newPassword2", True),
        ("passwd", True),
        ("user-token", True),
        ("deviceToken", True),
        ("access_tokens", True),
        ("client_secret", True),
        ("Authorization", True),
        ("Proxy-Authorization", True),
        ("cookie", True),
        ("Set-Cookie", True),
        ("secret-key", True),
        ("isvalidusertoken", True),
        ("passphrase", True),
        ("message", False),
        ("tokenize", False),
        ("passenger", False),
        ("secretary", False),
        ("cookies-eaten", False),
        ("login", False),
        ("", False),
    ],
)
def test_a_secret_is_known_by_its_name(name, secret):
    assert is_secret(name) is secret


def test_what_stands_under_the_name_of_a_secret_is_concealed_at_any_depth():
    value = {"a": ["x", {"Token": "abcdefgh", "n": 1}], "password": {"b": ["abcdefgh", 5, 1.5, True, None]}, "c": "x"}
    same = {"a": ["x", {"Token": "abcdefgh", "n": 1}], "password": {"b": ["abcdefgh", 5, 1.5, True, None]}, "c": "x"}
    assert conceal(value) is value
    assert value == same
    assert repr(value) == (
        "{'a': ['x', {'Token': 'abcd…', 'n': 1}], 'password': {'b': ['abcd…', …, …, True, None]}, 'c': 'x'}"
    )
    assert json.dumps(value) == json.dumps(same)


@pytest.mark.parametrize(
    ("value", "shown"), [("abcdefgh", "'abcd…'"), (5, "…"), (1.5, "…"), (None, "None"), (["abcdefgh"], "['abcd…']")]
)
def test_what_is_a_secret_itself_is_concealed_where_that_is_said(value, shown):
    assert repr(conceal(value)) == repr(value)
    assert repr(conceal(value, secret=True)) == shown


def test_a_number_that_is_a_secret_is_written_as_the_number_it_is():
    assert (str(SecretInteger(5)), str(SecretFloat(1.5))) == ("5", "1.5")
    assert (header_text(SecretInteger(5)), header_text(SecretFloat(1.5))) == ("5", "1.5")


def test_concealing_needs_no_stack():
    deep = "abcdefgh"
    for _ in range(100_000):
        deep = [deep]
    whole = {"password": deep}
    conceal(whole)
    while isinstance(deep, list):
        [deep] = deep
    assert isinstance(deep, Secret)


def test_no_text_is_no_secret():
    assert secret_text(None) is None
    assert repr(secret_text("abcdefgh")) == "'abcd…'"
