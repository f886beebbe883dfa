"""The text of a document that is adjudicated: gold as in annotating, and over it where people differ.

What is open is underlined twice, what is decided once; the current item has the ground of a selection, and the
version under the cursor that of a search hit, underlined. There is no caret, but while gold is edited by hand.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from rich.style import Style
from textual import events

from annotator.text.caret import Flow
from annotator.text.layout import VisualLine
from annotator.tui.viewport import LineId
from annotator.tui.widgets.text_pane import TextPane
from annotator.tui.widgets.text_pane_rows import Walk
from annotator.tui.widgets.text_pane_state import Range, State

_OPEN: Final = Style(underline=True, underline2=True)
_DECIDED: Final = Style(underline=True)


class Mark(NamedTuple):
    """A range of offsets, the key of an item that people differ on there, and its place among the items."""

    start: int
    end: int
    place: int
    key: str


class Marks:
    """All places where people differ, found by offset in the time of a bisection and of what is there."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._marks = sorted(marks)
        self._starts = [mark.start for mark in self._marks]
        self._ends = list(accumulate((mark.end for mark in self._marks), max))

    def on(self, start: int, end: int) -> Iterator[Mark]:
        """Those that touch the range from START to END, in text order."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return (mark for mark in self._marks[first:last] if mark.end > start)


def _meets(ranges: Iterable[Range], line: VisualLine) -> bool:
    return any(start < line.end and line.start < end for start, end in ranges)


class GoldPane(TextPane):
    """A text pane whose keys move from item to item; while it is `free`, the caret moves as in annotating."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.free = False
        self._paged = True
        self._marks = Marks()
        self._open: Container[str] = ()
        self._region: Sequence[Range] = ()
        self._exact: Sequence[Range] = ()
        self._expected: int | None = None

    def mark_items(self, marks: Marks, is_open: Container[str]) -> None:
        """Underline MARKS; IS_OPEN holds the keys of those that are open, whenever one is painted."""
        self._marks, self._open = marks, is_open
        self._repaint()

    def marks_at(self, offset: int) -> list[Mark]:
        """Where people differ at OFFSET."""
        return list(self._marks.on(offset, offset + 1))

    def point(self, region: Sequence[Range], exact: Sequence[Range], current: str = "", *, at: int) -> None:
        """Show the item that lies in REGION around the offset AT, of it EXACT, and the gold annotation CURRENT."""
        before = [*self._region, *self._exact]
        self._region, self._exact = region, exact
        self.change(State(caret=at, current=current))
        first, last = self.visible_range()
        shown = [(start, end) for start, end in (*before, *region, *exact) if start < last and first < end]
        self.repaint_ranges(shown)

    def expect(self, offset: int) -> None:
        """The next key is likely to go to OFFSET: paint the rows around it while no key is waited for."""
        first, last = self.visible_range()
        if not first <= offset < last:
            self._expected = offset
            self._paint_ahead()

    def set_free(self, *, free: bool) -> None:
        """Let the caret go, or hide it."""
        self.free, self._paged = free, not free
        if self._viewport is not None:
            self._viewport.paged = self._paged
        self._repaint()

    def flow(self) -> Flow:
        """Which way the document reads as a whole."""
        return self._flow

    def scroll_page(self, step: int) -> None:
        """Scroll by a screenful without going to another item."""
        if self._viewport is not None and self._viewport.scroll(step * max(1, self._height // 2 - 1)):
            self._scrolled()

    # -- painting --------------------------------------------------------------------------------------------------

    def _paint_some(self, loop: asyncio.AbstractEventLoop, walks: list[Walk]) -> None:
        viewport, expected = self._viewport, self._expected
        if viewport is not None and expected is not None:
            self._expected = None
            walks.insert(0, Walk(viewport.far_top(viewport.line_at(expected)), 1, self._height // 2))
        super()._paint_some(loop, walks)

    def _with_current(self, state: State) -> State:
        return super()._with_current(state) if self.free else state

    def _edges(self, state: State) -> list[int]:
        return [*super()._edges(state), *(edge for pair in self._exact for edge in pair)]

    def _is_touched(self, line: VisualLine) -> bool:
        return super()._is_touched(line) or _meets(self._region, line) or _meets(self._exact, line)

    def _overlay(self, id: LineId, styles: list[Style]) -> bool:
        viewport = self._viewport
        assert viewport is not None  # noqa: S101 - only called with rows, which a viewport made
        line, look = viewport.view(id).line, self.look
        open_style = Style(color=look.warn.color) + _OPEN
        marks = sorted(self._marks.on(line.start, line.end), key=lambda mark: mark.key in self._open)
        for mark in marks:
            self._add(styles, line, (mark.start, mark.end), open_style if mark.key in self._open else _DECIDED)
        if self.free:
            return super()._overlay(id, styles)
        for region in self._region:
            self._add(styles, line, region, look.unit)
        exact = look.match + _DECIDED
        for found in self._exact:
            self._add(styles, line, found, exact)
        return False

    @staticmethod
    def _add(styles: list[Style], line: VisualLine, found: Range, style: Style) -> None:
        start, end = max(found[0], line.start), min(found[1], line.end)
        if start < end:
            for first, last in line.columns(start, end):
                styles[first:last] = [old + style for old in styles[first:last]]

    # -- mouse -----------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """A double click selects nothing while keys move from item to item."""
        if not self.free:
            event.prevent_default()
