"""The four modes: the pinned table, the traps, and a second opinion from nervaluate."""

from __future__ import annotations

import random

import pytest
from nervaluate import Evaluator

from annotator.agreement.semeval import MODES, Semeval, semeval
from annotator.agreement.spans import Mention, boundary, exact, overlap
from annotator.model.annotations import Fragment

PINNED = {
    "strict": (Semeval(1, 2, 0, 1, 1), 0.25),
    "exact": (Semeval(2, 1, 0, 1, 1), 0.5),
    "partial": (Semeval(2, 0, 1, 1, 1), 0.625),
    "type": (Semeval(2, 1, 0, 1, 1), 0.5),
}


def one(start: int, end: int, name: str = "A") -> Mention:
    return Mention("entity", name, (Fragment(start, end),))


def test_pinned_table(s_a: list[Mention], s_b: list[Mention]) -> None:
    found = semeval(s_a, s_b)
    for mode, (tally, f1) in PINNED.items():
        assert (found[mode], found[mode].f1) == (tally, f1)  # type: ignore[index]  # the keys are the modes
        assert found[mode].precision == found[mode].recall == f1  # type: ignore[index]  # the same


def test_ends_are_half_open() -> None:
    assert set(semeval([one(0, 3)], [one(3, 6)]).values()) == {Semeval(missing=1, spurious=1)}


def test_nested_spans() -> None:
    both = [one(0, 6), one(0, 3)]
    assert set(semeval(both, both).values()) == {Semeval(correct=2)}
    for found in ([one(0, 6)], [one(0, 3)]):
        strict = semeval(both, found)["strict"]
        assert strict == Semeval(correct=1, missing=1)
        assert strict.f1 == pytest.approx(2 / 3)


def test_one_long_against_two_short() -> None:
    long, short = [one(0, 6)], [one(0, 3), one(3, 6)]
    there, back = semeval(long, short), semeval(short, long)
    assert there["strict"] == Semeval(0, 1, 0, 0, 1)
    assert back["strict"] == Semeval(0, 1, 0, 1, 0)
    assert there["type"].f1 == back["type"].f1 == pytest.approx(2 / 3)


def test_partial_is_by_code_points() -> None:
    pieces = Mention("entity", "A", (Fragment(0, 3), Fragment(8, 10)))
    assert semeval([pieces], [one(4, 7)])["partial"] == Semeval(missing=1, spurious=1)
    assert semeval([pieces], [one(4, 9)])["partial"] == Semeval(partial=1)


def test_tallies_add_up() -> None:
    tally = Semeval(1, 2, 3, 4, 5)
    assert tally + Semeval(correct=1) == Semeval(2, 2, 3, 4, 5)
    assert tally.value == tally.f1 == Semeval.of_sums(tally.sums()).value == tally.counts.f1
    assert Semeval().value == 1
    assert Semeval().why


def scattered(generator: random.Random) -> list[Mention]:
    """At most one span in each stretch of ten: nothing competes, so greedy matching is right too."""
    found = []
    for at in range(0, 100, 10):
        if generator.random() < 0.8:
            start = at + generator.randrange(3)
            found.append(one(start, generator.randrange(at + 4, at + 9), generator.choice("AB")))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_as_nervaluate_has_it(seed: int) -> None:
    generator = random.Random(seed)
    left, right = scattered(generator), scattered(generator)

    def inclusive(side: list[Mention]) -> list[list[dict[str, object]]]:
        return [[{"label": m.type, "start": m.fragments[0].start, "end": m.fragments[0].end - 1} for m in side]]

    theirs = Evaluator(inclusive(left), inclusive(right), tags=["A", "B"], loader="dict").evaluate()["overall"]
    found = semeval(left, right)
    for mode in MODES:
        other = theirs["ent_type" if mode == "type" else mode]
        assert found[mode] == Semeval(other.correct, other.incorrect, other.partial, other.missed, other.spurious)
        assert found[mode].f1 == pytest.approx(other.f1)
    assert found["strict"].f1 == exact(left, right).f1
    assert found["exact"].f1 == boundary(left, right).f1
    assert found["type"].counts.both <= overlap(left, right).both
