"""Where the lines of a paragraph start, by the widths of its glyphs: logical order, before any reordering.

Lines break as UAX #14 says for the classes of `annotator.text.kinds`: after spaces (never before closing punctuation,
even after a space, nor after opening punctuation), after hyphens and zero width spaces, around ideographs. A word
longer than the line is cut between glyphs. Spaces at the end of a line belong to it and may stand beyond its width.
"""

from __future__ import annotations

import re
from array import array
from functools import cache
from typing import Final

from annotator.text.kinds import START, TAB, WIDTH

__all__ = ["glyph_widths", "tab_cells", "wrap"]

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

    `width` is at least 1 and counted in cells. Linear, with a constant per line that does not depend on its length
    in code points.
    """
    size = len(kinds)
    widths = glyph_widths(kinds, width)
    starts = array("L", [0])
    if sum(widths) <= width and TAB not in kinds and b"N" not in breaks:
        return starts
    widest = max(widths, default=1) or 1
    tabs = TAB in kinds
    hard = b"N" in breaks
    backwards = breaks[::-1]
    start = 0
    while True:
        end = _fill(kinds, widths, start, width, widest, tab_width if tabs else 0)
        if hard and (at := breaks.find(b"N", start, end)) >= 0:
            end = at + 1
        elif end < size:
            end = _break(breaks, backwards, start, end)
        if end >= size:
            return starts
        starts.append(end)
        start = end


def _fill(kinds: bytes, widths: bytes, start: int, width: int, widest: int, tab_width: int) -> int:
    """Offset of the first glyph that does not fit in a line that begins at `start`; tabs count if `tab_width`."""
    size = len(widths)
    room = width
    at = start
    while True:
        tab = kinds.find(TAB, at) if tab_width else -1
        stop = size if tab < 0 else tab
        while room and at < stop:
            step = room // widest
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
        if tab < 0 or not room:
            return stop
        room -= tab_cells(width - room, width, tab_width)
        at = tab + 1


def _break(breaks: bytes, backwards: bytes, start: int, end: int) -> int:
    """Where a line from `start` ends if the glyph at `end` does not fit."""
    size = len(breaks)
    spaces = _SPACES.match(breaks, end)
    if spaces:
        after = spaces.end()
        if after == size or breaks[after] != ord("C"):
            return after
    found = _OPPORTUNITY.search(backwards, size - end, size - start)
    if found:
        return size - found.start()
    return spaces.end() if spaces else end
