"""A reviewer's steps, saved: what the store has is always what the screen shows."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.adjudication.items import NOTHING
from annotator.errors import OperationError, StaleRevisionError
from annotator.model.annotations import (
    Annotations,
    Argument,
    Entity,
    Event,
)
from annotator.model.operations import Add, Edit, Relabel, Remove, Replacement, Resize, SetArgument
from annotator.model.schema import Schema
from annotator.workflow.adjudication import AdjudicationSession, begin, open_adjudication
from annotator.workflow.adjudication_feedback import feedback, reasons_given
from annotator.workflow.adjudication_queue import claim, running_claims
from annotator.workflow.ports import DECISIONS, GOLD, LayerEdit, LayerKey, Store

AT = "2026-01-01T00:00:00.000Z"


def test_what_all_agree_on_is_gold(store: Store, begun: Any, texts: Any, same: Any, layers: Any) -> None:
    session = begun()
    assert texts(session.annotations) == {("PERS", "أحمد"), ("Attack", "قصف")}
    assert {i.kind for i in session.adjudication.items()} == {"label", "missing", "filler"}
    assert {a.provenance.tool for a in session.annotations.values()} == {"unanimous"}
    assert same(session, store, begun())
    assert store.adjudications()["one"].layers == dict.fromkeys(layers, 1)


def test_nobody_submitted(store: Store, schema: Schema, put: Any, layers: Any) -> None:
    put(store, "one", layers, submit=False)
    with pytest.raises(OperationError, match="nobody has submitted"):
        begin(store, schema, "one", "rana")


def test_gold_from_elsewhere_is_not_lost(store: Store, schema: Schema, put: Any, layer: Any, layers: Any) -> None:
    put(store, "one", {**layers, GOLD: layer()}, submit=False)
    for name in layers:
        store.set_layer_state(LayerKey("one", name), "submitted", name, AT)
    with pytest.raises(OperationError, match="no adjudication made"):
        begin(store, schema, "one", "rana")


def test_deciding(store: Store, begun: Any, items: Any, texts: Any, same: Any) -> None:
    session = begun()
    found = items(session)
    session.take(found["label"], found["label"].opinions["amal"], ("amal", "dana"))
    assert ("GPE", "مدينة حلب") in texts(session.annotations)
    assert same(session, store, begun())
    session.take(found["missing"], NOTHING, ("dana",), reason="slip", note="نعم")
    assert same(session, store, begun())
    filler = items(session)["filler"]
    session.take(filler, filler.opinions["amal"])
    assert not session.adjudication.open
    assert same(session, store, begun())
    event = next(a for a in session.annotations.values() if isinstance(a, Event))
    assert {a.role for a in event.arguments} == {"Place", "Target"}
    made, mine = feedback(store, session.schema, "one", "dana")
    assert {(d.item.kind, d.decision.reason if d.decision else "") for d in mine} == {("label", "")}
    (row,) = reasons_given(store, session.schema)
    assert (row.reason, row.kind, row.label, row.count, row.notes) == ("slip", "missing", "PERS", 1, ("نعم",))
    assert made.gold == session.annotations


def test_undo_and_redo(store: Store, begun: Any, same: Any, span: Any) -> None:
    session = begun()
    first = session.annotations, set(session.adjudication.open), session.basis
    session.adopt("badr")
    assert not session.adjudication.open
    done = session.annotations
    assert session.undo() is not None
    assert (session.annotations, session.adjudication.open, session.basis) == first
    assert same(session, store, begun())
    assert session.redo() is not None
    assert session.annotations == done
    assert same(session, store, begun())
    assert session.undo()
    assert session.undo()
    assert not session.begun
    with pytest.raises(OperationError, match="not begun"):
        session.submit(Add(Entity("mine", "LOC", span("الحي الشرقي"))))
    assert store.layer(LayerKey("one", DECISIONS)).annotations == Annotations()


def test_reasons(begun: Any, items: Any) -> None:
    session = begun()
    item = items(session)["missing"]
    with pytest.raises(OperationError, match="decide first"):
        session.explain(item.key, "slip")
    session.take(item, NOTHING)
    with pytest.raises(OperationError, match="is no reason"):
        session.explain(item.key, "whim")
    session.explain(item.key, "gap", "ما القاعدة؟")
    assert begun().adjudication.decisions[item.key].note == "ما القاعدة؟"
    session.take_back(item.key)
    assert item.key in session.adjudication.open
    assert session.take_back(item.key) is None


def test_own_edits_are_decisions(store: Store, begun: Any, texts: Any, same: Any, span: Any) -> None:
    session = begun()
    person = next(a for a in session.annotations.values() if isinstance(a, Entity))
    event = next(a for a in session.annotations.values() if isinstance(a, Event))
    session.submit(Resize(person.id, span("أحمد وسعيد")))
    session.submit(Relabel(person.id, "GPE"))
    assert ("GPE", "أحمد وسعيد") in texts(session.annotations)
    assert same(session, store, begun())
    session.submit(Add(Entity("mine", "LOC", span("الحي الشرقي"))))
    assert session.annotations["mine"].provenance.agent == "rana"
    session.submit(SetArgument(event.id, Argument("Place", "mine")))
    assert same(session, store, begun())
    now_event = session.annotations[event.id]
    assert isinstance(now_event, Event)
    assert Argument("Place", "mine") in now_event.arguments
    session.submit(Remove(("mine",)))
    assert same(session, store, begun())
    assert "mine" not in session.annotations
    with pytest.raises(OperationError):
        session.submit(Relabel(person.id, "NOPE"))
    while session.begun:
        assert session.undo() is not None
    assert not store.layer(LayerKey("one", GOLD)).annotations


def test_another_reviewer(store: Store, begun: Any, items: Any) -> None:
    one, other = begun(), begun()
    item = items(one)["missing"]
    before = other.annotations, set(other.adjudication.open)
    one.take(item, NOTHING)
    with pytest.raises(StaleRevisionError):
        other.take(item, item.opinions["amal"])
    assert (other.annotations, other.adjudication.open) == before
    other.reload()
    assert other.adjudication.open == one.adjudication.open
    mine = claim(store, "one", "rana")
    assert mine.who == "rana"
    assert claim(store, "one", "sami").who == "rana"
    assert running_claims(store) == [mine]
    store.release("one", "rana")
    assert claim(store, "one", "sami").who == "sami"


def test_late_edits(store: Store, begun: Any, items: Any, texts: Any, same: Any, span: Any) -> None:
    session = begun()
    found = items(session)
    session.take(found["label"], found["label"].opinions["amal"])
    session.take(found["missing"], NOTHING, reason="slip")
    assert session.late() == []
    key = LayerKey("one", "dana")
    store.set_layer_state(key, "reopened", "rana", AT)
    saeed = Replacement(None, Entity("late", "PERS", span("سعيد")))
    store.commit("dana", AT, [LayerEdit(key, 1, Edit("Add", (saeed,)))])
    store.set_layer_state(key, "submitted", "dana", AT)
    (late,) = session.late()
    assert (late.name, late.added, late.removed, late.changed) == ("dana", 1, 0, 0)
    assert same(session, store, begun())  # nothing is taken in by itself
    session.bring_up_to_date()
    assert session.late() == []
    assert ("PERS", "سعيد") in texts(session.annotations)  # all three have it now
    assert found["label"].key in session.adjudication.decisions  # what did not change stays decided
    assert same(session, store, begun())
    session.undo()
    assert len(session.late()) == 1
    assert same(session, store, begun())


def test_undo_reads_nothing_anew(store: Store, begun: Any, monkeypatch: pytest.MonkeyPatch, same: Any) -> None:
    session = begun()
    states = [(session.annotations, set(session.adjudication.open), session.basis)]
    for item in session.adjudication.items():
        session.take(item, item.opinions["badr"], reason="slip", note=item.key)
        states.append((session.annotations, set(session.adjudication.open), session.basis))
    told: list[str] = []
    session.listeners.append(lambda change: told.append(change.edit.name))
    with monkeypatch.context() as patched:
        patched.setattr(AdjudicationSession, "reload", lambda _: pytest.fail("it was read anew"))
        for wanted in reversed(states[:-1]):
            session.undo()
            assert (session.annotations, session.adjudication.open, session.basis) == wanted
        for wanted in states[1:]:
            session.redo()
            assert (session.annotations, session.adjudication.open, session.basis) == wanted
    assert len(told) == 2 * (len(states) - 1)
    assert same(session, store, begun())


def test_undo_after_another_reviewers_step(store: Store, begun: Any, items: Any, same: Any) -> None:
    session = begun()
    found = items(session)
    session.take(found["missing"], NOTHING)
    sami = open_adjudication(lambda: store, session.schema, "one", "sami")
    sami.take(found["label"], found["label"].opinions["badr"])
    with pytest.raises(StaleRevisionError, match="sami changed"):
        session.undo()
    session.reload()
    assert same(session, store, begun())
    sami.undo()
    session.undo()
    assert same(session, store, begun())
    assert len(session.adjudication.open) == 3


def test_gold_that_was_edited_beside_the_decisions_is_mended(store: Store, begun: Any, items: Any, same: Any) -> None:
    session = begun()
    session.take(items(session)["missing"], NOTHING)
    key = LayerKey("one", GOLD)
    (gone, *_) = session.annotations.entities
    store.commit("boss", AT, [LayerEdit(key, session.revision, Edit("Remove", (Replacement(gone, None),)))])
    again = begun()
    assert again.annotations != again.adjudication.gold
    again.take(items(again)["label"], NOTHING)
    assert same(again, store, begun())
    again.undo()
    assert again.annotations == store.layer(key).annotations
    assert again.adjudication.open == begun().adjudication.open
