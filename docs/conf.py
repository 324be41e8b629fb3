"""How Sphinx makes a site of these pages: ``make docs``. Nothing is fetched, neither to make it nor to read it."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "pytest-backendless-mock"
release = metadata.version(project)
extensions = ["myst_parser", "offline"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4  # as GitHub has them, on which links from page to page rely
myst_enable_extensions = ["attrs_block"]
nitpicky = True
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
highlight_language = "none"
