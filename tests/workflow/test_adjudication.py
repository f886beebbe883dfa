"""A reviewer's steps, saved: what the store has is always what the screen shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator.adjudication.answers import Rule
from annotator.adjudication.items import NOTHING
from annotator.adjudication.plain import sentence
from annotator.errors import OperationError, StaleRevisionError, StoreError, UnwritableError, UsageError
from annotator.model.annotations import (
    Annotations,
    Argument,
    Entity,
    Event,
    Fragment,
    Note,
    Record,
    in_text_order,
)
from annotator.model.documents import Document
from annotator.model.operations import Add, Edit, Relabel, Remove, Replacement, Resize, SetArgument
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.workflow.access import Guarded
from annotator.workflow.adjudication import AdjudicationSession, Comment, begin, open_adjudication
from annotator.workflow.adjudication_feedback import feedback, reasons_given
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.adjudication_queue import QueueEntry, QueueFilter, claim, queue, queue_steps, running_claims
from annotator.workflow.adjudication_steps import origins_of
from annotator.workflow.checking import check_adjudications
from annotator.workflow.ports import BASIS, DECISIONS, GOLD, LayerEdit, LayerKey, Person, Store

TEXT = "قصف الطيران مدينة حلب أمس وقتل أحمد وسعيد في الغارة على الحي الشرقي"
AT = "2026-01-01T00:00:00.000Z"
SCHEMA = """
name = "test"
version = "1"
[entities.PERS]
[entities.GPE]
[entities.LOC]
[events.Attack]
[events.Attack.roles.Place]
fillers = ["GPE", "LOC"]
[events.Attack.roles.Target]
fillers = ["PERS"]
"""


def span(words: str) -> tuple[Fragment, ...]:
    start = TEXT.index(words)
    return (Fragment(start, start + len(words)),)


def layer(city: str = "GPE", place: str = "مدينة حلب", *, saeed: bool = True, target: bool = True) -> Annotations:
    """One person's annotations, which differ in what the parameters say."""
    items: list[Any] = [
        Entity("e1", city, span(place)),
        Entity("e2", "PERS", span("أحمد")),
        Event("v1", "Attack", span("قصف"), (Argument("Place", "e1"), *([Argument("Target", "e2")] if target else []))),
    ]
    if saeed:
        items.append(Entity("e3", "PERS", span("سعيد")))
    return Annotations(items)


LAYERS = {"amal": layer(), "badr": layer("LOC", target=False), "dana": layer(place="حلب", saeed=False)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "corpus.db", create=True)
    yield opened
    opened.close()


@pytest.fixture
def schema() -> Schema:
    return read_schema(SCHEMA)


def put(store: Store, document: str, layers: dict[str, Annotations], *, submit: bool = True) -> None:
    store.add_documents([Document.of(TEXT, id=document, title=f"عنوان {document}")], AT)
    for name, annotated in layers.items():
        key = LayerKey(document, name)
        edit = Edit("Import", tuple(Replacement(None, item) for item in annotated.values()))
        store.commit(name, AT, [LayerEdit(key, 0, edit)])
        if submit:
            store.set_layer_state(key, "submitted", name, AT)


@pytest.fixture
def begun(store: Store, schema: Schema) -> Callable[[], AdjudicationSession]:
    """Opens the adjudication of one document anew each time it is called."""
    put(store, "one", LAYERS)
    begin(store, schema, "one", "rana")
    return lambda: open_adjudication(lambda: store, schema, "one", "rana")


def items(session: AdjudicationSession) -> dict[str | None, Any]:
    return {item.kind: item for item in session.adjudication.items()}


def texts(annotations: Annotations) -> set[tuple[str, str]]:
    return {
        (item.type, TEXT[item.fragments[0].start : item.fragments[0].end])
        for item in annotations.values()
        if isinstance(item, Entity | Event)
    }


def same(session: AdjudicationSession, store: Store, again: AdjudicationSession) -> bool:
    """The session, one that is opened anew, and the store, show the same."""
    assert session.annotations == session.adjudication.gold == store.layer(LayerKey("one", GOLD)).annotations
    assert again.adjudication.gold == session.annotations
    assert again.adjudication.open == session.adjudication.open
    assert again.basis == session.basis
    return store.adjudications()["one"].open == len(session.adjudication.open)


