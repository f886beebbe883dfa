"""Random and made opinions on one text."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Relation,
    make_fragments,
)
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema

LENGTH = 60
SCHEMA = """
name = "test"
version = "1"
[attributes.level]
values = ["NAM", "NOM"]
[entities.PERS]
attributes = ["level"]
[entities.ORG]
attributes = ["level"]
[entities.GPE]
[events.Attack]
[events.Attack.roles.Agent]
fillers = ["PERS", "ORG"]
[events.Attack.roles.Place]
fillers = ["GPE"]
[events.Die]
[events.Die.roles.Victim]
fillers = ["PERS"]
[relations.Near]
symmetric = true
source = ["PERS", "ORG", "GPE", "Attack", "Die"]
target = ["PERS", "ORG", "GPE", "Attack", "Die"]
[relations.PartOf]
source = ["PERS", "ORG", "GPE", "Attack", "Die"]
target = ["PERS", "ORG", "GPE", "Attack", "Die"]
[labels.topic]
values = ["war", "sport"]
"""


def make_layer(
    choose: random.Random, prefix: str, base: Annotations | None = None, splits: float = 0.15
) -> Annotations:
    """A random layer; with BASE, that layer with some things different, the part SPLITS of its long spans in pieces."""
    items: dict[str, Annotation] = {}
    names: dict[str, str] = {}
    count = 0

    def fresh() -> str:
        nonlocal count
        count += 1
        return f"{prefix}{count}"

    def span() -> tuple[Fragment, ...]:
        start = choose.randrange(LENGTH - 12)
        first = (start, start + choose.randint(1, 8))
        return make_fragments([first, (first[1] + 2, first[1] + 4)] if choose.random() < 0.1 else [first])

    def moved(fragments: tuple[Fragment, ...]) -> tuple[Fragment, ...]:
        if choose.random() < 0.8:
            return fragments
        start, end = fragments[0]
        shifted = max(0, start + choose.choice((-1, 0, 1)))
        return make_fragments([(shifted, max(shifted + 1, end + choose.choice((-2, 0, 1))))])

    for before in base.values() if base is not None else ():
        if choose.random() < 0.15:
            continue
        if isinstance(before, Entity | Event) and len(range(*before.fragments[0])) > 3 and choose.random() < splits:
            parts = [_part(choose, before, fresh(), fragments) for fragments in _cut(choose, before.fragments[0])]
            items |= {part.id: part for part in parts}
            names[before.id] = choose.choice(parts).id
            continue
        id = names[before.id] = fresh()
        if isinstance(before, Entity):
            type_name = before.type if choose.random() < 0.85 else choose.choice(("PERS", "ORG", "GPE"))
            level = before.attributes if choose.random() < 0.8 else (("level", choose.choice(("NAM", "NOM"))),)
            ids = before.identifiers if choose.random() < 0.9 else (f"Q:{choose.randint(1, 3)}",)
            items[id] = Entity(id, type_name, moved(before.fragments), level, ids)
        elif isinstance(before, Event):
            kept = (a for a in before.arguments if a.target in names and choose.random() < 0.85)
            arguments = tuple(Argument(a.role, names[a.target]) for a in kept if names[a.target] in items)
            items[id] = Event(id, before.type, moved(before.fragments), arguments)
        else:
            names.pop(before.id)
    for _ in range(choose.randint(0, 4)):
        id = fresh()
        level = (("level", choose.choice(("NAM", "NOM"))),) if choose.random() < 0.4 else ()
        items[id] = Entity(id, choose.choice(("PERS", "ORG", "GPE")), span(), level)
    for _ in range(choose.randint(0, 3)):
        id = fresh()
        targets = choose.sample(sorted(items), min(len(items), choose.randint(0, 2)))
        arguments = tuple(Argument(choose.choice(("Agent", "Place", "Victim")), target) for target in targets)
        items[id] = Event(id, choose.choice(("Attack", "Die")), span(), arguments)
    _link(choose, items, fresh)
    if choose.random() < 0.5:
        id = fresh()
        items[id] = DocumentLabel(id, "topic", choose.choice(("war", "sport")))
    return Annotations(items.values())


def _link(choose: random.Random, items: dict[str, Annotation], fresh: Callable[[], str]) -> None:
    """Relations and a chain among ITEMS."""
    spans = sorted(items)
    pairs: set[tuple[str, str]] = set()
    for _ in range(choose.randint(0, 2)):
        if len(spans) > 1:
            source, target = choose.sample(spans, 2)
            if (source, target) not in pairs and (target, source) not in pairs:
                pairs.add((source, target))
                id = fresh()
                items[id] = Relation(id, choose.choice(("Near", "PartOf")), source, target)
    entities = [id for id in spans if isinstance(items[id], Entity)]
    if len(entities) > 2 and choose.random() < 0.6:
        id = fresh()
        items[id] = Chain(id, tuple(choose.sample(entities, choose.randint(2, min(4, len(entities))))))


def _cut(choose: random.Random, whole: Fragment) -> list[tuple[Fragment, ...]]:
    """Two or three pieces of the range WHOLE."""
    start, end = whole
    at = sorted(choose.sample(range(start + 1, end), choose.randint(1, 2)))
    return [(Fragment(*found),) for found in zip([start, *at], [*at, end], strict=True)]


def _part(choose: random.Random, whole: Entity | Event, id: str, fragments: tuple[Fragment, ...]) -> Entity | Event:
    level = (("level", choose.choice(("NAM", "NOM"))),) if choose.random() < 0.5 else ()
    if isinstance(whole, Event):
        return Event(id, whole.type, fragments)
    return Entity(id, whole.type, fragments, level, whole.identifiers)


def make_opinions(seed: int, people: int, splits: float = 0.15) -> dict[str, Annotations]:
    """What some people say: somebody's layer, and others that are like it."""
    choose = random.Random(seed)
    base = make_layer(choose, "x")
    return {
        name: make_layer(choose, choose.choice((name, "t")), base, splits)
        for name in ("amal", "badr", "dana", "eid")[:people]
    }


