"""What the mocks of this process went through, for whoever runs tests and shows it where one fails.

Every mock that opens is told of, whoever made it, so a mock that nobody handed to pytest has its story too. This is
loaded with the plugin, in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..http.recorder import Recorder

MOST_CLOSED = 10
"""How many mocks are kept that a test opened and closed; the newest are."""


class Told(Protocol):
    """A mock, as far as its story goes."""

    name: str

    @property
    def is_closed(self) -> bool:
        """Whether nothing will happen to it any more."""

    def report(self, error: BaseException | None = None) -> str:
        """What it went through; ``error`` is what the test failed with."""

    def record(self, recorder: Recorder) -> None:
        """Have every request written from now on."""

    def har(self) -> dict[str, Any]:
        """All requests, as HAR."""


class Stories:
    """The mocks that are open, and those that were when the test began. It hears of them from ``listen`` on."""

    def __init__(self, on_begin: Callable[[Told], object] = lambda _: None) -> None:
        """``on_begin`` is called with each mock that opens."""
        self._on_begin = on_begin
        self._told: list[Told] = []

    def tell(self, error: BaseException | None = None) -> Iterator[tuple[str, str]]:
        """The name of each mock, and what it went through; ``error`` is what the test failed with."""
        return ((told.name, told.report(error)) for told in self)

    def __iter__(self) -> Iterator[Told]:
        return iter(tuple(self._told))

    def listen(self) -> None:
        """Hear of the mocks that open from now on. Whoever listens later hears of them alone, until ``stop``."""
        _LISTENERS.append(self)

    def stop(self) -> None:
        """Hear of no more."""
        _LISTENERS.remove(self)

    def add(self, told: Told) -> None:
        """A mock has opened."""
        self._told.append(told)
        self._on_begin(told)
        closed = [each for each in self._told if each.is_closed]
        for each in closed[:-MOST_CLOSED]:
            self._told.remove(each)

    def end_test(self) -> None:
        """Forget the mocks that are closed."""
        self._told = [told for told in self._told if not told.is_closed]


_LISTENERS: list[Stories] = []
"""A run of pytest inside a test stands on top of the outer one."""


def begin(told: Told) -> None:
    """A mock opens."""
    for stories in _LISTENERS[-1:]:
        stories.add(told)
