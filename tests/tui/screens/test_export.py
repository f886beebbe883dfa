from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.errors import StoreError
from annotator.tui.background import Progress
from annotator.tui.screens.dialogs import Message
from annotator.tui.screens.export import ExportScreen
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.buttons import Buttons
from annotator.workflow.export import UnfinishedError
from annotator.workflow.ports import Adjudication

Make = Callable[..., Any]


def chosen(app: Any) -> dict[str, str]:
    return {setting.name: setting.value for setting in app.screen._settings}


async def test_the_preview_follows_the_choices(stand: Make) -> None:
    app = stand(ExportScreen, 9)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.until(lambda: chosen(app)["format"] == "conll")
        assert chosen(app)["layer"] == "gold"
        await app.until(lambda: "-DOCSTART-" in app.text())
        await app.until(lambda: "What the format cannot hold" in app.text())
        await pilot.press("down", "right")
        await app.until(lambda: chosen(app)["layer"] == "sara")
        await app.until(lambda: "3 documents" in app.text())
        await pilot.press("up", "left")
        await app.until(lambda: chosen(app)["format"] == "json")
        await app.until(lambda: "arabic-annotator" in app.text() or '"text"' in app.text())
        await pilot.press("right", "enter", "enter")
        await app.until(lambda: "boundary" in chosen(app))


async def test_its_keys_can_be_changed(stand: Make, tmp_path: Path) -> None:
    app = stand(ExportScreen, 9)
    app.user_keys = {"export.next-value": ("n",), "export.start": ("f5",), "export.back": ("b",)}
    async with app.run_test(size=(100, 24)) as pilot:
        await app.until(lambda: "-DOCSTART-" in app.text())
        assert "←n change a choice" in app.text()
        assert "[ B Close ]" in app.text() or "[ b Close ]" in app.text()
        before = chosen(app)["format"]
        await pilot.press("right", "n", "left")
        await app.until(lambda: chosen(app)["format"] == before)
        app.screen.query_one(ArabicInput).value = str(tmp_path / "out")
        await pilot.press("ctrl+s", "f5")
        await app.until(lambda: isinstance(app.screen, Message))
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("escape")
        assert isinstance(app.screen, ExportScreen)
        await pilot.press("b")
        await pilot.pause()
        assert app.results == [None]


async def test_arrows_change_choices_only_where_they_are(stand: Make) -> None:
    app = stand(ExportScreen, 9)
    async with app.run_test(size=(100, 24)) as pilot:
        await app.until(lambda: "-DOCSTART-" in app.text())
        before = chosen(app)
        app.screen.query_one("#preview").focus()
        await pilot.pause()
        assert app.screen.query_one("#preview").has_focus
        await pilot.press("right", "left", "right")
        assert chosen(app) == before


async def test_gold_that_is_not_done_is_exported_only_when_asked_for(stand: Make, tmp_path: Path) -> None:
    app = stand(ExportScreen, 9)
    gold = [found.id for found in app.memory.documents() if any(layer.key.name == "gold" for layer in found.layers)]
    app.memory.adjudicated = {id: Adjudication({}, 3, left) for left, id in enumerate(gold)}
    async with app.run_test(size=(120, 40)) as pilot:
        await app.until(lambda: "-DOCSTART-" in app.text())
        assert f"1 of {len(gold)} documents is not done: nothing would be written" in app.text()
        await pilot.press("down", "down")
        assert chosen(app)["unfinished"] == "no"
        await pilot.press("right")
        await app.until(lambda: "what is still open is missing" in app.text())
        assert app.screen._request(str(tmp_path / "out")).unfinished
        await pilot.press("left")
        assert not app.screen._request(str(tmp_path / "out")).unfinished
        with pytest.raises(UnfinishedError) as refused:
            app.screen._run(app.screen._request(str(tmp_path / "out")), Progress())
        assert "set Unfinished to yes: " in refused.value.hint
        assert "--" not in refused.value.hint
        await pilot.press("up", "right")
        await app.until(lambda: chosen(app)["layer"] != "gold")
        assert "unfinished" not in chosen(app)  # it is about gold alone


async def test_export_writes_files_and_reports(stand: Make, tmp_path: Path) -> None:
    app = stand(ExportScreen, 9)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: "-DOCSTART-" in app.text())
        app.screen.query_one(ArabicInput).value = str(tmp_path / "out")
        await pilot.press("ctrl+s")
        await app.until(lambda: isinstance(app.screen, Message))
        await app.until(lambda: "2 documents in" in app.text())
        assert list((tmp_path / "out").iterdir())
        await pilot.press("enter")
        await pilot.pause()
        await app.until(lambda: "✓ 2 documents exported" in app.text())
        await pilot.click(Buttons, offset=(25, 0))
        await pilot.pause()
        assert app.results == [None]


async def test_it_can_be_stopped_with_nothing_written(stand: Make, tmp_path: Path) -> None:
    app = stand(ExportScreen, 9)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: "-DOCSTART-" in app.text())
        app.memory.gate.clear()
        app.screen.query_one(ArabicInput).value = str(tmp_path / "out")
        await pilot.press("ctrl+s", "ctrl+s")
        await app.until(lambda: "starting" in app.text())
        await pilot.press("escape")
        await app.until(lambda: "stopping" in app.text())
        app.memory.gate.set()
        await app.until(lambda: "stopped: nothing was written" in app.text())
        assert not (tmp_path / "out").exists()


async def test_nothing_to_export(stand: Make) -> None:
    app = stand(ExportScreen)
    async with app.run_test(size=(60, 15)) as pilot:
        await app.until(lambda: "nothing to export" in app.text())
        await pilot.press("ctrl+s")
        await pilot.pause()
        await app.until(lambda: "✗ there is nothing to export yet" in app.text())


async def test_errors_are_explained(stand: Make, tmp_path: Path) -> None:
    app = stand(ExportScreen, 9)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: "-DOCSTART-" in app.text())
        field = app.screen.query_one(ArabicInput)
        field.value = " "
        await pilot.press("ctrl+s")
        assert field.has_focus
        await app.until(lambda: "name a folder" in app.text())
        for wrong in (str(tmp_path / "file" / "x"), "~nobody-of-this-name/x"):
            field.value = wrong
            await pilot.press("ctrl+s")
            await app.until(lambda: isinstance(app.screen, Message))
            await pilot.press("enter")
            await pilot.pause()


async def test_a_database_that_does_not_open(stand: Make) -> None:
    app = stand(ExportScreen, 3)
    app.memory.error = StoreError("another program holds it")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: "another program holds it" in app.text())
        await pilot.press("ctrl+s", "right", "escape")
        await pilot.pause()
        assert app.results == [None]


async def test_not_all_documents_are_read_for_it(stand: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    app = stand(ExportScreen, 9)
    for name in ("documents", "adjudications", "summaries"):
        monkeypatch.setattr(app.memory, name, None)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.until(lambda: "-DOCSTART-" in app.text())
        await pilot.press("down", "right")
        await app.until(lambda: "3 documents" in app.text() and "from doc-000" in app.text())
