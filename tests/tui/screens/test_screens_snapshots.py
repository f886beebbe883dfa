"""Pictures of the screens. `pytest --snapshot-update` makes them anew; look at them before keeping them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from annotator.errors import UsageError
from annotator.tui.look import LIGHT
from annotator.tui.screens.dialogs import Confirm, Message
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.export import ExportScreen
from annotator.tui.screens.help import HelpScreen
from annotator.tui.screens.importing import ImportScreen
from annotator.tui.screens.pick_label import PickLabel
from annotator.tui.widgets.buttons import Button
from annotator.tui.widgets.rows import Rows

Make = Callable[..., Any]
SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]


def settled(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press KEYS once the lists are filled."""

    async def run(pilot: Pilot[None]) -> None:
        app: Any = pilot.app
        await app.until(lambda: all(rows.count for rows in app.screen.query(Rows)))
        if keys:
            await pilot.press(*keys)
        await pilot.pause(0.1)

    return run


@pytest.mark.parametrize("size", SIZES)
class TestPictures:
    def test_documents(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        app = stand(DocumentsScreen, 60)
        assert snap_compare(app, terminal_size=size, run_before=settled("down", "down", "o"))

    def test_documents_filtered_in_light(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        app = stand(DocumentsScreen, 60)
        app.look = LIGHT
        assert snap_compare(app, terminal_size=size, run_before=settled("slash", *"القاهره"))

    def test_no_documents(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        async def loaded(pilot: Pilot[None]) -> None:
            app: Any = pilot.app
            await app.until(lambda: "No documents yet" in app.text())

        assert snap_compare(stand(DocumentsScreen), terminal_size=size, run_before=loaded)

    def test_help(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        assert snap_compare(stand(lambda: HelpScreen("annotate")), terminal_size=size, run_before=settled())

    def test_pick_label(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        app = stand()
        app._first = lambda: PickLabel(app.schema)
        assert snap_compare(app, terminal_size=size, run_before=settled(*"من", "down"))

    def test_confirm(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        lines = ["The layer gold of لأورينت نت has 12 annotations.", "They can be brought back with undo."]
        buttons = (Button("delete", "Delete", "d"), Button("keep", "Keep", "k"))
        app = stand(lambda: Confirm("Delete the layer?", lines, buttons, chosen=1))
        assert snap_compare(app, terminal_size=size, run_before=settled())

    def test_message(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        error = UsageError("هذا الملف ليس نصا: the bytes are no UTF-8", where="خبر.txt", hint="Save it as UTF-8")
        assert snap_compare(stand(lambda: Message.of(error)), terminal_size=size, run_before=settled())

    def test_import(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        assert snap_compare(stand(ImportScreen), terminal_size=size, run_before=settled(*"/no/such/folder"))

    def test_export(self, stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
        async def filled(pilot: Pilot[None]) -> None:
            app: Any = pilot.app
            await app.until(lambda: "-DOCSTART-" in app.text())
            from annotator.tui.widgets.arabic_input import ArabicInput

            app.screen.query_one(ArabicInput).value = "exports"  # not where this test happens to run
            await pilot.press("down")
            await pilot.pause(0.1)

        assert snap_compare(stand(ExportScreen, 9), terminal_size=size, run_before=filled)
