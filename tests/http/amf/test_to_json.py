"""What of an AMF value JSON can say."""

from __future__ import annotations

import math

import pytest
from amf_support import COLLECTION, NODE

from pytest_backendless_mock.http.amf.frame import AmfError, Date, TypedObject
from pytest_backendless_mock.http.amf.to_json import Converted, to_json

NODE_SHOWN = {"name": "a", "___class": "com.acme.Node"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        ("x", "x"),
        (True, True),
        (5, 5),
        (1.5, 1.5),
        (float(2**40), 2**40),
        (math.nan, "NaN"),
        ([math.inf, -math.inf], ["Infinity", "-Infinity"]),
        (Date(1.7e12), 1_700_000_000_000),
        (Date(0.5), 0.5),
        (Date(math.nan), "NaN"),
        (b"abc", "YWJj"),
        ({"a": None, "": 1}, {"a": None, "": 1}),
        (NODE, NODE_SHOWN),
        ([NODE, NODE], [NODE_SHOWN, NODE_SHOWN]),
        (TypedObject(COLLECTION, {"source": [1]}), [1]),
    ],
    ids=repr,
)
def test_each_kind_of_value_has_its_json(value, shown):
    assert to_json(value) == Converted(shown, cyclic=False)


def test_what_holds_itself_is_null_there():
    node = TypedObject("Node", {"value": 1})
    node.members["next"] = [node]
    assert to_json(node) == Converted({"value": 1, "next": [None], "___class": "Node"}, cyclic=True)


def test_references_are_written_out_up_to_a_length():
    grown = ["x" * 1000]
    for _ in range(60):
        grown = [grown, grown]
    with pytest.raises(AmfError, match="written out, the value is longer than "):
        to_json(grown)


def test_references_are_written_out_up_to_a_depth():
    deep = ["end"]
    for _ in range(450):
        deep = [deep]
    with pytest.raises(AmfError, match="written out, the value is nested deeper than "):
        to_json(deep)
