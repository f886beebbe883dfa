"""The four ways of SemEval-2013 task 9 to score spans (Segura-Bedmar et al. 2013, after MUC-5).

All four look at one alignment of the two sides (`annotator.agreement.spans.partners`), so that they speak of the same
pairs; ranges are half-open: spans that only touch do not overlap.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal

from annotator.agreement.counts import Counts, Sums
from annotator.agreement.spans import Difference, Mentions, difference, partners

Mode = Literal["strict", "exact", "partial", "type"]
MODES: Final[tuple[Mode, ...]] = ("strict", "exact", "partial", "type")
"""Boundaries and type; boundaries; boundaries, an overlap being worth a half; an overlap and the type."""

_CORRECT: Final[dict[Mode, frozenset[Difference]]] = {
    "strict": frozenset({"same"}),
    "exact": frozenset({"same", "type"}),
    "partial": frozenset({"same", "type"}),
    "type": frozenset({"same", "boundary"}),
}


@dataclass(frozen=True, slots=True)
class Semeval:
    """Correct, incorrect and partial pairs; `missing` spans only the left side has, `spurious` only the right."""

    correct: float = 0
    incorrect: float = 0
    partial: float = 0
    missing: float = 0
    spurious: float = 0

    def __add__(self, other: Semeval, /) -> Semeval:
        return Semeval(
            self.correct + other.correct,
            self.incorrect + other.incorrect,
            self.partial + other.partial,
            self.missing + other.missing,
            self.spurious + other.spurious,
        )

    @property
    def counts(self) -> Counts:
        """POSSIBLE on the left, ACTUAL on the right; a partial pair is worth a half."""
        pairs = self.correct + self.incorrect + self.partial
        return Counts(self.correct + self.partial / 2, pairs + self.missing, pairs + self.spurious)

    @property
    def precision(self) -> float | None:
        """Credit / ACTUAL; as `Counts.precision`."""
        return self.counts.precision

    @property
    def recall(self) -> float | None:
        """Credit / POSSIBLE; as `Counts.recall`."""
        return self.counts.recall

    @property
    def f1(self) -> float:
        """As `Counts.f1`."""
        return self.counts.f1

    @property
    def value(self) -> float:
        """F1."""
        return self.counts.f1

    @property
    def why(self) -> str:
        """As `Counts.why`."""
        return self.counts.why

    def sums(self) -> Sums:
        """Those of `counts`."""
        return self.counts.sums()

    @classmethod
    def of_sums(cls, sums: Sums) -> Counts:
        """The counts, which have the same values."""
        return Counts.of_sums(sums)


def semeval(left: Mentions, right: Mentions) -> dict[Mode, Semeval]:
    """All four tallies of two sides; LEFT is the reference."""
    partner = partners(left, right)
    found = Counter(difference(left[i], right[j]) for i, j in partner.items())
    missing, spurious = len(left) - len(partner), len(right) - len(partner)
    tallies: dict[Mode, Semeval] = {}
    for mode in MODES:
        correct = sum(found[each] for each in _CORRECT[mode])
        other = len(partner) - correct
        halves = other if mode == "partial" else 0
        tallies[mode] = Semeval(correct, other - halves, halves, missing, spurious)
    return tallies
