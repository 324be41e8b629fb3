import httpx
import pytest
import requests
import vcr

CASSETTE = """
interactions:
- request: {{method: POST, uri: '{url}', body: '', headers: {{}}}}
  response: {{status: {{code: 200, message: OK}}, headers: {{}}, body: {{string: '{{}}'}}}}
version: 1
"""


def send(mock):
    requests.post(f"{mock.url}/messaging/news", json={"message": 3}, timeout=20).raise_for_status()


@pytest.fixture
def played(backendless_mock, tmp_path):
    """A cassette in which somebody recorded what the mock once answered."""
    cassette = tmp_path / "news.yaml"
    cassette.write_text(CASSETTE.format(url=f"{backendless_mock.url}/messaging/news"))
    return str(cassette)


def test_requests_to_the_mock_pass_and_are_not_recorded(backendless_mock, tmp_path):
    cassette = tmp_path / "news.yaml"
    with vcr.VCR(ignore_localhost=True).use_cassette(str(cassette)):
        send(backendless_mock)
        httpx.post(f"{backendless_mock.url}/messaging/news", json={"message": 3}).raise_for_status()
    backendless_mock.channel("news").assert_delivered(3, times=2)
    assert not cassette.exists()


def test_requests_to_the_mock_pass_instead_of_being_played(backendless_mock, played):
    with vcr.VCR(ignore_localhost=True, record_mode="none").use_cassette(played):
        send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)


def test_fails_because_it_refuses(backendless_mock, tmp_path):
    with vcr.use_cassette(str(tmp_path / "news.yaml"), record_mode="none"):
        send(backendless_mock)


def test_fails_because_it_was_played_in_a_block_that_is_over(backendless_mock, played):
    with vcr.use_cassette(played, record_mode="none"):
        send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)
