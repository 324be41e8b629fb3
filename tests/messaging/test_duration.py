"""Durations as people say them."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.duration import show_duration

DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (0, "0 s"),
        (1_500_000, "1.5 s"),
        (30 * 60_000_000, "30 min"),
        (90 * 60_000_000, "1 h 30 min"),
        (51 * 3_600_000_000, "2 d 3 h"),
        (86_400_000_000 + 1_000_000, "1 d 1 s"),
        (-1_500_000, "-1.5 s"),
        (59_999_000, "59.999 s"),
        (1_001_000, "1.001 s"),
        (730 * DAY, "730 d"),
        (731 * DAY, "2 years"),
        (3 * 365 * DAY + 183 * DAY, "3.5 years"),
        (-1_892_112_789_600_000, "-60 years"),
        (8_000 * 365 * DAY, "7995 years"),
    ],
)
def test_a_duration_is_shown_in_the_units_it_has(duration, text):
    assert show_duration(duration) == text
