"""A beginning that files say: one state of several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_backendless_mock.service.identity import APP_ID
from pytest_backendless_mock.service.state_error import StateError
from pytest_backendless_mock.testing.beginning import read_beginning

PHONE = {"deviceId": "phone", "os": "IOS"}
TABLET = {"deviceId": "tablet", "os": "ANDROID"}
ORDERS = {"method": "GET", "path": "/data/Orders", "json": []}


@pytest.fixture
def files(tmp_path):
    """``files(a={...}, b={...})`` writes ``a.json`` and ``b.json``, and is their paths."""

    def write(**states):
        for name, state in states.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(state), "utf-8")
        return [tmp_path / f"{name}.json" for name in states]

    return write


def together(paths, app_id=APP_ID):
    return read_beginning(paths, app_id).value


def test_without_a_file_there_is_none():
    assert read_beginning([], APP_ID) is None


def test_a_file_may_begin_with_a_byte_order_mark_as_editors_write_it(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"devices": [PHONE]}), "utf-8-sig")
    assert together([tmp_path / "a.json"]) == {"devices": [PHONE]}


def test_lists_of_a_later_file_follow(files):
    paths = files(a={"devices": [PHONE], "stubs": [ORDERS]}, b={"devices": [TABLET], "emailTemplates": ["t"]})
    assert together(paths) == {"devices": [PHONE, TABLET], "stubs": [ORDERS], "emailTemplates": ["t"]}
    assert together(paths[::-1])["devices"] == [TABLET, PHONE]


def test_rules_and_schemas_of_a_later_file_go_on_top(files):
    string, number = {"type": "string"}, {"type": "number"}
    paths = files(
        a={"rules": {"cors": False, "message_lifetime": 5}, "schemas": {"a": string, "b": string}},
        b={"rules": {"message_lifetime": 6}, "schemas": {"b": number}},
    )
    assert together(paths) == {
        "rules": {"cors": False, "message_lifetime": 6},
        "schemas": {"a": string, "b": number},
    }


def test_clock_and_ids_of_a_later_file_take_their_place(files):
    paths = files(
        a={"clock": {"now": "2030-01-07", "frozen": True}, "ids": {"seed": "1"}},
        b={"clock": {"now": "2031-01-07"}, "ids": {"appId": "x"}},
        c={},
    )
    assert together(paths) == {"clock": {"now": "2031-01-07"}, "ids": {"appId": "x"}}


def test_each_file_is_a_state_by_itself(files):
    message = {"messageId": "m", "at": "2030-01-07", "channel": "news", "data": 1, "status": "published"}
    log = [{"message": "m", "number": 1, "at": "2030-01-07"}]
    paths = files(a={"messages": [{**message, "delivered": 1}]}, b={"channels": [{"name": "news", "log": log}]})
    with pytest.raises(StateError, match=r"b\.json: this is no state:\n.*this state has no message of that name"):
        together(paths)


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ({"rules": {"cors": 1}}, {}, "a.json: this is no state:\n  at $.rules.cors: 1 breaks 'type': 'boolean'"),
        ({}, {"devices": 5}, "b.json: this is no state:\n  at $.devices: 5 breaks 'type': 'array'"),
        (
            {"devices": [PHONE]},
            {"devices": [PHONE]},
            "{}/a.json + {}/b.json: this is no state:\n  at $.devices[1].deviceId: 'phone': it stands there twice",
        ),
    ],
    ids=["the first", "the second", "not together"],
)
def test_what_is_wrong_is_told_with_the_file_s_name(files, first, second, text):
    paths = files(a=first, b=second)
    with pytest.raises(StateError) as refused:
        together(paths)
    assert str(refused.value).endswith(text.format(paths[0].parent, paths[0].parent))


def test_a_stub_below_another_application_is_refused(files):
    paths = files(a={"stubs": [{**ORDERS, "path": "/mine/data"}]})
    assert together(paths)
    with pytest.raises(StateError, match=r"^[^ ]*a\.json: this is no state:\n  at \$\.stubs\[0\]"):
        together(paths, "mine")


def test_a_file_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        read_beginning([Path("nowhere.json")], APP_ID)
