"""The index for searches: it never hides a document, is made in steps, grows, and is made anew for another folding."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from annotator.model.documents import Document
from annotator.store import backends, open_store, schema, search, sqlite
from annotator.store.database import Database
from annotator.text.normalise import fold
from annotator.workflow.ports import LayerKey, Store
from annotator.workflow.search_port import TextQuery

AT = "2026-01-01T00:00:00.000Z"
TEXTS = ("قال إن داعش هنا", "وَداعِـش هناك", "لا شيء", "", "أحمد", 'quote " AND NOT', "آ", "حب")


def fill(store: Store, *texts: str) -> list[str]:
    first = len(store.documents())
    return store.add_documents([Document.of(text, id=f"d{first + at}") for at, text in enumerate(texts)], AT)


def ids(store: Store, wanted: TextQuery, limit: int = 200) -> list[str]:
    found: list[str] = []
    after = 0
    while True:
        page = store.texts(wanted, after, limit)
        assert all(text.number > after for text in page.texts)
        found += [text.id for text in page.texts]
        if not page.last:
            return found
        assert page.last > after
        after = page.last


@pytest.fixture(params=["file", "memory"])
def indexed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of each kind whose database can have an index."""
    store = open_store(tmp_path / "corpus.db" if request.param == "file" else "sqlite://", create=True)
    if not store.index_texts():
        pytest.skip("SQLite was built without an index for trigrams")
    yield store
    store.close()


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_without_an_index_every_text_is_given(empty_store: Store, limit: int) -> None:
    added = fill(empty_store, *TEXTS)
    assert ids(empty_store, TextQuery(folded=(("داعش",),)), limit) == added
    assert ids(empty_store, TextQuery(document="d3"), limit) == ["d3"]
    assert ids(empty_store, TextQuery(document="none"), limit) == []


@pytest.mark.parametrize("limit", [1, 2, 200])
@pytest.mark.parametrize(
    ("folded", "expected"),
    [
        ("داعش", ["d0", "d1"]),
        ("هناك", ["d1"]),
        ("احمد", ["d4"]),
        ('e " and', ["d5"]),
        ("حب", ["d7"]),
        ("شي", ["d2"]),
        ("قثق", []),
        ("قث", []),
        ("ا", [f"d{at}" for at in range(8)]),
        ("", [f"d{at}" for at in range(8)]),
    ],
)
def test_the_index_names_documents(indexed: Store, folded: str, expected: list[str], limit: int) -> None:
    fill(indexed, *TEXTS)
    assert indexed.index_texts()
    assert ids(indexed, TextQuery(folded=((folded,),)), limit) == expected


def test_documents_added_later_are_candidates_until_they_are_covered(indexed: Store) -> None:
    fill(indexed, "داعش", "شيء")
    indexed.index_texts()
    fill(indexed, "داعش", "شيء")
    assert set(ids(indexed, TextQuery(folded=(("داعش",),)), 1)) == {"d0", "d2", "d3"}
    assert indexed.index_texts()
    assert ids(indexed, TextQuery(folded=(("داعش",),)), 1) == ["d0", "d2"]


