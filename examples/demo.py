"""A working day of a reminder bot, in no time: `python examples/demo.py`.

The bot is the application under test, and talks HTTP. The clock is frozen, so every run prints the same.
"""

import warnings
from datetime import datetime, timezone

import requests

from pytest_backendless_mock import BackendlessMock, BackendlessMockWarning


class ReminderBot:
    """An ordinary client of Backendless messaging."""

    def __init__(self, url):
        self.messaging = f"{url}/messaging"
        self.session = requests.Session()

    def remind(self, text, **when):
        answer = self.session.post(f"{self.messaging}/reminders", json={"message": text, **when}, timeout=5)
        answer.raise_for_status()
        return answer.json()["messageId"]

    def cancel(self, message_id):
        self.session.delete(f"{self.messaging}/{message_id}", timeout=5).raise_for_status()

    def subscribe(self):
        answer = self.session.post(f"{self.messaging}/reminders/subscribe", json={}, timeout=5)
        return answer.json()["subscriptionId"]

    def poll(self, subscription_id):
        answer = self.session.get(f"{self.messaging}/reminders/{subscription_id}", timeout=5)
        return [message["data"] for message in answer.json()["messages"]]


def today_at(hour, minute=0):
    """The wire's idea of a time: milliseconds since the epoch."""
    return int(datetime(2030, 1, 7, hour, minute, tzinfo=timezone.utc).timestamp() * 1000)


def main():
    with BackendlessMock(freeze="2030-01-07 08:30") as mock:
        clock = mock.clock
        print(f"{clock.now():%Y-%m-%d}, on a clock that stands until it is moved\n")

        def tell(what, text, remark=""):
            print(f"{clock.now():%H:%M}   {what:<12}{text:<17}{remark}".rstrip())

        mock.on("accepted", lambda message: tell("published", message.data, f"first for {message.publish_at:%H:%M}"))
        mock.on("delivered", lambda delivery: tell("delivered", delivery.data, f"#{delivery.number}"))
        mock.on("retrieved", lambda delivery: tell("retrieved", delivery.data, f"#{delivery.number}"))
        mock.on("cancelled", lambda message: tell("cancelled", message.data))

        bot = ReminderBot(mock.url)
        subscription_id = bot.subscribe()
        bot.remind("stand-up", publishAt=today_at(9), repeatEvery=3600, repeatExpiresAt=today_at(12))
        lunch = bot.remind("lunch together", publishAt=today_at(11, 30))
        bot.remind("go home", publishAt=today_at(17))

        for _ in clock.steps(hours=2):  # stops at every delivery, so the bot gets its turn
            bot.poll(subscription_id)
        bot.cancel(lunch)
        clock.move_to("2030-01-07 12:00")  # nobody polls at eleven, and a minute later it is too late
        for _ in clock.steps(hours=6):
            bot.poll(subscription_id)

        print(f"\n{len(mock.messages)} published, {len(mock.deliveries)} delivered, {len(mock.retrieved)} retrieved")


if __name__ == "__main__":
    with warnings.catch_warnings():
        # A test would be warned that stand-up was missed at eleven; here that is part of the story.
        warnings.simplefilter("ignore", BackendlessMockWarning)
        main()
