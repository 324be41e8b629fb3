"""Devices: registering, expiring, and who is found where."""

from __future__ import annotations

import pytest
from push_support import NOW, SECOND, Service, device

from pytest_backendless_mock.messaging.device import SYSTEMS, Devices
from pytest_backendless_mock.messaging.errors import InvalidChannelName, InvalidRegistrationDate, UnknownDevice


@pytest.fixture
def devices():
    return Devices()


def ids(found):
    return [one.device_id for one in found]


def test_the_systems_have_the_bits_of_the_documentation():
    assert SYSTEMS == {"IOS": 1, "ANDROID": 2, "WP": 4, "OSX": 8}


def test_a_device_is_found_by_its_id_and_on_its_channels(devices):
    registered = devices.register(device("d", "IOS", "news", "sport"), NOW)
    assert registered == device("d", "IOS", "news", "sport")
    assert devices.find("d", NOW) == registered
    assert ids(devices.on_channel("news")) == ["d"]
    assert ids(devices.on_channel("sport")) == ["d"]
    assert ids(devices.on_channel("default")) == []


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ((), ("default",)),
        (("default", "default"), ("default",)),
        (("b", "a", "b"), ("b", "a")),
    ],
    ids=["none", "twice", "order"],
)
def test_channels_are_named_once_and_default_stands_for_none(devices, channels, expected):
    assert devices.register(device("d", "IOS", *channels), NOW).channels == expected


def test_p6_registering_again_adds_channels_and_renews_the_rest(devices):
    first = device("d", "IOS", "news", token="old", version="16", expires_at=NOW + 5)
    devices.register(first, NOW)
    renewed = devices.register(device("d", "OSX", "sport", "news", token="new", version="17"), NOW + 1)
    assert renewed == device("d", "OSX", "news", "sport", token="new", version="17")
    assert devices.alive(NOW + 10) == [renewed]
    assert ids(devices.on_channel("news")) == ids(devices.on_channel("sport")) == ["d"]
    assert next(devices.on_channel("news")).token == "new"


def test_on_a_channel_they_come_in_the_order_they_came_whichever_channels_they_added_later(devices):
    devices.register(device("d", "IOS", "news"), NOW)
    devices.register(device("e", "IOS", "sport"), NOW)
    devices.register(device("d", "IOS", "sport"), NOW)
    assert ids(devices.on_channel("sport")) == ["d", "e"]
    devices.leave("d", ["news"], NOW)
    assert ids(devices.on_channel("sport")) == ids(devices) == ["e", "d"]


def test_p6_registering_again_keeps_the_registration_id():
    service = Service()
    assert service.register("d").registration_id == service.register("d").registration_id == "registration:1"
    assert service.register("e").registration_id == "registration:3"


def test_registering_again_keeps_what_the_test_made_it_refuse(devices):
    devices.register(device("d"), NOW)
    devices.refuse("d", "Unregistered", NOW)
    assert devices.register(device("d"), NOW).refuses == "Unregistered"


def test_an_expired_device_that_registers_again_begins_anew(devices):
    devices.register(device("d", "IOS", "news", expires_at=NOW + 5, refuses="Unregistered"), NOW)
    devices.register(device("e"), NOW)
    assert devices.register(device("d", "IOS", "sport"), NOW + 5).channels == ("sport",)
    assert devices.find("d", NOW + 5).refuses is None
    assert ids(devices.on_channel("news")) == []
    assert ids(devices.alive(NOW + 5)) == ["e", "d"]


@pytest.mark.parametrize("ago", [0, 1, SECOND, NOW])
def test_p7_an_expiration_that_is_not_in_the_future_is_refused(devices, ago):
    with pytest.raises(InvalidRegistrationDate) as refusal:
        devices.register(device("d", expires_at=NOW - ago), NOW)
    assert refusal.value.code == 5004
    assert devices.alive(NOW) == []


