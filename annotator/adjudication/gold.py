"""From opinions and decisions to gold: each item's outcome, and the annotations that the outcomes make together.

Gold follows from the opinions and the decisions alone. Where all agree, it is what they say; where somebody decided,
it is what was decided; what is open is not in it. Nothing in gold refers to what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, TypeAlias, cast

from annotator.adjudication.alignment import digest
from annotator.adjudication.comparison import Comparison, Ref, closure, relation_outcome
from annotator.adjudication.decisions import Decision
from annotator.adjudication.items import (
    IDENTIFIERS,
    NOTHING,
    Aspect,
    Item,
    Outcome,
    Version,
    aspect_of,
    is_nothing,
    names_in,
    parts_of,
    pieces_of,
    unanimous,
    versions,
)
from annotator.model.annotations import (
    Annotation,
    Annotations,
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
from annotator.model.operations import Edit, Replacement


class _Open(Enum):
    OPEN = "open"


OPEN: Final = _Open.OPEN
"""The outcome of an item that nobody has decided and on which people differ."""

Found: TypeAlias = "Outcome | _Open"

UNANIMOUS: Final = "unanimous"
"""The `tool` in the provenance of what all agree on."""

_Said: TypeAlias = tuple[str, str, str, Attributes]
"""A relation in an outcome: type, keys of source and target, attributes."""

_PRODUCERS: Final[frozenset[Aspect]] = frozenset({"span", "relation", "chain", "label"})


class Adjudication:
    """One document on its way to gold. `gold` and `open` always follow from `comparison` and `decisions`."""

    def __init__(self, comparison: Comparison, decisions: Mapping[str, Decision], at: str = "") -> None:
        """AT is the time that what all agree on gets as its provenance."""
        self.comparison = comparison
        self.at = at
        self.decisions: dict[str, Decision] = {}
        self.open: set[str] = set()
        self.gold = Annotations()
        self._made: dict[str, tuple[Annotation, ...]] = {}
        self._decided_parts: dict[str, set[str]] = {}
        self._decided_users: dict[str, set[str]] = {}
        for decision in decisions.values():
            self._remember(decision)
        for key in (*comparison.items, *self.decisions):
            self._count(key)
            if aspect_of(key) in _PRODUCERS and key not in self._made:
                self._made[key] = self._make(key)
        self.gold = Annotations(annotation for made in self._made.values() for annotation in made)

    # -- what is asked of it ---------------------------------------------------------------------------------------

    def items(self) -> list[Item]:
        """What people differ on, in text order, parts behind what they are parts of."""
        return list(self.comparison.disputed())

    def opinions(self, item: Item) -> dict[str, Outcome]:
        """What those say who have a say in ITEM as things stand.

        Once a span is decided, those count for its parts who gave it the same type; what is gone is left out.
        """
        if item.aspect in {"span", "label"}:
            return dict(item.opinions)
        if item.parent:
            return self._opinions_on_part(item)
        gone = {key for key in item.about if self._is_gone(key)}
        if item.aspect == "relation":
            return {} if gone else dict(item.opinions)
        whole = {key for key in item.about if len(self._pieces(key)) < 2 and self.outcome(key) is not OPEN}
        opinions = {name: _chains_without(outcome, gone, whole) for name, outcome in item.opinions.items()}
        return opinions if len(item.about) - len(gone) > 1 or any(opinions.values()) else {}

    def versions(self, item: Item) -> tuple[Version, ...]:
        """The opinions that count on ITEM, equal ones together, those of most people first."""
        return versions(self.opinions(item))

    def outcome(self, key: str) -> Found:
        """What is decided or agreed on an item, or `OPEN`."""
        decision = self.decisions.get(key)
        if decision is not None:
            return decision.outcome
        item = self.comparison.items.get(key)
        if item is None:
            return NOTHING
        if item.aspect in {"span", "label"}:
            return OPEN if item.disputed else next(iter(item.opinions.values()))
        opinions = self.opinions(item)
        if not opinions:
            return None if item.aspect == "attribute" and item.name != IDENTIFIERS else NOTHING
        if item.aspect == "chain":
            together = closure(self.comparison, opinions)
            return OPEN if together is None else together
        return next(iter(opinions.values())) if unanimous(opinions) else OPEN

    def agreement(self, item: Item) -> float:
        """The part of those who have a say that the most frequent answer to ITEM has; 1 where nobody has."""
        grouped = self.versions(item)
        return len(grouped[0].names) / sum(len(version.names) for version in grouped) if grouped else 1.0

    def key_of(self, annotation: Annotation) -> str:
        """The key of the item that a gold annotation answers; of its own where no annotator had it."""
        match annotation:
            case Entity() | Event():
                key = annotation.id.partition(".")[0]
                own = "ev+" if isinstance(annotation, Event) else "en+"
                return key if key in self.comparison.aligned else own + annotation.id
            case Chain():
                key = annotation.id.partition(".")[0]
                return key if key in self.comparison.items else f"ch+{annotation.id}"
            case DocumentLabel():
                return f"la:{annotation.type}"
            case Relation():
                from_, to = (self.key_of(self.gold[id]) for id in (annotation.source, annotation.target))
                return "re:" + ":".join(sorted((from_, to)))
            case _:
                return ""

    # -- deciding --------------------------------------------------------------------------------------------------

    def decide(self, changes: Mapping[str, Decision | None]) -> Edit:
        """Take CHANGES over, by key; None takes a decision back. What it does to gold, as one edit."""
        touched: set[str] = set()
        for key, decision in changes.items():
            touched |= self._affected(key)
            self._forget(key)
            if decision is not None:
                self._remember(decision)
            touched |= self._affected(key)
        for key in touched:
            self._count(key)
        replacements: list[Replacement] = []
        for key in sorted(touched):
            if aspect_of(key) in _PRODUCERS:
                replacements += self._remake(key)
        edit = Edit("Adjudicate", tuple(replacements))
        self.gold = self.gold.replaced((step.id, step.after) for step in replacements)
        return edit

    def _remake(self, key: str) -> Iterator[Replacement]:
        before = {annotation.id: annotation for annotation in self._made.get(key, ())}
        made = self._make(key)
        after = {annotation.id: annotation for annotation in made}
        if made:
            self._made[key] = made
        else:
            self._made.pop(key, None)
        for id in before.keys() | after.keys():
            if before.get(id) != after.get(id):
                yield Replacement(before.get(id), after.get(id))

    def _remember(self, decision: Decision) -> None:
        self.decisions[decision.key] = decision
        if aspect_of(decision.key) in {"attribute", "role", "filler"}:
            self._decided_parts.setdefault(parts_of(decision.key)[0], set()).add(decision.key)
        for key in _spoken_of(decision):
            self._decided_users.setdefault(key, set()).add(decision.key)

    def _forget(self, key: str) -> None:
        decision = self.decisions.pop(key, None)
        if decision is None:
            return
        if aspect_of(key) in {"attribute", "role", "filler"}:
            self._decided_parts[parts_of(key)[0]].discard(key)
        for other in _spoken_of(decision):
            self._decided_users[other].discard(key)

    def _affected(self, key: str) -> set[str]:
        """The items whose openness or annotations hang on the item KEY."""
        found = {key}
        if aspect_of(key) == "span":
            users = {*self.comparison.users.get(key, ()), *self._decided_users.get(key, ())}
            found |= users | self.all_parts(key)
            found |= {parts_of(user)[0] for user in users if aspect_of(user) in {"role", "filler"}}
        elif aspect_of(key) in {"attribute", "role", "filler"}:
            found.add(parts_of(key)[0])
        return found

    def all_parts(self, key: str) -> set[str]:
        """The keys of the attributes, roles and fillers of a span item, also those that only a decision has."""
        return {*self.comparison.parts.get(key, ()), *self._decided_parts.get(key, ())}

    def _count(self, key: str) -> None:
        item = self.comparison.items.get(key)
        is_open = item is not None and item.disputed and self.outcome(key) is OPEN
        (self.open.add if is_open else self.open.discard)(key)

    # -- who has a say ---------------------------------------------------------------------------------------------

    def _is_gone(self, key: str) -> bool:
        outcome = self.outcome(key)
        return outcome is not OPEN and is_nothing(outcome)

    def _opinions_on_part(self, item: Item) -> dict[str, Outcome]:
        whole = self.outcome(item.parent)
        opinions = dict(item.opinions)
        if whole is not OPEN:
            pieces = pieces_of(whole)
            if len(pieces) != 1:
                return {}  # nothing is left of it, or its pieces are taken as somebody made them
            aligned = self.comparison.aligned[item.parent]
            alike = {name: said for name, said in opinions.items() if aligned.type_by(name) == pieces[0][0]}
            opinions = alike or opinions
        if item.aspect == "attribute":
            return opinions
        gone = {key for key in item.about if self._is_gone(key)}
        if not gone:
            return opinions
        if item.aspect == "role":
            return {}
        return {name: tuple(key for key in names_in(said) if key not in gone) for name, said in opinions.items()}

    def _supporters(self, key: str, outcome: Outcome) -> list[str]:
        """Those whose opinion the outcome of an item is; of a decision, those it names first."""
        item = self.comparison.items.get(key)
        if item is None:
            return []
        same = sorted(name for name, said in self.opinions(item).items() if said == outcome)
        decision = self.decisions.get(key)
        named = [name for name in same if decision is not None and name in decision.names]
        return named or same

    # -- annotations -----------------------------------------------------------------------------------------------

    def _make(self, key: str) -> tuple[Annotation, ...]:
        outcome = self.outcome(key)
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
                made = self._provenance(key, self._supporters(key, outcome))
                values = names_in(outcome)
                return tuple(DocumentLabel(digest("la", (name, value)), name, value, made) for value in values)

    def _provenance(self, key: str, names: Iterable[str]) -> Provenance:
        decision = self.decisions.get(key)
        aligned = self.comparison.aligned.get(key)
        derived: list[str] = []
        for name in names:
            derived += [f"{name}/{id}" for id in aligned.pieces.get(name, ())] if aligned is not None else [name]
        if decision is None:
            return Provenance("adjudication", "", self.at, tool=UNANIMOUS, derived_from=tuple(derived))
        return Provenance("adjudication", decision.who, decision.at, tool=decision.rule, derived_from=tuple(derived))

    def _spans(self, key: str, outcome: Outcome) -> Iterator[Spanning]:
        pieces = pieces_of(outcome)
        supporters = self._supporters(key, outcome)
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
            ids = self.comparison.aligned[key].pieces[name]
            annotation = self.comparison.opinions[name][ids[number]]
            if isinstance(annotation, Entity):
                return annotation.attributes, annotation.identifiers, ()
            if isinstance(annotation, Event):
                places = self.comparison.places[name]
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
        for part in sorted(self.all_parts(key)):
            if aspect_of(part) != "attribute":
                continue
            outcome, name = self.outcome(part), parts_of(part)[1]
            if outcome is OPEN or outcome is None:
                continue
            if name == IDENTIFIERS:
                identifiers = names_in(outcome)
            elif isinstance(outcome, str | bool):
                attributes[name] = outcome
        return tuple(sorted(attributes.items())), identifiers

    def _arguments(self, key: str) -> tuple[Argument, ...]:
        found: list[tuple[str, str]] = []  # role, item
        for part in self.all_parts(key):
            outcome = self.outcome(part)
            if outcome is OPEN or is_nothing(outcome):
                continue
            second = parts_of(part)[1]
            if aspect_of(part) == "filler":
                found += [(second, filler) for filler in names_in(outcome)]
            elif aspect_of(part) == "role":
                found += [(role, second) for role in names_in(outcome)]
        makers = [
            (name, annotation)
            for name in (self.comparison.aligned[key].pieces if key in self.comparison.aligned else ())
            if isinstance(annotation := self.comparison.single(name, key), Event)
        ]
        arguments = [
            Argument(role, target)
            for role, filler in sorted(set(found), key=self._argument_order)
            for target in self._targets(filler, makers, role)
        ]
        return tuple(dict.fromkeys(arguments))

    def _argument_order(self, argument: tuple[str, str]) -> tuple[int, str, int, str]:
        role, filler = argument
        places = (n for type_ in self.comparison.schema.events for n, r in enumerate(type_.roles) if r.name == role)
        item = self.comparison.aligned.get(filler)
        return next(places, 1 << 30), role, item.start if item is not None else 0, filler

    def decided(self, key: str) -> Outcome:
        """The outcome of an item that is not an attribute; nothing while it is open."""
        outcome = self.outcome(key)
        return NOTHING if outcome is OPEN else outcome

    def _pieces(self, key: str) -> list[tuple[str, Fragments]]:
        return pieces_of(self.decided(key))

    def _targets(self, filler: str, makers: Iterable[tuple[str, Event]], role: str | None = None) -> list[str]:
        """The gold ids of what fills a role, of its pieces those that the MAKERS of the event meant."""
        said = ((name, a.target) for name, event in makers for a in event.arguments if role in {None, a.role})
        return self._meant(filler, said)

    def _meant(self, key: str, said: Iterable[tuple[str, str]]) -> list[str]:
        """The gold ids of what a span item is; of several pieces those that are SAID: names and ids of annotations."""
        count = len(self._pieces(key))
        if count < 2:
            return [_gold_id(key, 0)] if count else []
        supporters = self._supporters(key, self.decided(key))
        refs = [self.comparison.places[name].get(id) for name, id in said if name in supporters]
        pieces = {ref.piece for ref in refs if ref is not None and ref.item == key}
        return [_gold_id(key, number) for number in sorted(pieces) or [0]]

    def _relations(self, key: str, outcome: Outcome) -> Iterator[Relation]:
        supporters = self._supporters(key, outcome)
        provenance = self._provenance(key, supporters)
        for said in cast("tuple[_Said, ...]", outcome):
            for source, target in self._related(said, supporters):
                id = digest("re", (said[0], source, target))
                yield Relation(id, said[0], source, target, said[3], provenance)

    def _related(self, said: _Said, supporters: Iterable[str]) -> list[tuple[str, str]]:
        """The gold ids that a relation holds between; where an end has several pieces, those SUPPORTERS related."""
        ends = said[1:3]
        if not all(self._pieces(end) for end in ends):
            return []
        found: set[tuple[str, str]] = set()
        for name in supporters if any(len(self._pieces(end)) > 1 for end in ends) else ():
            places = self.comparison.places[name]
            for relation in self.comparison.opinions[name].values():
                if isinstance(relation, Relation) and relation.source in places and relation.target in places:
                    refs = places[relation.source], places[relation.target]
                    if said == relation_outcome(self.comparison.schema, relation, refs[0].item, refs[1].item):
                        source, target = (self._meant(ref.item, [(name, self._id_of(name, ref))])[0] for ref in refs)
                        found.add((source, target))
        return sorted(found) or [(_gold_id(ends[0], 0), _gold_id(ends[1], 0))]

    def _id_of(self, name: str, ref: Ref) -> str:
        return self.comparison.aligned[ref.item].pieces[name][ref.piece]

    def _chains(self, key: str, outcome: Outcome) -> Iterator[Chain]:
        supporters = self._supporters(key, outcome)
        provenance = self._provenance(key, supporters)
        for number, chain in enumerate(outcome if isinstance(outcome, tuple) else ()):
            members: set[tuple[Fragments, str]] = set()
            for end in names_in(chain):
                pieces = self._pieces(end)
                said = self._members(supporters) if len(pieces) > 1 else ()
                at = {_gold_id(end, number): fragments for number, (_, fragments) in enumerate(pieces)}
                members |= {(at[id], id) for id in self._meant(end, said)}
            if len(members) > 1:
                yield Chain(_gold_id(key, number), tuple(id for _, id in sorted(members)), provenance)

    def _members(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """The members of all chains of people: names and ids."""
        layers = ((name, self.comparison.opinions[name]) for name in names)
        chains = ((name, chain) for name, layer in layers for chain in layer.values() if isinstance(chain, Chain))
        return [(name, id) for name, chain in chains for id in chain.members]


def _gold_id(key: str, number: int) -> str:
    base = key[3:] if key[2] == "+" else key
    return f"{base}.{number}" if number else base


def _chains_without(outcome: Outcome, gone: set[str], whole: set[str]) -> Outcome:
    """The chains of an outcome without what is GONE; what is WHOLE counts once, whatever pieces of it somebody had."""
    chains: list[tuple[str, ...]] = []
    for chain in outcome if isinstance(outcome, tuple) else ():
        keys = [key for key in names_in(chain) if key not in gone]
        kept = [key for number, key in enumerate(keys) if key not in whole or key not in keys[:number]]
        if len(kept) > 1:
            chains.append(tuple(kept))
    return tuple(sorted(chains))


def _spoken_of(decision: Decision) -> set[str]:
    """The span items that a decision speaks of, beside the one it is a part of."""
    match aspect_of(decision.key):
        case "filler":
            return set(names_in(decision.outcome))
        case "role":
            return {parts_of(decision.key)[1]}
        case "relation":
            return set(parts_of(decision.key))
        case "chain":
            chains = decision.outcome if isinstance(decision.outcome, tuple) else ()
            return {key for chain in chains for key in names_in(chain)}
        case _:
            return set()
