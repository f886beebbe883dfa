"""After an import the index for searches is made, and nothing about it can spoil the import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.errors import BusyError
from annotator.store import open_store
from annotator.store.database import Database
from annotator.workflow.search_port import TextQuery

Run = Callable[..., Any]


def found(project: Path) -> list[str]:
    store = open_store(project / "corpus.db")
    texts = store.texts(TextQuery(folded=(("داعش",),))).texts
    store.close()
    return [text.text for text in texts]


@pytest.fixture
def texts(place: Path) -> Path:
    folder = place / "texts"
    folder.mkdir()
    (folder / "one.txt").write_text("داعش", encoding="utf-8")
    (folder / "two.txt").write_text("لا شيء", encoding="utf-8")
    return folder


def test_the_index_is_made(run: Run, project: Path, texts: Path) -> None:
    assert run("import", texts).status == 0
    assert found(project) == ["داعش"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BusyError("another program writes")])
def test_an_import_without_an_index_is_an_import(
    run: Run, project: Path, texts: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def index_texts(*_: object) -> bool:
        raise error

    monkeypatch.setattr(Database, "index_texts", index_texts)
    result = run("import", texts)
    assert (result.status, result.err) == (0, "")
    assert "2 files imported" in result.out
    assert set(found(project)) >= {"داعش", "لا شيء"}
