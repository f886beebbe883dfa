"""Two bytes for each code point: its kind, and its line break class.

Kinds. A byte of `START` or more starts a glyph; its low four bits are the glyph's width in cells::

    CONTINUES       drawn by the glyph before it
    HIDDEN_INSIDE   part of the cluster before it, draws nothing: joiners, marks that are switched off
    HIDDEN          draws nothing and starts its own cluster: format characters that are switched off
    UNRESOLVED      depends on its neighbours (only until `annotator.text.cells` has looked at them)
    START + width   with flags: CONTROL no mark attaches to it; COMPOSED drawn by `cells.compose`; LIGATURE lam-alef
    TAB             starts a glyph as wide as the way to the next stop

Break classes (UAX #14 has about forty; these are what is needed where no dictionary is)::

    S  space, tab       N  line break after     Z  zero width space     G  glue: no break on either side
    C  no break before  O  no break after       Q  quotation mark       H  hyphen, dash, slash: break after
    I  ideograph, emoji D  digit                A  other                F  invisible format character
    L  lam              E  alef                 m  mark                 j  joiner, other inside of a cluster
"""

from __future__ import annotations

import codecs
import unicodedata
from functools import cache, lru_cache
from typing import Final

from wcwidth import wcwidth

from annotator.text.clusters import Nature, cluster_width, nature
from annotator.text.shaping import ALEFS, LAM
from annotator.text.standins import JOINERS, is_format, is_ignorable_mark, stand_in
from annotator.text.ucd._common import COMMON

__all__ = [
    "COMPOSED",
    "CONTINUES",
    "CONTROL",
    "HIDDEN",
    "HIDDEN_INSIDE",
    "LIGATURE",
    "START",
    "TAB",
    "UNRESOLVED",
    "WIDTH",
    "KindTable",
    "is_mark",
    "kind_table",
]

CONTINUES: Final = 0x00
HIDDEN_INSIDE: Final = 0x01
HIDDEN: Final = 0x02
UNRESOLVED: Final = 0x04
START: Final = 0x80
CONTROL: Final = 0x40
COMPOSED: Final = 0x20
LIGATURE: Final = 0x10
WIDTH: Final = 0x0F
TAB: Final = START | CONTROL

# Punctuation that stays with the word before it (classes CL, EX, IS, SY, IN, NS of UAX #14, besides Pe and Pf).
_CLOSING: Final = frozenset(",.;:!?%‰°،؛؟۔٪٫٬؍…‥‼⁇⁈⁉·‧、。，．：；！？・ー々〜％")
_HYPHENS: Final = frozenset("-/\u2010\u2012\u2013\u2014|")
_GLUE: Final = frozenset("\xa0\u2007\u202f\u2011\u2060\ufeff")
_LINE_BREAKS: Final = frozenset("\n\x0b\x0c\r\x85\u2028\u2029")

_COMMON_MAP: Final = codecs.charmap_build(COMMON.ljust(256, "\ufffe"))  # U+FFFE: the charmap codec's "no character"
_PIECE: Final = 256  # an emoji slows down this many of its neighbours, not the whole text
_MEMO_LIMIT: Final = 0x2000


class KindTable(dict[int, str]):
    """Both bytes of every code point, for one choice of options; as a mapping it is its own memo."""

    __slots__ = ("_breaks", "_controls", "_kinds", "_marks")

    def __init__(self, *, marks: bool, controls: bool) -> None:
        super().__init__()
        self._marks = marks
        self._controls = controls
        both = [self._both(ch) for ch in COMMON]
        self._kinds = bytes(kind for kind, _ in both).ljust(256, b"\0")
        self._breaks = bytes(ord(name) for _, name in both).ljust(256, b"\0")

    def encode(self, text: str) -> tuple[bytes, bytes]:
        """Kinds and break classes of all code points of `text`; any `str`, lone surrogates too."""
        try:
            common = codecs.charmap_encode(text, "strict", _COMMON_MAP)[0]
        except UnicodeEncodeError:
            if len(text) > _PIECE:
                found = [self.encode(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE)]
                return b"".join(kinds for kinds, _ in found), b"".join(names for _, names in found)
            both = text.translate(self).encode("utf-16-le")
            return both[::2], both[1::2]
        return common.translate(self._kinds), common.translate(self._breaks)

    def __missing__(self, point: int) -> str:
        kind, name = self._both(chr(point))
        value = chr(ord(name) << 8 | kind)  # below the surrogates, since break classes are ASCII
        if len(self) < _MEMO_LIMIT:
            self[point] = value
        return value

    def _both(self, ch: str) -> tuple[int, str]:
        kind, name = _default(ch)
        if not self._marks and _is_arabic_mark(ch):
            kind = HIDDEN_INSIDE
        if not self._controls and kind & CONTROL and is_format(ch):
            kind = HIDDEN
        return kind, name


@cache
def kind_table(marks: bool, controls: bool) -> KindTable:
    """Give the table for one choice of options; built once."""
    return KindTable(marks=marks, controls=controls)


def is_mark(ch: str) -> bool:
    """Whether `ch` is a plain mark: it continues a cluster and takes no cell."""
    return _default(ch)[1] == "m"


@lru_cache(maxsize=4096)
def _default(ch: str) -> tuple[int, str]:
    if ch == "\t":
        return TAB, "S"
    if ch in "\n\r\x85\u2028\u2029":
        return HIDDEN, "N"
    if ch in JOINERS:
        return HIDDEN_INSIDE, "j"
    how = nature(ch)
    if how is Nature.EXTEND:
        # A mark that takes cells or selects a variant changes its base.
        plain = cluster_width("a" + ch) == 1 and not is_ignorable_mark(ch) and not stand_in(ch)
        return (CONTINUES, "m") if plain else (UNRESOLVED, "j")
    width = 1 if stand_in(ch) else wcwidth(ch)
    name = _break_class(ch, width)
    if how is Nature.COMPLEX or width <= 0:
        return UNRESOLVED, name
    return START | width | (CONTROL if how is Nature.CONTROL else 0), name


def _break_class(ch: str, width: int) -> str:
    named = (
        (_LINE_BREAKS, "N"),
        (_GLUE, "G"),
        (_CLOSING, "C"),
        (_HYPHENS, "H"),
        (ALEFS, "E"),
        (LAM, "L"),
        ("\"'", "Q"),
        ("\u200b", "Z"),
        ("\xad", "H"),
    )
    for characters, name in named:
        if ch in characters:
            return name
    if is_format(ch):
        return "F"
    by_category = {"Zs": "S", "Ps": "O", "Pi": "O", "Pe": "C", "Pf": "C", "Nd": "D"}
    return by_category.get(unicodedata.category(ch), "I" if width > 1 else "A")


def _is_arabic_mark(ch: str) -> bool:
    """Whether `ch` is a combining mark of the Arabic blocks: harakat, Quranic signs."""
    point = ord(ch)
    arabic = 0x0600 <= point < 0x0700 or 0x0870 <= point < 0x0900 or 0x10EC0 <= point < 0x10F00
    return arabic and nature(ch) is Nature.EXTEND
