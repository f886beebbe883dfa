"""Agreement beyond chance on labelled units: Cohen's kappa, Scott's pi, Fleiss' kappa.

kappa = (Po - Pe) / (1 - Pe). Cohen (1960) takes each annotator's own label frequencies for Pe, Scott (1955) the mean of
both; Fleiss (1971) is Scott's for any fixed number of annotators. When all units have one and the same label, chance
agrees too and the quotient is 0/0: the value is 1, and `why` says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any, Final, Literal, TypeAlias

from annotator.agreement.counts import Sums

Label: TypeAlias = Hashable
Cells: TypeAlias = Mapping[tuple[Any, Any], float]
"""How many units have a label of the left annotator and one of the right."""
Scope = Literal["all", "any", "both"]
"""Which units count: every one; those that at least one annotator labelled; those that every annotator labelled."""
SCOPES: Final[tuple[Scope, ...]] = ("all", "any", "both")
OUTSIDE: Final[tuple[str, ...]] = ()
"""The label of a unit that nobody's span covers: no type at all."""

NO_UNITS: Final = "there are no units to compare"
ONE_LABEL: Final = "every unit has the same label: 1 by convention"


@dataclass(frozen=True, slots=True)
class Margins:
    """All that kappa and pi need of a contingency table: the agreeing units and each side's label counts.

    `excluded` units were left out.
    """

    agreed: float
    left: Mapping[Any, float]
    right: Mapping[Any, float]
    excluded: float = 0

    def __add__(self, other: Margins, /) -> Margins:
        left, right = merged(self.left, other.left), merged(self.right, other.right)
        return Margins(self.agreed + other.agreed, left, right, self.excluded + other.excluded)

    @property
    def units(self) -> float:
        """How many units were compared."""
        return sum(self.left.values())

    @property
    def observed(self) -> float | None:
        """The share of units with the same label."""
        units = self.units
        return self.agreed / units if units else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa."""
        right = self.right
        chance = sum([count * right[label] for label, count in self.left.items() if label in right])
        return _beyond(self.agreed, self.units, chance)

    @property
    def pi(self) -> float | None:
        """Scott's pi."""
        chance = sum(count * count for count in merged(self.left, self.right).values()) / 4
        return _beyond(self.agreed, self.units, chance)

    @property
    def value(self) -> float | None:
        """Cohen's kappa."""
        return self.kappa

    @property
    def why(self) -> str:
        """Why there is no value, or only a convention."""
        if not self.units:
            return NO_UNITS
        used = {label for side in (self.left, self.right) for label, count in side.items() if count}
        return ONE_LABEL if len(used) == 1 else ""

    def sums(self) -> Sums:
        """The agreeing units and both sides' label counts."""
        found: dict[Hashable, float] = {"agreed": self.agreed}
        found.update({("left", label): count for label, count in self.left.items()})
        found.update({("right", label): count for label, count in self.right.items()})
        return found

    @classmethod
    def of_sums(cls, sums: Sums) -> Margins:
        """The margins again."""
        sides: dict[Any, dict[Any, float]] = {"left": {}, "right": {}}
        for key, count in sums.items():
            if isinstance(key, tuple):
                sides[key[0]][key[1]] = count
        return cls(sums.get("agreed", 0), sides["left"], sides["right"])


@dataclass(frozen=True, slots=True)
class Aligned:
    """`Margins` for many values one after the other: both sides count the same labels in the same order."""

    agreed: float
    left: Sequence[float]
    right: Sequence[float]

    @property
    def pi(self) -> float | None:
        """Scott's pi."""
        chance = sum([(ours + theirs) ** 2 for ours, theirs in zip(self.left, self.right, strict=True)]) / 4
        return _beyond(self.agreed, sum(self.left), chance)

    @property
    def value(self) -> float | None:
        """Cohen's kappa."""
        return _beyond(self.agreed, sum(self.left), sum(map(mul, self.left, self.right)))


