import asyncio

import niquests
import pytest

pytestmark = pytest.mark.filterwarnings("error")


def test_the_address(backendless_mock):
    assert niquests.post(f"{backendless_mock.url}/messaging/news", json={"message": "hi"}).status_code == 200


@pytest.fixture
def news(backendless_mock):
    backendless_mock.intercept()
    return f"https://api.backendless.com/{backendless_mock.app_id}/{backendless_mock.api_key}/messaging/news"


def test_an_intercepted_host(news):
    assert niquests.post(news, json={"message": "hi"}).status_code == 200


def test_an_intercepted_host_in_an_event_loop(news):
    async def post():
        async with niquests.AsyncSession() as session:
            return (await session.post(news, json={"message": "hi"})).status_code

    assert asyncio.run(post()) == 200
