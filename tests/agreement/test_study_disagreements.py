"""What stands behind a number: every way in which two people may differ, with ids and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.disagreements import KINDS, THINGS, Disagreement, disagreements
from annotator.agreement.measures import measures_of
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Note,
    Relation,
    make_fragments,
)
from annotator.model.schema_file import read_schema

SCHEMA = read_schema(
    """
name = "x"
version = "1"
[attributes.level]
values = ["NAM", "NOM"]
default = "NAM"
[attributes.sure]
[entities.PERS]
attributes = ["level", "sure"]
[entities.GPE]
[events.Meet]
roles.Who = { fillers = ["PERS"] }
roles.Place = { fillers = ["GPE"] }
[relations.IN]
source = ["PERS"]
target = ["GPE"]
[relations.NEAR]
source = ["GPE"]
target = ["GPE"]
symmetric = true
"""
)


def entity(id: str, label: str, start: int, end: int) -> Entity:
    return Entity(id, label, (Fragment(start, end),))


P, G, Q = entity("p", "PERS", 0, 4), entity("g", "GPE", 6, 10), entity("q", "PERS", 12, 16)
ENTITIES = (P, G, Q)


def differ(left: Sequence[Annotation], right: Sequence[Annotation]) -> list[Disagreement]:
    renamed = [replace(item, id=f"{item.id}2") for item in right]
    return disagreements("d", Annotations(left), Annotations([_with_ids(item) for item in renamed]), SCHEMA)


def _with_ids(item: Annotation) -> Annotation:
    """ITEM with references to the renamed annotations: two people never share ids."""
    match item:
        case Event():
            return replace(item, arguments=tuple(replace(it, target=f"{it.target}2") for it in item.arguments))
        case Relation():
            return replace(item, source=f"{item.source}2", target=f"{item.target}2")
        case Chain():
            return replace(item, members=tuple(f"{it}2" for it in item.members))
        case _:
            return item


def brief(found: Sequence[Disagreement]) -> list[tuple[str, str, str]]:
    return [(it.thing, it.kind, it.name) for it in found]


def test_who_says_the_same_does_not_differ() -> None:
    event = Event("e", "Meet", (Fragment(20, 24),), (Argument("Who", "p"), Argument("Place", "g")))
    items: list[Annotation] = [
        *ENTITIES,
        event,
        Relation("r", "IN", "p", "g"),
        Chain("c", ("p", "q")),
        DocumentLabel("l", "topic", "war"),
    ]
    assert differ(items, items) == []
    assert differ(items, [*items, Note("n", "well")]) == []


def test_missed() -> None:
    (found,) = differ([P, G], [P])
    assert (found.thing, found.kind, found.start, found.end, found.right) == ("entity", "missed", 6, 10, None)
    assert found.left is not None
    assert (found.left.id, found.left.label) == ("g", "GPE")
    assert found.labels == ("GPE",)
    assert found.is_about("GPE")
    assert not found.is_about("PERS")
    assert found.what == "entity: only one has it (GPE | –)"


def test_boundary_and_label() -> None:
    boundary, label = differ([P], [entity("p", "GPE", 0, 6)])
    assert (boundary.kind, label.kind) == ("boundary", "label")
    assert (boundary.start, boundary.end) == (0, 6)
    assert (label.left and label.left.id, label.right and label.right.id) == ("p", "p2")
    assert label.labels == ("PERS", "GPE")


def test_discontinuous_spans_are_compared_by_their_fragments() -> None:
    whole = Entity("w", "PERS", make_fragments([(0, 10)]))
    parts = Entity("w", "PERS", make_fragments([(0, 4), (6, 10)]))
    assert brief(differ([whole], [parts])) == [("entity", "boundary", "")]


def test_attributes_and_identifiers() -> None:
    one = replace(P, attributes=(("level", "NOM"), ("sure", True)), identifiers=("Q:1", "Q:2"))
    found = differ([one], [replace(P, identifiers=("Q:2",))])
    assert brief(found) == [
        ("entity", "attribute", "level"),
        ("entity", "attribute", "sure"),
        ("entity", "identifier", ""),
    ]
    said = [(it.left and it.left.value, it.right and it.right.value) for it in found]
    assert said == [("NOM", "NAM"), ("true", "not set"), ("Q:1, Q:2", "Q:2")]
    assert differ([replace(P, attributes=(("level", "NAM"),))], [P]) == []  # the default


def meeting(*arguments: tuple[str, str], label: str = "Meet", start: int = 20) -> Event:
    return Event("e", label, (Fragment(start, start + 4),), tuple(Argument(*it) for it in arguments))


def test_arguments() -> None:
    left = meeting(("Who", "p"), ("Place", "g"), ("Who", "q"))
    right = meeting(("Place", "p"), ("Who", "q"))
    missed, role = differ([*ENTITIES, left], [*ENTITIES, right])
    assert (role.thing, role.kind, role.name) == ("argument", "role", "Who")
    assert (role.left and role.left.value, role.right and role.right.value) == ("Who PERS", "Place PERS")
    assert (role.left and role.left.target, role.right and role.right.target) == ("p", "p2")
    assert (missed.kind, missed.name, missed.right) == ("missed", "Place", None)
    assert (role.start, role.end) == (20, 24)


def test_another_filler_of_the_same_role() -> None:
    (found,) = differ([*ENTITIES, meeting(("Who", "p"))], [*ENTITIES, meeting(("Who", "q"))])
    assert (found.kind, found.left and found.left.target, found.right and found.right.target) == ("filler", "p", "q2")


def test_a_filler_with_another_boundary_is_told_once() -> None:
    longer = entity("p", "PERS", 0, 5)
    assert brief(differ([P, meeting(("Who", "p"))], [longer, meeting(("Who", "p"))])) == [("entity", "boundary", "")]


def test_the_arguments_of_an_event_that_one_missed_are_not_told() -> None:
    assert brief(differ([P, meeting(("Who", "p"))], [P])) == [("event", "missed", "")]


def test_equal_arguments_are_counted() -> None:
    twice = meeting(("Who", "p"), ("Who", "p"))
    assert brief(differ([P, twice], [P, meeting(("Who", "p"))])) == [("argument", "missed", "Who")]


def test_relations() -> None:
    there = [*ENTITIES, entity("h", "GPE", 30, 34)]
    near, turned = Relation("r", "NEAR", "g", "h"), Relation("r", "NEAR", "h", "g")
    into, back = Relation("r", "IN", "p", "g"), Relation("r", "IN", "g", "p")
    assert differ([*there, near], [*there, turned]) == []
    (direction,) = differ([*there, into], [*there, back])
    assert (direction.thing, direction.kind, direction.name) == ("relation", "direction", "IN")
    assert (direction.start, direction.end) == (0, 10)
    assert brief(differ([*there, near], [*there, replace(turned, type="IN")])) == [("relation", "label", "NEAR")]
    assert brief(differ([*there, into], there)) == [("relation", "missed", "IN")]
    assert brief(differ(there, [*there, into])) == [("relation", "missed", "IN")]


def test_chains() -> None:
    left, right = Chain("c", ("p", "q")), Chain("c", ("p", "q", "g"))
    (found,) = differ([*ENTITIES, left], [*ENTITIES, right])
    assert (found.thing, found.kind, found.left) == ("chain", "member", None)
    assert found.right is not None
    assert (found.right.id, found.right.target, found.start, found.end) == ("c2", "g2", 6, 10)
    assert len(differ([*ENTITIES, left], ENTITIES)) == 2


def test_document_labels() -> None:
    found = differ([DocumentLabel("a", "topic", "war")], [DocumentLabel("b", "topic", "sport")])
    assert brief(found) == [("document", "missed", "topic")] * 2
    assert {it.left.value if it.left else it.right.value if it.right else "" for it in found} == {"war", "sport"}


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("span-exact", {("entity", "missed"), ("entity", "boundary"), ("entity", "label")}),
        ("span-boundary", {("entity", "missed"), ("entity", "boundary")}),
        ("trigger", {("event", "label")}),
        ("trigger-id", set()),
        ("argument", {("argument", "role"), ("event", "label")}),
        ("argument-id", {("event", "label")}),
        ("relation", {("relation", "missed")}),
        ("attribute-level", {("entity", "attribute")}),
    ],
)
def test_what_a_measure_is_about(measure: str, expected: set[tuple[str, str]]) -> None:
    left: list[Annotation] = [
        P,
        G,
        meeting(("Who", "p")),
        entity("x", "GPE", 40, 42),
        entity("y", "GPE", 50, 52),
        Relation("r", "IN", "p", "g"),
    ]
    right: list[Annotation] = [
        replace(P, attributes=(("level", "NOM"), ("sure", True))),
        G,
        meeting(("Place", "p"), label="Die"),
        entity("x", "GPE", 40, 43),
        entity("y", "PERS", 50, 52),
        entity("z", "PERS", 60, 62),
    ]
    kind = measures_of(SCHEMA)[measure]
    assert {(it.thing, it.kind) for it in differ(left, right) if kind.concerns(it)} == expected


spans = st.lists(st.tuples(st.sampled_from(["PERS", "GPE"]), st.integers(0, 20), st.integers(1, 5)), max_size=7).map(
    lambda found: [entity(f"e{n}", label, start, start + length) for n, (label, start, length) in enumerate(found)]
)


@given(spans, spans)
def test_turned_round_it_is_the_same(left: list[Entity], right: list[Entity]) -> None:
    here = disagreements("d", Annotations(left), Annotations(right), SCHEMA)
    there = disagreements("d", Annotations(right), Annotations(left), SCHEMA)
    assert len([it for it in here if it.kind == "missed"]) == len([it for it in there if it.kind == "missed"])
    assert here == disagreements("d", Annotations(left), Annotations(right), SCHEMA)


@given(spans, spans)
def test_exact_agreement_means_nothing_is_told(left: list[Entity], right: list[Entity]) -> None:
    from annotator.agreement.spans import exact, mentions

    counts = exact(mentions(Annotations(left)), mentions(Annotations(right)))
    found = disagreements("d", Annotations(left), Annotations(right), SCHEMA)
    assert (not found) == (counts.both == counts.left == counts.right)
    for it in found:
        assert it.thing in THINGS
        assert it.kind in KINDS
        assert it.start < it.end
        assert it.what
