"""Documents one after the other: all of them, once, in pages that are no larger than they may be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.model.annotations import Record
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.workflow import each_document as module
from annotator.workflow.each_document import each_document, pages
from annotator.workflow.ports import BASIS, DECISIONS, Adjudication, LayerEdit, LayerKey, Store

AT = "2026-01-02T03:04:05.678Z"
IDS = ["d3", "d1", "d2", "d0", "d4"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "corpus.db", create=True)
    opened.add_documents([Document.of(f"نص {id}", id=id) for id in IDS], AT)
    basis = Record(BASIS, BASIS, '{"items":2,"layers":{"amal":1},"open":1}')
    edit = LayerEdit(LayerKey("d2", DECISIONS), 0, Edit("Add", (Replacement(None, basis),)))
    opened.commit("rima", AT, [edit])
    yield opened
    opened.close()


@given(st.lists(st.text()), st.integers(1, 9))
def test_pages_are_the_whole(ids: list[str], size: int) -> None:
    found = list(pages(ids, size))
    assert [id for page in found for id in page] == ids
    assert all(0 < len(page) <= size for page in found)


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_each_with_its_adjudication(store: Store, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(module, "pages", lambda ids: pages(ids, size))
    found = list(each_document(store))
    assert [summary for summary, _ in found] == list(store.documents())
    assert {summary.id: one for summary, one in found if one is not None} == {"d2": Adjudication({"amal": 1}, 2, 1)}


def test_some_of_them(store: Store) -> None:
    assert [summary.id for summary, _ in each_document(store, ["d1", "nowhere", "d0"])] == ["d1", "d0"]
    assert list(each_document(store, [])) == []
