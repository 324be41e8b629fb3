"""The schemas themselves, and what ``validate`` says of a payload that breaks one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pytest_backendless_mock import PayloadError, validate
from pytest_backendless_mock.service import schema
from pytest_backendless_mock.service.operation import OPERATIONS
from pytest_backendless_mock.service.schema import NO_FILES

FOLDER = Path(__file__).parent.parent.parent / "schemas"
FILES = sorted(FOLDER.glob("*.json"))
SCHEMAS = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}
PAYLOADS = {name: content for name, content in SCHEMAS.items() if name != "common"}
EXAMPLES = [
    pytest.param(name, example, id=f"{name}-{number}")
    for name, content in PAYLOADS.items()
    for number, example in enumerate(content["examples"])
]
STATUS = {"status": "published", "messageId": "message:1", "errorMessage": None}


def objects_in(content, where="$"):
    """Every schema inside ``content`` that speaks of objects, with its place."""
    if isinstance(content, dict):
        if content.get("type") == "object":
            yield where, content
        for key, value in content.items():
            if key != "examples":
                yield from objects_in(value, f"{where}.{key}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_valid_draft_2020_12_and_says_so(name):
    content = SCHEMAS[name]
    Draft202012Validator.check_schema(content)
    assert content["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_has_its_file_s_name_and_describes_itself(name):
    content = SCHEMAS[name]
    assert content["$id"] == f"https://schemas.pytest-backendless-mock.invalid/{name}.json"
    assert content["title"]
    assert content["description"].endswith(".")


@pytest.mark.parametrize("name", PAYLOADS)
def test_every_payload_schema_has_examples(name):
    assert PAYLOADS[name]["examples"] != []


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_every_example_satisfies_its_schema(name, example):
    validate(example, name)
    assert list(schema.violations(example, name)) == []


OPEN = "login.response"


@pytest.mark.parametrize("name", [name for name in PAYLOADS if name.endswith(".response") and name != OPEN])
def test_objects_in_responses_are_closed(name):
    """Closed, or a map whose every value has a schema of its own: template names to templates."""
    open_ones = [
        where for where, content in objects_in(PAYLOADS[name]) if content.get("additionalProperties", True) is True
    ]
    assert open_ones == []


def test_the_answer_to_a_log_in_is_open_because_the_properties_of_a_user_are_free():
    assert [where for where, _ in objects_in(PAYLOADS[OPEN])] == ["$"]
    assert "additionalProperties" not in PAYLOADS[OPEN]
    validate({"objectId": "u1", "user-token": "t1", "login": "ann", "age": 7, "address": {"city": "Oslo"}}, OPEN)


@pytest.mark.parametrize("name", [name for name in PAYLOADS if name.endswith(".request")])
def test_objects_in_requests_are_open(name):
    content = PAYLOADS[name]
    assert "additionalProperties" not in content
    assert "unevaluatedProperties" not in content


def test_a_request_may_have_members_that_nobody_knows():
    validate({"message": "hi", "colour": "red"}, "publish.request")
    assert "colour" not in schema.fields("publish.request")


def test_the_names_are_the_files_without_common():
    assert schema.names() == sorted(PAYLOADS)
    assert "publish.request" in PAYLOADS


def test_every_operation_has_a_response_and_every_body_a_request():
    wanted = {f"{name}.response" for name in OPERATIONS} | {row.body for row in OPERATIONS.values() if row.body}
    assert wanted - set(schema.names()) == set()


def test_a_wheel_keeps_the_schemas_inside_the_package(monkeypatch):
    monkeypatch.setattr(schema, "PACKAGED", FOLDER)
    assert schema._read() == SCHEMAS


PROGRAM = """
import pathlib, sys
{imported}

def nothing(*_, **__):
    raise FileNotFoundError(2, "No such file or directory")

