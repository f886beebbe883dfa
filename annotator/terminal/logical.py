"""The last resort: hand the terminal logical order and plain letters, and let its own algorithm do the work.

The program's output is visual order; this puts each right-to-left stretch of a row back (UAX #9, L2 undone for a
row whose base is left-to-right) and replaces presentation forms by their letters. What is lost: a lam-alef ligature
becomes two characters, so the rest of the row can shift by one column; a number at the right end of a stretch, and
panes side by side in one row, may be drawn in the wrong place by the terminal.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Final

from annotator.terminal.stream import TOKENS, has_rtl, is_cell

_SGR: Final = re.compile(r"\x1b\[[\d;:]*m")
_RESETS: Final = {"\x1b[m", "\x1b[0m"}
_MIRRORED: Final = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")  # rule L4 undone
_UNITS: Final = re.compile(r"\d+(?:[.,:/]\d+)*|.", re.DOTALL)  # a number keeps its inner order

_Unit = tuple[str, str, bool]  # style in force, text, is a cell


@lru_cache(maxsize=4096)
def _letters(cell: str) -> str:
    """The cell's letters without their presentation forms; marks stay behind the last letter."""
    base = cell[0]
    if "\ufb1d" <= base <= "\ufefc" and unicodedata.decomposition(base).startswith("<"):
        base = unicodedata.normalize("NFKC", base)
    return base + cell[1:]


def logical(frame: str) -> str:
    """The frame in logical order, unshaped; styles move with their characters, as the terminal will move them back."""
    if frame.isascii() or not has_rtl(frame):
        return frame
    written: list[str] = []
    units: list[_Unit] = []
    style = shown = ""  # the style in force where the cursor is, and the one the terminal was last told
    for index, part in enumerate(TOKENS.split(frame)):
        if not part:
            continue
        if index % 2 == 0:
            units.extend((style, unit, False) for unit in _UNITS.findall(part))
        elif is_cell(part):
            units.append((style, part, True))
        elif _SGR.fullmatch(part) is not None:
            style = "" if part in _RESETS else style + part
        else:
            shown = _write(written, units, shown)
            shown = _restyle(written, shown, style)
            written.append(part)
            units.clear()
    shown = _write(written, units, shown)
    _restyle(written, shown, style)
    return "".join(written)


def _restyle(written: list[str], shown: str, style: str) -> str:
    if shown != style:
        written.append(f"\x1b[0m{style}" if shown else style)
    return style


def _write(written: list[str], units: list[_Unit], shown: str) -> str:
    """Write one row piece; the style the terminal is left with."""
    place = 0
    while place < len(units):
        end = _stretch_end(units, place)
        if end > place:
            for style, text, cell in _reordered(units[place:end]):
                shown = _restyle(written, shown, style)
                written.append(_letters(text) if cell else text.translate(_MIRRORED))
            place = end
        else:
            style, text, _ = units[place]
            shown = _restyle(written, shown, style)
            written.append(text)
            place += 1
    return shown


def _reordered(stretch: list[_Unit]) -> list[_Unit]:
    """The stretch from right to left, the digits of each number still from left to right."""
    runs = [list(run) for _, run in groupby(stretch, key=_is_digit)]
    return [unit for run in reversed(runs) for unit in (run if _is_digit(run[0]) else reversed(run))]


def _is_digit(unit: _Unit) -> bool:
    """Whether a cell is an Arabic-Indic or extended Arabic-Indic digit."""
    return unit[2] and unit[1][0].isdigit()


def _stretch_end(units: list[_Unit], start: int) -> int:
    """End of the right-to-left stretch that starts at `start`, itself when none does.

    A stretch begins and ends with a cell; between them are cells, numbers, spaces and punctuation, but no letters of
    another script and nothing drawn as a border.
    """
    if not units[start][2]:
        return start
    end = start + 1
    for place in range(start + 1, len(units)):
        _, text, cell = units[place]
        if cell:
            end = place + 1
        elif not (text[0].isdigit() or text.isspace() or unicodedata.category(text[0])[0] == "P"):
            break
    return end
