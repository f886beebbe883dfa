"""Short strings for everything that is no document: a cell of a table, a label, a title, a message."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from annotator.text.glyphs import Run, draw
from annotator.text.layout import Analysis
from annotator.text.paragraphs import LINE_BREAKS, SEPARATORS

if TYPE_CHECKING:
    from annotator.text.options import Base

__all__ = ["display"]

_KEPT: Final = 1024  # code points; longer strings are no labels and would only push labels out of the memo
_WIDE: Final = 16  # more cells than any glyph has
_ONE_LINE: Final = dict.fromkeys(map(ord, f"\t{SEPARATORS}{LINE_BREAKS}"), " ")


def display(text: str, base: Base = "auto") -> str:
    """Give `text` in visual order, shaped, on one line, ready for a terminal.

    Tabs and everything that ends a line become a space, every other control its one-cell stand-in; marks are kept.
    Nothing is cut. The direction is that of the first strong character unless `base` says otherwise.
    """
    if text.isascii() and text.isprintable() and base != "rtl":
        return text
    return _display(text, base) if len(text) <= _KEPT else _draw(text, base)


def _draw(text: str, base: Base) -> str:
    one_line = text.replace("\r\n", " ").translate(_ONE_LINE)
    analysis = Analysis(one_line, base)
    levels = bytes(analysis.bidi.line_levels(0, len(one_line)))
    run = Run(one_line, analysis.cells.ligated(), analysis.forms, levels)
    drawn, _ = draw(run, 0, _WIDE * len(text), analysis.options)
    return "".join(drawn.texts)


_display = lru_cache(maxsize=4096)(_draw)
