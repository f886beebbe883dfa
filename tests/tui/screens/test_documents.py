from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from wcwidth import wcswidth

from annotator.errors import StoreError
from annotator.tui.screens.document_catalogue import opened, orders_for
from annotator.tui.screens.document_table import columns_for, local_time
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.export import ExportScreen
from annotator.tui.screens.importing import ImportScreen
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import HintBar
from annotator.tui.widgets.rows import Rows

Make = Callable[..., Any]


async def test_the_table_shows_what_is_done(stand: Make) -> None:
    app = stand(DocumentsScreen, 12)
    async with app.run_test(size=(140, 30)) as pilot:
        await app.until(lambda: "doc-001" in app.text())
        lines = app.text().split("\n")
        assert "12" in lines[0]
        row = next(line for line in lines if "doc-003" in line)
        assert "◐ in progress" in row
        assert "2026-11-04 09:30" in row
        assert "ﺓﺮﻫﺎﻘﻟﺍ ﺖﻟﺎﻗ" in row
        assert "gold 1" in next(line for line in lines if "doc-006" in line)
        assert "○ new" in next(line for line in lines if "doc-001" in line)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.results == ["doc-001"]


async def test_it_fits_every_size(stand: Make, resize: Any) -> None:
    app = stand(DocumentsScreen, 40)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for width, height in ((80, 24), (60, 15), (200, 60), (100, 20), (59, 24), (80, 14), (20, 5), (120, 40)):
            await resize(pilot, width, height)
            lines = app.text().split("\n")
            assert {wcswidth(line) for line in lines} == {width}
            small = width < 60 or height < 15
            await app.until(lambda small=small: ("doc-000" in app.text()) != small)
            assert ("60x15 needed" in app.text()) == small
    for width in range(58, 200):
        table = columns_for(width)
        assert width - sum(column.width for column in table) - len(table) + 1 >= 15


async def test_filter_as_you_type(stand: Make) -> None:
    app = stand(DocumentsScreen, 30)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one(Rows)
        await pilot.press("slash", *"لاورينت")
        assert rows.count == 6
        await app.until(lambda: "6 of 30" in app.text())
        await pilot.press(*" 10")
        assert rows.count == 1
        await pilot.press("x")
        await pilot.pause()
        assert rows.count == 0
        await app.until(lambda: "No document has these words" in app.text())
        await pilot.press("enter", "backspace", "escape")
        assert rows.count == 30
        assert rows.has_focus
        await pilot.press("ctrl+f", *"doc-01", "down", "down", "enter")
        await pilot.pause()
        assert app.results == ["doc-012"]


async def test_sort_by_key_and_by_click(stand: Make) -> None:
    app = stand(DocumentsScreen, 10)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        await pilot.press("down")
        seen = []
        for _ in orders_for(reviewing=False):
            await pilot.press("o")
            seen.append(screen._shown[0])
            assert screen.here() == "doc-001"
        assert app.remembered["documents-sort"] == "added"
        assert seen[2] == max(range(10), key=lambda number: len(app.memory.texts[f"doc-{number:03}"].text))
        await pilot.click("#headings", offset=(30, 0))
        await pilot.pause()
        assert app.remembered["documents-sort"] == "length"
        await app.until(lambda: "Length▾" in app.text())
        await app.until(lambda: "✓ sorted by length" in app.text())


async def test_empty_loading_and_error_states(stand: Make) -> None:
    app = stand(DocumentsScreen)
    app.memory.gate.clear()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await app.until(lambda: "Opening the database" in app.text())
        await pilot.press("enter", "o", "down")
        app.memory.gate.set()
        await app.until(lambda: "No documents yet: press i to import" in app.text())
        app.memory.error = StoreError("the database is not a database", where="corpus.db", hint="Restore a backup")
        app.screen.load()
        await app.until(lambda: "the database is not a database" in app.text())
        await app.until(lambda: "Restore a backup" in app.text())
        await pilot.press("u")
        await app.until(lambda: "✗" in app.text())


