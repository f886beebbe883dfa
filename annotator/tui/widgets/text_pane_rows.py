"""The rows of the text pane as strips, painted once and kept until something in them changes.

Rows that no state touches stay painted also when they scroll; the rows of the next and the previous screen are
painted ahead, while no key is waited for.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from annotator.text.layout import VisualLine
from annotator.tui.lanes import lane_strip
from annotator.tui.paint import cell_styles, overwritten, placed, segments_of
from annotator.tui.viewport import LineId, Row, Viewport
from annotator.tui.widgets.text_pane_layout import MARGIN, PaneLayout
from annotator.tui.widgets.text_pane_state import State

KEPT_LINES: Final = 600
AHEAD_DELAY, AHEAD_SLICE, AHEAD_PAUSE = 0.008, 0.0003, 0.0005
"""Seconds without a key before rows are painted ahead, seconds at a time, and seconds between."""


Painted: TypeAlias = dict[tuple[int, bool], Strip]
"""The rows of one line: its text (-1) and its lanes, each with the position bar beside it or without."""


class Walk(NamedTuple):
    """Lines still to be painted ahead: from `id` in direction `step`, `lines` of them."""

    id: LineId
    step: int
    lines: int


class PaneRows(PaneLayout):
    """A pane that paints its rows."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._frame: list[Strip | None] = []
        """What each row of the screen shows; None where it has to be worked out again."""
        self._plain: dict[LineId, Painted] = {}
        """Painted rows that neither caret, target nor current annotation touches; with and without the position bar."""
        self._touched: dict[LineId, Painted] = {}
        """Painted rows that one of them touches; forgotten at every change of state."""
        self._ahead: asyncio.TimerHandle | None = None

    def _prepare(self, size: Size) -> None:
        self._frame = [None] * size.height
        super()._prepare(size)
        if self._viewport is not None:
            self._bound_caret(self.state)
            self._repaint()

    def _edges(self, state: State) -> list[int]:
        """The offsets that must be visible as such."""
        return [state.caret, *(state.selection or ())]

    def _bound_caret(self, state: State) -> bool:
        """Let lam-alef fall apart where the caret or an edge of the selection is between the two."""
        viewport = self._viewport
        if viewport is None:
            return False
        changed = viewport.layout.set_boundaries(self._edges(state), "caret")
        if changed:
            for id in [id for id in self._plain if id.paragraph in changed]:
                del self._plain[id]
            viewport.forget(changed)
            viewport.fill()
        return bool(changed)

    def _repaint(self) -> None:
        self._plain.clear()
        self._touched.clear()
        self._scrolled()

    def _scrolled(self) -> None:
        self._touched.clear()
        self._frame = [None] * self._height
        self.refresh()
        self._paint_ahead()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of the rows in CROP; a row is painted once until something in it changes."""
        size = self.size
        if size != (self._width, self._height):  # asked to paint before it was told of its new size
            self._prepare(size)
        width = self._width
        frame = self._frame
        strips: list[Strip] = []
        bar: range | None = None
        for y in range(crop.y, crop.bottom):  # also those between two that changed
            strip = frame[y] if y < len(frame) else None
            if strip is None:
                bar = self._bar_rows() if bar is None else bar
                strip = self._row_strip(y, bar=y in bar)
                if y < len(frame):
                    frame[y] = strip
            strips.append(strip)
        if crop.x == 0 and crop.width == width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """The strip of row Y."""
        return self._row_strip(y, bar=y in self._bar_rows())

    def _row_strip(self, y: int, *, bar: bool) -> Strip:
        viewport = self._viewport
        if viewport is None or y >= len(viewport.rows):
            return Strip([Segment(" " * self._width, self.look.base)], self._width)
        row = viewport.rows[y]
        kept = self._touched if self._is_touched(viewport.view(row.id).line) else self._plain
        painted = kept.get(row.id)
        strip = painted.get((row.lane, bar)) if painted is not None else None
        if strip is None:
            strip = self._framed(self._paint(row), bar=bar)
            self._keep(kept, row, strip, bar=bar)
        return strip

    def _blank(self) -> Strip:
        width = self._width - MARGIN
        return Strip([Segment(" " * width, self.look.base)], width)

    def _paint(self, row: Row) -> Strip:
        viewport, look, width = self._viewport, self.look, self._width - MARGIN
        assert viewport is not None  # noqa: S101 - only called with rows, which a viewport made
        view = viewport.view(row.id)
        line = view.line
        rtl = line.base_level % 2 == 1
        if row.lane >= 0:
            if row.lane >= len(view.lanes):
                return self._blank()
            return lane_strip(line, view.lanes[row.lane], look, self._colours, self.state.current, width, self._roles)
        styles = cell_styles(
            line, view.spans, look, self._colours, self.state.current, underline_nested=not self._lanes
        )
        beside = self._overlay(row.id, styles)
        if self._letters:
            pad = width - line.width if rtl else 0
            over = [(pad - 1 if rtl else line.width, " ", look.caret)] if beside else []
            over += self._letters_on(line, pad, width)
            return overwritten(line, styles, pad, width, look.base, over)
        segments, used = segments_of(line.glyphs, styles), line.width
        if beside:
            segments.insert(0 if rtl else len(segments), Segment(" ", look.caret))
            used += 1
        return placed(segments, used, width, right=rtl, blank=look.base)

    def _letters_on(self, line: VisualLine, pad: int, width: int) -> Iterator[tuple[int, str, Style]]:
        """The letters of LINE, each from the column where it is shown: where what it stands for begins to be read."""
        for at, text, chosen in self._letters[bisect_left(self._letters, (line.start,)) :]:
            if at >= line.end:
                break
            glyph = line.glyph_of(at)
            column = pad + line.column_of(at)
            if glyph is not None and glyph.level % 2:
                column += glyph.width - len(text)
            yield max(0, min(column, width - len(text))), text, self.look.chosen if chosen else self.look.match

    def _overlay(self, id: LineId, styles: list[Style]) -> bool:
        """Hits, target and caret over STYLES. True: the caret stands beside the line's end, where there is no glyph."""
        viewport, state, look = self._viewport, self.state, self.look
        assert viewport is not None  # noqa: S101 - only called with rows, which a viewport made
        line = viewport.view(id).line
        if self.hits:
            at = max(0, bisect_left(self.hits, (line.start, 0)) - 1)
            for start, end in self.hits[at:]:
                if start >= line.end:
                    break
                for first, last in line.columns(max(start, line.start), min(end, line.end)):
                    styles[first:last] = [look.match] * (last - first)
        target = self._target
        if target is not None and target[0] < line.end and line.start < target[1]:
            for first, last in line.columns(max(target[0], line.start), min(target[1], line.end)):
                styles[first:last] = [look.unit] * (last - first)
        if not self.has_focus or viewport.line_at(state.caret) != id:
            return False
        first, last = self._caret_cells(id, state.caret)
        if not 0 <= first < line.width:
            return True
        styles[first:last] = [look.caret] * (last - first)
        return False

    def _framed(self, strip: Strip, *, bar: bool) -> Strip:
        """The position bar on the left, the strip, and a free column."""
        base = self.look.base
        left = Segment("▐", self.look.dim) if bar else Segment(" ", base)
        return Strip([left, *strip, Segment(" ", base)], self._width)

    def _bar_rows(self) -> range:
        """The rows beside which the position bar stands; none where the whole text is on the screen."""
        viewport = self._viewport
        if viewport is None or not viewport.rows or not self.text:
            return range(0)
        first = viewport.view(viewport.rows[0].id).line.start
        last = viewport.view(viewport.rows[-1].id).line.end
        if first == 0 and last >= len(self.text) - 1:
            return range(0)
        height, length = self._height, len(self.text)
        size = max(1, round((last - first) / length * height))
        top = min(round(first / length * height), height - size)
        return range(top, top + size)

    def _paint_ahead(self) -> None:
        """Paint the rows of the next and the previous screen soon, a few at a time."""
        if self._ahead is not None:
            self._ahead.cancel()
        viewport = self._viewport
        if viewport is None or not viewport.rows or not self.is_running:
            return
        lines = len({row.id for row in viewport.rows})
        walks = [Walk(viewport.rows[-1].id, 1, lines + 1), Walk(viewport.rows[0].id, -1, lines)]
        loop = asyncio.get_running_loop()
        self._ahead = loop.call_later(AHEAD_DELAY, self._paint_some, loop, walks)

    def _paint_some(self, loop: asyncio.AbstractEventLoop, walks: list[Walk]) -> None:
        viewport = self._viewport
        self._ahead = None
        if viewport is None or not self.is_running:
            return
        until = loop.time() + AHEAD_SLICE
        while walks and loop.time() < until:
            id, step, lines = walks.pop(0)
            self._paint_line(viewport, id)
            beyond = viewport.next(id, step)
            if lines and beyond != id:
                walks.insert(0, Walk(beyond, step, lines - 1))
        if walks:
            self._ahead = loop.call_later(AHEAD_PAUSE, self._paint_some, loop, walks)

    def _paint_line(self, viewport: Viewport, id: LineId) -> None:
        view = viewport.view(id)
        painted = self._plain.get(id, {})
        lanes = [lane for lane in range(-1, view.height - 1) if (lane, False) not in painted]
        if not lanes or self._is_touched(view.line):
            return
        for lane in lanes:
            row = Row(id, lane)
            strip = self._framed(self._paint(row), bar=False)
            strip.render(self.app.console)  # it keeps the bytes
            self._keep(self._plain, row, strip, bar=False)

    @staticmethod
    def _keep(kept: dict[LineId, Painted], row: Row, strip: Strip, *, bar: bool) -> None:
        painted = kept.get(row.id)
        if painted is None:
            if len(kept) >= KEPT_LINES:
                del kept[next(iter(kept))]  # the oldest
            painted = kept[row.id] = {}
        painted[row.lane, bar] = strip
