import json
import urllib.request

import pytest


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status


def test_requests_read_no_file(fs, backendless_mock):
    mock = backendless_mock
    subscription = mock.subscribe("news", selector="a = 'b'")
    mock.add_user(login="ann", password="open sesame")
    mock.register_device("phone", os="IOS")
    mock.add_template("sale", message="hi")
    mock.push_template("sale")
    assert post(f"{mock.url}/users/login", {"login": "ann", "password": "open sesame"}) == 200
    assert post(f"{mock.url}/messaging/news", {"message": "hi", "headers": {"a": "b"}}) == 200
    assert subscription.retrieve().data == ["hi"]
    with mock.clock.freeze("2031-01-01"):
        mock.clock.advance(hours=1)
    with pytest.raises(AssertionError, match="expected 'no' to be retrieved"):
        mock.channel("news").assert_retrieved("no")
    assert "accepted" in mock.report()


def test_a_host_is_intercepted(fs, backendless_mock):
    backendless_mock.intercept()
    url = f"http://api.backendless.com/{backendless_mock.app_id}/{backendless_mock.api_key}/messaging/news"
    assert post(url, {"message": "hi"}) == 200


def test_a_channel_s_schema_may_be_a_fake_file(fs, backendless_mock, request):
    fs.create_file("/schemas/news.json", contents='{"type": "string"}')
    backendless_mock.channel("news").expect_schema("/schemas/news.json")
    assert post(f"{backendless_mock.url}/messaging/news", {"message": "hi"}) == 200
