"""``backendless-mock state``: all that an application holds, into a file and out of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from .failure import CommandError, UsageError
from .output import as_document, say
from .private_file import write_private
from .target import Target, find_target


def run(options: Any) -> int:
    """Have the state out, or in."""
    target = find_target(options)
    if options.action == "import":
        target.ask_app("PUT", "state", _read(options.file))
        return 0
    text = exported(target, secrets=options.secrets, journal=options.journal)
    if options.file == "-":
        say(text)
        return 0
    try:
        write_private(Path(options.file), f"{text}\n")
    except OSError as error:
        raise CommandError(f"state export: {error}") from None
    return 0


def exported(target: Target, *, secrets: bool = False, journal: bool = False) -> str:
    """The state of an application as a text; ``journal`` has its requests in it, too. Raises as ``Target.ask``."""
    return as_document(target.ask_app("GET", "state", query={"secrets": secrets, "journal": journal}).value)


def _read(file: str) -> bytes:
    """What is no state the mock says, which knows what one is."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"state import: {error}") from None
