"""Schemas that a test expects of its own messages: where they come from, and what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pytest_backendless_mock.service.channel_schema import ChannelSchemas

ORDER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}


@pytest.fixture
def payloads():
    return ChannelSchemas()


def written(folder, **schemas):
    for name, contents in schemas.items():
        (folder / f"{name}.json").write_text(json.dumps(contents), "utf-8")


def test_a_message_on_a_channel_without_a_schema_breaks_nothing(payloads, tmp_path):
    payloads.expect("orders", {"not": {}}, tmp_path)
    assert payloads.violations("news", {"id": "7"}) == []


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"id": 7}, []),
        ({"id": "7"}, ["at $.id: '7' breaks 'type': 'integer'"]),
        ({}, ["at $: {} breaks 'required': ['id']"]),
        ("text", ["at $: 'text' breaks 'type': 'object'"]),
    ],
    ids=["good", "value", "missing", "kind"],
)
@pytest.mark.parametrize("kind", ["mapping", "text", "path", "absolute"])
def test_a_violation_is_told_with_place_value_and_rule(payloads, tmp_path, kind, message, told):
    written(tmp_path, order=ORDER)
    source = {
        "mapping": ORDER,
        "text": "order.json",
        "path": Path("order.json"),
        "absolute": tmp_path / "order.json",
    }[kind]
    payloads.expect("orders", source, tmp_path if kind != "absolute" else Path("/nowhere"))
    assert payloads.violations("orders", message) == told


def test_all_violations_are_told(payloads, tmp_path):
    payloads.expect("orders", {"items": {"minimum": 1}}, tmp_path)
    assert payloads.violations("orders", [0, 1, -1]) == [
        "at $[0]: 0 breaks 'minimum': 1",
        "at $[2]: -1 breaks 'minimum': 1",
    ]


def test_a_long_value_is_shortened(payloads, tmp_path):
    payloads.expect("orders", {"maxLength": 3}, tmp_path)
    assert payloads.violations("orders", "x" * 500) == [f"at $: '{'x' * 78}… breaks 'maxLength': 3"]


def test_a_later_schema_takes_the_place_of_an_earlier(payloads, tmp_path):
    payloads.expect("orders", {"type": "object"}, tmp_path)
    payloads.expect("orders", {"type": "string"}, tmp_path)
    assert payloads.violations("orders", "text") == []


@pytest.mark.parametrize("kind", ["mapping", "path"])
def test_references_lead_to_files_beside_it(payloads, tmp_path, kind):
    folder = tmp_path / "with space"
    (folder / "common").mkdir(parents=True)
    written(folder, order={"properties": {"by": {"$ref": "common/person.json#/$defs/person"}}})
    written(folder / "common", person={"$defs": {"person": {"properties": {"name": {"$ref": "name.json"}}}}})
    written(folder / "common", name={"type": "string"})
    source = json.loads((folder / "order.json").read_text()) if kind == "mapping" else "order.json"
    payloads.expect("orders", source, folder)
    assert payloads.violations("orders", {"by": {"name": 7}}) == ["at $.by.name: 7 breaks 'type': 'string'"]


def test_an_id_of_its_own_is_kept(payloads, tmp_path):
    schema = {"$id": "https://example.com/order", "$ref": "#/$defs/id", "$defs": {"id": {"type": "integer"}}}
    payloads.expect("orders", schema, tmp_path)
    assert payloads.violations("orders", "7") == ["at $: '7' breaks 'type': 'integer'"]


@pytest.mark.parametrize(
    ("format_name", "good", "bad"),
    [
        ("date", "2030-02-28", "2030-02-30"),
        ("email", "ann@example.com", "ann"),
        ("uuid", "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00", "3FAD"),
        ("ipv4", "127.0.0.1", "localhost"),
        ("date-time", "2030-01-07T08:30:00Z", "tomorrow"),
    ],
)
def test_formats_are_checked(payloads, tmp_path, format_name, good, bad):
    payloads.expect("orders", {"format": format_name}, tmp_path)
    assert payloads.violations("orders", good) == []
    assert payloads.violations("orders", bad) == [f"at $: {bad!r} breaks 'format': {format_name!r}"]


def test_what_is_no_schema_is_refused(payloads, tmp_path):
    with pytest.raises(ValueError, match="the schema for channel 'orders' is none: 'objekt' is not valid under any"):
        payloads.expect("orders", {"type": "objekt"}, tmp_path)


def test_what_is_no_json_is_refused_with_its_file(payloads, tmp_path):
    (tmp_path / "order.json").write_text("{")
    with pytest.raises(ValueError, match=r"order\.json is no JSON: "):
        payloads.expect("orders", "order.json", tmp_path)


def test_a_file_that_is_not_there_is_an_os_error(payloads, tmp_path):
    with pytest.raises(FileNotFoundError):
        payloads.expect("orders", "order.json", tmp_path)


def test_a_file_that_holds_a_boolean_schema_is_one(payloads, tmp_path):
    written(tmp_path, nothing=False)
    payloads.expect("orders", "nothing.json", tmp_path)
    assert payloads.violations("orders", 7) != []


FILES = {
    "list": [1],
    "kind": {"type": "objekt"},
    "onward": {"properties": {"a": {"$ref": "missing.json"}}},
    "further": {"items": {"$ref": "onward.json"}},
    "to_list": {"anyOf": [True, {"not": {"$ref": "list.json"}}]},
    "there": {"$ref": "back.json"},
    "back": {"allOf": [{"$ref": "there.json"}]},
}
LOOP = "itself without going into the message, by"
REFUSED = [
    ("a file that is no schema", {"$ref": "list.json"}, "'list.json', which is no schema: [1] is not of type 'object'"),
    ("a file with no such type", {"$ref": "kind.json"}, "'kind.json', which is no schema: 'objekt' is not valid"),
    ("onward to no schema", {"$ref": "to_list.json"}, "'list.json', which is no schema: [1] is not of type 'object'"),
    ("a missing file", {"$ref": "missing.json"}, "'missing.json', which cannot be read: [Errno 2] No such file"),
    ("onward to a missing file", {"$ref": "onward.json"}, "'missing.json', which cannot be read: [Errno 2] No such"),
    ("twice onward", {"$ref": "further.json"}, "'missing.json', which cannot be read: [Errno 2] No such file"),
    ("a file that is no JSON", {"items": {"$ref": "broken.json"}}, "'broken.json', which cannot be read: "),
    ("the web", {"$ref": "https://a.b/c"}, "'https://a.b/c', which cannot be read: only files are looked for"),
    ("a missing definition", {"$ref": "#/$defs/a"}, "'#/$defs/a', which is not there"),
    ("a missing anchor", {"$ref": "#a"}, "'#a', which is not there"),
    ("a missing dynamic anchor", {"$dynamicRef": "#x"}, "'#x', which is not there"),
    ("a part that is no schema", {"$ref": "#/a", "a": {"type": 1}}, "'#/a', which is no schema: 1 is not valid"),
    ("itself", {"$ref": "#"}, f"{LOOP} '#'"),
    ("itself by a dynamic anchor", {"$dynamicRef": "#x", "$dynamicAnchor": "x"}, f"{LOOP} '#x'"),
    ("each other", {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}, f"{LOOP} '#/$defs/"),
    ("each other in files", {"$ref": "there.json"}, f"{LOOP} 'there.json'"),
    ("itself by an item", {"items": {"oneOf": [{"$ref": "#/items"}]}}, f"{LOOP} '#/items'"),
    *(
        (f"itself by {word}", {word: {"a": {"$ref": "#"}} if word == "dependentSchemas" else {"$ref": "#"}}, LOOP)
        for word in ("not", "if", "then", "else", "dependentSchemas")
    ),
    *((f"itself by {word}", {word: [True, {"$ref": "#"}]}, LOOP) for word in ("allOf", "anyOf", "oneOf")),
]


@pytest.mark.parametrize(("schema", "told"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_a_reference_that_leads_nowhere_is_told_when_it_is_given(payloads, tmp_path, schema, told):
    written(tmp_path, **FILES)
    (tmp_path / "broken.json").write_text("{")
    payloads.expect("orders", {"type": "string"}, tmp_path)
    with pytest.raises(ValueError, match=f"^the schema for channel 'orders' refers to {re.escape(told)}"):
        payloads.expect("orders", schema, tmp_path)
    assert payloads.violations("orders", "as before") == []


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"properties": {"a": {"$ref": "#"}}, "required": ["a"]}, {"a": {"a": {}}}),
        ({"patternProperties": {"a": {"$ref": "#"}}, "maxProperties": 1}, {"a": {"b": 1, "c": 2}}),
        ({"additionalProperties": {"$ref": "#"}, "maxProperties": 1}, {"a": {"b": 1, "c": 2}}),
        ({"unevaluatedProperties": {"$ref": "#"}, "maxProperties": 1}, {"a": {"b": 1, "c": 2}}),
        ({"propertyNames": {"$ref": "#"}, "maxLength": 1}, {"ab": 1}),
        ({"items": {"$ref": "#"}, "maxItems": 1}, [[1, 2]]),
        ({"prefixItems": [{"$ref": "#"}], "maxItems": 1}, [[1, 2]]),
        ({"unevaluatedItems": {"$ref": "#"}, "maxItems": 1}, [[1, 2]]),
        ({"contains": {"$ref": "#"}, "maxItems": 1, "type": "array"}, [[1, 2]]),
        ({"$dynamicAnchor": "x", "items": {"$dynamicRef": "#x"}, "maxItems": 1}, [[1, 2]]),
        ({"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"type": "string"}}}, 1),
        ({"const": {"$ref": "nowhere"}}, 1),
        ({"enum": [{"$ref": "#"}]}, 1),
        ({"properties": {"$ref": {"type": "string"}}}, {"$ref": 1}),
    ],
    ids=str,
)
def test_a_reference_that_goes_into_the_message_or_is_none_is_legal(payloads, tmp_path, schema, message):
    payloads.expect("orders", schema, tmp_path)
    assert payloads.violations("orders", message) != []


def test_a_schema_that_is_nested_without_end_is_refused(payloads, tmp_path):
    endless = {}
    for _ in range(20_000):
        endless = {"not": endless}
    with pytest.raises(ValueError, match=r"^the schema for channel 'orders' is nested deeper than can be followed$"):
        payloads.expect("orders", endless, tmp_path)


def test_a_message_that_is_nested_too_deep_for_its_schema_breaks_it(payloads, tmp_path):
    tree = {"items": {"$ref": "#/$defs/a"}, "$defs": {"a": {"allOf": [{"anyOf": [{"allOf": [{"$ref": "#"}]}]}]}}}
    payloads.expect("orders", tree, tmp_path)
    message = 1
    for _ in range(199):
        message = [message]
    assert payloads.violations("orders", [[[1]]]) == []
    assert payloads.violations("orders", message) == ["it is nested deeper than its schema can be followed"]


def test_a_schema_may_refer_to_itself_and_twice_to_the_same_file(payloads, tmp_path):
    written(tmp_path, money={"type": "number"})
    amounts = {"net": {"$ref": "money.json"}, "tax": {"$ref": "money.json"}, "parts": {"items": {"$ref": "#"}}}
    payloads.expect("orders", {"properties": amounts}, tmp_path)
    assert payloads.violations("orders", {"net": 1, "parts": [{"tax": 2}]}) == []
    assert len(payloads.violations("orders", {"net": "1", "parts": [{"tax": "2"}]})) == 2


@pytest.mark.parametrize(
    ("format_name", "value", "fits"),
    [
        ("date-time", "2030-01-07T09:00:00Z", True),
        ("date-time", "2030-01-07T09:00:00.5+01:00", True),
        ("date-time", "2030-02-30T09:00:00Z", False),
        ("date-time", "2030-01-07T09:00:00", False),
        ("date-time", "2030-01-07", False),
        ("time", "09:00:00Z", True),
        ("time", "25:00:00Z", False),
        ("time", "09:00", False),
        ("uri", "https://example.com/a?b=c", True),
        ("uri", "example.com", False),
        ("uri", "https://example.com/a b", False),
        ("uri", 7, True),
        ("date-time", None, True),
        ("time", [], True),
    ],
)
def test_dates_times_and_addresses_are_checked_without_further_packages(payloads, tmp_path, format_name, value, fits):
    payloads.expect("orders", {"format": format_name}, tmp_path)
    assert (payloads.violations("orders", value) == []) is fits
