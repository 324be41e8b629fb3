"""Many clients at once, each of which knows what it was answered: what the stress tests make their weather with."""

from __future__ import annotations

import contextlib
import gc
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pytest_backendless_mock.runtime.backend import Backend

WATCHDOG = 40
"""Real seconds after which a client gives up; nothing here is measured by it."""
PUBLISHERS = 64
EACH = 200
"""How much each of them publishes."""
CONNECTION = "backendless-mock connection"


class Client:
    """A client that keeps its connection, and makes another when something went wrong. It never asks twice."""

    def __init__(self, app: Any) -> None:
        self._address = app.host_url.removeprefix("http://")
        self._prefix = f"/{app.app_id}/{app.api_key}/messaging"
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """HTTP status and JSON of the answer. Raises ``OSError`` or ``HTTPException`` for want of one."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._address, timeout=WATCHDOG)
        sent = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, f"{self._prefix}/{path}", sent, {"Content-Type": "application/json"})
            with self._connection.getresponse() as answer:
                return answer.status, json.loads(answer.read())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Told:
    """What became of the messages that were published, as far as their publishers were told."""

    def __init__(self) -> None:
        self.accepted: dict[str, str] = {}
        """Text and message id of those that were answered 200."""
        self.refused: dict[str, int] = {}
        """Text and code of those that were answered anything else."""
        self.turned_away: set[str] = set()
        """Those whose publisher could not connect when it first tried."""
        self.broken_off: set[str] = set()
        """Those whose publisher got no answer: it cannot know."""

    def publish(self, client: Client, channel: str, text: str, **options: Any) -> None:
        """Publish once, and remember what the client was told. One who could not connect comes again."""
        try:
            status, answer = client.ask("POST", channel, {"message": text, **options})
        except ConnectionRefusedError:
            self.turned_away.add(text)
            threading.Event().wait(0.001)
            self.publish(client, channel, text, **options)
        except (OSError, http.client.HTTPException):
            self.broken_off.add(text)
        else:
            if status == http.HTTPStatus.OK:
                self.accepted[text] = answer["messageId"]
            else:
                self.refused[text] = answer["code"]


@contextlib.contextmanager
def crowd(*jobs: Callable[[], object]) -> Iterator[None]:
    """Run ``jobs`` in threads, all at once, beside the block; at its end all are waited for.

    Raises the first error that one of them raised.
    """
    together = threading.Barrier(len(jobs) + 1)
    failures: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            together.wait(WATCHDOG)
            job()
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        together.wait(WATCHDOG)
        yield
    finally:
        for thread in threads:
            thread.join(WATCHDOG)
    assert [thread for thread in threads if thread.is_alive()] == []
    if failures:
        raise failures[0]


def texts(publisher: int, each: int = EACH) -> list[str]:
    """What one of the publishers has to say."""
    return [f"{publisher}-{number}" for number in range(each)]


def open_files() -> int:
    """How many descriptors this process has."""
    return len(list(Path("/proc/self/fd").iterdir()))


def live_backends() -> int:
    """How many applications of the mock this process holds in memory."""
    gc.collect()
    return sum(isinstance(thing, Backend) for thing in gc.get_objects())


def settle(app: Any) -> None:
    """Return when all who were connected before are served and gone. The server takes connections in their order."""
    with contextlib.closing(Client(app)) as client:
        assert client.ask("GET", "message:unknown")[0] == http.HTTPStatus.OK
    for thread in threading.enumerate():
        if thread.name == CONNECTION:
            thread.join(WATCHDOG)
    assert [thread.name for thread in threading.enumerate() if thread.name == CONNECTION] == []
