"""Cohen's kappa of the roles that entities have for triggers, where both annotators have both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from annotator.agreement.kappa import OUTSIDE
from annotator.agreement.measures import MEASURES
from annotator.agreement.opinions import Opinion, Page, Pairing
from annotator.agreement.study import Exclusion, Result, Settings
from annotator.agreement.studying import Collector
from annotator.agreement.tallies import candidates, candidates_labels, items, left_out
from annotator.model.annotations import Annotation, Annotations, Argument, Entity, Event, Fragment
from annotator.model.schema_file import read_schema

SCHEMA = read_schema(
    'name = "x"\nversion = "1"\n[entities.PERS]\n[entities.GPE]\n'
    '[events.Meet]\nroles.Who = { fillers = ["PERS"] }\nroles.Place = { fillers = ["GPE"] }\n'
    '[events.Die]\nroles.Victim = { fillers = ["PERS"] }\n'
)
TEXT = "التقى بشير علي في حلب. ومات عمر هناك."  # two sentences, the second from 23


def place(words: str) -> tuple[Fragment, ...]:
    start = TEXT.index(words)
    return (Fragment(start, start + len(words)),)


PEOPLE = [Entity(id, "PERS", place(words)) for id, words in (("b", "بشير"), ("a", "علي"), ("o", "عمر"))]
ALEPPO = Entity("h", "GPE", place("حلب"))


def opinion(meet: Sequence[tuple[str, str]], die: Sequence[tuple[str, str]], *more: Annotation) -> list[Annotation]:
    made = [
        Event(id, kind, place(words), tuple(Argument(*it) for it in arguments))
        for id, kind, words, arguments in (("m", "Meet", "التقى", meet), ("d", "Die", "مات", die))
    ]
    return [*PEOPLE, *more, *made]


OURS = opinion([("Who", "b"), ("Who", "a"), ("Place", "h")], [("Victim", "o")], ALEPPO)
THEIRS = opinion([("Who", "b"), ("Place", "a")], [("Victim", "o")])


def pairing(ours: Sequence[Annotation], theirs: Sequence[Annotation], label: str = "") -> Pairing:
    page = Page("d", len(TEXT), TEXT)
    left, right = (Opinion(page, Annotations(side), SCHEMA, label) for side in (ours, theirs))
    return Pairing(left, right)


def result(layers: Mapping[str, Sequence[Annotation]], label: str = "") -> Result:
    collector = Collector([MEASURES["argument-kappa"]], sorted(layers), "", SCHEMA, Settings(label=label))
    collector.add(Page("d", len(TEXT), TEXT), {name: Annotations(its) for name, its in layers.items()}, {})
    return collector.study("p", "2026-01-01T00:00:00Z").results[0]


def test_candidates_are_the_entities_of_both_in_the_sentence_of_a_trigger_of_both() -> None:
    found = candidates(pairing(OURS, THEIRS))
    assert found.cells == {
        (("Who",), ("Who",)): 1,
        (("Who",), ("Place",)): 1,
        (("Victim",), ("Victim",)): 1,
    }
    assert found.excluded == 1  # the place, which is an entity for one only
    assert left_out(found) == (1, "arguments", "their trigger or filler is not an entity or event of both")
    assert items(found) == 3
    assert left_out(candidates(pairing(THEIRS, THEIRS))) is None


def test_no_role_is_a_role() -> None:
    found = candidates(pairing(opinion([("Who", "b")], []), opinion([], [])))
    assert found.cells == {(("Who",), OUTSIDE): 1, (OUTSIDE, OUTSIDE): 2}


def test_an_argument_from_another_sentence_is_a_candidate_too() -> None:
    found = candidates(pairing(opinion([("Who", "o")], []), opinion([], [])))
    assert found.cells[("Who",), OUTSIDE] == 1


def test_each_type_of_event_by_itself() -> None:
    found = candidates_labels(pairing(OURS, THEIRS))
    assert {name: table.cells for name, table in found.items()} == {
        "Meet": {(("Who",), ("Who",)): 1, (("Who",), ("Place",)): 1},
        "Die": {(("Victim",), ("Victim",)): 1},
    }
    assert candidates(pairing(OURS, THEIRS, "Meet")).cells == found["Meet"].cells
    assert candidates(pairing(OURS, THEIRS, "Meet")).excluded == 1


def test_in_a_study() -> None:
    found = result({"x": OURS, "y": THEIRS})
    number = found.mean
    # Two of three agree; Who 2/3 · 1/3 and Victim 1/3 · 1/3 are expected.
    assert number.value == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))
    assert (number.items, found.pairs[0].number.items) == (3, 3)
    why = "their trigger or filler is not an entity or event of both"
    assert found.pairs[0].number.excluded == (Exclusion(1, "arguments", why),)
    assert [cell.name for cell in found.labels] == ["Meet", "Die"]
    assert found.labels[1].mean.value == 1.0
    alone = result({"x": OURS, "y": THEIRS}, "Meet")
    assert alone.mean.value == found.labels[0].mean.value


def test_without_events_there_is_nothing_to_compare() -> None:
    found = result({"x": PEOPLE, "y": PEOPLE})
    assert (found.mean.value, found.mean.why) == (None, "neither has any")
