"""Which documents have a layer, and notes in it, asked of every kind of database."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.model.annotations import Record
from annotator.workflow.access import Guarded
from annotator.workflow.ports import BASIS, DECISIONS, GOLD, LayerKey, Person, Store

IDS = ["d3", "d1", "d2", "d0"]
"""In the order in which they are added, which is not that of their names."""


@pytest.fixture
def store(empty_store: Store, build: Any) -> Store:
    """Layers of amal in three documents, one with notes, one with a chain; gold in two, decided in d1 alone."""
    empty_store.add_documents([build.document(id) for id in IDS], build.at)
    items = [build.entity("a"), build.entity("b")]
    for id, more in (("d0", [build.note("n")]), ("d1", [build.chain("c", "a", "b")]), ("d3", [])):
        empty_store.commit("amal", build.at, [build.on(0, build.add(*items, *more), LayerKey(id, "amal"))])
    empty_store.set_layer_state(LayerKey("d2", "badr"), "submitted", "badr", build.at)
    for id, left in (("d2", 1), ("d1", 0)):
        basis = Record(BASIS, BASIS, f'{{"items":2,"layers":{{"amal":1}},"open":{left}}}')
        edits = [build.on(0, build.add(*items[:1]), LayerKey(id, GOLD)), build.on(0, build.add(basis), _decisions(id))]
        empty_store.commit("rima", build.at, edits)
    return empty_store


def _decisions(id: str) -> LayerKey:
    return LayerKey(id, DECISIONS)


def test_in_the_order_in_which_they_were_added(store: Store) -> None:
    assert store.documents_with("amal") == ["d3", "d1", "d0"]
    assert store.documents_with("badr") == ["d2"]  # submitted, and never edited
    assert store.documents_with(GOLD) == ["d1", "d2"]
    assert store.documents_with("nobody") == []


@pytest.mark.parametrize("most", [0, 1, 2, 3, 9])
def test_so_many_of_them(store: Store, most: int) -> None:
    assert store.documents_with("amal", most=most) == ["d3", "d1", "d0"][:most]
    assert store.documents_with("amal", noted=True, most=most) == ["d0"][:most]
    assert store.documents_with(DECISIONS, most=most) == []


def test_with_notes(store: Store, build: Any) -> None:
    assert store.documents_with("amal", noted=True) == ["d0"]
    assert store.documents_with(GOLD, noted=True) == []
    store.commit("amal", build.at, [build.on(1, build.remove(build.note("n")), LayerKey("d0", "amal"))])
    assert store.documents_with("amal", noted=True) == []


def test_decisions_are_no_layer_of_a_list(store: Store) -> None:
    assert store.layer(_decisions("d1")).revision == 1
    assert store.documents_with(DECISIONS) == []


def test_annotators_are_told_of_gold_where_it_is_done(store: Store) -> None:
    guarded = Guarded(store, Person("amal"))
    assert guarded.documents_with(GOLD) == ["d1"]
    assert guarded.documents_with(GOLD, most=1) == ["d1"]
    assert guarded.documents_with(GOLD, most=0) == []
    assert guarded.documents_with("amal", most=2) == ["d3", "d1"]
    assert Guarded(store, Person("rima", "reviewer")).documents_with(GOLD) == ["d1", "d2"]
