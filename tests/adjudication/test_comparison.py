"""How people can differ, one small example each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotator.adjudication.answers import Rule, adopt, merge
from annotator.adjudication.comparison import Comparison, compare
from annotator.adjudication.decisions import Decision
from annotator.adjudication.feedback import differences
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import Item, Kind, pieces_of, versions
from annotator.adjudication.plain import sentence
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Relation,
)
from annotator.model.schema import Schema

Compare = Callable[..., Comparison]


def entity(id: str, start: int, end: int, label: str = "PERS", level: str = "") -> Entity:
    return Entity(id, label, (Fragment(start, end),), (("level", level),) if level else ())


def event(id: str, start: int, end: int, *arguments: tuple[str, str], label: str = "Attack") -> Event:
    return Event(id, label, (Fragment(start, end),), tuple(Argument(*argument) for argument in arguments))


@pytest.fixture
def between(schema: Schema) -> Compare:
    """Compares what several people say, each a list of annotations."""

    def made(*layers: list[Annotation]) -> Comparison:
        return compare({f"p{number}": Annotations(layer) for number, layer in enumerate(layers)}, schema)

    return made


def only(comparison: Comparison) -> Item:
    (item,) = comparison.disputed()
    return item


def kinds(comparison: Comparison) -> list[Kind | None]:
    return sorted((item.kind for item in comparison.disputed()), key=str)


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ([entity("a", 0, 6, level="NAM")], "boundary"),
        ([entity("a", 0, 5, "ORG", "NAM")], "label"),
        ([entity("a", 1, 5, "ORG", "NAM")], "label"),
        ([], "missing"),
        ([entity("a", 0, 2), entity("b", 3, 5)], "split"),
        ([entity("a", 0, 5, level="NOM")], "attribute"),
        ([entity("a", 0, 5, level="NAM"), entity("b", 0, 5, "ORG")], "missing"),
    ],
)
def test_entities(between: Compare, other: list[Annotation], kind: Kind) -> None:
    assert only(between([entity("x", 0, 5, level="NAM")], other)).kind == kind


def test_too_far_apart(between: Compare) -> None:
    """A name inside a long one of another type is another thing, not another opinion."""
    assert kinds(between([entity("x", 0, 20)], [entity("y", 15, 20, "GPE")])) == ["missing", "missing"]


def test_nested_and_stacked(between: Compare) -> None:
    nested: list[Annotation] = [entity("a", 0, 20, "ORG"), entity("b", 10, 20, "GPE"), entity("c", 10, 20, "PERS")]
    assert kinds(between(nested, nested, nested)) == []
    assert only(between(nested, nested[:2])).kind == "missing"
    assert only(between(nested, nested[1:])).kind == "missing"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ([event("v", 10, 14, ("Agent", "x"), label="Die")], ["trigger type"]),
        ([event("v", 10, 15, ("Agent", "x"))], ["boundary"]),
        ([event("v", 10, 14, ("Place", "x"))], ["role"]),
        ([event("v", 10, 14)], ["filler"]),
        ([event("v", 10, 14, ("Agent", "y"))], ["filler"]),
        ([], ["missing"]),
    ],
)
def test_events(between: Compare, other: list[Annotation], expected: list[Kind]) -> None:
    people: list[Annotation] = [entity("x", 0, 5), entity("y", 20, 25)]
    assert kinds(between([*people, event("v", 10, 14, ("Agent", "x"))], [*people, *other])) == expected


def test_two_events_on_one_trigger_stay_two(between: Compare) -> None:
    people: list[Annotation] = [entity("x", 0, 5), entity("y", 20, 25)]
    two: list[Annotation] = [event("v", 10, 14, ("Agent", "x")), event("w", 10, 14, ("Agent", "y"))]
    comparison = between([*people, *two], [*people, *reversed(two)])
    assert kinds(comparison) == []
    assert len(Adjudication(comparison, {}).gold.events) == 2
    assert only(between([*people, *two], [*people, two[1]])).kind == "missing"
    different: list[Annotation] = [event("v", 10, 14, ("Agent", "x")), event("w", 10, 14, ("Place", "y"))]
    comparison = between([*people, *two], [*people, *different])
    assert kinds(comparison) == ["role"]
    assert only(comparison).about == (comparison.places["p0"]["y"].item,)


@pytest.mark.parametrize(
    ("label", "source", "target", "kind"),
    [("PartOf", "x", "y", None), ("PartOf", "y", "x", "relation"), ("Near", "x", "y", "relation")],
)
def test_relations(between: Compare, label: str, source: str, target: str, kind: Kind | None) -> None:
    people: list[Annotation] = [entity("x", 0, 5), entity("y", 20, 25)]
    relation = Relation("r", "PartOf", "x", "y")
    found = kinds(between([*people, relation], [*people, Relation("r", label, source, target)]))
    assert found == ([] if kind is None else [kind])
    assert kinds(between([*people, relation], people)) == ["relation"]
    assert kinds(between([*people, relation], people[:1])) == ["missing"]  # who has no end has no say


def test_no_direction(between: Compare) -> None:
    people: list[Annotation] = [entity("x", 0, 5), entity("y", 20, 25)]
    assert kinds(between([*people, Relation("r", "Near", "x", "y")], [*people, Relation("s", "Near", "y", "x")])) == []


def test_chains(between: Compare) -> None:
    people: list[Annotation] = [entity(id, at, at + 3) for id, at in (("a", 0), ("b", 10), ("c", 20), ("d", 30))]
    chain = Chain("k", ("a", "b", "c"))
    assert kinds(between([*people, chain], [*people, Chain("m", ("c", "a", "b"))])) == []
    assert kinds(between([*people, chain], [*people, Chain("m", ("a", "b"))])) == ["chain"]
    assert kinds(between([*people, chain], people)) == ["chain"]
    less = between([*people, chain], [*people[:2], people[3], Chain("m", ("a", "b"))])
    assert kinds(less) == ["missing"]  # the chains agree as far as both marked the mentions


def test_an_edits_steps_have_an_order_of_their_own(between: Compare) -> None:
    """Not that of a set, which is another one in each run of the program."""
    values = tuple(f"value {number:02}" for number in range(12))
    made = Adjudication(between([DocumentLabel("l", "topic", "war")], [DocumentLabel("l", "topic", "sport")]), {})
    (item,) = made.items()
    steps = made.decide({item.key: Decision(item.key, values)}).replacements
    assert [step.after.value for step in steps if isinstance(step.after, DocumentLabel)] == [*values]
    steps = made.decide({item.key: None}).replacements
    assert [step.before.value for step in steps if isinstance(step.before, DocumentLabel)] == [*values]


@pytest.mark.parametrize(
    "linked", [Chain("c", ("b", "a")), Relation("r", "PartOf", "b", "a")], ids=["chain", "relation"]
)
def test_what_somebody_said_is_told_in_their_annotations(between: Compare, linked: Chain | Relation) -> None:
    """Also where gold has another boundary."""
    mine: list[Annotation] = [entity("a", 26, 38), entity("b", 50, 55), linked]
    theirs: list[Annotation] = [entity("a", 32, 38), entity("b", 50, 55)]
    made = Adjudication(between(mine, theirs, theirs), {})
    made.decide(adopt(made, "p1", "", ""))
    (found,) = [one for one in differences(made, "p0") if one.item.aspect in {"chain", "relation"}]
    assert "[26, 38)" in sentence(made, "x" * 60, found.item.key, found.mine, found.name)


def test_document_labels(between: Compare) -> None:
    one, other = DocumentLabel("l", "topic", "war"), DocumentLabel("m", "topic", "sport")
    assert only(between([one], [other])).kind == "document label"
    assert only(between([one], [])).kind == "document label"
    assert kinds(between([one], [DocumentLabel("z", "topic", "war")])) == []


def test_versions(between: Compare) -> None:
    item = only(between([entity("x", 0, 5)], [], [entity("y", 0, 5)], [entity("z", 0, 4)]))
    grouped = versions(item.opinions)
    assert [v.names for v in grouped] == [("p0", "p2"), ("p3",), ("p1",)]
    assert [pieces_of(v.outcome) for v in grouped] == [
        [("PERS", (Fragment(0, 5),))],
        [("PERS", (Fragment(0, 4),))],
        [],
    ]


def test_a_trigger_carries_its_agreed_arguments(between: Compare) -> None:
    """And those who say another type have no say in them."""
    x, y = entity("x", 0, 5), entity("y", 20, 25)
    comparison = between(
        [x, y, event("v", 10, 14, ("Agent", "x"))],
        [x, y, event("v", 10, 14, ("Agent", "x"))],
        [x, y, event("v", 10, 14, ("Victim", "y"), label="Die")],
    )
    adjudication = Adjudication(comparison, {})
    assert not adjudication.gold.events
    item = next(item for item in adjudication.items() if item.kind == "trigger type")
    adjudication.decide({item.key: Decision(item.key, item.opinions["p0"], ("p0", "p1"))})
    (made,) = adjudication.gold.events
    assert [a.role for a in made.arguments] == ["Agent"]
    assert not adjudication.open
    adjudication.decide({item.key: Decision(item.key, item.opinions["p2"], ("p2",))})
    (made,) = adjudication.gold.events
    assert [a.role for a in made.arguments] == ["Victim"]


def test_what_is_decided_about_a_span_holds_for_every_event_that_uses_it(between: Compare) -> None:
    both = [event("v", 10, 14, ("Agent", "x")), event("w", 30, 34, ("Agent", "x"))]
    comparison = between([entity("x", 0, 5), *both], [entity("x", 0, 6), *both])
    adjudication = Adjudication(comparison, {})
    assert [made.arguments for made in adjudication.gold.events] == [(), ()]
    item = only(comparison)
    adjudication.decide({item.key: Decision(item.key, item.opinions["p1"], ("p1",))})
    assert [len(made.arguments) for made in adjudication.gold.events] == [1, 1]
    adjudication.decide({item.key: Decision(item.key, ())})
    assert [made.arguments for made in adjudication.gold.events] == [(), ()]
    assert not adjudication.open


def test_nothing_is_an_answer(between: Compare) -> None:
    adjudication = Adjudication(between([entity("x", 0, 5)], []), {})
    item = only(adjudication.comparison)
    adjudication.decide({item.key: Decision(item.key, ())})
    assert not adjudication.open
    assert not adjudication.gold


def test_origins(between: Compare) -> None:
    comparison = between([entity("x", 0, 5), entity("y", 9, 12)], [entity("k", 0, 5)], [entity("m", 0, 5)])
    adjudication = Adjudication(comparison, {}, "then")
    adjudication.decide(merge(adjudication, Rule(1, {"p0": 3}), "rana", "now"))
    first, second = adjudication.gold.entities
    assert (first.provenance.tool, first.provenance.at) == ("unanimous", "then")
    assert first.provenance.derived_from == ("p0/x", "p1/k", "p2/m")
    assert (second.provenance.agent, second.provenance.tool) == ("rana", "at least 1 of weights p0=3")


def test_ties_are_left_to_a_person(between: Compare) -> None:
    adjudication = Adjudication(between([entity("x", 0, 5)], [], [entity("x", 0, 5)], []), {})
    assert merge(adjudication, Rule(2), "rana", "now") == {}
    assert len(merge(adjudication, Rule(2, {"p1": 0.5}), "rana", "now")) == 1
    assert merge(adjudication, Rule(2, {"p1": 0.5}, frozenset({"label"})), "rana", "now") == {}


def test_adopting_keeps_what_is_decided(between: Compare) -> None:
    comparison = between([entity("x", 0, 5), entity("y", 9, 12)], [])
    adjudication = Adjudication(comparison, {})
    first, second = comparison.disputed()
    adjudication.decide({first.key: Decision(first.key, ())})
    assert adopt(adjudication, "p0", "rana", "now").keys() == {second.key}
    assert adopt(adjudication, "p0", "rana", "now", everything=True).keys() == {first.key, second.key}