def test_p7_a_refused_registration_leaves_the_old_one_alone(devices):
    known = devices.register(device("d", "IOS", "news"), NOW)
    with pytest.raises(InvalidRegistrationDate):
        devices.register(device("d", "IOS", "sport", expires_at=NOW), NOW)
    assert devices.find("d", NOW) == known


def test_p7_a_device_lives_until_its_expiration_and_is_unknown_from_then_on(devices):
    devices.register(device("d", expires_at=NOW + 10), NOW)
    assert devices.find("d", NOW + 9).device_id == "d"
    with pytest.raises(UnknownDevice) as refusal:
        devices.find("d", NOW + 10)
    assert refusal.value.code == 5000
    assert devices.alive(NOW + 10) == []
    assert (ids(devices.on_channel("default")), ids(devices.named(("d",)))) == (["d"], ["d"])
    assert devices.unregister("d", NOW + 10) is False


def test_unregistering_tells_whether_there_was_a_device(devices):
    devices.register(device("d", "IOS", "news"), NOW)
    assert devices.unregister("d", NOW) is True
    assert devices.unregister("d", NOW) is False
    assert ids(devices.on_channel("news")) == []
    with pytest.raises(UnknownDevice, match="no device 'd' is registered"):
        devices.find("d", NOW)


def test_a_device_leaves_some_channels_and_is_gone_with_its_last(devices):
    devices.register(device("d", "IOS", "default", "news", "sport"), NOW)
    assert devices.leave("d", ["Default", "news", "nobody's"], NOW) is True
    assert devices.find("d", NOW).channels == ("sport",)
    assert (ids(devices.on_channel("news")), ids(devices.on_channel("sport"))) == ([], ["d"])
    assert devices.leave("d", ["sport"], NOW) is True
    assert devices.alive(NOW) == []
    assert devices.leave("d", ["sport"], NOW) is False


@pytest.mark.parametrize("name", ["", "a/b", "a\nb"], ids=repr)
def test_c3_a_device_cannot_leave_a_channel_that_cannot_be(devices, name):
    devices.register(device("d", "IOS", "news"), NOW)
    with pytest.raises(InvalidChannelName):
        devices.leave("d", ["news", name], NOW)
    assert devices.find("d", NOW).channels == ("news",)


def test_named_devices_come_in_the_order_they_are_named_once_each(devices):
    for name in "abc":
        devices.register(device(name, "IOS", name), NOW)
    assert ids(devices.named(("c", "nobody", "a", "c"))) == ["c", "a"]


def test_a_device_can_be_made_to_refuse_and_to_accept_again(devices):
    devices.register(device("d", "IOS", "news"), NOW)
    assert devices.refuse("d", "Unregistered", NOW).refuses == "Unregistered"
    assert next(devices.on_channel("news")).refuses == "Unregistered"
    assert devices.refuse("d", None, NOW) == device("d", "IOS", "news")


def test_only_a_registered_device_can_refuse(devices):
    with pytest.raises(UnknownDevice):
        devices.refuse("d", "Unregistered", NOW)


def test_a_segment_sees_a_row_for_each_channel():
    assert device("d", "IOS", "news", token="t1", version="17").row("news") == {
        "deviceId": "d",
        "deviceToken": "t1",
        "os": "IOS",
        "osVersion": "17",
        "channelName": "news",
    }


def test_p6_registering_makes_the_channels():
    service = Service(strict_channels=True)
    service.register("d", "IOS", "news", "sport")
    assert list(service.broker.channels.names) == ["default", "news", "sport"]


def test_deleting_a_channel_leaves_its_devices_registered():
    service = Service()
    service.register("d", "IOS", "news")
    service.push(channel="news", publish_at=service.in_seconds(60))
    service.broker.delete_channel("news", service.now)
    service.advance(60)
    assert service.happened() == []
    service.push(channel="news")
    assert service.happened() == ["d"]
