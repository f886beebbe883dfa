"""Motions of the caret over a laid out document, and what they select.

The caret sits *on* a unit, never between two: its offset is where the unit starts, and a paragraph without any unit of
the size asked for is a stop of its own, at its start. Visual motions go to the unit whose cells are beside; logical
ones follow the text. Each reads one line or one paragraph, never the document.

A unit is placed where its first drawn cluster is. So a word that a long line splits, or that turns its direction
inside, is one stop, on the line where it starts.

`flow` says what "beside" means at the edge of a line: in a right-to-left flow Left goes on at the right edge of the
next line. By default each paragraph flows in its base direction. A document of both directions then has paragraphs
between which Left only goes back and forth; a screen that gives one `flow` for the document has no such places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Literal

from annotator.text.clitics import clitic_segments
from annotator.text.tokens import space_start, tokens_between
from annotator.text.units import (
    Range,
    Unit,
    cluster_at,
    cluster_starts,
    extend,
    grow,
    shrink,
    snap,
    unit_after,
    unit_at,
    unit_before,
    unit_range,
)

if TYPE_CHECKING:
    from annotator.text.document_layout import DocumentLayout
    from annotator.text.layout import Glyph, VisualLine

__all__ = [
    "Flow",
    "Range",
    "Unit",
    "cluster_starts",
    "document_edge",
    "extend",
    "grow",
    "left",
    "line_edge",
    "next_",
    "previous",
    "right",
    "shrink",
    "snap",
    "unit_at",
    "unit_range",
    "vertical",
]

Flow = Literal["ltr", "rtl"]


def left(layout: DocumentLayout, text: str, offset: int, unit: Unit, flow: Flow | None = None) -> int:
    """Give the unit left of the caret's; past the left edge it goes on at a right edge. Unchanged at the end."""
    return _beside(layout, text, offset, unit, flow, leftwards=True)


def right(layout: DocumentLayout, text: str, offset: int, unit: Unit, flow: Flow | None = None) -> int:
    """Give the unit right of the caret's; past the right edge it goes on at a left edge. Unchanged at the end."""
    return _beside(layout, text, offset, unit, flow, leftwards=False)


def next_(layout: DocumentLayout, text: str, offset: int, unit: Unit) -> int:
    """Give the start of the next unit in the text; unchanged on the last one. Sentences pass over empty paragraphs."""
    if unit is Unit.SENTENCE:
        here = unit_at(text, offset, unit)
        found = unit_after(text, here[1] if here else offset, unit)
        return found[0] if found else offset
    number = layout.paragraph_of(offset)
    end = layout.paragraph_range(number)[1]
    if offset < end:
        here = unit_at(text, offset, unit)
        behind = unit_after(text, here[1] if here else offset, unit)
        if behind is not None and behind[0] < end:
            return behind[0]
    return offset if number + 1 == layout.paragraph_count else _first_stop(layout, text, number + 1, unit)


def previous(layout: DocumentLayout, text: str, offset: int, unit: Unit) -> int:
    """Give the start of the caret's unit, or of the one before when the caret is there; unchanged on the first.

    Sentences pass over empty paragraphs.
    """
    if unit is Unit.SENTENCE:
        found = _starting_before(text, offset, unit)
        return found[0] if found else offset
    number = layout.paragraph_of(offset)
    start, end = layout.paragraph_range(number)
    here = unit_at(text, offset, unit) if offset < end else None
    if here is not None and here[0] < offset:
        return here[0]
    before = unit_before(text, min(offset, end), unit)
    if before is not None and before[0] >= start:
        return before[0]
    return offset if number == 0 else _last_stop(layout, text, number - 1, unit)


def vertical(layout: DocumentLayout, offset: int, lines: int, goal: int | None = None) -> tuple[int, int]:
    """Move the caret down by `lines`, or up when negative, as far as there are lines; give its offset and the goal.

    The goal is how many cells lie between the caret and the edge where its paragraph's lines start: the left one, or
    the right one when the base direction is right-to-left. Hand it back to the next call, so that a short line on the
    way changes nothing; None measures it anew.
    """
    number = layout.paragraph_of(offset)
    paragraph = layout.paragraph(number)
    current = paragraph.line_of(offset)
    if goal is None:
        goal = _goal(paragraph.line(current), offset)
    target = current + lines
    while target < 0 and number > 0:
        number -= 1
        paragraph = layout.paragraph(number)
        target += paragraph.line_count
        current = -1
    while target >= paragraph.line_count and number + 1 < layout.paragraph_count:
        target -= paragraph.line_count
        number += 1
        paragraph = layout.paragraph(number)
        current = -1
    target = min(max(target, 0), paragraph.line_count - 1)
    if target == current:
        return offset, goal
    line = paragraph.line(target)
    if not line.glyphs:
        return line.start, goal
    cell = min(goal, line.width - 1)
    return line.hit(line.width - 1 - cell if line.base_level & 1 else cell).offset, goal


