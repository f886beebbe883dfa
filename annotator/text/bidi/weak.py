"""Weak types: rules W1 to W7, over one isolating run sequence."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(rb"([^M])M+")
_FROM_ARABIC: Final = re.compile(rb"A[^LR]*")
_BETWEEN_EUROPEAN: Final = re.compile(rb"(?<=E)[+,](?=E)")
_BETWEEN_ARABIC: Final = re.compile(rb"(?<=N),(?=N)")
_TERMINATORS: Final = re.compile(rb"E\$+|\$+(?:E\$*)?")
_FROM_LATIN: Final = re.compile(rb"L[^R]*")
_ARABIC_TO_RIGHT: Final = bytes.maketrans(b"A", b"R")

BRACKET_MARK: Final = b"V"
"""The code of an NSM that W1 turned into ON after a bracket; rule N0 needs to know it again."""


def resolve_weak(types: bytes) -> bytes:
    """W1-W7 for `types`, the codes of a sequence after its sos. Same length; strong and numbers end as L, R, E, N.

    What W6 turns into ON keeps its code: for the rules that follow, all that is not L, R, E or N is neutral.
    """
    if b"M" in types:
        types = _w1(types)
    european = b"E" in types
    if b"A" in types:
        if european:
            types = _FROM_ARABIC.sub(_w2, types)
        types = types.translate(_ARABIC_TO_RIGHT)  # W3
        european = european and b"E" in types
    if b"," in types and b"N" in types:
        types = _BETWEEN_ARABIC.sub(b"N", types)  # W4
    if european:
        types = _BETWEEN_EUROPEAN.sub(b"E", types)  # W4
        if b"$" in types:
            types = _TERMINATORS.sub(_w5, types)
        if b"L" in types:
            types = _FROM_LATIN.sub(_w7, types)
    return types


def _w1(types: bytes) -> bytes:
    """W1: a nonspacing mark takes the type of what it follows, ON after an isolate initiator or PDI."""
    # Harakat, in one pass of C for each shape; the search below takes what is left.
    types = types.replace(b"AMM", b"AAA").replace(b"AM", b"AA")
    return _MARKS.sub(_w1_run, types) if b"M" in types else types


def _w1_run(match: re.Match[bytes]) -> bytes:
    before = match[1]
    size = len(match[0])
    if before in b"1234":
        return before + b"O" * (size - 1)
    if before >= b"\x60":
        return before + BRACKET_MARK * (size - 1)
    return before * size


def _w2(match: re.Match[bytes]) -> bytes:
    """W2: a European number whose last strong type is AL is an Arabic number."""
    return match[0].replace(b"E", b"N")


def _w5(match: re.Match[bytes]) -> bytes:
    """W5: terminators beside a European number belong to it."""
    run = match[0]
    return b"E" * len(run) if b"E" in run else run


def _w7(match: re.Match[bytes]) -> bytes:
    """W7: a European number whose last strong type is L is L."""
    return match[0].replace(b"E", b"L")
