"""A call of the control API, and what it is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

from .applications import Applications
from .hosted import Hosted

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


class Answer(NamedTuple):
    """A payload, or text, or what a stream is made of, by its ``kind``."""

    payload: Any = None
    status: int = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = JSON

    def parts(self) -> Iterator[bytes]:
        """The body of a stream, which goes on for as long as it is read."""
        return iter(self.payload)


@dataclass(slots=True)
class Call:
    """Who is asked, for what: ``params`` are from the path, ``query`` and ``body`` were checked by their schemas."""

    applications: Applications
    host_url: str
    """Where the caller found the server."""
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    @property
    def hosted(self) -> Hosted:
        """The application that the path names. Raises ``Problem`` where there is none."""
        return self.applications.find(self.params["app"])
