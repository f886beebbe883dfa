"""What stands in the way of submitting, what it locks, and how far everybody is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import LockedError, StoreError
from annotator.model.annotations import Annotation, Annotations, Argument, Chain, Entity, Event, Fragment, Note
from annotator.model.documents import Document
from annotator.model.operations import Add, Edit, Replacement
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.workflow.ports import (
    GOLD,
    Adjudication,
    DocumentSummary,
    LayerEdit,
    LayerKey,
    LayerState,
    LayerSummary,
    Person,
    Store,
)
from annotator.workflow.session import Session
from annotator.workflow.states import FINISHED, STATES, layer_of, progress, state_of
from annotator.workflow.submission import Problem, place, problems, reopen, submit

AT = "2026-01-02T03:04:05.678Z"
TEXT = "وصل بشير إلى دمشق."
KEY = LayerKey("d1", "amal")
SCHEMA = """
name = "small"
version = "1"
[entities.PERS]
[entities.GPE]
[events.Arrive.roles.Agent]
fillers = ["PERS"]
required = true
multiple = false
"""
PERSON = Entity("p", "PERS", (Fragment(4, 8),))
OTHER = Entity("q", "PERS", (Fragment(9, 12),))


@pytest.fixture(scope="module")
def schema() -> Schema:
    return read_schema(SCHEMA)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "corpus.db", create=True)
    store.add_documents([Document.of(TEXT, id="d1")], AT)
    yield store
    store.close()


def arrival(*arguments: str) -> Event:
    return Event("a", "Arrive", (Fragment(0, 3),), tuple(Argument("Agent", id) for id in arguments))


def put(store: Store, *items: Annotation) -> None:
    edit = Edit("Import", tuple(Replacement(None, item) for item in items))
    store.commit("amal", AT, [LayerEdit(KEY, 0, edit)])


def test_warnings_stand_in_the_way(schema: Schema) -> None:
    document = Document.of(TEXT, id="d1")
    assert problems(document, Annotations([PERSON, arrival("p")]), schema) == []
    assert problems(document, Annotations([PERSON, arrival()]), schema) == [
        Problem("a", "its Agent is still empty", 0, 3)
    ]
    assert problems(document, Annotations([PERSON, OTHER, arrival("p", "q")]), schema) == [
        Problem("a", "its Agent may be filled only once", 0, 3)
    ]
    unknown: list[Annotation] = [
        Entity("z", "PLANET", (Fragment(13, 17),)),
        Chain("c", ("p", "a")),
        arrival("p"),
        PERSON,
    ]
    assert [(problem.id, problem.start) for problem in problems(document, Annotations(unknown), schema)] == [
        ("c", 4),
        ("z", 13),
    ]


def test_where_a_problem_is() -> None:
    layer = Annotations(
        [PERSON, Chain("c", ("nowhere", "p")), Note("n", "x", "c"), Note("w", "x"), Note("s", "x", "s")]
    )
    assert [place(layer, id) for id in ("p", "c", "n", "w", "s", "nowhere")] == [
        *((4, 8), (4, 8), (4, 8), None, None, None)
    ]


def test_submitting_and_reopening(store: Store, schema: Schema) -> None:
    put(store, PERSON, arrival())
    assert [problem.id for problem in submit(store, schema, KEY, "amal")] == ["a"]
    assert store.layer(KEY).state == ""
    store.undo("amal", AT)
    session = Session(lambda: store, schema, store.document("d1"), store.layer(KEY), "amal")
    assert submit(store, schema, KEY, "amal") == []
    with pytest.raises(LockedError, match="amal submitted this"):
        session.submit(Add(PERSON))
    assert len(session.annotations) == 0
    session.reload()
    states = [session.state]
    with pytest.raises(LockedError):
        submit(store, schema, KEY, "amal")
    reopen(store, KEY, "rima")
    session.reload()
    assert [*states, session.state] == ["submitted", "reopened"]
    assert session.submit(Add(PERSON)) is not None
    with pytest.raises(StoreError, match="not submitted"):
        reopen(store, KEY, "rima")
    with pytest.raises(StoreError, match="Did you mean d1"):
        reopen(store, LayerKey("d11", "amal"), "rima")


def summary(name: str = "amal", revision: int = 1, state: LayerState = "") -> LayerSummary:
    return LayerSummary(LayerKey("d1", name), revision, 2, 1, 0, AT, state, AT if state else "")


@pytest.mark.parametrize(
    ("layer", "adjudication", "expected"),
    [
        (None, None, "new"),
        (None, Adjudication({"amal": 1}, 2, 0), "new"),
        (summary(revision=0), None, "new"),
        (summary(), None, "in progress"),
        (summary(state="submitted"), None, "submitted"),
        (summary(revision=0, state="submitted"), None, "submitted"),
        (summary(state="reopened"), None, "reopened"),
        (summary(state="submitted"), Adjudication({"amal": 1}, 2, 1), "in adjudication"),
        (summary(state="submitted"), Adjudication({"amal": 1}, 2, 0), "done"),
        (summary(state="submitted"), Adjudication({"badr": 1}, 2, 0), "submitted"),
        (summary(state="reopened"), Adjudication({"amal": 1}, 2, 1), "reopened"),
        (summary(GOLD), Adjudication({"amal": 1}, 2, 1), "in adjudication"),
        (summary(GOLD), Adjudication({"amal": 1}, 2, 0), "done"),
        (summary(GOLD), None, "in progress"),
    ],
)
def test_states(layer: LayerSummary | None, adjudication: Adjudication | None, expected: str) -> None:
    assert state_of(layer, adjudication) == expected
    assert expected in STATES


def documents(*layers: tuple[LayerSummary, ...]) -> list[DocumentSummary]:
    return [DocumentSummary(f"d{n}", "", "", "", 0, AT, found) for n, found in enumerate(layers, 1)]


def test_progress() -> None:
    listed = documents((summary(state="submitted"), summary(GOLD), summary("badr")), (summary(),), ())
    amal, badr, zaid = Person("amal"), Person("badr", active=False), Person("zaid")
    rima, gone = Person("rima", "reviewer"), Person("old", active=False)
    rows = progress(listed, [amal, badr, gone, rima, zaid], {"d1": Adjudication({"amal": 1}, 1, 0)})
    assert [(row.name, row.person, row.total, row.finished) for row in rows] == [
        ("amal", amal, 3, 1),
        ("badr", badr, 3, 0),
        ("zaid", zaid, 3, 0),
        (GOLD, None, 1, 1),
    ]
    assert rows[0].states == {**dict.fromkeys(STATES, 0), "new": 1, "in progress": 1, "done": 1}
    assert (rows[0].entities, rows[0].events) == (4, 2)
    assert layer_of(listed[0], "badr") == summary("badr")
    assert layer_of(listed[2], "badr") is None


NAMES = st.sampled_from(["amal", "badr", GOLD, "model"])
LAYERS = st.builds(summary, NAMES, st.integers(0, 2), st.sampled_from(["", "submitted", "reopened"]))


@given(st.lists(st.lists(LAYERS, max_size=4, unique_by=lambda layer: layer.key.name).map(tuple), max_size=5))
def test_everybody_has_every_document_once(layers: list[tuple[LayerSummary, ...]]) -> None:
    rows = progress(documents(*layers), [Person("amal"), Person("badr")], {})
    for row in rows:
        assert tuple(row.states) == STATES
        assert 0 <= row.finished <= row.total
        assert row.total == len(layers) if row.person else 0 < row.total <= len(layers)
        assert row.finished == sum(row.states[state] for state in FINISHED)
