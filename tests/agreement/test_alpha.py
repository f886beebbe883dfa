"""Alpha: Krippendorff's own example, and second opinions from two libraries, with labels missing."""

from __future__ import annotations

import random

import krippendorff
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from annotator.agreement.alpha import Coincidences, coincidences
from annotator.agreement.kappa import NO_UNITS, ONE_LABEL

EXAMPLE = (
    "*    *    *    *    *    3    4    1    2    1    1    3    3    *    3",
    "1    *    2    1    3    3    4    3    *    *    *    *    *    *    *",
    "*    *    2    1    3    4    4    *    2    1    1    3    3    *    4",
)
RATINGS = st.dictionaries(st.tuples(*[st.sampled_from(["A", "B", None])] * 3), st.integers(1, 5), max_size=9)


def counted(rows: list[list[str | None]]) -> dict[tuple[str | None, ...], float]:
    found: dict[tuple[str | None, ...], float] = {}
    for labels in zip(*rows, strict=True):
        found[labels] = found.get(labels, 0) + 1
    return found


def test_the_example_of_krippendorff() -> None:
    found = coincidences(counted([[None if each == "*" else each for each in row.split()] for row in EXAMPLE]))
    assert found.value == pytest.approx(0.691358024691358)
    assert found.unpaired == 3  # the first unit has one label, the second and the fourteenth none


def test_conventions() -> None:
    assert (coincidences({}).value, coincidences({}).why) == (None, NO_UNITS)
    assert coincidences({("A", None): 3}) == Coincidences(0, {}, 3)
    one = coincidences({("A", "A"): 3})
    assert (one.value, one.why) == (1.0, ONE_LABEL)


@pytest.mark.parametrize("seed", range(30))
def test_as_krippendorff_and_nltk_have_it(seed: int) -> None:
    generator = random.Random(seed)
    annotators, units = generator.randrange(2, 6), generator.randrange(5, 40)
    rows: list[list[str | None]] = [[] for _ in range(annotators)]
    for _ in range(units):
        usual = generator.choice("ABC")
        for row in rows:
            row.append(
                None if generator.random() < 0.2 else usual if generator.random() < 0.7 else generator.choice("ABC")
            )
    found = coincidences(counted(rows))
    numbers = [[float("nan") if each is None else float(ord(each)) for each in row] for row in rows]
    assert found.value == pytest.approx(krippendorff.alpha(numbers, level_of_measurement="nominal"))
    paired = [at for at in range(units) if sum(row[at] is not None for row in rows) > 1]
    task = AnnotationTask([(str(who), at, row[at]) for who, row in enumerate(rows) for at in paired if row[at]])
    assert found.value == pytest.approx(task.alpha())
    assert found.unpaired == units - len(paired)


@given(RATINGS, RATINGS)
def test_laws(one: dict[tuple[str | None, ...], float], other: dict[tuple[str | None, ...], float]) -> None:
    both = dict(one)
    for labels, units in other.items():
        both[labels] = both.get(labels, 0) + units
    added = coincidences(one) + coincidences(other)
    value = coincidences(both).value
    assert added.value == (value if value is None else pytest.approx(value))
    assert Coincidences.of_sums(added.sums()).value == added.value
    turned: dict[tuple[str | None, ...], float] = {}
    for labels, units in one.items():
        turned[labels[::-1]] = turned.get(labels[::-1], 0) + units
    value = coincidences(one).value
    assert coincidences(turned).value == (value if value is None else pytest.approx(value))
    assert value is None or value <= 1
    same = coincidences({(label, label, label): 2 for labels in one for label in labels if label})
    assert same.value in (1, None)
