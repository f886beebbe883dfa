"""A study as tables of text: one number a row, so that any program can filter and pivot them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from annotator.agreement.study import Number, Result, Study

Row: TypeAlias = tuple[str, ...]

NUMBERS: Final = (
    *("measure", "scope", "label", "left", "right", "name"),
    *("value", "why", "low", "high", "items", "documents", "excluded", "precision", "recall", "unit"),
)
"""Columns of `numbers`. `scope` is mean, together, pair, label, label-pair, document, day or reference."""
CONFUSIONS: Final = ("left", "right", "left_label", "right_label", "count")
EXCLUDED: Final = ("document", "layer", "why")


def tables(study: Study) -> dict[str, list[Row]]:
    """The tables by name, each with its header first: `agreement`, `confusion`, `excluded`."""
    return {
        "agreement": [NUMBERS, *numbers(study)],
        "confusion": [CONFUSIONS, *confusions(study)],
        "excluded": [EXCLUDED, *((item.document, item.layer, item.why) for item in study.excluded)],
    }


def numbers(study: Study) -> Iterator[Row]:
    """Every number of STUDY."""
    for result in study.results:
        yield from _of(result, study.reference)


def _of(result: Result, reference: str) -> Iterator[Row]:
    def row(scope: str, number: Number, *, extra: Sequence[str] = ("", ""), **named: str) -> Row:
        names = (named.get("label", ""), named.get("left", ""), named.get("right", ""), named.get("name", ""))
        return (result.measure, scope, *names, *_cells(number), *extra, result.unit)

    yield row("mean", result.mean)
    if result.together is not None:
        yield row("together", result.together)
    for pair in result.pairs:
        yield row("pair", pair.number, left=pair.left, right=pair.right)
    for label in result.labels:
        yield row("label", label.mean, label=label.name)
        for pair in label.pairs:
            yield row("label-pair", pair.number, label=label.name, left=pair.left, right=pair.right)
    for cell in result.reference:
        rates = (_figure(cell.precision), _figure(cell.recall))
        yield row("reference", cell.number, left=reference, right=cell.name, extra=rates)
    for day in result.days:
        yield row("day", day.number, name=day.name)
    for document in result.documents:
        yield row("document", document.number, name=document.name)


def _cells(number: Number) -> Row:
    left_out = "; ".join(map(str, number.excluded))
    figures = (_figure(number.value), number.why, _figure(number.low), _figure(number.high))
    return (*figures, str(number.items), str(number.documents), left_out)


def _figure(value: float | None) -> str:
    return "" if value is None else repr(value)


def confusions(study: Study) -> Iterator[Row]:
    """Every count of the confusion matrices that is not 0; an empty label is nothing there."""
    for matrix in study.confusions:
        for row, counts in zip(matrix.labels, matrix.counts, strict=True):
            for column, count in zip(matrix.labels, counts, strict=True):
                if count:
                    yield matrix.left, matrix.right, row, column, str(count)


def as_csv(rows: Iterable[Row]) -> str:
    """ROWS as CSV (RFC 4180). No name that a spreadsheet would run as a formula goes out as it stands."""
    stream = io.StringIO()
    csv.writer(stream).writerows([_harmless(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _harmless(cell: str) -> str:
    """CELL with an apostrophe before what starts a formula; a number may start with its sign."""
    if not cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
