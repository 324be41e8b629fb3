"""Ids: the shape of the service's, the same in every run."""

from __future__ import annotations

import re
import uuid

import pytest

from pytest_backendless_mock.runtime.ids import Ids, guid

GUID = "[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}"


def given(kind="message", *, seed="test_a", app_id="A", count=3):
    ids = Ids(seed, app_id)
    return [ids.new(kind) for _ in range(count)]


def test_w5_a_message_id_is_an_upper_case_guid_behind_its_kind():
    assert all(re.fullmatch(f"message:{GUID}", message_id) for message_id in given(count=200))


def test_w5_a_subscription_id_is_a_bare_upper_case_guid():
    assert all(re.fullmatch(GUID, subscription_id) for subscription_id in given("subscription", count=200))


def test_w5_a_guid_is_one_of_version_4():
    parsed = uuid.UUID(guid("anything"))
    assert (parsed.version, parsed.variant) == (4, uuid.RFC_4122)


def test_w5_the_ids_of_a_test_are_the_same_in_every_run_and_release():
    ids = Ids("tests/test_a.py::test_b", "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00")
    assert [ids.new(kind) for kind in ("message", "message", "subscription")] == [
        "message:24488582-0BFD-4DFA-86EC-960BA0FB7ECE",
        "message:E982F913-9D5D-4D1C-92B6-0547D403A485",
        "C2638D61-8500-4125-861D-128424E8C53F",
    ]


def test_w5_the_same_seed_gives_the_same_ids():
    assert given() == given()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"seed": "test_b"}, id="seed"),
        pytest.param({"seed": 0}, id="a seed that is a number"),
        pytest.param({"app_id": "B"}, id="application"),
        pytest.param({"seed": "test_", "app_id": "aA"}, id="the two joined"),
    ],
)
def test_w5_another_seed_or_application_gives_other_ids(other):
    assert set(given(**other)).isdisjoint(given())


def test_no_id_is_given_twice():
    assert len(set(given(count=2_000))) == 2_000


def test_each_kind_counts_for_itself():
    ids = Ids("test_a", "A")
    ids.new("subscription")
    assert ids.new("message") == given()[0]


@pytest.mark.parametrize("seed", ["test_ü[日本]", "test_[\udc80]"])
def test_a_seed_may_be_any_text_that_pytest_names_a_test_by(seed):
    assert re.fullmatch(f"message:{GUID}", given(seed=seed)[0])
