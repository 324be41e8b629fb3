"""A request as a line for a shell: what to paste to have it sent again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

OF_THE_CONNECTION = frozenset(
    {"accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "transfer-encoding", "upgrade"}
)
"""Headers that curl says itself, or that go with how a request was sent."""
OF_THE_CLIENT = ("accept", "accept-language", "cookie", "origin", "pragma", "cache-control", "referer", "user-agent")
"""Headers that say who sent it, and change nothing of what the mock answers."""
BROWSERS = "sec-"
"""How the other headers begin that browsers add."""
UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters of a body that a terminal acts upon when they are pasted: after some, the next line is a command."""
GLOBS = "[]{}"
"""What curl would take for a pattern of URLs."""


def line(request: Mapping[str, Any]) -> str | None:
    """A request of a HAR as a line of curl; ``None`` where its body is not kept, or is none that a shell can say."""
    method, url, data = request["method"], request["url"], request.get("postData")
    if data is not None and ("comment" in data or UNSAYABLE.search(data["text"])):
        return None
    words = ["curl"]
    if method == "HEAD":
        words.append("--head")
    elif method != ("GET" if data is None else "POST"):
        words += ["-X", method]
    if any(glob in url for glob in GLOBS):
        words.append("--globoff")
    words.append(url)
    for header in request["headers"]:
        name = header["name"].lower()
        if name not in OF_THE_CONNECTION and name not in OF_THE_CLIENT and not name.startswith(BROWSERS):
            # A name with nothing behind its colon is one that curl leaves out.
            words += ["-H", f"{header['name']}: {header['value']}" if header["value"] else f"{header['name']};"]
    if data is not None:
        words += ["--data-raw", data["text"]]
    return shlex.join(words)
