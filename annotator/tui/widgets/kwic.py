"""Key word in context: one row with a hit and what stands around it, such that all hits end in the same column.

Hit and context are laid out as one text, so letters join across the edge of the hit and directions resolve as they do
in the document; then a window is cut out of the cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from annotator.text.layout import Base, lay_out
from annotator.text.paragraphs import LINE_BREAKS, SEPARATORS

if TYPE_CHECKING:
    from rich.style import Style

    from annotator.tui.widgets.pieces import Piece

_ONE_LINE: Final = dict.fromkeys(map(ord, f"\t{SEPARATORS}{LINE_BREAKS}"), " ")
_WIDE: Final = 16  # more cells than any code point takes


@dataclass(frozen=True, slots=True)
class Kwic:
    """A hit with the text `before` and `after` it, in logical order; `base` is the paragraph direction."""

    before: str
    words: str
    after: str
    base: Base = "auto"


@dataclass(frozen=True, slots=True)
class KwicStyles:
    """How the hit and its context are painted."""

    hit: Style
    context: Style


def anchor(width: int) -> int:
    """The column behind the right end of every hit, in a row of WIDTH cells: there Arabic begins to be read."""
    return max(1, width * 3 // 5)


def kwic_pieces(row: Kwic, width: int, styles: KwicStyles) -> list[Piece]:
    """ROW in exactly WIDTH cells. Brackets stand around the hit where there is a space, dots where text is cut off."""
    if width <= 0:
        return []
    text = f"{row.before}{row.words}{row.after}".translate(_ONE_LINE)
    start, end = len(row.before), len(row.before) + len(row.words)
    line = lay_out(text, _WIDE * len(text) + 1, row.base, (start, end)).lines[0]
    runs = line.columns(start, end)
    right = runs[-1][1] if runs else line.column_of(start)
    shift = anchor(width) - right
    cells: list[tuple[str, Style] | None] = [(" ", styles.context)] * width
    for glyph in line.glyphs:
        x = glyph.column + shift
        if x < 0 or x + glyph.width > width:
            continue
        cells[x] = (glyph.text, styles.hit if start <= glyph.start < end else styles.context)
        cells[x + 1 : x + glyph.width] = [None] * (glyph.width - 1)
    for first, last in runs:
        for x, bracket in ((first + shift - 1, "["), (last + shift, "]")):
            if 0 <= x < width and cells[x] == (" ", styles.context):
                cells[x] = (bracket, styles.context)
    if shift < 0:
        _dots(cells, 0, styles.context)
    if line.width + shift > width:
        _dots(cells, width - 1, styles.context)
    shown = [cell for cell in cells if cell is not None]
    return [("".join(text for text, _ in some), style) for style, some in groupby(shown, key=lambda cell: cell[1])]


def _dots(cells: list[tuple[str, Style] | None], x: int, style: Style) -> None:
    """Put an ellipsis into cell X; a wide glyph that loses a cell to it becomes a space."""
    if cells[x] is None:
        cells[x - 1] = (" ", style)
    elif x + 1 < len(cells) and cells[x + 1] is None:
        cells[x + 1] = (" ", style)
    cells[x] = ("…", style)
