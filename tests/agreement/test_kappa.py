"""Kappa and pi: second opinions from scikit-learn and NLTK, edge cases, sums."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score

from annotator.agreement.kappa import NO_UNITS, ONE_LABEL, Contingency, Fleiss, Margins, fleiss

CELLS = st.dictionaries(st.tuples(st.sampled_from("OPL"), st.sampled_from("OPL")), st.integers(1, 9), max_size=9)
RATINGS = st.dictionaries(st.tuples(*[st.sampled_from("OPL")] * 3), st.integers(1, 5), min_size=1, max_size=9)


def table(left: list[str], right: list[str]) -> Contingency:
    return Contingency(dict(Counter(zip(left, right, strict=True))))


def test_pinned_prevalence() -> None:
    found = Contingency({("O", "O"): 88, ("O", "P"): 2, ("P", "O"): 3, ("P", "P"): 7})
    assert found.kappa == pytest.approx(0.7093023255813953)
    assert found.observed == 0.95
    assert (found.units, found.why) == (100, "")


def test_conventions() -> None:
    nothing, one, apart = Contingency({}, 7), Contingency({("O", "O"): 5}), Contingency({("A", "B"): 4})
    assert (nothing.kappa, nothing.pi, nothing.observed, nothing.why) == (None, None, None, NO_UNITS)
    assert (one.kappa, one.pi, one.why) == (1.0, 1.0, ONE_LABEL)
    assert (apart.kappa, apart.pi, apart.why) == (0.0, -1.0, "")


@pytest.mark.parametrize("seed", range(30))
def test_as_sklearn_and_nltk_have_them(seed: int) -> None:
    generator = random.Random(seed)
    labels = "OPLG"[: generator.randrange(2, 5)]
    left = [*labels, *generator.choices(labels, k=generator.randrange(2, 60))]
    right = [
        *labels,
        *(label if generator.random() < 0.7 else generator.choice(labels) for label in left[len(labels) :]),
    ]
    found = table(left, right)
    assert found.kappa == pytest.approx(cohen_kappa_score(left, right))
    task = AnnotationTask(
        [(who, at, label) for who, side in (("a", left), ("b", right)) for at, label in enumerate(side)]
    )
    assert found.kappa == pytest.approx(task.kappa())
    assert found.pi == pytest.approx(task.pi())
    assert found.observed == pytest.approx(task.avg_Ao())


@given(CELLS, CELLS)
def test_laws(one: dict[tuple[str, str], float], other: dict[tuple[str, str], float]) -> None:
    first, second = Contingency(one, 1), Contingency(other, 2)
    added = first + second
    assert added.units == first.units + second.units
    assert added.excluded == 3
    assert added.margins() == first.margins() + second.margins()
    assert Margins.of_sums(added.sums()) == added.margins()
    assert Contingency.of_sums(added.sums()).value == added.value
    turned = Contingency({(right, left): count for (left, right), count in one.items()})
    for name in ("kappa", "pi", "observed"):
        value = getattr(first, name)
        assert getattr(turned, name) == (value if value is None else pytest.approx(value))
        assert value is None or -1 <= value <= 1
    same = Contingency({(label, label): 3 for label, _ in one})
    assert same.kappa in (1, None)
    assert first.mapped(lambda _: "x").kappa in (1, None)


@given(RATINGS)
def test_fleiss_of_two_is_pi(ratings: dict[tuple[str, ...], float]) -> None:
    cells: dict[tuple[str, str], float] = {}
    for (left, right, _), units in ratings.items():
        cells[left, right] = cells.get((left, right), 0) + units
    assert fleiss(cells, 2).value == pytest.approx(Contingency(cells).pi)


@given(RATINGS, RATINGS)
def test_fleiss_adds_up_and_ignores_the_order_of_annotators(
    one: dict[tuple[str, ...], float], other: dict[tuple[str, ...], float]
) -> None:
    added = fleiss(one, 3) + fleiss(other, 3)
    both = dict(one)
    for labels, units in other.items():
        both[labels] = both.get(labels, 0) + units
    assert added.value == pytest.approx(fleiss(both, 3).value)
    assert Fleiss.of_sums(added.sums()).value == pytest.approx(added.value)
    turned: dict[tuple[str, ...], float] = {}
    for labels, units in one.items():
        turned[labels[::-1]] = turned.get(labels[::-1], 0) + units
    assert fleiss(turned, 3).value == pytest.approx(fleiss(one, 3).value)


def test_fleiss_needs_complete_units() -> None:
    found = fleiss({("A", "A"): 3, ("A", "B"): 1, ("B", "B"): 2, ("A", None): 4, ("A", "A", "B"): 1}, 2)
    assert (found.units, found.incomplete) == (6, 5)
    assert fleiss({("A", None): 4}, 2).value is None
    assert fleiss({("A", None): 4}, 2).why == NO_UNITS
    assert fleiss({("A", "A"): 4}, 2).why == ONE_LABEL
    with pytest.raises(ValueError, match="two annotators"):
        fleiss({}, 1)
    with pytest.raises(ValueError, match="one number"):
        fleiss({}, 2) + fleiss({}, 3)
