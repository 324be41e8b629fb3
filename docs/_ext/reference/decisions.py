"""The choices that the mock makes, each with how sure it is: out of the pages on the wire."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from .text import code, table

PROTOCOL = Path(__file__).parent.parent.parent / "protocol"
_ROW = re.compile(r"^\| (?P<id>[A-Z]\d+[a-z]?) \| (?P<question>.*?) \| (?P<decision>.*) \|$", re.MULTILINE)
_SWITCH = re.compile(r"\*\*switch\*\* `(?P<name>\w+)")
_DISAGREEING = re.compile(r"^\| (?P<number>\d+) \|.*\| (?P<ids>[^|]*) \|$", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?P<number>\d+)\. (?:.*?)\((?P<ids>[A-Z]\d[^()]*)\)$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"[A-Z]\d+[a-z]?")


def page() -> str:
    """A row for each decision: the question, the switch there may be, and what there is against it."""
    doubts = _doubts((PROTOCOL / "questions.md").read_text("utf-8"))
    decisions = list(_ROW.finditer((PROTOCOL / "decisions.md").read_text("utf-8")))
    rows = [(row["id"], row["question"], _switches(row["decision"]), "; ".join(doubts[row["id"]])) for row in decisions]
    return table(("", "question", "switch", "doubt"), rows)


def _switches(decision: str) -> str:
    return ", ".join(code(found["name"]) for found in _SWITCH.finditer(decision))


def _doubts(questions: str) -> dict[str, list[str]]:
    """By decision: which sources contradict each other, and what nobody knows."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, told in _told(questions):
        if told not in found[name]:
            found[name].append(told)
    return found


def _told(questions: str) -> Iterator[tuple[str, str]]:
    for row in _DISAGREEING.finditer(questions):
        for name in _ID.findall(row["ids"]):
            yield name, f"sources disagree ({row['number']})"
    for item in _UNKNOWN.finditer(questions.partition("## What nobody knows")[2]):
        for name in _ID.findall(item["ids"]):
            yield name, f"nobody knows ({item['number']})"
