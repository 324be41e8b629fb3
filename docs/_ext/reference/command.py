"""The command line, as its parser knows it: every verb, action and flag."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from pytest_backendless_mock.cli.parser import EPILOG, make_parser

from .text import code, section, table


def page() -> str:
    """A section for each verb, and below it for each of its actions; then what holds for all."""
    parser = make_parser()
    verbs = [section(2, code(f"{parser.prog} {name}"), *_told(each, told)) for name, each, told in _below(parser)]
    return "\n\n".join([f"```text\n{EPILOG.strip()}\n```", *verbs])


def _below(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    """The subcommands: name, parser, and what each is for."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the same
            helps = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001 - the same
            yield from ((name, each, helps[name]) for name, each in action.choices.items())


def _told(parser: argparse.ArgumentParser, told: str) -> Iterator[str]:
    yield f"{told[:1].upper()}{told[1:]}."
    known = _rows(parser)
    yield _table(known)
    for name, each, what in _below(parser):
        yield f"**`{name}`**: {what}."
        yield _table([row for row in _rows(each) if row not in known])


def _table(rows: list[tuple[str, str, str]]) -> str:
    return table(("", "default", ""), rows) if rows else ""


def _rows(parser: argparse.ArgumentParser) -> list[tuple[str, str, str]]:
    return [
        (code(_written(action)), _default(action), _meaning(action))
        for action in parser._actions  # noqa: SLF001 - the same
        if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction)  # noqa: SLF001 - the same
    ]


def _written(action: argparse.Action) -> str:
    """How an argument is typed."""
    value = action.metavar or (f"{{{','.join(map(str, action.choices))}}}" if action.choices else action.dest.upper())
    if not action.option_strings:
        return f"[{value}]" if action.nargs == "?" else str(value)
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"


def _default(action: argparse.Action) -> str:
    given = action.default
    return (
        code(given)
        if isinstance(given, str | int) and not isinstance(given, bool) and given != argparse.SUPPRESS
        else ""
    )


def _meaning(action: argparse.Action) -> str:
    told = (action.help or "").removesuffix(" (default: %(default)s)")
    more = "; may be given more than once" if isinstance(action, argparse._AppendAction) else ""  # noqa: SLF001 - the same
    return f"{told}{more}".removeprefix("; ")
