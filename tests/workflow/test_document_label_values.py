"""Labels of a document: what there is to choose, and that choosing keeps the schema's rules, undone as one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator import formats
from annotator.formats.interface import Annotated
from annotator.model.annotations import Annotations, DocumentLabel, Provenance
from annotator.model.checks import check_layer
from annotator.model.documents import Document
from annotator.model.operations import apply, plan
from annotator.model.schema import DocumentLabelType, Schema, Titles
from annotator.workflow.document_labels import LabelValue, label_values, switch

TITLES = Titles("x", "س")
SCHEMA = Schema(
    "s",
    "1",
    document_labels=(
        DocumentLabelType("genre", TITLES, ("news", "opinion", "report")),
        DocumentLabelType("topic", TITLES, ("sport", "war", "news"), multiple=True),
    ),
)
MADE = Provenance("human", "sara", "2026-01-01T00:00:00.000Z")
VALUES = [(value.type, value.value) for value in label_values(SCHEMA, Annotations())]


def chosen(annotations: Annotations) -> list[tuple[str, str]]:
    return [(value.type, value.value) for value in label_values(SCHEMA, annotations) if value.chosen]


def pressed(annotations: Annotations, type_name: str, value: str) -> Annotations:
    edit = plan(annotations, switch(SCHEMA, annotations, type_name, value, MADE))
    after = apply(annotations, edit)
    assert apply(after, edit.inverse()) == annotations
    return after


def test_one_value_or_several() -> None:
    layer = Annotations()
    for value in (("genre", "news"), ("topic", "sport"), ("topic", "news"), ("genre", "report")):
        layer = pressed(layer, *value)
    assert chosen(layer) == [("genre", "report"), ("topic", "sport"), ("topic", "news")]
    layer = pressed(layer, "topic", "sport")
    layer = pressed(layer, "genre", "report")
    assert chosen(layer) == [("topic", "news")]
    (label,) = layer.of(DocumentLabel)
    assert label.provenance == MADE


def test_what_the_schema_does_not_know_can_be_taken_away() -> None:
    layer = Annotations([DocumentLabel("a", "mood", "glad"), DocumentLabel("b", "genre", "poem")])
    strange = [value for value in label_values(SCHEMA, layer) if not value.allowed]
    assert strange == [
        LabelValue("genre", "poem", chosen=True, allowed=False),
        LabelValue("mood", "glad", chosen=True, allowed=False),
    ]
    assert label_values(SCHEMA, layer)[3] == strange[0]  # behind the others of its label
    for value in strange:
        layer = pressed(layer, value.type, value.value)
    assert not layer


def test_a_value_given_twice_goes_at_once() -> None:
    layer = Annotations([DocumentLabel("a", "genre", "news"), DocumentLabel("b", "genre", "news")])
    assert not pressed(layer, "genre", "news")


@given(st.lists(st.sampled_from(VALUES), max_size=20))
def test_whatever_is_chosen_is_allowed_and_exported(keys: list[tuple[str, str]]) -> None:
    layer = Annotations()
    for key in keys:
        layer = pressed(layer, *key)
    document = Document.of("نص", id="d")
    assert check_layer(document.text, SCHEMA, layer) == []
    assert {key for key in keys if key[0] == "topic" and keys.count(key) % 2} == {
        key for key in chosen(layer) if key[0] == "topic"
    }
    (data,) = formats.write("json", Annotated(document, "sara", layer, SCHEMA, "annotator", 1)).files.values()
    (back,) = formats.read("json", data).documents
    assert dict(back.layers[0].annotations) == dict(layer)
