"""A first test: the code under test talks HTTP to the mock, the test looks at what became of it."""

import requests


class Newsroom:
    """The application under test. It knows a URL, and nothing of tests."""

    def __init__(self, url):
        self.url = url

    def publish(self, text, section):
        answer = requests.post(
            f"{self.url}/messaging/news", json={"message": text, "headers": {"section": section}}, timeout=5
        )
        answer.raise_for_status()
        return answer.json()["messageId"]

    def is_out(self, message_id):
        return requests.get(f"{self.url}/messaging/{message_id}", timeout=5).json()["status"] == "published"


def test_the_news_is_published(backendless_mock):
    newsroom = Newsroom(backendless_mock.url)

    message_id = newsroom.publish("The library is open again", section="town")

    assert newsroom.is_out(message_id)
    backendless_mock.channel("news").assert_published("The library is open again", headers={"section": "town"}, times=1)


def test_a_subscriber_gets_the_news(backendless_mock):
    reader = backendless_mock.subscribe("news")

    Newsroom(backendless_mock.url).publish("The library is open again", section="town")

    assert reader.retrieve().data == ["The library is open again"]
    assert reader.retrieve().data == []


def test_what_was_never_published_is_not_out(backendless_mock):
    assert not Newsroom(backendless_mock.url).is_out("message:00000000-0000-4000-8000-000000000000")
    assert [request.operation for request in backendless_mock.requests] == ["status"]
