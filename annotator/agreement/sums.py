"""Sums of many columns at once, document by document, for a thousand resamples in a few seconds.

A *column* is one number to be computed: a pair of annotators, a pair and a label. Of the tallies that documents
contribute to it only the sums are kept, each in a *lane* of its own. For resampling, all lanes of a document become one
integer, so that adding two documents adds all lanes; lanes are as wide as the sum over all documents needs, and
fractions are kept in steps that still leave room.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple, cast

from annotator.agreement.bootstrap import Bootstrap
from annotator.agreement.counts import Counts, Sums, Tally
from annotator.agreement.kappa import Aligned, Margins

Value = Callable[[Any], float | None]
_FRACTION_BITS: Final = 32
_LARGEST: Final = 1 << 32
_MOST_ROWS: Final = 1 << 20  # a float tells as many rows of as large numbers apart


_ONLY_COUNTS: Final[set[type]] = {Counts}
_COUNTS: Final = ("both", "left", "right")
_THREE: Final = attrgetter(*_COUNTS)


class _Reading(NamedTuple):
    """How a column is read from the sums of all lanes: those that are its own, and what makes a tally of them.

    Without `make` they are those of counts.
    """

    pick: Callable[[Sequence[float]], Sequence[float]]
    make: Callable[[Sequence[float]], Any] | None


class Columns:
    """What documents contribute to columns; a document is added as a whole."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, dict[Hashable, int]] = {}
        self._kinds: dict[Hashable, type[Tally]] = {}
        self._count = 0
        self._rows: list[tuple[array[int], array[float]]] = []
        self._side_by_side: dict[Hashable, tuple[int, ...]] = {}  # the lanes of counts
        self.documents: Counter[Hashable] = Counter()
        """How many documents contribute to each column."""

    def __len__(self) -> int:
        """How many documents were added."""
        return len(self._rows)

    def add(self, contributions: Iterable[tuple[Hashable, Tally]]) -> None:
        """Add a document: each column that it contributes to, once, with its tally."""
        given = dict(contributions)
        if not self._lanes.keys() >= given.keys():
            for column, tally in given.items():
                if column not in self._lanes:
                    self._kinds[column] = type(tally)
                    self._open(column, tally.sums())
        self.documents.update(given.keys())
        places: list[int] = []
        numbers: list[float] = []
        if set(map(type, given.values())) == _ONLY_COUNTS:  # by far the most: in one go
            places += chain.from_iterable(map(self._side_by_side.__getitem__, given))
            numbers += chain.from_iterable(map(_THREE, given.values()))
        else:
            for column, tally in given.items():
                lanes, sums = self._lanes[column], tally.sums()
                if not lanes.keys() >= sums.keys():
                    self._open(column, sums)
                places += map(lanes.__getitem__, sums)
                numbers += sums.values()
        self._rows.append((array("I", places), array("d", numbers)))

    def _open(self, column: Hashable, names: Iterable[Hashable]) -> None:
        """Give the sums of COLUMN with those NAMES a lane where they have none."""
        lanes = self._lanes.setdefault(column, {})
        for name in names:
            if name not in lanes:
                lanes[name] = self._count
                self._count += 1
        if self._kinds[column] is Counts:
            self._side_by_side[column] = tuple(lanes.values())

    def extend(self, other: Columns) -> None:
        """Add the documents of OTHER, behind those that are there."""
        places = [0] * other._count
        for column, lanes in other._lanes.items():
            self._kinds.setdefault(column, other._kinds[column])
            self._open(column, lanes)
            for name, lane in lanes.items():
                places[lane] = self._lanes[column][name]
        self.documents.update(other.documents)
        self._rows += [(array("I", [places[place] for place in row]), numbers) for row, numbers in other._rows]

    def totals(self, rows: Iterable[int] | None = None) -> dict[Hashable, Any]:
        """The tally of each column, added over the documents with the numbers ROWS, or over all."""
        whole = [0.0] * self._count
        for row in range(len(self._rows)) if rows is None else rows:
            for place, number in zip(*self._rows[row], strict=True):
                whole[place] += number
        return {
            column: self._kinds[column].of_sums({name: whole[lane] for name, lane in lanes.items()})
            for column, lanes in self._lanes.items()
        }

    def draws(self, bootstrap: Bootstrap, value: Value) -> dict[Hashable, list[float | None]]:
        """VALUE of each column in every resample; None where no document of the resample contributes to it."""
        order, width = self._order()
        packing = _Packing.of(self._rows, order, width)
        rows = [_Row(packing.packed(places, numbers, order)) for places, numbers in self._rows]
        readings = [
            _reading(self._kinds[column], {name: order[lane] for name, lane in lanes.items()}, width)
            for column, lanes in self._lanes.items()
        ]
        found: list[list[float | None]] = []

        def remember(sums: Sums) -> float:
            found.append(_values(packing.unpacked(cast("int", sums[_PACKED])), readings, value))
            return len(found) - 1  # which of them it is; equal resamples are asked for once

        places = bootstrap.values(rows, remember)
        nothing: list[float | None] = [None] * len(readings)
        drawn = [nothing if place is None else found[int(place)] for place in places]
        return {column: [values[at] for values in drawn] for at, column in enumerate(self._lanes)}

    def _order(self) -> tuple[list[int], int]:
        """Where each lane as it was given out stands in an integer, and how many there are in it.

        Lanes with the same numbers in the same documents are one: what an annotator has is in many pairs. Only whole
        numbers are looked at, which with the number of their document are one number again.
        """
        if not self._are_whole or len(self._rows) > _MOST_ROWS:
            return list(range(self._count)), self._count
        contents = [array("d") for _ in range(self._count)]
        for row, (places, numbers) in enumerate(self._rows):
            lanes, within = map(contents.__getitem__, places), map((row * _LARGEST).__add__, map(int, numbers))
            deque(map(array.append, lanes, within), 0)
        found: dict[bytes, int] = {}
        return [found.setdefault(content.tobytes(), len(found)) for content in contents], len(found)

    @property
    def _are_whole(self) -> bool:
        """Whether all numbers are whole ones that fit into a lane."""
        return all(
            max(numbers) < _LARGEST and all(map(float.is_integer, numbers)) for _, numbers in self._rows if numbers
        )