def test_what_all_agree_on_is_gold(store: Store, begun: Any) -> None:
    session = begun()
    assert texts(session.annotations) == {("PERS", "أحمد"), ("Attack", "قصف")}
    assert {i.kind for i in session.adjudication.items()} == {"label", "missing", "filler"}
    assert {a.provenance.tool for a in session.annotations.values()} == {"unanimous"}
    assert same(session, store, begun())
    assert store.adjudications()["one"].layers == dict.fromkeys(LAYERS, 1)


def test_nobody_submitted(store: Store, schema: Schema) -> None:
    put(store, "one", LAYERS, submit=False)
    with pytest.raises(OperationError, match="nobody has submitted"):
        begin(store, schema, "one", "rana")


def test_gold_from_elsewhere_is_not_lost(store: Store, schema: Schema) -> None:
    put(store, "one", {**LAYERS, GOLD: layer()}, submit=False)
    for name in LAYERS:
        store.set_layer_state(LayerKey("one", name), "submitted", name, AT)
    with pytest.raises(OperationError, match="no adjudication made"):
        begin(store, schema, "one", "rana")


def test_deciding(store: Store, begun: Any) -> None:
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


def test_undo_and_redo(store: Store, begun: Any) -> None:
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


def test_reasons(begun: Any) -> None:
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


def test_own_edits_are_decisions(store: Store, begun: Any) -> None:
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


def test_another_reviewer(store: Store, begun: Any) -> None:
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


def test_late_edits(store: Store, begun: Any) -> None:
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


def test_comments(store: Store, schema: Schema) -> None:
    noted = Annotations([*layer().values(), Note("n1", "هل هي مدينة؟", "e1", flagged=True), Note("n2", "x", "e2")])
    put(store, "one", {**LAYERS, "amal": noted})
    begin(store, schema, "one", "rana")
    session = open_adjudication(lambda: store, schema, "one", "rana")
    (comment,) = session.comments(items(session)["label"])
    assert (comment.name, comment.text, comment.flagged) == ("amal", "هل هي مدينة؟", True)


def test_comments_are_looked_for_once(store: Store, schema: Schema) -> None:
    places = [
        Note("p1", "place", fragments=span("مدينة")),
        Note("p2", "elsewhere", fragments=span("أمس")),
        Note("p3", "gone", "nothing"),
        Note("p4", "city", "e1"),
    ]
    noted = {name: Annotations([*items.values(), *places]) for name, items in LAYERS.items()}
    put(store, "one", noted)
    begin(store, schema, "one", "rana")
    session = open_adjudication(lambda: store, schema, "one", "rana")
    comparison = session.adjudication.comparison
    for item in session.adjudication.items():
        about = {item.key, item.parent, *item.about}
        expected = [
            Comment(name, note.text, note.flagged)
            for name, one in comparison.opinions.items()
            for note in one.values()
            if isinstance(note, Note)
            and (
                note.target in comparison.places[name] and comparison.places[name][note.target].item in about
                if note.target
                else any(start < item.end and item.start < end for start, end in note.fragments)
            )
        ]
        assert session.comments(item) == expected
    first = session.comments(items(session)["label"])
    assert len(first) == 6
    comparison.opinions = {}
    assert session.comments(items(session)["label"]) == first  # no layer is walked through again
    session.reload()
    assert session.comments(items(session)["label"]) == first


