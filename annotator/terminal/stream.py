"""A frame of terminal output, cut into what may be changed and what may not.

A *frame* is one `str` handed to the terminal driver: text, control sequences (ECMA-48) and nothing cut in half. The
filters of this package change only *cells*: a right-to-left base character with the combining marks that follow it,
which a terminal draws in one column (lam-alef arrives as one presentation-form character and is one base).

Right-to-left here means every character a terminal with its own bidirectional algorithm could move: bidi classes R,
AL and AN (UAX #9, table 4), taken by block, so that letters assigned later behave like their neighbours.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_RTL: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"

# General category Mn of the right-to-left blocks, the general combining blocks, variation selectors, ZWNJ and ZWJ.
_MARKS: Final = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u07fd\u0816-\u0819\u081b-\u0823"
    "\u0825-\u0827\u0829-\u082d\u0859-\u085b\u0897-\u089f\u08ca-\u08e1\u08e3-\u08ff\ufb1e"
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u200c\u200d"
    "\U00010d24-\U00010d27\U00010eab\U00010eac\U00010efc-\U00010eff\U00010f46-\U00010f50\U0001e8d0-\U0001e8d6"
    "\U0001e944-\U0001e94a"
)
_STRINGS: Final = "\x1b[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)?"  # OSC, DCS, SOS, PM, APC with their terminator
_CELL: Final = f"[{_RTL}][{_MARKS}]*"

CELLS: Final = re.compile(f"({_STRINGS}|{_CELL})")
"""Cells and control strings, each the one group: `CELLS.split(frame)[1::2]`. CSI sequences hold no letters of ours."""

_CONTROL: Final = f"{_STRINGS}|\x1b\\[[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]|[\r\n]"

TOKENS: Final = re.compile(f"({_CONTROL}|{_CELL})")
"""Cells and every control: `TOKENS.split(frame)` gives plain text at even places, one token at odd places."""

RUNS: Final = re.compile(f"({_CONTROL}|(?:{_CELL})+)")
"""As `TOKENS`, with adjacent cells as one token; `cells` takes it apart."""

MARKED_CELL: Final = re.compile(f"{_STRINGS}|([{_RTL}])[{_MARKS}]+")
"""A cell that carries marks (group 1 is its base), or a control string (no group)."""

has_rtl: Final = re.compile(f"[{_RTL}]").search
"""Whether a frame holds a right-to-left character; `str.isascii` is the cheaper first question."""

CURSOR: Final = re.compile(r"\x1b\[(\d*)(?:;(\d*))?[Hf]")  # CUP, HVP

_RUN: Final = re.compile(r"\x1b\[([\d;]+)m[^\x1b]*(?:\x1b\[0m\x1b\[\1m[^\x1b]*)+")


def compact(frame: str) -> str:
    """The same frame without `reset, same style again` between neighbours.

    One cluster is one styled piece for the painter, so that cutting a line never tears a mark from its letter; the
    terminal needs the style only once. Only a style set from the reset state and its exact repetition are joined, so
    each cell keeps its attributes. A page of Arabic shrinks to about a tenth.
    """
    if "\x1b[0m\x1b[" not in frame:
        return frame
    return _RUN.sub(_joined, frame)


def _joined(run: re.Match[str]) -> str:
    return run[0].replace(f"\x1b[0m\x1b[{run[1]}m", "")


def strip_marks(frame: str) -> str:
    """The frame with each right-to-left cell reduced to its base character."""
    if frame.isascii():
        return frame
    return MARKED_CELL.sub(_base, frame)


_SECONDS: Final = re.compile("(?:\u200d[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)+")


def strip_joined(frame: str) -> str:
    """The frame with the first emoji only of each that is joined of several."""
    return _SECONDS.sub("", frame) if "\u200d" in frame else frame


def _base(match: re.Match[str]) -> str:
    return match[1] or match[0]


_has_marks: Final = re.compile(f"[{_MARKS}]").search
_cells: Final = re.compile(_CELL).findall


def cells(run: str) -> list[str]:
    """The cells of a run."""
    return _cells(run) if _has_marks(run) else list(run)


def is_cell(token: str) -> bool:
    """Whether an odd part of `TOKENS.split` or `CELLS.split` is a right-to-left cell rather than a control."""
    return token[0] > "\x7f"


@lru_cache(maxsize=4096)
def columns(text: str) -> int:
    """Columns taken by a piece without controls and without right-to-left characters."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # noqa: PLC0415  # kept off the start-up path: most frames never ask

    return max(int(wcswidth(text)), 0)


@lru_cache(maxsize=1024)
def cursor_column(token: str) -> int | None:
    """The 0-based column a control moves the cursor to, or None when it stays where it is."""
    if token in {"\r", "\n"}:  # a line feed is followed by a return in the terminal's output settings
        return 0
    match = CURSOR.fullmatch(token)
    return None if match is None else max(int(match[2] or 1), 1) - 1
