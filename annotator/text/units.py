"""Units of text: what the caret sits on and what one key selects.

A *unit* is a cluster, a segment of a word between clitics, a word (`annotator.text.tokens`) or a sentence. Clusters
cover everything; the others leave white space out. Everything is answered from the text around an offset: a cluster and
a word from its chunk, a sentence from its paragraph. Offsets count code points; ranges are half-open.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Literal

from annotator.text.clitics import clitic_segments
from annotator.text.clusters import Nature, clusters, nature
from annotator.text.tokens import (
    paragraph_at,
    sentence_at,
    space_end,
    space_start,
    token_at,
)

__all__ = [
    "Edge",
    "Range",
    "Unit",
    "cluster_at",
    "cluster_starts",
    "extend",
    "grow",
    "shrink",
    "snap",
    "unit_after",
    "unit_at",
    "unit_before",
    "unit_range",
]

Range = tuple[int, int]
Edge = Literal["start", "end"]


class Unit(Enum):
    """The size of a step."""

    CLUSTER = "cluster"
    CLITIC = "clitic"
    WORD = "word"
    SENTENCE = "sentence"


_nature = lru_cache(maxsize=4096)(nature)


def cluster_starts(text: str, start: int, end: int) -> list[int]:
    """Give the offsets at which the clusters of `[start, end)` start; `start` has to be the start of one."""
    return [start + at for at in clusters(text[start:end])]


def cluster_at(text: str, offset: int) -> Range:
    """Give the cluster that holds the code point at `offset`, which is inside the text."""
    # Where a cluster starts depends on the code points before it (UAX #29): go back to one that starts a cluster alone.
    sure = offset
    while sure > 0 and not _starts_cluster(text, sure):
        sure -= 1
    start = sure + clusters(text[sure : offset + 1])[-1]
    size = 16
    while True:
        window = clusters(text[start : start + size])
        if len(window) > 1:
            return start, start + window[1]
        if start + size >= len(text):
            return start, len(text)
        size *= 8


def _starts_cluster(text: str, offset: int) -> bool:
    """Say whether a cluster starts at `offset` whatever comes before; False also when that is not sure."""
    kind = _nature(text[offset])
    if kind is Nature.CONTROL:
        return text[offset] != "\n"  # CR LF is one cluster (GB3)
    return kind is Nature.BASE and _nature(text[offset - 1]) is not Nature.COMPLEX  # GB6, GB9b


def unit_at(text: str, offset: int, unit: Unit) -> Range | None:
    """Give the unit that holds the code point at `offset`; None between two units and outside the text."""
    if not 0 <= offset < len(text):
        return None
    if unit is Unit.CLUSTER:
        return cluster_at(text, offset)
    if unit is Unit.SENTENCE:
        return sentence_at(text, offset)
    word = token_at(text, offset)
    if word is None or unit is Unit.WORD:
        return word
    start = word[0]
    for first, behind in clitic_segments(text[slice(*word)]):
        if offset < start + behind:
            return start + first, start + behind
    return word


def unit_after(text: str, offset: int, unit: Unit) -> Range | None:
    """Give the first unit that starts at or after `offset`; None when there is none."""
    offset = max(offset, 0)
    while offset < len(text):
        here = unit_at(text, offset, unit)
        if here is not None and here[0] >= offset:
            return here
        offset = space_end(text, offset) if here is None else here[1]
    return None


def unit_before(text: str, offset: int, unit: Unit) -> Range | None:
    """Give the last unit that ends at or before `offset`; None when there is none."""
    offset = min(offset, len(text))
    while offset > 0:
        here = unit_at(text, offset - 1, unit)
        if here is not None and here[1] <= offset:
            return here
        offset = space_start(text, offset) if here is None else here[0]
    return None


def unit_range(text: str, offset: int, unit: Unit) -> Range:
    """Give the range that is selected when the unit under the caret is.

    On white space a cluster is the space itself. For the other units it is the next one of the paragraph, or else the
    one before; in a paragraph without any, and behind the text's end, the range is empty.
    """
    here = unit_at(text, offset, unit)
    if here is not None:
        return here
    offset = min(max(offset, 0), len(text))
    start, end = paragraph_at(text, offset)
    behind = unit_after(text, offset, unit)
    if behind is not None and behind[0] < end:
        return behind
    before = unit_before(text, offset, unit)
    return before if before is not None and before[0] >= start else (offset, offset)


def extend(anchor: Range, new: Range) -> Range:
    """Give the smallest range over both: the selection from where it began to where the caret is."""
    return min(anchor[0], new[0]), max(anchor[1], new[1])


def snap(text: str, start: int, end: int, unit: Unit) -> Range:
    """Widen `[start, end)` to whole units, without white space at its edges.

    An empty range, or one of white space alone, becomes the unit that `unit_range` gives at its start.
    """
    start, end = max(start, 0), min(end, len(text))
    first, last = space_end(text, start), space_start(text, end)
    if first >= last:
        return unit_range(text, start, unit)
    return unit_range(text, first, unit)[0], unit_range(text, last - 1, unit)[1]


def grow(text: str, start: int, end: int, edge: Edge, unit: Unit) -> Range:
    """Move one edge, "start" or "end", outwards to the next edge of a unit; unchanged at the edge of the text.

    Half a unit is completed first. White space is passed over, so no edge comes to lie on it.
    """
    if edge == "start":
        before = space_start(text, start)
        here = unit_at(text, before - 1, unit)
        return (here[0] if here else start), end
    behind = space_end(text, end)
    here = unit_at(text, behind, unit)
    return start, (here[1] if here else end)


def shrink(text: str, start: int, end: int, edge: Edge, unit: Unit) -> Range:
    """Move one edge, "start" or "end", inwards to the next edge of a unit; unchanged when nothing would be left."""
    if edge == "start":
        here = unit_at(text, start, unit)
        first = space_end(text, start if here is None else here[1])
        return (first, end) if first < end else (start, end)
    here = unit_at(text, end - 1, unit)
    last = space_start(text, end if here is None else here[0])
    return (start, last) if last > start else (start, end)
