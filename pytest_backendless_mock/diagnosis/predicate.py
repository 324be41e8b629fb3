"""A callable as the person wrote it: a lambda by its source, a function by its name and place."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable
from pathlib import Path
from types import CodeType

from ..messaging.text import shortened
from .phrase import limits, shown


def source_of(predicate: Callable[..., object]) -> str:
    """``lambda order: order["id"] == 2``, ``is_paid (test_shop.py:12)``, or the ``repr`` of what is no function."""
    name = getattr(predicate, "__qualname__", None)
    if not isinstance(name, str):
        return shown(predicate)
    code = getattr(predicate, "__code__", None)
    if not isinstance(code, CodeType):
        return name
    written = _lambda(code) if code.co_name == "<lambda>" else None
    plain = name.rpartition("<locals>.")[2]
    return written or f"{plain} ({Path(code.co_filename).name}:{code.co_firstlineno})"


def _lambda(code: CodeType) -> str | None:
    """The text of a lambda, where the line it begins on leaves no doubt which one it is."""
    source = "".join(linecache.getlines(code.co_filename))
    try:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Lambda)]
    except (SyntaxError, ValueError):
        return None
    here = [node for node in nodes if node.lineno == code.co_firstlineno]
    if len(here) > 1:
        here = [node for node in here if _shape(_compiled(node)) == _shape(code)]
    if len(here) != 1:
        return None
    return shortened(" ".join((ast.get_source_segment(source, here[0]) or "").split()), limits().value)


def _compiled(node: ast.Lambda) -> CodeType:
    code = compile(ast.Expression(node), "", "eval")
    return next(constant for constant in code.co_consts if isinstance(constant, CodeType))


def _shape(code: CodeType) -> tuple[object, ...]:
    """What tells lambdas of one line apart; where a name is bound differs between a line alone and in its function."""
    constants = [constant for constant in code.co_consts if not isinstance(constant, CodeType)]
    return code.co_varnames, {*code.co_names, *code.co_freevars}, constants, len(code.co_consts)
