"""The document on the screen: text, spans, selection and caret, painted row by row.

A key changes offsets; the offsets that look different are mapped to cells, and only those are painted again. Nothing
here calls Textual's layout. `State` is everything a key can change, so that the cells to repaint are the difference
of two states. Rows that no state touches are painted once and kept, also when they scroll; the rows of the next and
the previous screen are painted ahead, while no key is waited for.
"""

from __future__ import annotations

import asyncio
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from annotator.model.annotations import Event, fragments_of
from annotator.model.span_index import Span
from annotator.text import caret as motions
from annotator.text.caret import Flow, Unit
from annotator.text.document_layout import DocumentLayout
from annotator.text.layout import Base, Options, VisualLine
from annotator.tui.look import Look
from annotator.tui.paint import cell_styles, colours_of, lane_strip, overwritten, placed, segments_of
from annotator.tui.viewport import LineId, Row, Viewport

if TYPE_CHECKING:
    from annotator.workflow.preferences import View
    from annotator.workflow.session import Session

KEPT_ROWS: Final = 1200
AHEAD_DELAY, AHEAD_SLICE, AHEAD_PAUSE = 0.02, 0.0015, 0.002
"""Seconds without a key before rows are painted ahead, seconds at a time, and seconds between."""
MARGIN: Final = 2
"""Columns beside the text: the position bar and one free on the left, one free for the caret on the right."""
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class State:
    """Where a person is: `caret` an offset, `selection` a range, `current` the id of the annotation worked on.

    `unit` is what the caret last moved by; `anchor` the range a growing selection started from; `marked` says that it
    grows with every motion, not only with those that extend.
    """

    caret: int = 0
    selection: Range | None = None
    anchor: Range | None = None
    unit: Unit = Unit.WORD
    current: str = ""
    marked: bool = False


class Looks(NamedTuple):
    """The ranges of offsets that a state paints differently: caret, target, and the current annotation.

    `id` is the current annotation's, since another may lie on the same ranges; `roles` are those of its arguments.
    """

    caret: Range
    target: Range | None
    current: Sequence[Range]
    id: str
    roles: Mapping[str, str]


class Walk(NamedTuple):
    """Lines still to be painted ahead: from `id` in direction `step`, `lines` of them."""

    id: LineId
    step: int
    lines: int


