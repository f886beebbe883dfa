"""Sums of many columns at once, document by document, for a thousand resamples in a few seconds.

A *column* is what is to be computed: two annotators, or all together. Of the tallies that documents contribute to it
only the sums are kept, as a *table* of named numbers. What is an annotator's own in it (see
`annotator.agreement.counts.Sided`) is kept once, whoever they are compared with.

For resampling, a document's numbers become one integer with a *lane* for each, so that adding two documents adds all
lanes; lanes are as wide as the sum over all documents needs, and fractions are kept in steps that still leave room.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final, NamedTuple, TypeAlias

from annotator.agreement.bootstrap import Bootstrap
from annotator.agreement.codings import CodedMargins
from annotator.agreement.counts import Counts, LabelCounts, Sided, Sums, Tally
from annotator.agreement.kappa import Aligned, Margins

Value: TypeAlias = Callable[[Any], float | None]
Numbers: TypeAlias = Sequence[float]
Reading: TypeAlias = Callable[[Numbers], Iterable[float | None]]
"""The values of a column from the sums of all lanes."""
_FRACTION_BITS: Final = 32


class Table:
    """Named numbers of some documents, row by row; a row has only those that the document contributes."""

    __slots__ = ("_ends", "_numbers", "_places", "names", "rows")

    def __init__(self) -> None:
        self.names: dict[Hashable, int] = {}
        """The place of each name."""
        self.rows = array("I")
        """The numbers of the documents, ascending."""
        self._ends = array("Q", [0])  # of the documents' numbers, behind the beginning of the first
        self._places = array("I")
        self._numbers = array("d")

    def add(self, row: int, sums: Sums) -> None:
        """Add the document ROW."""
        if not self.names.keys() >= sums.keys():
            for name in sums:
                self.names.setdefault(name, len(self.names))
        self.rows.append(row)
        self._places.extend(map(self.names.__getitem__, sums))
        self._numbers.extend(sums.values())
        self._ends.append(len(self._numbers))

    def extend(self, other: Table, first: int) -> None:
        """Add the documents of OTHER, whose numbers begin with FIRST."""
        for name in other.names:
            self.names.setdefault(name, len(self.names))
        places = [self.names[name] for name in other.names]
        end = len(self._numbers)
        self.rows.extend([first + row for row in other.rows])
        self._places.extend([places[place] for place in other._places])
        self._numbers.extend(other._numbers)
        self._ends.extend([end + each for each in other._ends[1:]])

    def among(self, rows: Sequence[int]) -> Iterator[tuple[int, Sequence[int], Numbers]]:
        """Of each of ROWS, which are some of its own, ascending: the document, and its numbers with their places."""
        all_of_them = len(rows) == len(self.rows)
        for number, row in enumerate(rows):
            at = number if all_of_them else bisect_left(self.rows, row)
            start, end = self._ends[at], self._ends[at + 1]
            yield row, self._places[start:end], self._numbers[start:end]

    def sums(self, rows: Sequence[int]) -> Sums:
        """The sums over ROWS, as `among` takes them."""
        whole = [0.0] * len(self.names)
        if len(rows) == len(self.rows):
            found: Iterable[tuple[Sequence[int], Numbers]] = [(self._places, self._numbers)]
        else:
            found = ((places, numbers) for _, places, numbers in self.among(rows))
        for places, numbers in found:
            for place, number in zip(places, numbers, strict=True):
                whole[place] += number
        return dict(zip(self.names, whole, strict=True))

    @property
    def most(self) -> float:
        """The largest number."""
        return max(self._numbers, default=0)

    @property
    def is_whole(self) -> bool:
        """Whether all numbers are whole ones."""
        return all(map(float.is_integer, self._numbers))


class Columns:
    """What documents contribute to columns; a document is added as a whole.

    A column of sided tallies is the pair of those whose sides they are.
    """

    def __init__(self) -> None:
        self._count = 0
        self._kinds: dict[Hashable, type[Tally | LabelCounts]] = {}
        self._shared: dict[Hashable, Table] = {}
        self._own: dict[Hashable, Table] = {}
        self._labels: dict[Hashable, Counter[str]] = {}

    def __len__(self) -> int:
        """How many documents were added."""
        return self._count

    def add(self, contributions: Iterable[tuple[Any, Tally | LabelCounts]]) -> None:
        """Add a document: each column that it contributes to, once, with its tally, or with its counts by label."""
        row = self._count
        self._count += 1
        for column, tally in contributions:
            table = self._shared.get(column)
            if table is None:
                table = self._shared[column] = Table()
                self._kinds[column] = type(tally)
            if not isinstance(tally, Sided):
                table.add(row, tally.sums())
                continue
            table.add(row, tally.shared())
            for side, name in enumerate(column):
                own = self._own.get(name)
                if own is None:
                    own = self._own[name] = Table()
                if not own.rows or own.rows[-1] != row:
                    own.add(row, tally.own(side))
            if isinstance(tally, LabelCounts):
                self._labels.setdefault(column, Counter()).update(iter(tally))

    def extend(self, other: Columns) -> None:
        """Add the documents of OTHER, behind those that are there."""
        for mine, theirs in ((self._shared, other._shared), (self._own, other._own)):
            for name, table in theirs.items():
                mine.setdefault(name, Table()).extend(table, self._count)
        for column, labels in other._labels.items():
            self._labels.setdefault(column, Counter()).update(labels)
        self._kinds = other._kinds | self._kinds
        self._count += other._count

    def documents(self) -> dict[Hashable, int]:
        """How many documents contribute to each column; to counts by label, of each column and label."""
        found: dict[Hashable, int] = {column: len(table.rows) for column, table in self._shared.items()}
        for column, labels in self._labels.items():
            found.update({(column, label): count for label, count in labels.items()})
        return found

    def covered(self, columns: Iterable[Hashable]) -> int:
        """How many documents contribute to one of COLUMNS or more."""
        return len(set[int]().union(*(table.rows for column in columns if (table := self._shared.get(column)))))

    def totals(self) -> dict[Hashable, Any]:
        """The tally of each column, of counts by label of each column and label, added over all documents."""
        found: dict[Hashable, Any] = {}
        known: dict[Hashable, Sums] = {}
        for column, table in self._shared.items():
            whole = self._total(column, table.rows, known)
            if isinstance(whole, LabelCounts):
                found.update({(column, label): whole[label] for label in self._labels[column]})
            else:
                found[column] = whole
        return found

    def total(self, column: Hashable, rows: Sequence[int]) -> Any:
        """The tally of COLUMN, added over the documents with the numbers ROWS, ascending, all of which it has."""
        return self._total(column, rows, {})

    def _total(self, column: Hashable, rows: Sequence[int], known: dict[Hashable, Sums]) -> Any:
        """The same; sums of what is one's own are KNOWN once they are made."""
        kind, shared = self._kinds[column], self._shared[column].sums(rows)
        if not issubclass(kind, Sided):
            return kind.of_sums(shared)
        sides: list[Sums] = []
        for name, own in self._sides(column):
            key = name, tuple(rows)
            if key not in known:
                known[key] = own.sums(rows)
            sides.append(known[key])
        return kind.of_sides(shared, *sides)

    def _sides(self, column: Any) -> list[tuple[Hashable, Table]]:
        """The two of COLUMN with what is their own, if its tallies are sided."""
        return [(name, self._own[name]) for name in column] if issubclass(self._kinds[column], Sided) else []

    def draws(self, bootstrap: Bootstrap, value: Value) -> dict[Hashable, list[float | None]]:
        """VALUE of each column in every resample; None where no document of the resample contributes to it.

        Of counts by label it is F1 of each column and label.
        """
        lanes = _Lanes()
        keys: list[Hashable] = []
        readings: list[Reading] = []
        for column, table in self._shared.items():
            kind = self._kinds[column]
            blocks = [lanes.block(column, table, table.rows)]
            for name, own in self._sides(column):
                blocks.append(lanes.block((name, table.rows.tobytes()), own, table.rows))
            labels = self._labels.get(column)
            keys += [column] if labels is None else [(column, label) for label in labels]
            readings.append(_reading(kind, blocks, value, list(labels or ())))
        packing = lanes.packing(self._count)
        found: list[list[float | None]] = [[] for _ in keys]
        for number in bootstrap.sums(packing.packed(lanes.blocks, self._count)):
            sums = packing.unpacked(number)
            deque(map(list.append, found, chain.from_iterable(reading(sums) for reading in readings)), 0)
        return dict(zip(keys, found, strict=True))


