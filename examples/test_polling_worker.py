"""A worker thread that polls: the test waits for what the worker did, not for a while."""

import threading
from datetime import timedelta

import pytest
import requests


class Worker(threading.Thread):
    """The application under test: polls the channel "jobs" and does what it is told."""

    def __init__(self, url):
        super().__init__(name="worker")
        self.messaging = f"{url}/messaging/jobs"
        self.done = []
        self._stop_asked = threading.Event()

    def run(self):
        with requests.Session() as session:
            subscription_id = session.post(f"{self.messaging}/subscribe", json={}, timeout=5).json()["subscriptionId"]
            while not self._stop_asked.wait(0.01):
                answer = session.get(f"{self.messaging}/{subscription_id}", timeout=5)
                self.done += [message["data"]["job"] for message in answer.json()["messages"]]

    def stop(self):
        self._stop_asked.set()
        self.join()


@pytest.fixture
def worker(backendless_mock):
    worker = Worker(backendless_mock.url)
    worker.start()
    yield worker
    worker.stop()  # before the mock goes: a fixture ends before those it asked for


def test_the_worker_does_a_job(backendless_mock, worker):
    backendless_mock.publish({"job": "sweep"}, channel="jobs")

    backendless_mock.wait_until(lambda: worker.done == ["sweep"])


def test_the_worker_does_a_job_of_tonight(backendless_mock, worker):
    backendless_mock.publish({"job": "lock up"}, channel="jobs", publish_at=timedelta(hours=12))

    backendless_mock.clock.advance(hours=12)

    backendless_mock.wait_until(lambda: worker.done == ["lock up"])
    backendless_mock.channel("jobs").assert_retrieved({"job": "lock up"}, times=1)


def test_the_worker_does_jobs_in_order(backendless_mock, worker):
    for job in ("sweep", "mop", "dry"):
        backendless_mock.publish({"job": job}, channel="jobs")

    backendless_mock.wait_until(lambda: len(worker.done) == 3)
    assert worker.done == ["sweep", "mop", "dry"]
