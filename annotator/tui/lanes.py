"""The annotations of a visual line as bars in lanes under it, the innermost nearest to the text.

What of an annotation lies on a line is one `Bar`, in however many pieces: fragments, or a range that bidirectional
text tears apart. Its name stands where reading starts, `└` or `┘` where it ends, and `╌` ties its pieces together; a
bar that began on a line above has `…` before its name, one that goes on below has no corner.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from annotator.model.span_index import Span
from annotator.text.layout import VisualLine
from annotator.tui.look import Look, lane_style
from annotator.tui.paint import UNKNOWN_COLOUR, placed
from annotator.tui.widgets.pieces import cells_of, fit

MAX_LANES: Final = 8
BAR, TIE, LEFT_END, RIGHT_END, MORE = "─", "╌", "└", "┘", "…"

Run: TypeAlias = tuple[int, int]
"""Columns `[first, last)`."""


class Edge(NamedTuple):
    """Where reading a bar starts or ends: in which of its runs, and whether at the right end of that."""

    run: Run
    right: bool

    @property
    def column(self) -> int:
        """The outermost column there."""
        return self.run[1] - 1 if self.right else self.run[0]

    @property
    def size(self) -> int:
        """Cells of the run."""
        return self.run[1] - self.run[0]


class Bar(NamedTuple):
    """The fragments of one annotation on a line, in reading order, and the columns under which it is drawn.

    `start` and `end` are where it is read from and to; it may have begun on another line, and may end on one.
    """

    spans: tuple[Span, ...]
    runs: tuple[Run, ...]
    start: Edge
    end: Edge
    begins: bool
    ends: bool

    @property
    def first(self) -> int:
        """Its leftmost column."""
        return self.runs[0][0]

    @property
    def last(self) -> int:
        """The column after its rightmost one."""
        return self.runs[-1][1]


class Lane(NamedTuple):
    """A row under a line: bars with a free column between them, from left to right; or how many more there are."""

    bars: tuple[Bar, ...] = ()
    more: int = 0

    def span_at(self, line: VisualLine, column: int) -> Span | None:
        """The fragment whose bar covers COLUMN of LINE."""
        for bar in self.bars:
            for span in bar.spans:
                if any(first <= column < last for first, last in _columns(line, span)):
                    return span
        return None

    def touches(self, start: int, end: int) -> bool:
        """Whether an annotation with a fragment in the offsets `[start, end)` is in this lane."""
        return any(span.start < end and start < span.end for bar in self.bars for span in bar.spans)


def lanes_of(line: VisualLine, spans: Iterable[Span], width: int) -> list[Lane]:
    """SPANS put into as few lanes of WIDTH cells as they need; those beyond MAX_LANES are counted in one below."""
    fragments: dict[str, list[Span]] = {}
    for span in spans:
        fragments.setdefault(span.id, []).append(span)
    lanes: list[list[Bar]] = []
    more = 0
    for found in sorted(fragments.values(), key=_innermost_first):
        bar = _bar(line, found)
        if bar is None:
            continue
        for lane in lanes:
            at = _place(lane, bar.first, bar.last)
            if at is not None:
                lane.insert(at, bar)
                break
        else:
            if len(lanes) < MAX_LANES:
                lanes.append([bar])
            else:
                more += 1
    if len(lanes) > 1:
        pad = width - line.width
        _make_room(lanes, (-pad, line.width) if line.base_level % 2 else (0, width))
    made = [Lane(tuple(lane)) for lane in lanes if lane]
    return [*made, Lane(more=more)] if more else made


def _innermost_first(fragments: Sequence[Span]) -> tuple[int, int, str]:
    first = fragments[0]
    return fragments[-1].end - first.start, first.start, first.id


def _first_column(bar: Bar) -> int:
    return bar.first


def _place(lane: Sequence[Bar], first: int, last: int) -> int | None:
    """Where in LANE a bar over the columns `[first, last)` belongs, if it touches none there."""
    at = bisect_left(lane, first, key=_first_column)
    fits = (not at or lane[at - 1].last < first) and (at == len(lane) or last < lane[at].first)
    return at if fits else None


def _make_room(lanes: list[list[Bar]], columns: Run) -> None:
    """Move bars whose names their neighbours cut to lower lanes with room in COLUMNS, if nothing lies between."""
    for level, lane in enumerate(lanes[:-1]):
        for bar in [bar for bar in lane if len(_name(bar.spans[0])) > bar.start.size]:
            first, last = _reach(bar)
            rest = [other for other in lane if other is not bar]
            if first < columns[0] or last > columns[1] or _place(rest, first, last) is not None:
                continue
            for lower in lanes[level + 1 :]:
                at = _place(lower, first, last)
                if at is not None:
                    lower.insert(at, bar)
                    lane.remove(bar)
                    break
                if any(other.first < bar.last and bar.first < other.last for other in lower):
                    break  # it lies inside that one


def _reach(bar: Bar) -> Run:
    """The columns of BAR with its whole name."""
    more = len(_name(bar.spans[0])) + (not bar.begins) - bar.start.size
    (first, last), right = bar.start
    return (min(bar.first, first - more), bar.last) if right else (bar.first, max(bar.last, last + more))


def _name(span: Span) -> str:
    return f"*{span.type}" if span.is_event else span.type


def _columns(line: VisualLine, span: Span) -> list[Run]:
    return line.columns(max(span.start, line.start), min(span.end, line.end))


def _bar(line: VisualLine, spans: list[Span]) -> Bar | None:
    """The bar of one annotation's fragments; None where nothing of it is drawn."""
    first, last = spans[0], spans[-1]
    runs = (
        _columns(line, first) if len(spans) == 1 else _united([run for span in spans for run in _columns(line, span)])
    )
    if not runs:
        return None
    begins, ends = not first.part and first.start >= line.start, last.part + 1 == last.parts and last.end <= line.end
    start, end = (
        _edge(line, runs, max(first.start, line.start)),
        _edge(line, runs, min(last.end, line.end) - 1, end=True),
    )
    return Bar(tuple(spans), tuple(runs), start, end, begins, ends)


