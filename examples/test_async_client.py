"""An asynchronous application: httpx.AsyncClient, pytest-asyncio, and a clock that is moved all the same."""

import asyncio
from datetime import datetime, timedelta, timezone

import httpx
import pytest


class Chat:
    """The application under test."""

    def __init__(self, client):
        self.client = client

    async def say(self, text, delay=timedelta(0)):
        at = datetime.now(timezone.utc) + delay
        answer = await self.client.post(
            "/messaging/chat", json={"message": text, "publishAt": int(at.timestamp() * 1000)}
        )
        answer.raise_for_status()

    async def join(self):
        answer = await self.client.post("/messaging/chat/subscribe", json={})
        return answer.json()["subscriptionId"]

    async def read(self, subscription_id):
        answer = await self.client.get(f"/messaging/chat/{subscription_id}")
        return [message["data"] for message in answer.json()["messages"]]

    async def read_until(self, subscription_id, last):
        """Poll until ``last`` is said; returns everything that was."""
        said = []
        while last not in said:
            said += await self.read(subscription_id)
        return said


@pytest.mark.asyncio
async def test_what_is_said_is_read(backendless_mock):
    async with httpx.AsyncClient(base_url=backendless_mock.url) as client:
        chat = Chat(client)
        me = await chat.join()

        await asyncio.gather(*(chat.say(f"hello {number}") for number in range(5)))

        assert sorted(await chat.read(me)) == ["hello 0", "hello 1", "hello 2", "hello 3", "hello 4"]


@pytest.mark.asyncio
@pytest.mark.backendless_mock(freeze="2030-01-07 08:30")
async def test_a_late_message_is_read_later(backendless_mock):
    async with httpx.AsyncClient(base_url=backendless_mock.url) as client:
        chat = Chat(client)
        me = await chat.join()
        await chat.say("lunch?", delay=timedelta(hours=3))

        assert await chat.read(me) == []
        backendless_mock.clock.advance(hours=3)
        assert await chat.read(me) == ["lunch?"]


@pytest.mark.asyncio
async def test_a_reader_in_the_background_gets_it(backendless_mock):
    async with httpx.AsyncClient(base_url=backendless_mock.url) as client:
        chat = Chat(client)
        reading = asyncio.create_task(chat.read_until(await chat.join(), "bye"))

        await chat.say("bye")
        # wait_until() blocks, so an event loop hands it to a thread
        await asyncio.to_thread(
            backendless_mock.wait_until, lambda: backendless_mock.channel("chat").retrieved.data == ["bye"]
        )

        assert await reading == ["bye"]
