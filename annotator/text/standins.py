"""What is drawn for code points that must not, or cannot, be drawn themselves.

A terminal obeys control characters, and some reorder text at bidi controls, so nothing of that kind in a document may
reach it. Every stand-in is one cell wide and neutral in direction.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from annotator.text.ucd import is_assigned

__all__ = ["BROKEN", "DOTTED_CIRCLE", "FORMAT", "JOINERS", "TOO_WIDE", "is_format", "is_ignorable_mark", "stand_in"]

BROKEN: Final = "\N{REPLACEMENT CHARACTER}"
"""For C1 controls, lone surrogates, private use, noncharacters and unassigned code points."""

FORMAT: Final = "\N{BLANK SYMBOL}"
"""For invisible format characters without a sign of their own."""

DOTTED_CIRCLE: Final = "\N{DOTTED CIRCLE}"
"""The base drawn under a mark that has none (The Unicode Standard, 5.13)."""

TOO_WIDE: Final = "\N{WHITE VERTICAL RECTANGLE}"
"""For a cluster with more cells than the whole line."""

JOINERS: Final = "\u034f\u200c\u200d"
"""CGJ, ZWNJ and ZWJ: they are part of how a word is written, so nothing is drawn for them."""

_SIGNS: Final = {
    "\u200e": "↦",  # LRM
    "\u200f": "↤",  # RLM
    "\u061c": "↢",  # ALM
    "\u202a": "⊢",  # LRE
    "\u202b": "⊣",  # RLE
    "\u202c": "⊤",  # PDF
    "\u202d": "⇨",  # LRO
    "\u202e": "⇦",  # RLO
    "\u2066": "⋉",  # LRI
    "\u2067": "⋊",  # RLI
    "\u2068": "⋈",  # FSI
    "\u2069": "⋄",  # PDI
    "\u00ad": "¬",  # SHY
}

# Prepended_Concatenation_Mark: format characters by category, but with a shape of their own.
_PREPENDED: Final = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


def is_format(ch: str) -> bool:
    """Whether `ch` is an invisible format character (category Cf or a line separator), joiners excepted."""
    return unicodedata.category(ch) in {"Cf", "Zl", "Zp"} and ch not in _PREPENDED and ch not in JOINERS


def is_ignorable_mark(ch: str) -> bool:
    """Whether `ch` continues a cluster without any shape: variation selectors and tag characters."""
    point = ord(ch)
    tag_or_selector = 0xE0020 <= point <= 0xE007F or 0xE0100 <= point <= 0xE01EF or 0xFE00 <= point <= 0xFE0F
    return tag_or_selector or ch in "\u180b\u180c\u180d\u180f"


@lru_cache(maxsize=4096)
def stand_in(ch: str) -> str:
    """Give the one-cell stand-in of `ch`, or "" when it may be drawn itself. White space is drawn as spaces.

    Joiners and the marks of `is_ignorable_mark` are for the caller: whether they draw depends on their cluster.
    """
    point = ord(ch)
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if ch in _SIGNS:
        return _SIGNS[ch]
    category = unicodedata.category(ch)
    if category in {"Cc", "Cs", "Co"} or not is_assigned(ch):
        return BROKEN
    return FORMAT if is_format(ch) else ""
