"""Push templates: texts, headers and a segment with ``{placeholders}``, filled in when a push is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .errors import UnknownTemplate
from .name import DEFAULT_CHANNEL, ChannelName
from .options import DeliveryOptions, Policy, PublishOptions
from .push import platform_mask

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A push template as the console would hold it; no ``platforms`` means all of them (``docs/protocol/push.md``)."""

    name: str
    message: str
    headers: Mapping[str, str | None] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    channel: ChannelName = DEFAULT_CHANNEL
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


class Templates:
    """An application's push templates, and the names of its e-mail templates."""

    def __init__(self) -> None:
        self._by_name: dict[str, Template] = {}
        self.for_email: dict[str, None] = {}
        """The names of the e-mail templates."""

    def add(self, template: Template) -> None:
        """Take in a push template, or another version of it."""
        self._by_name[template.name] = template

    def __iter__(self) -> Iterator[Template]:
        """The push templates, in the order they came."""
        return iter(self._by_name.values())

    def add_email(self, name: str) -> None:
        """Make an e-mail template known."""
        self.for_email[name] = None

    def get(self, name: str) -> Template | None:
        """The push template of that name, if there is one."""
        return self._by_name.get(name)

    def find(self, name: str) -> Template:
        """The push template of that name. Raises ``UnknownTemplate`` (P8)."""
        if name not in self._by_name:
            raise UnknownTemplate("Push", name, detail=f"add_template({name!r}, message=...) makes it")
        return self._by_name[name]

    def require_email(self, name: str) -> None:
        """Raises ``UnknownTemplate`` where there is no e-mail template of that name (W20)."""
        if name not in self.for_email:
            raise UnknownTemplate("Email", name, detail=f"add_email_template({name!r}) makes it")

    def for_platform(self, platform: str) -> Iterator[Template]:
        """The push templates for one operating system, or all where it is ""; without platforms one is for all."""
        for template in self:
            if not (platform and template.platforms) or platform in template.platforms:
                yield template


def _names(text: str) -> Iterator[str]:
    return (match[1] for match in PLACEHOLDER.finditer(text))


def _filled(text: str, values: Mapping[str, str | None]) -> str:
    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        return match[0] if found is None else found

    return PLACEHOLDER.sub(value, text)
