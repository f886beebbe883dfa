"""What the agreement screen shows of a study: a table for each view, words about a cell, and what stands behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.agreement.counts import counted as of_unit
from annotator.tui.widgets.matrix import EMPTY, NOTHING, Cell, Table
from annotator.tui.widgets.pieces import counted
from annotator.tui.widgets.text_block import Tone, faint, plain, strong

if TYPE_CHECKING:
    from annotator.agreement.study import Confusion, Number, Result, Study
    from annotator.tui.screens.agreement_run import Made

Paragraph = tuple[str, Tone]
NO_NUMBER: Final = "–"
NO_LABEL: Final = "nothing"
VIEWS: Final = {
    "pairs": "pairs",
    "labels": "labels",
    "documents": "documents",
    "gold": "against gold",
    "days": "over time",
    "confusion": "confusion",
}
"""The views by name, with their titles, in the order of their keys."""


@dataclass(frozen=True, slots=True)
class Part:
    """Two layers, and the documents of which they are compared."""

    left: str
    right: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """The differences that stand behind a number: between whom and where; those of a measure, a label, or a cell.

    `labels` are what one says and what the other says, empty: nothing; with `both_ways` whoever says which.
    """

    title: str
    parts: tuple[Part, ...]
    measure: str = ""
    label: str = ""
    labels: tuple[str, str] | None = None
    both_ways: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A table with what it says about a cell; `empty` is said where it has none."""

    table: Table
    about: Callable[[int, int], Sequence[Paragraph]]
    behind: Callable[[int, int], Behind | None]
    empty: str = ""


def figure(value: float | None) -> str:
    """A number as people read it."""
    return NO_NUMBER if value is None else f"{value:.3f}"


def interval(number: Number) -> str:
    """Its confidence interval, empty where there is none."""
    return "" if number.low is None or number.high is None else f"[{number.low:.3f}, {number.high:.3f}]"


def cell_of(number: Number | None) -> Cell:
    """A number in a table; what is below 0 has the ground of 0."""
    return EMPTY if number is None else Cell(figure(number.value), number.value)


def left_out(found: Study) -> list[str]:
    """What FOUND does not look at, and why: the most frequent first."""
    layers = Counter(item.why for item in found.excluded if item.layer)
    documents = Counter(item.why for item in found.excluded if not item.layer)
    return [
        f"{counted(number, what)}: {why}"
        for counts, what in ((layers, "layer"), (documents, "document"))
        for why, number in counts.most_common()
    ]


def view(name: str, made: Made, measure: str, whose: int = 0, key: str = "") -> View:
    """The view called NAME of the MEASURE that MADE has.

    WHOSE is which confusion matrix, 0 being the sum over all pairs; KEY, if any does, shows the next.
    """
    result = made.study.result(measure)
    if name == "confusion":
        return _Confusions(made, key).view(whose)
    return _empty("This measure is not computed yet.") if result is None else _Views(made, result).view(name)


def _empty(why: str) -> View:
    return View(NOTHING, lambda _row, _column: (), lambda _row, _column: None, why)


def _nobody(found: Study) -> str:
    """Why there is no pair to compare."""
    if not found.annotators:
        whose = "No layer is submitted" if found.settings.layers == "submitted" else "Nobody has annotated anything"
        return f"{whose}: there is nothing to compare. Agreement needs two annotators on one document."
    if len(found.annotators) == 1:
        (one,) = found.annotators
        gold = " The view against gold compares them with it." if found.reference else ""
        return f"{one} is the only annotator here: agreement needs two on one document.{gold}"
    return ""


