"""Agreement on typed spans: entity mentions and event triggers.

Spans are multisets: two equal ones of one annotator count twice, and nested and stacked ones count like any others.
A discontinuous span is the set of its code points. What counts as the same is a choice: the code points and the type
(`exact`), the code points (`boundary`), or one shared code point (`overlap`), and there a span may have several
partners: the pairs are then chosen by maximum matching, not in the order of the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, Literal, NamedTuple, TypeAlias

from annotator.agreement.counts import Counts, common
from annotator.agreement.kappa import Contingency
from annotator.agreement.matching import best_pairs, most_pairs
from annotator.model.annotations import Annotations, Entity, Event, Fragments

Kind = Literal["entity", "event"]
KINDS: Final[tuple[Kind, ...]] = ("entity", "event")
_CLASSES: Final[dict[Kind, type[Entity | Event]]] = {"entity": Entity, "event": Event}

Difference = Literal["same", "type", "boundary", "type and boundary", "left only", "right only"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A typed span: an entity mention or an event's trigger. Its `id` in its layer is not compared."""

    kind: Kind
    type: str
    fragments: Fragments
    id: str = field(default="", compare=False)


_WHOLE: Final = attrgetter("kind", "type", "fragments")
_FRAGMENTS: Final = attrgetter("fragments")

Mentions: TypeAlias = Sequence[Mention]
Measure: TypeAlias = Callable[[Mentions, Mentions], Counts]


def mentions(annotations: Annotations, kinds: tuple[Kind, ...] = KINDS) -> list[Mention]:
    """The spans of the given kinds in ANNOTATIONS, in text order."""
    spanning = annotations.of(*(_CLASSES[kind] for kind in kinds))
    found = [
        Mention("entity" if isinstance(item, Entity) else "event", item.type, item.fragments, item.id)
        for item in spanning
        if isinstance(item, Entity | Event)
    ]
    found.sort(key=_in_text)
    return found


def exact(left: Mentions, right: Mentions) -> Counts:
    """Same code points, same type, same kind."""
    return common(map(_WHOLE, left), map(_WHOLE, right))


def boundary(left: Mentions, right: Mentions) -> Counts:
    """Same code points; type and kind are ignored."""
    return common(map(_FRAGMENTS, left), map(_FRAGMENTS, right))


def overlap(left: Mentions, right: Mentions, *, typed: bool = True) -> Counts:
    """At least one code point shared, and the same type unless TYPED is false: the most pairs that are possible."""
    return Counts(most_pairs(touching(left, right, typed=typed)), len(left), len(right))


def dice(left: Mentions, right: Mentions, *, typed: bool = True) -> Counts:
    """As `overlap`, but a pair counts for the Dice coefficient of its code points: 2·shared / (size + size)."""
    worth = {(i, j): _dice(left[i], right[j]) for i, j in touching(left, right, typed=typed)}
    pairs = best_pairs((i, j, weight) for (i, j), weight in worth.items())
    return Counts(sum(worth[pair] for pair in pairs), len(left), len(right))


def per_label(left: Mentions, right: Mentions, measure: Measure = exact) -> dict[str, Counts]:
    """MEASURE for the spans of each type by themselves, the types sorted."""
    if measure is exact:
        return _exact_per_label(left, right)
    ours, theirs = by_type(left), by_type(right)
    return {name: measure(ours.get(name, ()), theirs.get(name, ())) for name in sorted({*ours, *theirs})}


def by_type(spans: Iterable[Mention]) -> dict[str, list[Mention]]:
    """SPANS by type, in order."""
    found: dict[str, list[Mention]] = {}
    for mention in spans:
        found.setdefault(mention.type, []).append(mention)
    return found


class Pair(NamedTuple):
    """What two annotators said of one place; None on the side of the one who said nothing."""

    left: Mention | None
    right: Mention | None

    @property
    def difference(self) -> Difference:
        """What they differ in."""
        if self.left is None or self.right is None:
            return "right only" if self.left is None else "left only"
        return difference(self.left, self.right)


def difference(left: Mention, right: Mention) -> Difference:
    """What two spans of one place differ in."""
    same_type = left.type == right.type and left.kind == right.kind
    if left.fragments == right.fragments:
        return "same" if same_type else "type"
    return "boundary" if same_type else "type and boundary"


def aligned(left: Mentions, right: Mentions) -> list[Pair]:
    """Every span of both sides, with its partner (see `partners`) where it has one; in text order."""
    partner = partners(left, right)
    taken = set(partner.values())
    pairs = [Pair(mention, right[partner[i]] if i in partner else None) for i, mention in enumerate(left)]
    pairs += [Pair(None, mention) for j, mention in enumerate(right) if j not in taken]
    pairs.sort(key=_place)
    return pairs


def partners(left: Mentions, right: Mentions) -> dict[int, int]:
    """Which span of LEFT (its index) belongs to which of RIGHT.

    Equal spans are partners first, then spans of the same code points, then what overlaps: there the most pairs, among
    those the most of one type, among those the greatest sum of Dice coefficients.
    """
    found = _equal(list(map(_WHOLE, left)), list(map(_WHOLE, right)))
    rest_left, rest_right = _without(found, range(len(left)), range(len(right)))
    if rest_left and rest_right:
        ours, theirs = [left[i] for i in rest_left], [right[j] for j in rest_right]
        others = unequal_partners(ours, theirs, touching(ours, theirs, typed=False))
        found.update((rest_left[i], rest_right[j]) for i, j in others.items())
    return found


