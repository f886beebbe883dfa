"""One visual line with its spans -> styled cells -> strips.

Cells are styled in a list, one style a column: the ground, then spans from the outermost in, then selection and
caret. Neighbouring cells of one style become one Segment as long as each cell is one code point; a cluster with marks
or of two cells gets a Segment of its own, because `Strip.crop` cuts a Segment by code points and would give its marks
to the neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from annotator.model.schema import Schema
from annotator.model.span_index import Span
from annotator.text.layout import Glyph, VisualLine
from annotator.tui.anchors import is_doubtful
from annotator.tui.look import Look, span_style

UNKNOWN_COLOUR: Final = "#8f8f8f"
_NESTED: Final = Style(underline=True)


def colours_of(schema: Schema) -> dict[str, str]:
    """The colour of every entity and event type."""
    return {label.name: label.colour for label in schema.labels()}


def cell_styles(
    line: VisualLine,
    spans: Iterable[Span],
    look: Look,
    colours: Mapping[str, str],
    current: str,
    *,
    underline_nested: bool,
) -> list[Style]:
    """One style a column of LINE. SPANS come outermost first; CURRENT is the id of the annotation worked on."""
    styles = [look.base] * line.width
    depth = [0] * line.width if underline_nested else None
    for span in spans:
        style = span_style(look.name, colours.get(span.type, UNKNOWN_COLOUR), current=span.id == current)
        for first, last in line.columns(max(span.start, line.start), min(span.end, line.end)):
            styles[first:last] = [style] * (last - first)
            if depth is not None:
                for column in range(first, last):
                    depth[column] += 1
    if depth is not None:
        for column, count in enumerate(depth):
            if count > 1:
                styles[column] += _NESTED
    return styles


def segments_of(glyphs: Sequence[Glyph], styles: Sequence[Style]) -> list[Segment]:
    """The cells of GLYPHS, which fill their line from column 0, in their styles."""
    segments: list[Segment] = []
    run: list[str] = []
    run_style: Style | None = None
    for glyph in glyphs:
        text, style = glyph.text, styles[glyph.column]
        if len(text) == 1 and glyph.width == 1:
            if style is run_style or style == run_style:
                run.append(text)
                continue
            if run:
                segments.append(Segment("".join(run), run_style))
            run, run_style = [text], style
        else:
            if run:
                segments.append(Segment("".join(run), run_style))
                run, run_style = [], None
            segments.append(Segment(text, style))
    if run:
        segments.append(Segment("".join(run), run_style))
    return segments


def overwritten(
    line: VisualLine,
    styles: Sequence[Style],
    pad: int,
    width: int,
    blank: Style,
    over: Iterable[tuple[int, str, Style]],
) -> Strip:
    """The cells of LINE from column PAD of a strip of WIDTH cells, with the texts of OVER on top of them.

    OVER holds columns of the strip, texts of one cell a code point, and their styles. Of a wide cluster that is hit
    only blanks are left.
    """
    cells = [(" ", blank)] * width
    for glyph in line.glyphs:
        first, style = pad + glyph.column, styles[glyph.column]
        cells[first : first + glyph.width] = [(glyph.text, style), *[("", style)] * (glyph.width - 1)]
    for column, text, style in over:
        for at in range(column, column + len(text)):
            first, last = at, at + 1
            while not cells[first][0]:
                first -= 1
            while last < width and not cells[last][0]:
                last += 1
            if last - first > 1:
                cells[first:last] = [(" ", cells[first][1])] * (last - first)
            cells[at] = text[at - column], style
    return Strip([Segment(text, style) for text, style in cells if text], width)


def counted_alike(glyphs: Iterable[Glyph]) -> bool:
    """Whether Rich and any terminal give GLYPHS the widths they have.

    Rich has others for some spacing marks and lone emoji parts; many terminals draw all parts of an emoji side by side,
    and so over its neighbours.
    """
    return all(
        cell_len(glyph.text) == glyph.width and not is_doubtful(glyph.text)
        for glyph in glyphs
        if glyph.width > 1 or len(glyph.text) > 1
    )


def placed(segments: list[Segment], used: int, width: int, *, right: bool, blank: Style) -> Strip:
    """SEGMENTS, USED cells wide, in a strip of WIDTH cells, at its right end or its left."""
    rest = width - used
    if rest > 0:
        filler = Segment(" " * rest, blank)
        segments = [filler, *segments] if right else [*segments, filler]
    return Strip(segments, max(width, used))
