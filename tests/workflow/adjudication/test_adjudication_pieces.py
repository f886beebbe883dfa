"""Editing what somebody split: each edit is one step, stored, and in the decision of that one item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.adjudication.items import Item, is_by_hand
from annotator.adjudication.plain import sentence
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    Entity,
    Event,
    Relation,
    make_fragments,
)
from annotator.model.operations import (
    Add,
    Edit,
    Operation,
    Relabel,
    Remove,
    RemoveArgument,
    Replacement,
    Resize,
    SetArgument,
    SetAttribute,
)
from annotator.model.schema import Schema
from annotator.workflow.adjudication import AdjudicationSession, begin, open_adjudication
from annotator.workflow.adjudication_steps import origins_of
from annotator.workflow.ports import GOLD, LayerEdit, LayerKey, Store

AT = "2026-01-01T00:00:00.000Z"
Begun = Callable[[], AdjudicationSession]


@pytest.fixture
def split(store: Store, schema: Schema, put: Any, span: Any) -> Begun:
    """amal has the place in one piece, badr in two; both relate it, chain it, and have an event there."""
    saeed = Entity("p", "PERS", span("سعيد"))
    one: list[Annotation] = [saeed, Entity("e", "LOC", span("الحي الشرقي"), (("level", "NAM"),))]
    one += [Event("v", "Attack", span("قصف"), (Argument("Place", "e"),)), Relation("r", "PartOf", "p", "e")]
    two: list[Annotation] = [
        saeed,
        Entity("a", "LOC", span("الحي")),
        Entity("b", "LOC", span("الشرقي"), (("level", "NOM"),)),
    ]
    two += [Event("v", "Attack", span("قصف"), (Argument("Place", "b"),)), Relation("r", "PartOf", "p", "b")]
    two += [Chain("c", ("a", "b"))]
    put(store, "one", {"amal": Annotations(one), "badr": Annotations(two)})
    begin(store, schema, "one", "rana")
    return lambda: open_adjudication(lambda: store, schema, "one", "rana")


def item_of(session: AdjudicationSession) -> Item:
    """The item that somebody split."""
    return next(item for item in session.adjudication.items() if item.kind == "split")


def taken(session: AdjudicationSession, name: str) -> tuple[str, ...]:
    """The gold ids of the version of NAME, once it is taken."""
    item = item_of(session)
    session.take(item, item.opinions[name], (name,), reason="edge", note="n")
    places = [one for one in session.annotations.entities if item.start <= one.fragments[0].start < item.end]
    return tuple(one.id for one in sorted(places, key=lambda one: one.fragments))


def test_every_edit_of_pieces_is_one_step_that_can_be_undone(store: Store, split: Begun, span: Any, same: Any) -> None:
    session = split()
    first, second = taken(session, "badr")
    event = session.annotations.events[0].id
    steps: list[Operation] = [
        SetAttribute(first, "level", "NOM"),
        Resize(first, span("ا")),
        Resize(first, make_fragments([*span("الح"), (span("الحي")[0].end - 1, span("الحي")[0].end)])),
        Resize(first, span("الح")),
        SetAttribute(first, "level", None),
        Relabel(first, "PERS"),
        Resize(second, span("رقي")),
        Add(Entity("third", "LOC", span("ي الش"))),
        SetAttribute("third", "level", "NAM"),
        SetArgument(event, Argument("Place", "third")),
        RemoveArgument(event, Argument("Place", second)),
        Add(Relation("rel", "PartOf", second, "third")),
        Remove((first,)),
    ]
    item = item_of(session)
    states = [(session.annotations, set(session.adjudication.open), session.adjudication.decisions.copy())]
    for step in steps:
        assert session.submit(step) is not None, step
        states.append((session.annotations, set(session.adjudication.open), session.adjudication.decisions.copy()))
        assert same(session, store, split())
        assert is_by_hand(session.adjudication.decisions[item.key].outcome)
    assert {id for id, one in session.annotations.items() if isinstance(one, Entity)} >= {second, "third"}
    assert {session.adjudication.key_of(session.annotations[id]) for id in (second, "third")} == {item.key}
    for state in reversed(states[:-1]):
        assert session.undo() is not None
        assert (session.annotations, session.adjudication.open, session.adjudication.decisions) == state
        assert same(session, store, split())
    for state in states[1:]:
        assert session.redo() is not None
        assert (session.annotations, session.adjudication.open, session.adjudication.decisions) == state


def test_what_nobody_touched_stays_as_it_was(split: Begun) -> None:
    session = split()
    first, second = taken(session, "badr")
    before = dict(session.annotations)
    session.submit(SetAttribute(first, "level", "NAM"))
    changed = {id for id in before if before[id] != session.annotations[id]}
    assert changed == {first, second}  # both are in the one decision, whose time is another one
    one, other = (session.annotations[id] for id in (first, second))
    assert isinstance(one, Entity)
    assert isinstance(other, Entity)
    assert (one.attributes, other.attributes) == ((("level", "NAM"),), (("level", "NOM"),))
    assert [r.target for r in session.annotations.of(Relation) if isinstance(r, Relation)] == [second]
    assert [event.arguments for event in session.annotations.events] == [(Argument("Place", second),)]


def test_where_edited_pieces_come_from(store: Store, schema: Schema, split: Begun, span: Any) -> None:
    session = split()
    first, second = taken(session, "badr")
    session.submit(Resize(second, span("رقي")))
    session.submit(Add(Entity("third", "LOC", span("الش"))))
    made = [session.annotations[id].provenance for id in (first, second, "third")]
    assert {(one.source, one.agent, one.tool) for one in made} == {("adjudication", "rana", "")}
    assert [one.derived_from for one in made] == [("badr/a",), ("badr/b",), ()]
    decision = session.adjudication.decisions[item_of(session).key]
    assert {one.at for one in made} == {decision.at}
    assert (decision.reason, decision.note) == ("edge", "n")
    _, origins = origins_of(store, schema, "one")
    answers = {one.annotation.id: one.answer for one in origins if one.annotation is not None}
    assert (answers["third"].how, answers["third"].who, answers["third"].names) == ("decided", "rana", ())


def test_an_answer_that_names_one_of_the_pieces(split: Begun) -> None:
    """It is said with that piece's words alone, and holds for the whole where there are no pieces any more."""
    session = split()
    first, second = taken(session, "badr")
    event = session.annotations.events[0].id
    session.submit(Remove((second,)))
    session.undo()
    session.submit(SetArgument(event, Argument("Place", first)))
    session.submit(RemoveArgument(event, Argument("Place", second)))
    assert session.annotations.events[0].arguments == (Argument("Place", first),)
    made, text = session.adjudication, session.document.text
    (answer,) = (one for one in made.decisions.values() if one.key.startswith("fi:"))
    assert sentence(made, text, answer.key, answer.outcome) == "LOC [56, 60) الحي"
    (whole,) = taken(session, "amal")
    assert session.annotations.events[0].arguments == (Argument("Place", whole),)
    assert sentence(made, text, answer.key, answer.outcome) == "LOC [56, 67) الحي الشرقي"


