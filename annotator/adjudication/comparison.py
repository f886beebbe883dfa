"""All items of a document: the opinions of several people side by side, structure by structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeVar, cast

from annotator.adjudication.alignment import Aligned, Opinions, align, digest
from annotator.adjudication.items import (
    IDENTIFIERS,
    NOTHING,
    Item,
    Kind,
    Outcome,
    attribute_key,
    filler_key,
    label_key,
    relation_key,
    role_key,
    span_kind,
    unanimous,
)
from annotator.model.annotations import (
    Annotations,
    AttributeValue,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Relation,
    Spanning,
)
from annotator.model.schema import Schema

_T = TypeVar("_T", Relation, Chain, DocumentLabel)


class Ref(NamedTuple):
    """Where one person's annotation ended up: the span item's key, and which of the person's pieces in it it is."""

    item: str
    piece: int


@dataclass(slots=True)
class Comparison:
    """The items of one document, by key, in text order, parts behind what they are parts of.

    `parts` are the keys of the attributes, roles and fillers of a span item; `users` those of the items that speak of
    it: roles and fillers of other events, relations, chains, and events in pieces. `places` says where each annotation
    of each person is. `splits` are the keys of the span items of which somebody has several pieces.
    """

    opinions: Opinions
    schema: Schema
    items: dict[str, Item] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    users: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, dict[str, Ref]] = field(default_factory=dict)
    aligned: dict[str, Aligned] = field(default_factory=dict)
    splits: list[str] = field(default_factory=list)

    def annotation(self, name: str, ref: Ref) -> Spanning:
        """The annotation of the person NAME at REF."""
        found = self.opinions[name][self.aligned[ref.item].pieces[name][ref.piece]]
        assert isinstance(found, Entity | Event)  # noqa: S101 - only spans are aligned
        return found

    def single(self, name: str, key: str) -> Spanning | None:
        """The annotation of the person NAME that is the span item KEY; None where there is none, or several pieces."""
        pieces = self.aligned[key].pieces.get(name, ())
        return self.annotation(name, Ref(key, 0)) if len(pieces) == 1 else None

    def disputed(self) -> Iterator[Item]:
        """The items on which people differ."""
        return (item for item in self.items.values() if item.disputed)

    def _add(self, item: Item) -> None:
        self.items[item.key] = item
        if item.parent:
            self.parts.setdefault(item.parent, []).append(item.key)
        for key in item.about:
            self.users.setdefault(key, []).append(item.key)


def compare(opinions: Opinions, schema: Schema) -> Comparison:
    """The items of a document about which OPINIONS were given. SCHEMA says which relations have no direction."""
    made = Comparison(opinions, schema)
    spans = align(opinions)
    made.aligned = {aligned.key: aligned for aligned in spans}
    made.splits = [aligned.key for aligned in spans if any(len(ids) > 1 for ids in aligned.pieces.values())]
    made.places = {name: {} for name in opinions}
    for aligned in spans:
        for name, ids in aligned.pieces.items():
            for number, id in enumerate(ids):
                made.places[name][id] = Ref(aligned.key, number)
    for aligned in spans:
        made._add(_span(made, aligned))
        for item in _attributes(made, aligned):
            made._add(item)
        if aligned.kind == "event":
            for item in _arguments(made, aligned):
                made._add(item)
            for filler in _fillers_of_pieces(made, aligned):
                made.users.setdefault(filler, []).append(aligned.key)
    for item in (*_relations(made), *_chains(made), *_labels(made)):
        made._add(item)
    return made


def _each(layer: Annotations, kind: type[_T]) -> Iterator[_T]:
    return (annotation for annotation in layer.of(kind) if isinstance(annotation, kind))


# -- spans and their attributes ------------------------------------------------------------------------------------


def _span(made: Comparison, aligned: Aligned) -> Item:
    opinions = {name: aligned.said.get(name, NOTHING) for name in made.opinions}
    is_event = aligned.kind == "event"
    kind = span_kind(opinions.values(), is_event=is_event)
    return Item(aligned.key, "span", opinions, aligned.start, aligned.end, kind, is_event=is_event)