class _Views:
    """The views of one measure."""

    def __init__(self, made: Made, result: Result) -> None:
        self.made = made
        self.result = result
        self.study = made.study

    def view(self, name: str) -> View:
        match name:
            case "labels":
                return self.labels()
            case "documents":
                return self.documents()
            case "gold":
                return self.gold()
            case "days":
                return self.days()
            case _:
                return self.pairs()

    # -- words

    def words(self, name: str, number: Number) -> list[Paragraph]:
        """NUMBER, which is called NAME, with all that is needed to read it."""
        settings, unit = self.study.settings, self.result.unit
        said = " ".join(filter(None, (figure(number.value), interval(number))))
        found: list[Paragraph] = [(f"{name}: {said}", strong)]
        items = f"{of_unit(number.items, unit)} of both sides" if number.items else f"no {unit}"
        where = f" in {counted(number.documents, 'document')}" if number.documents else ""
        how = f" · interval of {settings.confidence:.0%}: {counted(settings.resamples, 'resample')} of the documents"
        found.append((f"{items}{where}{how if interval(number) else ''}", plain))
        if number.why:
            found.append((f"{'' if number.value is None else 'Note: '}{number.why}", plain))
        found += [(f"Left out: {item}", faint) for item in number.excluded]
        return found

    def behind(self, title: str, parts: Sequence[Part], label: str = "") -> Behind | None:
        parts = tuple(part for part in parts if part.documents)
        return Behind(title, parts, self.result.measure, label) if parts else None

    def everybody(self, documents: Callable[[str, str], tuple[str, ...]] | None = None) -> list[Part]:
        find = documents or self.made.both
        return [Part(left, right, find(left, right)) for left, right in self.made.basis]

    # -- views

    def pairs(self) -> View:
        names, result = self.study.annotators, self.result
        if why := _nobody(self.study):
            return _empty(why)

        def number(row: int, column: int) -> Number | None:
            return result.pair(names[row], names[column]) if row != column else None

        def about(row: int, column: int) -> list[Paragraph]:
            found = number(row, column)
            if found is not None:
                return self.words(f"{names[row]} and {names[column]}", found)
            every = self.words("Mean over the pairs", result.mean)
            return every if result.together is None else [*every, *self.words("All together", result.together)]

        def behind(row: int, column: int) -> Behind | None:
            if row == column:
                return self.behind("everybody", self.everybody())
            left, right = (names[at] for at in sorted((row, column)))
            return self.behind(f"{left} and {right}", [Part(left, right, self.made.both(left, right))])

        def cell(row: int, column: int) -> Cell:
            return Cell("·") if row == column else cell_of(number(row, column))

        return View(Table(names, names, cell, wide=9), about, behind)

    def labels(self) -> View:
        cells = self.result.labels
        pairs = self.made.basis
        if not cells:
            if not self.made.has_labels(self.result.measure):
                return _empty("Not computed for each label yet: Enter does it.")
            return _empty(_nobody(self.study) or "This measure has no numbers for single labels, or nobody used any.")

        def number(row: int, column: int) -> Number | None:
            if not column:
                return cells[row].mean
            pair = pairs[column - 1]
            return next((it.number for it in cells[row].pairs if (it.left, it.right) == pair), None)

        def name(row: int, column: int) -> str:
            whose = " and ".join(pairs[column - 1]) if column else "mean"
            return f"{cells[row].name}, {whose}"

        def about(row: int, column: int) -> list[Paragraph]:
            found = number(row, column)
            return self.words(name(row, column), found) if found is not None else []

        def behind(row: int, column: int) -> Behind | None:
            some = [pairs[column - 1]] if column else pairs
            parts = [Part(left, right, self.made.both(left, right)) for left, right in some]
            return self.behind(name(row, column), parts, cells[row].name)

        columns = ["mean", *("–".join(pair) for pair in pairs)] if len(pairs) > 1 else ["value"]
        table = Table(
            [it.name for it in cells], columns, lambda r, c: cell_of(number(r, c)), "label", bars=True, wide=9
        )
        return View(table, about, behind)

    def documents(self) -> View:
        """Lowest first; those without a number at the end."""
        cells = sorted(
            self.result.documents, key=lambda it: (it.number.value is None, it.number.value or 0.0, -it.number.items)
        )
        if not cells:
            return _empty(_nobody(self.study) or "No document has two layers to compare.")
        titles = [self.made.titles.get(it.name) or it.name for it in cells]

        def behind(row: int, _column: int) -> Behind | None:
            one = (cells[row].name,)
            parts = self.everybody(lambda left, right: one if one[0] in self.made.both(left, right) else ())
            return self.behind(titles[row], parts)

        def about(row: int, _column: int) -> list[Paragraph]:
            return [*self.words(titles[row], cells[row].number), (cells[row].name, faint)]

        return View(_counted(titles, [it.number for it in cells], "document, lowest first"), about, behind)

    def gold(self) -> View:
        cells, reference = self.result.reference, self.study.reference
        if not cells:
            return _empty(
                "There is no gold to compare with: adjudicate documents, or import gold ones."
                if not reference
                else "Nobody's layer can be compared with gold: it counts once a document's adjudication is done."
            )

        def cell(row: int, column: int) -> Cell:
            found = cells[row]
            if not column:
                return cell_of(found.number)
            rate = (found.precision, found.recall)[column - 1]
            return Cell(figure(rate), rate)

        def about(row: int, _column: int) -> list[Paragraph]:
            found = cells[row]
            words = self.words(f"{found.name} against {reference}", found.number)
            if found.precision is not None and found.recall is not None:
                rates = f"precision {found.precision:.3f}, recall {found.recall:.3f}"
                words.insert(1, (f"{rates}: {reference} is taken for right", plain))
            return words

        def behind(row: int, _column: int) -> Behind | None:
            name = cells[row].name
            return self.behind(f"{name} against {reference}", [Part(reference, name, self.made.both(reference, name))])

        columns = ("value", "precision", "recall")
        names = [it.name for it in cells]
        return View(Table(names, columns, cell, f"against {reference}", bars=True, wide=11), about, behind)

    def days(self) -> View:
        cells = self.result.days
        if not cells:
            return _empty(_nobody(self.study) or "No document has a day yet.")

        def about(row: int, _column: int) -> list[Paragraph]:
            return [
                *self.words(cells[row].name, cells[row].number),
                ("Documents count on the day on which the later of two annotators was done.", faint),
            ]

        def behind(row: int, _column: int) -> Behind | None:
            day = cells[row].name
            return self.behind(day, self.everybody(lambda left, right: self.made.on(day, left, right)))

        return View(_counted([it.name for it in cells], [it.number for it in cells], "day"), about, behind)


