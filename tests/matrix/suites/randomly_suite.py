"""Each test has the same ids wherever it stands in the order, and although pytest-randomly sets `random` anew."""

import pytest

IDS = {
    "a": "message:DCB729F0-9F75-4A16-9D00-47EA326A764F",
    "b": "message:8044F812-DA9C-462C-B98C-C252F60C4743",
    "c": "message:2E44BB6C-E5C6-40A4-92C8-BD1F7F3CB63B",
    "d": "message:277A0023-9D50-43AB-8012-359A7714D2E8",
    "e": "message:AFBABC29-A27C-4C88-9FF3-0607B8540084",
    "f": "message:B2A9D181-BC1B-46BB-8F6B-5E4C053BEFFA",
}


@pytest.mark.parametrize("name", IDS)
def test_it(backendless_mock, name):
    assert backendless_mock.publish("hi").message_id == IDS[name]


def test_the_order_is_another(request):
    places = [item.callspec.id for item in request.session.items if hasattr(item, "callspec")]
    assert places != list(IDS)
    assert sorted(places) == list(IDS)
