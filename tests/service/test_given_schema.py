"""Schemas of somebody who is not trusted: none takes long to check."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.service.given_schema import compiled_alone


def doubling(keyword, last):
    """Thirty schemas, each of which asks the next one twice."""
    chain = {f"n{number}": {keyword: [{"$ref": f"#/$defs/n{number + 1}"}] * 2} for number in range(30)}
    return {"$ref": "#/$defs/n0", "$defs": {**chain, "n30": last}}


def nested(depth):
    value = {}
    for _ in range(depth):
        value = {"a": value}
    return value


TREE = {"properties": {"a": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(doubling("allOf", {"type": "string"}), "x", id="all"),
        pytest.param(doubling("anyOf", {"type": "number"}), "x", id="any"),
        pytest.param({"not": doubling("allOf", {})} | doubling("allOf", {}), "x", id="not"),
        pytest.param({"unevaluatedProperties": False, **doubling("allOf", {})}, {"a": 1}, id="unevaluated"),
        pytest.param(TREE, nested(40), id="with each level of the value"),
    ],
)
def test_a_check_that_doubles_with_each_part_ends_and_says_so(monkeypatch, schema, value):
    monkeypatch.setattr("pytest_backendless_mock.service.given_schema.MOST_STEPS", 1_000)
    [problem] = compiled_alone(schema, "the schema")(value)
    told = (problem.path, problem.keyword, problem.rule)
    assert told == ((), "steps", "at most 1,000, and this schema takes more for it")


def test_each_value_has_steps_of_its_own(monkeypatch):
    monkeypatch.setattr("pytest_backendless_mock.service.given_schema.MOST_STEPS", 10)
    check = compiled_alone({"items": {"type": "number"}}, "the schema")
    assert [check([1, 2, 3]) for _ in range(10)] == [[]] * 10


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ([1, 2, "1", True, False, 0, None, [], {}, [1], [True], {"a": 1}, {"a": True}, {"a": [1]}], False),
        ([1, 1.0], True),
        ([{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}], True),
        ([[], []], True),
        ([None, None], True),
        ([True, True], True),
        ("aa", False),
        ([{"a": number} for number in range(5_000)], False),
    ],
    ids=["all unlike", "numbers", "objects", "lists", "nulls", "booleans", "no list", "many objects"],
)
def test_items_are_unique_as_json_has_it(value, broken):
    assert bool(compiled_alone({"uniqueItems": True}, "the schema")(value)) == broken
    assert compiled_alone({"uniqueItems": False}, "the schema")(value) == []
