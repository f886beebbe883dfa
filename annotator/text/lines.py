"""One visual line: glyphs from left to right, and the way from offsets to columns and back.

Words used here: an *offset* counts code points of the document; a *glyph* is what one cluster, or a lam-alef pair,
draws; a *column* is a cell of the line, 0 the leftmost; all ranges are half-open. A line of `n` glyphs answers every
question below in O(log n), but for `columns`, which also pays for the glyphs inside its range.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

__all__ = ["Affinity", "Glyph", "Hit", "VisualLine"]


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


@dataclass(slots=True, eq=False)
class VisualLine:
    """A line as it is drawn; to be read only.

    `[start, end)` are the offsets it holds, without a paragraph separator; `base_level` the embedding level of its
    paragraph; `glyphs` in visual order, without gaps from column 0 to `width`; `invisible` the offsets that no glyph
    draws, ascending. On the last line of a paragraph these include the separator, from `end` on.
    """

    start: int
    end: int
    base_level: int
    glyphs: tuple[Glyph, ...]
    width: int
    invisible: tuple[int, ...] = ()
    _ranks: list[int] = field(default_factory=list, init=False, repr=False)  # glyphs in logical order
    _starts: list[int] = field(default_factory=list, init=False, repr=False)  # their offsets

    def glyph_at(self, column: int) -> Glyph | None:
        """Give the glyph that covers `column`, or nothing outside the text."""
        if not 0 <= column < self.width:
            return None
        glyphs = self.glyphs
        if column < len(glyphs) and glyphs[column].column == column:
            return glyphs[column]
        return glyphs[bisect_right(glyphs, column, key=_COLUMN) - 1]

    def hit(self, column: int) -> Hit:
        """Give the position that a click on `column` means: the start of the cluster in that cell.

        A column outside the text means the visual end of the line on that side: before or behind the glyph there,
        as its direction says.
        """
        glyph = self.glyph_at(column)
        if glyph is not None:
            return Hit(glyph.start, Affinity.AFTER)
        if not self.glyphs:
            return Hit(self.start, Affinity.AFTER)
        outermost = self.glyphs[0 if column < 0 else -1]
        if (column < 0) == bool(outermost.level & 1):
            return Hit(outermost.end, Affinity.BEFORE)
        return Hit(outermost.start, Affinity.AFTER)

    def glyph_of(self, offset: int) -> Glyph | None:
        """Give the glyph that draws the code point at `offset`, or nothing if none on this line does."""
        starts = self._logical()
        rank = bisect_right(starts, offset) - 1
        if rank < 0:
            return None
        glyph = self.glyphs[self._ranks[rank]]
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
        starts = self._logical()
        if not starts:
            return -(self.base_level & 1)
        rank = bisect_right(starts, offset) - 1
        if rank >= 0 and offset < self.glyphs[self._ranks[rank]].end:
            return self.glyphs[self._ranks[rank]].column
        if rank + 1 < len(starts):
            return self.glyphs[self._ranks[rank + 1]].column
        last = self.glyphs[self._ranks[-1]]
        return last.column - 1 if last.level & 1 else last.column + last.width

    def columns(self, start: int, end: int) -> list[tuple[int, int]]:
        """Cells of the code points `[start, end)` as maximal runs (first column, last column + 1), ascending.

        A glyph counts as soon as one of its code points is in the range; nothing is found for an empty range.
        """
        if end <= start:
            return []
        starts = self._logical()
        first = bisect_right(starts, start) - 1
        if first < 0 or self.glyphs[self._ranks[first]].end <= start:
            first += 1
        runs: list[tuple[int, int]] = []
        for rank in sorted(self._ranks[first : bisect_left(starts, end)]):
            glyph = self.glyphs[rank]
            column, after = glyph.column, glyph.column + glyph.width
            if runs and runs[-1][1] == column:
                runs[-1] = runs[-1][0], after
            else:
                runs.append((column, after))
        return runs

    def _logical(self) -> list[int]:
        """Offsets of the glyphs in logical order; fills `_ranks` with their places in `glyphs`."""
        if len(self._starts) != len(self.glyphs):
            offsets = [glyph.start for glyph in self.glyphs]
            self._ranks = sorted(range(len(offsets)), key=offsets.__getitem__)
            self._starts = sorted(offsets)
        return self._starts


_COLUMN = attrgetter("column")
