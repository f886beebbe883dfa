"""Adjudications whose beginning was taken back: there is no gold then, in no list and for no export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from annotator.adjudication.answers import Rule
from annotator.errors import StaleRevisionError, UsageError
from annotator.model.annotations import Annotations, Entity
from annotator.model.operations import Add, Edit, Replacement
from annotator.model.schema import Schema
from annotator.workflow.adjudication import begin, open_adjudication
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.adjudication_queue import queue
from annotator.workflow.agreement import StudyRequest
from annotator.workflow.agreement_choice import choose
from annotator.workflow.export import ExportRequest, export, layer_counts, undone_gold
from annotator.workflow.ports import DECISIONS, GOLD, LayerEdit, LayerKey, Store

AT = "2026-01-02T00:00:00.000Z"


def written(store: Store, schema: Schema, folder: Path, **request: Any) -> int:
    return export(store, schema, ExportRequest("conll", GOLD, folder, **request)).documents


def put_gold(store: Store, document: str, annotations: Annotations) -> None:
    """Gold that no adjudication made, as an import brings it."""
    edit = Edit("Import", tuple(Replacement(None, one) for one in annotations.values()))
    store.commit(
        "rana", AT, [LayerEdit(LayerKey(document, GOLD), store.layer(LayerKey(document, GOLD)).revision, edit)]
    )


@pytest.mark.parametrize("merged", [False, True])
def test_no_gold_is_left(store: Store, schema: Schema, put: Any, layers: Any, tmp_path: Path, merged: bool) -> None:
    put(store, "one", layers)
    if merged:
        merge_documents(store, schema, Rule(2.0), "rana")
    else:
        begin(store, schema, "one", "rana")
    store.undo("rana", AT)
    for unfinished in (False, True):
        with pytest.raises(UsageError, match="no document has a layer 'gold'"):
            written(store, schema, tmp_path, unfinished=unfinished)
    assert GOLD not in {*store.layer_names(), *store.layers("one"), *layer_counts(store.tally())}
    for summaries in (store.summaries(["one"]), store.documents(), store.documents_from(0, 1)):
        assert [one.key.name for one in summaries[0].layers] == sorted(layers)
    assert (store.documents_with(GOLD), store.documents_with(GOLD, most=1), undone_gold(store.tally())) == ([], [], 0)
    with pytest.raises(UsageError, match="there is no gold yet"):
        choose(store, StudyRequest(gold=True))
    assert [entry.state for entry in queue(store, schema)] == ["ready"]
    assert list(tmp_path.glob("*.conll")) == []
    store.redo("rana", AT)
    assert store.documents_with(GOLD) == store.documents_with(GOLD, most=1) == ["one"]


def test_only_finished_gold_is_written(store: Store, schema: Schema, put: Any, layers: Any, tmp_path: Path) -> None:
    for id in ("one", "two", "three"):
        put(store, id, layers)
    merge_documents(store, schema, Rule(2.0), "sami", documents=["two"])
    open_adjudication(lambda: store, schema, "two", "sami").adopt("amal")
    merge_documents(store, schema, Rule(2.0), "rana")
    store.undo("rana", AT)
    outcome = export(store, schema, ExportRequest("conll", GOLD, tmp_path))
    assert (outcome.documents, outcome.skipped) == (1, ("one", "three"))
    choice = choose(store, StudyRequest(gold=True))
    assert [document.id for document in choice.documents if GOLD in document.days] == ["two"]


def test_imported_gold_counts(store: Store, schema: Schema, put: Any, layers: Any, layer: Any, tmp_path: Path) -> None:
    put(store, "one", layers)
    begin(store, schema, "one", "rana")
    store.undo("rana", AT)
    put_gold(store, "one", layer())
    assert written(store, schema, tmp_path) == 1
    store.undo("rana", AT)
    assert store.documents_with(GOLD) == []  # the import was taken back, too


def test_it_can_be_begun_anew(store: Store, schema: Schema, put: Any, layers: Any) -> None:
    put(store, "one", layers)
    begin(store, schema, "one", "rana")
    store.undo("rana", AT)
    assert not open_adjudication(lambda: store, schema, "one", "rana").begun
    begin(store, schema, "one", "sami")
    session = open_adjudication(lambda: store, schema, "one", "sami")
    assert session.begun
    assert session.annotations == session.adjudication.gold


def test_a_beginning_on_which_a_decision_of_another_rests(store: Store, schema: Schema, begun: Any, span: Any) -> None:
    session = open_adjudication(lambda: store, schema, "one", "sami")
    session.submit(Add(Entity("new", "PERS", span("الغارة"))))
    assert store.adjudications()["one"].open == len(session.adjudication.open)
    with pytest.raises(StaleRevisionError, match="sami changed"):
        store.undo("rana", AT)
    assert open_adjudication(lambda: store, schema, "one", "rana").begun


def test_a_models_layer_that_was_taken_back_is_no_opinion(store: Store, schema: Schema, put: Any, layers: Any) -> None:
    put(store, "one", layers)
    model = LayerKey("one", "ner")
    edit = Edit("Import", tuple(Replacement(None, one) for one in layers["amal"].values()))
    store.commit("boss", AT, [LayerEdit(model, 0, edit)])
    store.undo("boss", AT)
    begin(store, schema, "one", "rana", ["ner"])
    assert set(store.adjudications()["one"].layers) == set(layers)
    assert DECISIONS not in store.layer_names()
