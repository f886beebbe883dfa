"""Where two people differ in one document: what stands behind a number, each with ids and offsets to jump to.

What they marked is put in pairs first (`paired`). A pair may differ in its boundary, its label, its attributes; what
has no partner was missed by one. Arguments, relations and chains are compared over these pairs, so that a boundary that
differs is told once and not again with every argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from annotator.agreement.spans import KINDS as SPANNING
from annotator.agreement.spans import Mention, aligned, mentions
from annotator.model.annotations import (
    Annotations,
    Attributes,
    AttributeValue,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragments,
    Relation,
    Spanning,
)
from annotator.model.schema import Schema

Thing = Literal["entity", "event", "argument", "relation", "chain", "document"]
THINGS: Final[tuple[Thing, ...]] = ("entity", "event", "argument", "relation", "chain", "document")
Kind = Literal["missed", "boundary", "label", "attribute", "identifier", "role", "filler", "direction", "member"]
KINDS: Final[dict[Kind, str]] = {
    "missed": "only one has it",
    "boundary": "different boundaries",
    "label": "different labels",
    "attribute": "different attributes",
    "identifier": "different knowledge base ids",
    "role": "different roles of the same filler",
    "filler": "different fillers of the same role",
    "direction": "opposite directions",
    "member": "in the chain for one only",
}
"""How two people may differ, with what people read for it."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two says: the annotation's `id`, its label and where it lies.

    `value` is what differs where it is not the label: an attribute's value, a role, the filler's label. `target` is the
    id of an argument's filler, or of the mention that is in a chain.
    """

    id: str
    label: str
    fragments: Fragments
    value: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference about `[start, end)`; on a side that says nothing there is None.

    `name` is the attribute's name, the role, or the relation's type, where there is one.
    """

    document: str
    thing: Thing
    kind: Kind
    start: int
    end: int
    left: Side | None
    right: Side | None
    name: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it is about, the left one's first."""
        return tuple(dict.fromkeys(side.label for side in (self.left, self.right) if side is not None))

    @property
    def what(self) -> str:
        """It in a few words: what it is about, how the two differ, and what each says."""
        about = f"{self.thing} {self.name}" if self.name else self.thing
        return f"{about}: {KINDS[self.kind]} ({_said(self.left)} | {_said(self.right)})"

    def is_about(self, label: str) -> bool:
        """Whether the label of one of the sides is LABEL."""
        return label in self.labels


def _said(side: Side | None) -> str:
    if side is None:
        return "–"
    return f"{side.label} {side.value}" if side.value else side.label


class Pair(NamedTuple):
    """Two annotations that are about the same, or one that has no partner."""

    left: Spanning | None
    right: Spanning | None


def disagreements(document: str, left: Annotations, right: Annotations, schema: Schema) -> list[Disagreement]:
    """Every difference between LEFT and RIGHT in text order; an attribute that is not set has its default."""
    found = list(_Comparison(document, left, right, schema).all())
    found.sort(key=lambda it: (it.start, it.end, THINGS.index(it.thing), it.kind, it.name))
    return found


def paired(left: Annotations, right: Annotations) -> list[Pair]:
    """Entities with entities and events with events, as `annotator.agreement.spans.aligned` puts them together."""
    return [
        Pair(_of(pair.left, left), _of(pair.right, right))
        for kind in SPANNING
        for pair in aligned(mentions(left, (kind,)), mentions(right, (kind,)))
    ]


def _of(mention: Mention | None, layer: Annotations) -> Spanning | None:
    item = layer[mention.id] if mention is not None else None
    return item if isinstance(item, Entity | Event) else None


