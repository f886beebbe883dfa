"""From opinions and decisions to gold: the annotations that the outcomes of all items make together.

Gold follows from the opinions and the decisions alone. Where all agree, it is what they say; where somebody decided,
it is what was decided; what is open is not in it. Nothing in gold refers to what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from annotator.adjudication.comparison import Comparison
from annotator.adjudication.decisions import Decision
from annotator.adjudication.items import aspect_of, relation_key
from annotator.adjudication.making import PRODUCERS, UNANIMOUS, Maker
from annotator.adjudication.outcomes import OPEN, Outcomes
from annotator.model.annotations import Annotation, Annotations, Chain, DocumentLabel, Entity, Event, Relation
from annotator.model.operations import Edit, Replacement

__all__ = ["OPEN", "UNANIMOUS", "Adjudication"]


class Adjudication(Outcomes):
    """One document on its way to gold. `gold` and `open` always follow from `comparison` and `decisions`."""

    def __init__(self, comparison: Comparison, decisions: Mapping[str, Decision], at: str = "") -> None:
        """AT is the time that what all agree on gets as its provenance."""
        super().__init__(comparison, decisions)
        self.at = at
        self.touched: frozenset[str] = frozenset()
        """The keys of the items that hang on the last change: whether they are open, or what they say, may be new."""
        maker = Maker(self, at)
        keys = dict.fromkeys((*comparison.items, *self.decisions))
        self._made = {key: maker.annotations(key) for key in keys if aspect_of(key) in PRODUCERS}
        self._owners = {annotation.id: key for key, made in self._made.items() for annotation in made}
        self.gold = Annotations(annotation for made in self._made.values() for annotation in made)

    def key_of(self, annotation: Annotation) -> str:
        """The key of the item that a gold annotation answers; of its own where no annotator had it."""
        owner = self._owners.get(annotation.id)
        if owner is not None:
            return owner
        match annotation:
            case Entity() | Event():
                return ("ev+" if isinstance(annotation, Event) else "en+") + annotation.id
            case Chain():
                return f"ch+{annotation.id}"
            case DocumentLabel():
                return f"la:{annotation.type}"
            case Relation():
                from_, to = (self.key_of(self.gold[id]) for id in (annotation.source, annotation.target))
                return relation_key(from_, to)
            case _:
                return ""

    def decide(self, changes: Mapping[str, Decision | None]) -> Edit:
        """Take CHANGES over, by key; None takes a decision back. What it does to gold, as one edit."""
        self.touched = frozenset(self._change(changes))
        maker = Maker(self, self.at)  # not kept: it would be a cycle
        replacements: list[Replacement] = []
        for key in sorted(self.touched):
            if aspect_of(key) in PRODUCERS:
                replacements += self._remake(key, maker.annotations(key))
        edit = Edit("Adjudicate", tuple(replacements))
        self.gold = self.gold.replaced((step.id, step.after) for step in replacements)
        return edit

    def _remake(self, key: str, made: tuple[Annotation, ...]) -> Iterator[Replacement]:
        before = {annotation.id: annotation for annotation in self._made.get(key, ())}
        after = {annotation.id: annotation for annotation in made}
        if made:
            self._made[key] = made
        else:
            self._made.pop(key, None)
        for id in dict.fromkeys((*before, *after)):  # a set's order would be another in each run
            if id in after:
                self._owners[id] = key
            elif self._owners.get(id) == key:
                del self._owners[id]
            if before.get(id) != after.get(id):
                yield Replacement(before.get(id), after.get(id))
