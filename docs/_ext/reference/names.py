"""Every public name of the package: what it is, its members, and how each is called, out of the source."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple, get_args, is_typeddict

import pytest_backendless_mock
from pytest_backendless_mock import types

from .text import code, line, prose, section

PACKAGE = pytest_backendless_mock.__name__
GROUPS: Mapping[str, tuple[str, ...]] = {
    "What a test holds": (
        *("BackendlessMock", "BackendlessApp", "BackendlessMockFactory", "BackendlessServer", "Clock", "Freeze"),
        *("Channel", "Subscription", "Listener", "Outbox", "View", "Timeline", "Faults", "Fault"),
    ),
    "Records": (
        *("Message", "Delivery", "Scheduled", "Request", "MessageStatus", "Sends", "Device", "Push", "Email"),
        *("User", "Member", "Refusal", "Incident"),
    ),
    "Rules, selectors, payloads": ("Rules", "RuleOptions", "Selector", "validate"),
    "Errors and warnings": (
        *("MessagingError", "SelectorError", "PayloadError", "ServerError", "RunawayScheduleError"),
        "BackendlessMockWarning",
    ),
    "Values": (
        *("ApiKeyKind", "DeniableOperation", "ErrorCode", "EventKind", "FaultOperation", "Garbage", "PolicyName"),
        *("System", "When"),
    ),
}
"""Where each name stands."""
MADE_BY_USERS = ("BackendlessMock", "BackendlessServer", "Selector")
"""Classes whose arguments are of use; all other objects are handed out."""
WIDEST = 100
"""How long a call may be that stands on one line."""


def public() -> dict[str, Any]:
    """Every public name and what it stands for."""
    named = {name: getattr(pytest_backendless_mock, name) for name in pytest_backendless_mock.__all__}
    return {**{name: getattr(types, name) for name in types.__all__}, **named}


def page() -> str:
    """All names, in groups. Raises ``LookupError`` for a name that stands in none."""
    names = public()
    missing = names.keys() - {name for group in GROUPS.values() for name in group}
    if missing:
        raise LookupError(f"in no group of {__name__}: {', '.join(sorted(missing))}")
    return "\n\n".join(
        section(2, title, *(section(3, code(name), *_told(name, names)) for name in group))
        for title, group in GROUPS.items()
    )


def _told(name: str, names: Mapping[str, Any]) -> Iterator[str]:
    value = names[name]
    module = PACKAGE if name in pytest_backendless_mock.__all__ else types.__name__
    yield f"`from {module} import {name}`"
    if inspect.isfunction(value):
        yield f"```text\n{_call(name, _parsed(value), sys.modules[value.__module__])}\n```"
        yield prose(value.__doc__)
    elif inspect.isclass(value):
        yield from _class(name, value, names.values())
    else:
        yield f"One of {', '.join(code(_shown(each)) for each in get_args(value))}."


def _shown(value: object) -> str:
    """One of the values of a type, or of the types that it stands for."""
    return f"{value.__module__}.{value.__name__}".removeprefix("builtins.") if inspect.isclass(value) else repr(value)


class Member(NamedTuple):
    """A member as the source has it; ``call`` is how a method is called, ``kind`` the type of anything else."""

    name: str
    doc: str
    call: str = ""
    kind: str = ""


def _class(name: str, kind: type, documented: Collection[Any]) -> Iterator[str]:
    """What a class is for, and its members; those that it has from another public class stand with that."""
    homes = [each for each in kind.__mro__ if each.__module__.startswith(PACKAGE)]
    own = [each for each in homes if each is kind or not any(_is_of(each, other, kind) for other in documented)]
    bases = [each.__name__ for each in homes[1:] if each in documented]
    found = {member.name: member for each in own[::-1] for member in members(each)}
    if name in MADE_BY_USERS:
        made = _parsed(vars(kind)["__init__"])
        yield f"```text\n{_call(name, made, sys.modules[kind.__module__])}\n```"
        yield prose(kind.__doc__)
        yield prose(ast.get_docstring(made))
    else:
        yield prose(kind.__doc__)
    if bases:
        yield f"It has all that `{bases[0]}` has, and:"
    simple = [member for member in found.values() if not member.call]
    yield "\n".join(f"- {code(each.name)}{f': {code(each.kind)}' if each.kind else ''}{_said(each)}" for each in simple)
    for member in found.values():
        if member.call:
            yield section(4, code(f"{name}.{member.name}"), f"```text\n{member.call}\n```", prose(member.doc))


def _said(member: Member) -> str:
    return f". {line(member.doc)}" if member.doc else ""


def _is_of(home: type, other: Any, kind: type) -> bool:
    """Whether ``home`` is part of ``other``, a public class that ``kind`` is made of."""
    return other is not kind and other in kind.__mro__ and home in other.__mro__


def members(kind: type) -> Iterator[Member]:
    """The public members that a class has of its own, in the order of the source."""
    module, body = sys.modules[kind.__module__], _parsed(kind).body
    for place, node in enumerate(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            default = f" = {ast.unparse(node.value)}" if node.value and "field(" not in ast.unparse(node.value) else ""
            told = f"{ast.unparse(node.annotation)}{default}"
            yield from _public(Member(node.target.id, _doc_below(body, place), kind=told))
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            yield from _given(node)
        elif isinstance(node, ast.FunctionDef):
            yield from _public(_function(node, module))


def _function(node: ast.FunctionDef, module: ModuleType) -> Member:
    """A method or property; one that only declares or sets has no name."""
    decorators = {ast.unparse(each).rpartition(".")[2] for each in node.decorator_list}
    doc = ast.get_docstring(node) or ""
    if decorators & {"overload", "setter"}:
        return Member("_", "")
    if "property" in decorators:
        return Member(node.name, doc, kind=ast.unparse(node.returns) if node.returns else "")
    return Member(node.name, doc, call=_call(node.name, node, module))


def _given(init: ast.FunctionDef) -> Iterator[Member]:
    """What an object gets when it is made."""
    for place, node in enumerate(init.body):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for each in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(each, ast.Attribute):
                    yield from _public(Member(each.attr, _doc_below(init.body, place)))


def _public(member: Member) -> Iterator[Member]:
    if not member.name.startswith("_") or member.name == "__call__":
        yield member


def _doc_below(body: list[ast.stmt], place: int) -> str:
    """The text that stands below a field."""
    below = body[place + 1] if place + 1 < len(body) else None
    text = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else ""
    return str(text)


def _parsed(value: Any) -> Any:
    """The syntax of a class or function."""
    return ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]


def _call(name: str, node: ast.FunctionDef, module: ModuleType) -> str:
    """How it is called, over several lines where one is too long."""
    parameters = list(_parameters(node.args, module))
    returned = f" -> {ast.unparse(node.returns)}" if node.returns and name not in MADE_BY_USERS else ""
    call = f"{name}({', '.join(parameters)}){returned}"
    if len(call) <= WIDEST:
        return call
    return "\n".join([f"{name}(", *(f"    {each}," for each in parameters), f"){returned}"])


def _parameters(given: ast.arguments, module: ModuleType) -> Iterator[str]:
    """The parameters, without ``self`` and what is private."""
    positional = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(given.defaults))
    for place, (each, default) in enumerate(zip(positional, [*defaults, *given.defaults], strict=True), start=1):
        if each.arg != "self":
            yield _parameter(each, default)
        if place == len(given.posonlyargs):
            yield "/"
    named = [pair for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True) if not pair[0].arg.startswith("_")]
    keywords = list(_keywords(given.kwarg, module)) if given.kwarg else []
    if named or (keywords and not keywords[-1].startswith("**")):
        yield "*"
    yield from (_parameter(each, default) for each, default in named)
    yield from keywords


def _keywords(given: ast.arg, module: ModuleType) -> Iterator[str]:
    """What stands for more keywords: each, where the type that lists them is not public itself."""
    kind = ast.unparse(given.annotation) if given.annotation else ""
    name = kind.removeprefix("Unpack[").removesuffix("]")
    listed: Any = getattr(module, name, None)
    if is_typeddict(listed) and name not in public():
        yield from (f"{member.name}: {member.kind} = ..." for member in members(listed))
    else:
        yield f"**{given.arg}: {kind}"


def _parameter(given: ast.arg, default: ast.expr | None) -> str:
    kind = f": {ast.unparse(given.annotation)}" if given.annotation else ""
    if default is None:
        return f"{given.arg}{kind}"
    return f"{given.arg}{kind}{' = ' if kind else '='}{ast.unparse(default)}"
