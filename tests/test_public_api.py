"""The names that users import, and that each of them says what it is."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import get_args

import pytest
from presence_support import client_of_mock

import pytest_backendless_mock
from pytest_backendless_mock import types
from pytest_backendless_mock.http.amf.method import METHODS
from pytest_backendless_mock.messaging.access import OPERATIONS as DENIABLE
from pytest_backendless_mock.messaging.access import DeniableOperation
from pytest_backendless_mock.messaging.device import SYSTEMS, System
from pytest_backendless_mock.messaging.errors import ERRORS, ErrorCode
from pytest_backendless_mock.messaging.options import Policy, PolicyName
from pytest_backendless_mock.messaging.rules import RuleOptions, Rules
from pytest_backendless_mock.runtime.event import KINDS, EventKind
from pytest_backendless_mock.service.operation import OPERATIONS
from pytest_backendless_mock.testing.faults import FaultOperation

NAMES = pytest_backendless_mock.__all__
OFFERED = {
    "BackendlessMock": (
        "add_email_template add_template add_user allow api_key api_keys app_id cancel channel clock "
        "deliveries deny devices env faults har hints host_url intercept messages new_app offline on outage "
        "outbox publish push_template register_device report requests reset retrieved scheduled state status stub "
        "subscribe timeline url verify wait_until wsgi_app"
    ),
    "Clock": "advance freeze move_to next now sleep steps unfreeze",
    "Faults": "delay empty fail fail_delivery garbage hang lose reset slow",
    "Fault": "end fired",
    "Channel": (
        "assert_delivered assert_nothing_delivered assert_nothing_published assert_published assert_retrieved "
        "deliveries expect_schema listeners messages name retrieved scheduled subscriptions"
    ),
    "Listener": "channel connection_id disconnect id retrieved selector user_id",
    "Subscription": "channel id pending retrieve retrieved",
    "Outbox": "assert_nothing_sent assert_sent count data emails filter index pushes",
    "View": "count data index",
    "Timeline": "",
    "Freeze": "",
}
"""What completion offers on the objects that users hold, and nothing else."""
LITERALS = {
    "EventKind": (EventKind, KINDS.values()),
    "ErrorCode": (ErrorCode, ERRORS),
    "System": (System, SYSTEMS),
    "PolicyName": (PolicyName, (policy.value for policy in Policy)),
    "DeniableOperation": (DeniableOperation, DENIABLE),
    "FaultOperation": (
        FaultOperation,
        {*OPERATIONS, *(method.operation.name for method in METHODS.values()), "stub", "join", "realtime", "all"},
    ),
}


def test_the_public_names_are_these():
    assert NAMES == [
        "BackendlessMock",
        "BackendlessMockWarning",
        "BackendlessServer",
        "Delivery",
        "Message",
        "MessagingError",
        "PayloadError",
        "Request",
        "Rules",
        "RunawayScheduleError",
        "Selector",
        "SelectorError",
        "ServerError",
        "validate",
    ]


def test_the_public_names_are_those_resolved_on_first_use():
    assert sorted(pytest_backendless_mock._HOMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_resolves_to_what_is_called_so(name):
    assert getattr(pytest_backendless_mock, name).__name__ == name


def test_the_types_of_what_the_fixture_hands_out_are_in_one_module():
    assert set(types.__all__) >= {
        *("Push", "Email", "Device", "User", "Scheduled", "Clock", "Faults", "Fault", "Outbox", "Timeline", "Freeze"),
        *(
            "Sends",
            "View",
            "MessageStatus",
            "Channel",
            "Subscription",
            "BackendlessApp",
            "Refusal",
            "Incident",
            "Member",
            "Listener",
        ),
    }
    assert [name for name in types.__all__ if not hasattr(types, name)] == []


def test_the_version_is_the_one_that_is_installed():
    from importlib.metadata import version

    assert pytest_backendless_mock.__version__ == version("pytest-backendless-mock")


def test_a_name_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'pytest_backendless_mock' has no attribute 'Backend'"):
        pytest_backendless_mock.Backend  # noqa: B018 - the access is the point
    with pytest.raises(ImportError, match="cannot import name 'Mock'"):
        from pytest_backendless_mock import Mock  # noqa: F401


def test_dir_lists_the_public_names():
    assert {*NAMES, "__version__"} <= set(dir(pytest_backendless_mock))
    assert dir(pytest_backendless_mock) == sorted(dir(pytest_backendless_mock))


def test_a_star_import_gives_all_of_them():
    program = "from pytest_backendless_mock import *; print(*sorted(name for name in dir() if name[0] != '_'))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == NAMES


@pytest.mark.parametrize(("literal", "table"), LITERALS.values(), ids=LITERALS)
def test_what_type_checkers_take_is_what_the_table_has(literal, table):
    assert sorted(get_args(literal), key=str) == sorted(table, key=str)


def test_the_keywords_of_the_mock_are_the_fields_of_the_rules():
    fields = {name: str(kind) for name, kind in Rules.__annotations__.items()}
    assert {name: kind.__forward_arg__ for name, kind in RuleOptions.__annotations__.items()} == fields


@pytest.mark.parametrize("kind", OFFERED)
def test_completion_offers_what_is_public_and_nothing_else(kind, backendless_mock):
    backendless_mock.subscribe("news")
    client_of_mock(backendless_mock).listen("news")
    held = {
        "BackendlessMock": backendless_mock,
        "Clock": backendless_mock.clock,
        "Faults": backendless_mock.faults,
        "Fault": backendless_mock.faults.reset("all", optional=True),
        "Channel": backendless_mock.channel("news"),
        "Listener": backendless_mock.channel("news").listeners[0],
        "Subscription": backendless_mock.channel("news").subscriptions[0],
        "Outbox": backendless_mock.outbox,
        "View": backendless_mock.messages,
        "Timeline": backendless_mock.timeline,
        "Freeze": backendless_mock.clock.freeze(),
    }[kind]
    assert " ".join(name for name in dir(held) if not name.startswith("_")) == OFFERED[kind]


def _documented():
    """Each public name and type that is a class or a function of ours."""
    named = [(name, getattr(pytest_backendless_mock, name)) for name in NAMES]
    named += [(name, getattr(types, name)) for name in types.__all__]
    return [pytest.param(name, value, id=name) for name, value in dict(named).items() if hasattr(value, "__module__")]


@pytest.mark.parametrize(("name", "value"), _documented())
def test_a_public_name_and_its_public_members_are_documented(name, value):
    if isinstance(value, type):
        assert inspect.cleandoc(value.__doc__ or "")
    for member_name, member in _public_members(value):
        assert member.__doc__, f"{name}.{member_name} has no docstring"


def _public_members(value):
    """The methods and properties that a class has from us."""
    if not isinstance(value, type):
        return []
    return [
        (name, member)
        for home in value.__mro__
        if home.__module__.startswith("pytest_backendless_mock")
        for name, member in vars(home).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
    ]


def test_the_docstring_check_looks_at_methods_and_properties():
    members = dict(_public_members(pytest_backendless_mock.BackendlessMock))
    assert {"publish", "url", "verify"} <= set(members)
