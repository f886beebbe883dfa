"""A schema, a text and a hand-made layer for the tests of the domain."""

from __future__ import annotations

import pytest

from annotator.model.annotations import (
    Annotations,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Note,
    Record,
    Relation,
)
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema

SCHEMA = """
format = 1
name = "news"
version = "1.2"

[groups]
ACTOR = ["PERS", "ORG"]

[attributes.level]
title = { en = "Level", ar = "المستوى" }
values = ["NAM", "NOM"]
default = "NAM"
[attributes.generic]
default = false

[entities.PERS]
title = { en = "Person", ar = "شخص" }
colour = "blue"
hotkey = "p"
attributes = ["level", "generic"]
[entities.ORG]
title = "Organisation"
colour = "#AABBCC"
[entities.GPE]

[events.Arrive]
hotkey = "A"
attributes = ["generic"]
[events.Arrive.roles.Agent]
fillers = ["ACTOR"]
required = true
[events.Arrive.roles.Destination]
fillers = ["GPE"]
multiple = false
[events.Say]
[events.Say.roles.What]
fillers = ["Arrive"]

[relations.PartOf]
source = ["GPE", "ORG"]
target = ["GPE"]

[labels.genre]
values = ["news", "opinion"]

[knowledge.Q]
title = "Wikidata"
pattern = "Q[1-9][0-9]*"
"""
TEXT = "وصل سامح شكري لدمشق 😊 أمس."


@pytest.fixture(scope="session")
def schema_text() -> str:
    return SCHEMA


@pytest.fixture(scope="session")
def schema() -> Schema:
    return read_schema(SCHEMA)


@pytest.fixture(scope="session")
def text() -> str:
    return TEXT


@pytest.fixture(scope="session")
def layer() -> Annotations:
    """One annotation of every kind, each referring to others where it can."""
    return Annotations(
        [
            Entity("p", "PERS", (Fragment(4, 13),), (("level", "NAM"),), ("Q:Q42",)),
            Entity("g", "GPE", (Fragment(15, 19),)),
            Entity("o", "ORG", (Fragment(4, 8),)),
            Event("a", "Arrive", (Fragment(0, 3),), (Argument("Agent", "p"), Argument("Destination", "g"))),
            Event("s", "Say", (Fragment(22, 25),), (Argument("What", "a"),)),
            Relation("r", "PartOf", "o", "g"),
            Chain("c", ("p", "o")),
            Note("n", "حرف الجر ملتصق", "g"),
            Note("m", "انظر إلى العلاقة", "r"),
            Note("w", "عن الوثيقة"),
            DocumentLabel("l", "genre", "news"),
            Record("basis", "basis", '{"items":0}'),
        ]
    )
