"""Several applications on one server: which of them a request is for."""

from __future__ import annotations

import pytest
from fake_time import START, FakeTime

from pytest_backendless_mock import MessagingError, Rules
from pytest_backendless_mock.http.tenants import Credentials, Tenants
from pytest_backendless_mock.runtime.event import Faulted
from pytest_backendless_mock.runtime.virtual_time import VirtualTime
from pytest_backendless_mock.service.application import Application

TIME = VirtualTime(FakeTime())


def application(name):
    return Application(rules=Rules(), time=TIME, app_id=name, api_key=f"key of {name}")


@pytest.fixture
def tenants():
    return Tenants(application("A"))


def test_the_first_is_the_default(tenants):
    added = tenants.add(application("B"))
    assert tenants.default.application.identity == ("A", "key of A")
    assert list(tenants) == [tenants.default, added]
    assert len(tenants) == 2
    assert ["A" in tenants, "B" in tenants, "C" in tenants] == [True, True, False]


def test_an_id_is_given_once(tenants):
    tenants.add(application("B"))
    for taken in ("A", "B"):
        with pytest.raises(ValueError, match=f"^there is an application {taken} already$"):
            tenants.add(application(taken))
    assert len(tenants) == 2


@pytest.mark.parametrize(
    ("credentials", "found"),
    [
        (Credentials(), "A"),
        (Credentials("A", "key of A"), "A"),
        (Credentials("B", "key of B"), "B"),
        (Credentials("B"), "B"),
    ],
)
def test_a1_id_and_key_find_an_application(tenants, credentials, found):
    tenants.add(application("B"))
    assert tenants.find(credentials).application.identity.app_id == found
    assert tenants.get(credentials) is tenants.find(credentials)


@pytest.mark.parametrize(
    ("credentials", "has_one"),
    [(Credentials("C", "key of C"), False), (Credentials("A", "key of B"), True), (Credentials("B", ""), True)],
)
def test_a1_a_wrong_key_finds_none_unless_keys_do_not_matter(tenants, credentials, has_one):
    tenants.add(application("B"))
    with pytest.raises(MessagingError) as refused:
        tenants.find(credentials)
    assert refused.value.code == 2002
    assert (tenants.get(credentials) is not None) == has_one


@pytest.mark.parametrize(
    ("credentials", "mistake"),
    [
        (Credentials("A", "A"), "the application id stands where the API key belongs"),
        (Credentials("key of A", "A"), "the application id stands where the API key belongs"),
        (Credentials("key of B", "x"), "the API key stands where the application id belongs"),
        (
            Credentials("A", "key of B"),
            "that application has no such API key; backendless_mock.api_keys has them all",
        ),
        (Credentials("C", "key of C"), "the mock's application is A; new_app(app_id=...) makes others"),
    ],
)
def test_what_is_wrong_with_an_id_and_a_key_is_said(tenants, credentials, mistake):
    tenants.add(application("B"))
    with pytest.raises(MessagingError) as refused:
        tenants.find(credentials)
    assert refused.value.detail == mistake


def test_each_has_a_journal_faults_stubs_and_originals_of_its_own(tenants):
    one, two = tenants.default, tenants.add(application("B"))
    assert one.journal is not two.journal
    assert one.faults is not two.faults
    assert one.stubs is not two.stubs
    assert one.originals is not two.originals
    assert one.lossy is not two.lossy


def test_what_is_found_out_late_stands_in_the_timeline_where_it_belongs(tenants):
    tenant = tenants.default
    tenant.note(Faulted(START + 2, "the service", "two"))
    tenant.note(Faulted(START + 1, "the service", "one"))
    assert [event.fault for event in tenant.application.backend.timeline] == ["one", "two"]


def test_a_listener_that_raises_at_it_fails_the_test(tenants):
    tenant = tenants.default
    tenant.application.backend.listen("faulted", lambda _: 1 / 0)
    tenant.note(Faulted(START, "the service", "offline"))
    [problem] = tenant.application.verdict.take_problems()
    assert problem.startswith("the service: offline\n")
    assert "ZeroDivisionError" in problem
