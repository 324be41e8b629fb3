"""The list of questions: each leads to an anchor of a page that has a block which the suite executes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent.parent / "docs/how-to/faq.md"
QUESTIONS = re.findall(
    r"^\d+\. \[(?P<question>.+\?)\]\((?P<target>[^)]+)\)$",
    PAGE.read_text("utf-8").partition("\n## 25 questions\n")[2],
    re.MULTILINE,
)
EXECUTED = re.compile(r"^```(?:python|sh)$", re.MULTILINE)
"""Those of Python by ``test_examples.py``, those of the shell by ``cli/test_docs.py``."""


def test_there_are_25_questions_none_of_them_twice():
    assert len(QUESTIONS) == 25
    assert len({question for question, _ in QUESTIONS}) == 25
    assert len({target for _, target in QUESTIONS}) == 25


@pytest.mark.parametrize("target", [target for _, target in QUESTIONS], ids=[question for question, _ in QUESTIONS])
def test_a_question_leads_to_an_anchor_of_a_page_that_is_executed(target):
    # That page and anchor exist is seen for every link of every page, in test_links.py.
    page, mark, anchor = target.partition("#")
    assert mark
    assert anchor
    assert EXECUTED.search((PAGE.parent / page if page else PAGE).read_text("utf-8"))