class TextPane(Widget, can_focus=True):
    """The text of one session. `on_state` is called after every change of `state`, `on_key_press` for every key."""

    DEFAULT_CSS = "TextPane { width: 1fr; height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.session: Session | None = None
        self.state = State()
        self.on_state: Callable[[], None] = lambda: None
        self.on_key_press: Callable[[events.Key], bool] = lambda _event: False
        self.hits: Sequence[Range] = ()
        self.options = Options()
        self.direction: Base = "auto"
        self._colours: dict[str, str] = {}
        self._layout: DocumentLayout | None = None
        self._viewport: Viewport | None = None
        self._frame: list[Strip | None] = []
        """What each row of the screen shows; None where it has to be worked out again."""
        self._plain: dict[tuple[Row, bool], Strip] = {}
        """Painted rows that neither caret, target nor current annotation touches; with and without the position bar."""
        self._touched: dict[tuple[Row, bool], Strip] = {}
        """Painted rows that one of them touches; forgotten at every change of state."""
        self._ahead: asyncio.TimerHandle | None = None
        self._dirty: dict[int, Range] = {}
        self._width = self._height = 0
        """The size last prepared for; Textual works its own out anew each time it is asked."""
        self._letters: Sequence[tuple[int, str]] = ()
        self._roles: Mapping[str, str] = {}
        self.on_pick: Callable[[int, Sequence[str]], bool] = lambda _offset, _ids: False
        """Asked first about a click, with the offset and the ids of the annotations there; True: it was taken."""
        self._target: Range | None = None
        self._current: Sequence[Range] = ()
        self._goal: int | None = None
        self._drag: Range | None = None
        self._lanes = True
        self._spacing = 0
        self._flow: Flow = "rtl"

    # -- opening ---------------------------------------------------------------------------------------------------

    def open(self, session: Session, caret: int = 0, direction: Base = "auto") -> None:
        """Show SESSION's document with the caret at offset CARET."""
        self.session = session
        self.direction = direction
        self._colours = colours_of(session.schema)
        self.hits = ()
        self.state = self._with_current(State(caret=min(max(caret, 0), len(session.document.text))))
        self._layout = self._viewport = None
        self._goal = None
        self._derive()
        if self.size.width:
            self._prepare(self.size)

    def _prepare(self, size: Size) -> None:
        session = self.session
        self._width, self._height = size
        self._frame = [None] * size.height
        self._derive()
        if session is None or size.width < MARGIN + 2 or size.height < 1:
            self._viewport = None
            return
        width = size.width - MARGIN
        if self._layout is None:
            self._layout = DocumentLayout(session.document.text, width, self.direction, self.options)
            self._layout.set_boundaries(session.index.boundaries())
            self._flow = self._find_flow(self._layout)
        elif self._layout.width != width:
            self._layout.resize(width)
        viewport = Viewport(self._layout, self._overlapping, size.height)
        viewport.lanes, viewport.spacing = self._lanes, self._spacing
        self._viewport = viewport
        viewport.reveal(self.state.caret)
        self._bound_caret(self.state)
        self._repaint()

    def _overlapping(self, start: int, end: int) -> list[Span]:
        """The spans that touch a range of offsets; after a reload the session has another index."""
        return self.session.index.overlapping(start, end) if self.session is not None else []

    def _find_flow(self, layout: DocumentLayout) -> Flow:
        """Which way the document reads as a whole: what the project says, else its first paragraph with a text."""
        if self.direction != "auto":
            return self.direction
        first = re.search(r"\S", layout.text)
        paragraph = layout.paragraph_of(first.start() if first else 0)
        return "rtl" if first is None or layout.paragraph(paragraph).base_level % 2 else "ltr"

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the text anew; the line of the caret stays on the screen."""
        if self._viewport is None or event.size != (self._width, self._height):
            self._prepare(event.size)
        self.on_state()

    # -- what others ask -------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The document's text."""
        return self.session.document.text if self.session is not None else ""

    def target(self) -> Range | None:
        """What a label would take: the selection, or else the word (or clitic segment) under the caret."""
        return self._target

    def _unit_range(self, state: State) -> Range | None:
        if not self.text:
            return None
        unit = Unit.CLITIC if state.unit is Unit.CLITIC else Unit.WORD
        start, end = motions.unit_range(self.text, min(state.caret, len(self.text) - 1), unit)
        return (start, end) if start < end and not self.text[start:end].isspace() else None

    def visible_range(self) -> Range:
        """The offsets of the lines on the screen, from the first to behind the last."""
        viewport = self._viewport
        if viewport is None or not viewport.rows:
            return 0, 0
        return viewport.view(viewport.rows[0].id).line.start, viewport.view(viewport.rows[-1].id).line.end

    def base_level(self) -> int:
        """The embedding level of the paragraph under the caret: even is left to right."""
        if self._layout is None:
            return 1
        return self._layout.paragraph(self._layout.paragraph_of(self.state.caret)).base_level

    # -- moving ----------------------------------------------------------------------------------------------------

    def move(self, kind: str, unit: Unit = Unit.WORD, *, extend: bool = False) -> None:
        """Move the caret: KIND is left, right, next or previous, by UNIT."""
        if self._layout is None or not self.text:
            return
        layout, text, caret = self._layout, self.text, self.state.caret
        match kind:
            case "left":
                offset = motions.left(layout, text, caret, unit, self._flow)
            case "right":
                offset = motions.right(layout, text, caret, unit, self._flow)
            case "next":
                offset = motions.next_(layout, text, caret, unit)
            case _:
                offset = motions.previous(layout, text, caret, unit)
        self._goal = None
        self._go(offset, unit, extend=extend)

    def move_lines(self, lines: int, *, extend: bool = False) -> None:
        """Move the caret by LINES lines, keeping its column."""
        if self._layout is None:
            return
        offset, self._goal = motions.vertical(self._layout, self.state.caret, lines, self._goal)
        self._go(offset, Unit.WORD, extend=extend)

    def move_page(self, pages: int) -> None:
        """Move caret and screen by a screenful of lines, less one."""
        viewport = self._viewport
        if viewport is None:
            return
        lines = max(1, len({row.id for row in viewport.rows}) - 1) * pages
        offset, self._goal = motions.vertical(viewport.layout, self.state.caret, lines, self._goal)
        if viewport.scroll(lines):
            self._scrolled()
        self._go(offset, Unit.WORD, extend=False)

    def move_edge(self, *, end: bool) -> None:
        """To the start or the end of the line."""
        if self._layout is not None:
            self._goal = None
            self._go(motions.line_edge(self._layout, self.state.caret, end=end), Unit.WORD, extend=False)

    def go_to(self, offset: int, unit: Unit = Unit.WORD) -> None:
        """Put the caret at OFFSET, and drop the selection."""
        self._goal = None
        self.change(replace(self.state, caret=offset, selection=None, anchor=None, marked=False, unit=unit, current=""))

    def _go(self, offset: int, unit: Unit, *, extend: bool) -> None:
        state = self.state
        if not extend and not state.marked:
            self.change(State(caret=offset, unit=unit))
            return
        anchor = state.anchor or self._selection_seed(unit)
        here = motions.unit_range(self.text, min(offset, max(0, len(self.text) - 1)), unit)
        selection = self._trimmed(min(anchor[0], here[0]), max(anchor[1], here[1]))
        self.change(replace(state, caret=offset, selection=selection, anchor=anchor, unit=unit, current=""))

    def _selection_seed(self, unit: Unit) -> Range:
        if self.state.selection is not None:
            return self.state.selection
        return motions.unit_range(self.text, min(self.state.caret, max(0, len(self.text) - 1)), unit)

    def _trimmed(self, start: int, end: int) -> Range:
        piece = self.text[start:end]
        stripped = piece.strip()
        if not stripped:
            return start, end
        lead = len(piece) - len(piece.lstrip())
        return start + lead, start + lead + len(stripped)

    def mark(self) -> bool:
        """Start a selection that follows the caret, or end it. True: started."""
        if self.state.marked:
            self.change(replace(self.state, anchor=None, marked=False))
            return False
        seed = self._selection_seed(Unit.WORD)
        self.change(replace(self.state, anchor=seed, selection=seed, current="", marked=True))
        return True

    def select(self, start: int, end: int, current: str = "", caret: int | None = None) -> None:
        """Select a range, perhaps as the range of the annotation CURRENT, and show it."""
        at = start if caret is None else caret
        self.change(replace(self.state, caret=at, selection=(start, end), anchor=None, marked=False, current=current))

    def work_on(self, id: str) -> None:
        """Make the annotation ID the current one and drop the selection."""
        self.change(State(caret=self.state.caret, unit=self.state.unit, current=id))

    def select_sentence(self) -> None:
        """Select the sentence under the caret."""
        if self.text:
            start, end = motions.unit_range(self.text, min(self.state.caret, len(self.text) - 1), Unit.SENTENCE)
            self.select(start, end, caret=self.state.caret)

    def cancel(self) -> bool:
        """Drop mark and selection. False: there was nothing to drop."""
        had = self.state.selection is not None
        self.change(replace(self.state, selection=None, anchor=None, marked=False, current=""))
        return had

    # -- state to cells --------------------------------------------------------------------------------------------

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

    def _with_current(self, state: State) -> State:
        """STATE with the innermost annotation under its caret as the current one, unless it has one."""
        stack = self.session.index.at(state.caret) if self.session is not None and not state.current else ()
        return replace(state, current=min(stack, key=lambda s: (s.end - s.start, s.id)).id) if stack else state

    def _derive(self) -> None:
        """Work out what follows from the state: what a label would take, and where the current annotation is."""
        state, session = self.state, self.session
        self._target = state.selection or self._unit_range(state)
        current = session.annotations.get(state.current) if session is not None else None
        self._current = fragments_of(current) if current is not None else ()
        self._roles = {}
        if isinstance(current, Event) and current.arguments and session is not None:
            self._roles = {argument.target: argument.role for argument in current.arguments}
            fillers = [fragments_of(session.annotations[id]) for id in self._roles]
            self._current = (*self._current, *(fragment for fragments in fillers for fragment in fragments))

    def _bound_caret(self, state: State) -> bool:
        """Let lam-alef fall apart where the caret or an edge of the selection is between the two."""
        viewport = self._viewport
        if viewport is None:
            return False
        edges = [state.caret, *(state.selection or ())]
        changed = viewport.layout.set_boundaries(edges, "caret")
        if changed:
            self._plain.clear()
            viewport.forget(changed)
            viewport.fill()
        return bool(changed)

    def _looks(self) -> Looks:
        """The ranges that are painted differently from plain text."""
        caret = self.state.caret
        return Looks((caret, caret + 1), self._target, self._current, self.state.current, self._roles)

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
        for lane in range(-1, viewport.view(id).height - 1 if lanes else 0):
            if y + lane + 1 < self._height:
                self._mark_dirty(y + lane + 1, Row(id, lane), start, end)

    def _mark_dirty(self, y: int, row: Row, start: int, end: int) -> None:
        viewport = self._viewport
        assert viewport is not None  # noqa: S101 - only called with rows, which a viewport made
        view = viewport.view(row.id)
        line, pad = view.line, self._pad(row.id)
        runs = line.columns(max(start, line.start), min(end, line.end)) or [self._caret_cells(row.id, start)]
        first, last = pad + min(a for a, _ in runs), pad + max(b for _, b in runs)
        if not view.exact:  # a part of the row would be cut in the wrong place
            first, last = 0, self._width
        old = self._dirty.get(y, (first, last))
        self._dirty[y] = min(old[0], first), max(old[1], last)
        self._frame[y] = None

    def _flush(self) -> None:
        """Ask for the dirty cells, one region a row: Textual sends a row from its start for each region in it."""
        whole_rows = getattr(self.app, "whole_rows", False)
        for y, (first, last) in self._dirty.items():
            self.refresh(Region(0, y, self._width, 1) if whole_rows else Region(first, y, last - first, 1))
        self._dirty.clear()

    def _repaint(self) -> None:
        self._plain.clear()
        self._touched.clear()
        self._scrolled()

    def _scrolled(self) -> None:
        self._touched.clear()
        self._frame = [None] * self._height
        self.refresh()
        self._paint_ahead()

    def _pad(self, id: LineId) -> int:
        """The x of the line's column 0."""
        viewport = self._viewport
        assert viewport is not None  # noqa: S101 - as above
        line = viewport.view(id).line
        return self._width - 1 - line.width if line.base_level % 2 else MARGIN - 1

    def _caret_cells(self, id: LineId, caret: int) -> Range:
        """The columns of line ID that a caret at the offset CARET takes.

        On a code point that is not drawn they are those of the next glyph; past the last glyph they are the free cell
        where the line ends, or its outermost glyph when the line leaves none free.
        """
        viewport = self._viewport
        assert viewport is not None  # noqa: S101 - as above
        line = viewport.view(id).line
        glyph = line.glyph_at(line.caret_column(caret))
        if glyph is None or glyph.end <= caret:
            rtl = line.base_level % 2 == 1
            if line.width < self._width - MARGIN:
                return (-1, 0) if rtl else (line.width, line.width + 1)
            glyph = line.glyphs[0 if rtl else -1]
        return glyph.column, glyph.column + glyph.width

    # -- changes from outside --------------------------------------------------------------------------------------

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
        for key in [key for key in self._plain if key[0].id.paragraph in paragraphs]:
            del self._plain[key]
        viewport.forget(paragraphs)
        viewport.fill()
        if before != viewport.rows:
            viewport.reveal(self.state.caret)
            self._scrolled()
            return
        for y, row in enumerate(viewport.rows):
            if row.id.paragraph in paragraphs:
                line = viewport.view(row.id).line
                if row.id.paragraph in wrapped or any(a <= line.end and line.start <= b for a, b in touched):
                    self._frame[y] = None
                    self.refresh(Region(0, y, self._width, 1))
        self._repaint_difference(looks, self._looks())  # an event's arguments lie elsewhere

    def look_changed(self) -> None:
        """Paint everything in the look of the program."""
        self._repaint()

    @property
    def look(self) -> Look:
        """The look of the program."""
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # every app of this package has one

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

    def show_letters(self, letters: Iterable[tuple[int, str]]) -> None:
        """Put short texts on the cells of offsets: the hints of what can be chosen."""
        new = sorted(letters)
        if new or self._letters:
            self._letters = new
            self._repaint()

    def show_hits(self, hits: Sequence[Range]) -> None:
        """Mark HITS, sorted ranges, in the text."""
        if self.hits or hits:
            self.hits = hits
            self._repaint()

    # -- painting --------------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of the rows in CROP; a row is painted once until something in it changes."""
        size = self.size
        if size != (self._width, self._height):  # asked to paint before it was told of its new size
            self._prepare(size)
        width = self._width
        frame = self._frame
        strips: list[Strip] = []
        for y in range(crop.y, crop.bottom):  # Textual asks for every row between the first and the last changed one
            strip = frame[y] if y < len(frame) else None
            if strip is None:
                strip = self._row_strip(y)
                if y < len(frame):
                    frame[y] = strip
            strips.append(strip)
        if crop.x == 0 and crop.width == width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """The strip of row Y."""
        return self._row_strip(y)

    def _row_strip(self, y: int) -> Strip:
        viewport = self._viewport
        if viewport is None or y >= len(viewport.rows):
            return Strip([Segment(" " * self._width, self.look.base)], self._width)
        row = viewport.rows[y]
        key = row, self._on_bar(y)
        kept = self._touched if self._is_touched(viewport.view(row.id).line) else self._plain
        strip = kept.get(key)
        if strip is None:
            strip = self._framed(self._paint(row), bar=key[1])
            self._keep(kept, key, strip)
        return strip

    def _is_touched(self, line: VisualLine) -> bool:
        """Whether caret, target or current annotation show on LINE."""
        start, end = line.start, line.end
        if start <= self.state.caret <= end:
            return True
        target = self._target
        if target is not None and target[0] < end and start < target[1]:
            return True
        if self._letters and any(start <= at < end for at, _ in self._letters):
            return True
        return any(first < end and start < last for first, last in self._current)

    def _blank(self) -> Strip:
        width = self._width - MARGIN
        return Strip([Segment(" " * width, self.look.base)], width)

    def _paint(self, row: Row) -> Strip:
        viewport, look, width = self._viewport, self.look, self._width - MARGIN
        assert viewport is not None  # noqa: S101 - as above
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
        for at, text in self._letters[bisect_left(self._letters, (line.start, "")) :]:
            if at >= line.end:
                break
            glyph = line.glyph_of(at)
            column = pad + line.column_of(at)
            if glyph is not None and glyph.level % 2:
                column += glyph.width - len(text)
            yield max(0, min(column, width - len(text))), text, self.look.match

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
        if self._is_touched(view.line):
            return
        for lane in range(-1, view.height - 1):
            key = Row(id, lane), False
            if key not in self._plain:
                strip = self._framed(self._paint(key[0]), bar=False)
                strip.render(self.app.console)  # it keeps the bytes
                self._keep(self._plain, key, strip)

    @staticmethod
    def _keep(kept: dict[tuple[Row, bool], Strip], key: tuple[Row, bool], strip: Strip) -> None:
        if len(kept) >= KEPT_ROWS:
            del kept[next(iter(kept))]  # the oldest
        kept[key] = strip

    def _overlay(self, id: LineId, styles: list[Style]) -> bool:
        """Hits, target and caret over STYLES. True: the caret stands beside the line's end, where there is no glyph."""
        viewport, state, look = self._viewport, self.state, self.look
        assert viewport is not None  # noqa: S101 - as above
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

    def _on_bar(self, y: int) -> bool:
        viewport = self._viewport
        if viewport is None or not viewport.rows or not self.text:
            return False
        first = viewport.view(viewport.rows[0].id).line.start
        last = viewport.view(viewport.rows[-1].id).line.end
        if first == 0 and last >= len(self.text) - 1:
            return False
        height, length = self._height, len(self.text)
        size = max(1, round((last - first) / length * height))
        top = min(round(first / length * height), height - size)
        return top <= y < top + size

    # -- keys and mouse --------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Every key goes to the screen's table first."""
        if self.on_key_press(event):
            event.stop()
            event.prevent_default()

    def on_focus(self) -> None:
        """The caret shows."""
        self.repaint_ranges([(self.state.caret, self.state.caret + 1)])

    def on_blur(self) -> None:
        """The caret hides."""
        self.repaint_ranges([(self.state.caret, self.state.caret + 1)])

    def _hit(self, event: events.MouseEvent) -> tuple[Row, int] | None:
        """The row and offset under the mouse."""
        viewport = self._viewport
        if viewport is None or not viewport.rows:
            return None
        row = viewport.rows[min(max(event.y, 0), len(viewport.rows) - 1)]
        line = viewport.view(row.id).line
        return row, line.hit(event.x - self._pad(row.id)).offset

    def _span_under(self, event: events.MouseEvent, row: Row) -> Span | None:
        """The span whose bar is under the mouse."""
        viewport = self._viewport
        if viewport is None or row.lane < 0:
            return None
        view = viewport.view(row.id)
        column = event.x - self._pad(row.id)
        for span in view.lanes[row.lane].spans if row.lane < len(view.lanes) else ():
            cells = view.line.columns(max(span.start, view.line.start), min(span.end, view.line.end))
            if any(first <= column < last for first, last in cells):
                return span
        return None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Click: caret, or the annotation whose bar it is. A drag from here selects."""
        self.focus()
        found = self._hit(event)
        if found is None or event.button != 1:
            return
        row, offset = found
        self._goal = None
        span = self._span_under(event, row)
        if self.session is not None:
            there = [span.id] if span is not None else [s.id for s in reversed(self.session.index.at(offset))]
            if self.on_pick(offset, there):
                return
        if span is not None:
            self.select(span.start, span.end, span.id)
            return
        unit = Unit.CLUSTER if event.ctrl or event.meta else Unit.WORD
        if event.shift:
            self._go(offset, unit, extend=True)
            self._drag = self.state.anchor
            self.change(replace(self.state, anchor=None, marked=False))
        else:
            self._drag = motions.unit_range(self.text, min(offset, len(self.text) - 1), unit) if self.text else None
            self.go_to(offset)
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag: select from where the button went down, by words, with Ctrl by letters."""
        if self._drag is None or event.button != 1:
            return
        found = self._hit(event)
        if found is None or found[1] == self.state.caret:
            return
        unit = Unit.CLUSTER if event.ctrl or event.meta else Unit.WORD
        here = motions.unit_range(self.text, min(found[1], len(self.text) - 1), unit)
        selection = self._trimmed(min(self._drag[0], here[0]), max(self._drag[1], here[1]))
        self.change(replace(self.state, caret=found[1], selection=selection, anchor=None, marked=False, current=""))

    def on_mouse_up(self) -> None:
        """The drag ends."""
        self._drag = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Double click selects the word, triple the sentence."""
        found = self._hit(event)
        if found is None or not self.text or found[0].lane >= 0:
            return
        if event.chain == 2:
            self.select(*self._trimmed(*motions.unit_range(self.text, min(found[1], len(self.text) - 1), Unit.WORD)))
        elif event.chain >= 3:
            self.go_to(found[1])
            self.select_sentence()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the screen, not the caret."""
        self._wheel(3, event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the screen, not the caret."""
        self._wheel(-3, event)

    def _wheel(self, lines: int, event: events.MouseEvent) -> None:
        event.stop()
        if self._viewport is not None and self._viewport.scroll(lines):
            self._scrolled()
