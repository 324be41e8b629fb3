"""Makes the pictures of the inspector that the README and the documentation show: ``make screenshots``.

A mock of its own, a morning of an application on it, and Chromium, which has to be on the PATH.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import sync_playwright
from png import smaller

IMAGES = Path(__file__).parent.parent / "docs" / "img"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-background-networking", "--disable-lcd-text")
EIGHT = 1_894_003_200_000
"""Eight o'clock of that morning, in milliseconds since 1970."""
HOUR = 3_600_000
ORDER = {
    "ios-alert-title": "Your order",
    "ios-alert": "4711 is on its way",
    "ios-badge": "1",
    "android-content-title": "Your order",
    "android-content-text": "4711 is on its way",
}
PICTURES: Mapping[str, tuple[Literal["light", "dark"], str, str, str]] = {
    "inspector-timeline.png": ("light", "timeline", "delivered reminders", "did not receive it"),
    "inspector-requests.png": ("dark", "requests", "unknown GET", "Stub to answer it"),
}
"""By file: theme, view, the row that is open, and a text that is there when it is."""


def main() -> None:
    """Write the pictures anew."""
    command = [sys.executable, "-m", "pytest_backendless_mock", "serve", "--json", "--until-stdin-closes"]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as mock,  # noqa: S603 - ours
        sync_playwright() as playwright,
    ):
        assert mock.stdout is not None, "it is a pipe"
        served = json.loads(mock.stdout.readline())
        app = _morning(served["mockUrl"])
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        IMAGES.mkdir(exist_ok=True)
        for name, (theme, view, row, text) in PICTURES.items():
            page = browser.new_page(color_scheme=theme, viewport={"width": 1280, "height": 720})
            page.goto(f"{served['inspectorUrl']}#/{app}/{view}")
            page.get_by_role("button", name=row).click()
            page.get_by_text(text).wait_for()
            page.evaluate("scrollTo(0, 0)")
            (IMAGES / name).write_bytes(smaller(page.screenshot()))
        browser.close()
        mock.communicate()


def _morning(url: str) -> str:
    """The id of an application in which something of everything happened."""
    app = _ask("POST", f"{url}/__mock__/apps", {"label": "web shop", "freeze": "2030-01-07T08:00:00Z"})
    control, service = f"{url}/__mock__/apps/{app['appId']}", f"{app['url']}/messaging"
    for device, system in (("ann's phone", "IOS"), ("bob's tablet", "ANDROID")):
        body = {"deviceToken": f"token of {device}", "deviceId": device, "os": system, "channels": ["orders"]}
        _ask("POST", f"{service}/registrations", body)
    subscribed = _ask("POST", f"{service}/reminders/subscribe", {"selector": "city = 'Oslo'"})
    _ask("POST", f"{service}/reminders/subscribe", {"selector": "city = 'Bergen'"})
    standup = {"message": "stand-up", "headers": {"city": "Oslo"}, "publishAt": EIGHT + HOUR, "repeatEvery": 3600}
    _ask("POST", f"{service}/reminders", standup)
    _ask("POST", f"{service}/reminders", {"message": "lunch together", "publishAt": EIGHT + 4 * HOUR})
    _ask("POST", f"{service}/orders", {"message": "4711", "publishPolicy": "BOTH", "headers": ORDER})
    email = {"subject": "Welcome", "bodyparts": {"htmlmessage": "<h1>Hello Ann</h1>"}, "to": ["ann@example.org"]}
    _ask("POST", f"{service}/email", email)
    _ask("GET", f"{app['url']}/data/Orders?pageSize=10")
    _ask("POST", f"{service}/reminders", {"message": "too late", "publishAt": 1000})
    _ask("POST", f"{control}/faults", {"kind": "fail", "operation": "publish", "error": 5007, "times": 1})
    _ask("POST", f"{service}/alerts", {"message": "disk is full"})
    _ask("POST", f"{control}/clock/advance", {"by": "1h"})
    _ask("GET", f"{service}/reminders/{subscribed['subscriptionId']}")
    _ask("POST", f"{service}/alerts", {"message": "disk is full", "publishAt": EIGHT + 2 * HOUR, "repeatEvery": 1800})
    _ask("POST", f"{control}/clock/advance", {"by": "30m"})
    return str(app["appId"])


def _ask(method: str, url: str, body: Any = None) -> Any:
    """What is answered; of what is refused nothing."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 - http
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        error.close()


if __name__ == "__main__":
    main()
