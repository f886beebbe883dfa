"""Krippendorff's alpha for nominal labels: any number of annotators, units may lack some of them.

alpha = 1 - Do/De over the matrix of coincidences (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability").
A unit with m labels gives every pair of them 1/(m-1), so only its diagonal and the label totals need to be kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.agreement.counts import Sums
from annotator.agreement.kappa import NO_UNITS, ONE_LABEL, Ratings, merged


@dataclass(frozen=True, slots=True)
class Coincidences:
    """The diagonal (`agreed`) and the label `totals` of a coincidence matrix; `unpaired` units have fewer than two."""

    agreed: float
    totals: Mapping[Any, float]
    unpaired: float = 0

    def __add__(self, other: Coincidences, /) -> Coincidences:
        return Coincidences(
            self.agreed + other.agreed, merged(self.totals, other.totals), self.unpaired + other.unpaired
        )

    @property
    def value(self) -> float | None:
        """Alpha."""
        labels = sum(self.totals.values())
        if not labels:
            return None
        expected = labels * labels - sum(count * count for count in self.totals.values())
        return 1 - (labels - 1) * (labels - self.agreed) / expected if expected > 0 else 1.0

    @property
    def why(self) -> str:
        """Why there is no value, or only a convention."""
        used = sum(1 for count in self.totals.values() if count)
        return NO_UNITS if not used else ONE_LABEL if used == 1 else ""

    def sums(self) -> Sums:
        """The diagonal and the totals."""
        found: dict[Hashable, float] = {("total", label): count for label, count in self.totals.items()}
        found["agreed"] = self.agreed
        return found

    @classmethod
    def of_sums(cls, sums: Sums) -> Coincidences:
        """The same without the number of unpaired units."""
        return cls(sums.get("agreed", 0), {key[1]: n for key, n in sums.items() if isinstance(key, tuple)})


def coincidences(ratings: Ratings) -> Coincidences:
    """The coincidences of RATINGS; None stands for a label that an annotator did not give."""
    agreed, unpaired = 0.0, 0.0
    totals: dict[Any, float] = {}
    for labels, units in ratings.items():
        counts = Counter(labels)
        counts.pop(None, None)
        number = sum(counts.values())
        if number < 2:
            unpaired += units
            continue
        for label, count in counts.items():
            totals[label] = totals.get(label, 0) + units * count
            if count > 1:
                agreed += units * count * (count - 1) / (number - 1)
    return Coincidences(agreed, totals, unpaired)