class _Block(NamedTuple):
    """The lanes of a table from `first` on, for the documents `rows`."""

    table: Table
    rows: Sequence[int]
    first: int

    def lanes(self, names: Iterable[Hashable]) -> list[int]:
        """Those of NAMES; of one that is not there the last of all, which is empty."""
        places = self.table.names
        return [self.first + places[name] if name in places else -1 for name in names]


class _Lanes:
    """Gives out lanes: to each table, with the documents that it is needed for, once."""

    def __init__(self) -> None:
        self._blocks: dict[Hashable, _Block] = {}
        self._count = 0

    def block(self, key: Hashable, table: Table, rows: Sequence[int]) -> _Block:
        """The block called KEY."""
        if key not in self._blocks:
            self._blocks[key] = _Block(table, rows, self._count)
            self._count += len(table.names)
        return self._blocks[key]

    @property
    def blocks(self) -> Iterable[_Block]:
        """All of them."""
        return self._blocks.values()

    def packing(self, documents: int) -> _Packing:
        """How the lanes become an integer that has room for the sum over so many DOCUMENTS."""
        tables = {id(block.table): block.table for block in self.blocks}.values()
        widest = _bits(max((table.most for table in tables), default=0), documents)
        if widest <= 32 and all(table.is_whole for table in tables):
            return _Packing("H" if widest <= 16 else "I", [1.0] * self._count)
        most = [0.0] * self._count
        fraction = [0] * self._count
        for table, rows, first in self.blocks:
            for _, places, numbers in table.among(rows):
                for place, number in zip(places, numbers, strict=True):
                    lane = first + place
                    most[lane] = max(most[lane], number)
                    if not number.is_integer():
                        fraction[lane] = _FRACTION_BITS
        steps = [2.0 ** min(bits, 63 - _bits(number, documents)) for number, bits in zip(most, fraction, strict=True)]
        return _Packing("Q", steps)


