"""From spans to labelled units, for the measures that need a unit: kappa, pi and alpha.

A unit is a token, or a character (a code point that is no white space; it needs no tokeniser, and a clitic that one
annotator leaves out costs one unit, not a word). A token counts as covered when a span has any of its code points.
A unit's label is a tuple: all types that cover it, sorted, so that nested and stacked spans count (`types`); or the
BIO tag of the outermost span (`bio`). Nothing covers it: `OUTSIDE`, the empty tuple.

A coding is kept as runs of equally labelled units, and codings are compared run by run: the work grows with the number
of spans, not with the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

from annotator.agreement.counts import Sided, Sums
from annotator.agreement.kappa import OUTSIDE, Contingency, Margins, Scope
from annotator.agreement.spans import Mention, size
from annotator.model.annotations import Fragments

Label: TypeAlias = tuple[str, ...]
Scheme = Literal["types", "bio"]

_T = TypeVar("_T")

_SPACE: Final = re.compile(r"\s")


class Units(Protocol):
    """The units of a document, numbered from 0."""

    @property
    def count(self) -> int:
        """How many there are."""

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of units that the offsets `[start, end)` touch."""


class Tokens:
    """Tokens as units: `(start, end)` offsets, ascending, not overlapping."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, tokens: Iterable[tuple[int, int]]) -> None:
        tokens = list(tokens)
        self._starts = [start for start, _ in tokens]
        self._ends = [end for _, end in tokens]

    @property
    def count(self) -> int:
        """How many tokens there are."""
        return len(self._starts)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The tokens that share a code point with `[start, end)`."""
        return bisect_right(self._ends, start), bisect_left(self._starts, end)


