import requests
import responses


def send(mock):
    price = requests.get("https://shop.example/price", timeout=20).json()
    requests.post(f"{mock.url}/messaging/news", json={"message": price}, timeout=20).raise_for_status()


@responses.activate
def test_requests_to_the_mock_pass(backendless_mock):
    responses.add_passthru(backendless_mock.host_url)
    responses.get("https://shop.example/price", json=3)
    send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)


def test_requests_to_an_intercepted_host_pass(backendless_mock):
    backendless_mock.intercept()
    prefix = f"https://api.backendless.com/{backendless_mock.app_id}/{backendless_mock.api_key}"
    with responses.RequestsMock() as other:
        other.add_passthru("https://api.backendless.com")
        requests.post(f"{prefix}/messaging/news", json={"message": 3}, timeout=20).raise_for_status()
    backendless_mock.channel("news").assert_delivered(3)


@responses.activate
def test_fails_because_it_refuses(backendless_mock):
    responses.get("https://shop.example/price", json=3)
    send(backendless_mock)


def test_fails_because_it_answered_in_a_block_that_is_over(backendless_mock):
    with responses.RequestsMock() as other:
        other.get("https://shop.example/price", json=3)
        other.post(f"{backendless_mock.url}/messaging/news", json={})
        send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)
