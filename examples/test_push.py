"""Push notifications: which phone got what, and when."""

from datetime import datetime, timedelta, timezone

import pytest
import requests

pytestmark = pytest.mark.backendless_mock(freeze="2030-01-07 08:30")


class Phone:
    """What the mobile app does at its start."""

    def __init__(self, url, device_id, os, channels=("default",)):
        self.url = url
        body = {"deviceId": device_id, "deviceToken": f"token-{device_id}", "os": os, "channels": list(channels)}
        answer = requests.post(f"{url}/messaging/registrations", json=body, timeout=5)
        answer.raise_for_status()
        self.device_id = device_id

    def sign_out(self):
        answer = requests.delete(f"{self.url}/messaging/registrations/{self.device_id}", timeout=5)
        answer.raise_for_status()


class Shop:
    """The application under test: it tells its customers things."""

    def __init__(self, url):
        self.messaging = f"{url}/messaging"

    def tell(self, title, text, **targets):
        headers = {
            "ios-alert-title": title,
            "ios-badge": 1,
            "android-content-title": title,
            "android-content-text": text,
        }
        return self._post("default", message=text, headers=headers, publishPolicy="PUSH", **targets)

    def tell_later(self, delay, title, text):
        due = datetime.now(timezone.utc) + delay
        return self.tell(title, text, publishAt=int(due.timestamp() * 1000))

    def order_shipped(self, customer, order, device_id):
        values = {"customer": customer, "order": order, "device": device_id}
        return self._post("push/order-shipped", templateValues=values)

    def failures(self, message_id):
        status = requests.get(f"{self.messaging}/{message_id}", timeout=5).json()
        return status["failedSendsAmount"], status["errorMessage"]

    def _post(self, path, **body):
        answer = requests.post(f"{self.messaging}/{path}", json=body, timeout=5)
        answer.raise_for_status()
        return answer.json()["messageId"]


@pytest.fixture
def shop(backendless_mock):
    return Shop(backendless_mock.url)


@pytest.fixture
def iphone(backendless_mock):
    return Phone(backendless_mock.url, "iphone", "IOS")


@pytest.fixture
def pixel(backendless_mock):
    return Phone(backendless_mock.url, "pixel", "ANDROID")


@pytest.mark.usefixtures("iphone", "pixel")
def test_a_broadcast_goes_to_the_phones_of_one_system(shop, backendless_mock):
    shop.tell("New in our app", "Pay with your watch", pushBroadcast="IOS")

    [push] = backendless_mock.outbox
    assert (push.device, push.os) == ("iphone", "IOS")
    assert (push.title, push.body, push.badge) == ("New in our app", "Pay with your watch", "1")


@pytest.mark.usefixtures("iphone", "pixel")
def test_every_system_shows_its_own_headers(shop, backendless_mock):
    shop.tell("Sale", "Everything must go")

    outbox = backendless_mock.outbox
    assert outbox.filter(os="IOS")[0].badge == "1"
    assert outbox.filter(os="ANDROID")[0].badge is None
    outbox.assert_sent("Everything must go", times=2)


@pytest.mark.usefixtures("iphone", "pixel")
def test_one_customer_is_told_alone(shop, backendless_mock):
    shop.tell("Your parcel", "is at the door", pushSinglecast=["pixel"])

    backendless_mock.outbox.filter(device="pixel").assert_sent("is at the door", times=1)
    backendless_mock.outbox.filter(device="iphone").assert_nothing_sent()


def test_who_comes_before_a_delayed_push_gets_it_and_who_left_does_not(shop, iphone, backendless_mock):
    shop.tell_later(timedelta(hours=2), "Happy hour", "from now until seven")
    backendless_mock.outbox.assert_nothing_sent()

    backendless_mock.clock.advance(hours=1)
    Phone(backendless_mock.url, "pixel", "ANDROID")
    iphone.sign_out()
    backendless_mock.clock.advance(hours=1)

    [push] = backendless_mock.outbox
    assert push.device == "pixel"
    assert push.at == datetime(2030, 1, 7, 10, 30, tzinfo=timezone.utc)


@pytest.mark.usefixtures("iphone", "pixel")
def test_a_template_is_filled_in_for_its_customer(shop, backendless_mock):
    backendless_mock.add_template(
        "order-shipped",
        message="Hello {customer}, order {order} is on its way",
        headers={"ios-alert-title": "Order {order}", "android-content-title": "Order {order}"},
        segment="deviceId = '{device}'",
    )

    shop.order_shipped("Ann", 17, "iphone")

    [push] = backendless_mock.outbox
    assert (push.device, push.title, push.body) == ("iphone", "Order 17", "Hello Ann, order 17 is on its way")


@pytest.mark.usefixtures("iphone")
def test_a_phone_that_refuses_is_counted(shop, backendless_mock):
    backendless_mock.register_device("old phone", os="ANDROID", refuses="Unregistered")

    message_id = shop.tell("Sale", "Everything must go")

    assert shop.failures(message_id) == (1, "Unregistered (old phone)")
    backendless_mock.outbox.assert_sent("Everything must go", times=1)
