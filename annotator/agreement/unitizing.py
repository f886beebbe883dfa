"""Krippendorff's alpha for unitizing: who cut the same stretches out of a continuum, and called them the same.

alpha_u (Krippendorff 1995; in the form of Krippendorff, Mathet, Bouvry & Widlöcher 2016, *Quality & Quantity* 50:2347)
compares lengths, here code points. The continuum of a corpus is its documents one after the other; what nobody marked
is a gap, and a gap of one annotator may be cut anywhere, so it counts as units of length 1.

Units of one annotator may not overlap: of overlapping ones the outermost is taken and the others are counted as
excluded. The fragments of a discontinuous span are units of their own.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from typing import Final, NamedTuple

from annotator.agreement.codings import Stretches, common_runs, outermost
from annotator.agreement.counts import Sums
from annotator.agreement.kappa import merged
from annotator.agreement.spans import Mention, by_type

GAP: Final = ""
"""The label of what an annotator did not mark."""

NOTHING: Final = "nobody marked anything"
TOO_FEW: Final = "fewer than two annotators"
NO_VARIATION: Final = "all is one unit of one label: 1 by convention"


class Unit(NamedTuple):
    """The code points `[start, end)` and what an annotator called them."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Unitizing:
    """The sums of alpha_u: coinciding lengths, lengths and squared lengths by label, spans left out.

    `agreed` is the diagonal of the observed coincidences, `lengths` are its margins, and `squares` what units cannot
    coincide with because it is themselves (length² of a unit, length of a gap).
    """

    agreed: float = 0
    lengths: Mapping[str, float] = field(default_factory=dict)
    squares: Mapping[str, float] = field(default_factory=dict)
    excluded: int = 0

    def __add__(self, other: Unitizing, /) -> Unitizing:
        return Unitizing(
            self.agreed + other.agreed,
            merged(self.lengths, other.lengths),
            merged(self.squares, other.squares),
            self.excluded + other.excluded,
        )

    @property
    def length(self) -> float:
        """The length of everything that is compared, over all annotators."""
        return sum(self.lengths.values())

    @property
    def value(self) -> float | None:
        """alpha_u."""
        length = self.length
        if not any(count for label, count in self.lengths.items() if label != GAP):
            return None
        room = length * length - sum(self.squares.values())
        same = sum(count * count for count in self.lengths.values()) - sum(self.squares.values())
        if room <= 0 or room == same:
            return 1.0
        return 1 - (length - self.agreed) / (length * (1 - same / room))

    @property
    def why(self) -> str:
        """Why there is no value, or only a convention."""
        value = self.value
        if value is None:
            return NOTHING if self.lengths else TOO_FEW
        return NO_VARIATION if sum(1 for count in self.lengths.values() if count) == 1 else ""

    def sums(self) -> Sums:
        """All sums but the number of excluded spans."""
        found: dict[Hashable, float] = {("length", label): count for label, count in self.lengths.items()}
        found.update({("square", label): count for label, count in self.squares.items()})
        found["agreed"] = self.agreed
        return found

    @classmethod
    def of_sums(cls, sums: Sums) -> Unitizing:
        """The same without the number of excluded spans."""
        tables: dict[str, dict[str, float]] = {"length": {}, "square": {}}
        for key, count in sums.items():
            if isinstance(key, tuple):
                tables[key[0]][key[1]] = count
        return cls(sums.get("agreed", 0), tables["length"], tables["square"])


class Cut(NamedTuple):
    """The units of one annotator, ascending and apart, and how many spans were left out because they overlap others."""

    units: Sequence[Unit] = ()
    excluded: int = 0


def cut(mentions: Iterable[Mention]) -> Cut:
    """MENTIONS as units: all types together."""
    kept, left_out = outermost(mentions)
    return Cut(sorted(Unit(start, end, each.type) for each in kept for start, end in each.fragments), len(left_out))


def cut_per_type(mentions: Iterable[Mention]) -> dict[str, Cut]:
    """MENTIONS as units of each type by itself: only overlaps within a type leave anything out."""
    return {name: cut(some) for name, some in by_type(mentions).items()}


class Continuum(Stretches):
    """What one annotator cut, to be compared with several others."""

    __slots__ = ("excluded", "squares", "units")

    def __init__(self, found: Cut) -> None:
        super().__init__(found.units)
        self.units = found.units
        self.excluded = found.excluded
        self.squares: dict[str, float] = {}
        for start, end, label in found.units:
            self.squares[label] = self.squares.get(label, 0) + (end - start) ** 2


def unitizing(annotators: Sequence[Cut | Continuum], length: int, *, gaps: bool = True) -> Unitizing:
    """The tally of a document of LENGTH code points that each of ANNOTATORS worked on.

    Without GAPS only what two annotators both marked is compared: boundaries then hardly matter. Fewer than two
    annotators have nothing to compare.
    """
    sides = [each if isinstance(each, Continuum) else Continuum(each) for each in annotators]
    excluded = sum(side.excluded for side in sides)
    if len(sides) < 2:
        return Unitizing(excluded=excluded)
    squares = _added(side.squares for side in sides)
    if not gaps:
        return Unitizing(*_marked_by_both(sides), squares, excluded)
    agreed = 0.0
    for one, other in combinations(sides, 2):
        both, same = one.shared(other)
        agreed += 2 * (same + length - one.length - other.length + both) / (len(sides) - 1)
    lengths = _added(side.lengths for side in sides)
    lengths[GAP] = squares[GAP] = length * len(sides) - sum(side.length for side in sides)
    return Unitizing(agreed, lengths, squares, excluded)


def _added(tables: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The sums of TABLES, of which there is one at least."""
    first, *others = tables
    return reduce(merged, others, dict(first))


def _marked_by_both(sides: Sequence[Continuum]) -> tuple[float, dict[str, float]]:
    """What coincides of what two of SIDES both marked, and the lengths of that."""
    others = len(sides) - 1
    agreed = 0.0
    lengths: dict[str, float] = {}
    for one, other in combinations(sides, 2):
        same = 0
        for ours, theirs, shared in common_runs(one.units, other.units):
            same += shared * (ours == theirs)
            for label in (ours, theirs):
                lengths[label] = lengths.get(label, 0) + shared / others
        agreed += 2 * same / others
    return agreed, lengths


def per_type(
    annotators: Sequence[Mapping[str, Cut | Continuum]], length: int, types: Iterable[str]
) -> dict[str, Unitizing]:
    """The tallies of each of TYPES by itself: everything else is a gap. ANNOTATORS are what `cut_per_type` gave.

    A type that nobody used has one too: its document is a gap, and counts as such in a corpus.
    """
    unused = unitizing([_UNUSED] * len(annotators), length)
    return {
        name: unitizing([each.get(name, _UNUSED) for each in annotators], length)
        if any(name in each for each in annotators)
        else unused
        for name in types
    }


_UNUSED: Final = Cut()
