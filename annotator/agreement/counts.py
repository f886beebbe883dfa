"""What one document contributes to a score (a *tally*), and counts of what two sides have in common.

Tallies of one metric are added over documents and only then have a value, so a corpus score is never the mean of
document scores, and a bootstrap over documents only adds again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import repeat
from operator import add
from typing import Any, Final, Protocol, Self, TypeAlias, TypeVar

Sums: TypeAlias = Mapping[Hashable, float]
"""The additive quantities that a value is computed from, by name; none is negative."""


class Tally(Protocol):
    """What a document, or the sum of several, contributes to one score."""

    def __add__(self, other: Self, /) -> Self: ...

    @property
    def value(self) -> float | None:
        """The score; None when it is undefined, and `why` says why."""

    @property
    def why(self) -> str:
        """Why there is no value, or why it is a convention; empty otherwise."""

    def sums(self) -> Sums:
        """What has to be added over documents to compute the value."""

    @classmethod
    def of_sums(cls, sums: Sums) -> Tally:
        """A tally with the values that SUMS give; it need not have everything else of this class."""


T = TypeVar("T", bound=Tally)


def total(tallies: Iterable[T], nothing: T) -> T:
    """The sum of TALLIES; NOTHING when there are none."""
    return reduce(add, tallies, nothing)


_HEAD: Final = re.compile(r"s\b(?= (?:of|in|that)\b|$)")


def counted(count: int, plural: str) -> str:
    """COUNT of the things that PLURAL names: `1 pair of a trigger and an entity`, `2,000 documents`."""
    named = plural if count != 1 else _HEAD.sub("", plural, count=1).replace(" that are ", " that is ")
    return f"{count:,} {named}"


BOTH_EMPTY: Final = "neither side has any: 1 by convention"
ONE_EMPTY: Final = "only one side has any"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items two sides have in common and how many each has; `left` is the reference, where there is one.

    F1 = 2·both / (left + right) does not depend on which side that is; precision and recall swap with it. Two empty
    sides agree: 1.
    """

    both: float = 0
    left: float = 0
    right: float = 0

    def __add__(self, other: Counts, /) -> Counts:
        return Counts(self.both + other.both, self.left + other.left, self.right + other.right)

    def swapped(self) -> Counts:
        """The same with the right side as the reference."""
        return Counts(self.both, self.right, self.left)

    @property
    def precision(self) -> float | None:
        """How much of the right side the left has too; None when the right side is empty and the left is not."""
        return _share(self.both, self.right, self.left)

    @property
    def recall(self) -> float | None:
        """How much of the left side the right has too; None when the left side is empty and the right is not."""
        return _share(self.both, self.left, self.right)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 when both sides are empty."""
        size = self.left + self.right
        return 2 * self.both / size if size else 1.0

    @property
    def value(self) -> float:
        """F1."""
        return self.f1

    @property
    def why(self) -> str:
        """Whether the value is a convention."""
        if self.left and self.right:
            return ""
        return ONE_EMPTY if self.left or self.right else BOTH_EMPTY

    def sums(self) -> Sums:
        """The three counts."""
        return {"both": self.both, "left": self.left, "right": self.right}

    @classmethod
    def of_sums(cls, sums: Sums) -> Counts:
        """The counts again."""
        return cls(sums.get("both", 0), sums.get("left", 0), sums.get("right", 0))


counts: Final = lru_cache(maxsize=1 << 12)(Counts)
"""`Counts`, those of small numbers mostly made before: a large study needs millions of them."""


class Bags:
    """A multiset of things for each label, to be compared with several others' at once.

    Of equal things only the first is itself; a further one has its number. So what two have in common is a matter of
    sets, and most of the work is in what they have not.
    """

    __slots__ = ("_items", "_same", "sizes")

    def __init__(self, items: Iterable[tuple[str, Hashable]] = ()) -> None:
        listed = list(items)
        different: frozenset[tuple[Hashable, ...]] = frozenset(listed)
        if len(different) < len(listed):
            seen: dict[tuple[str, Hashable], int] = {}
            for item in listed:
                seen[item] = seen.get(item, 0) + 1
            different |= {(*item, number) for item, count in seen.items() for number in range(2, count + 1)}
        self._items = different
        self._same: dict[str, Counts] | None = None
        self.sizes: dict[str, int] = {}
        """How many things each label has."""
        for label, _ in listed:
            self.sizes[label] = self.sizes.get(label, 0) + 1

    def common(self, other: Bags) -> Mapping[str, Counts]:
        """Counts of this, the left side, and OTHER for each label that one of the two has."""
        missing = self._items - other._items
        if not missing and len(self._items) == len(other._items):
            if self._same is None:
                self._same = {label: counts(size, size, size) for label, size in self.sizes.items()}
            return self._same
        both: dict[Any, int] = dict(self.sizes)
        for item in missing:
            both[item[0]] -= 1
        return counts_of(both, self.sizes, other.sizes)


def counts_of(both: Mapping[str, int], left: Mapping[str, int], right: Mapping[str, int]) -> dict[str, Counts]:
    """The counts of each label that one side has."""
    labels = {**left, **right}
    columns = [map(sizes.get, labels, _ZEROS) for sizes in (both, left, right)]
    return dict(zip(labels, map(counts, *columns), strict=True))


_ZEROS: Final = repeat(0)


class Bag:
    """A multiset, to be compared with several others."""

    __slots__ = ("_different", "_items")

    def __init__(self, items: Iterable[Hashable] = ()) -> None:
        self._items = list(items)
        self._different = frozenset(self._items)

    def common(self, other: Bag) -> Counts:
        """Counts of this, the left side, and OTHER: an item that each has twice counts twice."""
        ours, theirs = self._items, other._items
        both = len(self._different & other._different)
        if both and len(self._different) + len(other._different) < len(ours) + len(theirs):
            both = (Counter(ours) & Counter(theirs)).total()
        return Counts(both, len(ours), len(theirs))


def common(left: Iterable[Hashable], right: Iterable[Hashable]) -> Counts:
    """Counts of two multisets, as `Bag.common`."""
    return Bag(left).common(Bag(right))


def _share(both: float, of: float, other: float) -> float | None:
    if of:
        return both / of
    return None if other else 1.0
