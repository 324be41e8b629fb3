"""``python -m reference``: write what is made anew, and name the pages that changed."""

from __future__ import annotations

from .page import DOCS, PAGES, filled


def main() -> None:
    """Write the pages."""
    for page in PAGES:
        path = DOCS / page
        before = path.read_text("utf-8")
        after = filled(before, PAGES[page])
        if after != before:
            path.write_text(after, "utf-8")
            print(f"docs/{page}")


main()
