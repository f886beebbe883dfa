"""Annotations and edits to plain JSON and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import StoreError
from annotator.model.annotations import (
    SOURCES,
    Annotation,
    Annotations,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Note,
    Provenance,
    Record,
    Relation,
)
from annotator.model.codec import decode, decode_edit, encode, encode_edit
from annotator.model.operations import Edit, Remove, Replacement, plan

WORDS = st.text(max_size=6)
FRAGMENTS = st.lists(st.builds(Fragment, st.integers(0, 9), st.integers(10, 99)), max_size=3).map(tuple)
ATTRIBUTES = st.dictionaries(WORDS, st.one_of(WORDS, st.booleans()), max_size=3).map(lambda d: tuple(sorted(d.items())))
MANY = st.lists(WORDS, max_size=3).map(tuple)
PROVENANCE = st.builds(
    Provenance, st.sampled_from(SOURCES), WORDS, WORDS, WORDS, st.none() | st.floats(0, 1, allow_nan=False), MANY
)
ANNOTATIONS: st.SearchStrategy[Annotation] = st.one_of(
    st.builds(Entity, WORDS, WORDS, FRAGMENTS, ATTRIBUTES, MANY, PROVENANCE),
    st.builds(
        Event,
        *(WORDS, WORDS, FRAGMENTS, st.lists(st.builds(Argument, WORDS, WORDS), max_size=3).map(tuple)),
        *(ATTRIBUTES, PROVENANCE),
    ),
    st.builds(Relation, WORDS, WORDS, WORDS, WORDS, ATTRIBUTES, PROVENANCE),
    st.builds(Chain, WORDS, MANY, PROVENANCE),
    st.builds(Note, WORDS, WORDS, WORDS, FRAGMENTS, st.booleans(), PROVENANCE),
    st.builds(DocumentLabel, WORDS, WORDS, WORDS, PROVENANCE),
    st.builds(Record, WORDS, WORDS, WORDS, PROVENANCE),
)


@given(ANNOTATIONS)
def test_an_annotation_comes_back(annotation: Annotation) -> None:
    assert decode(json.loads(json.dumps(encode(annotation)))) == annotation


@given(st.lists(st.tuples(st.none() | ANNOTATIONS, st.none() | ANNOTATIONS), max_size=4), WORDS)
def test_an_edit_comes_back(pairs: list[tuple[Annotation | None, Annotation | None]], name: str) -> None:
    edit = Edit(name, tuple(Replacement(before, after) for before, after in pairs))
    assert decode_edit(json.loads(json.dumps(encode_edit(edit)))) == edit


def test_defaults_are_left_out() -> None:
    value = encode(Entity("e", "PERS", (Fragment(0, 3),)))
    prov = {"source": "human", "agent": "", "at": ""}
    assert value == {"kind": "entity", "id": "e", "type": "PERS", "at": [[0, 3]], "prov": prov}


def test_a_planned_edit_comes_back(layer: Annotations) -> None:
    edit = plan(layer, Remove(("g",)))
    assert decode_edit(encode_edit(edit)) == edit


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"kind": "thing"},
        {"kind": []},
        {"kind": "entity", "id": "e"},
        {"kind": "entity", "id": "e", "type": "PERS", "at": [[0]], "prov": {"source": "human", "agent": "", "at": ""}},
        {"kind": "entity", "id": "e", "type": "PERS", "at": 7, "prov": {"source": "human", "agent": "", "at": ""}},
        {"kind": "entity", "id": "e", "type": "PERS", "at": [], "attrs": 1, "prov": {}},
        {"kind": "chain", "id": "e", "members": None, "prov": {"source": "human", "agent": "", "at": ""}},
        [],
        None,
    ],
)
def test_what_is_damaged_is_a_store_error(value: Any) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        decode(value)
    with pytest.raises(StoreError, match="cannot be read"):
        decode_edit({"name": "Add", "changes": [[None, value or {"kind": "thing"}]]})


@pytest.mark.parametrize("value", [{}, {"name": "x"}, {"name": "x", "changes": [1]}, {"name": "x", "changes": [[1]]}])
def test_a_damaged_edit_is_a_store_error(value: Any) -> None:
    with pytest.raises(StoreError, match="stored edit"):
        decode_edit(value)