def _reading(kind: type[Tally], lanes: Mapping[Hashable, int], nothing: int) -> _Reading:
    """How a column of KIND is read from sums in LANES, a thousand times; the lane NOTHING is empty."""
    if kind is Counts:  # by far the most frequent: F1 without making the counts first
        return _Reading(_picking([lanes[name] for name in _COUNTS]), None)
    if kind is Margins:  # hundreds of sets of labels on each side
        labels = list(dict.fromkeys(name[1] for name in lanes if isinstance(name, tuple)))
        sides = [lanes.get((side, label), nothing) for side in ("left", "right") for label in labels]
        return _Reading(_picking([lanes.get("agreed", nothing), *sides]), partial(_aligned, len(labels) + 1))
    return _Reading(_picking(list(lanes.values())), partial(_tally, kind, tuple(lanes)))


def _picking(lanes: Sequence[int]) -> Callable[[Sequence[float]], Sequence[float]]:
    """What takes these LANES of all."""
    return itemgetter(*lanes) if len(lanes) > 1 else lambda sums: [sums[lane] for lane in lanes]


def _aligned(middle: int, sums: Sequence[float]) -> Aligned:
    return Aligned(sums[0], sums[1:middle], sums[middle:])


def _tally(kind: type[Tally], names: Sequence[Hashable], sums: Sequence[float]) -> Tally:
    return kind.of_sums(dict(zip(names, sums, strict=True)))


def _values(sums: Sequence[float], readings: Sequence[_Reading], value: Value) -> list[float | None]:
    """VALUE of each column."""
    found: list[float | None] = []
    for pick, make in readings:
        mine = pick(sums)
        if not any(mine):
            found.append(None)
        elif make is None:
            both, left, right = mine
            found.append(2 * both / (left + right))
        else:
            found.append(value(make(mine)))
    return found


@dataclass(frozen=True, slots=True)
class _Packing:
    """How lanes become an integer: `code` is the array type of a lane, `steps` what 1 is worth in each lane."""

    code: str
    width: int
    steps: Sequence[float]

    @classmethod
    def of(cls, rows: Sequence[tuple[array[int], array[float]]], order: Sequence[int], count: int) -> _Packing:
        whole = all(all(map(float.is_integer, numbers)) for _, numbers in rows)
        widest = _bits(max((max(numbers) for _, numbers in rows if numbers), default=0), len(rows))
        if whole and widest <= 32:
            code = "H" if widest <= 16 else "I"
            return cls(code, array(code).itemsize, [1.0] * count)
        most = [0.0] * count
        fraction = [0] * count
        for places, numbers in rows:
            for place, number in zip(places, numbers, strict=True):
                lane = order[place]
                most[lane] = max(most[lane], number)
                if not number.is_integer():
                    fraction[lane] = _FRACTION_BITS
        steps = [2.0 ** min(bits, 63 - _bits(number, len(rows))) for number, bits in zip(most, fraction, strict=True)]
        return cls("Q", 8, steps)

    def packed(self, places: Sequence[int], numbers: Sequence[float], order: Sequence[int]) -> int:
        lanes = array(self.code, bytes(self.width * len(self.steps)))
        if self.code == "Q":
            numbers = [number * self.steps[order[place]] for place, number in zip(places, numbers, strict=True)]
        deque(map(lanes.__setitem__, map(order.__getitem__, places), map(int, numbers)), 0)
        return int.from_bytes(lanes.tobytes(), sys.byteorder)

    def unpacked(self, number: int) -> Sequence[float]:
        """The sums of all lanes, and behind them one that is empty."""
        lanes = array(self.code)
        lanes.frombytes(number.to_bytes(self.width * len(self.steps), sys.byteorder))
        if self.code != "Q":
            return [*lanes, 0]
        return [*(lane / step for lane, step in zip(lanes, self.steps, strict=True)), 0]


def _bits(most: float, rows: int) -> int:
    """How wide a lane must be for the sum of ROWS numbers, none above MOST."""
    return int(most * rows + rows).bit_length()


_PACKED: Final = "packed"


@dataclass(frozen=True, slots=True)
class _Row:
    """A document as `Bootstrap` takes it: a tally with one sum."""

    number: int

    def __add__(self, other: _Row, /) -> _Row:
        return _Row(self.number + other.number)

    @property
    def value(self) -> float | None:
        """None: it holds many."""
        return None

    @property
    def why(self) -> str:
        """Why there is no value."""
        return "it holds many"

    def sums(self) -> Sums:
        """All lanes as one."""
        return {_PACKED: self.number}

    @classmethod
    def of_sums(cls, sums: Sums) -> Any:
        """The sums as they are."""
        return sums
