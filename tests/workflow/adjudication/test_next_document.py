"""The next document of the queue: the one that the queue itself shows first, found without reading the others."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from annotator.model.annotations import Entity, Fragment
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.workflow.adjudication import begin, open_adjudication
from annotator.workflow.adjudication_queue import QueueFilter, claim, first_open, queue, queue_steps, rank
from annotator.workflow.ports import LayerEdit, LayerKey, Store

AT: Final = "2026-01-01T00:00:00.000Z"
PEOPLE: Final = ("amal", "badr", "dana")
DOCUMENTS: Final = 30
FILTERS: Final = (
    QueueFilter(),
    QueueFilter(label="GPE"),
    QueueFilter(name="badr"),
    QueueFilter(kind="label"),
    QueueFilter(kind="missing", label="PERS", name="dana"),
    QueueFilter(most=0.8),
)
Reads = list[str]


@pytest.fixture
def schema() -> Schema:
    return read_schema('name = "x"\nversion = "1"\n[entities.PERS]\n[entities.GPE]\n[entities.ORG]\n')


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Documents of which those with many annotations are agreed on least, with ties."""
    opened = open_store(tmp_path / "corpus.db", create=True)
    dice = random.Random(5)
    for number in dice.sample(range(DOCUMENTS), DOCUMENTS):
        document = f"d{number:02}"
        opened.add_documents([Document.of(f"abc def ghi jkl mno pqr {number}", id=document)], AT)
        for name in PEOPLE:
            items = [entity for place in range(1 + number % 5) if (entity := said(dice, place, number))]
            edit = Edit("Import", tuple(Replacement(None, item) for item in items))
            opened.commit(name, AT, [LayerEdit(LayerKey(document, name), 0, edit)])
            opened.set_layer_state(LayerKey(document, name), "submitted", name, AT)
    yield opened
    opened.close()


def said(dice: random.Random, place: int, number: int) -> Entity | None:
    """What somebody says of a word: the higher the number, the less they agree."""
    if dice.random() < 0.2:
        return None
    kind = "PERS" if dice.random() > (number % 5) / 8 else dice.choice(("GPE", "ORG"))
    return Entity(f"e{place}", kind, (Fragment(place * 4, place * 4 + 3),))


@pytest.fixture
def reads(store: Store, monkeypatch: pytest.MonkeyPatch) -> Reads:
    """The documents whose layers were read."""
    found: Reads = []
    real = store.layers_named

    def layers_named(name: str, documents: Any) -> Any:
        found.extend(documents)
        return real(name, documents)

    monkeypatch.setattr(store, "layers_named", layers_named)
    return found


def visited(store: Store, schema: Schema, wanted: QueueFilter) -> list[str]:
    """Where the way to the next document leads, again and again."""
    seen: list[str] = []
    while (found := first_open(store, schema, "rana", wanted, seen)) is not None:
        seen.append(found.document)
    return seen


@pytest.mark.parametrize("wanted", FILTERS, ids=repr)
def test_the_way_is_the_order_of_the_queue(store: Store, schema: Schema, reads: Reads, wanted: QueueFilter) -> None:
    listed = [entry.document for entry in queue(store, schema, wanted) if entry.open]
    assert listed
    reads.clear()
    assert visited(store, schema, wanted) == listed
    shown = sorted((entry for step in queue_steps(store, schema, wanted) for entry in step.entries), key=rank)
    assert [entry.document for entry in shown if entry.open] == listed
    assert [entry.agreement for entry in shown] == sorted(entry.agreement for entry in shown)
    assert reads == []  # what was compared once is not read again, whatever is asked for


@pytest.mark.parametrize("wanted", FILTERS, ids=repr)
def test_filters_count_the_items_that_they_want(store: Store, schema: Schema, wanted: QueueFilter) -> None:
    found = {entry.document: entry.kinds for entry in queue(store, schema, wanted)}
    asks = bool(wanted.label or wanted.kind or wanted.name)
    for entry in queue(store, schema):
        begin(store, schema, entry.document, "rana")
        made = open_adjudication(partial(lambda opened: opened, store), schema, entry.document, "rana").adjudication
        items = (item for item in made.items() if item.key in made.open and wanted.wants(made, item))
        kinds = Counter(item.kind for item in items)
        assert found.pop(entry.document, None) == (
            kinds if entry.agreement <= wanted.most and (kinds or not asks) else None
        )
    assert not found


def test_what_is_compared_on_the_way_counts(store: Store, schema: Schema) -> None:
    """The cheapest come first when they are compared; the way leads to the one agreed on least."""
    entry = first_open(store, schema, "rana", QueueFilter(), ())
    assert entry is not None
    assert entry == queue(store, schema)[0]


def test_no_time_to_compare_all(store: Store, schema: Schema, reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.workflow.adjudication_queue._STEP", 0.0)
    monkeypatch.setattr("annotator.workflow.adjudication_queue._PATIENCE", 0.0)
    entry = first_open(store, schema, "rana", QueueFilter(), ())
    assert entry is not None
    assert len(set(reads)) < DOCUMENTS
    reads.clear()
    assert first_open(store, schema, "rana", QueueFilter(), (), lambda _done, _of: False) == entry
    monkeypatch.undo()  # there is time again
    entry = first_open(store, schema, "rana", QueueFilter(), ())
    assert entry == queue(store, schema)[0]


def test_documents_of_others_are_left_out(store: Store, schema: Schema) -> None:
    first, second = (entry.document for entry in queue(store, schema)[:2])
    claim(store, first, "sami")
    found = [first_open(store, schema, who, QueueFilter(), ()) for who in ("rana", "sami")]
    assert [entry.document for entry in found if entry is not None] == [second, first]
