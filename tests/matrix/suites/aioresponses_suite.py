import asyncio

import aiohttp
from aioresponses import aioresponses


async def send(mock):
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        async with session.get("https://shop.example/price") as answer:
            price = await answer.json()
        async with session.post(f"{mock.url}/messaging/news", json={"message": price}):
            pass


def test_requests_to_the_mock_pass(backendless_mock):
    with aioresponses(passthrough=[backendless_mock.host_url]) as other:
        other.get("https://shop.example/price", payload=3)
        asyncio.run(send(backendless_mock))
    backendless_mock.channel("news").assert_delivered(3)


def test_fails_because_it_refuses(backendless_mock):
    with aioresponses() as other:
        other.get("https://shop.example/price", payload=3)
        asyncio.run(send(backendless_mock))


def test_fails_because_it_answered_in_a_block_that_is_over(backendless_mock):
    with aioresponses() as other:
        other.get("https://shop.example/price", payload=3)
        other.post(f"{backendless_mock.url}/messaging/news", payload={})
        asyncio.run(send(backendless_mock))
    backendless_mock.channel("news").assert_delivered(3)