@pytest.mark.parametrize(
    ("keys", "says"), [(("f3",), "press F3 to import text"), ((), "No documents yet: import text")]
)
async def test_an_empty_list_names_a_persons_own_key(stand: Make, keys: tuple[str, ...], says: str) -> None:
    app = stand(DocumentsScreen)
    app.user_keys = {"documents.import": keys}
    async with app.run_test(size=(80, 24)):
        await app.until(lambda: says in app.text())


async def test_undo_says_what_it_did(stand: Make) -> None:
    app = stand(DocumentsScreen, 3)
    app.memory.entries = ["Add LOC", "Remove"]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("u")
        await app.until(lambda: "undone: Remove" in app.text())
        await pilot.press("U")
        await app.until(lambda: "done again: Add LOC" in app.text())
        await pilot.press("ctrl+z")
        await app.until(lambda: "nothing to undo" in app.text())


async def test_back_and_other_screens(stand: Make) -> None:
    app = stand(DocumentsScreen, 3)
    app.user_keys = {"documents.sort": ("s",)}
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("s")
        assert app.remembered["documents-sort"] == "title"
        await pilot.press("i")
        await pilot.pause()
        assert type(app.screen) is ImportScreen
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        assert app.screen.SCOPE == ExportScreen.SCOPE
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("question_mark")
        assert app.ran == ["app.help"]
        await pilot.press("escape")
        await pilot.pause()
        assert app.results == [None]


async def test_where_no_text_is_open_back_leads_nowhere(stand: Make) -> None:
    app = stand(partial(DocumentsScreen, lowest=True), 3)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("escape", "f2"):
            await pilot.press(key)
            await app.until(lambda: "no text to go back to: Enter opens one, Ctrl+Q leaves" in app.text())
        assert type(app.screen) is DocumentsScreen
        await pilot.press("enter")
        await app.until(lambda: len(app.results) == 1)


async def test_mouse(stand: Make) -> None:
    app = stand(DocumentsScreen, 30)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(HintBar, offset=(17, 0))
        assert app.screen.query_one(ArabicInput).has_focus
        await pilot.click(Rows, offset=(10, 5))
        assert app.results == []
        await pilot.click(Rows, offset=(10, 5), times=2)
        await pilot.pause()
        assert app.results == ["doc-005"]


async def test_the_cursor_starts_on_the_last_document(stand: Make) -> None:
    app = stand(DocumentsScreen, 30)
    app.remembered["last_document"] = "doc-025"
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: app.screen.query_one(Rows).count)
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == ["doc-025"]


async def test_what_the_program_has_to_say_first_is_said_here(stand: Make) -> None:
    app = stand(lambda: DocumentsScreen("your keys: annotate.delete: p belongs to the label PERS", bad=True), 3)
    async with app.run_test(size=(100, 24)) as pilot:
        await app.until(lambda: "doc-001" in app.text())
        assert "✗ your keys: annotate.delete: p belongs to the label PERS" in app.text()
        await pilot.press("o")
        assert "your keys" not in app.text()


async def test_ten_thousand_documents(stand: Make) -> None:
    app = stand(DocumentsScreen)
    app.memory.fill(10_000, "sara")
    async with app.run_test(size=(80, 24)) as pilot:
        rows = app.screen.query_one(Rows)
        await app.until(lambda: rows.count)
        assert rows.count == 10_000
        await pilot.press("end")
        await pilot.pause()
        await app.until(lambda: "doc-9999" in app.text())
        await pilot.press("slash", *"9998")
        await app.until(lambda: rows.count == 1)


def test_filtering_is_by_every_word_however_spelt(stand: Make) -> None:
    app = stand(None, 30)
    found = opened(app.memory, app.person)
    found.read_on(app.memory)
    order = orders_for(reviewing=False)[1]
    assert len(found.arranged(order, "القاهره")) == 6
    assert len(found.arranged(order, "القَاهِرة doc-008")) == 1
    assert len(found.arranged(order, "DOC-00")) == 10
    assert sorted(found.arranged(order, "  ")) == [*range(30)]


def test_times() -> None:
    assert local_time("2026-11-22T09:30:00.000Z") == "2026-11-22 09:30"
    assert local_time("") == ""
    assert local_time("yesterday, perhaps") == "yesterday, perha"
