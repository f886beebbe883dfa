"""What one document contributes to a score (a *tally*), and counts of what two sides have in common.

Tallies of one metric are added over documents and only then have a value, so a corpus score is never the mean of
document scores, and a bootstrap over documents only adds again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Final, Protocol, Self, TypeAlias, TypeVar, cast

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


class Sided:
    """A tally of two annotators with sums that are one's own: the same whoever the other is.

    All tallies that a document contributes to one measure have them in common, so they are kept once for an annotator.
    """

    __slots__ = ()

    def shared(self) -> Sums:
        """The sums that take both sides."""
        raise NotImplementedError

    def own(self, side: int) -> Sums:
        """Those of the left side (0) or the right (1)."""
        raise NotImplementedError

    @classmethod
    def of_sides(cls, shared: Sums, left: Sums, right: Sums) -> Any:
        """What has the values that these sums give."""
        raise NotImplementedError


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
class Counts(Sided):
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

    def shared(self) -> Sums:
        """What both have."""
        return {"both": self.both}

    def own(self, side: int) -> Sums:
        """How many items the side has."""
        return {"size": self.right if side else self.left}

    @classmethod
    def of_sides(cls, shared: Sums, left: Sums, right: Sums) -> Counts:
        """The counts again."""
        return cls(shared.get("both", 0), left.get("size", 0), right.get("size", 0))


class LabelCounts(Mapping[str, Counts], Sided):
    """Counts for each label that one of the two sides has: of each label the items of BOTH, of LEFT, of RIGHT.

    The tables are not copied: those of a side are the same in all its pairs. BOTH may have labels that are not on the
    right side.
    """

    __slots__ = ("both", "left", "right")

    def __init__(self, both: Mapping[str, float], left: Mapping[str, float], right: Mapping[str, float]) -> None:
        self.both = both
        self.left = left
        self.right = right

    def __getitem__(self, label: str) -> Counts:
        if label not in self.left and label not in self.right:
            raise KeyError(label)
        return Counts(self.both.get(label, 0), self.left.get(label, 0), self.right.get(label, 0))

    def __iter__(self) -> Iterator[str]:
        return iter({**self.left, **self.right})

    def __len__(self) -> int:
        return len({**self.left, **self.right})

    def shared(self) -> Sums:
        """What both have of each label."""
        return cast("Sums", self.both)

    def own(self, side: int) -> Sums:
        """How many items of each label the side has."""
        return cast("Sums", self.right if side else self.left)

    @classmethod
    def of_sides(cls, shared: Sums, left: Sums, right: Sums) -> LabelCounts:
        """The counts again."""
        return cls(*(cast("Mapping[str, float]", table) for table in (shared, left, right)))

    @property
    def total(self) -> Counts:
        """Of all labels: no item of one is compared with one of another."""
        return Counts(sum(self.both.values()), sum(self.left.values()), sum(self.right.values()))


class Bags:
    """A multiset of things for each label, to be compared with several others' at once.

    Of equal things only the first is itself; a further one has its number. So what two have in common is a matter of
    sets, and most of the work is in what they have not.
    """

    __slots__ = ("_items", "_same", "sizes")

    def __init__(self, items: Iterable[tuple[str, Hashable]] = ()) -> None:
        listed = list(items)
        different: frozenset[tuple[Any, ...]] = frozenset(listed)
        if len(different) < len(listed):
            seen: dict[tuple[str, Hashable], int] = {}
            for item in listed:
                seen[item] = seen.get(item, 0) + 1
            different |= {(*item, number) for item, count in seen.items() for number in range(2, count + 1)}
        self._items = different
        self.sizes: dict[str, int] = {}
        """How many things each label has."""
        for label, _ in listed:
            self.sizes[label] = self.sizes.get(label, 0) + 1

    def common(self, other: Bags) -> LabelCounts:
        """Counts of this, the left side, and OTHER for each label that one of the two has."""
        both = self.sizes
        if missing := self._items - other._items:
            both = dict(both)
            for item in missing:
                both[item[0]] -= 1
        return LabelCounts(both, self.sizes, other.sizes)


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
