"""The index for searches grows in small steps, also inside a long text: as if it had been made at once."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.model.documents import Document
from annotator.store import open_store, search
from annotator.store.database import Database
from annotator.text.normalise import fold
from annotator.workflow.ports import Store
from annotator.workflow.search_port import TextQuery

AT = "2026-01-01T00:00:00.000Z"
LONG = "قال إن داعش هنا " * 400 + "وبيروت في آخره"
WANTED = TextQuery(folded=(("داعش",), ("بيروت",)))


@contextmanager
def steps_of(code_points: int, size: int) -> Iterator[None]:
    """Steps of at most so many CODE_POINTS of whole texts, or SIZE bytes of a part of one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_STEP", code_points)
        patch.setattr(search, "_STEP_BYTES", size)
        patch.setattr(search, "_BEFORE", 4)
        yield


def fill(path: Path, texts: Sequence[str]) -> Store:
    store = open_store(path, create=True)
    store.add_documents([Document.of(text, id=f"d{at}") for at, text in enumerate(texts)], AT)
    return store


def terms(path: Path) -> set[tuple[str, int]]:
    """Every trigram of the index, with the number of each document that has it."""
    with sqlite3.connect(path) as raw:
        found = raw.execute("SELECT name FROM sqlite_master WHERE name = 'document_trigrams'").fetchone()
        if found is None:
            pytest.skip("this database has no index")
        raw.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab('main', 'document_trigrams', 'instance')")
        held = set(raw.execute("SELECT term, doc FROM temp.held").fetchall())
    raw.close()
    return held


def found(store: Store, wanted: TextQuery) -> list[str]:
    return [text.id for text in store.texts(wanted).texts]


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text("ابتحإىة \nabA\"'ـَُ😀ﷲﻼ", max_size=60), min_size=1, max_size=4),
    code_points=st.integers(0, 40),
    size=st.integers(4, 24),
)
@example(texts=["ا" + "َ" * 50 + "ب" + "ـ" * 50 + "ت"], code_points=0, size=4)
def test_in_parts_as_at_once(texts: list[str], code_points: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, parts = Path(folder) / "whole.db", Path(folder) / "parts.db"
        one = fill(whole, texts)
        one.index_texts()
        one.close()
        with steps_of(code_points, size):
            other = fill(parts, texts)
            other.index_texts()
            assert other.problems() == []
            other.close()
        assert terms(parts) == terms(whole)


def test_no_step_takes_in_more_than_some_milliseconds_of_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is held, and a key may wait, for as long as one step is written."""
    taken: list[int] = []
    add = search.add

    def watched(connection: object, step: search.Step, forms: Sequence[tuple[int, str]]) -> None:
        taken.append(sum(len(form) for _, form in forms))
        add(connection, step, forms)  # type: ignore[arg-type]  # whatever the store gives

    monkeypatch.setattr(search, "add", watched)
    texts = [*("نص قصير " * 1000 for _ in range(20)), "قال إن داعش هنا " * 20_000, "x" * 200_000, "نص"]
    store = fill(tmp_path / "corpus.db", texts)
    if not store.index_texts():
        pytest.skip("this database has no index")
    store.close()
    assert sum(taken) >= sum(map(len, texts))
    assert max(taken) <= search._STEP_BYTES + 4
    assert len(taken) < 30


def test_a_long_text_is_gone_on_with_where_it_was_left(tmp_path: Path) -> None:
    """Each time the program ends, or is killed, behind one step; a document half taken in is never hidden."""
    path = tmp_path / "corpus.db"
    fill(path, ["شيء", LONG, "شيء آخر"]).close()
    runs = 0
    with steps_of(1000, 1000):
        while True:
            store = open_store(path)
            done = store.index_texts(_never)
            assert "d1" in found(store, WANTED)
            store.close()
            if done:
                break
            runs += 1
    assert runs == pytest.approx(len(LONG.encode()) / 1000 + 2, abs=2)
    store = open_store(path)
    assert found(store, WANTED) == ["d1"]
    assert store.problems() == []
    store.close()


def _never(_done: int, _total: int) -> bool:
    return False


def test_a_step_that_fails_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "corpus.db"
    store = fill(path, [LONG])
    with steps_of(1000, 1000):
        store.index_texts(_never)
        before = terms(path)
        with monkeypatch.context() as patch:
            patch.setattr(search, "insert", _fail)  # the text is in, how far it got is not
            with pytest.raises(KeyboardInterrupt):
                store.index_texts()
        assert terms(path) == before
        assert store.index_texts()
    assert found(store, WANTED) == ["d0"]
    assert found(store, TextQuery(folded=(("قثق",),))) == []
    store.close()


def _fail(*_: object) -> None:
    raise KeyboardInterrupt


def test_two_programs_in_the_middle_of_one_text(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    one = fill(path, [LONG, "شيء"])
    other = open_store(path)
    assert isinstance(one, Database)
    with steps_of(1000, 1000):
        one.index_texts(_never)
        with one._transaction("BEGIN") as connection:
            step = search.uncovered(connection)
        assert step is not None
        assert step.start.part
        other.index_texts(_never)
        before = terms(path)
        with one._transaction("BEGIN IMMEDIATE") as connection:
            search.add(connection, step, [(1, "too late")])
        assert terms(path) == before
        assert other.index_texts()
    assert found(one, WANTED) == ["d0"]
    one.close()
    other.close()


def test_what_is_known_of_a_part_holds_for_that_document_and_this_folding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "corpus.db"
    store = fill(path, ["شيء", LONG])
    with steps_of(1000, 1000):
        store.index_texts(_never)
        store.index_texts(_never)
        with sqlite3.connect(path) as raw:  # another program went on, in another way
            raw.execute("UPDATE search_index SET covered = 0 WHERE name = 'document_trigrams'")
        raw.close()
        assert store.index_texts()
        assert found(store, WANTED) == ["d1"]
        store.add_documents([Document.of(LONG + " مرة أخرى", id="later")], AT)
        store.index_texts(_never)
        monkeypatch.setattr(search, "version", lambda: "another")
        assert store.index_texts()
    assert set(found(store, WANTED)) == {"d1", "later"}
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT name, version FROM search_index").fetchall() == [("document_trigrams", "another")]
    raw.close()
    store.close()


@pytest.mark.parametrize("size", range(4, 12))
def test_bytes_are_cut_between_code_points(size: int) -> None:
    data = "اa😀ﷲ".encode()
    whole = data[:size][: search._whole(data[:size])]
    assert whole.decode()
    assert size - len(whole) <= 4


def test_folding_is_of_each_code_point_alone() -> None:
    """What the parts rest on."""
    text = "وَداعِـش ﻼ Ǆ İ 😀 ﷲ ٱ ۀ\u200f"
    assert fold(text).text == "".join(fold(character).text for character in text)
