"""Push templates: texts, headers and a segment with ``{placeholders}``, filled in when a push is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .name import DEFAULT_CHANNEL
from .options import DeliveryOptions, Policy, PublishOptions
from .push import platform_mask

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A push template as the console would hold it; no ``platforms`` means all of them (``protocol.md`` 4.4)."""

    name: str
    message: str
    headers: Mapping[str, str | None] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    channel: str = DEFAULT_CHANNEL
    segment: str | None = None

    def fill(self, values: Mapping[str, str | None]) -> tuple[str, PublishOptions, DeliveryOptions]:
        """Message and options with the placeholders filled in; one without a value stays as it is."""
        headers = {name: None if text is None else _filled(text, values) for name, text in self.headers.items()}
        quoted = {name: None if value is None else value.replace("'", "''") for name, value in values.items()}
        options = DeliveryOptions(
            publish_policy=Policy.PUSH.value,
            push_broadcast=platform_mask("|".join(self.platforms)),
            segment_query=None if self.segment is None else _filled(self.segment, quoted),
        )
        return _filled(self.message, values), PublishOptions(headers=headers), options

    def unresolved(self, values: Mapping[str, str | None]) -> list[str]:
        """The placeholders that ``values`` say nothing about."""
        texts = (self.message, *(text or "" for text in self.headers.values()), self.segment or "")
        names = dict.fromkeys(name for text in texts for name in _names(text))
        return [name for name in names if values.get(name) is None]


def _names(text: str) -> Iterator[str]:
    return (match[1] for match in PLACEHOLDER.finditer(text))


def _filled(text: str, values: Mapping[str, str | None]) -> str:
    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        return match[0] if found is None else found

    return PLACEHOLDER.sub(value, text)
