"""From an isolating run sequence to levels: rules N0 to N2 for brackets and neutrals, I1 and I2 for levels."""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from typing import Final

from annotator.text.bidi.weak import BRACKET_MARK, resolve_weak

_MAX_BRACKETS: Final = 63  # BD16

_BRACKET: Final = re.compile(rb"[\x60-\xff]")
_NUMBER_TO_RIGHT: Final = bytes.maketrans(b"EN", b"RR")
_NEUTRAL: Final = bytes(code if code in b"LREN" else 0x4F for code in range(256))
_BETWEEN_LEFT: Final = re.compile(rb"(?<=L)O+(?=L)")
_BETWEEN_RIGHT: Final = re.compile(rb"(?<=[REN])O+(?=[REN])")
_ANY_RIGHT: Final = re.compile(rb"[REN]")

# Codes that leave a whole sequence at its own level when there is no other in it and sos agrees.
_NEUTRALS: Final = b"MBSWO+,$1234" + bytes(range(0x60, 0x100))
_PLAIN: Final = (b"LE" + _NEUTRALS, b"RA" + _NEUTRALS)
_DIRECTION: Final = (b"L", b"R")


def sequence_levels(codes: bytes, level: int, sos: bytes, eos: bytes) -> bytes:
    """W1-I2 for the codes of one isolating run sequence at `level`; the resolved level of each."""
    own = _DIRECTION[level & 1]
    if sos == own and not codes.translate(None, _PLAIN[level & 1]):
        return bytes([level]) * len(codes)
    types = resolve_weak(sos + codes)
    if level & 1:
        if b"L" in types:  # otherwise every neutral is R by N1 or N2
            types = _resolve_neutral(types + eos, level, b"L", b"R")
    elif _ANY_RIGHT.search(types):
        types = _resolve_neutral(types + eos, level, b"R", b"L")
    return types.translate(_implicit(level))[1 : len(codes) + 1]


@cache
def _implicit(level: int) -> bytes:
    """I1 and I2 as a translation table; neutrals, after N1, have the embedding direction (N2)."""
    table = bytearray([level]) * 256
    if level & 1:
        table[0x4C] = table[0x45] = table[0x4E] = level + 1  # I2
    else:
        table[0x52] = level + 1  # I1
        table[0x45] = table[0x4E] = level + 2
    return bytes(table)


def _resolve_neutral(types: bytes, level: int, other: bytes, own: bytes) -> bytes:
    """N0 and N1 for `types`, between sos and eos; what N2 would settle is left neutral."""
    if _BRACKET.search(types):
        types = _resolve_brackets(types, own, other)
    types = types.translate(_NEUTRAL)
    # Most runs are single spaces: one pass for every second of them, another for the rest.
    if level & 1:
        types = types.replace(b"LOL", b"LLL").replace(b"LOL", b"LLL")
        return _BETWEEN_LEFT.sub(_left, types) if b"LO" in types else types
    types = types.replace(b"ROR", b"RRR").replace(b"ROR", b"RRR")
    return _BETWEEN_RIGHT.sub(_right, types)


def _left(match: re.Match[bytes]) -> bytes:
    return b"L" * len(match[0])


def _right(match: re.Match[bytes]) -> bytes:
    return b"R" * len(match[0])


def _bracket_pairs(types: bytes, at: list[int]) -> dict[int, int]:
    """BD16: opening -> closing, both as ranks in `at`, the offsets of all brackets."""
    pairs: dict[int, int] = {}
    stack: list[tuple[int, int]] = []  # the closing code that is waited for, and the rank of the opening
    for rank, offset in enumerate(at):
        code = types[offset]
        if code & 1 == 0:
            if len(stack) == _MAX_BRACKETS:
                break
            stack.append((code + 1, rank))
            continue
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth][0] == code:
                pairs[stack[depth][1]] = rank
                del stack[depth:]
                break
    return pairs


def _resolve_brackets(types: bytes, own: bytes, other: bytes) -> bytes:
    """N0, from left to right over all brackets at once.

    A pair's own strong types are those the text had before N0, since pairs inside it open later; its context is the
    last strong type before it, brackets already resolved included. Both are known when its opening is reached.
    """
    at = [match.start() for match in _BRACKET.finditer(types)]
    pairs = _bracket_pairs(types, at)
    if not pairs:
        return types
    strong = types.translate(_NUMBER_TO_RIGHT)
    ends = [*at[1:], len(types) - 1]  # without eos
    last_own = [strong.rfind(own, start, end) for start, end in zip(at, ends, strict=True)]
    last_other = [strong.rfind(other, start, end) for start, end in zip(at, ends, strict=True)]
    own_before = list(accumulate((found >= 0 for found in last_own), initial=0))
    other_before = list(accumulate((found >= 0 for found in last_other), initial=0))
    result = bytearray(types)
    resolved: dict[int, bytes] = {}
    context = own if strong.rfind(own, 0, at[0]) > strong.rfind(other, 0, at[0]) else other
    for rank, offset in enumerate(at):
        closing = pairs.get(rank)
        if closing is not None:
            if own_before[closing] > own_before[rank]:
                resolved[rank] = resolved[closing] = own  # N0b
            elif other_before[closing] > other_before[rank]:
                resolved[rank] = resolved[closing] = context  # N0c1 and N0c2
        direction = resolved.get(rank)
        if direction:
            context = direction
            end = offset + 1
            while result[end : end + 1] == BRACKET_MARK:
                end += 1
            result[offset:end] = direction * (end - offset)
        if last_own[rank] >= 0 or last_other[rank] >= 0:
            context = own if last_own[rank] > last_other[rank] else other
    return bytes(result)
