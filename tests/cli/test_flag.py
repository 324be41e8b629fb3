"""Flags with a small syntax of their own."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.cli.failure import UsageError
from pytest_backendless_mock.cli.flag import parse_headers, parse_instant, parse_keys, parse_rules


def test_a_key_without_a_kind_is_the_rest_key():
    assert parse_keys(["K", "JS=J", ".NET=a=b"]) == {"REST": "K", "JS": "J", ".NET": "a=b"}


@pytest.mark.parametrize("given", [["K", "L"], ["PHP=K"], ["JS="], [""], ["REST=K", "L"]], ids=repr)
def test_a_key_that_cannot_be_meant_is_refused(given):
    with pytest.raises(UsageError, match=r"^--api-key takes KEY or KIND=KEY, each of REST, JS, .* once, not '"):
        parse_keys(given)


def test_rules_are_json_where_they_read_as_json():
    given = ["strict_channels=true", "message-lifetime=2.5", "immediate_status=published", "token_lifetime=null"]
    assert parse_rules(given) == {
        "strict_channels": True,
        "message_lifetime": 2.5,
        "immediate_status": "published",
        "token_lifetime": None,
    }


def test_a_rule_needs_a_value():
    with pytest.raises(UsageError, match=r"^--rule takes NAME=VALUE, as in strict_channels=true, not 'cors'$"):
        parse_rules(["cors"])


def test_headers_have_names():
    assert parse_headers(["a=b", "c=d=e", "f="]) == {"a": "b", "c": "d=e", "f": ""}
    for wrong in ("a", "=b"):
        with pytest.raises(UsageError, match=f"^--header takes NAME=VALUE, not '{wrong}'$"):
            parse_headers([wrong])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1894005000000", 1_894_005_000_000), ("2030", "2030"), ("2030-01-07", "2030-01-07"), ("soon", "soon")],
    ids=["milliseconds", "a year", "a date", "words"],
)
def test_digits_are_milliseconds_unless_they_are_a_year(text, expected):
    assert parse_instant(text) == expected
