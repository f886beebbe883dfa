"""Statements that are compiled once, and rows that are put together from texts there are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg

from annotator.errors import StoreError
from annotator.model.annotations import Annotation, Entity, Fragment, Note, Provenance
from annotator.model.codec import Json, encode, encode_edit
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store, rows
from annotator.store.prepared import Prepared, _Text
from annotator.store.rows import Encoder, to_json

item = Table("item", MetaData(), Column("id", Integer, primary_key=True), Column("name", Text), Column("state", Text))
SELECT = select(item.c.id, item.c.name).where(item.c.state == "on", item.c.name == bindparam("of_name"))
UPDATE = update(item).where(item.c.name == bindparam("of_name")).values(state="off")
INSERT = insert(item)


def test_a_statement_in_each_sql() -> None:
    text = _Text(SELECT.compile(dialect=sqlite.dialect()))
    assert "?" in text.sql
    assert text.named({"of_name": "x"}) == ("on", "x")
    dialect: Any = psycopg.dialect
    text = _Text(SELECT.compile(dialect=dialect()))
    assert "%(of_name)s" in text.sql
    assert text.named({"of_name": "x"}) == {"state_1": "on", "of_name": "x"}


@pytest.mark.parametrize("kind", ["memory", "server"])
def test_a_statement_at_work(kind: str, request: pytest.FixtureRequest) -> None:
    url = "sqlite://" if kind == "memory" else request.getfixturevalue("server")
    store: Any = open_store(url, create=True)
    add, find, change = Prepared(INSERT, "name", "state"), Prepared(SELECT), Prepared(UPDATE)
    with store._transaction(store._backend.begin_write) as connection:
        item.create(connection)
        first = add.add(connection, {"name": "a", "state": "on"})
        assert add.add(connection, {"name": "b", "state": "off"}) == first + 1
        add.run(connection, *({"name": name, "state": "on"} for name in "cde"))
        add.run(connection)
        assert [tuple(row) for row in find.rows(connection, {"of_name": "a"})] == [(first, "a")]
        assert not find.rows(connection, {"of_name": "b"})
        change.run(connection, {"of_name": "a"})
        assert not find.rows(connection, {"of_name": "a"})
        assert len(find.rows(connection, {"of_name": "d"})) == 1
        item.drop(connection)
    store.close()


STORABLE = st.characters(codec="utf-8", exclude_characters="\0")
ENTITIES = st.builds(
    Entity,
    st.text(STORABLE, max_size=4),
    st.text(STORABLE, max_size=4),
    st.just((Fragment(1, 2),)),
    provenance=st.builds(Provenance, score=st.none() | st.floats(0, 1) | st.integers(0, 1)),
)
SIDES = st.none() | ENTITIES
STEPS = st.tuples(SIDES, SIDES).map(lambda sides: Replacement(*sides))


@given(st.text(STORABLE, max_size=6), st.lists(STEPS, max_size=4))
def test_an_edit_is_encoded_as_by_the_codec(name: str, steps: list[Replacement]) -> None:
    edit = Edit(name, tuple(steps))
    assert Encoder().edit(edit) == to_json(encode_edit(edit))


def test_each_annotation_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Annotation] = []

    def encoded(annotation: Annotation) -> Json:
        calls.append(annotation)
        return encode(annotation)

    monkeypatch.setattr(rows, "encode", encoded)
    entity = Entity("e", "PERS", (Fragment(0, 1),))
    encoder = Encoder()
    data = encoder.annotation(entity)
    assert encoder.same(data, entity)
    assert data in encoder.edit(Edit("Add", (Replacement(None, entity),)))
    assert calls == [entity]


def test_what_cannot_be_stored_is_refused() -> None:
    with pytest.raises(StoreError, match="surrogate"):
        Encoder().edit(Edit("\ud800", ()))
    with pytest.raises(StoreError, match="surrogate"):
        Encoder().annotation(Note("n", "\udfff"))
    with pytest.raises(StoreError, match="NUL at offset 1"):
        Encoder().edit(Edit("a\0", ()))
