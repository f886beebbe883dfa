"""Cursive joining: which of its four shapes a letter takes, from Unicode Joining_Type alone.

Source: The Unicode Standard, section 9.2, Arabic Cursive Joining, rules R1 to R7 (Syriac, N'Ko, Adlam ... alike).
Two characters join when the first connects onwards (D, L, C) and the second backwards (D, R, C); transparent
characters between them do not count (R1).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from annotator.text.ucd import joining_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Form", "form_codes", "joining_forms"]


class Form(IntEnum):
    """The shape of a letter by the sides on which it is joined; NONE for a character that is no joining letter."""

    NONE = 0
    ISOLATED = 1
    INITIAL = 2  # joined to the next letter
    FINAL = 3  # joined to the letter before
    MEDIAL = 4  # joined on both sides


_FORMS: Final = tuple(Form)

# Bits of a lane: the character before connects forward, the next one backward; this letter's own ends that connect.
_BEFORE: Final = 1
_AFTER: Final = 2
_BACKWARD: Final = 4
_FORWARD: Final = 8


def _by_type(**values: int) -> bytes:
    """A translation table from the bytes of Joining_Type; types not named give 0."""
    return bytes(values.get(chr(code), 0) for code in range(256))


_ENDS: Final = _by_type(D=_BACKWARD | _FORWARD, R=_BACKWARD, L=_FORWARD)
_FORWARD_END: Final = _by_type(D=1, L=1, C=1)
_BACKWARD_END: Final = _by_type(D=1, R=1, C=1)
_TRANSPARENT: Final = _by_type(T=0xFF)


def _form(lane: int) -> Form:
    if not lane & (_BACKWARD | _FORWARD):
        return Form.NONE
    before = lane & _BACKWARD and lane & _BEFORE
    after = lane & _FORWARD and lane & _AFTER
    if before:
        return Form.MEDIAL if after else Form.FINAL  # R2-R4 and R6
    return Form.INITIAL if after else Form.ISOLATED  # R5 and R7


_FORM_OF_LANE: Final = bytes(_form(lane) for lane in range(256))


def form_codes(text: str) -> bytes:
    """The `Form` of each code point as a byte, context being the whole of `text`; linear, about 15 ns a character.

    All characters at once, as lanes of one long integer: a connecting end adds 1 to the lane of its neighbour, and
    because transparent lanes hold 0xFF, the carry of the addition runs through them to the next lane that counts.
    """
    types = joining_codes(text)
    size = len(types)
    transparent = types.translate(_TRANSPARENT)
    ones = int.from_bytes(b"\1" * size, "big")
    # Little-endian carries run towards the end of the text, big-endian ones towards its beginning.
    before = int.from_bytes(transparent, "little") + (int.from_bytes(types.translate(_FORWARD_END), "little") << 8)
    after = int.from_bytes(transparent, "big") + (int.from_bytes(types.translate(_BACKWARD_END), "big") << 8)
    before = int.from_bytes((before & ones).to_bytes(size, "little"), "big")
    lanes = int.from_bytes(types.translate(_ENDS), "big") | before | (after & ones) << 1
    return lanes.to_bytes(size, "big").translate(_FORM_OF_LANE)


def joining_forms(text: str) -> Sequence[Form]:
    """The form of each code point of `text`, whose neighbours are looked for in the whole of it.

    Tatweel and ZWJ join their neighbours and have no form themselves; a letter has its form whether or not Unicode
    has presentation forms for it.
    """
    return [_FORMS[code] for code in form_codes(text)]
