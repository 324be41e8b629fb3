"""One request with its answer, as a person wants to see it; secrets are masked as in HAR."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ..http import curl, har, record_json
from ..http.journal import Entry
from ..service import json_text
from . import codec
from .call import Answer, Call
from .hosted import Hosted
from .problem import Problem

STUBS = "POST stubs "
"""How a remedy begins that is a stub, in the words of this door."""


def show(call: Call) -> Answer:
    """One request, with its body, its answer, and the line of curl that sends it again."""
    hosted, number = call.hosted, call.params["number"]
    journal = hosted.tenant.journal
    place = codec.read_count(number)
    entry = None if place is None else journal.find(place)
    if entry is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            f"there is no request {number}: {journal.came} came, and the first {journal.dropped} are kept no longer",
        )
    return Answer({"number": place, **_told(hosted, entry, call.host_url)})


def _told(hosted: Hosted, entry: Entry, host_url: str) -> dict[str, Any]:
    tenant = hosted.tenant
    answer_headers = tenant.shared(entry, entry.answer_headers)
    told = har.entry(entry, hosted.plan.app_id, har.origin(entry, host_url), answer_headers)
    asked, answered = told["request"], told["response"]
    data = asked.get("postData", {})
    return {
        **record_json.write(entry.request()),
        "headers": _by_name(asked["headers"]),
        "query": asked["url"].partition("?")[2],
        "json": _json(data.get("text")),
        "body": data.get("text") or None,
        "bodyComment": data.get("comment"),
        "answer": None if entry.status is None else _answer(answered),
        "curl": curl.line(asked),
        **_meant(hosted, entry),
    }


def _answer(response: dict[str, Any]) -> dict[str, Any]:
    content = response["content"]
    binary = "encoding" in content
    return {
        "status": response["status"],
        "headers": _by_name(response["headers"]),
        "body": None if binary else content.get("text"),
        "size": response["bodySize"],
        "comment": "it is no text" if binary else content.get("comment"),
    }


def _meant(hosted: Hosted, entry: Entry) -> dict[str, Any]:
    """What a request meant that the service does not have, and the stub that answers it."""
    near, door = entry.near, hosted.plan.door
    stubs = [] if near is None else [each for each in near.remedies if each.control.startswith(STUBS)]
    return {"nearest": near and near.say(door), "stub": stubs[0].say(door) if stubs else None}


def _by_name(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["name"]: pair["value"] for pair in pairs}


def _json(text: str | None) -> Any:
    """A body as JSON; ``None`` where it is none."""
    try:
        return None if text is None else json_text.parse(text)
    except ValueError:
        return None