class Characters:
    """The code points of a text that are no white space as units."""

    __slots__ = ("_spaces", "count")

    def __init__(self, text: str) -> None:
        self._spaces = [match.start() for match in _SPACE.finditer(text)]
        self.count = len(text) - len(self._spaces)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The characters in `[start, end)`."""
        return start - bisect_left(self._spaces, start), end - bisect_left(self._spaces, end)


class Run(NamedTuple):
    """The units `[start, end)`, all with one label that is not `OUTSIDE`."""

    start: int
    end: int
    label: Label


@dataclass(frozen=True, slots=True)
class Coding:
    """One annotator's labels of a document's units: ascending runs, everything between them being outside.

    `excluded` are the spans that it does not show: so many `untouching` ones, which touch no unit, and in `bio` all but
    the outermost.
    """

    runs: Sequence[Run]
    excluded: Sequence[Mention] = field(default=())
    untouching: int = field(default=0, compare=False)


def coding(mentions: Iterable[Mention], units: Units, scheme: Scheme = "types") -> Coding:
    """How MENTIONS label UNITS. One type by itself: give only its mentions."""
    excluded: list[Mention] = []
    placed: list[tuple[Mention, list[tuple[int, int]]]] = []
    stacked: list[tuple[int, int, str]] = []
    for mention in mentions:
        ranges = [at for start, end in mention.fragments if (at := units.between(start, end))[0] < at[1]]
        if not ranges:
            excluded.append(mention)
        elif scheme == "bio":
            placed.append((mention, ranges))
        else:
            stacked += [(low, high, mention.type) for low, high in ranges]
    if scheme == "types":
        return Coding(_stacked(stacked), excluded, len(excluded))
    kept, inner = outermost([mention for mention, _ in placed])
    shown = {id(mention) for mention in kept}
    runs = chain.from_iterable(_bio(mention.type, ranges) for mention, ranges in placed if id(mention) in shown)
    return Coding(_without_clashes(runs), [*excluded, *inner], len(excluded))


class Stretches:
    """The `(start, end, label)` of one annotator, ascending and apart, to be compared with those of several others.

    What both have alike need not be looked for: nothing else of either overlaps it. Only the rest is gone through.
    """

    __slots__ = ("_met", "_runs", "length", "lengths")

    def __init__(self, runs: Iterable[tuple[int, int, Any]]) -> None:
        self._runs = frozenset(runs)
        self._met: dict[Stretches, tuple[int, int]] = {}
        self.lengths: dict[Any, int] = {}
        """How long the stretches of each label are together."""
        for start, end, label in self._runs:
            self.lengths[label] = self.lengths.get(label, 0) + end - start
        self.length = sum(self.lengths.values())

    def shared(self, other: Stretches) -> tuple[int, int]:
        """Over what length both have a label, and over what length the same."""
        found = self._met.get(other)
        if found is None:
            ours, theirs = self._runs - other._runs, other._runs - self._runs
            both = same = self.length - sum([end - start for start, end, _ in ours])
            if ours and theirs:
                for one, another, length in common_runs(sorted(ours), sorted(theirs)):
                    both += length
                    if one == another:
                        same += length
            found = self._met[other] = both, same
        return found


class CodedMargins(Margins, Sided):
    """The margins of two codings. What an annotator labelled is their own; how much nobody did takes both."""

    __slots__ = ()

    def __add__(self, other: Margins, /) -> Margins:
        return Margins(self.agreed, self.left, self.right, self.excluded) + other

    def shared(self) -> Sums:
        """The units that agree, and those that each side did not label."""
        found: dict[Hashable, float] = {"agreed": self.agreed}
        found.update(
            (side, counts[OUTSIDE]) for side, counts in enumerate((self.left, self.right)) if OUTSIDE in counts
        )
        return found

    def own(self, side: int) -> Sums:
        """How many units have which label."""
        counts = self.right if side else self.left
        return {label: count for label, count in counts.items() if label != OUTSIDE}

    @classmethod
    def of_sides(cls, shared: Sums, left: Sums, right: Sums) -> Margins:
        """The margins again."""
        ours, theirs = ({**own, OUTSIDE: shared[at]} if at in shared else own for at, own in enumerate((left, right)))
        return Margins(shared.get("agreed", 0), ours, theirs)


def margins(left: Stretches, right: Stretches, units: int, *, outside: bool = True) -> CodedMargins:
    """The margins of two codings over UNITS (a number): those of their `contingency`, without making it.

    Without OUTSIDE the units that nobody labelled are left out.
    """
    both, same = left.shared(right)
    nobody = units - left.length - right.length + both
    excluded = 0
    if not outside:
        nobody, units, excluded = 0, units - nobody, nobody
    ours, theirs = (
        {**side.lengths, OUTSIDE: units - side.length} if units > side.length else side.lengths
        for side in (left, right)
    )
    return CodedMargins(same + nobody, ours, theirs, excluded)


def contingency(left: Coding, right: Coding, units: int) -> Contingency:
    """How often which label met which over all UNITS (a number) of a document.

    `Contingency.labelled` leaves out what nobody labelled, `of_type` looks at one type.
    """
    cells: dict[tuple[Label, Label], float] = {}
    alone_left: dict[Label, int] = {}
    alone_right: dict[Label, int] = {}
    for start, end, label in left.runs:
        alone_left[label] = alone_left.get(label, 0) + end - start
    for start, end, label in right.runs:
        alone_right[label] = alone_right.get(label, 0) + end - start
    outside = units - sum(alone_left.values()) - sum(alone_right.values())
    for ours, theirs, length in common_runs(left.runs, right.runs):
        pair = (ours, theirs)
        cells[pair] = cells.get(pair, 0) + length
        alone_left[ours] -= length
        alone_right[theirs] -= length
        outside += length
    cells.update({(label, OUTSIDE): count for label, count in alone_left.items() if count})
    cells.update({(OUTSIDE, label): count for label, count in alone_right.items() if count})
    if outside:
        cells[OUTSIDE, OUTSIDE] = outside
    return Contingency(cells)


def of_type(table: Contingency, name: str) -> Contingency:
    """TABLE for one type alone: a unit is covered by it or is outside."""
    one = (name,)
    return table.mapped(lambda label: one if name in label else OUTSIDE)


def ratings(
    codings: Sequence[Coding | None], units: int, scope: Scope = "all"
) -> tuple[dict[tuple[Label | None, ...], float], int]:
    """How many of UNITS have which labels, one for each of CODINGS, and how many SCOPE leaves out.

    A missing coding is an annotator who did not work on the document; its label is None. Where there is no coding at
    all, all units are left out.
    """
    state: list[Label | None] = [None if each is None else OUTSIDE for each in codings]
    present = len(state) - state.count(None)
    changes: list[tuple[int, int, Label]] = []
    for number, each in enumerate(codings):
        for start, end, label in each.runs if each else ():
            changes.append((start, number, label))
            changes.append((end, number, OUTSIDE))
    changes.sort(key=lambda change: (change[0], bool(change[2])))  # an end before the start of what follows
    found: dict[tuple[Label | None, ...], float] = {}
    at = 0
    for place, number, label in changes:
        if place > at:
            key = tuple(state)
            found[key] = found.get(key, 0) + place - at
            at = place
        state[number] = label
    if units > at:
        key = tuple(state)
        found[key] = found.get(key, 0) + units - at
    if scope == "any" or not present:
        found = {labels: count for labels, count in found.items() if any(labels)}
    elif scope == "both":
        found = {labels: count for labels, count in found.items() if OUTSIDE not in labels}
    return found, units - int(sum(found.values()))


def outermost(mentions: Iterable[Mention]) -> tuple[list[Mention], list[Mention]]:
    """MENTIONS of which no two share a code point, and those left out for it: longest first, of equals the first."""
    kept: list[Mention] = []
    left_out: list[Mention] = []
    for island in _islands([(m.fragments[0][0], m.fragments[-1][1], m) for m in mentions if m.fragments]):
        if len(island) == 1:
            kept.append(island[0][2])
            continue
        taken = _Taken()
        for _, _, mention in sorted(island, key=_longest_first):
            (kept if taken.add(mention.fragments) else left_out).append(mention)
    return kept, left_out


def _islands(ranges: list[tuple[int, int, _T]]) -> list[list[tuple[int, int, _T]]]:
    """RANGES in groups: what overlaps, directly or by way of others, is in one. Ascending."""
    ranges.sort(key=itemgetter(0))
    found: list[list[tuple[int, int, _T]]] = []
    reach = 0
    for each in ranges:
        if found and each[0] < reach:
            found[-1].append(each)
            reach = max(reach, each[1])
        else:
            found.append([each])
            reach = each[1]
    return found


class _Taken:
    """Disjoint ranges that were given away."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, fragments: Fragments) -> bool:
        """Give FRAGMENTS away unless one of their code points is taken."""
        places = [bisect_right(self._ends, start) for start, _ in fragments]
        for (_, end), place in zip(fragments, places, strict=True):
            if place < len(self._starts) and self._starts[place] < end:
                return False
        for shift, ((start, end), place) in enumerate(zip(fragments, places, strict=True)):
            self._starts.insert(place + shift, start)
            self._ends.insert(place + shift, end)
        return True


