"""Output filters: from visual order and presentation forms to what one family of terminals draws right.

A filter is called with whole frames, in the order they are written, and returns the frame to write. It never
changes a control sequence and does nothing to a frame without right-to-left characters. Filters that need neighbours
to differ alternate by the parity of the screen column, so a cell that is painted again alone still differs from
neighbours painted long ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from annotator.terminal.stream import CELLS, RUNS, TOKENS, cells, columns, cursor_column, has_rtl, is_cell, strip_marks

Filter = Callable[[str], str]

LRM: Final = "\u200e"
_SIZED: Final = ("\x1b]66;w=1:v=2;", "\x1b]66;w=1:v=1;")  # before a cell in an even, in an odd column
_LAMS: Final = frozenset("\ufedf\ufee0")  # initial and medial: what an alef can follow
_ALEFS: Final = frozenset("\ufe82\ufe84\ufe88\ufe8e")  # final: with madda, hamza above, hamza below, and plain
_SGR: Final = re.compile(r"\x1b\[([\d;:]*)m")
_CUBE: Final = (0, 95, 135, 175, 215, 255)  # xterm's 6x6x6 colour cube
_BASIC: Final = (  # xterm's default colours 0-15
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)  # fmt: skip
_GREY: Final = (128, 128, 128)  # stands for the terminal's own foreground: readable on dark and on light

Rgb = tuple[int, int, int]


def chain(first: Filter, second: Filter) -> Filter:
    """The filter that applies `first`, then `second`."""

    def both(frame: str) -> str:
        return second(first(frame))

    return both


def lrm(frame: str) -> str:
    """U+200E after each cell: a left-to-right neighbour keeps every cell a run of its own (tmux inside VTE)."""
    if frame.isascii() or not has_rtl(frame):
        return frame
    parts = CELLS.split(frame)
    parts[1::2] = [part if part[0] == "\x1b" else part + LRM for part in parts[1::2]]
    return "".join(parts)


def kitty(frame: str) -> str:
    """kitty >= 0.40: each cell goes out as `OSC 66;w=1:v=N;X BEL` (kitty's text sizing protocol).

    kitty shapes adjacent cells of one font and one alignment together, and such a run with an Arabic letter in it is
    reversed and its brackets mirrored. The vertical alignment N, 1 or 2 by the column's parity, shows nothing at
    scale 1 but makes a cell differ from the next one and from plain text, whose alignment is 0; so each is shaped
    alone, whatever is painted beside it later. Older versions drop the payload.
    """
    if frame.isascii() or not has_rtl(frame):
        return frame
    column = 0
    parts = RUNS.split(frame)
    for index, part in enumerate(parts):
        if not part:
            continue
        if index % 2 == 0:
            column += columns(part)
        elif is_cell(part):
            run = cells(part)
            first, second = _SIZED if column % 2 == 0 else _SIZED[::-1]
            run[::2] = [f"{first}{cell}\x07" for cell in run[::2]]
            run[1::2] = [f"{second}{cell}\x07" for cell in run[1::2]]
            parts[index] = "".join(run)
            column += len(run)
        elif (moved := cursor_column(part)) is not None:
            column = moved
    return "".join(parts)


def kitty_old(frame: str) -> str:
    """kitty < 0.40: letters inside each Arabic run in logical order, marks dropped, what touches a run made bold.

    kitty hands adjacent cells of one font to HarfBuzz, which reverses them; so each run is reversed before. Colours
    belong to the screen's columns and stay where they are. A neighbour that is no space is set in the other weight,
    which is another font and so another run; and so is an alef drawn apart from its lam, which would become one
    glyph beside an empty cell. The whole run has to be in the frame: paint whole rows.
    """
    if frame.isascii() or not has_rtl(frame):
        return frame
    parts = TOKENS.split(strip_marks(frame))
    run: list[int] = []  # places in `parts` of adjacent cells
    bold = False
    for index, part in enumerate(parts):
        if not part:
            continue
        if index % 2 == 0:
            first_touches, run = bool(run), _reverse(parts, run)
            last_touches = _starts_with_cell(parts, index + 1)
            parts[index] = _other_weight(part, first=first_touches, last=last_touches, bold=bold)
        elif is_cell(part):
            if run and part in _LAMS and parts[run[-1]] in _ALEFS:
                alef = run.pop()
                parts[alef] = _weighted(parts[alef], bold=bold)
                run = _reverse(parts, run)
            run.append(index)
        elif (sgr := _SGR.fullmatch(part)) is not None:
            if (after := _bold_after(sgr[1], bold)) != bold:
                bold, run = after, _reverse(parts, run)
        elif part[0] != "\x1b" or part[-1] in "Hf":
            run = _reverse(parts, run)
    _reverse(parts, run)
    return "".join(parts)


def _reverse(parts: list[str], run: list[int]) -> list[int]:
    texts = [parts[index] for index in reversed(run)]
    for index, text in zip(run, texts, strict=True):
        parts[index] = text
    return []


def _starts_with_cell(parts: list[str], index: int) -> bool:
    """Whether the next thing drawn from `parts[index]` on is a cell; styles are looked through."""
    for place in range(index, len(parts)):
        part = parts[place]
        if part and (place % 2 == 0 or _SGR.fullmatch(part) is None):
            return place % 2 == 1 and is_cell(part)
    return False


def _other_weight(text: str, *, first: bool, last: bool, bold: bool) -> str:
    """The text with its first and its last character in the other weight; spaces draw nothing and stay."""
    if len(text) == 1:
        return _weighted(text, bold=bold) if (first or last) and not text.isspace() else text
    if last and not text[-1].isspace():
        text = text[:-1] + _weighted(text[-1], bold=bold)
    if first and not text[0].isspace():
        text = _weighted(text[0], bold=bold) + text[1:]
    return text


def _weighted(text: str, *, bold: bool) -> str:
    """The text in bold, or not where the style in force is bold."""
    return f"\x1b[22m{text}\x1b[1m" if bold else f"\x1b[1m{text}\x1b[22m"


@lru_cache(maxsize=4096)
def _bold_after(parameters: str, bold: bool) -> bool:
    """Whether text is bold after `CSI parameters m`."""
    for number, _ in _attributes(parameters):
        if number in {0, 22}:
            bold = False
        elif number == 1:
            bold = True
    return bold


def _attributes(parameters: str) -> list[tuple[int, Rgb | None]]:
    """The attributes of an SGR sequence; 38, 48 and 58 carry their colour."""
    numbers = [int(field or 0) for field in parameters.replace(":", ";").split(";")]
    found: list[tuple[int, Rgb | None]] = []
    place = 0
    while place < len(numbers):
        number, colour, taken = numbers[place], None, 1
        if number in {38, 48, 58} and place + 1 < len(numbers):
            kind = numbers[place + 1]
            if kind == 2 and place + 4 < len(numbers):
                red, green, blue = numbers[place + 2 : place + 5]
                colour, taken = (red, green, blue), 5
            elif kind == 5 and place + 2 < len(numbers):
                colour, taken = _palette(numbers[place + 2]), 3
        found.append((number, colour))
        place += taken
    return found


def _palette(number: int) -> Rgb:
    number = min(number, 255)
    if number < 16:
        return _BASIC[number]
    if number < 232:
        number -= 16
        return _CUBE[number // 36], _CUBE[number // 6 % 6], _CUBE[number % 6]
    grey = 8 + 10 * (number - 232)
    return grey, grey, grey


@lru_cache(maxsize=4096)
def _foreground_after(parameters: str, foreground: Rgb | None) -> Rgb | None:
    """The foreground colour after `CSI parameters m`; None is the terminal's own."""
    for number, colour in _attributes(parameters):
        if number == 38 and colour is not None:
            foreground = colour
        elif number in {0, 39}:
            foreground = None
        elif 30 <= number <= 37:
            foreground = _BASIC[number - 30]
        elif 90 <= number <= 97:
            foreground = _BASIC[number - 82]
    return foreground


@lru_cache(maxsize=4096)
def _shades(foreground: Rgb | None) -> tuple[str, str, str, str]:
    """SGR before a cell in an even column, in an odd column, after a cell, and before text right of a cell.

    All three colours look the same. The terminal's own foreground, which nobody knows, is put back after each cell.
    """
    red, green, blue = foreground or _GREY
    even, odd = f"\x1b[38;2;{red};{green};{blue & ~1}m", f"\x1b[38;2;{red};{green};{blue | 1}m"
    if foreground is None:
        return even, odd, "\x1b[39m", ""
    return even, odd, "", f"\x1b[38;2;{red ^ 1};{green};{blue}m"


def jitter(frame: str) -> str:
    """Neighbours differ in the last bit of a colour: a renderer that draws equal cells as one run cannot reorder.

    For qterminal and the DOM renderer of xterm.js. Text that follows a cell differs as well, else a lone space would
    join the cells around it.
    """
    if frame.isascii() or not has_rtl(frame):
        return frame
    foreground: Rgb | None = None
    column, after_cell = 0, False
    parts = RUNS.split(frame)
    for index, part in enumerate(parts):
        if not part:
            continue
        if index % 2 == 0:
            if after_cell:
                parts[index] = _shades(foreground)[3] + part
            column, after_cell = column + columns(part), False
        elif is_cell(part):
            run = cells(part)
            even, odd, after, _ = _shades(foreground)
            first, second = (odd, even) if column % 2 else (even, odd)
            run[::2] = [f"{first}{cell}{after}" for cell in run[::2]]
            run[1::2] = [f"{second}{cell}{after}" for cell in run[1::2]]
            parts[index] = "".join(run)
            column, after_cell = column + len(run), True
        elif (sgr := _SGR.fullmatch(part)) is not None:
            foreground = _foreground_after(sgr[1], foreground)
        elif (moved := cursor_column(part)) is not None:
            column, after_cell = moved, False
    return "".join(parts)
