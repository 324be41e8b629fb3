"""The descriptions: committed, compared, and as clients that are made from one need them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_backendless_mock.control import openapi, service_openapi
from pytest_backendless_mock.control.table import ROUTES
from pytest_backendless_mock.http.rest.route import ROUTES as SERVICE
from pytest_backendless_mock.service.identity import API_KEY, APP_ID, Identity

HOST = "http://127.0.0.1:2563"
COMMITTED = Path(__file__).parent.parent.parent / "docs" / "openapi"
MADE = {
    "control": openapi.control(ROUTES, HOST),
    "service": service_openapi.service(HOST, Identity(APP_ID, API_KEY)),
}


def operations(described):
    return [operation for path in described["paths"].values() for operation in path.values()]


def references(part):
    """Every reference in a description."""
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [each for value in part.values() for each in references(value)]
    return [each for value in part for each in references(value)] if isinstance(part, list) else []


@pytest.mark.parametrize("name", MADE)
def test_the_committed_description_is_what_the_tables_and_schemas_say(name):
    """Where it is not, write it anew: the JSON below, with an indent of two."""
    assert json.loads((COMMITTED / f"{name}.json").read_text("utf-8")) == MADE[name]


@pytest.mark.parametrize("name", MADE)
def test_every_reference_leads_on(name):
    found = set(references(MADE[name]))
    assert found
    for reference in found:
        part = MADE[name]
        for step in reference.removeprefix("#/").split("/"):
            assert step in part, reference
            part = part[step]


@pytest.mark.parametrize("name", MADE)
def test_every_operation_has_a_name_of_its_own_and_an_example(name):
    names = [operation["operationId"] for operation in operations(MADE[name])]
    assert len(set(names)) == len(names)
    for operation in operations(MADE[name]):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        media = [each for body in bodies for kind, each in body.get("content", {}).items() if kind.endswith("json")]
        assert all("example" in each or each == {"schema": {"type": "object"}} for each in media)


def test_every_route_is_described():
    assert len(operations(MADE["control"])) == len(ROUTES)
    assert len(operations(MADE["service"])) == len(SERVICE)


def test_the_token_is_described_and_may_be_left_out():
    assert MADE["control"]["security"] == [{}, {"token": []}]
    assert MADE["control"]["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_paths_that_differ_in_names_alone_are_one():
    assert set(MADE["service"]["paths"]["/messaging/{channelOrMessage}"]) == {"post", "get", "delete"}


def test_the_server_describes_itself_by_the_host_that_was_asked(tools):
    described = tools.ask("GET", "openapi.json", headers={"Host": "mock:8080"}).body
    assert described == {**MADE["control"], "servers": [{"url": "http://mock:8080"}]}
    server = tools.ask("GET", "service.openapi.json").body["servers"][0]
    assert server == {
        "url": "http://127.0.0.1:2563/{appId}/{apiKey}",
        "variables": {"appId": {"default": APP_ID}, "apiKey": {"default": API_KEY}},
    }
