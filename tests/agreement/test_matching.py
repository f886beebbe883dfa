"""Pairs are as many and as good as trying everything finds."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from annotator.agreement.matching import Edge, best_pairs, most_pairs

WORTH = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 8).map(lambda n: n / 8), max_size=14
)


def best_by_trial(worth: dict[tuple[int, int], float]) -> tuple[tuple[int, float], float]:
    """The most pairs with the greatest worth, and the greatest worth of any number of pairs."""
    most, greatest = (0, 0.0), 0.0

    def go_on(rest: list[tuple[int, int]], pairs: int, sum_of: float) -> None:
        nonlocal most, greatest
        most, greatest = max(most, (pairs, sum_of)), max(greatest, sum_of)
        for at, (i, j) in enumerate(rest):
            left = [pair for pair in rest[at + 1 :] if pair[0] != i and pair[1] != j]
            go_on(left, pairs + 1, sum_of + worth[i, j])

    go_on(list(worth), 0, 0.0)
    return most, greatest


def edges(worth: dict[tuple[int, int], float]) -> list[Edge]:
    return [(i, j, weight) for (i, j), weight in worth.items()]


@given(WORTH)
def test_nothing_is_better(worth: dict[tuple[int, int], float]) -> None:
    most, greatest = best_by_trial(worth)
    for wanted_most in (True, False):
        pairs = best_pairs(edges(worth), most=wanted_most)
        assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
        assert pairs == sorted(pairs)
        found = sum(worth[pair] for pair in pairs)
        if wanted_most:
            assert len(pairs) == most[0]
            assert found == pytest.approx(most[1])
        else:
            assert found == pytest.approx(greatest)
    assert most_pairs(worth) == most[0]


def test_more_pairs_before_better_ones() -> None:
    worth = [(0, 0, 0.9), (0, 1, 0.1), (1, 0, 0.1)]
    assert best_pairs(worth) == [(0, 1), (1, 0)]
    assert best_pairs(worth, most=False) == [(0, 0)]
    assert best_pairs([]) == []


@pytest.mark.parametrize("seed", range(5))
def test_large_components_as_scipy_has_them(seed: int) -> None:
    generator = random.Random(seed)
    rows, columns = 60, 50
    worth = {(i, j): generator.random() for i in range(rows) for j in range(columns) if generator.random() < 0.3}
    table = np.zeros((rows, columns))
    for pair, weight in worth.items():
        table[pair] = weight
    best = sum(table[pair] for pair in zip(*linear_sum_assignment(table, maximize=True), strict=True))
    assert sum(worth[pair] for pair in best_pairs(edges(worth), most=False)) == pytest.approx(best)
    table[table > 0] += 1000
    chosen = [pair for pair in zip(*linear_sum_assignment(table, maximize=True), strict=True) if table[pair] > 0]
    pairs = best_pairs(edges(worth))
    assert len(pairs) == len(chosen) == most_pairs(worth)
    assert sum(worth[pair] for pair in pairs) == pytest.approx(sum(table[i, j] - 1000 for i, j in chosen))


def test_a_long_chain_of_exchanges() -> None:
    chain = [(i, j) for i in range(400) for j in (i, i + 1)][1:]  # the first row has only column 1
    assert most_pairs(reversed(chain)) == most_pairs(chain) == 400
    assert len(best_pairs((i, j, 0.5) for i, j in chain)) == 400
