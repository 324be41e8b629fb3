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

SHOWN = [("", "…"), ("t", "…"), ("abcdefghijk", "…"), ("abcdefghijkl", "abcd…"), ("äöüßéäöüäöüß", "äöüß…")]


@pytest.mark.parametrize(("text", "shown"), SHOWN, ids=["empty", "one", "eleven", "twelve", "umlauts"])
def test_a_masked_secret_is_four_characters_of_at_least_twelve_else_none(text, shown):
    assert masked(text) == shown


def test_a_secret_is_its_text_for_who_compares_and_looks_up():
    assert Secret("abcdefghijkl") == "abcdefghijkl"
    assert {Secret("abcdefghijkl"): 1}["abcdefghijkl"] == 1
    assert isinstance(Secret("abcdefghijkl"), str)


def test_a_secret_is_sent_whole():
    assert Secret("abcdefghijkl").encode() == b"abcdefghijkl"


@pytest.mark.parametrize(
    "holder",
    [
        Secret("abcdefghijkl"),
        [Secret("abcdefghijkl")],
        {"password": Secret("abcdefghijkl")},
        (Secret("abcdefghijkl"), 1),
    ],
    ids=["alone", "list", "dict", "tuple"],
)
def test_a_secret_is_represented_by_its_beginning_wherever_it_stands(holder):
    assert "'abcd…'" in repr(holder)
    assert "abcde" not in repr(holder)


def test_a_secret_cannot_be_given_attributes():
    with pytest.raises(AttributeError):
        Secret("abcdefghijkl").hint = "abcdefghijkl"


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
    value = {
        "a": ["x", {"Token": "abcdefghijkl", "n": 1}],
        "password": {"b": ["abcdefghijkl", 5, 1.5, True, None]},
        "c": "x",
    }
    same = {
        "a": ["x", {"Token": "abcdefghijkl", "n": 1}],
        "password": {"b": ["abcdefghijkl", 5, 1.5, True, None]},
        "c": "x",
    }
    assert conceal(value) is value
    assert value == same
    assert repr(value) == (
        "{'a': ['x', {'Token': 'abcd…', 'n': 1}], 'password': {'b': ['abcd…', …, …, True, None]}, 'c': 'x'}"
    )
    assert json.dumps(value) == json.dumps(same)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("abcdefghijkl", "'abcd…'"), (5, "…"), (1.5, "…"), (None, "None"), (["abcdefghijkl"], "['abcd…']")],
)
def test_what_is_a_secret_itself_is_concealed_where_that_is_said(value, shown):
    assert repr(conceal(value)) == repr(value)
    assert repr(conceal(value, secret=True)) == shown


def test_a_number_that_is_a_secret_is_written_as_the_number_it_is():
    assert (str(SecretInteger(5)), str(SecretFloat(1.5))) == ("5", "1.5")
    assert (header_text(SecretInteger(5)), header_text(SecretFloat(1.5))) == ("5", "1.5")


def test_concealing_needs_no_stack():
    deep = "abcdefghijkl"
    for _ in range(100_000):
        deep = [deep]
    whole = {"password": deep}
    conceal(whole)
    while isinstance(deep, list):
        [deep] = deep
    assert isinstance(deep, Secret)


def test_no_text_is_no_secret():
    assert secret_text(None) is None
    assert repr(secret_text("abcdefghijkl")) == "'abcd…'"
