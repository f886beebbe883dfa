"""Makes a study: collects what documents contribute, one after the other, then adds, averages and resamples.

Every tally is computed once for a document, a pair and a measure; pairs, labels, days, documents and intervals only add
them again. The annotations themselves are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, TypeAlias

from annotator.agreement.bootstrap import Bootstrap
from annotator.agreement.measures import Measure
from annotator.agreement.opinions import Opinion, Page, Pairing
from annotator.agreement.study import Confusion, Excluded, Result, Settings, Study
from annotator.agreement.summary import Collected, Corpus, Names, Seen, summarise
from annotator.model.annotations import Annotations, Entity, Event, Relation
from annotator.model.schema import Schema

Summarise: TypeAlias = Callable[[Corpus], Iterable[Result]]
"""What each measure says of a corpus, in the order of the measures."""
_TYPED: Final = (Entity, Event, Relation)


class Collector:
    """Takes documents one by one; `study` may be asked for when all are in.

    `annotators` are compared with each other, and with the `reference` where it is not empty. `by_label` are the ids of
    measures that are computed for each label too, None: all that can be.
    """

    def __init__(
        self,
        measures: Sequence[Measure],
        annotators: Sequence[str],
        reference: str,
        schema: Schema,
        settings: Settings,
        *,
        by_label: Container[str] | None = None,
    ) -> None:
        self.annotators = tuple(annotators)
        self.reference = reference
        self.schema = schema
        self.settings = settings
        self.pairs: list[Names] = list(combinations(self.annotators, 2))
        self.references: list[Names] = [(reference, name) for name in self.annotators] if reference else []
        self._seen: list[Seen] = []
        both = [*self.pairs, *self.references]
        self._collected = [
            Collected(
                measure,
                both,
                self.pairs or self.references,
                labels=not settings.label and (by_label is None or measure.id in by_label),
            )
            for measure in measures
        ]
        self._confusions: dict[Names, dict[Names, float]] = {}
        self._used: set[str] = set()

    def add(self, page: Page, layers: Mapping[str, Annotations], days: Mapping[str, str]) -> None:
        """Take what the LAYERS say of PAGE; DAYS say when each was finished or last edited (`YYYY-MM-DD`)."""
        label = self.settings.label
        opinions = {name: Opinion(page, layer, self.schema, label) for name, layer in layers.items()}
        pairings = {
            (left, right): Pairing(opinions[left], opinions[right])
            for left, right in (*self.pairs, *self.references)
            if left in opinions and right in opinions
        }
        self._seen.append(Seen(page.id, dict(days)))
        for layer in layers.values():
            self._used.update([it.type for it in layer.values() if isinstance(it, _TYPED)])
        everybody = [opinions.get(name) for name in self.annotators]
        for collected in self._collected:
            collected.add(page, pairings, everybody)
        for names, pairing in pairings.items():
            table = self._confusions.setdefault(names, {})
            for cell, count in pairing.partners:
                table[cell] = table.get(cell, 0) + count

    def extend(self, other: Collector) -> None:
        """Take what OTHER, made like this one, was given, as if it had been given here."""
        self._seen += other._seen
        self._used |= other._used
        for mine, theirs in zip(self._collected, other._collected, strict=True):
            mine.extend(theirs)
        for names, cells in other._confusions.items():
            table = self._confusions.setdefault(names, {})
            for cell, count in cells.items():
                table[cell] = table.get(cell, 0) + count

    def detach(self) -> list[Collected]:
        """Hand over what every measure has collected: whoever takes it gives SUMMARISED of `study`.

        What is left can be pickled, and extended by what others have left; the measures are summed up elsewhere.
        """
        collected, self._collected = self._collected, []
        return collected

    def study(
        self,
        project: str,
        made_at: str,
        excluded: Sequence[Excluded] = (),
        summarised: Summarise | None = None,
    ) -> Study:
        """The study of everything that was added. MADE_AT is an RFC 3339 UTC time.

        SUMMARISED does for the measures that were handed over what is otherwise done here.
        """
        settings = self.settings
        known = [*(item.name for item in self.schema.labels()), *self.schema.relation]
        labels = [*(name for name in known if name in self._used), *sorted(self._used.difference(known))]
        labels = [name for name in labels if settings.label in ("", name)]
        bootstrap = None
        if settings.resamples and len(self._seen) > 1:
            bootstrap = Bootstrap(len(self._seen), samples=settings.resamples, seed=settings.seed)
        settings = replace(settings, resamples=0 if bootstrap is None else bootstrap.samples)
        by_label = () if settings.label else labels
        corpus = Corpus(self._seen, self.pairs, self.references, by_label, bootstrap, settings.confidence)
        results = summarised(corpus) if summarised is not None else (summarise(it, corpus) for it in self._collected)
        return Study(
            project,
            made_at,
            settings,
            self.annotators,
            self.reference,
            tuple(seen.document for seen in self._seen),
            tuple(labels),
            tuple(results),
            tuple(self._confusion_tables(labels)),
            tuple(excluded),
        )

    def _confusion_tables(self, labels: Sequence[str]) -> Iterable[Confusion]:
        names = [name for name in labels if name not in self.schema.relation]
        whole: dict[Names, float] = {}
        for pair in self.pairs:
            for (one, other), count in self._confusions.get(pair, {}).items():
                whole[one, other] = whole.get((one, other), 0) + count
                whole[other, one] = whole.get((other, one), 0) + count
        if whole:
            yield _confusion("", "", names, whole)
        for left, right in (*self.references, *self.pairs):
            if cells := self._confusions.get((left, right)):
                yield _confusion(left, right, names, cells)


def _confusion(left: str, right: str, labels: Sequence[str], cells: Mapping[Names, float]) -> Confusion:
    shown = (*labels, "")
    counts = tuple(tuple(int(cells.get((row, column), 0)) for column in shown) for row in shown)
    unit = "entity mentions and triggers, each with its partner"
    return Confusion(left, right, unit, shown, counts)