def unequal_partners(left: Mentions, right: Mentions, touches: Iterable[tuple[int, int]]) -> dict[int, int]:
    """`partners` of spans of which no two are equal; TOUCHES are those of all types (see `touching`)."""
    found = _equal([mention.fragments for mention in left], [mention.fragments for mention in right])
    taken = set(found.values())
    edges: list[tuple[int, int, float]] = []
    bonus = 1 + min(len(left), len(right)) - len(found)
    for i, j in touches:
        if i not in found and j not in taken:
            one, other = left[i], right[j]
            edges.append((i, j, _dice(one, other) + bonus * (one.type == other.type)))
    if edges:
        found.update(best_pairs(edges))
    return found


def confusion(pairs: Iterable[Pair]) -> Contingency:
    """How often a type of the left side met a type of the right; None stands for no span at all."""
    cells: dict[tuple[str | None, str | None], float] = {}
    for pair in pairs:
        cell = (pair.left.type if pair.left else None, pair.right.type if pair.right else None)
        cells[cell] = cells.get(cell, 0) + 1
    return Contingency(cells)


def touching(left: Mentions, right: Mentions, *, typed: bool) -> list[tuple[int, int]]:
    """The pairs (indices) that share a code point and, when TYPED, have one type.

    Of two that do, one starts in the other; which those are, the sorted starts tell.
    """
    ours, theirs = _extents(left), _extents(right)
    our_starts, their_starts = [start for start, _, _ in ours], [start for start, _, _ in theirs]
    found: list[tuple[int, int]] = []
    for start, end, i in ours:
        low = bisect_left(their_starts, start)
        high = bisect_left(their_starts, end, low)
        if low < high:
            found += [(i, j) for _, _, j in theirs[low:high]]
    for start, end, j in theirs:
        low = bisect_right(our_starts, start)
        high = bisect_left(our_starts, end, low)
        if low < high:
            found += [(i, j) for _, _, i in ours[low:high]]
    if typed:
        found = [(i, j) for i, j in found if left[i].type == right[j].type]
    spans = (*left, *right)
    if sum(map(len, map(_FRAGMENTS, spans))) > len(spans):  # extents of several pieces may overlap where they do not
        found = [(i, j) for i, j in found if shared(left[i].fragments, right[j].fragments)]
    return found


def shared(left: Fragments, right: Fragments) -> int:
    """How many code points two spans have in common."""
    if len(left) == len(right) == 1:  # by far the most
        return max(0, min(left[0][1], right[0][1]) - max(left[0][0], right[0][0]))
    return sum(max(0, min(end, other_end) - max(start, other)) for start, end in left for other, other_end in right)


def size(fragments: Fragments) -> int:
    """How many code points a span has."""
    return sum([end - start for start, end in fragments])


def _extents(side: Mentions) -> list[tuple[int, int, int]]:
    """First and last offset and the index of every span, by the first."""
    return sorted([(m.fragments[0][0], m.fragments[-1][1], at) for at, m in enumerate(side) if m.fragments])


def _equal(left: list[Hashable], right: list[Hashable]) -> dict[int, int]:
    """Which of LEFT (its index) is equal to which of RIGHT, the first with the first, one to one."""
    places = {key: j for j, key in enumerate(right)}
    if len(places) == len(right) and len(set(left)) == len(left):
        return {i: places[key] for i, key in enumerate(left) if key in places}
    waiting: dict[Hashable, list[int]] = {}
    for j in range(len(right) - 1, -1, -1):
        waiting.setdefault(right[j], []).append(j)
    return {i: same.pop() for i, key in enumerate(left) if (same := waiting.get(key))}


def _without(found: dict[int, int], left: Iterable[int], right: Iterable[int]) -> tuple[list[int], list[int]]:
    """Those of LEFT and RIGHT that have no partner in FOUND."""
    taken = set(found.values())
    return [i for i in left if i not in found], [j for j in right if j not in taken]


def _dice(left: Mention, right: Mention) -> float:
    return 2 * shared(left.fragments, right.fragments) / (size(left.fragments) + size(right.fragments))


def _exact_per_label(left: Mentions, right: Mentions) -> dict[str, Counts]:
    ours, theirs = Counter(m.type for m in left), Counter(m.type for m in right)
    both: dict[str, int] = {}
    for key, count in (Counter(map(_WHOLE, left)) & Counter(map(_WHOLE, right))).items():
        both[key[1]] = both.get(key[1], 0) + count
    return {name: Counts(both.get(name, 0), ours[name], theirs[name]) for name in sorted({*ours, *theirs})}


def _in_text(mention: Mention) -> tuple[int, int, str]:
    """As `annotator.model.annotations.in_text_order` sorts."""
    fragments = mention.fragments
    return (fragments[0][0], -fragments[-1][1], mention.id) if fragments else (0, 0, mention.id)


def _place(pair: Pair) -> tuple[int, int]:
    mention = pair.left or pair.right
    return _in_text(mention)[:2] if mention else (0, 0)
