"""The templates: complete, explained, and out of the way of the keys that are commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.model.schema import AttributeType, DocumentLabelType, EntityType, EventType, RelationType, Schema
from annotator.model.schema_file import read_schema
from annotator.workflow.project import init_project, templates

RESERVED = set("vxunzseibUN")
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=templates())
def schema(request: pytest.FixtureRequest, tmp_path: Path) -> Schema:
    return init_project(tmp_path / "p", request.param).schema


def test_default_project_is_the_template() -> None:
    template = ROOT / "annotator" / "workflow" / "templates" / "arabic-news"
    for path in template.iterdir():
        assert (ROOT / "corpus" / path.name).read_bytes() == path.read_bytes(), path.name


def test_every_label_has_a_key_that_is_no_command(schema: Schema) -> None:
    for label in schema.labels():
        assert label.hotkey.isalpha(), label.name
        assert label.hotkey not in RESERVED, label.name
    for entity in schema.entities:
        assert entity.hotkey.islower(), entity.name
    for event in schema.events:
        assert event.hotkey.isupper(), event.name


def test_every_role_has_a_key_of_its_own(schema: Schema) -> None:
    for event in schema.events:
        keys = [role.hotkey for role in event.roles]
        assert len(set(keys)) == len(keys), event.name
        assert all(key.isalpha() and key not in RESERVED for key in keys), event.name


def test_every_type_is_titled_and_explained_in_both_languages(schema: Schema) -> None:
    items: list[EntityType | EventType | RelationType | AttributeType | DocumentLabelType] = [
        *schema.entities,
        *schema.events,
        *schema.relations,
        *schema.attributes,
        *schema.document_labels,
    ]
    for item in items:
        assert item.titles.ar != item.titles.en, item.name
        assert any("\u0621" <= letter <= "\u064a" for letter in item.guideline), item.name
        assert any(letter.isascii() and letter.isalpha() for letter in item.guideline), item.name
    for event in schema.events:
        for role in event.roles:
            assert role.titles.ar != role.titles.en, f"{event.name}.{role.name}"


def test_attributes_that_events_have_are_those_of_ace(schema: Schema) -> None:
    for event in schema.events:
        assert event.attributes == ("polarity", "modality", "tense", "genericity"), event.name
    for attribute in schema.attributes:
        assert attribute.default in attribute.values


def test_entity_colours_are_told_apart(schema: Schema) -> None:
    colours = [entity.colour for entity in schema.entities]
    assert len(set(colours)) == len(colours)


def test_knowledge_bases() -> None:
    schema = read_schema((ROOT / "corpus" / "schema.toml").read_text(encoding="utf-8"))
    assert {base.prefix: base.title for base in schema.knowledge_bases} == {"Q": "Wikidata", "GEO": "GeoNames"}
