"""From levels to a line: rules L1 (white space), L2 (order) and L4 (mirroring)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from annotator.text.ucd import MIRROR

if TYPE_CHECKING:
    from collections.abc import Sequence

# WS and isolates by L1 itself; what X9 removes because section 5.2 wants it to follow. S and B reset in any case.
_TRAILING: Final = b"W1234Z([*<)SB"
_SEPARATOR: Final = re.compile(rb"[SB]")
_RUN: Final = re.compile(rb"(.)\1*", re.DOTALL)


def reset_levels(levels: bytes, codes: bytes, base_level: int) -> bytes:
    """L1: `levels` of a line with separators, and white space before them and at the end, at the paragraph level."""
    kept = len(codes.rstrip(_TRAILING))
    if b"S" in codes[:kept] or b"B" in codes[:kept]:
        pieces: list[bytes] = []
        done = 0
        for match in _SEPARATOR.finditer(codes, 0, kept):
            end = match.end()
            size = len(codes[done:end].rstrip(_TRAILING))
            pieces += levels[done : done + size], bytes([base_level]) * (end - done - size)
            done = end
        pieces.append(levels[done:kept])
        levels = b"".join(pieces)
    return levels[:kept] + bytes([base_level]) * (len(codes) - kept)


def visual_order(levels: bytes, offset: int = 0) -> Sequence[int]:
    """L2: indices of `levels`, each plus `offset`, in visual order, leftmost first.

    Linear in the number of level runs: a run that is deeper than both its neighbours can be joined to the deeper of
    the two, on the side that the neighbour's direction says, and then is part of it.
    """
    size = len(levels)
    if not size:
        return range(0)
    if levels.count(levels[0]) == size:
        return _run(offset, offset + size, levels[0])
    starts: list[int] = []
    following: list[int] = []  # the run to the right of each, in visual order
    stack: list[tuple[int, int, int]] = []  # level, leftmost run, rightmost run; levels ascend
    for rank, match in enumerate(_RUN.finditer(levels)):
        starts.append(match.start())
        following.append(-1)
        level = match[0][0]
        first = last = rank
        while stack and stack[-1][0] > level:
            _, inner_first, inner_last = stack.pop()
            if stack and stack[-1][0] >= level:
                outer, outer_first, outer_last = stack.pop()
                stack.append(_joined(following, outer, (outer_first, outer_last), (inner_first, inner_last)))
                continue
            _, first, last = _joined(following, level, (inner_first, inner_last), (rank, rank))
            break
        else:
            if stack and stack[-1][0] == level:
                _, outer_first, outer_last = stack.pop()
                _, first, last = _joined(following, level, (outer_first, outer_last), (rank, rank))
        stack.append((level, first, last))
    while len(stack) > 1:
        _, inner_first, inner_last = stack.pop()
        outer, outer_first, outer_last = stack.pop()
        stack.append(_joined(following, outer, (outer_first, outer_last), (inner_first, inner_last)))
    starts.append(size)
    order: list[int] = []
    rank = stack[0][1]
    while rank >= 0:
        order += _run(offset + starts[rank], offset + starts[rank + 1], levels[starts[rank]])
        rank = following[rank]
    return order


def mirrored(ch: str) -> str:
    """L4: the character whose glyph is the mirror image of this one's, or itself."""
    return MIRROR.get(ch, ch)


def _run(start: int, end: int, level: int) -> range:
    return range(end - 1, start - 1, -1) if level & 1 else range(start, end)


def _joined(following: list[int], level: int, before: tuple[int, int], after: tuple[int, int]) -> tuple[int, int, int]:
    """Two neighbours in logical order as one range at `level`."""
    left, right = (after, before) if level & 1 else (before, after)
    following[left[1]] = right[0]
    return level, left[0], right[1]
