"""Prints the table, and how many bounds are kept. A row that misses its bound is a ``MISS``; the exit code is 0."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Iterator

from . import (
    asking,
    breaking,
    collecting,
    crowding,
    filling,
    inspecting,
    lifecycle,
    memory,
    moving,
    naming,
    publishing,
    pushing,
    realtime,
    remoting,
    reporting,
    selecting,
    starting,
    testing,
    walking,
)
from .harness import Row

CONCERNS: tuple[Callable[[], Iterator[Row]], ...] = (
    publishing.rows,
    asking.rows,
    filling.rows,
    walking.rows,
    crowding.rows,
    moving.rows,
    naming.rows,
    lifecycle.rows,
    testing.rows,
    starting.rows,
    collecting.rows,
    memory.rows,
    pushing.rows,
    remoting.rows,
    realtime.rows,
    breaking.rows,
    selecting.rows,
    reporting.rows,
    inspecting.rows,
)


def main() -> None:
    """Measure one concern after another, and print each row as soon as it is known."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the peer logs each request: spared it, to its advantage
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(
        f"CPython {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the start "
        "(more than about 0.5 makes the figures noisy); medians of alternating runs.\n"
    )
    print("| what | ours | peer | ratio | at least/at most | ok |")
    print("| --- | --- | --- | --- | --- | --- |")
    kept = []
    for rows in CONCERNS:
        for row in rows():
            print(row, flush=True)
            kept.append(row.bound.kept)
    print(f"\nbounds: {kept.count(True)} kept, {kept.count(False)} missed")


if __name__ == "__main__":
    main()
