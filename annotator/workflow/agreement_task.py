"""The part of a study that reads: layers of documents, in portions, into a collector. Also done by other processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from annotator.agreement.measures import BY_LABEL, measures_of
from annotator.agreement.opinions import Page
from annotator.agreement.study import Settings
from annotator.agreement.studying import Collector
from annotator.model.annotations import Annotations
from annotator.model.schema import Schema
from annotator.workflow.ports import Store

AT_ONCE: Final = 50
"""Documents in memory."""


Going = Callable[[int], bool]
"""Asked with the number of documents done; False stops."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A document to look at: the layers of it that are compared, each with the day it was submitted or last edited."""

    id: str
    length: int
    days: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """What is computed: the measures' ids, whether they are the `default` ones, whose layers are compared, and how."""

    measures: tuple[str, ...]
    default: bool
    annotators: tuple[str, ...]
    reference: str
    schema: Schema
    settings: Settings

    @property
    def reads_text(self) -> bool:
        """Whether a measure needs the documents' texts."""
        known = measures_of(self.schema)
        return any(known[id].reads_text for id in self.measures)

    def collector(self) -> Collector:
        """A collector for it."""
        known = measures_of(self.schema)
        return Collector(
            [known[id] for id in self.measures],
            self.annotators,
            self.reference,
            self.schema,
            self.settings,
            by_label=BY_LABEL if self.default else None,
        )

    def collected(self, store: Store, documents: Sequence[Chosen], going: Going = lambda done: done >= 0) -> Collector:
        """What DOCUMENTS contribute; no more of them when GOING says no."""
        collector = self.collector()
        for done, (chosen, text, layers) in enumerate(read(store, documents, texts=self.reads_text)):
            if not going(done):
                break
            collector.add(Page(chosen.id, chosen.length, text), layers, chosen.days)
        return collector


def read(
    store: Store, documents: Sequence[Chosen], *, texts: bool
) -> Iterator[tuple[Chosen, str, dict[str, Annotations]]]:
    """The documents one after the other with text (empty unless TEXTS) and layers; some of them in memory at a time."""
    for first in range(0, len(documents), AT_ONCE):
        some = documents[first : first + AT_ONCE]
        held: dict[str, dict[str, Annotations]] = {chosen.id: {} for chosen in some}
        for name in dict.fromkeys(name for chosen in some for name in chosen.days):
            wanted = [chosen.id for chosen in some if name in chosen.days]
            for id, layer in store.layers_named(name, wanted).items():
                held[id][name] = layer.annotations
        for chosen in some:
            yield chosen, store.document(chosen.id).text if texts else "", held.pop(chosen.id)
