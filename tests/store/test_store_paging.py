"""What lists read of the store some at a time, asked of every kind of database."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.model.annotations import Record
from annotator.workflow.access import Guarded
from annotator.workflow.comparison_port import Compared
from annotator.workflow.ports import BASIS, DECISIONS, LayerKey, Person, Store

LATER = "2026-01-02T03:14:05.678Z"


@pytest.fixture
def many(empty_store: Store, build: Any) -> Store:
    """Documents d0 to d6, submitted by amal; added so that the order is not that of their ids."""
    empty_store.add_documents([build.document(f"d{number}") for number in (3, 1, 6, 0, 2, 5, 4)], build.at)
    for number in range(7):
        key = LayerKey(f"d{number}", "amal")
        if number:
            items = [build.entity(f"e{place}") for place in range(7 - number)]
            empty_store.commit("amal", build.at, [build.on(0, build.add(*items), key)])
        empty_store.set_layer_state(key, "submitted", "amal", build.at)
    return empty_store


def test_ids_and_neighbours(many: Store) -> None:
    ids = many.document_ids()
    assert ids == [document.id for document in many.documents()] == ["d3", "d1", "d6", "d0", "d2", "d5", "d4"]
    assert [many.neighbour(id, 1) for id in ids] == [*ids[1:], None]
    assert [many.neighbour(id, -1) for id in ids] == [None, *ids[:-1]]
    assert many.neighbour("nowhere", 1) is None


def basis(open_: int) -> Record:
    return Record(BASIS, BASIS, f'{{"items":3,"layers":{{"amal":0,"badr":0}},"open":{open_}}}')


def test_adjudications_of_some(many: Store, build: Any) -> None:
    for id, left in (("d0", 0), ("d1", 2)):
        many.commit("rima", LATER, [build.on(0, build.add(basis(left)), LayerKey(id, DECISIONS))])
    every = many.adjudications()
    assert many.adjudications_of(["d1", "d2", "nowhere"]) == {"d1": every["d1"]}
    assert many.adjudications_of([]) == {}
    assert set(Guarded(many, Person("amal")).adjudications_of(["d0"])["d0"].layers) == {"amal"}
    assert many.tally().adjudicated == 1


def test_compared_comes_in_pages(many: Store, build: Any) -> None:
    assert list(many.uncompared("m", 1)) == ["d0", "d6", "d5", "d4", "d3", "d2", "d1"]  # as many annotations
    for id, left in (("d0", 0), ("d1", 2)):
        many.commit("rima", LATER, [build.on(0, build.add(basis(left)), LayerKey(id, DECISIONS))])
    kept = []
    for number, agreement in ((0, 0.1), (1, 0.5), (2, 0.5), (3, 0.2), (4, 0.5), (5, 1.0)):
        begun = number < 2
        revision = many.layer(LayerKey(f"d{number}", "amal")).revision
        about = f"d{number}", "", {"amal": revision}, int(begun), begun
        kept.append(Compared(*about, items=3, open=2, open_as={}, agreement=agreement))
    many.keep_compared("m", kept)
    whole = many.compared("m", 1)
    assert [one.document for one in whole.found] == ["d3", "d1", "d2", "d4", "d5", "d0"]
    added = [summary.id for summary in many.documents()]
    assert [one.number for one in whole.found] == [added.index(one.document) + 1 for one in whole.found]
    assert whole.last is None
    for limit in range(1, 8):
        found: list[Compared] = []
        place, pages = None, 0
        while pages == 0 or place is not None:
            page = many.compared("m", 1, place, limit)
            assert len(page.found) <= limit
            found += page.found
            place, pages = page.last, pages + 1
        assert tuple(found) == whole.found


def test_damaged_records_are_named(many: Store, build: Any) -> None:
    assert many.damaged() == {}
    many.commit("rima", LATER, [build.on(0, build.add(Record(BASIS, BASIS, "{")), LayerKey("d2", DECISIONS))])
    ((document, problem),) = many.damaged().items()
    assert document == "d2"
    assert problem == many.adjudications("d2")["d2"].problem
