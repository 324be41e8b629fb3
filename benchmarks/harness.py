"""Alternating runs, medians, and the rows of the table."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

NONE = ""


@dataclass(frozen=True)
class Bound:
    """What a figure must satisfy, and whether it does."""

    text: str
    kept: bool


@dataclass(frozen=True)
class Row:
    """A row of the table; the ratio is ours to the peer's, for the kind of figure that is shown."""

    what: str
    ours: str
    peer: str
    ratio: float | None
    bound: Bound

    def __str__(self) -> str:
        ratio = NONE if self.ratio is None else f"{self.ratio:.2f}x"
        verdict = "ok" if self.bound.kept else "MISS"
        return f"| {self.what} | {self.ours} | {self.peer} | {ratio} | {self.bound.text} | {verdict} |"


def at_least(figure: float, bound: float, unit: str) -> Bound:
    """The figure is ``bound`` or more."""
    return Bound(f"at least {bound:g}{unit}", figure >= bound)


def at_most(figure: float, bound: float, unit: str) -> Bound:
    """The figure is ``bound`` or less."""
    return Bound(f"at most {bound:g}{unit}", figure <= bound)


def stopwatch(job: Callable[[], object]) -> float:
    """Seconds that ``job`` takes."""
    start = perf_counter()
    job()
    return perf_counter() - start


def alternate(*measurements: Callable[[], float], rounds: int) -> list[float]:
    """The median of each measurement, taken in turn so that a busy machine troubles all alike; one round warms up."""
    taken = [[_on_swept_heap(measure) for measure in measurements] for _ in range(rounds + 1)]
    return [statistics.median(figures) for figures in zip(*taken[1:], strict=True)]


def _on_swept_heap(measure: Callable[[], float]) -> float:
    """No measurement pays for another's garbage; its own, and that of its preparation, it does pay for."""
    gc.collect()
    return measure()


def milliseconds(seconds: float) -> str:
    """For people: ``1.2 ms``, with two decimals below one."""
    return f"{seconds * 1e3:.2f} ms" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"
