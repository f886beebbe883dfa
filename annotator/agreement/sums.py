"""Sums of many columns at once, document by document, for a thousand resamples in a few seconds.

A *column* is one number to be computed: a pair of annotators, a pair and a label. Of the tallies that documents
contribute to it only the sums are kept, each in a *lane* of its own. For resampling, all lanes of a document become one
integer, so that adding two documents adds all lanes; lanes are as wide as the sum over all documents needs, and
fractions are kept in steps that still leave room.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, cast

from annotator.agreement.bootstrap import Bootstrap
from annotator.agreement.counts import Counts, Sums, Tally
from annotator.agreement.kappa import Margins

Value = Callable[[Any], float | None]
_FRACTION_BITS: Final = 32


class _Lanes(NamedTuple):
    """The lanes of one column: `[start, end)`, and what makes a tally of their sums; None: they are those of counts."""

    start: int
    end: int
    make: Callable[[Sequence[float]], Any] | None


class Columns:
    """What documents contribute to columns; a document is added as a whole."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, dict[Hashable, int]] = {}
        self._kinds: dict[Hashable, type[Tally]] = {}
        self._count = 0
        self._rows: list[tuple[array[int], array[float]]] = []
        self.documents: dict[Hashable, int] = {}
        """How many documents contribute to each column."""

    def __len__(self) -> int:
        """How many documents were added."""
        return len(self._rows)

    def add(self, contributions: Iterable[tuple[Hashable, Tally]]) -> None:
        """Add a document: each column that it contributes to, once, with its tally."""
        places: list[int] = []
        numbers: list[float] = []
        for column, tally in contributions:
            lanes = self._lanes.get(column)
            if lanes is None:
                lanes = self._lanes[column] = {}
                self._kinds[column] = type(tally)
            self.documents[column] = self.documents.get(column, 0) + 1
            if lanes and type(tally) is Counts:  # by far the most frequent, and its lanes stand side by side
                if tally.left or tally.right:
                    first = lanes["both"]
                    places += (first, first + 1, first + 2)
                    numbers += (tally.both, tally.left, tally.right)
                continue
            for name, number in tally.sums().items():
                lane = lanes.get(name)
                if lane is None:
                    lane = lanes[name] = self._count
                    self._count += 1
                if number:
                    places.append(lane)
                    numbers.append(number)
        self._rows.append((array("I", places), array("d", numbers)))

    def extend(self, other: Columns) -> None:
        """Add the documents of OTHER, behind those that are there."""
        places = [0] * other._count
        for column, lanes in other._lanes.items():
            self._kinds.setdefault(column, other._kinds[column])
            mine = self._lanes.setdefault(column, {})
            for name, lane in lanes.items():
                if name not in mine:
                    mine[name] = self._count
                    self._count += 1
                places[lane] = mine[name]
        for column, documents in other.documents.items():
            self.documents[column] = self.documents.get(column, 0) + documents
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
        lanes, order = self._in_order()
        packing = _Packing.of(self._rows, order)
        rows = [_Row(packing.packed(places, numbers, order)) for places, numbers in self._rows]
        found: list[list[float | None]] = []

        def remember(sums: Sums) -> float:
            found.append(_values(packing.unpacked(cast("int", sums[_PACKED])), lanes, value))
            return len(found) - 1  # which of them it is; equal resamples are asked for once

        places = bootstrap.values(rows, remember)
        nothing: list[float | None] = [None] * len(lanes)
        drawn = [nothing if place is None else found[int(place)] for place in places]
        return {column: [values[at] for values in drawn] for at, column in enumerate(self._lanes)}

    def _in_order(self) -> tuple[list[_Lanes], list[int]]:
        """The lanes of each column side by side, and where each lane as it was given out stands among them."""
        found: list[_Lanes] = []
        order = [0] * self._count
        at = 0
        for column, lanes in self._lanes.items():
            names, make = _reading(self._kinds[column], tuple(lanes))
            found.append(_Lanes(at, at + len(names), make))
            for name in names:
                order[lanes[name]] = at
                at += 1
        return found, order


def _reading(
    kind: type[Tally], names: tuple[Hashable, ...]
) -> tuple[tuple[Hashable, ...], Callable[[Sequence[float]], Any] | None]:
    """NAMES in the order of lanes, and what makes a tally of KIND of their sums, a thousand times."""
    if kind is Counts:  # by far the most frequent: F1 without making the counts first
        return names, None
    if kind is Margins:  # hundreds of sets of labels on each side
        left, right = ([it for it in names if isinstance(it, tuple) and it[0] == side] for side in ("left", "right"))
        return ("agreed", *left, *right), partial(_margins, [it[1] for it in left], [it[1] for it in right])
    return names, partial(_tally, kind, names)


def _margins(left: Sequence[Any], right: Sequence[Any], sums: Sequence[float]) -> Margins:
    middle = 1 + len(left)
    return Margins(sums[0], dict(zip(left, sums[1:middle], strict=True)), dict(zip(right, sums[middle:], strict=True)))


def _tally(kind: type[Tally], names: Sequence[Hashable], sums: Sequence[float]) -> Tally:
    return kind.of_sums(dict(zip(names, sums, strict=True)))


def _values(numbers: Sequence[float], lanes: Sequence[_Lanes], value: Value) -> list[float | None]:
    """VALUE of each column, whose sums are NUMBERS."""
    found: list[float | None] = []
    for start, end, make in lanes:
        mine = numbers[start:end]
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
    def of(cls, rows: Sequence[tuple[array[int], array[float]]], order: Sequence[int]) -> _Packing:
        whole = all(all(map(float.is_integer, numbers)) for _, numbers in rows)
        widest = _bits(max((max(numbers) for _, numbers in rows if numbers), default=0), len(rows))
        if whole and widest <= 32:
            code = "H" if widest <= 16 else "I"
            return cls(code, array(code).itemsize, [1.0] * len(order))
        most = [0.0] * len(order)
        fraction = [0] * len(order)
        for places, numbers in rows:
            for place, number in zip(places, numbers, strict=True):
                lane = order[place]
                most[lane] = max(most[lane], number)
                if not number.is_integer():
                    fraction[lane] = _FRACTION_BITS
        steps = [2.0 ** min(bits, 63 - _bits(number, len(rows))) for number, bits in zip(most, fraction, strict=True)]
        return cls("Q", 8, steps)

    def packed(self, places: Sequence[int], numbers: Sequence[float], order: Sequence[int]) -> int:
        lanes = array(self.code, bytes(self.width * len(order)))
        if self.code == "Q":
            numbers = [number * self.steps[order[place]] for place, number in zip(places, numbers, strict=True)]
        for place, number in zip(places, map(int, numbers), strict=True):
            lanes[order[place]] = number
        return int.from_bytes(lanes.tobytes(), sys.byteorder)

    def unpacked(self, number: int) -> Sequence[float]:
        lanes = array(self.code)
        lanes.frombytes(number.to_bytes(self.width * len(self.steps), sys.byteorder))
        if self.code != "Q":
            return lanes
        return [lane / step for lane, step in zip(lanes, self.steps, strict=True)]


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
