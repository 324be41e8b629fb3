"""Links of the pages, checked without a network: files, anchors, and what is named of this repository on GitHub."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parent.parent.parent
PROJECT = "https://github.com/backendless-mock/pytest-backendless-mock"
PAGES = [*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/**/*.md"))]
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^( *)(```+).*?^\1\2$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(?P<text>.+?)$", re.MULTILINE)


def prose(path):
    return FENCE.sub("", path.read_text("utf-8"))


def anchors(path):
    """The anchors of a page's headings, as GitHub makes them."""
    made = []
    for heading in HEADING.finditer(prose(path)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["text"]).lower().replace(" ", "-")
        slug = re.sub(r"[^\w-]", "", text)
        made.append(f"{slug}-{made.count(slug)}" if slug in made else slug)
    return made


def wrong(page, target):
    """Why a link of ``page`` leads nowhere; "" for one that leads somewhere, or out of the project."""
    address, _, anchor = target.partition("#")
    if address.startswith(PROJECT):
        kind, _, below = address.removeprefix(PROJECT).strip("/").partition("/main/")
        if kind not in ("blob", "tree"):
            return "" if kind in ("", "issues", "security/advisories/new") else "no such place in a project"
        place = ROOT / below
        if place.exists() and place.is_dir() != (kind == "tree"):
            return "a folder is /tree/main/, a file /blob/main/"
    elif "://" in address or address.startswith("mailto:"):
        return ""
    else:
        place = Path(os.path.normpath(page.parent / unquote(address))) if address else page
    if not place.exists():
        return "no such file"
    if page.is_relative_to(ROOT / "docs") and not place.is_relative_to(ROOT / "docs") and "://" not in address:
        return f"not in the site: say {PROJECT}/blob/main/..."
    return "no such anchor" if anchor and place.suffix == ".md" and anchor not in anchors(place) else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page):
    targets = [found["target"] for found in LINK.finditer(prose(page))]
    assert {target: why for target in targets if (why := wrong(page, target))} == {}


CLOCK = "docs/how-to/clock.md"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (f"{CLOCK}#when-to-freeze", ""),
        ("https://backendless.com", ""),
        (f"{PROJECT}/blob/main/{CLOCK}#when-to-freeze", ""),
        (f"{PROJECT}/tree/main/examples", ""),
        (f"{PROJECT}/issues", ""),
        (PROJECT, ""),
        (f"{CLOCK}#when-to-freze", "no such anchor"),
        ("docs/gone", "no such file"),
        (f"{PROJECT}/blob/main/docs/gone", "no such file"),
        (f"{PROJECT}/blob/main/{CLOCK}#gone", "no such anchor"),
        (f"{PROJECT}/blob/main/examples", "a folder is /tree/main/, a file /blob/main/"),
        (f"{PROJECT}/tree/main/LICENSE", "a folder is /tree/main/, a file /blob/main/"),
        (f"{PROJECT}/wiki", "no such place in a project"),
    ],
)
def test_a_link_of_the_readme_is_judged(target, why):
    assert wrong(ROOT / "README", target) == why


def test_a_page_of_the_site_does_not_lead_out_of_it_by_a_file():
    assert wrong(ROOT / "docs/index", "../LICENSE").startswith("not in the site: say https://github.com/")
