"""Explicit embeddings, overrides and isolates, and the sequences the other rules work on: X1-X10, BD9, BD13."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from annotator.text.bidi.neutral import sequence_levels

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH: Final = 125  # BD2
REMOVED: Final = b"Z([*<)"  # X9

_CONTROL: Final = re.compile(rb"[(\[*<)1234B]")
_FIRST_STRONG: Final = re.compile(rb"[LRA][^1234B]*|[1234B]")
_REMOVED_RUN: Final = re.compile(rb"[Z(\[*<)]+")
_LEVEL_RUN: Final = re.compile(rb"(.)\1*", re.DOTALL)
_LEVEL: Final = [bytes([level]) for level in range(256)]
_DIRECTION: Final = (b"L", b"R")

_OVERRIDE: Final = {b"*": b"L", b"<": b"R"}  # X4, X5
_NO_ISOLATE: Final = -1


def embedded_levels(codes: bytes, base_level: int) -> bytes:
    """X1-X10 and the rules after them, for a paragraph with explicit codes: levels of what X9 leaves."""
    embedding = _Embedding(base_level, _fsi_directions(codes) if b"3" in codes else {})
    kept, levels = embedding.apply(codes)
    result = bytearray(levels)
    unmatched = frozenset(embedding.unmatched)
    size = len(levels)
    for runs in _sequences(levels, embedding.initiator_of):
        start, end = runs[0][0], runs[-1][1]
        level = levels[start]
        before = levels[start - 1] if start else base_level
        after = levels[end] if end < size and end - 1 not in unmatched else base_level
        sos = _DIRECTION[(max(before, level)) & 1]  # X10
        eos = _DIRECTION[(max(after, level)) & 1]
        if len(runs) == 1:
            result[start:end] = sequence_levels(kept[start:end], level, sos, eos)
            continue
        found = sequence_levels(b"".join([kept[start:end] for start, end in runs]), level, sos, eos)
        at = 0
        for start, end in runs:
            result[start:end] = found[at : at + end - start]
            at += end - start
    return bytes(result)


def restore_removed(codes: bytes, levels: bytes, base_level: int) -> bytes:
    """Levels for all of `codes` from those of what X9 leaves: a removed one gets the level of the one before it."""
    pieces: list[bytes] = []
    at = done = 0
    for match in _REMOVED_RUN.finditer(codes):
        start, end = match.span()
        stop = at + start - done
        pieces += levels[at:stop], (levels[stop - 1 : stop] if stop else _LEVEL[base_level]) * (end - start)
        at, done = stop, end
    pieces.append(levels[at:])
    return b"".join(pieces)


def _fsi_directions(codes: bytes) -> dict[int, int]:
    """X5c: for each FSI that has a strong character before its PDI, outside inner isolates, that one's direction."""
    directions: dict[int, int] = {}
    opened: list[int] = []
    for match in _FIRST_STRONG.finditer(codes):
        at = match.start()
        code = codes[at : at + 1]
        if code in b"123":
            opened.append(at)
        elif code == b"4":
            if opened:
                opened.pop()
        elif code == b"B":
            opened.clear()
        elif opened:
            directions.setdefault(opened[-1], int(code != b"L"))
    return directions


def _sequences(levels: bytes, initiator_of: dict[int, int]) -> list[list[tuple[int, int]]]:
    """BD13: the isolating run sequences, each a list of level runs `(start, end)`."""
    runs = [match.span() for match in _LEVEL_RUN.finditer(levels)]
    if not initiator_of:
        return [[run] for run in runs]
    sequences: list[list[tuple[int, int]]] = []
    matched = frozenset(initiator_of.values())
    ending_at: dict[int, list[tuple[int, int]]] = {}  # initiator -> the sequence that its PDI goes on with
    for run in runs:
        start, end = run
        sequence = ending_at.pop(initiator_of.get(start, -1), None)
        if sequence is None:
            sequence = []
            sequences.append(sequence)
        sequence.append(run)
        if end - 1 in matched:
            ending_at[end - 1] = sequence
    return sequences


