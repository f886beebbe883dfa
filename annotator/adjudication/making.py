"""The annotations that the outcomes of items make together, each with where it comes from.

Nothing that is made refers to what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from annotator.adjudication.alignment import digest
from annotator.adjudication.comparison import Ref, relation_outcome
from annotator.adjudication.items import (
    IDENTIFIERS,
    Aspect,
    Outcome,
    aspect_of,
    is_nothing,
    names_in,
    parts_of,
    pieces_of,
)
from annotator.adjudication.outcomes import OPEN, Outcomes
from annotator.model.annotations import (
    Annotation,
    Argument,
    Attributes,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragments,
    Provenance,
    Relation,
    Spanning,
)

UNANIMOUS: Final = "unanimous"
"""The `tool` in the provenance of what all agree on."""

PRODUCERS: Final[frozenset[Aspect]] = frozenset({"span", "relation", "chain", "label"})
"""The aspects of the items that become annotations; the others become parts of those."""

_Said: TypeAlias = tuple[str, str, str, Attributes]
"""A relation in an outcome: type, keys of source and target, attributes."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the annotations of single items. `at` is the time that what all agree on gets as its provenance."""

    outcomes: Outcomes
    at: str

    def annotations(self, key: str) -> tuple[Annotation, ...]:
        """What the item KEY becomes; nothing while it is open."""
        outcome = self.outcomes.outcome(key)
        if outcome is OPEN or is_nothing(outcome):
            return ()
        match aspect_of(key):
            case "span":
                return tuple(self._spans(key, outcome))
            case "relation":
                return tuple(self._relations(key, outcome))
            case "chain":
                return tuple(self._chains(key, outcome))
            case _:
                name = key.partition(":")[2]
                made = self._provenance(key, self.outcomes.supporters(key, outcome))
                values = names_in(outcome)
                return tuple(DocumentLabel(digest("la", (name, value)), name, value, made) for value in values)

    def _provenance(self, key: str, names: Iterable[str]) -> Provenance:
        decision = self.outcomes.decisions.get(key)
        aligned = self.outcomes.comparison.aligned.get(key)
        derived: list[str] = []
        for name in names:
            derived += [f"{name}/{id}" for id in aligned.pieces.get(name, ())] if aligned is not None else [name]
        if decision is None:
            return Provenance("adjudication", "", self.at, tool=UNANIMOUS, derived_from=tuple(derived))
        return Provenance("adjudication", decision.who, decision.at, tool=decision.rule, derived_from=tuple(derived))

    def _spans(self, key: str, outcome: Outcome) -> Iterator[Spanning]:
        pieces = pieces_of(outcome)
        supporters = self.outcomes.supporters(key, outcome)
        provenance = self._provenance(key, supporters)
        for number, (type_name, fragments) in enumerate(pieces):
            id = _gold_id(key, number)
            if len(pieces) == 1:
                attributes, identifiers = self._attributes(key)
                arguments = self._arguments(key) if key.startswith("ev") else ()
            else:
                attributes, identifiers, arguments = self._as_made(key, supporters, number)
            if key.startswith("ev"):
                yield Event(id, type_name, fragments, arguments, attributes, provenance)
            else:
                yield Entity(id, type_name, fragments, attributes, identifiers, provenance)

    def _as_made(
        self, key: str, supporters: Iterable[str], number: int
    ) -> tuple[Attributes, tuple[str, ...], tuple[Argument, ...]]:
        """What somebody gave one of several pieces."""
        for name in supporters:
            ids = self.outcomes.comparison.aligned[key].pieces[name]
            annotation = self.outcomes.comparison.opinions[name][ids[number]]
            if isinstance(annotation, Entity):
                return annotation.attributes, annotation.identifiers, ()
            if isinstance(annotation, Event):
                places = self.outcomes.comparison.places[name]
                arguments = [
                    Argument(argument.role, target)
                    for argument in annotation.arguments
                    if argument.target in places
                    for target in self._targets(places[argument.target].item, [(name, annotation)])
                ]
                return annotation.attributes, (), tuple(dict.fromkeys(arguments))
        return (), (), ()

    def _attributes(self, key: str) -> tuple[Attributes, tuple[str, ...]]:
        attributes: dict[str, str | bool] = {}
        identifiers: tuple[str, ...] = ()
        for part in sorted(self.outcomes.all_parts(key)):
            if aspect_of(part) != "attribute":
                continue
            outcome, name = self.outcomes.outcome(part), parts_of(part)[1]
            if outcome is OPEN or outcome is None:
                continue
            if name == IDENTIFIERS:
                identifiers = names_in(outcome)
            elif isinstance(outcome, str | bool):
                attributes[name] = outcome
        return tuple(sorted(attributes.items())), identifiers

    def _arguments(self, key: str) -> tuple[Argument, ...]:
        found: list[tuple[str, str]] = []  # role, item
        for part in self.outcomes.all_parts(key):
            outcome = self.outcomes.outcome(part)
            if outcome is OPEN or is_nothing(outcome):
                continue
            second = parts_of(part)[1]
            if aspect_of(part) == "filler":
                found += [(second, filler) for filler in names_in(outcome)]
            elif aspect_of(part) == "role":
                found += [(role, second) for role in names_in(outcome)]
        makers = [
            (name, annotation)
            for name in (
                self.outcomes.comparison.aligned[key].pieces if key in self.outcomes.comparison.aligned else ()
            )
            if isinstance(annotation := self.outcomes.comparison.single(name, key), Event)
        ]
        arguments = [
            Argument(role, target)
            for role, filler in sorted(set(found), key=self._argument_order)
            for target in self._targets(filler, makers, role)
        ]
        return tuple(dict.fromkeys(arguments))

    def _argument_order(self, argument: tuple[str, str]) -> tuple[int, str, int, str]:
        role, filler = argument
        places = (
            n for type_ in self.outcomes.comparison.schema.events for n, r in enumerate(type_.roles) if r.name == role
        )
        item = self.outcomes.comparison.aligned.get(filler)
        return next(places, 1 << 30), role, item.start if item is not None else 0, filler

    def _targets(self, filler: str, makers: Iterable[tuple[str, Event]], role: str | None = None) -> list[str]:
        """The gold ids of what fills a role, of its pieces those that the MAKERS of the event meant."""
        said = ((name, a.target) for name, event in makers for a in event.arguments if role in {None, a.role})
        return self._meant(filler, said)

    def _meant(self, key: str, said: Iterable[tuple[str, str]]) -> list[str]:
        """The gold ids of what a span item is; of several pieces those that are SAID: names and ids of annotations."""
        count = len(self.outcomes.pieces(key))
        if count < 2:
            return [_gold_id(key, 0)] if count else []
        supporters = self.outcomes.supporters(key, self.outcomes.decided(key))
        refs = [self.outcomes.comparison.places[name].get(id) for name, id in said if name in supporters]
        pieces = {ref.piece for ref in refs if ref is not None and ref.item == key}
        return [_gold_id(key, number) for number in sorted(pieces) or [0]]

    def _relations(self, key: str, outcome: Outcome) -> Iterator[Relation]:
        supporters = self.outcomes.supporters(key, outcome)
        provenance = self._provenance(key, supporters)
        for said in cast("tuple[_Said, ...]", outcome):
            for source, target in self._related(said, supporters):
                id = digest("re", (said[0], source, target))
                yield Relation(id, said[0], source, target, said[3], provenance)

    def _related(self, said: _Said, supporters: Iterable[str]) -> list[tuple[str, str]]:
        """The gold ids that a relation holds between; where an end has several pieces, those SUPPORTERS related."""
        ends = said[1:3]
        if not all(self.outcomes.pieces(end) for end in ends):
            return []
        found: set[tuple[str, str]] = set()
        for name in supporters if any(len(self.outcomes.pieces(end)) > 1 for end in ends) else ():
            places = self.outcomes.comparison.places[name]
            for relation in self.outcomes.comparison.opinions[name].values():
                if isinstance(relation, Relation) and relation.source in places and relation.target in places:
                    refs = places[relation.source], places[relation.target]
                    if said == relation_outcome(self.outcomes.comparison.schema, relation, refs[0].item, refs[1].item):
                        source, target = (self._meant(ref.item, [(name, self._id_of(name, ref))])[0] for ref in refs)
                        found.add((source, target))
        return sorted(found) or [(_gold_id(ends[0], 0), _gold_id(ends[1], 0))]

    def _id_of(self, name: str, ref: Ref) -> str:
        return self.outcomes.comparison.aligned[ref.item].pieces[name][ref.piece]

    def _chains(self, key: str, outcome: Outcome) -> Iterator[Chain]:
        supporters = self.outcomes.supporters(key, outcome)
        provenance = self._provenance(key, supporters)
        for number, chain in enumerate(outcome if isinstance(outcome, tuple) else ()):
            members: set[tuple[Fragments, str]] = set()
            for end in names_in(chain):
                pieces = self.outcomes.pieces(end)
                said = self._members(supporters) if len(pieces) > 1 else ()
                at = {_gold_id(end, number): fragments for number, (_, fragments) in enumerate(pieces)}
                members |= {(at[id], id) for id in self._meant(end, said)}
            if len(members) > 1:
                yield Chain(_gold_id(key, number), tuple(id for _, id in sorted(members)), provenance)

    def _members(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """The members of all chains of people: names and ids."""
        layers = ((name, self.outcomes.comparison.opinions[name]) for name in names)
        chains = ((name, chain) for name, layer in layers for chain in layer.values() if isinstance(chain, Chain))
        return [(name, id) for name, chain in chains for id in chain.members]


def _gold_id(key: str, number: int) -> str:
    base = key[3:] if key[2] == "+" else key
    return f"{base}.{number}" if number else base