def _united(runs: list[Run]) -> list[Run]:
    """RUNS from left to right, those that touch as one."""
    runs.sort()
    united = runs[:1]
    for first, last in runs[1:]:
        if first <= united[-1][1]:
            united[-1] = united[-1][0], max(last, united[-1][1])
        else:
            united.append((first, last))
    return united


def _edge(line: VisualLine, runs: Sequence[Run], offset: int, *, end: bool = False) -> Edge:
    """Where a bar over RUNS is read from, if its first code point is at OFFSET; to, if that is its last (END)."""
    rtl = line.base_level % 2 == 1
    glyph = line.glyph_of(offset)
    if glyph is not None:
        for run in runs:
            if run[0] <= glyph.column < run[1]:
                right = (glyph.level % 2 == 1) != end
                outermost = glyph.column + glyph.width == run[1] if right else glyph.column == run[0]
                return Edge(run, right if outermost else rtl != end)  # inside a run: as the line is read
    return Edge(runs[-1] if rtl != end else runs[0], rtl != end)


def lane_strip(
    line: VisualLine,
    lane: Lane,
    look: Look,
    colours: Mapping[str, str],
    current: str,
    width: int,
    roles: Mapping[str, str],
) -> Strip:
    """The bars and names of one lane, under the cells their fragments cover, in a strip of WIDTH cells.

    ROLES names the annotations, by id, that play a role in the current event: the role stands for their type. A name
    that is longer than its bar goes on over free cells.
    """
    rtl = line.base_level % 2 == 1
    if lane.more:
        said = f"+{lane.more}"[:width]
        return placed([Segment(said, look.dim)], len(said), width, right=rtl, blank=look.base)
    pad = width - line.width if rtl else 0
    characters = [" "] * width
    styles = [look.base] * width
    for bar in lane.bars:
        span = bar.spans[0]
        style = lane_style(
            look.name, colours.get(span.type, UNKNOWN_COLOUR), current=span.id == current or span.id in roles
        )
        for first, last in bar.runs:
            characters[pad + first : pad + last] = BAR * (last - first)
            styles[pad + first : pad + last] = [style] * (last - first)
        if bar.ends:
            characters[pad + bar.end.column] = RIGHT_END if bar.end.right else LEFT_END
    for bar in lane.bars:
        span, style = bar.spans[0], styles[pad + bar.first]
        name = roles.get(span.id) or _name(span)
        _write_name(bar, name, characters, styles, pad, style)
        for (_, first), (last, _) in zip(bar.runs, bar.runs[1:], strict=False):
            for column in range(pad + first, pad + last):
                if characters[column] == " ":
                    characters[column], styles[column] = TIE, style
    return Strip(_segments(characters, styles), width)


def _write_name(bar: Bar, name: str, characters: list[str], styles: list[Style], pad: int, style: Style) -> None:
    """Write NAME from where BAR starts; what does not fit goes on in STYLE where the cell beyond stays free."""
    (first, last), right = bar.start
    first, last = pad + first, pad + last
    begun = () if bar.begins else (MORE,)
    wanted = len(_cells(name, len(characters))) + len(begun)
    if wanted > last - first:
        before, after = _free(characters, first - 1, -1), _free(characters, last, 1)
        if right:
            first = max(first - before, last - wanted)
            last = min(last + after, first + wanted)
        else:
            last = min(last + after, first + wanted)
            first = max(first - before, last - wanted)
        styles[first:last] = [style] * (last - first)
    written = _cells(name, max(1, last - first - len(begun)))
    written = ((*written, *begun) if right else (*begun, *written))[: last - first]  # on the side where it began
    at = last - len(written) if right else first
    characters[at : at + len(written)] = written


def _free(characters: Sequence[str], at: int, step: int) -> int:
    """Free cells from the column AT on, less the one before the next bar."""
    count = 0
    while 0 <= at < len(characters) and characters[at] == " ":
        count, at = count + 1, at + step
    return max(0, count - (0 <= at < len(characters)))


@lru_cache(maxsize=1024)
def _cells(name: str, room: int) -> tuple[str, ...]:
    """NAME in at most ROOM cells, a text for each; behind a wide cluster it is empty."""
    if name.isascii() and name.isprintable():
        return tuple(name[:room])
    return tuple(cell for text, width in cells_of(fit(name, room)) for cell in (text, *[""] * (width - 1)))


def _segments(characters: Sequence[str], styles: Sequence[Style]) -> list[Segment]:
    """Neighbouring cells of one style as one segment; clusters of several code points or cells stand alone."""
    text = "".join(characters)
    single = len(text) == len(characters) and all(characters)
    segments: list[Segment] = []
    begin, style = 0, styles[0]
    for column, other in enumerate(styles):
        if other is not style or (not single and column and characters[column]):
            segments.append(Segment("".join(characters[begin:column]), style))
            begin, style = column, other
    segments.append(Segment("".join(characters[begin:]), style))
    return segments