def test_opening_reads_no_other_document(
    store: Store, schema: Schema, begun: Callable[[], AdjudicationSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "two", LAYERS)

    def refuse(*_: object) -> None:
        raise AssertionError("this costs as much as the whole project")

    monkeypatch.setattr(store, "documents", refuse)
    begin(store, schema, "two", "rana")
    session = begun()
    assert session.late() == []
    assert session.bring_up_to_date() is None
    assert origins_of(store, schema, "two")[0].summary.id == "two"


def test_the_queue_compares_only_what_changed(store: Store, schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        put(store, f"d{number}", LAYERS)
    begin(store, schema, "d1", "rana")
    first = queue(store, schema)
    told: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> bool:
        told.append((done, of))
        return True

    assert queue(store, schema, progress=tell) == first
    assert told == [(0, 0)]
    session = open_adjudication(lambda: store, schema, "d1", "rana")
    session.adopt("amal")
    store.set_layer_state(LayerKey("d2", "dana"), "reopened", "rana", AT)
    second = queue(store, schema, progress=tell)
    assert told[-1] == (2, 2)
    assert {entry.document: entry.state for entry in second} == {"d0": "ready", "d1": "done", "d2": "ready"}
    assert {entry.document: entry.people for entry in second}["d2"] == ("amal", "badr")
    assert queue(store, replace(schema, digest="other")) == second

    def refuse(*_: object) -> None:
        raise UnwritableError("read-only")

    monkeypatch.setattr(store, "keep_compared", refuse)
    assert queue(store, replace(schema, digest="third")) == second


def test_a_damaged_document_spoils_no_other(store: Store, schema: Schema) -> None:
    for id in ("one", "two"):
        put(store, id, LAYERS)
        begin(store, schema, id, "rana")
    key = LayerKey("one", DECISIONS)
    record = store.layer(key).annotations[BASIS]
    assert isinstance(record, Record)
    damage = Edit("Damage", (Replacement(record, replace(record, data="{")),))
    store.commit("rana", AT, [LayerEdit(key, 1, damage)])
    assert [entry.document for entry in queue(store, schema)] == ["two"]
    assert [entry.document for entry in queue(store, schema, QueueFilter(name="badr"))] == ["two"]
    for wanted in (None, QueueFilter(name="badr")):
        steps = list(queue_steps(store, schema, wanted))
        assert [entry.document for step in steps for entry in step.entries] == ["two"]
        assert [document for step in steps for document, _ in step.damaged] == ["one"]
    assert reasons_given(store, schema) == []
    report = merge_documents(store, schema, Rule(2), "rana")
    assert [document for document, _ in report.skipped] == ["one"]
    with pytest.raises(StoreError, match=r"one, basis: .*cannot be read.*No other document"):
        open_adjudication(lambda: store, schema, "one", "rana")
    with pytest.raises(StoreError, match=r"one: .*cannot be read"):
        feedback(store, schema, "one", "amal")
    (finding,) = [found for found in check_adjudications(schema, store) if found.severity == "error"]
    assert finding.where == "one, layer decisions"
    assert "cannot be read" in finding.what
    assert len(Guarded(store, Person("amal")).documents()) == 2
    assert Guarded(store, Person("amal")).document_count() == 2


def test_the_queue_comes_in_steps(store: Store, schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.workflow.adjudication_queue._STEP", 0.0)
    monkeypatch.setattr("annotator.workflow.adjudication_queue._PAGE", 2)
    for id in ("one", "two", "three"):
        put(store, id, LAYERS)
    steps = queue_steps(store, schema)
    assert next(steps).listed
    step = next(steps)
    assert ([entry.document for entry in step.entries], step.remaining) == (["one"], 2)
    del steps  # what was compared is kept
    put(store, "four", {name: Annotations(list(items.values())[1:2]) for name, items in LAYERS.items()})
    again = list(queue_steps(store, schema))
    assert [[entry.document for entry in step.entries] for step in again] == [["one"], [], ["four"], ["two"], ["three"]]
    assert [step.remaining for step in again] == [0, 3, 2, 1, 0]
    assert [len(step.entries) for step in queue_steps(store, schema)] == [2, 2, 0]
    assert sorted(queue(store, schema), key=_document_of) == sorted(
        (entry for step in queue_steps(store, schema) for entry in step.entries), key=_document_of
    )


def _document_of(entry: QueueEntry) -> str:
    return entry.document


def test_queue_and_merging(store: Store, schema: Schema) -> None:
    for number in range(4):
        put(store, f"d{number}", LAYERS if number % 2 else {name: layer() for name in LAYERS})
    put(store, "alone", {"amal": layer()})
    found = queue(store, schema)
    assert [(e.document, e.state, e.open) for e in found] == [
        ("d1", "ready", 3),
        ("d3", "ready", 3),
        ("d0", "ready", 0),
        ("d2", "ready", 0),
    ]
    assert found[0].agreement < 1 == found[2].agreement
    assert [e.document for e in queue(store, schema, QueueFilter(kind="label"))] == ["d1", "d3"]
    assert [e.document for e in queue(store, schema, QueueFilter(name="badr"))] == ["d1", "d3"]
    assert queue(store, schema, QueueFilter(label="Nothing")) == []
    claim(store, "d3", "sami")
    rule = Rule(2)
    report = merge_documents(store, schema, rule, "rana", dry_run=True)
    assert store.adjudications() == {}
    assert (report.documents, report.begun) == (3, 3)
    assert report.skipped == (("alone", "only amal submitted it"), ("d3", "sami is adjudicating it"))
    assert (report.decided, report.left_open) == ({"missing": 1, "filler": 1}, {"label": 1})
    assert merge_documents(store, schema, rule, "rana") == report
    assert {id: a.open for id, a in store.adjudications().items()} == {"d0": 0, "d1": 1, "d2": 0}
    gold = store.layer(LayerKey("d1", GOLD)).annotations
    assert ("GPE", "مدينة حلب") not in texts(gold)  # each of the three says something else
    again = open_adjudication(lambda: store, schema, "d1", "rana")
    assert again.adjudication.gold == gold
    assert {d.rule for d in again.adjudication.decisions.values()} == {rule.title}
    assert store.undo("rana", AT) is not None
    assert store.adjudications() == {}
    assert not store.layer(LayerKey("d1", GOLD)).annotations
    with pytest.raises(OperationError, match="stopped"):
        merge_documents(store, schema, rule, "rana", progress=lambda done, of: False)
    assert store.adjudications() == {}


def test_undo_reads_nothing_anew(store: Store, begun: Any, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_undo_after_another_reviewers_step(store: Store, begun: Any) -> None:
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


def test_gold_that_was_edited_beside_the_decisions_is_mended(store: Store, begun: Any) -> None:
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


def test_a_layer_that_is_nobodys(store: Store, schema: Schema) -> None:
    put(store, "one", {"amal": layer()})
    put(store, "two", {"amal": layer()})
    for id in ("one", "two"):
        items_ = tuple(Replacement(None, item) for item in layer("LOC").values())
        store.commit("boss", AT, [LayerEdit(LayerKey(id, "model"), 0, Edit("Import", items_))])
    with pytest.raises(UsageError, match="no document has a layer 'robot'"):
        begin(store, schema, "one", "rana", ["robot"])
    with pytest.raises(UsageError, match="that adjudication writes"):
        begin(store, schema, "one", "rana", [GOLD])
    begin(store, schema, "one", "rana", ["model"])
    session = open_adjudication(lambda: store, schema, "one", "rana")
    assert session.basis.layers == {"amal": 1, "model": 1}
    assert session.late() == []
    begin(store, schema, "two", "rana")
    assert open_adjudication(lambda: store, schema, "two", "rana").adjudication.items() == []


def test_where_gold_comes_from(store: Store, schema: Schema, begun: Any) -> None:
    session = begun()
    found = items(session)
    session.take(found["label"], found["label"].opinions["amal"], ("amal",), reason="edge", note="n")
    session.take(found["missing"], NOTHING, ("dana",))
    session.submit(Add(Entity("mine", "LOC", span("الحي الشرقي"))))
    standing, origins = origins_of(store, schema, "one")
    assert [o.annotation for o in origins if o.annotation] == in_text_order(session.annotations.values())
    by_type = {o.annotation.type: o for o in origins if isinstance(o.annotation, Entity | Event)}
    city = by_type["GPE"].answer
    assert (city.how, city.names, city.who, city.reason, city.note) == ("decided", ("amal",), "rana", "edge", "n")
    assert (by_type["PERS"].answer.how, by_type["PERS"].answer.names) == ("unanimous", ("amal", "badr", "dana"))
    assert (by_type["LOC"].answer.how, by_type["LOC"].answer.names) == ("decided", ())
    assert {part.how for part in by_type["Attack"].parts} == {"open", "unanimous"}
    assert [o.answer.key for o in origins if o.annotation is None] == [found["missing"].key]
    text = store.document("one").text
    assert sentence(standing.adjudication, text, city.key, city.outcome) == f"GPE [12, 21) {TEXT[12:21]}"
    put(store, "two", LAYERS)
    with pytest.raises(OperationError, match="not begun"):
        origins_of(store, schema, "two")


def test_a_merge_reads_the_revisions_that_an_adjudication_rests_on(store: Store, schema: Schema, begun: Any) -> None:
    session = begun()
    key = LayerKey("one", "dana")
    store.set_layer_state(key, "reopened", "rana", AT)
    saeed = Replacement(None, Entity("late", "PERS", span("سعيد")))
    store.commit("dana", AT, [LayerEdit(key, 1, Edit("Add", (saeed,)))])
    report = merge_documents(store, schema, Rule(2), "rana", documents=["one"])
    assert report.decided == {"missing": 1, "filler": 1}
    session.reload()
    assert session.basis.layers["dana"] == 1
    assert same(session, store, begun())