def _attributes(made: Comparison, aligned: Aligned) -> Iterator[Item]:
    holders = {
        name: cast("Spanning", made.opinions[name][ids[0]]) for name, ids in aligned.pieces.items() if len(ids) == 1
    }
    names = {key for held in holders.values() for key, _ in held.attributes}
    for attribute in sorted(names):
        values: dict[str, Outcome] = {name: dict(held.attributes).get(attribute) for name, held in holders.items()}
        yield _part(aligned, attribute_key(aligned.key, attribute), "attribute", values, attribute)
    if aligned.kind == "entity":
        identifiers: dict[str, Outcome] = {
            name: tuple(sorted(held.identifiers)) for name, held in holders.items() if isinstance(held, Entity)
        }
        if any(identifiers.values()):
            yield _part(aligned, attribute_key(aligned.key, IDENTIFIERS), "attribute", identifiers, IDENTIFIERS)


def _part(
    aligned: Aligned,
    key: str,
    aspect: Literal["attribute", "role", "filler"],
    opinions: Mapping[str, Outcome],
    name: str,
    about: tuple[str, ...] = (),
) -> Item:
    kind = None if unanimous(opinions) else aspect
    is_event = aligned.kind == "event"
    return Item(key, aspect, opinions, aligned.start, aligned.end, kind, aligned.key, name, about, is_event=is_event)


# -- the arguments of an event -------------------------------------------------------------------------------------


def _arguments(made: Comparison, aligned: Aligned) -> Iterator[Item]:
    """One item for each filler that people give different roles; for the others, one for each role."""
    links: dict[str, set[tuple[str, str]]] = {}  # by name: (role, key of the filler)
    for name in aligned.pieces:
        event = made.single(name, aligned.key)
        if isinstance(event, Event):
            places = made.places[name]
            links[name] = {(a.role, places[a.target].item) for a in event.arguments if a.target in places}
    roles: dict[str, dict[str, tuple[str, ...]]] = {}  # by filler, by name
    for name, pairs in links.items():
        for role, filler in sorted(pairs):
            of = roles.setdefault(filler, {})
            of[name] = (*of.get(name, ()), role)
    contested = {filler for filler, by in roles.items() if len(set(by.values())) > 1}
    for filler in sorted(contested, key=lambda key: (made.aligned[key].start, key)):
        opinions: dict[str, Outcome] = {name: roles[filler].get(name, ()) for name in links}
        yield _part(aligned, role_key(aligned.key, filler), "role", opinions, "", (filler,))
    plain = {role for pairs in links.values() for role, filler in pairs if filler not in contested}
    for role in sorted(plain, key=lambda name: _role_order(made.schema, name)):
        fillers: dict[str, Outcome] = {
            name: tuple(sorted(filler for r, filler in pairs if r == role and filler not in contested))
            for name, pairs in links.items()
        }
        about = tuple(sorted({str(key) for keys in fillers.values() if isinstance(keys, tuple) for key in keys}))
        yield _part(aligned, filler_key(aligned.key, role), "filler", fillers, role, about)


def _fillers_of_pieces(made: Comparison, aligned: Aligned) -> set[str]:
    """The items that fill roles of the pieces in which somebody made one event."""
    found: set[str] = set()
    for name, ids in aligned.pieces.items():
        places = made.places[name]
        for number in range(len(ids)) if len(ids) > 1 else ():
            event = made.annotation(name, Ref(aligned.key, number))
            if isinstance(event, Event):
                found |= {places[a.target].item for a in event.arguments if a.target in places}
    return found


def _role_order(schema: Schema, role: str) -> tuple[int, str]:
    """Roles in the order of the first event type of SCHEMA that has them."""
    for type_ in schema.events:
        for number, known in enumerate(type_.roles):
            if known.name == role:
                return number, role
    return 1 << 30, role


# -- relations, chains, labels -------------------------------------------------------------------------------------


def _relations(made: Comparison) -> Iterator[Item]:
    found: dict[str, dict[str, set[Outcome]]] = {}
    ends: dict[str, tuple[str, str]] = {}
    for name, layer in made.opinions.items():
        places = made.places[name]
        for relation in _each(layer, Relation):
            source, target = places.get(relation.source), places.get(relation.target)
            if source is None or target is None:
                continue
            key = relation_key(source.item, target.item)
            ends[key] = (source.item, target.item)
            outcome = relation_outcome(made.schema, relation, source.item, target.item)
            found.setdefault(key, {}).setdefault(name, set()).add(outcome)
    for key in sorted(found):
        one, other = ends[key]
        first, second = made.aligned[one], made.aligned[other]
        have_both = [name for name in made.opinions if name in first.pieces and name in second.pieces]
        opinions: dict[str, Outcome] = {name: _ordered(found[key].get(name, ())) for name in have_both}
        start, end = min(first.start, second.start), max(first.end, second.end)
        kind: Kind | None = None if unanimous(opinions) else "relation"
        yield Item(key, "relation", opinions, start, end, kind, about=tuple(sorted({one, other})))


