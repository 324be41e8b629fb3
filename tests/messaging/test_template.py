"""Push templates: filling in, what is left unresolved, and whom they reach."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.errors import InvalidPublishDate, InvalidWhereClause, UnknownTemplate
from pytest_backendless_mock.messaging.event import Pushed
from pytest_backendless_mock.messaging.options import DeliveryOptions, PublishOptions
from pytest_backendless_mock.messaging.template import Template, Templates

FILLED = [
    ("hi", {}, "hi"),
    ("hi {name}", {"name": "Ann"}, "hi Ann"),
    ("{a}{b}{a}", {"a": "1", "b": "2"}, "121"),
    ("hi {name}", {}, "hi {name}"),
    ("hi {name}", {"name": None}, "hi {name}"),
    ("hi {name}", {"Name": "Ann"}, "hi {name}"),
    ("hi {name}", {"name": ""}, "hi "),
    ("hi {first name}", {"first name": "Ann"}, "hi Ann"),
    ("{a}", {"a": "{b}", "b": "no"}, "{b}"),
    ("{{a}}", {"a": "1"}, "{1}"),
    ("{}", {"": "no"}, "{}"),
    ("hi {name", {"name": "Ann"}, "hi {name"),
    ("{a}", {"a": r"\1 \g<0>"}, r"\1 \g<0>"),
    ("{a}", {"a": "O'Neill"}, "O'Neill"),
]


@pytest.mark.parametrize(("text", "values", "expected"), FILLED, ids=[f"{row[0]}-{row[1]}" for row in FILLED])
def test_placeholders_are_filled_in_once(text, values, expected):
    filled, options, _ = Template("t", text, {"title": text, "none": None}).fill(values)
    assert filled == expected
    assert options == PublishOptions(headers={"title": expected, "none": None})


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("d1", "deviceId = 'd1'"),
        ("O'Neill", "deviceId = 'O''Neill'"),
        ("x' OR 'a' = 'a", "deviceId = 'x'' OR ''a'' = ''a'"),
        (None, "deviceId = '{id}'"),
    ],
)
def test_a_value_cannot_leave_its_quotes_in_a_segment(value, segment):
    options = Template("t", "{id}", segment="deviceId = '{id}'").fill({"id": value})[2]
    assert options.segment_query == segment


@pytest.mark.parametrize(
    ("platforms", "mask"), [((), 0), (("IOS",), 1), (("ANDROID", "OSX"), 10), (("IOS", "ANDROID", "WP", "OSX"), 15)]
)
def test_a_template_is_pushed_to_its_platforms_and_nobody_else(platforms, mask):
    options = Template("t", "hi", platforms=platforms).fill({})[2]
    assert options == DeliveryOptions(publish_policy="PUSH", push_broadcast=mask)


UNRESOLVED = [
    ({}, ["a", "b", "c", "d"]),
    ({"a": "1"}, ["b", "c", "d"]),
    ({"a": "1", "b": None, "c": "", "d": "0"}, ["b"]),
    ({"a": "1", "b": "2", "c": "3", "d": "4", "e": "5"}, []),
]


@pytest.mark.parametrize(("values", "names"), UNRESOLVED, ids=[repr(row[0]) for row in UNRESOLVED])
def test_placeholders_without_a_value_are_named_once_in_their_order(values, names):
    template = Template("t", "{a} {a}", {"title": "{b}", "none": None, "body": "{c}{a}"}, segment="os = '{d}'")
    assert template.unresolved(values) == names


def test_a_template_without_placeholders_leaves_none_unresolved():
    assert Template("t", "hi", {"title": None}).unresolved({}) == []


def test_p8_a_template_that_nobody_made_is_unknown(service):
    with pytest.raises(UnknownTemplate) as refusal:
        service.broker.push_template("welcome", {}, DeliveryOptions(), service.now)
    assert refusal.value.code == 24002
    assert refusal.value.message == "Push Template with name 'welcome' doesn't exist."


def send(service, template, values=None, **dates):
    service.broker.templates.add(template)
    return service.broker.push_template(template.name, values or {}, DeliveryOptions(**dates), service.now)


def test_a_template_reaches_its_segment_of_its_platforms_on_its_channel(service):
    for name, os, channel in (("i1", "IOS", "news"), ("i2", "IOS", "news"), ("a1", "ANDROID", "news")):
        service.register(name, os, channel)
    service.register("i3", "IOS")
    template = Template("t", "hi {who}", {"ios-alert-title": "for {who}"}, ("IOS",), "news", "deviceId > '{from}'")
    answer = send(service, template, {"who": "Ann", "from": "i1"})
    assert (answer.status, answer.message_id) == ("scheduled", "message:1")
    [pushed] = [event for event in service.broker.drain() if isinstance(event, Pushed)]
    assert pushed.device.device_id == "i2"
    assert (pushed.message.data, dict(pushed.message.options.headers)) == ("hi Ann", {"ios-alert-title": "for Ann"})


def test_a_template_reaches_no_subscriber(service):
    send(service, Template("t", "hi"))
    assert service.happened() == []


def test_p11_a_template_push_can_be_delayed_and_repeated(service):
    template = Template("t", "hi", {"ios-alert-title": "News"})
    first, expires = service.in_seconds(60), service.in_seconds(300)
    answer = send(service, template, publish_at=first, repeat_every=120, repeat_expires_at=expires)
    service.register("d")
    assert service.happened() == []
    service.advance(60)
    assert service.happened() == ["d"]
    service.advance(600)
    assert service.happened() == ["d"]
    assert service.outcome(answer.message_id) == ("published", None, (2, 0))


def test_p11_a_template_s_dates_are_judged_like_any_other(service):
    with pytest.raises(InvalidPublishDate):
        send(service, Template("t", "hi"), publish_at=service.in_seconds(-60))


def test_a_delayed_template_push_is_what_the_template_was_when_it_was_asked_for(service):
    send(service, Template("t", "old"), publish_at=service.in_seconds(60))
    service.broker.templates.add(Template("t", "new"))
    assert [publication.message.data for publication in service.broker.pending.values()] == ["old"]


def test_a_template_with_a_malformed_segment_is_refused(service):
    with pytest.raises(InvalidWhereClause):
        send(service, Template("t", "hi", segment="os ="))


class TestTemplates:
    @pytest.fixture
    def templates(self):
        templates = Templates()
        for name, platforms in (("all", ()), ("apple", ("IOS", "OSX")), ("android", ("ANDROID",))):
            templates.add(Template(name, "hi", platforms=platforms))
        return templates

    @pytest.mark.parametrize(
        ("platform", "names"),
        [
            ("", ["all", "apple", "android"]),
            ("IOS", ["all", "apple"]),
            ("OSX", ["all", "apple"]),
            ("ANDROID", ["all", "android"]),
            ("WP", ["all"]),
        ],
        ids=["any", "ios", "osx", "android", "wp"],
    )
    def test_one_without_platforms_is_for_every_platform(self, templates, platform, names):
        assert [template.name for template in templates.for_platform(platform)] == names

    def test_one_that_is_there_is_found_by_its_name(self, templates):
        assert templates.find("apple") is templates.get("apple")
        assert templates.find("apple").platforms == ("IOS", "OSX")

    def test_p8_one_that_is_not_there_is_unknown_to_who_needs_it_and_none_to_who_looks(self, templates):
        assert templates.get("welcome") is None
        with pytest.raises(UnknownTemplate, match="Push Template with name 'welcome' doesn't exist"):
            templates.find("welcome")

    def test_another_version_takes_the_place_of_the_first(self, templates):
        templates.add(Template("all", "hello"))
        assert templates.find("all").message == "hello"
        assert [template.name for template in templates.for_platform("")] == ["all", "apple", "android"]

    def test_w20_names_of_email_templates_are_kept_apart(self, templates):
        templates.add_email("welcome")
        templates.require_email("welcome")
        assert templates.get("welcome") is None
        with pytest.raises(UnknownTemplate, match="Email Template with name 'all' doesn't exist"):
            templates.require_email("all")


def test_a_template_that_is_not_there_is_refused_with_what_makes_it():
    templates = Templates()
    with pytest.raises(UnknownTemplate) as push:
        templates.find("shipped")
    with pytest.raises(UnknownTemplate) as email:
        templates.require_email("welcome")
    assert push.value.detail == "add_template('shipped', message=...) makes it"
    assert email.value.detail == "add_email_template('welcome') makes it"