@pytest.fixture(scope="session")
def schema() -> Schema:
    return read_schema(SCHEMA)


@pytest.fixture(scope="session")
def opinions() -> Callable[[int, int], dict[str, Annotations]]:
    return make_opinions


@pytest.fixture(scope="session")
def several() -> st.SearchStrategy[dict[str, Annotations]]:
    """Opinions of two to four people."""
    return st.builds(make_opinions, st.integers(0, 1 << 30), st.integers(2, 4))


def content(annotations: Annotations, schema: Schema) -> set[object]:
    """What a layer says without its ids."""
    names: dict[str, object] = {}

    def name(id: str) -> object:
        found = annotations[id]
        assert isinstance(found, Entity | Event)
        if id not in names:
            names[id] = (type(found).__name__, found.type, found.fragments)
            if isinstance(found, Event):
                arguments = frozenset((a.role, name(a.target)) for a in found.arguments)
                names[id] = (type(found).__name__, found.type, found.fragments, arguments)
        return names[id]

    said: list[object] = []
    for item in annotations.values():
        match item:
            case Entity():
                said.append((name(item.id), item.attributes, frozenset(item.identifiers)))
            case Event():
                said.append((name(item.id), item.attributes))
            case Relation():
                ends: object = (name(item.source), name(item.target))
                if schema.relation[item.type].symmetric:
                    ends = frozenset((name(item.source), name(item.target)))
                said.append((item.type, ends))
            case Chain():
                said.append(frozenset(map(name, item.members)))
            case DocumentLabel():
                said.append((item.type, item.value))
    return {(thing, said.count(thing)) for thing in said}


@pytest.fixture(scope="session")
def say() -> Callable[[Annotations, Schema], set[object]]:
    return content
