"""E-mails: what the service would send, kept as records (W20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import MissingBody, MissingRecipient


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail as it was asked for: with its own texts, or with a template's name and values."""

    subject: str | None = None
    text: str | None = None
    html: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    template: str | None = None
    values: Mapping[str, str | None] = field(default_factory=dict)
    unique: bool = False
    """Whether each address was asked to get it once only (W20)."""
    criteria: str | None = None
    """Who gets it, as a where clause over users; then the addresses are ignored."""

    def check(self) -> None:
        """Raises ``MissingRecipient`` (5048), then ``MissingBody`` (5049)."""
        if not (self.to or self.criteria):
            raise MissingRecipient
        if self.template is None and not (self.text or self.html):
            raise MissingBody
