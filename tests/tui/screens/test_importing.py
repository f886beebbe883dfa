from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.errors import StoreError
from annotator.model.documents import Document
from annotator.tui.screens.dialogs import Message
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.importing import ImportScreen, completed, look_at, path_of
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.buttons import Buttons

Make = Callable[..., Any]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(3):
        (folder / f"news-{number}.txt").write_text(f"لأورينت نت {number}\n", encoding="utf-8")
    (folder / "notes.md").write_text("no", encoding="utf-8")
    (folder / "sub").mkdir()
    return folder


def test_what_a_path_names(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look_at("") == (False, "Name a text file, a file with annotations, or a folder of them.")
    assert look_at(str(texts)) == (True, "3 files: 3 .txt; 1 passed over (.md)")
    assert look_at(f"'{texts}' ")[0]
    assert look_at(str(texts / "news-1.txt"))[0]
    assert not look_at(str(texts / "nothing"))[0]
    assert not look_at(str(texts / "sub"))[0]
    assert not look_at("a\0b")[0]
    assert not look_at("~nobody-of-this-name/x")[0]
    assert not look_at("x" * 5000)[0]
    monkeypatch.setenv("HOME", str(texts))
    assert path_of("~/news-1.txt") == texts / "news-1.txt"


def test_completion(texts: Path) -> None:
    assert completed(str(texts / "ne")) == str(texts / "news-")
    assert completed(str(texts / "news-2")) == str(texts / "news-2.txt")
    assert completed(str(texts / "su")) == str(texts / "sub") + "/"
    assert completed(str(texts) + "/zz") == str(texts) + "/zz"
    assert completed("/no/such/folder/x") == "/no/such/folder/x"


async def test_a_folder_is_imported_and_reported(stand: Make, texts: Path) -> None:
    app = stand(DocumentsScreen, 2)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await pilot.pause()
        field = app.screen.query_one(ArabicInput)
        field.value = str(texts)[:-2]
        await pilot.press("tab")
        await app.until(lambda: field.value.rstrip("/") == str(texts))
        await app.until(lambda: "3 files: 3 .txt" in app.text())
        await pilot.press("enter")
        await app.until(lambda: isinstance(app.screen, Message))
        await app.until(lambda: "3 imported" in app.text())
        assert "1 passed over, their endings tell no format" in app.text()
        await pilot.press("enter")
        await app.until(lambda: isinstance(app.screen, DocumentsScreen))
        await app.until(lambda: "✓ imported 3" in app.text())
        await app.until(lambda: "news-2" in app.text())


async def test_what_came_in_before_it_failed_is_shown(
    stand: Make, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(screen: ImportScreen, *_: object) -> None:
        memory = app.memory
        memory.texts["half-way"] = Document.of("وصل", id="half-way")
        raise StoreError("the disk is full", where="corpus.db", hint="Free some space")

    monkeypatch.setattr(ImportScreen, "_run", fails)
    app = stand(DocumentsScreen, 2)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await pilot.pause()
        app.screen.query_one(ArabicInput).value = str(texts)
        await pilot.press("enter")
        await app.until(lambda: "the disk is full" in app.text())
        await pilot.press("enter")
        await app.until(lambda: isinstance(app.screen, ImportScreen))
        await pilot.press("escape")
        await app.until(lambda: "half-way" in app.text())


async def test_its_keys_can_be_changed(stand: Make, texts: Path) -> None:
    app = stand(ImportScreen)
    app.user_keys = {"import.complete": ("f4",), "import.start": ("f5",)}
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        assert app.screen.hints() == [("F4", "complete"), ("Enter", "import"), ("Esc", "cancel")]
        field = app.screen.query_one(ArabicInput)
        field.value = str(texts)[:-2]
        await pilot.press("f4")
        assert field.value.rstrip("/") == str(texts)
        await pilot.press("tab")
        assert app.screen.query_one(Buttons).has_focus
        await pilot.press("ctrl+s", "f5")
        await app.until(lambda: isinstance(app.screen, Message))
        assert len(app.memory.texts) == 3


async def test_a_wrong_path_is_refused_in_place(stand: Make) -> None:
    app = stand(ImportScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"/none", "enter")
        await app.until(lambda: isinstance(app.screen, ImportScreen))
        await app.until(lambda: "There is no such file or folder" in app.text())
        await pilot.click(Buttons, offset=(25, 0))
        await pilot.pause()
        assert app.results == [None]


async def test_it_can_be_stopped(stand: Make, texts: Path) -> None:
    app = stand(ImportScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.memory.gate.clear()
        app.screen.query_one(ArabicInput).value = str(texts)
        await pilot.press("enter", "enter")
        await app.until(lambda: "of 3" in app.text())
        await app.until(lambda: "[ Stop ]" in app.text() or "< Stop >" in app.text())
        await pilot.press("escape")
        await pilot.pause()
        await app.until(lambda: "stopping" in app.text())
        app.memory.gate.set()
        await app.until(lambda: "Import stopped" in app.text())
        await pilot.press("enter")
        await pilot.pause()
        assert app.results[0].cancelled
        assert len(app.memory.texts) == 1


async def test_a_database_that_refuses_is_explained(stand: Make, texts: Path) -> None:
    app = stand(ImportScreen)
    app.memory.error = StoreError("the disk is full", hint="Make room")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.screen.query_one(ArabicInput).value = str(texts)
        await pilot.press("ctrl+s")
        await app.until(lambda: "the disk is full" in app.text())
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ImportScreen)
        assert app.screen.query_one(ArabicInput).has_focus
