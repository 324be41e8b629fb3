"""What is seen wrong in a site that was built: what browsers would load from elsewhere, links that lead nowhere."""

from __future__ import annotations

import pytest
from offline import faults

OTHER = '<h2 id="there">There</h2><a name="old"></a>'
FINE = {
    "a page and its anchors": '<a href="other.html#there">a</a> <a href="other.html#old">b</a> <a href="../a.js">c</a>',
    "an anchor of its own": '<h2 id="here">h</h2> <a href="#here">a</a> <a href="">b</a>',
    "an anchor with an escape": '<h2 id="größe">h</h2> <a href="#gr%C3%B6%C3%9Fe">a</a>',
    "a link out of the site": '<a href="https://backendless.com/docs">a</a>',
    "a file that is no page": '<a href="../_static/a.css">a</a>',
    "what it loads from itself": '<script src="../a.js?v=1"></script> <link rel="stylesheet" href="../_static/a.css">',
    "what stands in the page": '<img src="data:image/svg+xml,x"> <style>a { src: url(data:font/woff,x) }</style>',
    "a link element that is only told": '<link rel="canonical" href="https://docs.example/">',
    "text that reads like a style": "<p>@import 'https://x.example/a.css'</p>",
}
WRONG = {
    "a page that is missing": ('<a href="gone.html">a</a>', "gone.html leads to no page"),
    "an anchor that is missing": ('<a href="other.html#gone">a</a>', "other.html#gone leads to no anchor"),
    "an anchor of its own that is missing": ('<a href="#gone">a</a>', "#gone leads to no anchor"),
    "a script": ('<script src="https://x.example/a.js"></script>', "loads https://x.example/a.js"),
    "a script without a scheme": ('<script src="//x.example/a.js"></script>', "loads //x.example/a.js"),
    "a style": ('<link rel="stylesheet" href="http://x.example/a.css">', "loads http://x.example/a.css"),
    "a font": ('<link rel="preload" href="https://x.example/a.woff">', "loads https://x.example/a.woff"),
    "a picture": ('<img src="https://x.example/a.png">', "loads https://x.example/a.png"),
    "a frame": ('<iframe src="https://x.example/"></iframe>', "loads https://x.example/"),
    "a style inside": ("<style>@import 'https://x.example/a.css';</style>", "loads https://x.example/a.css"),
    "a style of one element": ('<p style="background: url(https://x.example/a.png)">', "loads https://x.example/a.png"),
}


def found(page, style=""):
    pages = {"how-to/page.html": page, "how-to/other.html": OTHER, "index.html": ""}
    return faults(pages, {"_static/a.css": style}, ["a.js"])


@pytest.mark.parametrize("page", FINE.values(), ids=FINE)
def test_a_page_is_fine_with(page):
    assert found(page) == []


@pytest.mark.parametrize(("page", "told"), WRONG.values(), ids=WRONG)
def test_a_page_is_wrong_with(page, told):
    assert found(page) == [f"how-to/page.html: {told}"]


def test_a_style_sheet_loads_nothing_from_elsewhere():
    assert found("", "a { src: url('fonts/a.woff') }") == []
    assert found("", "a { src: url('https://x.example/a.woff') }") == ["_static/a.css: loads https://x.example/a.woff"]
