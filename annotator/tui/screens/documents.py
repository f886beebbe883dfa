"""All documents of the project: what is done, by whom; find, sort, open, import, export."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.host import host
from annotator.tui.screens.document_table import (
    ORDERS,
    Item,
    column_at,
    columns_for,
    heading_parts,
    items_of,
    matching,
    row_parts,
)
from annotator.tui.screens.framed import Framed
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, fit
from annotator.tui.widgets.rows import Rows, columns

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

    from annotator.workflow.ports import DocumentSummary, Entry, Store

_SORT: Final = "documents-sort"
_LOADING: Final = "Opening the database …"
_EMPTY: Final = "No documents yet: press i to import text files, or files with annotations."
_NO_MATCH: Final = "No title or id has these words. Esc shows all documents again."


class DocumentsScreen(Framed[str | None]):
    """The result is the id of the document to open, None to go back."""

    SCOPE = "documents"
    AUTO_FOCUS = "Rows"
    DEFAULT_CSS = """
    DocumentsScreen Rows { height: 1fr; }
    """

    def __init__(self, notice: str = "", bad: bool = False) -> None:
        """NOTICE is said until something else is; BAD when something is wrong."""
        super().__init__()
        self._message = notice, "bad" if bad else "good" if notice else ""
        self._items: list[Item] = []
        self._shown: list[Item] = []
        self._loaded = False
        self._order = 0
        self._wanted: str | None = None

    def content(self) -> Iterable[Widget]:
        """Filter, headings, rows."""
        yield ArabicInput(placeholder="صفِّ بالعنوان أو المعرّف")
        yield _Headings(id="headings")
        yield Rows(empty=_LOADING)

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """Project and counts."""
        app = host(self)
        look = app.look
        count = f"{len(self._shown):,} of {len(self._items):,}" if len(self._shown) != len(self._items) else ""
        count = count or f"{len(self._items):,}" if self._loaded else "…"
        left = [(" documents ", look.bar_strong), (f" {count} ", look.bar_dim), (f" {fit(app.who, 20)}", look.bar_dim)]
        room = max(10, self.size.width - 50)
        return left, [(fit(app.project.title, room), look.bar_strong), (" ", look.bar)]

    def on_mount(self) -> None:
        """Ask for the documents."""
        remembered = host(self).remembered
        names = [order.name for order in ORDERS]
        self._order = names.index(remembered[_SORT]) if remembered.get(_SORT) in names else 0
        self._wanted = remembered.get("last_document")
        super().on_mount()
        self.query_one(Rows).focus()
        self.load()

    def look_changed(self) -> None:
        """Headings too."""
        super().look_changed()
        self._show_headings()

    # What is shown.

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read the documents in a thread: the first call opens the database."""
        app = host(self)
        try:
            self._items = await asyncio.to_thread(lambda: items_of(app.store().documents(), app.who))
        except AnnotatorError as error:
            self.query_one(Rows).empty = str(error)
            self.query_one(Rows).refresh_rows()
            self.say(error.what, "bad")
            return
        self._loaded = True
        self.show_rows()

    def show_rows(self) -> None:
        """Filter and sort; the cursor stays on its document."""
        rows = self.query_one(Rows)
        query = self.query_one(ArabicInput).value
        order = ORDERS[self._order]
        here = self._wanted or (self._shown[rows.cursor].summary.id if rows.cursor is not None else None)
        self._shown = sorted(matching(self._items, query), key=order.key, reverse=order.reverse)
        rows.empty = _NO_MATCH if self._items else _EMPTY if self._loaded else _LOADING
        rows.set_source(len(self._shown), self._row)
        at = next((index for index, item in enumerate(self._shown) if item.summary.id == here), None)
        if at is not None:
            rows.move_cursor(at)
            self._wanted = None
        self.show_title()
        self._show_headings()

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look = host(self).look
        return columns(width, *row_parts(columns_for(width), self._shown[index], look), blank=look.base)

    def _show_headings(self) -> None:
        width = self.size.width - 2  # the columns of the cursor and of the position bar
        if width > 0:
            look = host(self).look
            parts = heading_parts(columns_for(width), ORDERS[self._order], look.bar_dim)
            self.query_one(_Headings).show([(" ", look.bar), *columns(width, *parts, blank=look.bar)])

    def on_resize(self, event: events.Resize) -> None:
        """Other columns fit."""
        super().on_resize(event)
        self._show_headings()

    def sort_by(self, name: str) -> None:
        """Sort by the order called NAME."""
        self._order = next(index for index, order in enumerate(ORDERS) if order.name == name)
        host(self).remember(_SORT, name)
        self.show_rows()
        self.say(f"sorted by {ORDERS[self._order].title}")

    # Keys, filter and mouse.

    def on_key(self, event: events.Key) -> None:
        """Keys of the list work while the filter has the focus."""
        field, rows = self.query_one(ArabicInput), self.query_one(Rows)
        if field.has_focus and event.key in {"up", "down", "pageup", "pagedown"}:
            rows.press(event.key)
        elif field.has_focus and event.key == "escape":
            self._leave_filter()
        else:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()

    def _leave_filter(self) -> None:
        self.query_one(ArabicInput).value = ""
        self.show_rows()
        self.query_one(Rows).focus()

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Other documents match."""
        event.stop()
        self.show_rows()

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """Open the document under the cursor."""
        event.stop()
        self.action_open()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Open it."""
        event.stop()
        self.action_open()

    # Commands.

    def action_open(self) -> None:
        """Open the document under the cursor."""
        cursor = self.query_one(Rows).cursor
        if cursor is not None:
            self.dismiss(self._shown[cursor].summary.id)

    def here(self) -> str:
        """The id of the document under the cursor, empty where there is none."""
        cursor = self.query_one(Rows).cursor
        return self._shown[cursor].summary.id if cursor is not None else ""

    def action_filter(self) -> None:
        """Type to filter."""
        self.query_one(ArabicInput).focus()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.sort_by(ORDERS[(self._order + 1) % len(ORDERS)].name)

    def action_back(self) -> None:
        """Show all documents again, or go back to the text."""
        if self.query_one(ArabicInput).value:
            self._leave_filter()
        else:
            self.dismiss(None)

    @work(exclusive=True, group="dialog")
    async def action_import(self) -> None:
        """Import files, then show what is new."""
        from annotator.tui.screens.importing import ImportScreen  # noqa: PLC0415 - only when asked for

        outcome = await self.app.push_screen_wait(ImportScreen())
        if outcome is None:
            return
        if outcome.added:
            self._wanted = outcome.added[0].id
        failed = f", {len(outcome.failed)} failed" if outcome.failed else ""
        skipped = f", {len(outcome.skipped)} were there already" if outcome.skipped else ""
        self.say(f"imported {len(outcome.added)}{skipped}{failed}", "bad" if outcome.failed else "good")
        self.load()

    def action_export(self) -> None:
        """Export a layer of all documents."""
        from annotator.tui.screens.export import ExportScreen  # noqa: PLC0415 - only when asked for

        self.app.push_screen(ExportScreen())

    def action_undo(self) -> None:
        """Take back this person's last edit, in whatever document it was."""
        self._travel("undo")

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._travel("redo")

    @work(exclusive=True, group="load")
    async def _travel(self, way: str) -> None:
        app = host(self)

        def run() -> tuple[Entry | None, Sequence[DocumentSummary]]:
            from annotator.workflow.session import now  # noqa: PLC0415 - only when asked for

            store: Store = app.store()
            entry = store.undo(app.who, now()) if way == "undo" else store.redo(app.who, now())
            return entry, store.documents()

        try:
            entry, summaries = await asyncio.to_thread(run)
        except AnnotatorError as error:
            self.say(str(error), "bad")
            return
        if entry is None:
            self.say(f"nothing to {way}", "bad")
            return
        self._items = items_of(summaries, app.who)
        self._loaded = True
        self.show_rows()
        documents = ", ".join(dict.fromkeys(change.key.document for change in entry.edits))
        self.say(f"{'undone' if way == 'undo' else 'done again'}: {entry.name} in {documents}")


class _Headings(Line):
    """The headings; a click sorts."""

    def on_click(self, event: events.Click) -> None:
        """Sort by the column that was clicked."""
        screen = self.screen
        width = self.size.width - 2
        column = column_at(columns_for(width), event.x - 1, width)
        if isinstance(screen, DocumentsScreen) and column is not None and column.order:
            screen.sort_by(column.order)