class _Comparison:
    """One document, two opinions; `same` maps what is left to its partner on the right."""

    def __init__(self, document: str, left: Annotations, right: Annotations, schema: Schema) -> None:
        self.document = document
        self.left, self.right = left, right
        self.schema = schema
        self.defaults: dict[str, AttributeValue] = {
            item.name: item.default for item in schema.attributes if item.default is not None
        }
        self.pairs = paired(left, right)
        self.same = {pair.left.id: pair.right.id for pair in self.pairs if pair.left and pair.right}

    def all(self) -> Iterator[Disagreement]:
        for pair in self.pairs:
            yield from self.of_pair(pair)
        yield from self.of_relations()
        yield from self.of_chains()
        yield from self.of_document()

    def of_pair(self, pair: Pair) -> Iterator[Disagreement]:
        left, right = pair
        if left is None or right is None:
            yield self.between("missed", left, right)
            return
        if left.fragments != right.fragments:
            yield self.between("boundary", left, right)
        if left.type != right.type:
            yield self.between("label", left, right)
        for name, one, other in self.different(left.attributes, right.attributes):
            yield self.between("attribute", left, right, name, one, other)
        if isinstance(left, Entity) and isinstance(right, Entity) and set(left.identifiers) != set(right.identifiers):
            one, other = (", ".join(item.identifiers) or "none" for item in (left, right))
            yield self.between("identifier", left, right, "", one, other)
        if isinstance(left, Event) and isinstance(right, Event):
            yield from self.of_arguments(left, right)

    def between(
        self, kind: Kind, left: Spanning | None, right: Spanning | None, name: str = "", one: str = "", other: str = ""
    ) -> Disagreement:
        item = left or right
        thing: Thing = "event" if isinstance(item, Event) else "entity"
        return self.made(thing, kind, _side(left, one), _side(right, other), name)

    def made(self, thing: Thing, kind: Kind, left: Side | None, right: Side | None, name: str = "") -> Disagreement:
        places = [place for side in (left, right) if side is not None for place in side.fragments]
        start = min((place.start for place in places), default=0)
        end = max((place.end for place in places), default=0)
        return Disagreement(self.document, thing, kind, start, end, left, right, name)

    def different(self, left: Attributes, right: Attributes) -> Iterator[tuple[str, str, str]]:
        """Names of the attributes that differ, with what each side says."""
        one, other = self.defaults | dict(left), self.defaults | dict(right)
        for name in dict.fromkeys((*dict(left), *dict(right))):
            if one.get(name) != other.get(name):
                yield name, _shown(one.get(name)), _shown(other.get(name))

    # -- arguments

    def of_arguments(self, left: Event, right: Event) -> Iterator[Disagreement]:
        mine = [(item.role, item.target) for item in left.arguments]
        theirs = [(item.role, item.target) for item in right.arguments]
        for role, target in list(mine):
            if (equal := (role, self.same.get(target, ""))) in theirs:
                mine.remove((role, target))
                theirs.remove(equal)
        for kind, place in (("role", 1), ("filler", 0)):
            for one in list(mine):
                wanted = (one[0], self.same.get(one[1], ""))[place]
                other = next((it for it in theirs if it[place] == wanted), None)
                if other is not None:
                    mine.remove(one)
                    theirs.remove(other)
                    sides = self.argument(left, one, self.left), self.argument(right, other, self.right)
                    yield self.made("argument", "role" if kind == "role" else "filler", *sides, one[0])
        for one in mine:
            yield self.made("argument", "missed", self.argument(left, one, self.left), None, one[0])
        for other in theirs:
            yield self.made("argument", "missed", None, self.argument(right, other, self.right), other[0])

    def argument(self, event: Event, argument: tuple[str, str], layer: Annotations) -> Side:
        role, target = argument
        filler = layer.get(target)
        label = f" {filler.type}" if isinstance(filler, Entity | Event) else ""
        return Side(event.id, event.type, event.fragments, role + label, target)

    # -- relations, chains, the whole document

    def of_relations(self) -> Iterator[Disagreement]:
        mine = [item for item in self.left.values() if isinstance(item, Relation)]
        theirs = [item for item in self.right.values() if isinstance(item, Relation)]
        tests: tuple[tuple[Kind | None, bool, bool], ...] = (
            (None, True, False),
            ("direction", True, True),
            ("label", False, False),
            ("label", False, True),
        )  # what it is called, whether the types are equal, whether one is turned round
        for kind, same_type, turned in tests:
            for one in list(mine):
                ends = self.same.get(one.source), self.same.get(one.target)
                wanted = (ends[1], ends[0]) if turned else ends
                for other in theirs:
                    if (other.source, other.target) == wanted and (one.type == other.type) is same_type:
                        mine.remove(one)
                        theirs.remove(other)
                        if kind is not None and not (kind == "direction" and self.is_symmetric(one.type)):
                            sides = self.relation(one, self.left), self.relation(other, self.right)
                            yield self.made("relation", kind, *sides, one.type)
                        break
        for one in mine:
            yield self.made("relation", "missed", self.relation(one, self.left), None, one.type)
        for other in theirs:
            yield self.made("relation", "missed", None, self.relation(other, self.right), other.type)

    def is_symmetric(self, name: str) -> bool:
        known = self.schema.relation.get(name)
        return known is not None and known.symmetric

    def relation(self, item: Relation, layer: Annotations) -> Side:
        ends = [layer.get(item.source), layer.get(item.target)]
        fragments = tuple(place for end in ends if isinstance(end, Entity | Event) for place in end.fragments)
        words = [end.type for end in ends if isinstance(end, Entity | Event)]
        return Side(item.id, item.type, fragments, " → ".join(words), item.target)

    def of_chains(self) -> Iterator[Disagreement]:
        """Mentions that are in a chain for one only, chains in pairs by how many mentions they have in common."""
        mine = [item for item in self.left.values() if isinstance(item, Chain)]
        theirs = [item for item in self.right.values() if isinstance(item, Chain)]
        back = {right: left for left, right in self.same.items()}
        ranked = sorted(
            (-sum(self.same.get(member, "") in set(other.members) for member in one.members), at, beside)
            for at, one in enumerate(mine)
            for beside, other in enumerate(theirs)
        )
        partner: dict[int, int] = {}
        for common, at, beside in ranked:
            if common and at not in partner and beside not in partner.values():
                partner[at] = beside
        for at, one in enumerate(mine):
            other = theirs[partner[at]] if at in partner else None
            held = {back.get(member, "") for member in other.members} if other is not None else set()
            for member in one.members:
                if member not in held:
                    yield self.made("chain", "member", _member(one, member, self.left), None)
        taken = {beside: mine[at] for at, beside in partner.items()}
        for beside, other in enumerate(theirs):
            held = {self.same.get(member, "") for member in taken[beside].members} if beside in taken else set()
            for member in other.members:
                if member not in held:
                    yield self.made("chain", "member", None, _member(other, member, self.right))

    def of_document(self) -> Iterator[Disagreement]:
        mine, theirs = (
            {(item.type, item.value): item for item in layer.values() if isinstance(item, DocumentLabel)}
            for layer in (self.left, self.right)
        )
        for key in sorted(mine.keys() ^ theirs.keys()):
            one, other = (Side(it.id, it.type, (), it.value) if it else None for it in (mine.get(key), theirs.get(key)))
            yield self.made("document", "missed", one, other, key[0])


def _side(item: Spanning | None, value: str) -> Side | None:
    return None if item is None else Side(item.id, item.type, item.fragments, value)


def _member(chain: Chain, member: str, layer: Annotations) -> Side:
    item = layer.get(member)
    label, fragments = (item.type, item.fragments) if isinstance(item, Entity | Event) else ("", ())
    return Side(chain.id, label, fragments, "", member)


def _shown(value: AttributeValue | None) -> str:
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) else value
