"""All documents of the project: what is done, by whom; find, sort, open, reopen, import, export."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.commands import first_keys
from annotator.tui.failures import failure
from annotator.tui.host import host
from annotator.tui.key_titles import key_title
from annotator.tui.screens.document_catalogue import orders_for
from annotator.tui.screens.document_list import LOADING, DocumentList
from annotator.tui.screens.document_table import column_at, heading_parts, local_time
from annotator.tui.state_signs import titled
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, fit, width_of
from annotator.tui.widgets.rows import Rows, columns
from annotator.workflow.people import reviews

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.widget import Widget

    from annotator.tui.commands import Command
    from annotator.workflow.ports import LayerKey, Store

_SORT: Final = "documents-sort"


class DocumentsScreen(DocumentList):
    """The result is the id of the document to open, None to go back."""

    SCOPE = "documents"
    AUTO_FOCUS = "Rows"

    def __init__(self, notice: str = "", bad: bool = False, *, lowest: bool = False) -> None:
        """NOTICE is said until something else is; BAD when something is wrong; LOWEST: there is no text behind."""
        super().__init__()
        self._lowest = lowest
        self._message = notice, "bad" if bad else "good" if notice else ""

    def content(self) -> Iterable[Widget]:
        """Progress, filter, headings, rows."""
        yield _Clickable(id="progress")
        yield ArabicInput(placeholder="صفِّ بالعنوان أو المعرّف")
        yield _Clickable(id="headings")
        yield Rows(empty=LOADING)

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """Project and counts; who is at work, and in which role."""
        app, found = host(self), self._found
        look = app.look
        total = len(found.ids) if found is not None else 0
        count = f"{len(self._shown):,} of {total:,}" if len(self._shown) != total else f"{total:,}"
        if found is not None and not found.complete:
            count += f" · reading {found.read * 100 // total}%"
        left = [
            (" documents ", look.bar_strong),
            (f" {count if found is not None else '…'} ", look.bar_dim),
            (f" {fit(app.who, 20)}{f', {found.me.role}' if found is not None else ''}", look.bar_dim),
        ]
        room = max(10, self.size.width - 60)
        return left, [(fit(app.project.title, room), look.bar_strong), (" ", look.bar)]

    def on_mount(self) -> None:
        """Ask for the documents; the frame is filled meanwhile."""
        remembered = host(self).remembered
        self._sort = remembered.get(_SORT, "")
        self._wanted = remembered.get("last_document")
        self.query_one(Rows).focus()
        self.load()

    def look_changed(self) -> None:
        """Headings too."""
        super().look_changed()
        self.show_above()

    def _hinted(self) -> list[Command]:
        """What only reviewers can do is hinted to them alone."""
        may = self._found is not None and reviews(self._found.me)
        return [command for command in super()._hinted() if may or command.id != "documents.reopen"]

    # What is shown.

    def show_above(self) -> None:
        """Headings and progress."""
        self._show_headings()
        self._show_progress()

    def _show_headings(self) -> None:
        width = self.size.width - 2  # the columns of the cursor and of the position bar
        if width > 0:
            look = host(self).look
            parts = heading_parts(self._columns(width), self._order, look.bar_dim)
            self.query_one("#headings", Line).show([(" ", look.bar), *columns(width, *parts, blank=look.bar)])

    def _show_progress(self) -> None:
        """How much is done: by everybody where there are others, else in which states; and what is left out."""
        look, found = host(self).look, self._found
        if found is None:
            return
        pieces: list[Piece] = [(f" only {self._only.title} · ", look.warn)] if self._only is not None else []
        if found.reviewing:
            done = sum(one.finished for one in found.people), sum(one.total for one in found.people)
            if found.people:
                pieces.append((f" {done[0]:,}/{done[1]:,} submitted · {found.adjudicated:,} adjudicated ", look.bar))
            for one in found.people:
                pieces += [(f"  {fit(one.name, 16)}", look.bar_dim), (f" {one.finished:,}/{one.total:,}", look.bar)]
        for mine in () if found.reviewing else found.people[:1]:
            pieces.append((f" {mine.finished:,}/{mine.total:,} submitted ", look.bar))
            counts = [(titled(state, count), look.bar_dim) for state, count in mine.states.items() if count]
            pieces += [(f"  {text}", style) for text, style in counts]
        self.query_one("#progress", Line).show(_whole(pieces, self.size.width - 2, look.bar_dim))

    def on_resize(self) -> None:
        """Other columns fit."""
        super().on_resize()
        self.show_above()

    def sort_by(self, name: str) -> None:
        """Sort by the order called NAME."""
        self._sort = name
        host(self).remember(_SORT, name)
        self.show_rows()
        self.say(f"sorted by {self._order.title}")

    def clicked(self, line: Line, x: int) -> None:
        """A click on the cell X of LINE: sort by the column under it, or choose a state."""
        if line.id == "progress":
            self.action_by_state()
            return
        width = self.size.width - 2
        column = column_at(self._columns(width), x - 1, width)
        if column is not None and column.order:
            self.sort_by(column.order)

    # Keys and filter.

    def leave_filter(self) -> None:
        """All states too."""
        self._only = None
        super().leave_filter()

    # Commands.

    def action_sort(self) -> None:
        """Sort by the next column."""
        orders = orders_for(reviewing=self._found is not None and self._found.reviewing)
        self.sort_by(orders[(orders.index(self._order) + 1) % len(orders)].name)

    @work(exclusive=True, group="dialog")
    async def action_by_state(self) -> None:
        """Show only documents in one state, or all."""
        from annotator.tui.screens.adjudicate_dialogs import Choose, Row  # noqa: PLC0415 - only when asked for

        found = self._found
        if found is None or not found.ids:
            return
        filters = found.filters()
        rows = [Row("all documents", f"{len(found.ids):,}", marked=self._only is None)]
        group = ""
        for one, count in filters:
            rows.append(Row(one.title, f"{count:,}", one.name if one.name != group else "", marked=one == self._only))
            group = one.name
        chosen = await self.app.push_screen_wait(Choose("Which documents?", rows, "show"))
        if chosen is not None:
            self._wanted = self.here()
            self._only = filters[chosen - 1][0] if chosen else None
            self.show_rows()
            self.say(f"only {self._only.title}" if self._only is not None else "all documents")

    @work(exclusive=True, group="dialog")
    async def action_reopen(self) -> None:
        """Let somebody go on in the document under the cursor, which they have submitted."""
        from annotator.tui.screens.adjudicate_dialogs import Choose, Row  # noqa: PLC0415 - only when asked for

        here, found = self.here(), self._found
        if not here or found is None:
            return
        if not reviews(found.me):
            self.say("only a reviewer can reopen a submitted document: ask a reviewer or a manager", "bad")
            return
        try:
            summaries = await asyncio.to_thread(lambda: host(self).store().summaries((here,)))
        except AnnotatorError as error:
            self.say(str(error), "bad")
            return
        submitted = [layer for summary in summaries for layer in summary.layers if layer.state == "submitted"]
        if not submitted:
            self.say("nobody has submitted this document", "bad")
            return
        rows = [Row(layer.key.name, f"submitted {local_time(layer.state_at)}") for layer in submitted]
        if len(rows) > 1:
            rows.append(Row("all of them"))
        chosen = await self.app.push_screen_wait(Choose("Who may go on in this document?", rows, "reopen"))
        if chosen is not None:
            await self._reopen([layer.key for layer in (submitted[chosen : chosen + 1] or submitted)])

    async def _reopen(self, keys: Sequence[LayerKey]) -> None:
        from annotator.workflow.submission import reopen  # noqa: PLC0415 - only when asked for

        who = host(self).who
        done: list[str] = []

        def change(store: Store) -> None:
            for key in keys:
                reopen(store, key, who)
                done.append(key.name)

        documents = {key.document for key in keys}
        try:
            await self._renewed(change, documents)
        except AnnotatorError as error:
            others = f"reopened for {', '.join(done)}, and for nobody else" if done else "not reopened"
            self.say(said := failure(error, others), "bad")
            self.load(said)
            return
        self.say(f"reopened for {', '.join(key.name for key in keys)}: {keys[0].document}")

    def action_back(self) -> None:
        """Show all documents again, or go back to the text."""
        if self.query_one(ArabicInput).value or self._only is not None:
            self.leave_filter()
        elif self._lowest:
            keys = {id: key_title(key) for id, key in first_keys(self.keys).items()}
            enter, leave = keys.get("documents.open", "Enter"), keys.get("app.quit", "Ctrl+Q")
            self.say(f"there is no text to go back to: {enter} opens one, {leave} leaves the program")
        else:
            self.dismiss(None)

    @work(exclusive=True, group="dialog")
    async def action_import(self) -> None:
        """Import files, then show what is new."""
        from annotator.tui.screens.importing import ImportScreen  # noqa: PLC0415 - only when asked for

        screen = ImportScreen()
        outcome = await self.app.push_screen_wait(screen)
        if outcome is None:
            if screen.failed:  # some files may be in
                self.load()
            return
        if outcome.added:
            self._wanted = outcome.added[0].id
        failed = f", {len(outcome.failed)} failed" if outcome.failed else ""
        skipped = f", {len(outcome.skipped)} were there already" if outcome.skipped else ""
        self.say(f"imported {len(outcome.added)}{skipped}{failed}", "bad" if outcome.failed else "good")
        self.load()

    def action_agreement(self) -> None:
        """See how far annotators agree."""
        host(self).run_command("app.agreement")

    def action_export(self) -> None:
        """Export a layer of all documents."""
        from annotator.tui.screens.export import ExportScreen  # noqa: PLC0415 - only when asked for

        self.app.push_screen(ExportScreen())


def _whole(pieces: Sequence[Piece], width: int, more: Style) -> list[Piece]:
    """PIECES as far as WIDTH cells hold them whole; an ellipsis says that there are more."""
    kept: list[Piece] = []
    used = 0
    for piece in pieces:
        used += width_of(piece[0])
        if used > width:
            return [*kept, (" …", more)]
        kept.append(piece)
    return kept


class _Clickable(Line):
    """A line that tells its screen where it was clicked."""

    def on_click(self, event: events.Click) -> None:
        """The screen knows what is there."""
        screen = self.screen
        if isinstance(screen, DocumentsScreen):
            screen.clicked(self, event.x)
