"""Properties of the Unicode Character Database, in one fixed version whatever Python's `unicodedata` has.

The tables in the underscored modules are generated; `tools/generate_ucd.py` says from what.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, Literal

from annotator.text.ucd import _assigned, _bidi, _joining
from annotator.text.ucd._bidi import CODE_OF_CLASS, FIRST_BRACKET
from annotator.text.ucd._common import UNICODE_VERSION
from annotator.text.ucd.codes import CodeTable

__all__ = [
    "BRACKETS",
    "CODE_OF_CLASS",
    "FIRST_BRACKET",
    "MIRROR",
    "UNICODE_VERSION",
    "bidi_class",
    "bidi_codes",
    "is_assigned",
    "joining_codes",
    "joining_type",
]

MIRROR: Final[dict[str, str]] = dict(zip(_bidi.MIRROR_FROM, _bidi.MIRROR_TO, strict=True))
"""Bidi_Mirroring_Glyph: character -> the one whose glyph is its mirror image."""

BRACKETS: Final[dict[str, tuple[str, str]]] = {
    bracket: (pair, kind)
    for bracket, pair, kind in zip(_bidi.BRACKET, _bidi.BRACKET_PAIR, _bidi.BRACKET_TYPE, strict=True)
}
"""Bidi_Paired_Bracket and its type: bracket -> (the other of the pair, "o" for opening or "c" for closing)."""

_BIDI: Final = CodeTable(_bidi.STARTS, _bidi.CODES)
_JOINING: Final = CodeTable(_joining.STARTS, _joining.CODES)
_CLASS_OF_CODE: Final = {code: name for name, code in CODE_OF_CLASS.items()}


def bidi_codes(text: str) -> bytes:
    """Bidi_Class of each code point as a byte of `CODE_OF_CLASS`, except brackets, all of which have the class ON.

    The opening bracket of a pair has an even byte from `FIRST_BRACKET` on and the closing one the byte after it;
    canonically equivalent pairs have the same two (UAX #9, BD14-BD16).
    """
    return _BIDI.encode(text)


def bidi_class(ch: str) -> str:
    """Bidi_Class of one character by its short name ("AL", "EN", ...), unassigned ones by their block's default."""
    return _CLASS_OF_CODE.get(_BIDI.code(ord(ch)), "ON")


def joining_codes(text: str) -> bytes:
    """Joining_Type of each code point as the byte of its letter (b"D", b"R", b"L", b"C", b"T" or b"U")."""
    return _JOINING.encode(text)


def joining_type(ch: str) -> str:
    """Joining_Type of one character: dual D, right R, left L, join-causing C, transparent T, or non-joining U."""
    return chr(_JOINING.code(ord(ch)))


def is_assigned(ch: str) -> bool:
    """Whether the character has a General_Category other than Cn; surrogates and private use count as assigned."""
    return bisect_right(_assigned.BOUNDS, ord(ch)) % 2 == 1
