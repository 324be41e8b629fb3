"""A site that needs no network and leads nowhere wrong: what was built is read again, and each fault is a warning.

Faults are what a browser would load from elsewhere, and links inside the site whose page or anchor is missing. With
``sphinx-build -W`` a warning fails the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src", "object": "data"}
"""Which attribute of an element names what a browser loads by itself; a ``link`` is loaded unless it only tells."""
ONLY_TOLD = frozenset({"canonical", "next", "prev", "author", "license", "search", "index"})
_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Page(HTMLParser):
    """What one page has: its ``anchors``, where its ``links`` go, and what it has a browser ``load``."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element says."""
        said = {name: value or "" for name, value in attrs}
        self.anchors.update(said[name] for name in ("id", "name") if name in said)
        self.loads += _imports(said.get("style", ""))
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if tag == "link" and not ONLY_TOLD & set(said.get("rel", "").split()):
            self.loads.append(said.get("href", ""))
        if tag in LOADED and LOADED[tag] in said:
            self.loads.append(said[LOADED[tag]])

    def handle_data(self, data: str) -> None:
        """Note what a style inside the page imports."""
        if self.cdata_elem == "style":
            self.loads += _imports(data)


def _imports(style: str) -> list[str]:
    return [either or other for either, other in _URL.findall(style)]


def _is_elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("", "data") or bool(parts.netloc)


def faults(pages: Mapping[str, str], styles: Mapping[str, str], files: Iterable[str]) -> list[str]:
    """What is wrong with ``pages`` and ``styles`` (text by path below the site's root), of whose site ``files`` are."""
    read = {path: Page(text) for path, text in pages.items()}
    there = {*files, *pages, *styles}
    told = [f"{path}: loads {each}" for path, text in styles.items() for each in _imports(text) if _is_elsewhere(each)]
    for path, page in read.items():
        told += [f"{path}: loads {each}" for each in page.loads if _is_elsewhere(each)]
        for link in (each for each in page.links if not _is_elsewhere(each)):
            target, _, anchor = link.partition("#")
            place = _resolved(path, target)
            if place not in there:
                told.append(f"{path}: {link} leads to no page")
            elif anchor and place in read and unquote(anchor) not in read[place].anchors:
                told.append(f"{path}: {link} leads to no anchor")
    return told


def _resolved(page: str, target: str) -> str:
    """A page's link as a path below the site's root."""
    if not target:
        return page
    root = Path("/")
    return (root / page).parent.joinpath(unquote(target)).resolve().relative_to(root).as_posix()


def _look(app: Sphinx, error: Exception | None) -> None:
    from sphinx.util import logging  # noqa: PLC0415 - tests read pages without Sphinx

    if error is not None or app.builder.format != "html":
        return
    root = Path(app.outdir)
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    pages, styles = (
        {name: path.read_text("utf-8") for name, path in files.items() if path.suffix == suffix}
        for suffix in (".html", ".css")
    )
    for fault in faults(pages, styles, files):
        logging.getLogger(__name__).warning(fault)


def setup(app: Sphinx) -> dict[str, Any]:
    """Read the site as soon as it is built."""
    app.connect("build-finished", _look)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
