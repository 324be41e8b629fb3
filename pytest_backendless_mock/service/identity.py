"""What an application is addressed by, and what the default one is called; where a server is looked for.

It stands alone so that an address can be told before anything else of the package is loaded.
"""

from __future__ import annotations

from typing import NamedTuple

APP_ID = "3FAD6F76-617D-4EDD-BF4D-AE26C5C04F00"
"""The default application's id: a constant, because settings are often read once per session (W5)."""
API_KEY = "7B1E9D20-52C8-4A6F-9E37-D04C81F2A600"
"""The default application's REST API key."""
PORT = 2563
"""Where a server of its own listens, unless told otherwise, and is looked for."""


class Identity(NamedTuple):
    """What an application is addressed by: its id, and the REST API key among its keys."""

    app_id: str
    api_key: str
