"""A header's value as the service stores it."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.header import header_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, None, id="null stays null"),
        pytest.param("", "", id="empty text"),
        pytest.param("Tokyo", "Tokyo", id="text"),
        pytest.param(20, "20", id="an integer"),
        pytest.param(-3, "-3", id="a negative integer"),
        pytest.param(12345678901234567890123, "12345678901234567890123", id="a long integer keeps its digits"),
        pytest.param(1.50, "1.5", id="a fraction"),
        pytest.param(20.0, "20.0", id="a whole fraction"),
        pytest.param(1e300, "1e+300", id="a huge number"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
    ],
)
def test_w11_header_values_are_stored_as_text(value, text):
    assert header_text(value) == text
