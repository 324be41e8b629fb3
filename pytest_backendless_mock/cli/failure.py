"""What ends a verb early: a text for standard error, and the exit code."""

from __future__ import annotations


class CommandError(Exception):
    """A verb cannot go on; ``str`` of it is what to print."""

    code = 1


class UsageError(CommandError):
    """What was typed cannot be meant."""

    code = 2


class UnreachableError(CommandError):
    """No mock answers there, or none can listen there."""

    code = 3
