"""Where the lines of a paragraph start, by the widths of its glyphs: logical order, before any reordering.

Lines break as UAX #14 says for the classes of `annotator.text.kinds`: after spaces (never before closing punctuation,
even after a space, nor after opening punctuation), after hyphens and zero width spaces, around ideographs. A word
longer than the line is cut between glyphs. Spaces at the end of a line belong to it and may stand beyond its width.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from functools import cache
from typing import Final

from annotator.text.kinds import START, TAB, WIDTH

__all__ = ["glyph_widths", "rewrap", "tab_cells", "wrap"]

_DRAWN: Final = re.compile(rb"[^\x00]")
_SPACES: Final = re.compile(rb"S[Sj]*+")

# Read backwards: what precedes a place in the text follows it here.
_OPPORTUNITY: Final = re.compile(
    rb"(?<=[^SZNCmj])(?=j*+S[Sj]*+(?!O))"  # after spaces: LB18; not before closing, LB13 nor after "(", LB14
    rb"|(?<=[^SZNmj])(?=Z)"  # after a zero width space: LB8
    rb"|(?<=[ALEIQO])(?=H[mj]*+[ALEID])"  # after a hyphen that ends a word: LB21
    rb"|(?<=I)(?=[mj]*+[ALEIDCHF])"  # around ideographs: LB31
    rb"|(?<=[ALEDOF])(?=[mj]*+I)"
)


@cache
def _width_table(limit: int) -> bytes:
    """Widths by kind; a glyph wider than the whole line is drawn by a stand-in of one cell."""
    widths = [kind & WIDTH if kind >= START else 0 for kind in range(256)]
    return bytes(width if width <= limit else 1 for width in widths)


def glyph_widths(kinds: bytes, width: int) -> bytes:
    """Cells of each code point's glyph in lines of `width` cells; 0 where none starts, and for tabs."""
    return kinds.translate(_width_table(min(width, WIDTH)))


def tab_cells(used: int, width: int, tab_width: int) -> int:
    """Cells from `used` to the next tab stop, or to the end of a line of `width` cells; 0 beyond it."""
    return max(0, min(tab_width - used % tab_width, width - used))


def wrap(kinds: bytes, breaks: bytes, width: int, tab_width: int) -> array[int]:
    """Offsets at which the lines start, the first one 0; always at least one line.

    `width` is at least 1 and counted in cells. Linear in the number of code points, with a small constant: the work
    is done once for each line, not for each code point.
    """
    wrapper = _Wrapper(kinds, breaks, width, tab_width)
    starts = array("L", [0])
    while (end := wrapper.line_end(starts[-1])) < len(kinds):
        starts.append(end)
    return starts


def rewrap(
    kinds: bytes, breaks: bytes, width: int, tab_width: int, starts: array[int], changed: tuple[int, int]
) -> array[int]:
    """`wrap`, when `starts` was right before the kinds inside the range `changed` changed.

    Wraps from the line before the change to the first line after it that starts where one did before.
    """
    wrapper = _Wrapper(kinds, breaks, width, tab_width)
    kept = max(1, bisect_right(starts, changed[0]) - 1)
    fresh = starts[:kept]
    while (end := wrapper.line_end(fresh[-1])) < len(kinds):
        if end > changed[1]:
            same = bisect_left(starts, end)
            if same < len(starts) and starts[same] == end:
                return fresh + starts[same:]
        fresh.append(end)
    return fresh


class _Next:
    """Where a byte occurs next; asked for ascending places, it looks at each place of `data` once."""

    def __init__(self, data: bytes, byte: int) -> None:
        self._data = data
        self._byte = byte
        self._from = self._found = -1

    def __call__(self, at: int) -> int:
        """Give the place of the next one from `at` on, or a place beyond the end."""
        if not self._from <= at <= self._found:
            found = self._data.find(self._byte, at)
            self._from, self._found = at, found if found >= 0 else len(self._data)
        return self._found


class _Wrapper:
    """One paragraph at one width."""

    def __init__(self, kinds: bytes, breaks: bytes, width: int, tab_width: int) -> None:
        self._kinds = kinds
        self._breaks = breaks
        self._width = width
        self._widths = glyph_widths(kinds, width)
        self._widest = max(self._widths.translate(None, b"\0\1"), default=1)
        self._tab_width = tab_width
        self._next_tab = _Next(kinds, TAB)
        self._next_break = _Next(breaks, ord("N"))

    def line_end(self, start: int) -> int:
        """Where a line from `start` ends; the next one starts there, unless it is the end of the paragraph."""
        hard = self._next_break(start)
        end = self._fill(start, hard + 1)
        if hard < end:
            return hard + 1
        return self._break(start, end) if end < len(self._kinds) else end

    def _fill(self, start: int, limit: int) -> int:
        """Offset of the first glyph that does not fit in a line from `start`, at most `limit`."""
        widths, width = self._widths, self._width
        size = min(len(widths), limit)
        room = width
        at = start
        while True:
            tab = self._next_tab(at)
            stop = min(tab, size)
            while room and at < stop:
                step = room // self._widest
                if not step:
                    if widths[at] > room:
                        return at
                    step = 1
                piece = widths[at : min(at + step, stop)]
                room -= sum(piece)
                at += len(piece)
            if at < stop:
                drawn = _DRAWN.search(widths, at, stop)
                if drawn:
                    return drawn.start()
            if tab >= size or not room:
                return stop
            room -= tab_cells(width - room, width, self._tab_width)
            at = tab + 1

    def _break(self, start: int, end: int) -> int:
        """Where a line from `start` ends if the glyph at `end` does not fit."""
        breaks = self._breaks
        spaces = _SPACES.match(breaks, end)
        if spaces:
            after = spaces.end()
            opened = breaks[start:end].rstrip(b"Sj").endswith(b"O")
            if after == len(breaks) or (breaks[after] != ord("C") and not opened):
                return after
        # What fits, and one more for the pattern to look at, read backwards.
        found = _OPPORTUNITY.search(breaks[start : end + 1][::-1], 1)
        if found:
            return end + 1 - found.start()
        return spaces.end() if spaces else end
