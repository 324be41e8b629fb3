import requests
import requests_mock


def send(mock):
    price = requests.get("https://shop.example/price", timeout=20).json()
    requests.post(f"{mock.url}/messaging/news", json={"message": price}, timeout=20).raise_for_status()


def test_requests_to_the_mock_pass(backendless_mock):
    with requests_mock.Mocker(real_http=True) as other:
        other.get("https://shop.example/price", json=3)
        send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)


def test_requests_to_the_mock_pass_beside_its_fixture(backendless_mock, requests_mock):
    requests_mock.real_http = True
    requests_mock.get("https://shop.example/price", json=3)
    send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)


def test_fails_because_it_refuses(backendless_mock, requests_mock):
    requests_mock.get("https://shop.example/price", json=3)
    send(backendless_mock)


def test_fails_because_it_answers(backendless_mock, requests_mock):
    requests_mock.get("https://shop.example/price", json=3)
    requests_mock.post(f"{backendless_mock.url}/messaging/news", json={})
    send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)


def test_fails_because_it_answered_in_a_block_that_is_over(backendless_mock):
    with requests_mock.Mocker() as other:
        other.get("https://shop.example/price", json=3)
        other.post(f"{backendless_mock.url}/messaging/news", json={})
        send(backendless_mock)
    backendless_mock.channel("news").assert_delivered(3)
