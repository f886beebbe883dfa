"""The studies behind the agreement screen: computed beside it, large ones by processes, and kept until they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from annotator.agreement.measures import BY_LABEL, DEFAULT
from annotator.workflow.agreement import StudyRequest, study
from annotator.workflow.agreement_choice import Choice, choose
from annotator.workflow.ports import GOLD

if TYPE_CHECKING:
    from annotator.agreement.study import Result, Study
    from annotator.model.schema import Schema
    from annotator.workflow.ports import Store

Report: TypeAlias = Callable[[int, int], bool]
"""As `annotator.tui.background.Progress.report`."""


@dataclass(frozen=True, slots=True)
class Made:
    """A study with what is needed to look behind its numbers; `mark` is that of the layers it was made from.

    `in_full` are the measures that were asked for by themselves, with all their labels.
    """

    study: Study
    choice: Choice
    mark: tuple[int, ...]
    in_full: frozenset[str] = frozenset()

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles of its documents."""
        return self.choice.titles

    def has_labels(self, measure: str) -> bool:
        """Whether the study has MEASURE for each label, where that can be."""
        return measure in self.in_full or measure in BY_LABEL

    def both(self, left: str, right: str) -> tuple[str, ...]:
        """The documents of which the study compares the layers LEFT and RIGHT."""
        return tuple(it.id for it in self.choice.documents if left in it.days and right in it.days)

    def on(self, day: str, left: str, right: str) -> tuple[str, ...]:
        """Those on which the later of the two was done on DAY."""
        return tuple(
            it.id
            for it in self.choice.documents
            if left in it.days and right in it.days and max(it.days[left], it.days[right]) == day
        )

    @property
    def basis(self) -> list[tuple[str, str]]:
        """The pairs that means are over: those of annotators, or with the reference where there is but one."""
        found = self.study
        names = found.annotators
        pairs = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
        return pairs or [(found.reference, name) for name in names if found.reference]


def mark_of(store: Store) -> tuple[int, ...]:
    """What is another once a layer, its state or a decision has changed, or a document has come."""
    return (store.document_count(), *(entry.id for entry in store.history(limit=1)))


@dataclass(slots=True)
class Studies:
    """What was computed of one project, for submitted layers and for all layers. Methods are for a thread.

    `reopen` opens the store in other processes (see `annotator.workflow.agreement.study`).
    """

    reopen: Callable[[], Store] | None = None
    _kept: dict[bool, Made] = field(default_factory=dict)

    def changed(self, store: Store, made: Made) -> bool:
        """Whether something has changed since MADE."""
        return mark_of(store) != made.mark

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
        mark = mark_of(store)  # before anything is read: what changes meanwhile is a change
        request = StudyRequest(all_layers=all_layers, gold=GOLD in store.layer_names())
        made = self._kept.get(all_layers)
        if made is None or made.mark != mark or again:
            choice = choose(store, request)
            found = study(store, project, schema, request, report, choice=choice, reopen=self.reopen)
            if found is None:
                return None
            made = Made(found, choice, mark)
            self._kept[all_layers] = made
        if measure and (made.study.result(measure) is None or not made.has_labels(measure)):
            asked = replace(request, measures=(measure,))
            found = study(store, project, schema, asked, report, choice=made.choice, reopen=self.reopen)
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
