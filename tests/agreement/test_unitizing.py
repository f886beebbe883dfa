"""alpha_u: the pinned values, and the formula written out over every pair of units."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.spans import Mention
from annotator.agreement.unitizing import (
    GAP,
    NO_VARIATION,
    NOTHING,
    TOO_FEW,
    Cut,
    Unit,
    Unitizing,
    cut,
    cut_per_type,
    per_type,
    unitizing,
)
from annotator.model.annotations import Fragment

LENGTH = 40


@st.composite
def cuts(draw: st.DrawFn) -> Cut:
    edges = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=8)))
    units = [Unit(s, e, draw(st.sampled_from("AB"))) for s, e in zip(edges[::2], edges[1::2], strict=False)]
    return Cut(units)


SIDES = st.lists(cuts(), min_size=2, max_size=4)


def written_out(annotators: list[Cut], length: int) -> tuple[float, float]:
    """Observed and expected disagreement by the formula, in lengths, with gaps as units."""
    filled: list[list[Unit]] = []
    for units, _ in annotators:
        at, whole = 0, list[Unit]()
        for unit in units:
            whole += [Unit(at, unit.start, GAP)] if at < unit.start else []
            whole.append(unit)
            at = unit.end
        filled.append(whole + ([Unit(at, length, GAP)] if at < length else []))
    observed: dict[tuple[str, str], float] = {}
    for one, other in permutations(filled, 2):
        for ours in one:
            for theirs in other:
                both = max(0, min(ours.end, theirs.end) - max(ours.start, theirs.start)) / (len(filled) - 1)
                observed[ours.label, theirs.label] = observed.get((ours.label, theirs.label), 0) + both
    lengths = {c: sum(n for (a, _), n in observed.items() if a == c) for c in {a for a, _ in observed}}
    own = dict.fromkeys(lengths, 0.0)
    for unit in (unit for units in filled for unit in units):
        size = unit.end - unit.start
        own[unit.label] += size if unit.label == GAP else size * size
    total = sum(observed.values())
    room = total * total - sum(own.values())
    expected = sum(total * (lengths[c] ** 2 - own[c]) / room for c in lengths) if room else total
    return total - sum(observed.get((c, c), 0) for c in lengths), total - expected


def test_pinned(c_a: list[Mention], c_b: list[Mention]) -> None:
    a, b = cut(c_a), cut(c_b)
    assert written_out([a, b], 70) == pytest.approx((42, 97.80394653087205))
    found = unitizing([a, b], 70)
    assert found.value == pytest.approx(0.5705694760820046)
    assert found.length - found.agreed == 42
    assert unitizing([a, a], 70).value == 1
    assert unitizing([a, Cut()], 70).value == pytest.approx(-0.1796727071607509)
    assert unitizing([a, b], 70, gaps=False).value == pytest.approx(0.7796610169491526)


def test_per_type(c_a: list[Mention], c_b: list[Mention]) -> None:
    sides = [cut_per_type(side) for side in (c_a, c_b)]
    found = per_type(sides, 70, ["PERS", "ORG", "FAC"])
    assert list(found) == ["PERS", "ORG", "FAC"]
    assert found["PERS"].value == 1
    assert (found["FAC"].value, found["FAC"].why, found["FAC"].length) == (None, NOTHING, 140)
    alone = [cut(m for m in side if m.type == "ORG") for side in (c_a, c_b)]
    assert found["ORG"] == unitizing(alone, 70)


def test_overlapping_units_are_left_out_and_counted() -> None:
    def one(start: int, end: int, name: str) -> Mention:
        return Mention("entity", name, (Fragment(start, end),))

    spans = [one(0, 9, "ORG"), one(3, 6, "GPE"), one(12, 15, "ORG"), one(14, 16, "ORG")]
    assert cut(spans) == Cut([Unit(0, 9, "ORG"), Unit(12, 15, "ORG")], 2)
    types = cut_per_type(spans)
    assert types == {"ORG": Cut([Unit(0, 9, "ORG"), Unit(12, 15, "ORG")], 1), "GPE": Cut([Unit(3, 6, "GPE")], 0)}
    assert unitizing([cut(spans), cut(spans[:1])], 20).excluded == 2
    assert (unitizing([cut(spans)] * 2, 20) + unitizing([cut(spans)] * 2, 20)).excluded == 8
    pieces = Mention("entity", "A", (Fragment(0, 2), Fragment(5, 7)))
    assert cut([pieces]).units == [Unit(0, 2, "A"), Unit(5, 7, "A")]


def test_conventions() -> None:
    assert (unitizing([Cut()], 9).value, unitizing([Cut()], 9).why) == (None, TOO_FEW)
    assert (unitizing([Cut(), Cut()], 9).value, unitizing([Cut(), Cut()], 9).why) == (None, NOTHING)
    everything = unitizing([Cut([Unit(0, 9, "A")])] * 2, 9)
    assert (everything.value, everything.why) == (1.0, NO_VARIATION)


@given(SIDES)
def test_as_the_formula_has_it(sides: list[Cut]) -> None:
    found = unitizing(sides, LENGTH)
    observed, expected = written_out(sides, LENGTH)
    assert found.length == LENGTH * len(sides)
    assert found.length - found.agreed == pytest.approx(observed)
    if found.value is not None and not found.why:
        assert found.value == pytest.approx(1 - observed / expected)
        assert found.value <= 1 + 1e-12
    turned = unitizing(sides[::-1], LENGTH)
    assert turned.value == (None if found.value is None else pytest.approx(found.value))
    assert unitizing([sides[0]] * 3, LENGTH).value in (None, pytest.approx(1))


@given(SIDES, SIDES)
def test_documents_add_up(one: list[Cut], other: list[Cut]) -> None:
    added = unitizing(one, LENGTH) + unitizing(other, LENGTH)
    assert Unitizing.of_sums(added.sums()).value == added.value
    if len(one) == len(other):
        joined = [
            Cut([*first.units, *(Unit(s + LENGTH, e + LENGTH, label) for s, e, label in second.units)])
            for first, second in zip(one, other, strict=True)
        ]
        whole = unitizing(joined, 2 * LENGTH)
        assert whole.value == (None if added.value is None else pytest.approx(added.value))