class _Embedding:
    """X1-X9: the directional status stack and its counters while they walk over the explicit codes of a paragraph."""

    __slots__ = (
        "_base_level",
        "_codes",
        "_directions",
        "_isolate",
        "_level",
        "_levels",
        "_overflow_embeddings",
        "_overflow_isolates",
        "_override",
        "_size",
        "_stack",
        "_valid_isolates",
        "initiator_of",
        "unmatched",
    )  # fmt: skip

    def __init__(self, base_level: int, fsi_directions: dict[int, int]) -> None:
        self._base_level = base_level
        self._directions = fsi_directions
        self._codes: list[bytes] = []
        self._levels: list[bytes] = []
        self._size = 0
        self.initiator_of: dict[int, int] = {}
        """Matching PDI -> its isolate initiator (BD9), within the depth limit; both count what X9 leaves."""
        self.unmatched: list[int] = []
        """Isolate initiators without a PDI, likewise."""
        self._start()

    def apply(self, codes: bytes) -> tuple[bytes, bytes]:
        """What X9 leaves of `codes`, classes overridden where X6 says so, and its levels."""
        done = 0
        for match in _CONTROL.finditer(codes):
            at = match.start()
            if at > done:
                self._keep(codes[done:at].translate(None, b"Z"))
            _RULE[codes[at]](self, match[0], at)
            done = at + 1
        if done < len(codes):
            self._keep(codes[done:].translate(None, b"Z"))
        if self._valid_isolates:
            self._forget_isolates()
        return b"".join(self._codes), b"".join(self._levels)

    def _start(self) -> None:
        """X1."""
        self._level = self._base_level
        self._override = b""
        self._isolate = _NO_ISOLATE  # the initiator that opened the current entry
        self._stack: list[tuple[int, bytes, int]] = []  # the entries below the current one
        self._overflow_isolates = self._overflow_embeddings = self._valid_isolates = 0

    def _keep(self, codes: bytes) -> None:
        """X6: characters that stay, at the current level and, in an override, with its class."""
        size = len(codes)
        self._codes.append(self._override * size or codes)
        self._levels.append(_LEVEL[self._level] * size)
        self._size += size

    def _enter(self, direction: int, override: bytes, isolate: int) -> bool:
        """Push the next odd or even level; False if that is too deep."""
        level = self._level
        deeper = (level + 1) | 1 if direction else (level + 2) & ~1
        if deeper > MAX_DEPTH or self._overflow_isolates or self._overflow_embeddings:
            return False
        self._stack.append((level, self._override, self._isolate))
        self._level, self._override, self._isolate = deeper, override, isolate
        return True

    def enter_embedding(self, code: bytes, _at: int) -> None:
        """X2 to X5."""
        if not self._enter(code in b"[<", _OVERRIDE.get(code, b""), _NO_ISOLATE) and not self._overflow_isolates:
            self._overflow_embeddings += 1

    def leave_embedding(self, _code: bytes, _at: int) -> None:
        """X7."""
        if self._overflow_isolates:
            return
        if self._overflow_embeddings:
            self._overflow_embeddings -= 1
        elif self._isolate == _NO_ISOLATE and self._stack:
            self._level, self._override, self._isolate = self._stack.pop()

    def enter_isolate(self, code: bytes, at: int) -> None:
        """X5a to X5c."""
        self._keep(code)
        direction = self._directions.get(at, 0) if code == b"3" else code == b"2"
        if self._enter(direction, b"", self._size - 1):
            self._valid_isolates += 1
        else:
            self._overflow_isolates += 1

    def leave_isolate(self, code: bytes, _at: int) -> None:
        """X6a."""
        if self._overflow_isolates:
            self._overflow_isolates -= 1
        elif self._valid_isolates:
            self._overflow_embeddings = 0
            while self._isolate == _NO_ISOLATE:
                self._level, self._override, self._isolate = self._stack.pop()
            self.initiator_of[self._size] = self._isolate
            self._level, self._override, self._isolate = self._stack.pop()
            self._valid_isolates -= 1
        self._keep(code)

    def separate(self, code: bytes, _at: int) -> None:
        """X8."""
        if self._valid_isolates:
            self._forget_isolates()
        self._start()
        self._keep(code)

    def _forget_isolates(self) -> None:
        isolates = (*(isolate for _, _, isolate in self._stack), self._isolate)
        self.unmatched += [isolate for isolate in isolates if isolate != _NO_ISOLATE]


_RULE: Final[dict[int, Callable[[_Embedding, bytes, int], None]]] = {
    **dict.fromkeys(b"([*<", _Embedding.enter_embedding),
    **dict.fromkeys(b")", _Embedding.leave_embedding),
    **dict.fromkeys(b"123", _Embedding.enter_isolate),
    **dict.fromkeys(b"4", _Embedding.leave_isolate),
    **dict.fromkeys(b"B", _Embedding.separate),
}
