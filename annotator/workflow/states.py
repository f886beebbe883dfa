"""How far each person's layer of each document is, derived from what the store knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from annotator.workflow.ports import GOLD, Adjudication, DocumentSummary, LayerCount, LayerSummary, Person, Tally

State = Literal["new", "in progress", "submitted", "reopened", "in adjudication", "done"]
STATES: Final[tuple[State, ...]] = ("new", "in progress", "submitted", "reopened", "in adjudication", "done")
"""In the order in which a layer goes through them."""
FINISHED: Final[frozenset[State]] = frozenset({"submitted", "in adjudication", "done"})
"""States in which the layer's person has nothing left to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One person's part of the project: how many documents are in which state; all states, in their order.

    `person` is None for a layer that is nobody's: a model's, or the gold.
    """

    name: str
    person: Person | None
    states: Mapping[State, int]
    entities: int = 0
    events: int = 0

    @property
    def total(self) -> int:
        """How many documents."""
        return sum(self.states.values())

    @property
    def finished(self) -> int:
        """Of how many of them the person's part is done."""
        return sum(count for state, count in self.states.items() if state in FINISHED)


def state_of(summary: LayerSummary | None, adjudication: Adjudication | None = None) -> State:
    """The state of a layer; None is one that was neither edited nor submitted.

    ADJUDICATION is that of the layer's document. It counts for the layers it compares, and for the gold it makes. A
    layer that was reopened meanwhile is reopened.
    """
    if summary is None:
        return "new"
    name = summary.key.name
    how: Literal["", "open", "done"] = ""
    if adjudication is not None and (name in adjudication.layers or name == GOLD):
        how = "done" if adjudication.done else "open"
    return state_of_count(
        LayerCount(name, 1, summary.entities, summary.events, bool(summary.revision), summary.state, how)
    )


def state_of_count(count: LayerCount) -> State:
    """The state that all layers of COUNT are in."""
    if count.state == "reopened":
        return "reopened"
    if count.adjudication:
        return "done" if count.adjudication == "done" else "in adjudication"
    if count.state == "submitted":
        return "submitted"
    return "in progress" if count.edited else "new"


def layer_of(document: DocumentSummary, name: str) -> LayerSummary | None:
    """The summary of the document's layer called NAME; None when there is none."""
    return next((layer for layer in document.layers if layer.key.name == name), None)


def progress(
    documents: Sequence[DocumentSummary], people: Iterable[Person], adjudications: Mapping[str, Adjudication]
) -> list[Progress]:
    """How far everybody is: the PEOPLE in their order, then, by name, the layers that are nobody's.

    Who has left, and who only reviews or manages, is listed where they have a layer. A document counts for people,
    whether they have begun it or not; for other layers only where it has them.
    """
    states: dict[str, dict[State, int]] = {}
    counts: dict[str, list[int]] = {}
    for document in documents:
        for layer in document.layers:
            name = layer.key.name
            mine = states.setdefault(name, dict.fromkeys(STATES, 0))
            mine[state_of(layer, adjudications.get(document.id))] += 1
            sums = counts.setdefault(name, [0, 0])
            sums[0] += layer.entities
            sums[1] += layer.events
    return _rows(people, len(documents), states, counts)


def progress_of(tally: Tally, people: Iterable[Person]) -> list[Progress]:
    """As `progress`, from the project in numbers: nothing is read of any one document."""
    states: dict[str, dict[State, int]] = {}
    counts: dict[str, list[int]] = {}
    for count in tally.layers:
        mine = states.setdefault(count.name, dict.fromkeys(STATES, 0))
        mine[state_of_count(count)] += count.layers
        sums = counts.setdefault(count.name, [0, 0])
        sums[0] += count.entities
        sums[1] += count.events
    return _rows(people, tally.documents, states, counts)


def taking_part(people: Iterable[Person], layers: Collection[str]) -> list[Person]:
    """Those of PEOPLE who are listed with their progress: who annotates, and who else has one of LAYERS, by name."""
    known = {person.name: person for person in people}
    return [
        person for person in known.values() if person.name in layers or (person.active and person.role == "annotator")
    ]


def _rows(
    people: Iterable[Person], documents: int, states: dict[str, dict[State, int]], counts: dict[str, list[int]]
) -> list[Progress]:
    rows: list[Progress] = []
    for person in taking_part(people, states):
        mine = states.pop(person.name, dict.fromkeys(STATES, 0))
        mine["new"] += documents - sum(mine.values())
        rows.append(Progress(person.name, person, mine, *counts.get(person.name, (0, 0))))
    return rows + [Progress(name, None, states[name], *counts[name]) for name in sorted(states)]
