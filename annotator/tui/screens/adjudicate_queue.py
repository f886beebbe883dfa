"""The documents to adjudicate: who annotated them, on how much they differ, what is open, who is at it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.background import Progress
from annotator.tui.host import host
from annotator.tui.screens.adjudicate_dialogs import kinds_words
from annotator.tui.screens.framed import Framed
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, counted, fit
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.workflow.adjudication_queue import QueueEntry, QueueFilter, queue

if TYPE_CHECKING:
    from rich.style import Style
    from textual.widget import Widget

ROOMY: Final = 100


class QueueScreen(Framed[str | None]):
    """The result is the id of the document to adjudicate, None to go back."""

    SCOPE = "queue"
    AUTO_FOCUS = "Rows"
    DEFAULT_CSS = """
    QueueScreen Rows { height: 1fr; }
    """

    def __init__(self, wanted: QueueFilter | None = None) -> None:
        """WANTED leaves documents out in which nothing of that kind is open."""
        super().__init__()
        self._wanted = replace(wanted or QueueFilter(), most=1.0)
        self._entries: Sequence[QueueEntry] = ()
        self._loaded = False
        self._progress: Progress | None = None

    def content(self) -> Iterable[Widget]:
        """Headings and rows."""
        yield Line(id="headings")
        yield Rows(empty="Looking at the documents …")

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """How much is left."""
        look = host(self).look
        unfinished = [entry for entry in self._entries if entry.open]
        said = f"{counted(len(unfinished), 'document')} · {counted(sum(e.open for e in unfinished), 'open item')}"
        left = [(" to adjudicate ", look.bar_strong), (f" {said if self._loaded else '…'} ", look.bar_dim)]
        return left, [(fit(host(self).project.title, max(10, self.size.width - 60)), look.bar_strong), (" ", look.bar)]

    def on_mount(self) -> None:
        """Look at the documents."""
        self.load()

    def on_unmount(self) -> None:
        """Look no further."""
        if self._progress is not None:
            self._progress.stop()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Work the queue out in a thread."""
        app, rows = host(self), self.query_one(Rows)
        self._progress = progress = Progress()
        try:
            self._entries = await asyncio.to_thread(
                lambda: queue(app.store(), app.schema, self._wanted, progress.report)
            )
        except AnnotatorError as error:
            self.say(str(error), "bad")
            return
        self._loaded = True
        rows.empty = "Nothing to adjudicate: at least two annotators must have submitted a document."
        rows.set_source(len(self._entries), self._row, keep_cursor=rows.count > 0)
        self.look_changed()

    def look_changed(self) -> None:
        """Headings too."""
        super().look_changed()
        look, width = host(self).look, self.size.width - 2
        if width > 0:
            names = ("state", "agree", "open", "of", "people", "kinds", "document")
            parts = self._parts(width, names, [look.bar_dim] * len(names))
            self.query_one("#headings", Line).show([(" ", look.bar), *columns(width, *parts, blank=look.bar)])

    def on_resize(self) -> None:
        """Other columns fit."""
        super().on_resize()
        self.look_changed()

    def _parts(self, width: int, texts: Sequence[str], styles: Sequence[Style]) -> list[Part]:
        """The columns; those of people and kinds where there is room."""
        widths = (8, 5, 6, 6, 24, width // 4, 0)
        right = (False, True, True, True, False, False, True)
        found = [Part(*part) for part in zip(texts, styles, widths, right, strict=True)]
        return found if width >= ROOMY else [*found[:4], found[6]]

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, entry = host(self).look, self._entries[index]
        claim = entry.claim if entry.claim is not None and entry.claim.who != host(self).who else None
        state: str = "✓ done" if entry.state == "done" else entry.state
        people = ", ".join(entry.people)
        if claim is not None:
            until = datetime.fromisoformat(claim.until).astimezone()
            state, people = "taken", f"{claim.who} until {until:%H:%M}"
        texts = (
            state,
            f"{entry.agreement:.0%}",
            f"{entry.open:,}",
            f"{entry.items:,}",
            people,
            kinds_words(entry.kinds),
            entry.title,
        )
        base, dim = look.base, look.dim
        styles = (dim if claim or entry.state == "done" else base, base, base, dim, dim, dim, base)
        return columns(width, *self._parts(width, texts, styles), blank=look.base)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a double click."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Adjudicate the document under the cursor."""
        cursor = self.query_one(Rows).cursor
        if cursor is not None and cursor < len(self._entries):
            self.dismiss(self._entries[cursor].document)

    def action_refresh(self) -> None:
        """Look again."""
        self.load()

    def action_back(self) -> None:
        """Back."""
        self.dismiss(None)
