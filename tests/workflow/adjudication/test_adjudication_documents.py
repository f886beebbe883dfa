"""Adjudication over documents: the queue, merging, layers that are nobody's, notes, and where gold comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from annotator.adjudication.answers import Rule
from annotator.adjudication.items import NOTHING
from annotator.adjudication.plain import sentence
from annotator.errors import OperationError, StoreError, UnwritableError, UsageError
from annotator.model.annotations import (
    Annotations,
    Entity,
    Event,
    Note,
    Record,
    in_text_order,
)
from annotator.model.operations import Add, Edit, Replacement
from annotator.model.schema import Schema
from annotator.workflow.access import Guarded
from annotator.workflow.adjudication import AdjudicationSession, Comment, begin, open_adjudication
from annotator.workflow.adjudication_feedback import feedback, reasons_given
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.adjudication_queue import QueueEntry, QueueFilter, claim, queue, queue_steps
from annotator.workflow.adjudication_steps import origins_of
from annotator.workflow.checking import check_adjudications
from annotator.workflow.ports import BASIS, DECISIONS, GOLD, LayerEdit, LayerKey, Person, Store

AT = "2026-01-01T00:00:00.000Z"


def test_comments(store: Store, schema: Schema, put: Any, items: Any, layer: Any, layers: Any) -> None:
    noted = Annotations([*layer().values(), Note("n1", "هل هي مدينة؟", "e1", flagged=True), Note("n2", "x", "e2")])
    put(store, "one", {**layers, "amal": noted})
    begin(store, schema, "one", "rana")
    session = open_adjudication(lambda: store, schema, "one", "rana")
    (comment,) = session.comments(items(session)["label"])
    assert (comment.name, comment.text, comment.flagged) == ("amal", "هل هي مدينة؟", True)


def test_comments_are_looked_for_once(
    store: Store, schema: Schema, put: Any, items: Any, span: Any, layers: Any
) -> None:
    places = [
        Note("p1", "place", fragments=span("مدينة")),
        Note("p2", "elsewhere", fragments=span("أمس")),
        Note("p3", "gone", "nothing"),
        Note("p4", "city", "e1"),
    ]
    noted = {name: Annotations([*said.values(), *places]) for name, said in layers.items()}
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
    store: Store,
    schema: Schema,
    begun: Callable[[], AdjudicationSession],
    monkeypatch: pytest.MonkeyPatch,
    put: Any,
    layers: Any,
) -> None:
    put(store, "two", layers)

    def refuse(*_: object) -> None:
        raise AssertionError("this costs as much as the whole project")

    monkeypatch.setattr(store, "documents", refuse)
    begin(store, schema, "two", "rana")
    session = begun()
    assert session.late() == []
    assert session.bring_up_to_date() is None
    assert origins_of(store, schema, "two")[0].summary.id == "two"


def test_the_queue_compares_only_what_changed(
    store: Store, schema: Schema, monkeypatch: pytest.MonkeyPatch, put: Any, layers: Any
) -> None:
    for number in range(3):
        put(store, f"d{number}", layers)
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


def test_a_damaged_document_spoils_no_other(store: Store, schema: Schema, put: Any, layers: Any) -> None:
    for id in ("one", "two"):
        put(store, id, layers)
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


def test_the_queue_comes_in_steps(
    store: Store, schema: Schema, monkeypatch: pytest.MonkeyPatch, put: Any, layers: Any
) -> None:
    monkeypatch.setattr("annotator.workflow.adjudication_queue._STEP", 0.0)
    monkeypatch.setattr("annotator.workflow.adjudication_queue._PAGE", 2)
    for id in ("one", "two", "three"):
        put(store, id, layers)
    steps = queue_steps(store, schema)
    assert next(steps).listed
    step = next(steps)
    assert ([entry.document for entry in step.entries], step.remaining) == (["one"], 2)
    del steps  # what was compared is kept
    put(store, "four", {name: Annotations(list(items.values())[1:2]) for name, items in layers.items()})
    again = list(queue_steps(store, schema))
    assert [[entry.document for entry in step.entries] for step in again] == [["one"], [], ["four"], ["two"], ["three"]]
    assert [step.remaining for step in again] == [0, 3, 2, 1, 0]
    assert [len(step.entries) for step in queue_steps(store, schema)] == [2, 2, 0]
    assert sorted(queue(store, schema), key=_document_of) == sorted(
        (entry for step in queue_steps(store, schema) for entry in step.entries), key=_document_of
    )


def _document_of(entry: QueueEntry) -> str:
    return entry.document


def test_queue_and_merging(store: Store, schema: Schema, put: Any, texts: Any, layer: Any, layers: Any) -> None:
    for number in range(4):
        put(store, f"d{number}", layers if number % 2 else {name: layer() for name in layers})
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


def test_a_layer_that_is_nobodys(store: Store, schema: Schema, put: Any, layer: Any) -> None:
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


def test_where_gold_comes_from(
    store: Store, schema: Schema, begun: Any, put: Any, items: Any, span: Any, layers: Any
) -> None:
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
    assert sentence(standing.adjudication, text, city.key, city.outcome) == f"GPE [12, 21) {text[12:21]}"
    put(store, "two", layers)
    with pytest.raises(OperationError, match="not begun"):
        origins_of(store, schema, "two")


def test_a_merge_reads_the_revisions_that_an_adjudication_rests_on(
    store: Store, schema: Schema, begun: Any, same: Any, span: Any
) -> None:
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
