"""What pairs share: each short cut gives what the plain functions give, for any spans."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.codings import Characters, Stretches, coding, contingency, margins
from annotator.agreement.counts import Bags, Counts, common
from annotator.agreement.kappa import Aligned, Margins
from annotator.agreement.meeting import Meeting, Spans
from annotator.agreement.once import once
from annotator.agreement.spans import Mention, aligned, overlap, per_label
from annotator.model.annotations import make_fragments

TEXT = "وصل سامح شكري\nلدمشق أمس  وعاد"
RANGES = st.tuples(st.integers(0, 22), st.integers(1, 7)).map(lambda r: (r[0], r[0] + r[1]))
FRAGMENTS = st.lists(RANGES, min_size=1, max_size=2).map(make_fragments)
MENTION = st.builds(Mention, st.just("entity"), st.sampled_from("ABC"), FRAGMENTS)


def in_text(spans: list[Mention]) -> list[Mention]:
    return sorted(spans, key=lambda mention: (mention.fragments[0].start, -mention.fragments[-1].end))


SIDES = st.tuples(st.lists(MENTION, max_size=4), st.lists(MENTION, max_size=4), st.lists(MENTION, max_size=4)).map(
    lambda given: (in_text(given[0] + given[2]), in_text(given[1] + given[2]))
)
"""Two sides with some mentions in common."""


@given(SIDES)
def test_a_meeting_counts_as_the_plain_functions(sides: tuple[list[Mention], list[Mention]]) -> None:
    left, right = sides
    meeting = Meeting(Spans(left), Spans(right))
    assert meeting.exact == per_label(left, right)
    assert meeting.overlaps == per_label(left, right, overlap)


@given(SIDES)
def test_partners_of_a_meeting(sides: tuple[list[Mention], list[Mention]]) -> None:
    left, right = sides
    met = Meeting(Spans(left), Spans(right)).partners
    pairs = aligned(left, right)
    expected = Counter((pair.left.type if pair.left else "", pair.right.type if pair.right else "") for pair in pairs)
    number, most = Counter(dict(met)), len([pair for pair in pairs if pair.left and pair.right])
    assert sum(count for cell, count in number.items() if "" not in cell) == most
    same = [sum(count for (one, other), count in table.items() if one == other) for table in (number, expected)]
    assert same[0] == same[1]  # which of several equally good partners is another matter
    for side in (0, 1):
        names = [Counter[str](), Counter[str]()]
        for table, found in zip((number, expected), names, strict=True):
            for cell, count in table.items():
                found[cell[side]] += count
        assert names[0] == names[1]


@given(SIDES, st.booleans())
def test_margins_are_those_of_the_contingency(sides: tuple[list[Mention], list[Mention]], outside: bool) -> None:
    units = Characters(TEXT)
    left, right = (coding([it for it in side if it.fragments[-1].end <= len(TEXT)], units) for side in sides)
    table = contingency(left, right, units.count).labelled("all" if outside else "any")
    found = margins(Stretches(left.runs), Stretches(right.runs), units.count, outside=outside)
    expected = table.margins()
    assert (found.agreed, found.left, found.right) == (expected.agreed, expected.left, expected.right)
    assert found.excluded == table.excluded
    assert (found + found).excluded == 2 * found.excluded


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=5).flatmap(lambda it: st.tuples(st.just(it), st.permutations(it)))
)
def test_aligned_margins_have_the_same_values(sides: tuple[list[int], list[int]]) -> None:
    left, right = sides
    agreed = sum(map(min, left, right))
    found, expected = Aligned(agreed, left, right), Margins(agreed, dict(enumerate(left)), dict(enumerate(right)))
    assert (found.value, found.pi) == (expected.kappa, expected.pi)


ITEMS = st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 2)), max_size=8)


@given(ITEMS, ITEMS)
def test_bags_are_multisets_for_each_label(left: list[tuple[str, int]], right: list[tuple[str, int]]) -> None:
    def expected(ours: list[tuple[str, int]], theirs: list[tuple[str, int]]) -> dict[str, Counts]:
        labels = {label for label, _ in (*ours, *theirs)}
        return {
            it: common([n for name, n in ours if name == it], [n for name, n in theirs if name == it]) for it in labels
        }

    ours, theirs = Bags(left), Bags(right)
    assert ours.common(theirs) == expected(left, right)
    assert ours.common(Bags(reversed(left))) == expected(left, left)


def test_a_property_is_computed_once() -> None:
    class Thing:
        asked = 0

        @once
        def number(self) -> int:
            """How often it was asked."""
            self.asked += 1
            return self.asked

    thing = Thing()
    assert [thing.number, thing.number, Thing().number] == [1, 1, 1]
    assert Thing.number.__doc__ == "How often it was asked."
