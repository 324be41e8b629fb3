"""The checks that are compiled from our schemas decide as jsonschema does, and say the same."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from pytest_backendless_mock.service import schema
from pytest_backendless_mock.service.check import ANNOTATIONS, PARTS, RULES, Checks, Violation, same

SCHEMAS = schema._SCHEMAS
REGISTRY = [Resource.from_contents(contents) for contents in SCHEMAS.values()] @ Registry()
GUID = "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00"
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 20) | st.integers(),
    st.sampled_from([0.0, -0.0, 1.0, 0.001, 0.0009, 1.5, 1e300, float("inf")]),
    st.sampled_from(
        ["", "PUSH", "ONLY", "IOS", "scheduled", "cancelled", GUID, GUID.lower(), f"{GUID}::news", f"{GUID}\n"]
    ),
    st.text(max_size=3),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))


@st.composite
def payloads(draw, name):
    """Examples of a schema's, spoilt here and there, and values of any kind."""
    members = [*SCHEMAS[name].get("properties", {}), "more"]

    def spoilt(value):
        if draw(st.integers(0, 9)) == 0:
            return draw(VALUES)
        if isinstance(value, list):
            return [spoilt(item) for item in value] + draw(st.lists(VALUES, max_size=1))
        if isinstance(value, dict):
            kept = {key: spoilt(item) for key, item in value.items() if draw(st.integers(0, 9))}
            return kept | draw(st.dictionaries(st.sampled_from(members), VALUES, max_size=2))
        return value

    return spoilt(draw(st.sampled_from(SCHEMAS[name]["examples"])))


def by_jsonschema(payload, contents):
    errors = Draft202012Validator(contents, registry=REGISTRY).iter_errors(payload)
    return {
        (tuple(error.absolute_path), repr(error.instance), error.validator, repr(error.validator_value))
        for error in errors
    }


def by_ours(payload, check):
    told = [(each.path, repr(each.value), each.keyword, repr(each.rule)) for each in check(payload)]
    assert len(told) == len(set(told)), "nothing is told twice"
    return set(told)


@pytest.mark.parametrize("name", schema.names())
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_every_schema_s_check_finds_what_jsonschema_finds(name, data):
    payload = data.draw(payloads(name))
    assert by_ours(payload, Checks(SCHEMAS)[name]) == by_jsonschema(payload, SCHEMAS[name])


RULE = {
    "type": st.sampled_from(["object", "array", "string", "number", "integer", "boolean", "null", ["integer", "null"]]),
    "enum": st.lists(VALUES, min_size=1, max_size=4),
    "const": VALUES,
    "minimum": st.integers(-2, 20) | st.just(0.001),
    "maximum": st.integers(-2, 20),
    "minLength": st.integers(0, 3),
    "pattern": st.sampled_from(["^a", "b$", "^[0-9A-F]{2}", ""]),
    "minItems": st.integers(0, 3),
    "maxItems": st.integers(0, 3),
    "uniqueItems": st.just(True),  # noqa: FBT003 - the keyword's only value here
    "required": st.lists(st.sampled_from("abc"), unique=True),
    "dependentRequired": st.dictionaries(st.sampled_from("ab"), st.lists(st.sampled_from("abc"), unique=True)),
}
SHORT = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)
)
LEAVES = st.sampled_from(sorted(RULE)).flatmap(lambda word: st.fixed_dictionaries({word: RULE[word]}))
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"items": inner}),
        st.fixed_dictionaries(
            {"properties": st.dictionaries(st.sampled_from("abc"), inner)},
            optional={"additionalProperties": st.just(False) | inner, "type": st.just("object")},  # noqa: FBT003 - the keyword's value
        ),
    ),
    max_leaves=4,
)


def test_every_keyword_is_tried():
    assert RULE.keys() == RULES.keys()
    assert PARTS.keys() == {"anyOf", "not", "items", "properties", "additionalProperties"}


@settings(deadline=None)
@given(contents=NESTED, payload=SHORT)
def test_schemas_of_any_make_find_what_jsonschema_finds(contents, payload):
    assert by_ours(payload, Checks({"any": contents})["any"]) == by_jsonschema(payload, contents)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        ([0], [False], False),
        ([1, 2], [1], False),
        ({"a": [1]}, {"a": [1.0]}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"b": 1}, False),
        ({}, [], False),
    ],
)
def test_values_are_the_same_as_json_has_it(one, other, equal):
    assert same(one, other) is equal


def test_a_keyword_that_nothing_checks_is_refused_with_the_schema_s_name():
    with pytest.raises(LookupError) as caught:
        Checks({"news": {"type": "object", "minProperties": 1}})["news"]
    assert str(caught.value) == "the schema news has a keyword that nothing checks: 'minProperties'"


def test_what_describes_a_schema_checks_nothing():
    assert Checks({"news": dict.fromkeys(ANNOTATIONS, "x")})["news"](17) == []


def test_a_violation_says_where_it_stands_from_the_outside_in():
    check = Checks({"news": {"items": {"properties": {"a": {"type": "null"}}}}})["news"]
    assert check([{}, {"a": 1}]) == [Violation((1, "a"), 1, "type", "null")]


PROGRAM = """
import sys
{first}
from pytest_backendless_mock import BackendlessMock, validate
from pytest_backendless_mock.messaging.errors import MessagingError
with BackendlessMock() as mock:
    mock.publish("hi", "news")
    validate({{"message": "hi"}}, "publish.request")
    try:
        mock.publish(None, "news")
    except MessagingError:
        pass
    print("jsonschema" in sys.modules)
    mock.channel("news").expect_schema({{"type": "string"}})
    print("jsonschema" in sys.modules)
"""


@pytest.mark.parametrize(
    ("first", "loaded"),
    [
        pytest.param("", ["False", "True"], id="for-schemas-that-a-test-gives"),
        pytest.param("sys.modules['pyfakefs'] = sys", ["True", "True"], id="before-pyfakefs-hides-its-files"),
    ],
)
def test_jsonschema_is_loaded(first, loaded):
    program = [sys.executable, "-c", PROGRAM.format(first=first)]
    ran = subprocess.run(program, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == loaded


HIDDEN = """
import importlib.resources
from pytest_backendless_mock import BackendlessMock

def nothing(*_):
    raise FileNotFoundError(2, "No such file or directory")

with BackendlessMock() as mock:
    importlib.resources.files = nothing
    try:
        mock.channel("news").expect_schema({"type": "string"})
    except ImportError as error:
        print(error)
"""


def test_whoever_hides_the_files_of_jsonschema_is_told_in_a_sentence():
    ran = subprocess.run([sys.executable, "-c", HIDDEN], capture_output=True, text=True, check=True)
    assert ran.stdout == (
        "jsonschema, which checks a schema that is given, cannot be loaded: "
        "where a fake file system is in place, import jsonschema before it\n"
    )