def relation_outcome(schema: Schema, relation: Relation, source: str, target: str) -> Outcome:
    """A relation between the items SOURCE and TARGET; where direction means nothing, in one direction only."""
    known = schema.relation.get(relation.type)
    if known is not None and known.symmetric:
        source, target = sorted((source, target))
    return relation.type, source, target, tuple((name, value) for name, value in relation.attributes)


def _ordered(outcomes: Iterable[Outcome]) -> Outcome:
    return tuple(sorted(outcomes, key=repr))


def _chains(made: Comparison) -> Iterator[Item]:
    said: dict[str, list[tuple[str, ...]]] = {}
    for name, layer in made.opinions.items():
        places = made.places[name]
        for chain in _each(layer, Chain):
            mentions = sorted(places[id].item for id in chain.members if id in places)
            if len(mentions) > 1:  # pieces of one item count each
                said.setdefault(name, []).append(tuple(mentions))
    for members in _components(chain for chains in said.values() for chain in chains):
        opinions: dict[str, Outcome] = {}
        for name in made.opinions:
            chains = [chain for chain in said.get(name, ()) if not members.isdisjoint(chain)]
            has = sum(len(made.aligned[key].pieces.get(name, ())) for key in members)
            if has > 1:  # who marked fewer of them has nothing to say
                opinions[name] = tuple(sorted(chains))
        key = digest("ch", sorted(members))
        places_of = [made.aligned[member] for member in members]
        start, end = min(place.start for place in places_of), max(place.end for place in places_of)
        kind: Kind | None = "chain" if closure(made, opinions) is None else None
        yield Item(key, "chain", opinions, start, end, kind, about=tuple(sorted(members)))


def closure(made: Comparison, opinions: Mapping[str, Outcome]) -> Outcome | None:
    """The chains that all OPINIONS agree with, each as far as its person marked the mentions; None: they differ."""
    if any(len(set(chain)) < len(chain) for outcome in opinions.values() for chain in _chains_in(outcome)):
        return None  # pieces of one item, which only some have
    given = {name: [frozenset(map(str, chain)) for chain in _chains_in(outcome)] for name, outcome in opinions.items()}
    together = _components(tuple(chain) for chains in given.values() for chain in chains)
    for name, chains in given.items():
        places = {members & {key for key in members if name in made.aligned[key].pieces} for members in together}
        if {frozenset(members) for members in places if len(members) > 1} != set(chains):
            return None
    return tuple(sorted(tuple(sorted(members)) for members in together))


def _chains_in(outcome: Outcome) -> Iterator[tuple[Outcome, ...]]:
    if isinstance(outcome, tuple):
        yield from (chain for chain in outcome if isinstance(chain, tuple))


def _components(chains: Iterable[tuple[str, ...]]) -> list[frozenset[str]]:
    """CHAINS that share members, put together; sorted."""
    of: dict[str, set[str]] = {}
    for chain in chains:
        joined = set(chain)
        for member in chain:
            joined |= of.get(member, set())
        for member in joined:
            of[member] = joined
    distinct = {id(members): members for members in of.values()}
    return sorted((frozenset(members) for members in distinct.values()), key=sorted)


def _labels(made: Comparison) -> Iterator[Item]:
    said: dict[str, dict[str, set[AttributeValue]]] = {}
    for name, layer in made.opinions.items():
        for label in _each(layer, DocumentLabel):
            said.setdefault(label.type, {}).setdefault(name, set()).add(label.value)
    for type_name in sorted(said):
        opinions: dict[str, Outcome] = {
            name: tuple(sorted(map(str, said[type_name].get(name, ())))) or NOTHING for name in made.opinions
        }
        kind: Kind | None = None if unanimous(opinions) else "document label"
        yield Item(label_key(type_name), "label", opinions, 0, 0, kind, name=type_name)