def _counted(names: Sequence[str], numbers: Sequence[Number], corner: str) -> Table:
    """A table of numbers with how many items are in each."""

    def cell(row: int, column: int) -> Cell:
        return Cell(f"{numbers[row].items:,}") if column else cell_of(numbers[row])

    return Table(names, ("value", "items"), cell, corner, bars=True, wide=9)


class _Confusions:
    """Which labels are taken for which."""

    def __init__(self, made: Made, key: str) -> None:
        self.made = made
        self._next = f"; {key} shows the next" if key else ""

    def view(self, whose: int) -> View:
        every = self.made.study.confusions
        if not every:
            return _empty(_nobody(self.made.study) or "Nobody has annotated anything that has a label.")
        confusion = every[whose % len(every)]
        labels = [label or NO_LABEL for label in confusion.labels]
        totals = [sum(row) for row in confusion.counts]

        def cell(row: int, column: int) -> Cell:
            count = confusion.counts[row][column]
            return Cell(f"{count:,}", count / totals[row]) if count else Cell("·" if row == column else "")

        def about(row: int, column: int) -> list[Paragraph]:
            one, other = names_of(confusion)
            count, total = confusion.counts[row][column], totals[row]
            share = f" of {total:,} ({count / total:.0%})" if total else ""
            return [
                (f"{one} says {labels[row]}, {other} {labels[column]}: {count:,}{share}", strong),
                (f"Counted: {confusion.unit}. The ground of a cell is its part of the row.", plain),
                (f"Matrix {whose % len(every) + 1} of {len(every)}{self._next}.", faint),
            ]

        def behind(row: int, column: int) -> Behind | None:
            pairs = [(confusion.left, confusion.right)] if confusion.left else self.made.basis
            parts = tuple(Part(left, right, self.made.both(left, right)) for left, right in pairs)
            wanted = confusion.labels[row], confusion.labels[column]
            return Behind(f"{labels[row]} and {labels[column]}", parts, labels=wanted, both_ways=not confusion.left)

        one, other = names_of(confusion)
        return View(Table(labels, labels, cell, f"{one} ↓ {other} →"), about, behind)


def names_of(confusion: Confusion) -> tuple[str, str]:
    """Who says what the rows say, and who what the columns say."""
    return (confusion.left, confusion.right) if confusion.left else ("one", "another")