def test_progress_stops_it_and_what_is_done_is_kept(indexed: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_AT_ONCE", 3)
    fill(indexed, *TEXTS)
    seen: list[tuple[int, int]] = []

    def report(done: int, total: int) -> bool:
        seen.append((done, total))
        return len(seen) > 1

    assert not indexed.index_texts(report)
    assert seen == [(3, 8)]
    assert ids(indexed, TextQuery(folded=(("داعش",),))) == ["d0", "d1", "d3", "d4", "d5", "d6", "d7"]
    assert indexed.index_texts(report)
    assert seen == [(3, 8), (6, 8), (8, 8)]


def test_pages_are_cut_by_size(indexed: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_SIZE", 25)
    fill(indexed, "داعش" * 10, "داعش", "داعش" * 10, "شيء", "داعش" * 5)
    expected = ["d0", "d1", "d2", "d3", "d4"]
    assert ids(indexed, TextQuery(folded=(("داعش",),))) == expected
    assert [text.id for text in indexed.texts(TextQuery(), 0).texts] == ["d0"]
    indexed.index_texts()
    assert ids(indexed, TextQuery(folded=(("داعش",),))) == ["d0", "d1", "d2", "d4"]
    assert ids(indexed, TextQuery(folded=(("داعش",),), document="d4"), 2) == ["d4"]


def test_another_folding_makes_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(tmp_path / "corpus.db", create=True)
    fill(store, *TEXTS)
    assert store.index_texts()
    monkeypatch.setattr(search, "version", lambda: "another")
    assert len(ids(store, TextQuery(folded=(("داعش",),)))) == len(TEXTS)
    assert store.index_texts()
    assert ids(store, TextQuery(folded=(("داعش",),))) == ["d0", "d1"]
    assert store.problems() == []
    store.close()


def test_without_fts5_and_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "corpus.db"
    store = open_store(path, create=True)
    fill(store, *TEXTS)
    with monkeypatch.context() as patch:
        patch.setattr(backends.SqliteBackend, "has_trigrams", lambda self, connection: False)
        assert not store.index_texts()
        assert len(ids(store, TextQuery(folded=(("داعش",),)))) == len(TEXTS)
    store.close()
    connect = sqlite.connect
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "connect", lambda path, mode, **options: connect(path, "ro", **options))
        store = open_store(path)
        assert not store.index_texts()
        assert len(ids(store, TextQuery(folded=(("داعش",),)))) == len(TEXTS)
        store.close()


def test_an_index_is_read_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "corpus.db"
    store = open_store(path, create=True)
    fill(store, *TEXTS)
    store.index_texts()
    store.backup(str(tmp_path / "copy.db"))
    store.close()
    connect = sqlite.connect
    monkeypatch.setattr(sqlite, "connect", lambda path, mode, **options: connect(path, "ro", **options))
    store = open_store(tmp_path / "copy.db")
    assert ids(store, TextQuery(folded=(("داعش",),))) == ["d0", "d1"]
    assert ids(store, TextQuery(folded=(("حب",),))) == ["d7"]
    store.close()


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.text("ابتحبأإىيةه \nabAB\"'ـَ😀ﷲ", max_size=12), min_size=1, max_size=8),
    query=st.text('ابتحبأىة \nab"😀ﷲ', max_size=4),
    limit=st.integers(1, 4),
)
def test_the_index_never_hides_a_document(texts: list[str], query: str, limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "corpus.db", create=True)
        try:
            added = fill(store, *texts)
            store.index_texts()
            wanted = fold(query).text
            found = ids(store, TextQuery(folded=((wanted,),)), limit)
            must = [id for id, text in zip(added, texts, strict=True) if wanted in fold(text).text]
            assert set(must) <= set(found)
            assert found == sorted(found, key=added.index)
        finally:
            store.close()


def test_by_label(store: Store, build: Callable[[], object]) -> None:
    make: object = build
    entity = make.entity("a", label="PERS")  # type: ignore[attr-defined]  # the fixture's class is in the conftest
    edit = make.on(0, make.add(entity))  # type: ignore[attr-defined]  # see above
    store.commit("amal", AT, [edit])
    for _ in range(2):
        assert ids(store, TextQuery(layer="amal", label="PERS"), 1) == ["one"]
        assert ids(store, TextQuery(layer="amal")) == ["one"]
        assert ids(store, TextQuery(layer="amal", label="PER%")) == []
        assert ids(store, TextQuery(layer="basma", label="PERS")) == []
        assert ids(store, TextQuery(layer="amal", label="PERS", document="two")) == []
        assert ids(store, TextQuery(folded=(("بيروت",),), layer="amal", label="PERS"), 1) == ["one"]
        store.index_texts()
    layers = store.layers_named("amal", ["two", "one", "absent", "one"])
    assert layers == {"one": store.layer(LayerKey("one", "amal"))}
    assert store.layers_named("amal", []) == {}


def test_an_index_being_made_twice_at_once(tmp_path: Path) -> None:
    one, other = open_store(tmp_path / "corpus.db", create=True), open_store(tmp_path / "corpus.db")
    fill(one, *TEXTS)
    assert isinstance(one, Database)
    with one._transaction("BEGIN IMMEDIATE") as connection:
        step = search.uncovered(connection)
        assert step is not None
        search.add(connection, step, step.forms)
        search.add(connection, step, step.forms)  # too late: nothing happens
    assert other.index_texts()
    assert ids(one, TextQuery(folded=(("داعش",),))) == ["d0", "d1"]
    one.close()
    other.close()


def first_release(path: Path) -> None:
    """A database as the first release made it, with one document and an edit of it."""
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", schema.SCRIPTS)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    document = Document.of("داعش", id="old")
    with sqlite3.connect(path) as raw:
        raw.execute(
            "INSERT INTO document (id, title, sha256, source, encoding, bom, length, added_at, text)"
            " VALUES (?, ?, ?, '', 'utf-8', 0, 4, ?, ?)",
            (document.id, document.title, document.sha256, AT, document.text),
        )
    raw.close()


def test_a_database_of_the_first_release(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    first_release(path)
    store = open_store(path)
    assert store.document("old").text == "داعش"
    assert store.index_texts()
    assert ids(store, TextQuery(folded=(("اعش",),))) == ["old"]
    assert store.problems() == []
    store.close()
    copy = sqlite3.connect(tmp_path / "corpus.db.0001.backup")
    assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    assert copy.execute("SELECT text FROM document").fetchall() == [("داعش",)]
    copy.close()
