"""Confidence intervals by resampling documents (Efron & Tibshirani 1993, the percentile interval).

Documents are the unit that is drawn, because what stands in one document is not independent. One `Bootstrap` draws
once and uses the same draws for every measure and every pair, so the values of one draw may be averaged over pairs.

All sums of a tally are packed into one integer, each in a field wide enough for the sum of all documents; adding a draw
then adds whole tallies. Fractions are kept in steps of 2^-32.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor
from operator import attrgetter
from random import Random
from typing import Any, Final

from annotator.agreement.counts import Tally

SAMPLES: Final = 1000
_DRAWS: Final = 10_000_000
"""The most documents that are drawn in all; of a very large corpus fewer samples are taken, but at least 100."""

_FRACTION: Final = 1 << 32

Statistic = Callable[[Any], float | None]
_VALUE: Final[Statistic] = attrgetter("value")


@dataclass(frozen=True, slots=True)
class Interval:
    """Within `low` and `high` lies the share `level` of the values of resampled corpora.

    `samples` is how many there were, without the `undefined` ones, which had no value.
    """

    low: float
    high: float
    level: float
    samples: int
    undefined: int = 0


class Bootstrap:
    """Draws of DOCUMENTS documents with replacement: the same for the same SEED, whatever the machine.

    `samples` may be smaller than asked for, when the corpus is very large.
    """

    def __init__(self, documents: int, *, samples: int = SAMPLES, seed: int = 0) -> None:
        self.documents = documents
        self.samples = min(samples, max(100, _DRAWS // max(1, documents))) if documents > 1 else 0
        generator = Random(seed)  # noqa: S311 - a sample, not a secret
        numbers = list(range(documents))
        self._draws = [_Draw.of(generator.choices(numbers, k=documents)) for _ in range(self.samples)]

    def sums(self, packed: Sequence[int]) -> Iterator[int]:
        """The sum of PACKED, a number for each document, in every draw, in the order of draws."""
        for draw in self._draws:
            yield draw.sum(packed)

    def values(self, tallies: Sequence[Tally | None], statistic: Statistic = _VALUE) -> list[float | None]:
        """STATISTIC of the sum of TALLIES in every draw, in the order of draws.

        TALLIES has one item for each document, None where the document contributes nothing. STATISTIC is given what
        `Tally.of_sums` makes, e.g. `attrgetter("pi")`. A draw without any contribution has no value. ValueError when
        the number of tallies is not that of the documents.
        """
        if len(tallies) != self.documents:
            raise ValueError(f"{len(tallies)} tallies for {self.documents} documents")
        first = next((tally for tally in tallies if tally is not None), None)
        if first is None:
            return [None] * self.samples
        packed, fields = _packed(tallies)
        make = type(first).of_sums
        return [statistic(make(_unpacked(number, fields))) if number else None for number in self.sums(packed)]

    def interval(
        self, tallies: Sequence[Tally | None], statistic: Statistic = _VALUE, *, level: float = 0.95
    ) -> Interval | None:
        """The interval of STATISTIC over TALLIES (see `values`); None with fewer than two documents or values."""
        return interval_of(self.values(tallies, statistic), level=level)


@dataclass(frozen=True, slots=True)
class _Draw:
    """The documents of one draw by how often each was drawn: a third of the draws are of documents drawn before."""

    times: Sequence[tuple[int, Sequence[int]]]

    @classmethod
    def of(cls, drawn: Iterable[int]) -> _Draw:
        times: dict[int, list[int]] = {}
        for number, count in Counter(drawn).items():
            times.setdefault(count, []).append(number)
        return cls([(count, array("I", numbers)) for count, numbers in times.items()])

    def sum(self, packed: Sequence[int]) -> int:
        return sum([count * sum(map(packed.__getitem__, numbers)) for count, numbers in self.times])


def interval_of(values: Sequence[float | None], *, level: float = 0.95) -> Interval | None:
    """The percentile interval of VALUES, one for each draw; None with fewer than two."""
    defined = sorted(value for value in values if value is not None)
    if len(defined) < 2:
        return None
    tail = (1 - level) / 2
    undefined = len(values) - len(defined)
    return Interval(quantile(defined, tail), quantile(defined, 1 - tail), level, len(defined), undefined)


def mean_of(values: Sequence[Sequence[float | None]]) -> list[float | None]:
    """The mean of several pairs' values in every draw, over the pairs that have one."""
    found: list[float | None] = []
    for draw in zip(*values, strict=True):
        defined = [value for value in draw if value is not None]
        found.append(sum(defined) / len(defined) if defined else None)
    return found


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which SHARE of the ORDERED ones lie, between neighbours by proportion (Hyndman & Fan, type 7)."""
    place = share * (len(ordered) - 1)
    low = min(floor(place), len(ordered) - 1)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


_Field = tuple[Hashable, int, int, int]
"""A sum's name, the first bit of its field, the field's mask, and what a step is worth (1 / that)."""


def _packed(tallies: Sequence[Tally | None]) -> tuple[list[int], list[_Field]]:
    """Every tally as one integer, and where in it which sum stands.

    Above all fields one bit for each tally is counted, so that 0 means no tally and not one of zeros.
    """
    tables = [None if tally is None else tally.sums() for tally in tallies]
    largest: dict[Hashable, float] = {}
    whole: dict[Hashable, bool] = {}
    for table in tables:
        for name, number in (table or {}).items():
            largest[name] = max(largest.get(name, 0), number)
            whole[name] = whole.get(name, True) and number == int(number)
    fields: list[_Field] = []
    places: dict[Hashable, tuple[int, int]] = {}
    at = 0
    for name, most in largest.items():
        steps = 1 if whole[name] else _FRACTION
        width = ((floor(most * steps) + 1) * len(tables)).bit_length()
        fields.append((name, at, (1 << width) - 1, steps))
        places[name] = (at, steps)
        at += width
    packed: list[int] = []
    for table in tables:
        number = 0 if table is None else 1 << at
        for name, value in (table or {}).items():
            low, steps = places[name]
            number += round(value * steps) << low
        packed.append(number)
    return packed, fields


def _unpacked(number: int, fields: Sequence[_Field]) -> dict[Hashable, float]:
    return {
        name: (number >> at & mask) if steps == 1 else (number >> at & mask) / steps for name, at, mask, steps in fields
    }
