import asyncio

import httpx
import pytest


def send(mock):
    price = httpx.get("https://shop.example/price").json()
    httpx.post(f"{mock.url}/messaging/news", json={"message": price}).raise_for_status()


async def send_from_a_loop(mock):
    async with httpx.AsyncClient() as client:
        price = (await client.get("https://shop.example/price")).json()
        (await client.post(f"{mock.url}/messaging/news", json={"message": price})).raise_for_status()


@pytest.mark.httpx_mock(should_mock=lambda request: request.url.host != "127.0.0.1")
def test_requests_to_the_mock_pass(backendless_mock, httpx_mock):
    httpx_mock.add_response(url="https://shop.example/price", json=3)
    send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)


@pytest.mark.httpx_mock(should_mock=lambda request: request.url.host != "127.0.0.1")
def test_requests_from_a_loop_pass(backendless_mock, httpx_mock):
    httpx_mock.add_response(url="https://shop.example/price", json=3)
    asyncio.run(send_from_a_loop(backendless_mock))
    backendless_mock.channel("news").assert_delivered(3)


@pytest.mark.httpx_mock(assert_all_requests_were_expected=False)
def test_fails_because_it_refuses(backendless_mock, httpx_mock):
    httpx_mock.add_response(url="https://shop.example/price", json=3)
    send(backendless_mock)


@pytest.mark.httpx_mock(can_send_already_matched_responses=True)
def test_fails_because_it_answers(backendless_mock, httpx_mock):
    httpx_mock.add_response(json=3)
    send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)