def line_edge(layout: DocumentLayout, offset: int, end: bool) -> int:
    """Give the first cluster of the caret's line in the text's order, or with `end` the last that is no white space."""
    paragraph = layout.paragraph(layout.paragraph_of(offset))
    number = paragraph.line_of(offset)
    line = paragraph.line(number)
    if not end or line.start == line.end:
        return line.start
    last = space_start(layout.text, line.end)
    return max(line.start, cluster_at(layout.text, (last if last > line.start else line.end) - 1)[0])


def document_edge(layout: DocumentLayout, end: bool, unit: Unit = Unit.WORD) -> int:
    """Give the first stop of the document for a unit, or with `end` the last one."""
    if end:
        return _last_stop(layout, layout.text, layout.paragraph_count - 1, unit)
    return _first_stop(layout, layout.text, 0, unit)


def _goal(line: VisualLine, offset: int) -> int:
    glyph = line.glyph_of(offset)
    column = line.column_of(offset)
    if not line.base_level & 1:
        return column
    return max(0, line.width - column - (glyph.width if glyph else 1))


def _first_stop(layout: DocumentLayout, text: str, number: int, unit: Unit) -> int:
    start, end = layout.paragraph_range(number)
    first = unit_after(text, start, unit)
    return first[0] if first is not None and first[0] < end else start


def _last_stop(layout: DocumentLayout, text: str, number: int, unit: Unit) -> int:
    start, end = layout.paragraph_range(number)
    last = unit_before(text, end, unit)
    return last[0] if last is not None and last[0] >= start else start


def _beside(layout: DocumentLayout, text: str, offset: int, unit: Unit, flow: Flow | None, *, leftwards: bool) -> int:
    number = layout.paragraph_of(offset)
    paragraph = layout.paragraph(number)
    rtl = flow == "rtl" if flow else bool(paragraph.base_level & 1)
    forwards = leftwards == rtl
    if unit is Unit.SENTENCE:
        return (next_ if forwards else previous)(layout, text, offset, unit)
    here = unit_at(text, offset, unit) if offset < paragraph.end else None
    start = here[0] if here else offset
    line = paragraph.line(paragraph.line_of(start))
    stops = _stops(text, line, unit)
    columns = [column for column, _ in stops]
    mine = [index for index, (_, at) in enumerate(stops) if at == start]
    if mine:
        index = mine[0] - 1 if leftwards else mine[0] + 1
    else:
        column = line.caret_column(offset)
        index = bisect_left(columns, column) - 1 if leftwards else bisect_right(columns, column)
    if 0 <= index < len(stops):
        return stops[index][1]
    return _beyond(layout, text, number, line, unit, leftwards=leftwards, forwards=forwards, stay=offset)


def _beyond(
    layout: DocumentLayout,
    text: str,
    number: int,
    line: VisualLine,
    unit: Unit,
    *,
    leftwards: bool,
    forwards: bool,
    stay: int,
) -> int:
    """Go on from a line's edge: to the nearest line with a stop in the text's order, entered from the other edge."""
    start, end = layout.paragraph_range(number)
    found = unit_after(text, line.end, unit) if forwards else _starting_before(text, line.start, unit)
    if found is not None and start <= found[0] < end:
        target = found[0]
    elif not 0 <= (number := number + (1 if forwards else -1)) < layout.paragraph_count:
        return stay
    else:
        target = (_first_stop if forwards else _last_stop)(layout, text, number, unit)
    paragraph = layout.paragraph(number)
    stops = _stops(text, paragraph.line(paragraph.line_of(target)), unit)
    return stops[-1 if leftwards else 0][1] if stops else target


def _starting_before(text: str, offset: int, unit: Unit) -> Range | None:
    """Give the last unit that starts before `offset`, though it may end behind it."""
    here = unit_at(text, offset, unit)
    return here if here is not None and here[0] < offset else unit_before(text, offset, unit)


def _stops(text: str, line: VisualLine, unit: Unit) -> list[tuple[int, int]]:
    """Give the column and the offset of every unit that starts on the line, from left to right."""
    if unit is Unit.CLUSTER:
        return [(glyph.column, start) for glyph in line.glyphs for start in _cluster_stops(text, glyph)]
    units = tokens_between(text, line.start, line.end)
    if unit is Unit.CLITIC:
        units = [
            (start + first, start + behind)
            for start, end in units
            for first, behind in clitic_segments(text[start:end])
        ]
    placed = []
    for start, end in units:
        if line.start <= start < line.end:
            glyph = next(filter(None, map(line.glyph_of, range(start, min(end, line.end)))), None)
            if glyph is not None:
                # Two units can share a lam-alef; in it the first one is on the side where its direction starts.
                placed.append((glyph.column, -start if glyph.level & 1 else start, start))
    return [(column, start) for column, _, start in sorted(placed)]


def _cluster_stops(text: str, glyph: Glyph) -> list[int]:
    if glyph.end - glyph.start == 1:
        return [glyph.start]
    starts = cluster_starts(text, glyph.start, glyph.end)
    return starts[::-1] if glyph.level & 1 else starts
