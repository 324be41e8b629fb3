"""An application that has the service's address, its id and its key built in: it is led to the mock all the same."""

import httpx
import pytest
import requests

APP_ID = "0C8B5D1E-92F4-4A37-8E60-5B1F7D2A9C00"
API_KEY = "E41D7A06-3B85-4F9C-A2D8-90C6B3E75F00"
BACKENDLESS = f"https://api.backendless.com/{APP_ID}/{API_KEY}"


class Shop:
    """The application under test. Nobody can tell it another URL."""

    def unpaid(self):
        orders = requests.get(f"{BACKENDLESS}/data/Orders", params={"where": "paid = false"}, timeout=5).json()
        return [order["number"] for order in orders]

    def remind(self):
        for number in self.unpaid():
            body = {"message": f"order {number} is not paid"}
            requests.post(f"{BACKENDLESS}/messaging/reminders", json=body, timeout=5).raise_for_status()


async def thank(number):
    """Another part of the same application, with another client."""
    async with httpx.AsyncClient(base_url=BACKENDLESS) as client:
        answer = await client.post("/messaging/thanks", json={"message": f"thank you for order {number}"})
        answer.raise_for_status()


@pytest.fixture
def backendless(backendless_mock):
    """The application that the shop believes it talks to, on the mock."""
    backendless_mock.intercept("api.backendless.com")
    return backendless_mock.new_app(app_id=APP_ID, api_key=API_KEY)


def test_who_has_not_paid_is_reminded(backendless):
    backendless.stub("GET", "/data/Orders", json=[{"number": 17, "paid": False}, {"number": 23, "paid": False}])

    Shop().remind()

    assert backendless.channel("reminders").messages.data == ["order 17 is not paid", "order 23 is not paid"]


def test_when_all_have_paid_nobody_is_reminded(backendless):
    backendless.stub("GET", "/data/Orders", json=[])

    Shop().remind()

    backendless.channel("reminders").assert_nothing_published()
    assert [request.headers["host"] for request in backendless.requests] == ["api.backendless.com"]


@pytest.mark.asyncio
async def test_who_pays_is_thanked(backendless):
    await thank(17)

    backendless.channel("thanks").assert_published("thank you for order 17", times=1)
