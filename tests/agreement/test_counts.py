"""Counts add up, do not care for sides, and say what is a convention."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.counts import BOTH_EMPTY, ONE_EMPTY, Counts, common, counted, total


@pytest.mark.parametrize(
    ("count", "plural", "said"),
    [
        (1, "documents", "1 document"),
        (2, "documents", "2 documents"),
        (0, "pairs", "0 pairs"),
        (1, "entity mentions", "1 entity mention"),
        (1, "pairs of a trigger and an entity", "1 pair of a trigger and an entity"),
        (1, "mentions in chains", "1 mention in chains"),
        (1, "arguments of events", "1 argument of events"),
        (1, "characters that are no white space", "1 character that is no white space"),
        (1, "code points of everybody's continuum", "1 code point of everybody's continuum"),
        (1000, "characters that are no white space", "1,000 characters that are no white space"),
    ],
)
def test_a_count_reads_right(count: int, plural: str, said: str) -> None:
    assert counted(count, plural) == said


ITEMS = st.lists(st.integers(0, 6), max_size=12)


def test_precision_and_recall_swap_with_the_reference() -> None:
    counts = Counts(2, 4, 8)
    assert (counts.precision, counts.recall, counts.f1) == (0.25, 0.5, 1 / 3)
    assert (counts.swapped().precision, counts.swapped().recall, counts.swapped().f1) == (0.5, 0.25, 1 / 3)


def test_nothing_on_a_side() -> None:
    assert (Counts().value, Counts().precision, Counts().recall, Counts().why) == (1.0, 1.0, 1.0, BOTH_EMPTY)
    one = Counts(0, 3, 0)
    assert (one.value, one.precision, one.recall, one.why) == (0.0, None, 0.0, ONE_EMPTY)


@given(ITEMS, ITEMS)
def test_common_is_the_intersection_of_multisets(left: list[int], right: list[int]) -> None:
    counts = common(left, right)
    rest = list(right)
    both = 0
    for item in left:
        if item in rest:
            rest.remove(item)
            both += 1
    assert counts == Counts(both, len(left), len(right)) == common(right, left).swapped()
    assert 0 <= counts.f1 <= 1
    assert common(left, left).f1 == 1


@given(st.lists(st.tuples(ITEMS, ITEMS), max_size=5))
def test_sums_are_what_the_value_needs(documents: list[tuple[list[int], list[int]]]) -> None:
    added = total([common(*document) for document in documents], Counts())
    assert Counts.of_sums(added.sums()) == added
    assert added.left == sum(len(left) for left, _ in documents)
    precision, recall = added.precision, added.recall
    if precision and recall:
        assert added.f1 == pytest.approx(2 * precision * recall / (precision + recall))
