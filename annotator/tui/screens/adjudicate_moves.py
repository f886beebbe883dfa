"""How the adjudicate screen goes from item to item and from version to version: keys, lists and mouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work

from annotator.tui.screens.adjudicate_documents import DocumentActions
from annotator.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from textual import events

    from annotator.adjudication.items import Item
    from annotator.tui.widgets.lines import HintBar
    from annotator.tui.widgets.pieces import Piece
    from annotator.tui.widgets.versions import Versions


class ItemMoves(DocumentActions):
    """Going about; a part of the adjudicate screen."""

    _card: Versions
    _rows: Rows

    def _point(self) -> None:
        """Show the version under the cursor in the text."""
        raise NotImplementedError

    def item_row(self, item: Item, width: int) -> Sequence[Piece]:
        """ITEM in one row of WIDTH cells."""
        raise NotImplementedError

    # -- moving ----------------------------------------------------------------------------------------------------

    def action_next_open(self) -> None:
        """To the next open item; to the next document where none is left here."""
        session = self.session
        place = self.ledger.next_open(self._place, 1) if self.ledger is not None else None
        if session is not None and not session.begun:
            self.open_document(session.key.document)  # which begins it
        elif place is None:
            self.next_document()
        elif place == self._place:
            self.say("this is the only open one")
        else:
            self.show_item(place)

    def action_previous_open(self) -> None:
        """To the previous open item."""
        place = self.ledger.next_open(self._place, -1) if self.ledger is not None else None
        if place is None:
            self.say("nothing is open here")
        else:
            self.show_item(place)

    def _go(self, place: int) -> None:
        count = len(self.ledger.shown) if self.ledger is not None else 0
        if 0 <= place < count:
            self.show_item(place)
        elif count:
            self.say("this is the last item" if place else "this is the first item")

    def action_next_item(self) -> None:
        """To the next item."""
        self._go(self._place + 1)

    def action_previous_item(self) -> None:
        """To the previous item."""
        self._go(self._place - 1)

    def action_item_left(self) -> None:
        """To the item on the left."""
        self._go(self._place + (1 if self.pane.flow() == "rtl" else -1))

    def action_item_right(self) -> None:
        """To the item on the right."""
        self._go(self._place + (-1 if self.pane.flow() == "rtl" else 1))

    def action_first_item(self) -> None:
        """To the first item."""
        self._go(0)

    def action_last_item(self) -> None:
        """To the last item."""
        if self.ledger is not None:
            self._go(len(self.ledger.shown) - 1)

    @work(exclusive=True, group="dialog")
    async def action_jump(self) -> None:
        """To any item of the document, whether it is listed or not."""
        from annotator.tui.screens.adjudicate_jump import JumpList  # noqa: PLC0415 - only when asked for

        session, ledger = self.session, self.ledger
        if session is not None and not session.begun:
            self.say(self.not_begun())
            return
        if session is None or ledger is None or not ledger.items:
            self.say("nobody differs here")
            return
        ask = JumpList(session.adjudication, session.document.text, ledger.items, self.item_row, self.item)
        chosen = await self._app.push_screen_wait(ask)
        if chosen is None:
            return
        if chosen.key not in ledger.places:
            self.show_all(chosen.key)
        else:
            self.show_item(ledger.places[chosen.key])

    def action_version_up(self) -> None:
        """Look at the version above."""
        self._look_at(self._version - 1)

    def action_version_down(self) -> None:
        """Look at the version below."""
        self._look_at(self._version + 1)

    def _look_at(self, version: int) -> None:
        count = len(self.versions())
        if count:
            self._version = version % count
            self._card.move_cursor(self._version)
            self._point()
            self._show_state()

    def action_scroll_up(self) -> None:
        """Scroll the text up."""
        self.pane.scroll_page(-1)

    def action_scroll_down(self) -> None:
        """Scroll the text down."""
        self.pane.scroll_page(1)

    def action_switch(self) -> None:
        """From the text to the list, or back."""
        if self._rows.has_focus or not self.has_class("list"):
            self.pane.focus()
        else:
            self._rows.focus()

    # -- lists and mouse -------------------------------------------------------------------------------------------

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """The text follows the list."""
        self.leave_edit()
        self._message = ("", "")
        self.show_item(event.index)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a double click: to the text."""
        self.leave_edit()
        self.show_item(event.index)
        self.pane.focus()

    def on_versions_pressed(self, event: Versions.Pressed) -> None:
        """A click looks at a version, a double click takes it."""
        self.leave_edit()
        self._message = ("", "")
        self._look_at(event.index)
        if event.twice:
            self.take(event.index)

    def on_hint_bar_pressed(self, event: HintBar.Pressed) -> None:
        """A click on a hint."""
        if self.busy and event.command.scope != "app":
            self.say(f"{self.busy}; please wait", bad=True)
            return
        self._message = ("", "")
        self._app.run_command(event.command.id)

    def on_key(self, event: events.Key) -> None:
        """Keys that neither the text nor the list wanted."""
        if self.press(event):
            event.stop()
            event.prevent_default()

    def _pick(self, offset: int, ids: Sequence[str]) -> bool:
        """A click in the text goes to the item there: an open one first, then the shortest."""
        if self.editing:
            return super()._pick(offset, ids)
        ledger, session = self.ledger, self.session
        if ledger is None or session is None:
            return True
        is_open = session.adjudication.open
        marks = [mark for mark in self.pane.marks_at(offset) if mark.key in ledger.places]
        if marks:
            best = min(marks, key=lambda mark: (mark.key not in is_open, mark.end - mark.start, mark.place))
            self._message = ("", "")
            self.show_item(ledger.places[best.key])
        return True
