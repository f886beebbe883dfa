"""From text to one byte per code point, the form every table-driven rule of this package works on."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from typing import Final

from annotator.text.ucd._common import COMMON

_COMMON_MAP: Final = codecs.charmap_build(COMMON.ljust(256, "\ufffe"))  # U+FFFE: the charmap codec's "no character"
_PIECE: Final = 256  # an emoji slows down this many of its neighbours, not the whole text
_MEMO_LIMIT: Final = 0x2000  # a text with every code point there is must not fill the memory


class CodeTable(dict[int, str]):
    """A property with byte values, by ranges; as a mapping it is what `str.translate` wants, and its own memo.

    `starts` are the first code points of ranges of equal value, ascending from 0; `codes` the value of each range.
    """

    __slots__ = ("_codes", "_common", "_starts")

    def __init__(self, starts: tuple[int, ...], codes: bytes) -> None:
        super().__init__()
        self._starts = starts
        self._codes = codes
        self._common = bytes(self.code(ord(ch)) for ch in COMMON).ljust(256, b"\0")

    def code(self, point: int) -> int:
        """The value of one code point."""
        return self._codes[bisect_right(self._starts, point) - 1]

    def __missing__(self, point: int) -> str:
        value = chr(self.code(point))
        if len(self) < _MEMO_LIMIT:
            self[point] = value
        return value

    def encode(self, text: str) -> bytes:
        """The values of all code points of `text`; any `str`, lone surrogates too."""
        try:
            # One byte for each common character, then one table look-up in C: ten times faster than a dict.
            return codecs.charmap_encode(text, "strict", _COMMON_MAP)[0].translate(self._common)
        except UnicodeEncodeError:
            if len(text) > _PIECE:
                return b"".join(self.encode(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE))
            return text.translate(self).encode("latin-1")
