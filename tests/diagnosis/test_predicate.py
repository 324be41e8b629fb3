"""How a callable is told: a lambda by its source, a function by its name and place."""

from __future__ import annotations

import functools
import operator

import pytest

from pytest_backendless_mock.diagnosis.predicate import source_of

LIMIT = 3


def is_paid(order):
    return order == "paid"


class Judge:
    def judges(self, order):
        return bool(order)

    def __call__(self, order):
        return bool(order)

    def __repr__(self):
        return "<Judge>"


def inner():
    limit = 4

    def is_large(order):
        return order > limit

    return is_large, lambda order: order > limit


PLACE = r"test_predicate\.py:\d+"
# fmt: off
PREDICATES = {
    "lambda": (lambda order: order["id"] == 2, 'lambda order: order["id"] == 2'),
    "lambda over lines": (
        lambda order: (
            order
            > LIMIT
        ),
        "lambda order: ( order > LIMIT )",
    ),
    "two on a line": ([lambda a: a == 1, lambda a: a == 2][1], "lambda a: a == 2"),
    "one in another": (lambda a: any(map(lambda b: b == 1, a)), "lambda a: any(map(lambda b: b == 1, a))"),  # noqa: C417
    "two alike on a line": ([lambda a: a, lambda a: a][1], f"RE:<lambda> \\({PLACE}\\)"),
    "lambda that closes over a name": (inner()[1], "lambda order: order > limit"),
    "function": (is_paid, f"RE:is_paid \\({PLACE}\\)"),
    "function in a function": (inner()[0], f"RE:is_large \\({PLACE}\\)"),
    "method": (Judge().judges, f"RE:Judge.judges \\({PLACE}\\)"),
    "builtin": (len, "len"),
    "object": (Judge(), "<Judge>"),
    "partial": (functools.partial(operator.eq, 1), "functools.partial(<built-in function eq>, 1)"),
    "long": (lambda order: order == "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 'lambda order: order == "' + "x" * 75 + "…"),  # noqa: E501
    "without a source": (eval("lambda a: a"), r"RE:<lambda> \(<string>:1\)"),
}
# fmt: on


@pytest.mark.parametrize("name", PREDICATES)
def test_a_callable_is_told_as_it_was_written(name):
    predicate, told = PREDICATES[name]
    if told.startswith("RE:"):
        import re

        assert re.fullmatch(told[3:], source_of(predicate))
    else:
        assert source_of(predicate) == told


def test_a_lambda_in_a_file_that_is_no_python_any_more_is_told_by_its_place(tmp_path):
    path = tmp_path / "gone.py"
    path.write_text("lambda a: a")
    predicate = eval(compile(path.read_text(), str(path), "eval"))
    path.write_text("no python")
    assert source_of(predicate) == "<lambda> (gone.py:1)"
