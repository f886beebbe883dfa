"""One visual line: glyphs from left to right, and the way from offsets to columns and back.

Words used here: an *offset* counts code points of the document; a *glyph* is what one cluster, or a lam-alef pair,
draws; a *column* is a cell of the line, 0 the leftmost; all ranges are half-open. A line of `n` glyphs answers every
question below in O(log n), but for `columns`, which also pays for the glyphs inside its range.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Affinity", "Glyph", "Glyphs", "Hit", "VisualLine"]


class Affinity(Enum):
    """To which of its two neighbours a position belongs.

    The place between two code points can be two places on the screen, where direction changes or a line wraps.
    """

    BEFORE = "before"  # behind the code point before the offset
    AFTER = "after"  # in front of the code point at the offset


class Hit(NamedTuple):
    """A position in the text, found from a column."""

    offset: int
    affinity: Affinity


class Glyph(NamedTuple):
    """What is drawn for the code points `[start, end)` of the document."""

    text: str  # for the terminal: shaped, mirrored, without any control
    start: int
    end: int
    column: int  # its leftmost cell
    width: int  # cells, at least 1
    level: int  # embedding level after L1; odd is right-to-left


class Glyphs(NamedTuple):
    """The glyphs of a line as columns of values, in visual order; all of one length.

    A `Glyph` takes six times the memory of its values here, and a line is kept for much longer than its glyphs are
    looked at.
    """

    texts: tuple[str, ...]
    starts: array[int]
    ends: array[int]
    columns: array[int]
    widths: array[int]
    levels: bytes


class VisualLine:
    """A line as it is drawn; to be read only.

    `[start, end)` are the offsets it holds, without a paragraph separator; `base_level` the embedding level of its
    paragraph; `glyphs` in visual order, without gaps from column 0 to `width`; `invisible` the offsets that no glyph
    draws, ascending. On the last line of a paragraph these include the separator, from `end` on.
    """

    __slots__ = ("_drawn", "_offsets", "_ranks", "base_level", "end", "invisible", "start", "width")

    def __init__(self, start: int, end: int, base_level: int, drawn: Glyphs, invisible: tuple[int, ...] = ()) -> None:
        self.start = start
        self.end = end
        self.base_level = base_level
        self.width = drawn.columns[-1] + drawn.widths[-1] if drawn.texts else 0
        self.invisible = invisible
        self._drawn = drawn
        self._ranks: Sequence[int] = ()  # the glyphs in logical order, as places in visual order
        self._offsets: Sequence[int] = ()  # where they start, ascending

    def __repr__(self) -> str:
        return f"<VisualLine [{self.start}, {self.end}) {''.join(self._drawn.texts)!r}>"

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The glyphs in visual order, made anew at each call: 0.2 µs each."""
        return tuple(map(_glyph, zip(*self._drawn, strict=True)))

    def glyph_at(self, column: int) -> Glyph | None:
        """Give the glyph that covers `column`, or nothing outside the text."""
        if not 0 <= column < self.width:
            return None
        columns = self._drawn.columns
        if column < len(columns) and columns[column] == column:
            return self._glyph(column)
        return self._glyph(bisect_right(columns, column) - 1)

    def hit(self, column: int) -> Hit:
        """Give the position that a click on `column` means: the start of the cluster in that cell.

        A column outside the text means the visual end of the line on that side: before or behind the glyph there,
        as its direction says.
        """
        glyph = self.glyph_at(column)
        if glyph is not None:
            return Hit(glyph.start, Affinity.AFTER)
        if not self.width:
            return Hit(self.start, Affinity.AFTER)
        outermost = self._glyph(0 if column < 0 else -1)
        if (column < 0) == bool(outermost.level & 1):
            return Hit(outermost.end, Affinity.BEFORE)
        return Hit(outermost.start, Affinity.AFTER)

    def glyph_of(self, offset: int) -> Glyph | None:
        """Give the glyph that draws the code point at `offset`, or nothing if none on this line does."""
        rank = bisect_right(self._logical(), offset) - 1
        if rank < 0:
            return None
        glyph = self._glyph(self._ranks[rank])
        return glyph if offset < glyph.end else None

    def column_of(self, offset: int) -> int:
        """Leftmost column of the glyph that holds `offset`, clamped to `[0, width]`.

        An invisible code point counts as the next glyph in logical order. Behind the last one, as at `end`, it is the
        cell just past that glyph in its direction: `width` after left-to-right text at the right end, but 0 instead
        of -1 after right-to-left text at the left end. `caret_column` gives the -1.
        """
        return max(0, self.caret_column(offset))

    def caret_column(self, offset: int) -> int:
        """`column_of` without its clamp: from -1, the cell left of the text, to `width`, the one right of it.

        On a line without glyphs it is 0, or -1 in a right-to-left paragraph.
        """
        offsets, ranks, drawn = self._logical(), self._ranks, self._drawn
        if not offsets:
            return -(self.base_level & 1)
        rank = bisect_right(offsets, offset) - 1
        if rank >= 0 and offset < drawn.ends[ranks[rank]]:
            return drawn.columns[ranks[rank]]
        if rank + 1 < len(offsets):
            return drawn.columns[ranks[rank + 1]]
        last = ranks[-1]
        return drawn.columns[last] - 1 if drawn.levels[last] & 1 else drawn.columns[last] + drawn.widths[last]

    def columns(self, start: int, end: int) -> list[tuple[int, int]]:
        """Cells of the code points `[start, end)` as maximal runs (first column, last column + 1), ascending.

        A glyph counts as soon as one of its code points is in the range; nothing is found for an empty range.
        """
        if end <= start:
            return []
        offsets, ranks, drawn = self._logical(), self._ranks, self._drawn
        first = bisect_right(offsets, start) - 1
        if first < 0 or drawn.ends[ranks[first]] <= start:
            first += 1
        runs: list[tuple[int, int]] = []
        for place in sorted(ranks[first : bisect_left(offsets, end)]):
            column, after = drawn.columns[place], drawn.columns[place] + drawn.widths[place]
            if runs and runs[-1][1] == column:
                runs[-1] = runs[-1][0], after
            else:
                runs.append((column, after))
        return runs

    def _glyph(self, place: int) -> Glyph:
        texts, starts, ends, columns, widths, levels = self._drawn
        return Glyph(texts[place], starts[place], ends[place], columns[place], widths[place], levels[place])

    def _logical(self) -> Sequence[int]:
        """Offsets at which the glyphs start, ascending; fills `_ranks` with the place of each in visual order."""
        if not self._offsets:
            starts = self._drawn.starts
            size = len(starts)
            self._offsets = array("I", sorted(starts))
            if self._offsets == starts:
                self._ranks = range(size)
            elif self._offsets == starts[::-1]:
                self._ranks = range(size - 1, -1, -1)
            else:  # several directions, or invisible controls between runs of one
                self._ranks = sorted(range(size), key=starts.__getitem__)
        return self._offsets


_glyph: Final[Callable[[Iterable[object]], Glyph]] = partial(tuple.__new__, Glyph)  # as Glyph._make, without its frame
