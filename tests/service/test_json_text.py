"""Strict JSON: what stands in for objects and for what is no JSON; what is refused is tested where it comes in."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.service import json_text


def test_each_object_may_be_replaced_the_inner_ones_first():
    seen = []
    assert json_text.parse('{"a":{"b":1}}', lambda value: seen.append(value) or len(seen)) == 2
    assert seen == [{"b": 1}, {"a": 1}]


def test_what_is_no_json_may_be_replaced():
    assert json_text.dump({"a": [b"1", "\u00e9"]}, lambda value: value.decode()) == '{"a":["1","\\u00e9"]}'


@pytest.mark.parametrize(
    ("depth", "opening", "closing"), [(200, "[", "]"), (200, '{"a":', "}")], ids=["lists", "objects"]
)
def test_200_deep_is_read_and_written_and_201_is_not(depth, opening, closing):
    text = f"{opening * (depth - 1)}[]{closing * (depth - 1)}"
    value = json_text.parse(text)
    assert json_text.dump(value) == text
    with pytest.raises(ValueError, match=r"^the JSON is nested deeper than 200$"):
        json_text.parse(f"[{text}]")
    with pytest.raises(TypeError, match=r"^this is no JSON value: it is nested deeper than 200$"):
        json_text.dump([value])


def test_what_is_too_deep_to_be_written_at_all_is_refused_alike():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(TypeError, match=r"^this is no JSON value: it is nested deeper than 200$"):
        json_text.dump(value)
