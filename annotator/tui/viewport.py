"""Which lines of a document are on the screen, and how many rows each takes.

The screen is anchored at a line (paragraph, line in it), never at a number of rows from the start: nothing above it
has to be laid out to know where it is, so a document of a million characters opens like one of a thousand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from annotator.model.span_index import Span
from annotator.text.document_layout import DocumentLayout
from annotator.text.layout import VisualLine
from annotator.tui.lanes import Lane, lanes_of
from annotator.tui.paint import counted_alike

CACHED_LINES: Final = 600


class LineId(NamedTuple):
    """A visual line: the paragraph's number and the line's number in it."""

    paragraph: int
    line: int


class Row(NamedTuple):
    """A row of the screen: a line's text (`lane` -1), one of the lanes under it, or a blank row after them."""

    id: LineId
    lane: int


@dataclass(slots=True)
class LineView:
    """A laid-out line, the spans on it (outermost first), and their lanes."""

    line: VisualLine
    spans: list[Span]
    lanes: list[Lane]
    height: int
    _exact: bool | None = None

    @property
    def exact(self) -> bool:
        """Whether Rich and any terminal count as many cells for every glyph as the line does: a strip can be cut."""
        if self._exact is None:  # most lines that pass by are never cut
            self._exact = counted_alike(self.line.glyphs)
        return self._exact


