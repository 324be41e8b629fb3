"""The names that users import, and that each of them says what it is."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import pytest_backendless_mock

NAMES = pytest_backendless_mock.__all__


def test_the_public_names_are_these():
    assert NAMES == [
        "BackendlessApp",
        "BackendlessMock",
        "BackendlessMockWarning",
        "BackendlessServer",
        "ChannelView",
        "Clock",
        "Delivery",
        "Device",
        "Email",
        "Fault",
        "Faults",
        "Incident",
        "Message",
        "MessageStatus",
        "MessagingError",
        "Outbox",
        "PayloadError",
        "Push",
        "Refusal",
        "Request",
        "Rules",
        "RunawayScheduleError",
        "Scheduled",
        "Selector",
        "SelectorError",
        "ServerError",
        "SubscriptionView",
        "User",
        "View",
        "validate",
    ]


def test_the_public_names_are_those_resolved_on_first_use():
    assert sorted(pytest_backendless_mock._HOMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_resolves_to_what_is_called_so(name):
    assert getattr(pytest_backendless_mock, name).__name__ == name


def test_a_name_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'pytest_backendless_mock' has no attribute 'Backend'"):
        pytest_backendless_mock.Backend  # noqa: B018 - the access is the point
    with pytest.raises(ImportError, match="cannot import name 'Mock'"):
        from pytest_backendless_mock import Mock  # noqa: F401


def test_dir_lists_the_public_names():
    assert set(NAMES) <= set(dir(pytest_backendless_mock))
    assert dir(pytest_backendless_mock) == sorted(dir(pytest_backendless_mock))


def test_a_star_import_gives_all_of_them():
    program = "from pytest_backendless_mock import *; print(*sorted(name for name in dir() if name[0] != '_'))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_and_its_public_members_are_documented(name):
    value = getattr(pytest_backendless_mock, name)
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
