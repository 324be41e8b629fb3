"""Messages as they came over AMF, kept where their JSON says less."""

from __future__ import annotations

import pytest
from amf_support import NODE

from pytest_backendless_mock.http.amf.frame import Date
from pytest_backendless_mock.http.amf.originals import Originals
from pytest_backendless_mock.http.amf.to_json import to_json


def kept(value, message_id="message:1"):
    originals = Originals()
    originals.keep(message_id, value, to_json(value))
    return originals


@pytest.mark.parametrize("value", [Date(1.5), b"abc", NODE, [1], float("nan")], ids=repr)
def test_what_is_more_than_its_json_comes_back_as_it_was(value):
    assert kept(value).find("message:1", "its JSON") is value


@pytest.mark.parametrize("value", ["x", 5, 1.5, True], ids=repr)
def test_what_its_json_says_too_is_not_kept(value):
    assert kept(value).find("message:1", "its JSON") == "its JSON"


def test_an_occurrence_has_the_original_of_its_message():
    assert kept(NODE).find("message:1-2", None) is NODE


def test_an_id_that_looks_like_an_occurrence_s_has_its_own():
    assert kept(NODE, "message:1-2").find("message:1-2", None) is NODE
    assert kept(NODE, "message:1-2").find("message:1", "other") == "other"
