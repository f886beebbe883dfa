"""The pinned examples: twelve tokens (S, offsets are token numbers) and seventy characters (C), by three annotators."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from annotator.agreement.measures import DEFAULT, MEASURES, measures_of
from annotator.agreement.opinions import Page
from annotator.agreement.spans import Mention
from annotator.agreement.study import Settings, Study
from annotator.agreement.studying import Collector
from annotator.model.annotations import Annotation, Annotations, Argument, Chain, Entity, Event, Fragment, Relation
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema


def made(*spans: tuple[str, int, int]) -> list[Mention]:
    return [Mention("entity", name, (Fragment(start, end),), f"e{at}") for at, (name, start, end) in enumerate(spans)]


@pytest.fixture(scope="session")
def s_a() -> list[Mention]:
    return made(("PERS", 0, 2), ("ORG", 3, 6), ("GPE", 7, 8), ("DATE", 9, 11))


@pytest.fixture(scope="session")
def s_b() -> list[Mention]:
    return made(("PERS", 0, 2), ("ORG", 4, 6), ("LOC", 7, 8), ("GPE", 11, 12))


@pytest.fixture(scope="session")
def s_z() -> list[Mention]:
    return made(("PERS", 0, 2), ("ORG", 3, 6), ("LOC", 7, 8), ("GPE", 11, 12))


@pytest.fixture(scope="session")
def c_a() -> list[Mention]:
    return made(("PERS", 0, 10), ("ORG", 15, 30), ("GPE", 40, 45), ("DATE", 50, 58))


@pytest.fixture(scope="session")
def c_b() -> list[Mention]:
    return made(("PERS", 0, 10), ("ORG", 19, 30), ("LOC", 40, 45), ("GPE", 62, 66))


# -- studies -------------------------------------------------------------------------------------------------------

SCHEMA = read_schema(
    """
name = "x"
version = "1"
[attributes.level]
values = ["NAM", "NOM"]
default = "NAM"
[entities.PERS]
attributes = ["level"]
[entities.ORG]
[entities.GPE]
[entities.LOC]
[entities.DATE]
[events.Meet]
roles.Who = { fillers = ["PERS"] }
roles.Place = { fillers = ["GPE", "LOC"] }
[events.Die]
roles.Victim = { fillers = ["PERS"] }
[relations.IN]
source = ["PERS"]
target = ["GPE"]
[relations.NEAR]
source = ["GPE"]
target = ["GPE"]
symmetric = true
"""
)
TWELVE = " ".join("ابتثجحخدذرزس")  # token i is the code point 2i

ALL = [id for id in MEASURES if id != "gamma"]  # which needs a library that need not be there

Layers = Mapping[str, Sequence[Annotation]]


def mention(label: str, first: int, last: int, **rest: object) -> Entity:
    """A mention from token FIRST to token LAST."""
    made = Entity(f"{label}{first}", label, (Fragment(2 * first, 2 * last + 1),))
    return replace(made, **rest)  # type: ignore[arg-type]  # fields of an entity


A = [mention("PERS", 0, 1), mention("ORG", 3, 5), mention("GPE", 7, 7), mention("DATE", 9, 10)]
B = [mention("PERS", 0, 1), mention("ORG", 4, 5), mention("LOC", 7, 7), mention("GPE", 11, 11)]
Z = [mention("PERS", 0, 1), mention("ORG", 3, 5), mention("LOC", 7, 7), mention("GPE", 11, 11)]


def study(
    documents: Sequence[Layers],
    measures: Sequence[str] = DEFAULT,
    *,
    text: str = TWELVE,
    reference: str = "",
    settings: Settings | None = None,
    days: Mapping[str, str] | None = None,
    who: Sequence[str] = (),
) -> Study:
    known = measures_of(SCHEMA)
    names = who or sorted({name for layers in documents for name in layers} - {reference})
    collector = Collector([known[id] for id in measures], names, reference, SCHEMA, settings or Settings())
    for number, layers in enumerate(documents):
        held = {name: Annotations(items) for name, items in layers.items()}
        collector.add(Page(f"d{number}", len(text), text), held, {name: (days or {}).get(name, "") for name in held})
    return collector.study("p", "2026-01-01T00:00:00Z")


def value(found: Study, measure: str, one: str = "a", other: str = "b") -> float | None:
    result = found.result(measure)
    assert result is not None
    number = result.pair(one, other)
    assert number is not None
    return number.value


def events(shift: int) -> list[Annotation]:
    """Two events, a relation and a chain; SHIFT moves the second person and their event's place."""
    return [
        mention("PERS", 0, 0, id="p"),
        mention("GPE", 2, 2, id="g"),
        mention("PERS", 8 + shift, 8 + shift, id="q"),
        Event("m", "Meet", (Fragment(8, 9),), (Argument("Who", "p"), Argument("Place", "g"), Argument("Who", "q"))),
        Event("d", "Die" if not shift else "Meet", (Fragment(12, 13),), (Argument("Victim", "q"),)),
        Relation("r", "IN", *(("p", "g") if not shift else ("g", "p"))),
        Chain("c", ("p", "q")),
    ]


def random_layers(generator: random.Random) -> Layers:
    def one() -> list[Annotation]:
        starts = generator.sample(range(12), generator.randrange(1, 8))
        return [
            mention(generator.choice(["PERS", "ORG", "GPE"]), at, min(at + generator.randrange(2), 11)) for at in starts
        ]

    return {"a": one(), "b": one(), "c": one()}


@dataclass(frozen=True)
class Its:
    """What studies are made of here: the twelve tokens and who says what of them; and how a study is made."""

    a: Sequence[Entity] = field(default_factory=lambda: A)
    b: Sequence[Entity] = field(default_factory=lambda: B)
    z: Sequence[Entity] = field(default_factory=lambda: Z)
    text: str = TWELVE
    schema: Schema = SCHEMA
    all: Sequence[str] = field(default_factory=lambda: ALL)
    mention: Callable[..., Entity] = mention
    study: Callable[..., Study] = study
    value: Callable[..., float | None] = value
    events: Callable[[int], list[Annotation]] = events
    random_layers: Callable[[random.Random], Layers] = random_layers


@pytest.fixture(scope="session")
def its() -> Its:
    return Its()
