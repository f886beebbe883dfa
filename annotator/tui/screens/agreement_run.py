"""The studies behind the agreement screen: computed beside it, large ones by processes, and kept until they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from annotator.agreement.measures import BY_LABEL, DEFAULT
from annotator.workflow.agreement import StudyRequest, choose, study
from annotator.workflow.ports import GOLD

if TYPE_CHECKING:
    from annotator.agreement.study import Result, Study
    from annotator.model.schema import Schema
    from annotator.workflow.agreement_task import Chosen
    from annotator.workflow.ports import Adjudication, DocumentSummary, Store

Report: TypeAlias = Callable[[int, int], bool]
"""As `annotator.tui.background.Progress.report`."""


@dataclass(frozen=True, slots=True)
class Made:
    """A study with what is needed to look behind its numbers; `mark` is that of the layers it was made from.

    `titles` are the documents'; `in_full` the measures that were asked for by themselves, with all their labels.
    """

    study: Study
    documents: Sequence[Chosen]
    titles: Mapping[str, str]
    mark: int
    in_full: frozenset[str] = frozenset()

    def has_labels(self, measure: str) -> bool:
        """Whether the study has MEASURE for each label, where that can be."""
        return measure in self.in_full or measure in BY_LABEL

    def both(self, left: str, right: str) -> tuple[str, ...]:
        """The documents of which the study compares the layers LEFT and RIGHT."""
        return tuple(it.id for it in self.documents if left in it.days and right in it.days)

    def on(self, day: str, left: str, right: str) -> tuple[str, ...]:
        """Those on which the later of the two was done on DAY."""
        return tuple(
            it.id
            for it in self.documents
            if left in it.days and right in it.days and max(it.days[left], it.days[right]) == day
        )

    @property
    def basis(self) -> list[tuple[str, str]]:
        """The pairs that means are over: those of annotators, or with the reference where there is but one."""
        found = self.study
        names = found.annotators
        pairs = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
        return pairs or [(found.reference, name) for name in names if found.reference]


def mark_of(documents: Sequence[DocumentSummary], adjudications: Mapping[str, Adjudication]) -> int:
    """A number that is another one once a layer, its state or a decision has changed."""
    layers = tuple((it.key, it.revision, it.state) for document in documents for it in document.layers)
    return hash((layers, frozenset((id, it.done) for id, it in adjudications.items()), len(documents)))


@dataclass(slots=True)
class Studies:
    """What was computed of one project, for submitted layers and for all layers. Methods are for a thread.

    `reopen` opens the store in other processes (see `annotator.workflow.agreement.study`).
    """

    reopen: Callable[[], Store] | None = None
    _kept: dict[bool, Made] = field(default_factory=dict)

    def changed(self, store: Store, made: Made) -> bool:
        """Whether something has changed since MADE."""
        return mark_of(store.documents(), store.adjudications()) != made.mark

    def made(
        self,
        store: Store,
        project: str,
        schema: Schema,
        report: Report,
        *,
        measure: str = "",
        all_layers: bool = False,
        again: bool = False,
    ) -> Made | None:
        """The study of the default measures and of MEASURE, as it was kept or, AGAIN or after changes, computed anew.

        None when REPORT stopped it. UsageError for a measure that cannot be computed here.
        """
        documents, adjudications = store.documents(), store.adjudications()
        gold = any(layer.key.name == GOLD for document in documents for layer in document.layers)
        request = StudyRequest(all_layers=all_layers, gold=gold)
        mark = mark_of(documents, adjudications)
        made = self._kept.get(all_layers)
        if made is None or made.mark != mark or again:
            found = study(store, project, schema, request, report, reopen=self.reopen)
            if found is None:
                return None
            undecided = frozenset(id for id, it in adjudications.items() if not it.done)
            chosen = choose(documents, request, undecided).documents
            made = Made(found, chosen, {it.id: it.title for it in documents}, mark)
            self._kept[all_layers] = made
        if measure and (made.study.result(measure) is None or not made.has_labels(measure)):
            asked = replace(request, measures=(measure,))
            found = study(store, project, schema, asked, report, reopen=self.reopen)
            if found is None:
                return None
            made = replace(
                made,
                study=_with(made.study, found.results),
                in_full=made.in_full | {measure},
            )
            self._kept[all_layers] = made
        return made


def _with(found: Study, results: Sequence[Result]) -> Study:
    """FOUND with RESULTS, which stand for those of the same measure; others come behind the default ones."""
    by_id = {result.measure: result for result in (*found.results, *results)}
    order = [*(id for id in DEFAULT if id in by_id), *(id for id in by_id if id not in DEFAULT)]
    return replace(found, results=tuple(by_id[id] for id in order))
