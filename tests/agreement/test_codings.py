"""Codings: the pinned kappas over tokens and characters, and what a loop over every unit would give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.alpha import coincidences
from annotator.agreement.codings import (
    Characters,
    Coding,
    Run,
    Scheme,
    Tokens,
    Units,
    coding,
    contingency,
    of_type,
    outermost,
    ratings,
)
from annotator.agreement.kappa import OUTSIDE, SCOPES, Contingency, fleiss
from annotator.agreement.spans import Mention, shared
from annotator.model.annotations import Fragment, make_fragments

TWELVE = Tokens((at, at + 1) for at in range(12))
RANGES = st.tuples(st.integers(0, 22), st.integers(1, 8)).map(lambda r: (r[0], r[0] + r[1]))
FRAGMENTS = st.lists(RANGES, min_size=1, max_size=2).map(make_fragments)
MENTION = st.builds(Mention, st.just("entity"), st.sampled_from(["A", "B", "C"]), FRAGMENTS)
SIDE = st.lists(MENTION, max_size=6)
TEXT = "وصل  سامح شكري\nلدمشق أمس، وعاد."


def pair(left: list[Mention], right: list[Mention], scheme: Scheme = "types") -> Contingency:
    return contingency(coding(left, TWELVE, scheme), coding(right, TWELVE, scheme), 12)


def test_pinned_kappas(s_a: list[Mention], s_b: list[Mention]) -> None:
    assert pair(s_a, s_b, "bio").kappa == pytest.approx(0.368421052631579)
    table = pair(s_a, s_b)
    assert table.kappa == pytest.approx(0.4495412844036697)
    assert table.pi == pytest.approx(0.43661971830985924)
    either, both = table.labelled("any"), table.labelled("both")
    assert (either.units, either.excluded) == (9, 3)
    assert either.kappa == pytest.approx(0.32835820895522394)
    assert (both.units, both.excluded) == (5, 7)
    assert both.kappa == pytest.approx(0.7058823529411765)
    assert table.labelled("all") is table


def test_pinned_values_for_three(s_a: list[Mention], s_b: list[Mention]) -> None:
    third = [Mention("entity", "ORG", (Fragment(3, 6),)) if m.type == "ORG" else m for m in s_b]
    two, three = ([coding(side, TWELVE) for side in sides] for sides in ((s_a, s_b), (s_a, s_b, third)))
    labels, left_out = ratings(two, 12)
    assert left_out == 0
    assert coincidences(labels).value == pytest.approx(0.460093896713615)
    assert fleiss(labels, 2).value == pytest.approx(0.43661971830985924)
    labels, _ = ratings(three, 12)
    assert coincidences(labels).value == pytest.approx(0.6331236897274632)
    assert fleiss(labels, 3).value == pytest.approx(0.6226415094339622)
    kappas = [contingency(three[i], three[j], 12).kappa or 0 for i, j in ((0, 1), (0, 2), (1, 2))]
    assert sum(kappas) / 3 == pytest.approx(0.6318435297388346)


def test_characters_are_no_white_space() -> None:
    units = Characters("ab  c\td")
    assert units.count == 4
    assert [units.between(*at) for at in ((0, 2), (1, 5), (2, 4), (4, 7))] == [(0, 2), (1, 3), (2, 2), (2, 4)]


def test_a_token_is_covered_when_touched() -> None:
    units = Tokens([(0, 3), (4, 8), (9, 10)])
    assert units.count == 3
    assert [units.between(*at) for at in ((0, 3), (2, 5), (3, 4), (8, 10), (5, 6))] == [
        (0, 1),
        (0, 2),
        (1, 1),
        (2, 3),
        (1, 2),
    ]


def test_labels_are_sets_of_types() -> None:
    spans = [
        Mention("entity", "ORG", (Fragment(0, 6),)),
        Mention("entity", "GPE", (Fragment(4, 6),)),
        Mention("entity", "ORG", (Fragment(5, 6),)),
        Mention("event", "Say", (Fragment(8, 9), Fragment(10, 11))),
    ]
    assert coding(spans, TWELVE).runs == [
        Run(0, 4, ("ORG",)),
        Run(4, 6, ("GPE", "ORG")),
        Run(8, 9, ("Say",)),
        Run(10, 11, ("Say",)),
    ]


def test_bio_shows_the_outermost_and_says_what_it_left_out() -> None:
    inner = Mention("entity", "GPE", (Fragment(4, 6),))
    spans = [
        inner,
        Mention("entity", "ORG", (Fragment(0, 6),)),
        Mention("event", "S", (Fragment(8, 9), Fragment(10, 12))),
    ]
    found = coding(spans, TWELVE, "bio")
    assert found.runs == [
        Run(0, 1, ("B-ORG",)),
        Run(1, 6, ("I-ORG",)),
        Run(8, 9, ("B-S",)),
        Run(10, 12, ("I-S",)),
    ]
    assert found.excluded == [inner]
    shared_token = Tokens([(0, 6), (7, 9)])
    halves = [Mention("entity", "A", (Fragment(0, 3),)), Mention("entity", "B", (Fragment(3, 8),))]
    assert coding(halves, shared_token, "bio").runs == [Run(0, 1, ("B-A",)), Run(1, 2, ("I-B",))]


def test_a_span_of_white_space_only_is_excluded() -> None:
    nothing = Mention("entity", "A", (Fragment(2, 4),))
    assert coding([nothing], Characters("ab  c")) == Coding([], [nothing])


def labels_by_loop(spans: list[Mention], places: list[tuple[int, int]]) -> list[tuple[str, ...]]:
    return [tuple(sorted({m.type for m in spans if shared(m.fragments, (Fragment(*place),))})) for place in places]


CHARACTERS = [(at, at + 1) for at, character in enumerate(TEXT) if not character.isspace()]
WORDS = [(0, 3), (5, 9), (10, 14), (15, 20), (21, 24), (24, 25), (26, 30), (30, 31)]


@pytest.mark.parametrize(("units", "places"), [(Characters(TEXT), CHARACTERS), (Tokens(WORDS), WORDS)])
@given(st.lists(SIDE, min_size=3, max_size=3))
def test_runs_are_what_a_loop_gives(units: Units, places: list[tuple[int, int]], sides: list[list[Mention]]) -> None:
    assert units.count == len(places)
    codings = [coding(side, units) for side in sides]
    loops = [labels_by_loop(side, places) for side in sides]
    cells: dict[tuple[tuple[str, ...], tuple[str, ...]], float] = {}
    for labels in zip(loops[0], loops[1], strict=True):
        cells[labels] = cells.get(labels, 0) + 1
    table = contingency(codings[0], codings[1], units.count)
    assert table.cells == cells
    assert contingency(codings[1], codings[0], units.count).kappa == pytest.approx(table.kappa)
    assert contingency(codings[0], codings[0], units.count).kappa == 1
    alone = [[m for m in side if m.type == "A"] for side in sides]
    assert of_type(table, "A") == contingency(coding(alone[0], units), coding(alone[1], units), units.count)
    for wanted in SCOPES:
        found, left_out = ratings(codings, units.count, wanted)
        test = {"all": lambda _: True, "any": any, "both": all}[wanted]
        expected = [labels for labels in zip(*loops, strict=True) if test(labels)]
        assert found == {labels: expected.count(labels) for labels in expected}
        assert left_out == len(places) - len(expected)


def test_who_did_not_work_on_a_document_has_no_labels() -> None:
    spans = [Mention("entity", "A", (Fragment(0, 2),))]
    found, left_out = ratings([coding(spans, TWELVE), None], 12)
    assert found == {(("A",), None): 2, (OUTSIDE, None): 10}
    assert left_out == 0
    assert coincidences(found).unpaired == 12
    assert fleiss(found, 2).incomplete == 12
    assert ratings([None, None], 12) == ({}, 12)


@given(SIDE)
def test_outermost_spans_do_not_overlap(spans: list[Mention]) -> None:
    kept, left_out = outermost(spans)
    assert sorted(map(repr, kept + left_out)) == sorted(map(repr, spans))
    for at, mention in enumerate(kept):
        assert not any(shared(mention.fragments, other.fragments) for other in kept[at + 1 :])
    for mention in left_out:
        rivals = [other for other in kept if shared(mention.fragments, other.fragments)]
        assert max(sum(e - s for s, e in o.fragments) for o in rivals) >= sum(e - s for s, e in mention.fragments)