pathlib.Path.glob = pathlib.Path.iterdir = lambda *_: iter(())
pathlib.Path.is_dir = lambda _: False
pathlib.Path.read_text = pathlib.Path.open = nothing
try:
    from pytest_backendless_mock import BackendlessMock
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize("imported", ["", "import jsonschema"], ids=["nothing-imported", "jsonschema-imported"])
def test_whoever_hides_the_files_is_told_in_a_sentence(imported):
    program = [sys.executable, "-c", PROGRAM.format(imported=imported)]
    ran = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == (f"{NO_FILES}\n", "")


BROKEN = [
    pytest.param(
        {**STATUS, "status": "lost"},
        "status.response",
        "at $.status: 'lost' breaks 'enum': "
        "['failed', 'published', 'scheduled', 'cancelled', 'canceled', 'CANCELLED', 'unknown']",
        id="value",
    ),
    pytest.param(
        {"status": "published", "messageId": "message:1"},
        "status.response",
        "at $: {'status': 'published', 'messageId': 'message:1'} breaks 'required': "
        "['status', 'messageId', 'errorMessage']",
        id="missing",
    ),
    pytest.param(
        {"subscriptionId": "1BA31C04"},
        "subscribe.response",
        "at $.subscriptionId: '1BA31C04' breaks 'pattern': '^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$'",
        id="behind-a-reference",
    ),
    pytest.param(
        {
            "messages": [
                {
                    "headers": {"BL_APPLICATION_ID": 1},
                    "publishedAt": 1,
                    "publisherId": None,
                    "data": 1,
                    "messageId": "m",
                }
            ]
        },
        "retrieve.response",
        "at $.messages[0].headers.BL_APPLICATION_ID: 1 breaks 'type': ['string', 'null']",
        id="deep-inside",
    ),
    pytest.param(
        {"code": 1, "message": "x", "more": 1},
        "error.response",
        "at $: {'code': 1, 'message': 'x', 'more': 1} breaks 'additionalProperties': False",
        id="surplus",
    ),
    pytest.param(
        "x" * 100, "properties.response", f"at $: '{'x' * 78}… breaks 'type': 'object'", id="long-value-is-cut"
    ),
]


@pytest.mark.parametrize(("payload", "name", "line"), BROKEN)
def test_a_violation_says_where_what_value_and_which_rule(payload, name, line):
    with pytest.raises(PayloadError) as caught:
        validate(payload, name)
    assert str(caught.value) == f"this is no {name}:\n  {line}"


def test_every_violation_is_told():
    with pytest.raises(PayloadError) as caught:
        validate({"status": 1, "messageId": 2, "errorMessage": 3}, "publish.response")
    told = sorted(line.split(":")[0] for line in str(caught.value).splitlines()[1:])
    assert told == ["  at $.errorMessage", "  at $.messageId", "  at $.status"]


def test_several_violations_stand_on_a_line_each_below_what_it_should_be():
    with pytest.raises(PayloadError) as caught:
        validate({"status": 1, "messageId": 2, "errorMessage": None, "more": 3}, "publish.response")
    first, *lines = str(caught.value).split("\n")
    assert first == "this is no publish.response:"
    assert sorted(lines) == [
        "  at $.messageId: 2 breaks 'type': 'string'",
        "  at $.status: 1 breaks 'enum': ['scheduled', 'published', 'failed']",
        "  at $: {'status': 1, 'messageId': 2, 'errorMessage': None, 'more': 3} breaks 'additionalProperties': False",
    ]


def test_a_payload_error_is_a_value_error():
    assert issubclass(PayloadError, ValueError)


@pytest.mark.parametrize(
    "name", ["publish", "publish.request.json", "common", "../schemas/common", "", "PUBLISH.REQUEST"]
)
def test_an_unknown_name_is_a_lookup_error_that_lists_the_names(name):
    with pytest.raises(LookupError) as caught:
        validate({}, name)
    assert str(caught.value) == f"there is no schema {name!r}; there are {', '.join(sorted(PAYLOADS))}"