def touching(ranges: Iterable[tuple[int, int]]) -> Callable[[VisualLine], bool]:
    """Whether a line shares an offset with RANGES, or begins or ends where one of them does."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(ranges):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)

    def touched(line: VisualLine) -> bool:
        at = bisect_right(starts, line.end) - 1
        return at >= 0 and ends[at] >= line.start

    return touched


class Viewport:
    """The lines on a screen of `height` rows, from `top` on."""

    def __init__(self, layout: DocumentLayout, overlapping: Callable[[int, int], list[Span]], height: int) -> None:
        """OVERLAPPING answers which spans touch a range of offsets."""
        self.layout = layout
        self.overlapping = overlapping
        self.height = height
        self.top = LineId(0, 0)
        self.lanes = True
        self.spacing = 0
        """Blank rows after each line and its lanes."""
        self.paged = False
        """A line just off the screen comes amid it, too, so that not every step in that direction scrolls."""
        self.rows: list[Row] = []
        self._views: OrderedDict[LineId, LineView] = OrderedDict()
        self._first_rows: dict[LineId, int] = {}

    def view(self, id: LineId) -> LineView:
        """The line called ID, laid out; from the cache where it is there."""
        found = self._views.get(id)
        if found is None:
            line = self.layout.paragraph(id.paragraph).line(id.line)
            spans = self.overlapping(line.start, line.end) if line.end > line.start else []
            lanes = lanes_of(line, spans, self.layout.width) if self.lanes and spans else []
            under = max(1, len(lanes)) if self.lanes and line.width else 0  # on an empty line there is nothing to label
            height = 1 + under + self.spacing
            found = self._views[id] = LineView(line, spans, lanes, height)
            if len(self._views) > CACHED_LINES:
                self._views.popitem(last=False)
        return found

    def forget(self, paragraphs: Iterable[int] | None = None) -> None:
        """Lay these paragraphs (None: all) out anew when they are next shown."""
        if paragraphs is None:
            self._views.clear()
            return
        gone = set(paragraphs)
        for id in [id for id in self._views if id.paragraph in gone] if gone else ():
            del self._views[id]

    def forget_touched(self, paragraphs: Collection[int], touched: Callable[[VisualLine], bool]) -> set[LineId]:
        """Ask again for the spans of the TOUCHED lines of PARAGRAPHS; what stays of their lines."""
        kept: set[LineId] = set()
        for id in [id for id in self._views if id.paragraph in paragraphs]:
            if touched(self._views[id].line):
                del self._views[id]
            else:
                kept.add(id)
        return kept

    def line_at(self, offset: int) -> LineId:
        """The line that holds OFFSET."""
        paragraph = self.layout.paragraph_of(offset)
        return LineId(paragraph, self.layout.paragraph(paragraph).line_of(offset))

    def next(self, id: LineId, count: int = 1) -> LineId:
        """The line COUNT lines below (above when negative), stopping at the ends of the text."""
        paragraph, line = id
        while count > 0:
            last = self.layout.paragraph(paragraph).line_count - 1
            step = min(count, last - line)
            line, count = line + step, count - step
            if count and paragraph + 1 < self.layout.paragraph_count:
                paragraph, line, count = paragraph + 1, 0, count - 1
            elif count:
                break
        while count < 0:
            step = min(-count, line)
            line, count = line - step, count + step
            if count and paragraph:
                paragraph, count = paragraph - 1, count + 1
                line = self.layout.paragraph(paragraph).line_count - 1
            elif count:
                break
        return LineId(paragraph, line)

    def _walk(self, id: LineId, step: int) -> Iterator[LineId]:
        """ID and the lines below it (STEP 1) or above it (STEP -1), to the end of the text."""
        count = self.layout.paragraph_count
        paragraph, line = id
        while True:
            lines = self.layout.paragraph(paragraph).line_count
            while 0 <= line < lines:
                yield LineId(paragraph, line)
                line += step
            paragraph += step
            if not 0 <= paragraph < count:
                return
            line = 0 if step > 0 else self.layout.paragraph(paragraph).line_count - 1

    def fill(self) -> None:
        """Work out the rows from `top` on; less than a screenful below the end of the text is pulled down."""
        last_paragraph = self.layout.paragraph_count - 1
        paragraph = min(self.top.paragraph, last_paragraph)
        self.top = LineId(paragraph, min(self.top.line, self.layout.paragraph(paragraph).line_count - 1))
        last = self._fill()
        if len(self.rows) < self.height and self.top != LineId(0, 0):
            self.top = self._top_for(last, self.height)
            self._fill()

    def _fill(self) -> LineId:
        rows: list[Row] = []
        first_rows: dict[LineId, int] = {}
        for id in self._walk(self.top, 1):
            first_rows[id] = len(rows)
            rows.extend([Row(id, lane) for lane in range(-1, self.view(id).height - 1)])
            if len(rows) >= self.height:
                break
        self.rows = rows[: self.height]
        self._first_rows = first_rows
        return id

    def row_of(self, id: LineId) -> int | None:
        """The screen row of the text of line ID, or None when it is not on the screen."""
        row = self._first_rows.get(id)
        return row if row is not None and row < self.height else None

    def wholly_visible(self, id: LineId) -> bool:
        """Whether the line and its lanes are on the screen."""
        row = self._first_rows.get(id)
        return row is not None and row + min(self.view(id).height, self.height) <= self.height

    def reveal(self, offset: int) -> bool:
        """Scroll as little as shows the line of OFFSET; far away, put it a third of the way down. True: scrolled."""
        id = self.line_at(offset)
        if self.rows and self.wholly_visible(id):
            return False
        last = self.rows[-1].id if self.rows else self.top
        near = self.rows and not self.paged
        if near and id < self.top and self.next(id, 3) >= self.top:
            self.top = id
        elif near and id >= last and self.next(last, 3) >= id:
            self.top = self._top_for(id, self.height)
        elif self.paged and self.next(id, self.height // 2) >= self.top > id:  # the next step goes up, too
            self.top = self._top_for(id, max(1, self.height * 2 // 3))
        else:
            self.top = self.far_top(id)
        self.fill()
        return True

    def far_top(self, id: LineId) -> LineId:
        """The first line on screen after a move from far away to the line ID, which then is a third of the way down."""
        return self._top_for(id, max(1, self.height // 3))

    def scroll(self, lines: int) -> bool:
        """Move the screen by LINES lines of text. True when it moved."""
        before = self.top
        self.top = self.next(self.top, lines)
        self.fill()
        return self.top != before

    def _top_for(self, id: LineId, height: int) -> LineId:
        """The highest top with which line ID ends within HEIGHT rows."""
        used, top = 0, id
        for above in self._walk(id, -1):
            used += self.view(above).height
            if used > height and above != id:
                break
            top = above
        return top
