"""What two people, or all, differ on behind one number: a list to go from, with what each says and the sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.background import Progress
from annotator.tui.host import host
from annotator.tui.paint import colours_of
from annotator.tui.screens.agreement_found import MOST, Found, FoundRow, find, summed, told, way_to
from annotator.tui.screens.framed import Framed
from annotator.tui.widgets.boxes import Row
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import fit
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.text_block import TextBlock, faint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.tui.screens.agreement_views import Behind
    from annotator.tui.widgets.pieces import Piece

Place = tuple[str, int]
"""A document and an offset in it."""

_SHOWN: Final = 0.1  # seconds between two looks at what was found
_WIDE: Final = 150
_PANE: Final = 50
_NONE: Final = "They differ on nothing here."


class DifferencesScreen(Framed[Place | None]):
    """The result is the place in one's own layer to go to, None to go back to the numbers."""

    SCOPE = "differences"
    AUTO_FOCUS = "Rows"
    DEFAULT_CSS = f"""
    DifferencesScreen Row {{ height: 1fr; layout: vertical; }}
    DifferencesScreen Rows {{ height: 1fr; }}
    DifferencesScreen TextBlock {{ height: 8; }}
    DifferencesScreen.wide Row {{ layout: horizontal; }}
    DifferencesScreen.wide TextBlock {{ width: {_PANE}; height: 1fr; }}
    """

    def __init__(self, behind: Behind, measure: str, titles: Mapping[str, str]) -> None:
        """MEASURE is its title, TITLES those of the documents."""
        super().__init__()
        self._behind, self._measure, self._titles = behind, measure, titles
        self._all: list[Found] = []
        self._found: list[Found] = []
        self._progress = Progress()
        self._busy = True
        self._timer: Timer | None = None
        self._colours = colours_of(host(self).schema)

    def content(self) -> Iterable[Widget]:
        """Headings, the differences, and all about the one under the cursor."""
        yield Line(id="headings")
        with Row():
            yield Rows(empty="Comparing …")
            yield TextBlock()

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """How many there are, of whom."""
        look = host(self).look
        count = f"{len(self._found):,}{'+' if self._busy else ''}"
        left = [(" differences ", look.bar_strong), (f" {count} ", look.bar_dim)]
        left.append((f" {fit(self._behind.title, max(10, self.size.width // 3))}", look.bar))
        room = max(10, self.size.width // 3)
        return left, [(fit(self._measure, room), look.bar_dim), (" ", look.bar)]

    def on_mount(self) -> None:
        """Begin to look."""
        self._timer = self.set_interval(_SHOWN, self._look)
        self._search()

    def on_unmount(self) -> None:
        """Nobody waits any more."""
        self._progress.stop()

    def on_resize(self) -> None:
        """The pane stands beside the list where there is room."""
        super().on_resize()
        self.set_class(self.app.size.width >= _WIDE, "wide")
        self._show_headings()

    # What is shown.

    @work(exclusive=True, group="search")
    async def _search(self) -> None:
        app, progress, found = host(self), self._progress, self._all
        try:
            complete = await asyncio.to_thread(
                lambda: find(app.store(), app.schema, self._behind, found, progress.report)
            )
        except AnnotatorError as error:
            self._end(error.what)
            self.say(str(error), "bad")
            return
        self._end(_NONE)
        if not complete and not progress.stopping:
            self.say(f"the first {MOST:,}; a label's or a document's number has fewer", "busy")
        elif not complete:
            self.say("stopped; there are more", "bad")
        else:
            self.say(summed(self._found), "busy")

    def _end(self, empty: str) -> None:
        rows = self.query_one(Rows)
        rows.empty = empty
        self._busy = False
        if self._timer is not None:
            self._timer.stop()
        self._look()
        rows.refresh_rows()
        self.show_title()

    def _look(self) -> None:
        """Show what was found since the last look."""
        count, before = len(self._all), len(self._found)
        if count != before:
            self._found = self._all[:count]
            self.query_one(Rows).set_source(count, self._row, keep_cursor=bool(before))
            self.show_title()
            if not before:
                self._tell()
        if self._busy and self._progress.total:
            look = host(self).look
            self.query_one("#status", Line).show(self._progress.pieces(look, self.size.width))

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        return self._painter.pieces(self._found[index], width)

    @property
    def _painter(self) -> FoundRow:
        app, parts = host(self), self._behind.parts
        pair = (parts[0].left, parts[0].right) if len(parts) == 1 else None
        return FoundRow(app.look, self._colours, app.project.settings.direction, pair)

    def look_changed(self) -> None:
        """Headings too."""
        super().look_changed()
        self._show_headings()

    def _show_headings(self) -> None:
        width = self.size.width - (_PANE if self.has_class("wide") else 0) - 2
        if width > 0:
            bar = host(self).look.bar
            self.query_one("#headings", Line).show([(" ", bar), *self._painter.headings(width)])

    @property
    def current(self) -> Found | None:
        """The difference under the cursor."""
        cursor = self.query_one(Rows).cursor
        return self._found[cursor] if cursor is not None and cursor < len(self._found) else None

    @work(exclusive=True, group="tell")
    async def _tell(self) -> None:
        """All about the one under the cursor; its text is read in a thread."""
        found, app = self.current, host(self)
        if found is None:
            return
        title = self._titles.get(found.difference.document, "")
        try:
            lines = await asyncio.to_thread(lambda: told(app.store(), found, title))
        except AnnotatorError as error:
            lines = [(str(error), faint)]
        self.query_one(TextBlock).show(*lines)

    # Keys and mouse.

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """All about another one."""
        event.stop()
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a double click."""
        event.stop()
        self.action_open()

    # Commands.

    @work(exclusive=True, group="open")
    async def action_open(self) -> None:
        """Go to the place: into the document's adjudication, or into one's own layer."""
        found, app = self.current, host(self)
        if found is None:
            return
        try:
            way = await asyncio.to_thread(lambda: way_to(app.store(), app.person, found))
        except AnnotatorError as error:
            self.say(str(error), "bad")
            return
        document, start = found.difference.document, found.difference.start
        if way == "adjudicate":
            self._adjudicate(document, start)
        elif way == "annotate":
            self.dismiss((document, start))
        else:
            self.say(f"{document} is not in adjudication: both opinions are beside the list; a begins it", "busy")

    @work(exclusive=True, group="open")
    async def action_adjudicate(self) -> None:
        """Adjudicate the document at this place, beginning where nobody has begun."""
        from annotator.workflow.people import reviews  # noqa: PLC0415 - only when asked for

        found, app = self.current, host(self)
        if found is None:
            return
        try:
            person = await asyncio.to_thread(lambda: app.person)
        except AnnotatorError as error:
            self.say(str(error), "bad")
            return
        if not reviews(person):
            self.say("only reviewers and managers adjudicate", "bad")
            return
        self._adjudicate(found.difference.document, found.difference.start)

    def _adjudicate(self, document: str, start: int) -> None:
        from annotator.tui.screens.adjudicate import AdjudicateScreen  # noqa: PLC0415 - only for reviewers

        self.app.push_screen(AdjudicateScreen(document, start))

    def action_next_document(self) -> None:
        """To the first difference in the next document."""
        found, rows = self.current, self.query_one(Rows)
        if found is None or rows.cursor is None:
            return
        here = found.difference.document
        after = range(rows.cursor + 1, len(self._found))
        rows.move_cursor(next((at for at in after if self._found[at].difference.document != here), rows.cursor))
        self._tell()

    def action_back(self) -> None:
        """Stop looking, or go back to the numbers."""
        if self._busy and not self._progress.stopping:
            self._progress.stop()
        else:
            self.dismiss(None)
