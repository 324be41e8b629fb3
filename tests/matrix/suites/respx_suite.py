import asyncio

import httpx
import respx


def send(mock):
    price = httpx.get("https://shop.example/price").json()
    httpx.post(f"{mock.url}/messaging/news", json={"message": price}).raise_for_status()


async def send_from_a_loop(mock):
    async with httpx.AsyncClient() as client:
        price = (await client.get("https://shop.example/price")).json()
        (await client.post(f"{mock.url}/messaging/news", json={"message": price})).raise_for_status()


@respx.mock
def test_requests_to_the_mock_pass(backendless_mock):
    respx.route(host="127.0.0.1").pass_through()
    respx.get("https://shop.example/price").respond(json=3)
    send(backendless_mock)
    asyncio.run(send_from_a_loop(backendless_mock))
    backendless_mock.channel("news").assert_delivered(3, times=2)


def test_requests_to_the_mock_pass_beside_its_fixture(backendless_mock, respx_mock):
    respx_mock.route(host="127.0.0.1").pass_through()
    respx_mock.get("https://shop.example/price").respond(json=3)
    send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)


def test_fails_because_it_refuses(backendless_mock, respx_mock):
    respx_mock.get("https://shop.example/price").respond(json=3)
    send(backendless_mock)


@respx.mock
def test_fails_because_it_answers(backendless_mock):
    respx.route().respond(json=3)
    asyncio.run(send_from_a_loop(backendless_mock))
    backendless_mock.channel("news").assert_delivered(3)


def test_fails_because_it_answered_in_a_block_that_is_over(backendless_mock):
    with respx.mock as other:
        other.route().respond(json=3)
        send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)