def test_a_piece_is_added_to_the_unsplit_version(store: Store, split: Begun, span: Any, same: Any) -> None:
    session = split()
    (whole,) = taken(session, "amal")
    session.submit(Resize(whole, span("الحي")))
    session.submit(Add(Entity("more", "LOC", span("الشرقي"))))
    key = item_of(session).key
    assert {session.adjudication.key_of(session.annotations[id]) for id in (whole, "more")} == {key}
    made = session.annotations[whole]
    assert isinstance(made, Entity)
    assert made.attributes == (("level", "NAM"),)
    assert [r.target for r in session.annotations.of(Relation) if isinstance(r, Relation)] == [whole]
    assert same(session, store, split())
    session.submit(Remove((whole,)))
    assert "more" in session.annotations
    assert not session.annotations.of(Relation)
    session.submit(Remove(("more",)))
    assert session.adjudication.decisions[key].outcome == ()
    assert same(session, store, split())


def test_another_version_takes_the_place_of_all_pieces(store: Store, split: Begun, span: Any, same: Any) -> None:
    session = split()
    first, second = taken(session, "badr")
    session.submit(Resize(second, span("رقي")))
    session.submit(Add(Entity("third", "LOC", span("الش"))))
    session.submit(Add(Relation("own", "PartOf", first, "third")))
    (whole,) = taken(session, "amal")
    assert "third" not in session.annotations
    assert [(r.source, r.target) for r in session.annotations.of(Relation) if isinstance(r, Relation)] == [
        (next(one.id for one in session.annotations.entities if one.type == "PERS"), whole)
    ]  # what lay between two of its pieces is nothing now
    assert same(session, store, split())
    session.undo()
    assert "third" in session.annotations
    assert same(session, store, split())


def test_late_edits_of_edited_pieces(store: Store, split: Begun, span: Any, same: Any) -> None:
    """They stay when something else changes, and are open again as one when an annotator says something else."""
    session = split()
    first, second = taken(session, "badr")
    session.submit(Resize(second, span("رقي")))
    session.submit(Add(Entity("third", "LOC", span("الش"))))
    session.submit(SetArgument(session.annotations.events[0].id, Argument("Place", first)))

    def change(name: str, revision: int, before: Any, after: Any) -> None:
        key = LayerKey("one", name)
        store.set_layer_state(key, "reopened", "rana", AT)
        store.commit(name, AT, [LayerEdit(key, revision, Edit("Edit", (Replacement(before, after),)))])
        store.set_layer_state(key, "submitted", name, AT)
        session.bring_up_to_date()
        assert same(session, store, split())

    change("badr", 1, None, Entity("late", "PERS", span("أحمد")))
    assert {first, second, "third"} <= session.annotations.keys()
    change(
        "amal", 1, store.layer(LayerKey("one", "amal")).annotations["e"], Entity("e", "LOC", span("ة على الحي الشرقي"))
    )
    assert item_of(session).key in session.adjudication.open
    assert "third" not in session.annotations
    assert not [one for one in session.annotations.entities if one.type == "LOC"]
    session.undo()
    assert {first, second, "third"} <= session.annotations.keys()
    assert store.layer(LayerKey("one", GOLD)).annotations == session.annotations
