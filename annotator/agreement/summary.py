"""From what documents contribute to a measure to its numbers: sums, means over pairs, intervals.

A number about items that nobody has is no number: where F1 of two empty sides is 1 by convention, a pair, a label or a
day says that there is nothing instead. Only a single document keeps the 1: there the two agree that there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from annotator.agreement.bootstrap import Bootstrap, interval_of, mean_of
from annotator.agreement.counts import LabelCounts, Tally
from annotator.agreement.kappa import Contingency
from annotator.agreement.measures import Measure
from annotator.agreement.opinions import Opinion, Page, Pairing, Together
from annotator.agreement.study import Cell, Exclusion, LabelCell, Number, PairCell, ReferenceCell, Result
from annotator.agreement.sums import Columns
from annotator.agreement.tallies import NOBODY, items, left_out, unseen

Names: TypeAlias = tuple[str, str]
"""Two annotators, or the reference and one."""
Draws: TypeAlias = Sequence[float | None]
"""A number's value in each resample; empty without resampling."""

NO_DOCUMENT: Final = "no document that both worked on"
NO_PAIR: Final = "no pair has a value"
_TOGETHER: Final = "together"
_CONVENTIONS: Final = (None, 0.0, 1.0)
"""Values that may need a word of explanation."""


class Seen(NamedTuple):
    """A document of the study, and the day (`YYYY-MM-DD`) of each layer."""

    document: str
    days: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the numbers of all measures have in common."""

    seen: Sequence[Seen]
    pairs: Sequence[Names]
    references: Sequence[Names]
    labels: Sequence[str]
    bootstrap: Bootstrap | None
    confidence: float

    @property
    def basis(self) -> Sequence[Names]:
        """The pairs that means are over: the annotators', or theirs with the reference where there is only one."""
        return self.pairs or self.references


class Collected:
    """What one measure has collected, document by document: the sums of pairs, of their labels, of all together."""

    def __init__(self, measure: Measure, pairs: Sequence[Names], basis: Sequence[Names], *, labels: bool) -> None:
        self.measure = measure
        self.pairs = pairs
        self.basis = basis
        self.columns = Columns()
        self.labels = Columns()
        self.documents: list[Cell] = []
        self.excluded: dict[Hashable, dict[Names, int]] = {}
        self._by_label = measure.labels if labels else None

    def add(self, page: Page, pairings: Mapping[Names, Pairing], everybody: Sequence[Opinion | None]) -> None:
        """Take a document; PAIRINGS are the pairs that both worked on it."""
        tally = self.measure.tally
        found: dict[Hashable, Tally] = {names: self._kept(names, tally(pairing)) for names, pairing in pairings.items()}
        self.documents.append(self._cell(page.id, [found[names] for names in self.basis if names in found]))
        together = self.measure.together
        if together is not None and len(everybody) - everybody.count(None) > 1:
            found[_TOGETHER] = self._kept(_TOGETHER, together(everybody, page))
        if self.measure.coding:
            about: dict[Hashable, Together] = {names: (it.left, it.right) for names, it in pairings.items()}
            about |= {_TOGETHER: everybody} if _TOGETHER in found else {}
            for key, opinions in about.items():
                for some in unseen(self.measure.coding, filter(None, opinions)):
                    self._exclude(key, *some)
        self.columns.add(found.items())
        if self._by_label is not None:
            self.labels.add(self._of_labels(pairings, self._by_label))

    def _kept(self, key: Hashable, tally: Tally) -> Tally:
        """TALLY as its sums have it; what it leaves out, which they have not, is counted for the column KEY."""
        if some := left_out(tally):
            self._exclude(key, *some)
        return tally.margins() if isinstance(tally, Contingency) else tally

    def _exclude(self, key: Hashable, count: int, what: str, why: str) -> None:
        counts = self.excluded.setdefault(key, {})
        counts[what, why] = counts.get((what, why), 0) + count

    def extend(self, other: Collected) -> None:
        """Take what OTHER, of the same measure and pairs, collected from further documents."""
        self.columns.extend(other.columns)
        self.labels.extend(other.labels)
        self.documents += other.documents
        for key, counts in other.excluded.items():
            for named, count in counts.items():
                self._exclude(key, count, *named)

    def _of_labels(
        self, pairings: Mapping[Names, Pairing], by_label: Callable[[Pairing], Mapping[str, Tally]]
    ) -> Iterator[tuple[Hashable, Tally | LabelCounts]]:
        for names in self.basis:
            if (pairing := pairings.get(names)) is not None:
                found = by_label(pairing)
                if isinstance(found, LabelCounts):
                    yield names, found
                else:
                    yield from (((names, label), tally) for label, tally in found.items())

    def _cell(self, document: str, tallies: Sequence[Tally]) -> Cell:
        """The mean of TALLIES, which are of one document."""
        if not tallies:
            return Cell(document, Number(None, NO_DOCUMENT))
        value = self.measure.value
        numbers = [value(tally) for tally in tallies]
        values = [number for number in numbers if number is not None]
        mean = sum(values) / len(values) if values else None
        odd = (tally.why for tally, number in zip(tallies, numbers, strict=True) if number in _CONVENTIONS)
        why = "; ".join(dict.fromkeys(filter(None, odd)))
        return Cell(document, Number(mean, why, items=sum(map(items, tallies)), documents=1))


def summarise(collected: Collected, corpus: Corpus) -> Result:
    """Everything that one measure says of CORPUS."""
    return _Summary(collected, corpus).result()


