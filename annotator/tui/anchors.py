"""Rows that stay in their columns, whatever width a terminal gives to what is in them.

Terminals differ in the width of emoji sequences, of signs that stand before digits (the end of an ayah) and of letters
newer than they are. Drawn one after the other, all that follows such a cluster on its row would be shifted, and what
stood there before would show in the gap. So each is drawn into blanks of its own, and the cursor is sent on to where
the next one belongs: one that is drawn too wide is overwritten by its neighbours, one too narrow leaves a blank.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.color import ColorSystem
from wcwidth import iter_graphemes

from annotator.terminal.stream import compact
from annotator.tui.widgets.pieces import runs, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.style import Style
    from textual.strip import Strip

__all__ = ["is_doubtful", "rendered"]

# Letters, digits, their marks, punctuation and frames of old standing; Chinese, Japanese, Korean; presentation forms.
# Not U+06DD and U+06DE, which old tables call marks.
_DOUBTFUL: Final = re.compile(
    "([^\x00-\x7f\xa0-\xac\xae-\u0377\u0384-\u0482\u048a-\u052f\u05d0-\u05ea\u0606-\u061b\u061d-\u06dc\u06df-\u06ff"
    "\u0750-\u077f\u08a0-\u08b4\u08e4-\u08fe\u2010-\u2027\u2030-\u205e\u20a0-\u20ba\u2190-\u21ff\u2200-\u22ff"
    "\u2400-\u2424\u2500-\u25fc\u2713\u2717\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fa5\uac00-\ud7a3"
    "\ufb1f-\ufbb1\ufbd3-\ufd3f\ufd50-\ufdfb\ufe70-\ufefc\uff01-\uff60\ufffd])"
)
"""A code point that not every terminal gives the width that it has here."""

_SIGNS: Final = "[\u0600-\u0605\u06dd\u0890\u0891\u08e2]+"  # a number stands in or over them
_DIGIT: Final = r"\d(?![\u0300-\u036f\ufe0e\ufe0f\u20e3])"  # not that of a keycap
_NUMBER: Final = re.compile(rf"({_SIGNS}(?:{_DIGIT})*)")
_DIGITS: Final = re.compile(rf"(?:{_DIGIT})+")
_ends_in_number: Final = re.compile(rf"{_NUMBER.pattern}\Z").search


def is_doubtful(text: str) -> bool:
    """Whether a terminal may draw TEXT over its neighbours or leave a gap beside it."""
    return not text.isascii() and _DOUBTFUL.search(text) is not None


@lru_cache(maxsize=4096)  # rows come back: half a page scrolls at every second step
def _ready(text: str) -> str | None:
    """What is sent for a row; None when it has to be taken apart."""
    return None if _DOUBTFUL.search(text) else compact(text)


def rendered(strip: Strip, y: int, x: int, console: Console) -> str:
    """STRIP as it is sent to the terminal when the cursor is in column X of row Y."""
    ready = _ready(strip.render(console))
    return compact(_anchored(strip, y, x, console)) if ready is None else ready


def _anchored(strip: Strip, y: int, x: int, console: Console) -> str:
    colours = console._color_system or ColorSystem.TRUECOLOR  # as Textual's own strips ask for it

    def styled(text: str, style: Style | None) -> str:
        return text if style is None else strip.render_style(style, text, color_system=colours)

    parts: list[str] = []
    for text, style in _numbers_whole(strip):
        for run, width in _units(text):
            if is_doubtful(run):
                parts += (styled(" " * width, style), f"\x1b[{y + 1};{x + 1}H")
                parts += (styled(run, style), f"\x1b[{y + 1};{x + width + 1}H")
            else:
                parts.append(styled(run, style))
            x += width
    return "".join(parts)


def _units(text: str) -> Iterator[tuple[str, int]]:
    """TEXT cut into what is doubtful as a whole and what is not at all, each with its width."""
    for part in filter(None, _NUMBER.split(text)):
        if _NUMBER.fullmatch(part):
            yield part, width_of(part)
            continue
        for run, width in runs(part):
            if len(run) == width and is_doubtful(run) and next(iter_graphemes(run)) != run:  # neighbours of one cell
                yield from ((one, len(one)) for one in _DOUBTFUL.split(run) if one)
            else:
                yield run, width


def _numbers_whole(strip: Strip) -> Iterator[tuple[str, Style | None]]:
    """The texts of STRIP with their styles; the digits after a sign go with it, lest the rest of the number stand off.

    For the painter a sign and its first digit are one cluster, and the other digits are further ones.
    """
    held, held_style = "", None
    for text, style, _ in strip:
        if held and style == held_style and (digits := _DIGITS.match(text)):
            held, text = held + digits[0], text[digits.end() :]  # noqa: PLW2901 - what is left of it
        if text:
            if held:
                yield held, held_style
            held, held_style = text, style
            if not _ends_in_number(text):
                yield held, held_style
                held = ""
    if held:
        yield held, held_style
