"""Requests and answers as HAR 1.2, which browsers and other tools read: by the mock's time, secrets masked.

What is ours stands under ``_backendlessMock``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from ..runtime.instant import to_datetime
from . import mask
from .journal import Entry, Journal
from .response import phrase

Headers = Iterable[tuple[str, str]]
OURS = "_backendlessMock"
HTTP = "HTTP/1.1"
UNKNOWN_SIZE = -1
AS_IT_IS = "/:@!$&'()*+,;=~-._"
"""What stands in a path without being percent-encoded."""
NOT_KEPT = "not kept"
"""The comment where a body or an answer is missing."""
FROM_THE_JOURNAL = "made from the journal, which lacks some headers of answers; ask for HAR before the first request"


def log(entries: Iterable[Mapping[str, Any]], comment: str = "") -> dict[str, Any]:
    """A whole HAR; ``comment`` says what is missing."""
    from .. import __version__  # noqa: PLC0415 - it reads the package's metadata

    creator = {"name": "pytest-backendless-mock", "version": __version__}
    told = {"comment": comment} if comment else {}
    return {"log": {"version": "1.2", "creator": creator, "entries": list(entries), **told}}


def of_journal(journal: Journal, app_id: str, host_url: str) -> dict[str, Any]:
    """What a journal still has; ``host_url`` is where the server is."""
    entries = [
        entry(each, app_id, origin(each, host_url), each.answer_headers or _usual(each)) for each in journal.entries()
    ]
    comments = [FROM_THE_JOURNAL] if entries or journal.dropped else []
    bare = sum(NOT_KEPT in (part.get("comment") for part in _contents(each)) for each in entries)
    if journal.dropped:
        comments.append(f"{journal.dropped:,} older requests were dropped")
    if bare:
        comments.append(f"of {bare:,} requests the bytes of body or answer were not kept")
    return log(entries, "; ".join(comments))


def entry(given: Entry, app_id: str, host_url: str, answer_headers: Headers) -> dict[str, Any]:
    """A request with its answer; without one its status is 0."""
    secrets = mask.secrets(given)
    query = mask.query(given.query)
    url = f"{host_url}{quote(given.path, safe=AS_IT_IS)}" + (f"?{query}" if query else "")
    headers = mask.headers(given.headers)
    body_size = given.raw_size or len(given.body or b"")
    request = {
        "method": given.method,
        "url": url,
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(headers.items()),
        "queryString": _pairs(parse_qsl(query, keep_blank_values=True)),
        "headersSize": UNKNOWN_SIZE,
        "bodySize": body_size,
    }
    if body_size:
        request["postData"] = _post_data(given, headers.get("content-type", ""), secrets)
    shown = mask.headers(dict(answer_headers))
    kinds = (value for name, value in shown.items() if name.lower() == "content-type")
    response = {
        "status": given.status or 0,
        "statusText": phrase(given.status) if given.status else "",
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(shown.items()),
        "content": _content(given, next(kinds, "x-unknown"), secrets),
        "redirectURL": "",
        "headersSize": UNKNOWN_SIZE,
        "bodySize": given.answer_size,
    }
    return {
        "startedDateTime": to_datetime(given.at).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": 0,
        "request": request,
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        OURS: {"operation": given.operation, "code": given.code, "application": app_id},
    }


def origin(given: Entry, host_url: str) -> str:
    """Where the client found the server, as far as a journal tells."""
    scheme, _, host = host_url.partition("://")
    return f"{scheme}://{given.headers.get('host', host)}"


def _usual(given: Entry) -> list[tuple[str, str]]:
    """The headers of an answer where they were not kept: in the journal of a state."""
    kind = "application/x-amf" if given.headers.get("content-type") == "application/x-amf" else "application/json"
    return [("Content-Type", kind)] if given.answer_size else []


def _contents(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry["request"].get("postData", {}), entry["response"]["content"]]


def _post_data(given: Entry, kind: str, secrets: Iterable[str]) -> dict[str, Any]:
    """A body; of one that is no text its JSON, as the journal shows it."""
    body = mask.content(given.body, secrets)
    if body is None and given.raw is not None:
        body = mask.content(given.raw, secrets)
    if body is None:
        return {"mimeType": kind, "text": "", "comment": NOT_KEPT}
    text = body.decode("utf-8", "replace")
    told = {}
    if given.raw_size and given.body is not None:
        told = {"comment": "shown as JSON"}
    elif text.encode() != body:
        told = {"comment": "not UTF-8: bytes that are none are replaced"}
    return {"mimeType": kind, "text": text, **told}


def _content(given: Entry, kind: str, secrets: Iterable[str]) -> dict[str, Any]:
    """An answer's body: text, or base64 where it is none."""
    told = {"size": given.answer_size, "mimeType": kind}
    if not given.answer_size:
        return told
    answer = mask.content(given.answer, secrets)
    if answer is None:
        return {**told, "comment": NOT_KEPT if given.answer is None else "left out: it may hold a token or a password"}
    try:
        return {**told, "text": answer.decode()}
    except UnicodeDecodeError:
        return {**told, "text": base64.b64encode(answer).decode(), "encoding": "base64"}


def _pairs(items: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]
