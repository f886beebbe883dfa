"""From a change to the cells that look different: only those are painted again.

A key changes offsets; the offsets that look different are mapped to cells. Nothing here calls Textual's layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.geometry import Region

from annotator.text.layout import Options
from annotator.tui.viewport import LineId, touching
from annotator.tui.widgets.text_pane_rows import PaneRows
from annotator.tui.widgets.text_pane_state import Looks, Range, State

if TYPE_CHECKING:
    from annotator.workflow.preferences import View


class PaneChanges(PaneRows):
    """A pane that repaints what a change of its state, of the annotations or of the view has touched."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._dirty: dict[int, Range] = {}
        """The columns to be painted again, by row."""

    def change(self, state: State) -> None:
        """Take over STATE and paint what differs from the one before."""
        session = self.session
        state = self._with_current(state)
        before, self.state = self._looks(), state
        self._touched.clear()
        self._derive()
        viewport = self._viewport
        if viewport is None or session is None:
            return
        moved = self._bound_caret(state)
        if viewport.reveal(state.caret) or moved:
            self._scrolled()
        else:
            self._repaint_difference(before, self._looks())
        self.on_state()

    def _repaint_difference(self, before: Looks, after: Looks) -> None:
        for old, new in ((before.caret, after.caret), (before.target, after.target)):
            if old != new:
                self._mark_ranges([found for found in (old, new) if found is not None])
        if before[2:] != after[2:]:
            self._mark_ranges([*before.current, *after.current], lanes=True)
        self._flush()

    def repaint_ranges(self, ranges: Iterable[Range]) -> None:
        """Paint the text of RANGES of offsets again."""
        self._touched.clear()
        self._mark_ranges(ranges)
        self._flush()

    def _mark_ranges(self, ranges: Iterable[Range], *, lanes: bool = False) -> None:
        viewport = self._viewport
        if viewport is None or not viewport.rows:
            return
        last = viewport.rows[-1].id
        for start, end in ranges:
            id = max(viewport.line_at(start), viewport.top)
            while id <= last:  # at least one line: the caret may stand where its line has no glyph
                self._mark_line(id, start, end, lanes=lanes)
                below = viewport.next(id)
                if below == id or viewport.view(id).line.end >= end:
                    break
                id = below

    def _mark_line(self, id: LineId, start: int, end: int, *, lanes: bool) -> None:
        viewport = self._viewport
        y = viewport.row_of(id) if viewport is not None else None
        if viewport is None or y is None:
            return
        self._mark_dirty(y, id, start, end)
        if lanes:
            for lane, found in enumerate(viewport.view(id).lanes, y + 1):
                if lane < self._height and found.touches(start, end):
                    self._dirty[lane] = 0, self._width  # a name may go on over the cells beside its bar
                    self._frame[lane] = None

    def _mark_dirty(self, y: int, id: LineId, start: int, end: int) -> None:
        viewport = self._viewport
        assert viewport is not None  # noqa: S101 - only called with rows, which a viewport made
        view = viewport.view(id)
        line, pad = view.line, self._pad(id)
        runs = line.columns(max(start, line.start), min(end, line.end)) or [self._caret_cells(id, start)]
        first, last = pad + min(a for a, _ in runs), pad + max(b for _, b in runs)
        if not view.exact:  # a part of the row would be cut in the wrong place
            first, last = 0, self._width
        old = self._dirty.get(y, (first, last))
        self._dirty[y] = min(old[0], first), max(old[1], last)
        self._frame[y] = None

    def _flush(self) -> None:
        """Ask for the dirty cells, one region a row: Textual sends a row from its start for each region in it."""
        whole_rows = getattr(self.app, "whole_rows", False)
        width, dirty = self._width, self._dirty.items()
        if dirty:  # without a region all would be drawn
            self.refresh(*(Region(0, y, width, 1) if whole_rows else Region(x, y, end - x, 1) for y, (x, end) in dirty))
        self._dirty.clear()

    def edited(self, touched: Sequence[Range]) -> None:
        """Lay out and paint the lines of the TOUCHED ranges again: their spans have changed."""
        viewport, session = self._viewport, self.session
        if viewport is None or session is None:
            return
        looks = self._looks()
        self._derive()
        layout = viewport.layout
        wrapped: set[int] = set()  # their words may be on other lines now
        everything = (0, len(self.text)) in touched  # as after a reload, which may bring any boundary
        if everything or any(layout.in_ligature(edge) for fragment in touched for edge in fragment):
            wrapped.update(layout.set_boundaries(session.index.boundaries()))
        paragraphs = set(wrapped)
        for start, end in touched:
            paragraphs.update(range(layout.paragraph_of(start), layout.paragraph_of(end) + 1))
        before = viewport.rows
        self._touched.clear()
        is_touched = touching(touched)
        viewport.forget(wrapped)
        kept = viewport.forget_touched(paragraphs, is_touched)
        for id in [id for id in self._plain if id.paragraph in paragraphs and id not in kept]:
            del self._plain[id]
        viewport.fill()
        if before != viewport.rows:
            viewport.reveal(self.state.caret)
            self._scrolled()
            return
        for y, row in enumerate(viewport.rows):
            paragraph = row.id.paragraph
            if paragraph in wrapped or (paragraph in paragraphs and is_touched(viewport.view(row.id).line)):
                self._dirty[y] = 0, self._width
                self._frame[y] = None
        self._repaint_difference(looks, self._looks())  # an event's arguments lie elsewhere

    def look_changed(self) -> None:
        """Paint everything in the look of the program."""
        self._repaint()

    def set_view(self, view: View) -> None:
        """Show the text as VIEW says; before the first document nothing is painted for it."""
        rows = self._lanes, self._spacing
        self._lanes, self._spacing = view.lanes, view.spacing
        options = replace(self.options, marks=view.marks, controls=view.controls, islands=view.islands)
        viewport = self._viewport
        if options != self.options and self.session is not None:
            self.set_options(options)
        elif viewport is not None and rows != (self._lanes, self._spacing):
            viewport.lanes, viewport.spacing = self._lanes, self._spacing
            viewport.forget()
            viewport.fill()
            viewport.reveal(self.state.caret)
            self._repaint()
        self.options = options

    def set_options(self, options: Options) -> None:
        """Show or hide harakat and controls; offsets stay what they are."""
        self.options = options
        self._layout = None
        self._prepare(self.size)
        self.on_state()

    def show_letters(self, letters: Iterable[tuple[int, str, bool]]) -> None:
        """Put short texts on the cells of offsets: the hints of what can be chosen; True: it is chosen already."""
        new = sorted(letters)
        if new or self._letters:
            self._letters = new
            self._repaint()

    def show_hits(self, hits: Sequence[Range]) -> None:
        """Mark HITS, sorted ranges, in the text."""
        if self.hits or hits:
            self.hits = hits
            self._repaint()

    def on_focus(self) -> None:
        """The caret shows."""
        self.repaint_ranges([(self.state.caret, self.state.caret + 1)])

    def on_blur(self) -> None:
        """The caret hides."""
        self.repaint_ranges([(self.state.caret, self.state.caret + 1)])