class _Summary:
    def __init__(self, collected: Collected, corpus: Corpus) -> None:
        self.collected = collected
        self.measure = collected.measure
        self.corpus = corpus

    def result(self) -> Result:
        measure, corpus, columns = self.measure, self.corpus, self.collected.columns
        totals, draws, documents = columns.totals(), self.draws(columns), columns.documents()
        numbers = {
            names: self.number(names, totals.get(names), documents.get(names, 0), draws.get(names, ()))
            for names in (*corpus.pairs, *corpus.references)
        }
        together = None
        if _TOGETHER in totals and len(corpus.pairs) > 1:
            among = documents[_TOGETHER]
            together = self.number(_TOGETHER, totals[_TOGETHER], among, draws.get(_TOGETHER, ()))
        return Result(
            measure.id,
            measure.title,
            measure.unit,
            measure.included,
            self.mean(corpus.basis, numbers, draws, columns.covered(corpus.basis)),
            tuple(PairCell(*names, numbers[names]) for names in corpus.pairs),
            together,
            tuple(self.of_labels()),
            tuple(self.collected.documents),
            tuple(self.of_references(numbers, totals)),
            tuple(self.of_days()),
        )

    # -- numbers

    def number(self, key: Hashable, total: Any, documents: int, draws: Draws, among: int | None = None) -> Number:
        """The number whose sum is TOTAL, over DOCUMENTS of AMONG documents."""
        missing = (len(self.corpus.seen) if among is None else among) - documents
        excluded = [Exclusion(missing, "documents", "not worked on by both")] if missing else []
        if total is None or not documents:
            return Number(None, NO_DOCUMENT, excluded=tuple(excluded))
        excluded += [Exclusion(count, *named) for named, count in self.collected.excluded.get(key, {}).items()]
        number = items(total)
        value = self.measure.value(total) if number else None
        low, high = self.interval(draws) if value is not None else (None, None)
        return Number(value, total.why if number else NOBODY, low, high, number, documents, tuple(excluded))

    def interval(self, draws: Draws) -> tuple[float | None, float | None]:
        found = interval_of(draws, level=self.corpus.confidence)
        return (None, None) if found is None else (found.low, found.high)

    def mean(
        self, over: Sequence[Names], numbers: Mapping[Names, Number], draws: Mapping[Hashable, Draws], covered: int
    ) -> Number:
        """The mean over the pairs that have a value, also in each resample; together they are of COVERED documents."""
        valued = [(names, value) for names in over if (value := numbers[names].value) is not None]
        included = sum(numbers[names].items for names in over)
        whys = dict.fromkeys(numbers[names].why for names, _ in valued) or {numbers[names].why: None for names in over}
        why = "; ".join(filter(None, whys))
        if not valued:
            return Number(None, why or NO_PAIR, items=included)
        low, high = self.interval(mean_of([draws.get(names, ()) for names, _ in valued]))
        without = len(over) - len(valued)
        excluded = (Exclusion(without, "pairs", "without a value"),) if without else ()
        documents = max(covered, *(numbers[names].documents for names in over))  # of some columns only that is known
        return Number(sum(value for _, value in valued) / len(valued), why, low, high, included, documents, excluded)

    def draws(self, columns: Columns) -> Mapping[Hashable, Draws]:
        bootstrap = self.corpus.bootstrap
        return columns.draws(bootstrap, self.measure.value) if bootstrap is not None else {}

    # -- cells

    def of_labels(self) -> Iterator[LabelCell]:
        columns, basis = self.collected.labels, self.corpus.basis
        if not len(columns):
            return
        totals, draws, contributing = columns.totals(), self.draws(columns), columns.documents()
        for label in self.corpus.labels:
            numbers: dict[Names, Number] = {}
            for names in basis:
                key = names, label
                documents = contributing.get(key, 0)
                found = self.number(key, totals.get(key), documents, draws.get(key, ()), documents)
                numbers[names] = found if documents else Number(None, NOBODY)
            if any(number.value is not None for number in numbers.values()):
                mine: dict[Hashable, Draws] = {names: draws.get((names, label), ()) for names in basis}
                cells = tuple(PairCell(*names, numbers[names]) for names in self.corpus.pairs)
                covered = columns.covered((names, label) for names in basis)
                yield LabelCell(label, self.mean(basis, numbers, mine, covered), cells)

    def of_references(self, numbers: Mapping[Names, Number], totals: Mapping[Hashable, Any]) -> Iterator[ReferenceCell]:
        for names in self.corpus.references:
            rates = (getattr(totals.get(names), rate, None) for rate in ("precision", "recall"))
            yield ReferenceCell(names[1], numbers[names], *rates)

    def of_days(self) -> Iterator[Cell]:
        """Documents by the later of the two days; intervals would be of few documents and are left out."""
        days: dict[str, dict[Names, list[int]]] = {}
        for place, seen in enumerate(self.corpus.seen):
            for names in self.corpus.basis:
                if all(name in seen.days for name in names) and (day := max(seen.days[name] for name in names)):
                    days.setdefault(day, {}).setdefault(names, []).append(place)
        for day, places in sorted(days.items()):
            numbers: dict[Names, Number] = {}
            for names, rows in places.items():
                whole = self.collected.columns.total(names, rows)
                numbers[names] = self.number(None, whole, len(rows), (), len(rows))
            covered = len(set[int]().union(*places.values()))
            yield Cell(day, self.mean(list(places), numbers, {}, covered))
