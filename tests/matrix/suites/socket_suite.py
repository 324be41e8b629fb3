import httpx
import pytest
from pytest_socket import SocketBlockedError


def test_a_client_on_wsgi_app_opens_no_socket(backendless_mock, backendless_mock_server):
    transport = httpx.WSGITransport(app=backendless_mock.wsgi_app)
    with httpx.Client(transport=transport, base_url="http://mock/api") as client:
        assert client.post("/messaging/news", json={"message": "hi"}).status_code == 200
    backendless_mock.clock.advance(hours=1)
    backendless_mock.channel("news").assert_delivered("hi")
    assert not backendless_mock_server.is_running()


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_asking_for_the_address_is_blocked(backendless_mock):
    with pytest.raises(SocketBlockedError):
        _ = backendless_mock.url
