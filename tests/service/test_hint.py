"""Numbers of the other unit: which bodies give a hint, and which do not."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.service import hint

SECONDS = "looks like seconds; the service reads milliseconds"
MILLISECONDS = "looks like milliseconds; the service reads seconds"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, []),
        ({"publishAt": 1_894_004_000}, [f"publishAt 1894004000 {SECONDS}"]),
        ({"publishAt": 1_894_004_000.5}, [f"publishAt 1894004000.5 {SECONDS}"]),
        ({"publishAt": 999_999_999}, []),
        ({"publishAt": 10_000_000_000}, []),
        ({"publishAt": 1_894_004_000_000}, []),
        ({"publishAt": None, "repeatExpiresAt": None, "repeatEvery": None}, []),
        ({"repeatExpiresAt": 1_894_004_000}, [f"repeatExpiresAt 1894004000 {SECONDS}"]),
        (
            {"publishAt": "2030-01-07T09:00:00Z"},
            [
                (
                    "publishAt '2030-01-07T09:00:00Z' is text; the service reads milliseconds, "
                    "and that is 1894006800000: "
                    "round(when.timestamp() * 1000) in Python, when.getTime() in JavaScript"
                )
            ],
        ),
        ({"publishAt": "tomorrow", "expiration": 1_894_004_000, "repeatEvery": "60"}, []),
        ({"repeatEvery": 60_000}, [f"repeatEvery 60000 {MILLISECONDS}"]),
        ({"repeatEvery": 1_000}, [f"repeatEvery 1000 {MILLISECONDS}"]),
        ({"repeatEvery": 3_600_000}, [f"repeatEvery 3600000 {MILLISECONDS}"]),
        ({"repeatEvery": 86_400_000}, [f"repeatEvery 86400000 {MILLISECONDS}"]),
        ({"repeatEvery": 0}, []),
        ({"repeatEvery": 60}, []),
        ({"repeatEvery": 900}, []),
        ({"repeatEvery": 1_500}, []),
        ({"repeatEvery": 3_600}, []),
        ({"repeatEvery": 36_000}, []),
        ({"repeatEvery": 86_400}, []),
        ({"repeatEvery": 604_800}, []),
        ({"repeatEvery": 2_592_000}, []),
        (
            {"publishAt": 1_894_004_000, "repeatExpiresAt": 1_894_004_000, "repeatEvery": 5_000},
            [
                f"publishAt 1894004000 {SECONDS}",
                f"repeatExpiresAt 1894004000 {SECONDS}",
                f"repeatEvery 5000 {MILLISECONDS}",
            ],
        ),
    ],
    ids=str,
)
def test_numbers_of_the_other_unit_are_told(body, told):
    assert list(hint.dates(body)) == told
