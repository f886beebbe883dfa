"""Pairing the items of two sides one to one as well as possible.

Every connected component is solved by itself; in annotation most are a single pair. The others are assignment problems,
solved exactly by shortest augmenting paths over sparse edges (Jonker & Volgenant 1987, *Computing* 38:325): an item
of the left side is added at a time, and every one may also stay alone, at a price.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

Edge: TypeAlias = tuple[int, int, float]
"""The left item, the right item, and how much their pairing is worth (not negative)."""


def best_pairs(edges: Iterable[Edge], *, most: bool = True) -> list[tuple[int, int]]:
    """Pairs of EDGES in which no item occurs twice, sorted: the most pairs and, among those, the greatest worth.

    With MOST false, only the greatest worth counts, though it may need fewer pairs. There may be at most one edge
    between two items.
    """
    left: dict[int, list[tuple[int, float]]] = {}
    right: dict[int, list[int]] = {}
    for i, j, worth in edges:
        left.setdefault(i, []).append((j, worth))
        right.setdefault(j, []).append(i)
    found: list[tuple[int, int]] = []
    tangled: list[int] = []
    for i, out in left.items():
        if len(out) == 1 and len(right[out[0][0]]) == 1:
            found.append((i, out[0][0]))
        else:
            tangled.append(i)
    seen: set[int] = set()
    for i in tangled:
        if i not in seen:
            rows = _component(i, left, right)
            seen.update(rows)
            found += _star(rows[0], left) if len(rows) == 1 else _assign(rows, left, most=most)
    found.sort()
    return found


def most_pairs(edges: Iterable[tuple[int, int]]) -> int:
    """How many pairs can be made of EDGES in which no item occurs twice: the size of a maximum matching.

    Everybody takes what is free; who is left without looks for a shortest chain of exchanges that frees something.
    """
    out: dict[int, list[int]] = {}
    for i, j in edges:
        out.setdefault(i, []).append(j)
    row_of: dict[int, int] = {}
    without: list[int] = []
    for i, columns in out.items():
        for j in columns:
            if j not in row_of:
                row_of[j] = i
                break
        else:
            without.append(i)
    for i in without:
        _exchange(i, out, row_of)
    return len(row_of)


def _exchange(root: int, out: dict[int, list[int]], row_of: dict[int, int]) -> None:
    """Give ROOT a column of OUT too, if others can change theirs so that one comes free (breadth first)."""
    via: dict[int, int] = {}  # the row from which a column was reached
    given: dict[int, int] = {}  # the column that a row has and would give up
    waiting = [root]
    for row in waiting:  # grows while it is gone through
        for column in out[row]:
            if column in via:
                continue
            via[column] = row
            if column in row_of:
                given[row_of[column]] = column
                waiting.append(row_of[column])
                continue
            free: int | None = column
            while free is not None:
                row_of[free] = via[free]
                free = given.get(via[free])
            return


_Rows: TypeAlias = dict[int, list[tuple[int, float]]]


def _component(start: int, left: _Rows, right: dict[int, list[int]]) -> Sequence[int]:
    """The left items that are connected with START."""
    rows, columns, waiting = {start}, set[int](), [start]
    while waiting:
        for j, _ in left[waiting.pop()]:
            if j not in columns:
                columns.add(j)
                for i in right[j]:
                    if i not in rows:
                        rows.add(i)
                        waiting.append(i)
    return sorted(rows)


def _star(i: int, left: _Rows) -> list[tuple[int, int]]:
    """One left item takes the best right item, the first of several."""
    return [(i, min(left[i], key=lambda edge: (-edge[1], edge[0]))[0])]


def _assign(rows: Sequence[int], left: _Rows, *, most: bool) -> list[tuple[int, int]]:
    """The best pairs of one component. Columns are right items; `~i` is the private one of a row that stays alone."""
    top = max(worth for i in rows for _, worth in left[i])
    alone = top * (len(rows) + 1) + 1 if most else top  # no exchange along a path can cost more than the first
    costs = {i: [*((j, top - worth) for j, worth in left[i]), (~i, alone)] for i in rows}
    row_price = dict.fromkeys(rows, 0.0)
    column_price: dict[int, float] = {}
    row_of: dict[int, int] = {}
    column_of: dict[int, int] = {}
    for root in rows:
        reached: dict[int, float] = {}
        via: dict[int, int] = {}
        settled: dict[int, float] = {}
        heap: list[tuple[float, int]] = []
        row, at = root, 0.0
        while True:
            base = at - row_price[row]
            for column, cost in costs[row]:
                distance = base + cost - column_price.get(column, 0.0)
                if column not in settled and (column not in reached or distance < reached[column]):
                    reached[column] = distance
                    via[column] = row
                    heappush(heap, (distance, column))
            at, column = heappop(heap)
            while column in settled:
                at, column = heappop(heap)
            if column not in row_of:
                break
            settled[column] = at
            row = row_of[column]
        row_price[root] += at
        for passed, distance in settled.items():
            column_price[passed] = column_price.get(passed, 0.0) - (at - distance)
            row_price[row_of[passed]] += at - distance
        while True:
            row = via[column]
            row_of[column] = row
            before = column_of.get(row)
            column_of[row] = column
            if before is None:  # only the root had no column
                break
            column = before

    return [(row, column) for row, column in column_of.items() if column >= 0]
