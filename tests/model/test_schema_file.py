"""Label schemas from TOML: what a sound file gives, and a named problem for every mistake."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import SchemaError
from annotator.model.colours import NAMED, to_hex
from annotator.model.schema import Role, Schema, Titles
from annotator.model.schema_file import read_schema


def problems(content: str) -> tuple[str, ...]:
    with pytest.raises(SchemaError) as caught:
        read_schema(content, "schema.toml")
    assert "schema.toml" in str(caught.value)
    return caught.value.problems


def test_a_sound_file(schema: Schema, schema_text: str) -> None:
    assert (schema.name, schema.version) == ("news", "1.2")
    assert schema.digest == hashlib.sha256(schema_text.encode()).hexdigest()
    assert [label.name for label in schema.labels()] == ["PERS", "ORG", "GPE", "Arrive", "Say"]
    person = schema.entity["PERS"]
    assert person.titles == Titles("Person", "شخص")
    assert (person.colour, person.hotkey, person.attributes) == (NAMED["blue"], "p", ("level", "generic"))
    assert schema.entity["ORG"].colour == "#aabbcc"
    assert schema.entity["ORG"].titles == Titles("Organisation", "Organisation")
    assert schema.entity["GPE"].titles == Titles("GPE", "GPE")
    agent = schema.event["Arrive"].role("Agent")
    assert agent == Role("Agent", Titles("Agent", "Agent"), ("PERS", "ORG"), required=True)
    assert schema.event["Arrive"].role("Tool") is None
    assert schema.attribute["level"].default == "NAM"
    assert schema.attribute["generic"].default is False
    assert schema.relation["PartOf"].target == ("GPE",)
    assert schema.document_label["genre"].values == ("news", "opinion")
    assert schema.knowledge_base["Q"].pattern == "Q[1-9][0-9]*"
    assert {key: label.name for key, label in schema.by_hotkey.items()} == {"p": "PERS", "A": "Arrive"}
    assert schema.label("Say") is schema.event["Say"]
    assert schema.label("nothing") is None


HEAD = 'name = "x"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[entities.A]", "'name' is missing"),
        ('name = 1\nversion = "1"\n[entities.A]', "'name' must be text"),
        (HEAD, "no entity type and no event type"),
        (HEAD + "format = 2\n[entities.A]", "reads format 1, not 2"),
        (HEAD + "colour = 1\n[entities.A]", "unknown key 'colour'"),
        (HEAD + "entities = 3", "entities: this must be a table"),
        (HEAD + "[entities]\nA = 3", "entities.A: this must be a table"),
        (HEAD + '[entities."1A"]', "a name starts with a letter"),
        (HEAD + '[entities."A B"]', "a name starts with a letter"),
        (HEAD + "[entities.A]\n[events.A]", "an entity type has the same name"),
        (HEAD + '[entities.A]\ncolor = "red"', "did you mean 'colour'"),
        (HEAD + '[entities.A]\ncolour = "blu"', "did you mean 'blue'"),
        (HEAD + "[entities.A]\ncolour = 7", "unknown colour 7"),
        (HEAD + '[entities.A]\nhotkey = "ab"', "one visible character"),
        (HEAD + '[entities.A]\nhotkey = " "', "one visible character"),
        (HEAD + '[entities.A]\nhotkey = "a"\n[events.B]\nhotkey = "a"', "already the key of entities.A"),
        (HEAD + '[entities.A]\nattributes = ["size"]', "'size' is no attribute"),
        (HEAD + "[entities.A]\nattributes = 3", "a list of names"),
        (HEAD + "[entities.A]\ntitle = 3", "'title' must be text"),
        (HEAD + '[entities.A]\ntitle = { fr = "x" }', "unknown key 'fr'"),
        (HEAD + '[entities.A]\n[attributes.s]\nvalues = ["x", "x"]', "'x' is listed twice"),
        (HEAD + '[entities.A]\n[attributes.s]\nvalues = ["x"]\ndefault = "y"', "'default' must be one of"),
        (HEAD + '[entities.A]\n[attributes.s]\ndefault = "y"', "true or false"),
        (HEAD + "[events.A.roles.R]", "'fillers' must list"),
        (HEAD + '[events.A.roles.R]\nfillers = ["B"]', "'B' is no type or group"),
        (HEAD + '[events.A.roles.R]\nfillers = ["A"]\nrequired = 1', "'required' must be true or false"),
        (HEAD + '[events.A.roles."-"]\nfillers = ["A"]', "a name starts with a letter"),
        (HEAD + "[events.A.roles]\nR = 1", "this must be a table"),
        (HEAD + '[entities.A]\n[relations.R]\nsource = ["A"]', "'target' must list"),
        (HEAD + '[groups]\nA = ["A"]\n[entities.A]', "a type has the same name"),
        (HEAD + '[groups]\nG = ["B"]\n[entities.A]', "'B' is no type"),
        (HEAD + "groups = 1\n[entities.A]", "a table of lists"),
        (HEAD + "[entities.A]\n[labels.g]", "at least one value"),
        (HEAD + '[entities.A]\n[knowledge.Q]\npattern = "("', "no regular expression"),
        (HEAD + '[entities.A]\n[knowledge.Q]\npattern = "a{99999999999}"', "no regular expression"),
    ],
)
def test_each_mistake_is_named(content: str, expected: str) -> None:
    found = problems(content)
    assert any(expected in line for line in found), found


def test_all_mistakes_come_at_once() -> None:
    assert len(problems('format = 2\n[entities.A]\ncolour = "blu"\nhotkey = "ab"')) == 5


@pytest.mark.parametrize("content", ["[", "a = ", "a = " + "[" * 5000, "a = " + "9" * 5000, "\0", "a = 2020-13-01"])
def test_what_is_no_toml_is_a_schema_error(content: str) -> None:
    assert problems(content) == ()


SECTIONS = ["attributes", "entities", "events", "relations", "labels", "knowledge", "groups", "events.E.roles", "other"]
KEYS = ["title", "colour", "hotkey", "attributes", "values", "default", "fillers", "source", "pattern", "roles", "x"]
VALUES = ["1", "true", '"red"', '["A"]', "[1]", "{}", '{ en = "A" }', "[]", "1979-05-27", '""', "[[]]"]


@given(
    st.lists(
        st.tuples(st.sampled_from(SECTIONS), st.sampled_from("AEé1"), st.sampled_from(KEYS), st.sampled_from(VALUES)),
        max_size=6,
        unique_by=lambda row: row[:3],
    )
)
def test_whatever_the_tables_hold_it_is_a_schema_or_a_schema_error(rows: list[tuple[str, str, str, str]]) -> None:
    content = HEAD + "".join(f'{section}."{name}".{key} = {value}\n' for section, name, key, value in rows)
    try:
        schema = read_schema(content)
    except SchemaError as error:
        assert error.problems or "TOML" in error.what  # noqa: PT017 - either outcome is right
    else:
        assert schema.entities or schema.events


def test_colours() -> None:
    assert to_hex("red") == NAMED["red"]
    assert to_hex("#ABCDEF") == "#abcdef"
    assert to_hex("#abc") is None
    assert to_hex("#abcdef\n") is None
    assert len(set(NAMED.values())) == len(NAMED)
