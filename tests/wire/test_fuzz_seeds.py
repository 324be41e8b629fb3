"""What the fuzzers of `make stress` begin with, so that what they stand on is tried with every change."""

from __future__ import annotations

import pytest
from fuzz_inputs import SEEDS
from fuzz_support import TARGETS, Service, exchanged

SEED = [
    pytest.param(target, seed, id=f"{target}-{number}")
    for target, seeds in SEEDS.items()
    for number, seed in enumerate(seeds)
]


@pytest.mark.parametrize(("target", "seed"), SEED)
def test_every_seed_is_taken_and_finds_no_bug(target, seed):
    TARGETS[target](seed)


@pytest.mark.parametrize("seed", SEEDS["connection"])
def test_every_connection_among_the_seeds_is_answered_as_often_as_it_asks(seed):
    answers = exchanged(seed, Service())
    assert len(answers) == seed.count(b" HTTP/1.")
