"""What a request says about its application."""

from __future__ import annotations

from typing import NamedTuple


class Credentials(NamedTuple):
    """Application id and API key; nothing when the host stands for the application."""

    app_id: str | None = None
    api_key: str | None = None
