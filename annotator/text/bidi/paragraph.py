"""A paragraph and its embedding levels: rules P2-P3, and the way through the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from annotator.text.bidi.explicit import REMOVED, embedded_levels, restore_removed
from annotator.text.bidi.neutral import sequence_levels
from annotator.text.bidi.reorder import reset_levels, visual_order
from annotator.text.ucd import bidi_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

Base = Literal["auto", "ltr", "rtl"]
Direction = Literal["ltr", "rtl"]

_STRONG: Final = re.compile(rb"[LRA1234]")
_STRONG_OR_ISOLATE: Final = re.compile(rb"[LRA]|[123]|4|B")
_EMBEDDING_OR_ISOLATE: Final = re.compile(rb"[(\[*<)1234]")


@dataclass(frozen=True, slots=True)
class BidiParagraph:
    """What UAX #9 finds out about one paragraph; offsets count code points of the text it was made from."""

    base_level: int
    """The paragraph embedding level: 0 left-to-right, 1 right-to-left."""
    levels: Sequence[int]
    """The embedding level of each code point before L1; X9-removed ones have the level of the one before them."""
    codes: bytes
    """The original Bidi_Class of each code point, as `annotator.text.ucd.bidi_codes` gives it."""

    def line_levels(self, start: int, end: int) -> Sequence[int]:
        """The levels of the line `[start, end)`: white space at its end and around separators reset (L1).

        Raises `ValueError` for a range that is not inside the paragraph.
        """
        return reset_levels(self._line(start, end), self.codes[start:end], self.base_level)

    def visual_order(self, start: int, end: int) -> Sequence[int]:
        """The offsets of the line `[start, end)` from its leftmost code point to its rightmost (L1, L2).

        Raises `ValueError` for a range that is not inside the paragraph.
        """
        return visual_order(reset_levels(self._line(start, end), self.codes[start:end], self.base_level), start)

    def _line(self, start: int, end: int) -> bytes:
        if not 0 <= start <= end <= len(self.codes):
            raise ValueError(f"line [{start}, {end}) is not inside a paragraph of {len(self.codes)} code points")
        return bytes(self.levels[start:end])


def resolve(text: str, base: Base = "auto") -> BidiParagraph:
    """The embedding levels of `text`, which holds one paragraph (with or without its separator at the end).

    `base` forces the paragraph direction (HL1) or leaves it to the first strong character (P2, P3). Takes any `str`;
    lone surrogates have the class L. Linear in the length of `text`.
    """
    return resolve_codes(bidi_codes(text), base)


def resolve_codes(codes: bytes, base: Base = "auto") -> BidiParagraph:
    """`resolve`, from the codes of Bidi_Class instead of characters."""
    base_level = (_first_strong_level(codes) or 0) if base == "auto" else int(base == "rtl")
    return BidiParagraph(base_level, _levels(codes, base_level), codes)


def direction(text: str) -> Direction | None:
    """The direction that the first strong character of `text`, one paragraph, gives it (P2, P3); None without any."""
    level = _first_strong_level(bidi_codes(text))
    return None if level is None else "rtl" if level else "ltr"


def _first_strong_level(codes: bytes) -> int | None:
    """P2 and P3: the level of the first strong character outside isolates; None without any."""
    first = _STRONG.search(codes)
    if first is None:
        return None
    depth = 0
    for match in _STRONG_OR_ISOLATE.finditer(codes, first.start()):
        code = match[0]
        if code in b"123":
            depth += 1
        elif code == b"4":
            depth = max(depth - 1, 0)
        elif code == b"B":
            depth = 0
        elif depth == 0:
            return int(code != b"L")
    return None


def _levels(codes: bytes, base_level: int) -> bytes:
    """Rules X1 to I2."""
    if _EMBEDDING_OR_ISOLATE.search(codes):
        return restore_removed(codes, embedded_levels(codes, base_level), base_level)
    sos = b"R" if base_level else b"L"
    if b"Z" in codes:
        levels = sequence_levels(codes.translate(None, REMOVED), base_level, sos, sos)
        return restore_removed(codes, levels, base_level)
    return sequence_levels(codes, base_level, sos, sos)