def _longest_first(placed: tuple[int, int, Mention]) -> tuple[int, int, str]:
    start, _, mention = placed
    return -size(mention.fragments), start, mention.type


def _stacked(ranges: list[tuple[int, int, str]]) -> list[Run]:
    """Runs of the sets of types that cover units; a type that covers a unit twice is in its label once."""
    runs: list[Run] = []
    for island in _islands(ranges):
        if len(island) == 1:
            start, end, name = island[0]
            runs.append(Run(start, end, (name,)))
        else:
            runs += _cut(island)
    return runs


def _cut(ranges: Iterable[tuple[int, int, str]]) -> list[Run]:
    """The runs of an island: a new one where the set of types changes."""
    changes: list[tuple[int, int, str]] = []
    for start, end, name in ranges:
        changes.append((start, 1, name))
        changes.append((end, -1, name))
    changes.sort()
    runs: list[Run] = []
    depth: dict[str, int] = {}
    label: Label = OUTSIDE
    at = 0
    for place, step, name in changes:
        if place > at:
            if label:
                if runs and runs[-1].end == at and runs[-1].label == label:
                    runs[-1] = Run(runs[-1].start, place, label)
                else:
                    runs.append(Run(at, place, label))
            at = place
        now = depth.get(name, 0) + step
        if now:
            depth[name] = now
        else:
            del depth[name]
        label = tuple(sorted(depth)) if len(depth) > 1 else tuple(depth)
    return runs


def _bio(name: str, ranges: Iterable[tuple[int, int]]) -> Iterator[Run]:
    """B on a span's first unit, I on all others, beyond a gap too."""
    for number, (start, end) in enumerate(ranges):
        if number:
            yield Run(start, end, (f"I-{name}",))
            continue
        yield Run(start, start + 1, (f"B-{name}",))
        if end > start + 1:
            yield Run(start + 1, end, (f"I-{name}",))


def _without_clashes(runs: Iterable[Run]) -> list[Run]:
    """RUNS in order; where two spans touch one token (each a part of it), the first has it."""
    found: list[Run] = []
    for start, end, label in sorted(runs):
        low = max(start, found[-1].end) if found else start
        if low < end:
            found.append(Run(low, end, label))
    return found


def common_runs(left: Sequence[tuple[int, int, _T]], right: Sequence[tuple[int, int, _T]]) -> list[tuple[_T, _T, int]]:
    """The labels of both sides where both have one, and over what length; each side is ascending and disjoint."""
    found: list[tuple[_T, _T, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end, ours = left[i]
        other_start, other_end, theirs = right[j]
        length = min(end, other_end) - max(start, other_start)
        if length > 0:
            found.append((ours, theirs, length))
        if end <= other_end:
            i += 1
        if other_end <= end:
            j += 1
    return found
