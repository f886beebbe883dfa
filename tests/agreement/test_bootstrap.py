"""Intervals: the same for the same seed, exact sums, and about as wide as theory says."""

from __future__ import annotations

import math
import random
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.bootstrap import Bootstrap, Interval, interval_of, mean_of, quantile
from annotator.agreement.counts import Counts, Tally, total
from annotator.agreement.kappa import Contingency
from annotator.agreement.spans import Mention
from annotator.agreement.unitizing import Cut, Unit, unitizing

COUNTS = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(
    lambda n: Counts(min(n), min(n) + n[1], min(n) + n[2])
)


@given(st.lists(st.one_of(st.none(), COUNTS), min_size=2, max_size=8), st.integers(0, 5))
def test_a_draw_is_a_sum_of_tallies(tallies: list[Counts | None], seed: int) -> None:
    generator = random.Random(seed)
    numbers = list(range(len(tallies)))
    expected: list[float | None] = []
    for _ in range(10):
        drawn = [tally for at in generator.choices(numbers, k=len(tallies)) if (tally := tallies[at]) is not None]
        expected.append(total(drawn, Counts()).value if drawn else None)
    assert Bootstrap(len(tallies), samples=10, seed=seed).values(tallies) == expected


@pytest.mark.parametrize("kind", ["halves", "labels", "lengths"])
def test_fractions_and_labels_add_up_too(kind: str, c_a: list[Mention]) -> None:
    generator = random.Random(4)
    tallies: list[Tally] = []
    for _ in range(30):
        size = generator.randrange(1, 40)
        if kind == "halves":
            tallies.append(Counts(size / 3, size, size + 1 / 7))
        elif kind == "labels":
            pairs = {(generator.choice("ABC"), generator.choice("ABC")): generator.randrange(1, 9) for _ in range(4)}
            tallies.append(Contingency(pairs))
        else:
            cuts = [Cut([Unit(0, size, generator.choice("AB"))]) for _ in range(3)]
            tallies.append(unitizing(cuts, 50))
    bootstrap = Bootstrap(30, samples=20, seed=1)
    draws = random.Random(1)
    for value in bootstrap.values(tallies):
        drawn = [tallies[at] for at in draws.choices(range(30), k=30)]
        added = drawn[0]
        for tally in drawn[1:]:
            added = added + tally
        assert value == pytest.approx(added.value, abs=1e-8)


def test_the_seed_decides() -> None:
    tallies = [Counts(at % 3, 4, 5) for at in range(40)]
    first = Bootstrap(40, seed=7).interval(tallies)
    assert first == Bootstrap(40, seed=7).interval(tallies)
    assert first != Bootstrap(40, seed=8).interval(tallies)
    assert first is not None
    assert first.low < total(tallies, Counts()).f1 < first.high
    assert (first.samples, first.undefined, first.level) == (1000, 0, 0.95)


def test_the_width_is_that_of_a_binomial() -> None:
    generator = random.Random(2)
    tallies = [Contingency({("A", "A" if generator.random() < 0.7 else "B"): 1}) for _ in range(400)]
    found = Bootstrap(400, samples=2000).interval(tallies, attrgetter("observed"))
    observed = total(tallies, Contingency({})).observed
    assert found is not None
    assert observed is not None
    expected = 2 * 1.96 * math.sqrt(observed * (1 - observed) / 400)
    assert found.high - found.low == pytest.approx(expected, rel=0.1)


def test_a_wider_level_is_wider() -> None:
    tallies = [Counts(at % 3, 4, 5) for at in range(40)]
    bootstrap = Bootstrap(40)
    wide, narrow = bootstrap.interval(tallies, level=0.99), bootstrap.interval(tallies, level=0.5)
    assert wide is not None
    assert narrow is not None
    assert wide.low < narrow.low < narrow.high < wide.high


def test_nothing_to_resample() -> None:
    assert Bootstrap(1).interval([Counts(1, 1, 1)]) is None
    assert Bootstrap(0).interval([]) is None
    assert Bootstrap(3).interval([None, None, None]) is None
    empty = Bootstrap(3, samples=50).interval([Counts(), Counts(), Counts()])
    assert empty == Interval(1, 1, 0.95, 50)
    rare = Bootstrap(3, samples=200).interval([Counts(1, 1, 1), None, None])
    assert rare is not None
    assert rare.undefined > 0
    assert rare.samples + rare.undefined == 200
    with pytest.raises(ValueError, match="2 tallies for 3"):
        Bootstrap(3).values([None, None])


def test_a_huge_corpus_gets_fewer_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.agreement.bootstrap._DRAWS", 200_000)
    assert [Bootstrap(documents, samples=1000).samples for documents in (10, 1000, 5000)] == [1000, 200, 100]


def test_means_and_quantiles() -> None:
    assert mean_of([[0.0, None, None], [1.0, 0.5, None]]) == [0.5, 0.5, None]
    assert [quantile([0, 10, 20], share) for share in (0, 0.25, 0.5, 1)] == [0, 5, 10, 20]
    assert interval_of([0.5]) is None
