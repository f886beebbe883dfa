"""The shared example, a second document with every case, and a strategy for annotated documents."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from annotator.formats.interface import Annotated, LayerRole
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Note,
    Provenance,
    Relation,
    make_fragments,
)
from annotator.model.documents import Document
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema

SCHEMA = """
name = "example"
version = "1.0"
[attributes.level]
values = ["NAM", "NOM"]
[entities.PERS]
attributes = ["level"]
[entities.GIVEN]
[entities.GPE]
[entities.DATE]
[events.Arrive]
[events.Arrive.roles.Agent]
fillers = ["PERS"]
[events.Arrive.roles.Destination]
fillers = ["GPE"]
[events.Arrive.roles.Time]
fillers = ["DATE"]
[relations.NameOf]
source = ["GIVEN"]
target = ["PERS"]
[labels.genre]
values = ["news"]
"""
TEXT = "وصل سامح شكري لدمشق 😊 أمس."
BY_HAND = Provenance("human", "sara", "2026-11-22T10:00:00.000Z")


@pytest.fixture(scope="session")
def golden() -> Path:
    return Path(__file__).parent.parent / "golden"


@pytest.fixture(scope="session")
def schema() -> Schema:
    return read_schema(SCHEMA)


@pytest.fixture(scope="session")
def annotate(schema: Schema) -> Callable[..., Annotated]:
    """Make one layer: `annotate(text, annotation, ...)`."""

    def make(text: str, *annotations: Annotation, id: str = "d1", layer: str = "gold") -> Annotated:
        return Annotated(Document.of(text, id=id), layer, Annotations(annotations), schema)

    return make


@pytest.fixture(scope="session")
def example(schema: Schema) -> Annotated:
    """The example of the reference page: an emoji before a span, a nested name, a name behind a clitic."""
    document = Document.of(TEXT, id="arrive", source="arrive.txt")
    destination = (Argument("Agent", "T1"), Argument("Destination", "T3"), Argument("Time", "T4"))
    annotations: list[Annotation] = [
        Entity("T1", "PERS", make_fragments([(4, 13)]), provenance=BY_HAND),
        Entity("T2", "GIVEN", make_fragments([(4, 8)]), provenance=BY_HAND),
        Entity("T3", "GPE", make_fragments([(15, 19)]), provenance=BY_HAND),
        Entity("T4", "DATE", make_fragments([(22, 25)]), provenance=BY_HAND),
        Event("E1", "Arrive", make_fragments([(0, 3)]), destination, provenance=BY_HAND),
    ]
    return Annotated(document, "gold", Annotations(annotations), schema, "gold", 5)


@pytest.fixture(scope="session")
def every_kind(example: Annotated) -> Annotated:
    """The example with one annotation of every kind and every optional part in use."""
    provenance = Provenance("model", "ner", "2026-11-22T10:00:00Z", "ner/1.0", 0.75, ("a-1", "b-2"))
    more: list[Annotation] = [
        Entity(
            "T5", "PERS", make_fragments([(4, 8), (22, 25)]), (("level", "NAM"), ("old", True)), ("Q:Q1",), provenance
        ),
        Relation("R1", "NameOf", "T2", "T1", (("sure", False),), BY_HAND),
        Chain("C1", ("T1", "T2"), BY_HAND),
        Note("N1", "حرف الجر ملتصق\nانظر", "T3", (), flagged=True, provenance=BY_HAND),
        Note("N2", "", "", make_fragments([(0, 3)])),
        DocumentLabel("L1", "genre", "news", BY_HAND),
    ]
    both: list[Annotation] = [*example.annotations.values(), *more]
    return Annotated(example.document, "gold", Annotations(both), example.schema, "gold", 5)


ALPHABET = st.one_of(
    st.sampled_from(
        list('وصل سامح شكري لدمشق\u064f\u0651.،؟"#@-O12 \n\t😊👩\u200d\u200f\u202e\x07\x85\u2028\ufeff\u00a0')
    ),
    st.characters(),
)


TIMES = ("", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.123Z", "2026-11-22T12:00:00+02:00")


@st.composite
def annotated_documents(draw: st.DrawFn, schema: Schema) -> Annotated:
    """Nasty texts, and layers of every kind whose references and offsets are in order."""
    text = draw(st.text(ALPHABET, min_size=1, max_size=60))
    place = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 12)).map(
        lambda range_: (range_[0], min(range_[0] + range_[1], len(text)))
    )
    places = st.lists(place, min_size=1, max_size=3).map(make_fragments)
    words = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    attributes = st.dictionaries(words, st.one_of(words, st.booleans()), max_size=2).map(
        lambda d: tuple(sorted(d.items()))
    )
    provenances = st.builds(
        Provenance,
        st.sampled_from(("human", "model", "import", "adjudication")),
        *(words, st.sampled_from(TIMES), words, st.none() | st.floats(0, 1), st.lists(words, max_size=2).map(tuple)),
    )
    types = st.sampled_from(["PERS", "GIVEN", "GPE", "DATE", "Unknown-Type"])
    made: list[Annotation] = []
    for number in range(draw(st.integers(0, 7))):
        key, before = f"{draw(st.sampled_from('abc'))}{number}", [item.id for item in made]
        kind = draw(st.integers(0, 6 if before else 2))
        if kind <= 1:
            ids = st.lists(words, max_size=2).map(tuple)
            made.append(draw(st.builds(Entity, st.just(key), types, places, attributes, ids, provenances)))
        elif kind == 2:
            targets = st.builds(Argument, st.just("Agent"), st.sampled_from(before or [""]))
            arguments = st.lists(targets, max_size=2 if before else 0).map(tuple)
            name = st.sampled_from(["Arrive", "Leave"])
            made.append(draw(st.builds(Event, st.just(key), name, places, arguments, attributes, provenances)))
        elif kind == 3:
            ends = st.sampled_from(before)
            made.append(draw(st.builds(Relation, st.just(key), types, ends, ends, attributes, provenances)))
        elif kind == 4 and len(before) > 1:
            members = st.lists(st.sampled_from(before), min_size=2, max_size=3, unique=True).map(tuple)
            made.append(draw(st.builds(Chain, st.just(key), members, provenances)))
        elif kind == 5:
            targets_or_none = st.one_of(st.just(""), st.sampled_from(before))
            notes = st.one_of(st.just(()), places)
            made.append(draw(st.builds(Note, st.just(key), words, targets_or_none, notes, st.booleans(), provenances)))
        else:
            made.append(draw(st.builds(DocumentLabel, st.just(key), st.just("genre"), words, provenances)))
    document = Document.of(text, id="doc", title=draw(words), source=draw(words), bom=draw(st.booleans()))
    roles: tuple[LayerRole, ...] = ("annotator", "model", "gold")
    role = draw(st.sampled_from(roles))
    return Annotated(
        document, draw(words) or "sara", Annotations(made), schema, role, draw(st.none() | st.integers(0, 9))
    )


@pytest.fixture(scope="session")
def documents(schema: Schema) -> st.SearchStrategy[Annotated]:
    """The strategy; draw from it with `st.data()`."""
    return annotated_documents(schema)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of corpora that are not part of the project."""
    folder = os.environ.get("ANNOTATOR_TEST_DATA")
    if not folder:
        pytest.skip("ANNOTATOR_TEST_DATA names no folder with corpora")
    return Path(folder)