def _beyond(agreed: float, units: float, chance: float) -> float | None:
    """(Po - Pe) / (1 - Pe), with Po = AGREED / UNITS and Pe = CHANCE / UNITS²."""
    if not units:
        return None
    room = units * units - chance
    return (agreed * units - chance) / room if room > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Contingency:
    """Label pairs of two annotators over units; `excluded` units were left out of it."""

    cells: Cells
    excluded: float = 0

    def __add__(self, other: Contingency, /) -> Contingency:
        return Contingency(merged(self.cells, other.cells), self.excluded + other.excluded)

    def margins(self) -> Margins:
        """The sums that the scores are computed from."""
        agreed: float = 0
        left: dict[Any, float] = {}
        right: dict[Any, float] = {}
        for (ours, theirs), count in self.cells.items():
            left[ours] = left.get(ours, 0) + count
            right[theirs] = right.get(theirs, 0) + count
            if ours == theirs:
                agreed += count
        return Margins(agreed, left, right)

    def labelled(self, scope: Scope, outside: Label = OUTSIDE) -> Contingency:
        """Only the units that one annotator or both gave a label other than OUTSIDE; the others are excluded."""
        if scope == "all":
            return self
        if scope == "any":
            kept = {pair: n for pair, n in self.cells.items() if pair != (outside, outside)}
        else:
            kept = {pair: n for pair, n in self.cells.items() if outside not in pair}
        return Contingency(kept, self.excluded + sum(self.cells.values()) - sum(kept.values()))

    def mapped(self, label: Callable[[Any], Any]) -> Contingency:
        """The table with every label put through LABEL; the cells that fall together are added."""
        cells: dict[tuple[Any, Any], float] = {}
        for (left, right), count in self.cells.items():
            pair = label(left), label(right)
            cells[pair] = cells.get(pair, 0) + count
        return Contingency(cells, self.excluded)

    @property
    def units(self) -> float:
        """How many units were compared."""
        return sum(self.cells.values())

    @property
    def observed(self) -> float | None:
        """The share of units with the same label."""
        return self.margins().observed

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa."""
        return self.margins().kappa

    @property
    def pi(self) -> float | None:
        """Scott's pi."""
        return self.margins().pi

    @property
    def value(self) -> float | None:
        """Cohen's kappa."""
        return self.margins().kappa

    @property
    def why(self) -> str:
        """Why there is no value, or only a convention."""
        return self.margins().why

    def sums(self) -> Sums:
        """Those of `margins`."""
        return self.margins().sums()

    @classmethod
    def of_sums(cls, sums: Sums) -> Margins:
        """The margins, which have the same values."""
        return Margins.of_sums(sums)


@dataclass(frozen=True, slots=True)
class Fleiss:
    """Fleiss' kappa: units that all of `raters` annotators labelled; the `incomplete` ones were left out.

    `agreed` sums each unit's share of agreeing pairs; `totals` counts labels over all annotators.
    """

    raters: int
    agreed: float
    totals: Mapping[Any, float]
    incomplete: float = 0

    def __add__(self, other: Fleiss, /) -> Fleiss:
        if self.raters != other.raters:
            raise ValueError(f"Fleiss' kappa needs one number of annotators, not {self.raters} and {other.raters}")
        totals = merged(self.totals, other.totals)
        return Fleiss(self.raters, self.agreed + other.agreed, totals, self.incomplete + other.incomplete)

    @property
    def units(self) -> float:
        """How many complete units there are."""
        return sum(self.totals.values()) / self.raters

    @property
    def value(self) -> float | None:
        """Fleiss' kappa."""
        units = self.units
        if not units:
            return None
        chance = sum(count * count for count in self.totals.values()) / (self.raters * self.raters)
        room = units * units - chance
        return (self.agreed * units - chance) / room if room > 0 else 1.0

    @property
    def why(self) -> str:
        """Why there is no value, or only a convention."""
        if not self.units:
            return NO_UNITS
        return ONE_LABEL if sum(1 for count in self.totals.values() if count) == 1 else ""

    def sums(self) -> Sums:
        """The agreement, the labels, and the number of annotators' share in every label."""
        found: dict[Hashable, float] = {("total", label): count for label, count in self.totals.items()}
        found["agreed"] = self.agreed
        found["units"] = self.units
        return found

    @classmethod
    def of_sums(cls, sums: Sums) -> Fleiss:
        """The same without the number of incomplete units."""
        totals = {key[1]: count for key, count in sums.items() if isinstance(key, tuple)}
        units = sums.get("units", 0)
        return cls(round(sum(totals.values()) / units) if units else 2, sums.get("agreed", 0), totals)


Ratings: TypeAlias = Mapping[tuple[Any, ...], float]
"""How many units have these labels, one of each annotator in a fixed order; None where an annotator gave none."""


def fleiss(ratings: Ratings, raters: int) -> Fleiss:
    """Fleiss' kappa of the units of RATINGS that all RATERS (at least two) labelled."""
    if raters < 2:
        raise ValueError("Fleiss' kappa needs two annotators or more")
    agreed, incomplete = 0.0, 0.0
    totals: dict[Any, float] = {}
    for labels, units in ratings.items():
        if len(labels) != raters or None in labels:
            incomplete += units
            continue
        counts = Counter(labels)
        agreed += units * sum(count * (count - 1) for count in counts.values()) / (raters * (raters - 1))
        for label, count in counts.items():
            totals[label] = totals.get(label, 0) + units * count
    return Fleiss(raters, agreed, totals, incomplete)


def merged(left: Mapping[Any, float], right: Mapping[Any, float]) -> dict[Any, float]:
    """The sums of two tables, cell by cell."""
    found = dict(left)
    for key, count in right.items():
        found[key] = found.get(key, 0) + count
    return found
