"""Text in styled pieces -> strips of cells, for every list, field and dialog.

A *piece* is a style and a text that is ready for the screen: in visual order and without controls, as
`annotator.text.display.display` returns it. `fit`, `wrapped` and `columns` take any text and make it ready.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from wcwidth import iter_graphemes

from annotator.text.bidi import resolve
from annotator.text.clusters import cluster_width
from annotator.text.display import display
from annotator.text.layout import VisualLine, lay_out

if TYPE_CHECKING:
    from annotator.text.options import Base

Piece = tuple[str, Style]
_ELLIPSIS: Final = "…"
# ASCII, Latin letters, Arabic letters, digits and their presentation forms, dashes, quotes, box drawing: what most
# texts are made of, and all clusters of one code point and one cell.
_SINGLE: Final = re.compile(
    "[\x20-\x7e\xa1-\xac\xae-\u02ff\u060b-\u060f\u061b\u061d-\u064a\u0660-\u066f\u0671-\u06d3"
    "\u2010-\u2015\u2018-\u201f\u2026\u2190-\u2193\u2500-\u257f\ufb50-\ufbc1\ufe70-\ufe74\ufe76-\ufefc]*"
)


@lru_cache(maxsize=8192)
def runs(ready: str) -> tuple[tuple[str, int], ...]:
    """READY cut into what may share a Segment, each with its width in cells.

    Neighbours of one code point and one cell stay together; a cluster with marks or of two cells stands alone, since
    Textual cuts Segments by code points and would give its marks to the neighbour.
    """
    if _SINGLE.fullmatch(ready):
        return ((ready, len(ready)),) if ready else ()
    found: list[tuple[str, int]] = []
    start = at = 0
    for cluster in iter_graphemes(ready):
        if len(cluster) > 1 or cluster_width(cluster) != 1:
            if at > start:
                found.append((ready[start:at], at - start))
            found.append((cluster, cluster_width(cluster)))
            start = at + len(cluster)
        at += len(cluster)
    if at > start:
        found.append((ready[start:at], at - start))
    return tuple(found)


def cells_of(ready: str) -> Iterator[tuple[str, int]]:
    """The clusters of READY, each with its width in cells."""
    for run, width in runs(ready):
        if len(run) == width and next(iter_graphemes(run)) != run:
            yield from ((ch, 1) for ch in run)
        else:
            yield run, width


def width_of(ready: str) -> int:
    """Cells that READY takes."""
    return sum(width for _, width in runs(ready))


def counted(count: int, noun: str) -> str:
    """COUNT of NOUN, with the plural's s where it belongs."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


@lru_cache(maxsize=2048)
def is_rtl(text: str) -> bool:
    """Whether TEXT, a paragraph, reads from right to left: its first strong character says so (UAX #9, P2-P3)."""
    return resolve(text).base_level == 1


@lru_cache(maxsize=4096)
def fit(text: str, width: int, base: Base = "auto") -> str:
    """TEXT ready for the screen in at most WIDTH cells; its end gives way to an ellipsis, wherever that end stands.

    The program's own sentences have the BASE "ltr": they may begin with a word of the document.
    """
    if width <= 0:
        return ""
    text = text[: 8 * width + 64]  # what lies further on cannot be seen
    whole = display(text, base)
    if width_of(whole) <= width:
        return whole
    ends = list(accumulate(map(len, iter_graphemes(text)), initial=0))
    return _longest(lambda kept: text[: ends[kept]].rstrip() + _ELLIPSIS, len(ends) - 1, width, text, base)


