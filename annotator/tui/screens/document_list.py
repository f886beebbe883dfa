"""The list of the documents screen: what is on screen is read first, the rest in steps, and no key waits for it."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.host import host
from annotator.tui.key_titles import title_of
from annotator.tui.screens.document_catalogue import AT_ONCE, Catalogue, StateFilter, opened, orders_for
from annotator.tui.screens.document_table import Column, Item, columns_for, row_parts, waiting_parts
from annotator.tui.screens.listing import Filtered
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.pieces import Piece
from annotator.tui.widgets.rows import Rows, columns
from annotator.workflow.rereading import rereading

if TYPE_CHECKING:
    from annotator.tui.screens.document_catalogue import Order
    from annotator.workflow.ports import Entry, Store

LOADING: Final = "Opening the database …"
_READING: Final = "Reading the documents …"
_NO_MATCH: Final = "No document has these words and this state. Esc shows all documents again."


_SMALL: Final = 4000
"""Documents that are sorted and filtered between two keys; with more it is done in a thread."""
_KEPT: Final = 4000
"""Rows that are kept; those of other documents are read again when they come on screen."""
_AGAIN: Final = 0.5
"""Seconds between two looks at what more of the documents is in the list, while they are read."""


class DocumentList(Filtered[str | None]):
    """What the screen shows of the documents, in which order, and the document under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._found: Catalogue | None = None
        self._shown: Sequence[int] = ()
        self._items: dict[int, Item] = {}
        """Rows that have been on screen, or near it, by the numbers of their documents."""
        self._fetching = False
        self._arranging = False
        self._asked = 0  # how often the list was to be another one
        self._open_then = False
        self._looked = 0.0
        self._only: StateFilter | None = None
        self._sort = ""
        self._wanted: str | None = None

    @abstractmethod
    def show_above(self) -> None:
        """What stands above the list is to be shown anew."""

    # Reading.

    @work(exclusive=True, group="load")
    async def load(self, failed: str = "") -> None:
        """Read the documents in a thread, whose first call opens the database: what is on screen first, then the rest.

        Leaving the screen ends it after the step that is under way. Where that cannot be done either, it is still said
        what FAILED before.
        """
        app = host(self)
        try:
            found, items = await asyncio.to_thread(self._open, self._wanted or self.here(), self.size.height)
            self._found, self._items = found, {item.number: item for item in items}
            self.look_changed()
            self.show_rows()
            if not found.complete:
                await asyncio.to_thread(found.count, app.store())
                self.show_above()
            while not found.complete:
                await asyncio.to_thread(found.read_on, app.store())
                self._grown(found)
        except AnnotatorError as error:
            self.query_one(Rows).empty = str(error)
            self.query_one(Rows).refresh_rows()
            self.say(failed or error.what, "bad")

    def _open(self, wanted: str, height: int) -> tuple[Catalogue, list[Item]]:
        """The documents, with rows for HEIGHT lines around the one WANTED; few documents are read at once."""
        app = host(self)
        store = app.store()
        found = opened(store, app.person)
        if len(found.ids) <= AT_ONCE:
            found.count(store)
            while not found.complete:
                found.read_on(store)
        first = max(0, found.places.get(wanted, 0) - height)
        return found, found.items(store, range(first, min(first + 2 * height, len(found.ids))))

    def _grown(self, found: Catalogue) -> None:
        """More is read: show it now and then, and sort when that is all."""
        if not self.query(Rows):  # the screen is being closed
            return
        now = time.monotonic()
        if found.complete or now - self._looked >= _AGAIN:
            self._looked = now
            if found.complete or self._filtered:
                self.show_rows()
            else:
                self.show_title()

    @property
    def _filtered(self) -> bool:
        return bool(self._only is not None or self.query_one(ArabicInput).value.strip())

    def show_rows(self) -> None:
        """Filter and sort; the cursor stays on its document."""
        found = self._found
        self._asked += 1
        if found is None:
            self._show_list(())
        elif len(found.ids) <= _SMALL:
            self._show_list(found.arranged(self._order, self.query_one(ArabicInput).value, self._only))
        elif not self._arranging:
            self._arranging = True
            self._arrange()

    @work(group="arrange")
    async def _arrange(self) -> None:
        """The same in a thread, until it is what was asked for last."""
        try:
            asked = 0
            shown: Sequence[int] = ()
            while asked != self._asked and self._found is not None:
                asked = self._asked
                wanted = self._order, self.query_one(ArabicInput).value, self._only
                shown = await asyncio.to_thread(self._found.arranged, *wanted)
        finally:
            self._arranging = False
        if not self.query(Rows):
            return
        self._show_list(shown)
        if self._open_then:
            self.action_open()

    def _show_list(self, shown: Sequence[int]) -> None:
        """SHOWN are the numbers of the documents listed."""
        rows, found = self.query_one(Rows), self._found
        here = self._wanted or self.here()
        self._shown = shown
        if found is None:
            rows.empty = LOADING
        else:
            rows.empty = (_NO_MATCH if found.complete else _READING) if found.ids else self._nothing_yet()
        rows.set_source(len(shown), self._row)
        number = found.places.get(here) if found is not None else None
        if number is not None and number in shown:
            rows.move_cursor(shown.index(number))
            self._wanted = None
        self.show_title()
        self.show_above()

    def _nothing_yet(self) -> str:
        key = title_of("documents.import", host(self).user_keys)
        press = f"press {key} to " if key else ""
        return f"No documents yet: {press}import text files, or files with annotations."

    @property
    def _order(self) -> Order:
        orders = orders_for(reviewing=self._found is not None and self._found.reviewing)
        return next((order for order in orders if order.name == self._sort), orders[0])

    def _columns(self, width: int) -> list[Column]:
        found = self._found
        return columns_for(width, found.names, reviewing=found.reviewing) if found is not None else columns_for(width)

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, table, number = host(self).look, self._columns(width), self._shown[index]
        item = self._items.get(number)
        if item is not None:
            return columns(width, *row_parts(table, item, look), blank=look.base)
        if not self._fetching:
            self._fetching = True
            self.call_after_refresh(self._fetch)
        known = self._found.ids[number] if self._found is not None else ""
        return columns(width, *waiting_parts(table, known, look), blank=look.base)

    @work(group="rows")
    async def _fetch(self) -> None:
        """Read the documents that have come on screen, and their neighbours, until all there are known."""
        store = host(self).store()
        try:
            while (found := self._found) is not None and (numbers := self._missing()):
                items = await asyncio.to_thread(found.items, store, numbers)
                if found is self._found:
                    if len(self._items) > _KEPT:
                        self._items = {}
                    self._items.update({item.number: item for item in items})
                    for rows in self.query(Rows):
                        rows.refresh_rows()
        except AnnotatorError as error:
            self.say(str(error), "bad")
        finally:
            self._fetching = False

    def _missing(self) -> list[int]:
        """The documents on screen, a page above it and one below, if one of those on screen is not known."""
        rows = next(iter(self.query(Rows)), None)
        if rows is None:  # the screen is being closed
            return []
        top, height = rows.top, max(1, rows.size.height)
        on_screen = self._shown[top : top + height]
        if all(number in self._items for number in on_screen):
            return []
        near = self._shown[max(0, top - height) : top + 2 * height]
        return [number for number in near if number not in self._items]

    # The cursor.

    def under_cursor(self) -> int | None:
        """The number of the document under the cursor."""
        cursor = self.query_one(Rows).cursor
        return self._shown[cursor] if cursor is not None and cursor < len(self._shown) else None

    def here(self) -> str:
        """The id of the document under the cursor, empty where there is none."""
        number = self.under_cursor()
        return self._found.ids[number] if number is not None and self._found is not None else ""

    def action_open(self) -> None:
        """Open the document under the cursor, once the list is the one that was asked for."""
        here = self.here()
        self._open_then = self._arranging
        if here and not self._arranging:
            self.dismiss(here)

    # Changes.

    async def changed(self, change: Callable[[Store], Entry | None]) -> Entry | None:
        """CHANGE something in a thread, then show what is there."""
        return await self._renewed(change, ())

    async def _renewed(self, change: Callable[[Store], Entry | None], documents: Iterable[str]) -> Entry | None:
        """The same; DOCUMENTS are changed, too, whatever the entry says."""
        app, found = host(self), self._found

        def run() -> tuple[Entry | None, list[Item]]:
            store = app.store()
            entry = change(store)
            if found is None:
                return entry, []
            ids = {*documents, *(edit.key.document for edit in entry.edits)} if entry is not None else {*documents}
            with rereading():
                items = found.items(store, sorted(found.places[id] for id in ids if id in found.places))
                found.count(store)
            return entry, items

        entry, items = await asyncio.to_thread(run)
        if found is not None and found is self._found:
            found.renew(items)
            self._items.update({item.number: item for item in items})
            self.show_rows()
        return entry
