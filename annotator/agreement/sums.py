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
from typing import Any, Final, NamedTuple, cast

from annotator.agreement.bootstrap import Bootstrap
from annotator.agreement.counts import Counts, Sums, Tally

Value = Callable[[Any], float | None]
_FRACTION_BITS: Final = 32


class _Lanes(NamedTuple):
    """The lanes of one column: `[start, end)`, their names, and the class of its tallies."""

    start: int
    end: int
    names: tuple[Hashable, ...]
    kind: type[Tally]


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
        places, numbers = array("I"), array("d")
        for column, tally in contributions:
            lanes = self._lanes.get(column)
            if lanes is None:
                lanes = self._lanes[column] = {}
                self._kinds[column] = type(tally)
            self.documents[column] = self.documents.get(column, 0) + 1
            for name, number in tally.sums().items():
                lane = lanes.get(name)
                if lane is None:
                    lane = lanes[name] = self._count
                    self._count += 1
                if number:
                    places.append(lane)
                    numbers.append(number)
        self._rows.append((places, numbers))

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
            found.append(_Lanes(at, at + len(lanes), tuple(lanes), self._kinds[column]))
            for place, lane in enumerate(lanes.values(), at):
                order[lane] = place
            at += len(lanes)
        return found, order


def _values(numbers: Sequence[float], lanes: Sequence[_Lanes], value: Value) -> list[float | None]:
    """VALUE of each column, whose sums are NUMBERS."""
    found: list[float | None] = []
    for start, end, names, kind in lanes:
        mine = numbers[start:end]
        if not any(mine):
            found.append(None)
        elif kind is Counts:  # by far the most frequent: F1 without making the counts first
            both, left, right = mine
            found.append(2 * both / (left + right))
        else:
            found.append(value(kind.of_sums(dict(zip(names, mine, strict=True)))))
    return found


@dataclass(frozen=True, slots=True)
class _Packing:
    """How lanes become an integer: `code` is the array type of a lane, `steps` what 1 is worth in each lane."""

    code: str
    width: int
    steps: Sequence[float]

    @classmethod
    def of(cls, rows: Sequence[tuple[array[int], array[float]]], order: Sequence[int]) -> _Packing:
        most = [0.0] * len(order)
        whole = [True] * len(order)
        for places, numbers in rows:
            for place, number in zip(places, numbers, strict=True):
                lane = order[place]
                most[lane] = max(most[lane], number)
                if whole[lane] and number != int(number):
                    whole[lane] = False
        bits = [int(number * len(rows) + len(rows)).bit_length() for number in most]
        if all(whole) and max(bits, default=0) <= 32:
            return cls("I", 4, [1.0] * len(order))
        steps = [
            2.0 ** min(0 if is_whole else _FRACTION_BITS, 63 - bit) for bit, is_whole in zip(bits, whole, strict=True)
        ]
        return cls("Q", 8, steps)

    def packed(self, places: Sequence[int], numbers: Sequence[float], order: Sequence[int]) -> int:
        lanes = array(self.code, bytes(self.width * len(order)))
        steps = self.steps
        for place, number in zip(places, numbers, strict=True):
            lane = order[place]
            lanes[lane] = int(number * steps[lane])
        return int.from_bytes(lanes.tobytes(), sys.byteorder)

    def unpacked(self, number: int) -> Sequence[float]:
        lanes = array(self.code)
        lanes.frombytes(number.to_bytes(self.width * len(self.steps), sys.byteorder))
        if self.code == "I":
            return lanes
        return [lane / step for lane, step in zip(lanes, self.steps, strict=True)]


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