@lru_cache(maxsize=1024)
def fit_ends(text: str, width: int) -> str:
    """TEXT ready for the screen in at most WIDTH cells; its middle gives way to an ellipsis, so both ends are seen."""
    if width <= 0:
        return ""
    if len(text) <= 8 * width + 64 and width_of(whole := display(text)) <= width:
        return whole
    head, tail = text[: 8 * width + 64], text[-8 * width - 64 :]
    starts = list(accumulate(map(len, iter_graphemes(head)), initial=0))
    ends = list(accumulate(map(len, reversed(list(iter_graphemes(tail)))), initial=0))

    def shortened(kept: int) -> str:
        after = ends[kept // 2]
        return head[: starts[kept - kept // 2]].rstrip() + _ELLIPSIS + tail[len(tail) - after :].lstrip()

    return _longest(shortened, min(len(starts), len(ends)) - 1, width, text)


def _longest(shortened: Callable[[int], str], most: int, width: int, whole: str, base: Base = "auto") -> str:
    """What is SHORTENED to as many clusters, at most MOST, as find room in WIDTH cells; it reads as WHOLE does."""
    if base == "auto":
        base = "rtl" if is_rtl(whole[: 8 * width + 64]) else "ltr"
    low, high, best = 0, most, _ELLIPSIS
    while low < high:
        middle = (low + high + 1) // 2
        short = display(shortened(middle), base)
        if width_of(short) <= width:
            low, best = middle, short
        else:
            high = middle - 1
    return best


def line_text(line: VisualLine) -> str:
    """The cells of a visual line as one ready text."""
    return "".join(glyph.text for glyph in line.glyphs)


@lru_cache(maxsize=512)
def wrapped(text: str, width: int) -> tuple[tuple[str, bool], ...]:
    """TEXT wrapped at WIDTH cells: each line ready for the screen, and whether it reads from right to left."""
    return tuple(
        (line_text(line), line.base_level % 2 == 1)
        for paragraph in text.split("\n")
        for line in lay_out(paragraph, max(1, width)).lines
    )


def segments(pieces: Iterable[Piece], width: int) -> tuple[list[Segment], int]:
    """PIECES as Segments, cut off after WIDTH cells; and how many cells they take."""
    made: list[Segment] = []
    used = 0
    for ready, style in pieces:
        for run, cells in runs(ready):
            if used + cells > width:
                if cells == len(run) and width > used:
                    made.append(Segment(run[: width - used], style))
                    used = width
                return made, used
            made.append(Segment(run, style))
            used += cells
    return made, used


def to_strip(pieces: Iterable[Piece], width: int, blank: Style) -> Strip:
    """PIECES from the left edge of a row of WIDTH cells; the rest is filled in the style BLANK."""
    made, used = segments(pieces, width)
    if used < width:
        made.append(Segment(" " * (width - used), blank))
    return Strip(made, width)


def aligned(ready: str, style: Style, width: int, blank: Style, *, right: bool) -> Strip:
    """One ready text in a row of WIDTH cells, at its right or left edge."""
    gap = (" " * max(0, width - width_of(ready)), blank)
    return to_strip([gap, (ready, style)] if right else [(ready, style), gap], width, blank)


@dataclass(frozen=True, slots=True)
class Part:
    """One column of a row. `text` is any text; `width` its cells, 0 for a share of what the others leave."""

    text: str
    style: Style
    width: int = 0
    right: bool = False


def columns(width: int, *parts: Part, gap: int = 1, blank: Style) -> list[Piece]:
    """PARTS side by side in exactly WIDTH cells, GAP cells between them; those that find no room are left out."""
    kept: Sequence[Part] = parts
    while len(kept) > 1 and sum(part.width or 4 for part in kept) + gap * (len(kept) - 1) > width:
        kept = kept[:-1]
    flexible = sum(not part.width for part in kept)
    spare = max(0, width - sum(part.width for part in kept) - gap * (len(kept) - 1))
    pieces: list[Piece] = []
    used = 0
    for number, part in enumerate(kept):
        if number and gap:
            pieces.append((" " * gap, blank))
            used += gap
        cells = part.width
        if not cells:
            cells, spare, flexible = spare // flexible, spare - spare // flexible, flexible - 1
        cells = min(cells, width - used)
        ready = fit(part.text, cells)
        fill = " " * (cells - width_of(ready))
        pieces += [(fill, blank), (ready, part.style)] if part.right else [(ready, part.style), (fill, blank)]
        used += cells
    if used < width:
        pieces.append((" " * (width - used), blank))
    return [piece for piece in pieces if piece[0]]
