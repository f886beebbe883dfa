"""The annotations that the outcomes of items make together, each with where it comes from.

Nothing that is made refers to what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias, cast

from annotator.adjudication.alignment import digest
from annotator.adjudication.comparison import Ref, relation_outcome
from annotator.adjudication.items import (
    IDENTIFIERS,
    Aspect,
    Outcome,
    aspect_of,
    gold_id,
    is_by_hand,
    is_nothing,
    is_whole,
    names_in,
    parts_of,
    pieces_in,
    referred,
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

    def _provenance(self, key: str, derived_from: Iterable[str]) -> Provenance:
        decision = self.outcomes.decisions.get(key)
        if decision is None:
            return Provenance("adjudication", "", self.at, tool=UNANIMOUS, derived_from=tuple(derived_from))
        who, at, rule = decision.who, decision.at, decision.rule
        return Provenance("adjudication", who, at, tool=rule, derived_from=tuple(derived_from))

    def _spans(self, key: str, outcome: Outcome) -> Iterator[Spanning]:
        makers = self.outcomes.makers(key)
        whole, by_hand = is_whole(outcome), is_by_hand(outcome)
        for piece in pieces_in(outcome):
            id = gold_id(key, piece.name)
            made = [(name, ids[piece.origin]) for name, ids in self._pieces_of(key, makers) if piece.origin in ids]
            if whole:
                attributes, identifiers = self._attributes(key)
                arguments = self._arguments(key) if key.startswith("ev") else ()
            elif by_hand:
                attributes, identifiers = piece.attributes, piece.identifiers
                arguments = tuple(
                    Argument(role, target) for role, ref in piece.arguments for target in self._meant(ref)
                )
            else:
                attributes, identifiers, arguments = self._as_made(made)
            provenance = self._provenance(key, (f"{name}/{of}" for name, of in made))
            if key.startswith("ev"):
                yield Event(id, piece.type, piece.fragments, _without(arguments, id), attributes, provenance)
            else:
                yield Entity(id, piece.type, piece.fragments, attributes, identifiers, provenance)

    def _pieces_of(self, key: str, names: Iterable[str]) -> Iterator[tuple[str, dict[int | None, str]]]:
        """The ids of the pieces of a span item that people have, by their places."""
        for name in names:
            yield name, dict(enumerate(self.outcomes.comparison.aligned[key].pieces[name]))

    def _as_made(self, made: Iterable[tuple[str, str]]) -> tuple[Attributes, tuple[str, ...], tuple[Argument, ...]]:
        """What the first of those who MADE one of several pieces, given by name and id, gave it."""
        for name, id in made:
            annotation = self.outcomes.comparison.opinions[name][id]
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
                return annotation.attributes, (), tuple(arguments)
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
        return tuple(arguments)

    def _argument_order(self, argument: tuple[str, str]) -> tuple[int, str, int, str]:
        role, filler = argument
        places = (
            n for type_ in self.outcomes.comparison.schema.events for n, r in enumerate(type_.roles) if r.name == role
        )
        item = self.outcomes.comparison.aligned.get(referred(filler)[0])
        return next(places, 1 << 30), role, item.start if item is not None else 0, filler

    def _targets(self, filler: str, makers: Iterable[tuple[str, Event]], role: str | None = None) -> list[str]:
        """The gold ids of what fills a role, of its pieces those that the MAKERS of the event meant."""
        said = ((name, a.target) for name, event in makers for a in event.arguments if role in {None, a.role})
        return self._meant(filler, said)

    def _meant(self, ref: str, said: Iterable[tuple[str, str]] = ()) -> list[str]:
        """The gold ids of what REF refers to: `_exactly`, else of several pieces the oldest."""
        key, name = referred(ref)
        oldest = pieces_in(self.outcomes.decided(key))[:1] if name is None else []
        return self._exactly(ref, said) or [gold_id(key, piece.name) for piece in oldest]

    def _exactly(self, ref: str, said: Iterable[tuple[str, str]]) -> list[str]:
        """The gold ids of what REF refers to. Where that is a span item of several pieces, and REF does not say which,
        those that are SAID: names and ids of annotations.
        """
        key, name = referred(ref)
        outcome = self.outcomes.decided(key)
        pieces = pieces_in(outcome)
        if name is not None and not is_whole(outcome):
            pieces = [piece for piece in pieces if piece.name == name]
        elif len(pieces) > 1:
            makers = self.outcomes.makers(key)
            refs = [self.outcomes.comparison.places[who].get(id) for who, id in said if who in makers]
            meant = {ref.piece for ref in refs if ref is not None and ref.item == key}
            pieces = [piece for piece in pieces if piece.origin in meant]
        return [gold_id(key, piece.name) for piece in pieces]

    def _relations(self, key: str, outcome: Outcome) -> Iterator[Relation]:
        supporters = self.outcomes.supporters(key, outcome)
        provenance = self._provenance(key, supporters)
        for said in cast("tuple[_Said, ...]", outcome):
            for source, target in self._related(said, supporters):
                if source != target:  # else it was between two pieces of what is one
                    id = digest("re", (said[0], source, target))
                    yield Relation(id, said[0], source, target, said[3], provenance)

    def _related(self, said: _Said, supporters: Iterable[str]) -> list[tuple[str, str]]:
        """The gold ids that a relation holds between; where an end has several pieces, those SUPPORTERS related."""
        ends = said[1:3]
        found: set[tuple[str, str]] = set()
        for name in supporters if any(len(self.outcomes.pieces(referred(end)[0])) > 1 for end in ends) else ():
            places = self.outcomes.comparison.places[name]
            for relation in self.outcomes.comparison.opinions[name].values():
                if isinstance(relation, Relation) and relation.source in places and relation.target in places:
                    refs = places[relation.source], places[relation.target]
                    if said == relation_outcome(self.outcomes.comparison.schema, relation, refs[0].item, refs[1].item):
                        from_, to = (self._exactly(ref.item, [(name, self._id_of(name, ref))]) for ref in refs)
                        found.update(product(from_, to))
        source, target = (self._meant(end)[:1] for end in ends)
        return sorted(found) or list(product(source, target))

    def _id_of(self, name: str, ref: Ref) -> str:
        return self.outcomes.comparison.aligned[ref.item].pieces[name][ref.piece]

    def _chains(self, key: str, outcome: Outcome) -> Iterator[Chain]:
        supporters = self.outcomes.supporters(key, outcome)
        provenance = self._provenance(key, supporters)
        for number, chain in enumerate(outcome if isinstance(outcome, tuple) else ()):
            members: set[tuple[Fragments, str]] = set()
            for end in names_in(chain):
                key_of_end, _ = referred(end)
                pieces = pieces_in(self.outcomes.decided(key_of_end))
                said = self._members(supporters) if len(pieces) > 1 else ()
                at = {gold_id(key_of_end, piece.name): piece.fragments for piece in pieces}
                members |= {(at[id], id) for id in self._meant(end, said)}
            if len(members) > 1:
                name = f".{number}" if number else ""
                yield Chain(gold_id(key, name), tuple(id for _, id in sorted(members)), provenance)

    def _members(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """The members of all chains of people: names and ids."""
        layers = ((name, self.outcomes.comparison.opinions[name]) for name in names)
        chains = ((name, chain) for name, layer in layers for chain in layer.values() if isinstance(chain, Chain))
        return [(name, id) for name, chain in chains for id in chain.members]


def _without(arguments: Iterable[Argument], id: str) -> tuple[Argument, ...]:
    """ARGUMENTS, each once, without those that were between two pieces of the event ID."""
    return tuple(dict.fromkeys(argument for argument in arguments if argument.target != id))
