"""``backendless-mock``: what was typed, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import cast

from .failure import CommandError
from .parser import VIEWS, make_parser

HOMES = {
    "serve": "serve",
    "exec": "execute",
    "timeline": "look",
    "client": "client",
    "state": "state",
    "health": "health",
    **dict.fromkeys(VIEWS, "look"),
}
"""The modules of the verbs; those not named are in ``verb``."""
INTERRUPTED = 130
BROKEN_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was typed (``sys.argv``, unless ``arguments``); what comes back is the exit code.

    Raises ``SystemExit`` for ``--help`` and for what cannot be parsed.
    """
    for stream in (sys.stdout, sys.stderr):
        cast("TextIOWrapper", stream).reconfigure(errors="backslashreplace")
    before, command = _split(sys.argv[1:] if arguments is None else list(arguments))
    parser = make_parser()
    options = parser.parse_args(before)
    if options.version:
        print(_version())
        return 0
    if options.verb is None:
        parser.print_help(sys.stderr)
        return 2
    options.command = command
    try:
        code: int = import_module(f".{HOMES.get(options.verb, 'verb')}", __package__).run(options)
        sys.stdout.flush()
    except CommandError as error:
        print(f"backendless-mock: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read is gone (`| head`); the interpreter would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What is ours, and what follows ``--`` after ``exec``, which is the command's down to its own flags."""
    if arguments[:1] == ["exec"] and "--" in arguments:
        at = arguments.index("--")
        return arguments[:at], arguments[at + 1 :]
    return arguments, []


def _version() -> str:
    version: str = import_module(__package__.partition(".")[0]).__version__
    return version
