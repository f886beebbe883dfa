"""One document on which three people differ, and its adjudication over a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.model.annotations import (
    Annotations,
    Argument,
    Entity,
    Event,
    Fragment,
)
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.workflow.adjudication import AdjudicationSession, begin, open_adjudication
from annotator.workflow.ports import GOLD, LayerEdit, LayerKey, Store

TEXT = "قصف الطيران مدينة حلب أمس وقتل أحمد وسعيد في الغارة على الحي الشرقي"
AT = "2026-01-01T00:00:00.000Z"
SCHEMA = """
name = "test"
version = "1"
[attributes.level]
values = ["NAM", "NOM"]
[entities.PERS]
[entities.GPE]
[entities.LOC]
attributes = ["level"]
[relations.PartOf]
source = ["PERS", "LOC"]
target = ["PERS", "LOC"]
[events.Attack]
[events.Attack.roles.Place]
fillers = ["GPE", "LOC"]
[events.Attack.roles.Target]
fillers = ["PERS"]
"""


def span_of(words: str) -> tuple[Fragment, ...]:
    start = TEXT.index(words)
    return (Fragment(start, start + len(words)),)


def make_layer(city: str = "GPE", place: str = "مدينة حلب", *, saeed: bool = True, target: bool = True) -> Annotations:
    """One person's annotations, which differ in what the parameters say."""
    items: list[Any] = [
        Entity("e1", city, span_of(place)),
        Entity("e2", "PERS", span_of("أحمد")),
        Event(
            "v1", "Attack", span_of("قصف"), (Argument("Place", "e1"), *([Argument("Target", "e2")] if target else []))
        ),
    ]
    if saeed:
        items.append(Entity("e3", "PERS", span_of("سعيد")))
    return Annotations(items)


LAYERS = {"amal": make_layer(), "badr": make_layer("LOC", target=False), "dana": make_layer(place="حلب", saeed=False)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "corpus.db", create=True)
    yield opened
    opened.close()


@pytest.fixture
def schema() -> Schema:
    return read_schema(SCHEMA)


def make_documents(store: Store, document: str, layers: dict[str, Annotations], *, submit: bool = True) -> None:
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
    make_documents(store, "one", LAYERS)
    begin(store, schema, "one", "rana")
    return lambda: open_adjudication(lambda: store, schema, "one", "rana")


def items_by_kind(session: AdjudicationSession) -> dict[str | None, Any]:
    return {item.kind: item for item in session.adjudication.items()}


def texts_of(annotations: Annotations) -> set[tuple[str, str]]:
    return {
        (item.type, TEXT[item.fragments[0].start : item.fragments[0].end])
        for item in annotations.values()
        if isinstance(item, Entity | Event)
    }


def is_same(session: AdjudicationSession, store: Store, again: AdjudicationSession) -> bool:
    """The session, one that is opened anew, and the store, show the same."""
    assert session.annotations == session.adjudication.gold == store.layer(LayerKey("one", GOLD)).annotations
    assert again.adjudication.gold == session.annotations
    assert again.adjudication.open == session.adjudication.open
    assert again.basis == session.basis
    return store.adjudications()["one"].open == len(session.adjudication.open)


@pytest.fixture
def span() -> Callable[[str], tuple[Fragment, ...]]:
    """Where some words lie."""
    return span_of


@pytest.fixture
def layer() -> Callable[..., Annotations]:
    """Makes one person's annotations."""
    return make_layer


@pytest.fixture
def layers() -> dict[str, Annotations]:
    """What the three people say."""
    return LAYERS


@pytest.fixture
def put() -> Callable[..., None]:
    """Keeps a document with layers, submitted."""
    return make_documents


@pytest.fixture
def items() -> Callable[[AdjudicationSession], dict[str | None, Any]]:
    """What people differ on, by kind."""
    return items_by_kind


@pytest.fixture
def texts() -> Callable[[Annotations], set[tuple[str, str]]]:
    """Types and words of annotations."""
    return texts_of


@pytest.fixture
def same() -> Callable[[AdjudicationSession, Store, AdjudicationSession], bool]:
    """Whether a session, one that is opened anew, and the store, show the same."""
    return is_same