@dataclass(frozen=True, slots=True)
class _Packing:
    """How lanes become an integer: `code` is the array type of a lane, `steps` what 1 is worth in each lane."""

    code: str
    steps: Sequence[float]

    def packed(self, blocks: Iterable[_Block], documents: int) -> list[int]:
        """The numbers of each of so many DOCUMENTS in one."""
        room = bytes(array(self.code).itemsize * len(self.steps))
        found = [array(self.code, room) for _ in range(documents)]
        for table, rows, first in blocks:
            for row, places, numbers in table.among(rows):
                lanes = [first + place for place in places]
                steps = numbers
                if self.code == "Q":
                    steps = [number * self.steps[lane] for lane, number in zip(lanes, numbers, strict=True)]
                deque(map(found[row].__setitem__, lanes, map(int, steps)), 0)
        return [int.from_bytes(lanes.tobytes(), sys.byteorder) for lanes in found]

    def unpacked(self, number: int) -> Numbers:
        """The sums of all lanes, and behind them one that is empty."""
        lanes = array(self.code)
        lanes.frombytes(number.to_bytes(lanes.itemsize * len(self.steps), sys.byteorder))
        if self.code != "Q":
            return [*lanes, 0]
        return [*(lane / step for lane, step in zip(lanes, self.steps, strict=True)), 0]


def _bits(most: float, rows: int) -> int:
    """How wide a lane must be for the sum of ROWS numbers, none above MOST."""
    return int(most * rows + rows).bit_length()


# -- reading a column, a thousand times ----------------------------------------------------------------------------


def _reading(kind: type[Any], blocks: Sequence[_Block], value: Value, labels: Sequence[str]) -> Reading:
    """How the values of a column of KIND are read from the lanes of its BLOCKS: shared, left, right."""
    if kind is LabelCounts:
        return partial(_f1, *(block.lanes(labels) for block in blocks))
    if kind is Counts:
        both, left, right = blocks
        return partial(_f1, both.lanes(["both"]), left.lanes(["size"]), right.lanes(["size"]))
    if kind is CodedMargins:
        shared, left, right = blocks
        names = list({**left.table.names, **right.table.names})
        sides = [side.lanes(names) + shared.lanes([at]) for at, side in enumerate((left, right))]
        return partial(_of_margins, value, shared.lanes(["agreed"])[0], *sides)
    if kind is Margins:
        found = [name[1] for name in blocks[0].table.names if isinstance(name, tuple)]
        sides = [blocks[0].lanes((side, label) for label in dict.fromkeys(found)) for side in ("left", "right")]
        return partial(_of_margins, value, blocks[0].lanes(["agreed"])[0], *sides)
    return partial(_of_tally, value, kind, tuple(blocks[0].table.names), blocks[0].first)


def _f1(both: Sequence[int], left: Sequence[int], right: Sequence[int], sums: Numbers) -> Iterable[float | None]:
    for shared, ours, theirs in zip(both, left, right, strict=True):
        size = sums[ours] + sums[theirs]
        yield 2 * sums[shared] / size if size else None


def _of_margins(
    value: Value, agreed: int, left: Sequence[int], right: Sequence[int], sums: Numbers
) -> Iterable[float | None]:
    ours, theirs = [sums[lane] for lane in left], [sums[lane] for lane in right]
    yield value(Aligned(sums[agreed], ours, theirs)) if any(ours) else None


def _of_tally(
    value: Value, kind: type[Tally], names: Sequence[Hashable], first: int, sums: Numbers
) -> Iterable[float | None]:
    mine = sums[first : first + len(names)]
    yield value(kind.of_sums(dict(zip(names, mine, strict=True)))) if any(mine) else None
