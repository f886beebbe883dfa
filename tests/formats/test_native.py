"""The native JSON: pinned bytes, both round trips, versions, and every way a hostile file is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator import formats
from annotator.errors import FormatError
from annotator.formats.interface import Annotated, AnnotatedDocument, NamedLayer, SchemaReference
from annotator.formats.native import dump, parse
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    Entity,
    Event,
    Note,
    Provenance,
    Record,
    make_fragments,
)
from annotator.model.documents import Document

Change = Callable[[dict[str, Any]], object]


def as_read(item: Annotated) -> AnnotatedDocument:
    """What reading ITEM's file should give."""
    layer = NamedLayer(item.layer_name, item.role, item.annotations, item.revision)
    schema = SchemaReference(item.schema.name, item.schema.version, item.schema.digest)
    return AnnotatedDocument(item.document, (layer,), schema)


def write(item: Annotated) -> bytes:
    written = formats.write("json", item)
    assert list(written.files) == [f"{item.document.id}.json"]
    assert written.report.lossless
    assert written.report.read == written.report.written == len(item.annotations)
    return written.files[f"{item.document.id}.json"]


def hashes(ending: str) -> str:
    return "0" * (64 - len(ending)) + ending


@pytest.mark.parametrize(("fixture", "name"), [("example", "arrive.json"), ("every_kind", "arrive.every-kind.json")])
def test_golden(request: pytest.FixtureRequest, golden: Path, fixture: str, name: str) -> None:
    item: Annotated = request.getfixturevalue(fixture)
    data = write(item)
    assert data == (golden / name).read_bytes()
    assert formats.read("json", data).documents == (as_read(item),)


def test_the_layout_is_for_people_and_for_git(every_kind: Annotated) -> None:
    content = write(every_kind).decode()
    assert content.endswith("}\n")
    assert "\r" not in content
    assert "\\u" not in content
    lines = [line for line in content.splitlines() if '"kind"' in line]
    assert len(lines) == len(every_kind.annotations)
    assert list(json.loads(content)) == [
        *("schema_version", "offset_unit", "normalization", "document", "text", "text_sha256", "label_schema", "layers")
    ]


def test_the_bytes_do_not_depend_on_the_order_of_work(every_kind: Annotated) -> None:
    backwards = Annotations(reversed(list(every_kind.annotations.values())))
    assert write(replace(every_kind, annotations=backwards)) == write(every_kind)


def test_quotations_follow_code_points(example: Annotated) -> None:
    value = json.loads(write(example))
    for annotation in value["layers"][0]["annotations"]:
        for fragment in annotation["fragments"]:
            assert value["text"][fragment["start"] : fragment["end"]] == fragment["text"]
    assert [a["fragments"][0]["text"] for a in value["layers"][0]["annotations"]][-1] == "أمس"  # behind the emoji


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_written_is_read_and_what_is_read_is_written(
    documents: st.SearchStrategy[Annotated], data: st.DataObject
) -> None:
    item = data.draw(documents)
    try:
        written = write(item)
    except FormatError as error:
        refused = r"\x00" if "NUL" in error.what else r"\ud"  # what UTF-8 or PostgreSQL cannot hold
        assert refused in repr(item)
        return
    back = parse(written)
    assert back == as_read(item)
    assert dump(back) == written


def test_layers_side_by_side(example: Annotated) -> None:
    one = NamedLayer("sara", "annotator", example.annotations, 3)
    two = NamedLayer("ner/1.0", "model", Annotations(), None)
    document = AnnotatedDocument(example.document, (one, two), None, {"/later": {"b": [1, None, True]}})
    data = dump(document)
    assert parse(data) == document
    assert dump(parse(data)) == data
    bare = AnnotatedDocument(example.document, ())
    assert parse(dump(bare)) == bare


# -- versions ----------------------------------------------------------------------------------------------------


def test_a_newer_minor_version_keeps_what_is_new(every_kind: Annotated) -> None:
    value = json.loads(write(every_kind))
    value["schema_version"] = "1.7"
    value["project/x"] = [1]
    value["document"]["licence"] = "MIT"
    value["layers"][0]["colour"] = {"a": "blue"}
    value["layers"][0]["annotations"][0]["certain~ty"] = 0.5
    value["layers"][0]["annotations"][1]["fragments"][0]["line"] = 3
    read = parse(json.dumps(value).encode())
    first, second = (annotation["id"] for annotation in value["layers"][0]["annotations"][:2])
    assert read.ext == {
        "/project~1x": [1],
        "/document/licence": "MIT",
        "/layers/gold/colour": {"a": "blue"},
        f"/layers/gold/annotations/{first}/certain~0ty": 0.5,
        f"/layers/gold/annotations/{second}/fragments/0/line": 3,
    }
    assert replace(read, ext={}) == as_read(every_kind)
    again = parse(dump(read))
    assert again == read
    assert json.loads(dump(read))["schema_version"] == "1.0"


@pytest.mark.parametrize(
    ("version", "what"),
    [
        ("2.0", "version 2.0 of the format, this program reads 1.x.*Install a newer"),
        ("0.9", "this program reads 1.x.*Export the document again"),
        ("1", "'1' is no version"),
        (1.0, "1.0 is no version"),
        ("1.0\n", "is no version"),
        ("١.٠", "is no version"),
        (None, "'schema_version' is missing"),
    ],
)
def test_other_versions_are_refused(example: Annotated, version: object, what: str) -> None:
    value = json.loads(write(example))
    value["schema_version"] = version
    with pytest.raises(FormatError, match=what) as caught:
        parse(json.dumps(value).encode(), where="d.json")
    assert caught.value.where == "d.json: schema_version"


# -- mistakes ----------------------------------------------------------------------------------------------------


def at(value: Any, *path: str | int) -> Any:
    for step in path:
        value = value[step]
    return value


def put(*path: str | int, to: object) -> Change:
    return lambda value: at(value, *path[:-1]).__setitem__(path[-1], to)


def take(*path: str | int) -> Change:
    return lambda value: at(value, *path[:-1]).__delitem__(path[-1])


FIRST = ("layers", 0, "annotations", 1)  # the entity T1, سامح شكري
HERE = "layers[0].annotations[1]"


@pytest.mark.parametrize(
    ("change", "path", "what"),
    [
        (take("text"), "text", "it is missing"),
        (put("texts", to=""), "texts", "there is no such key (did you mean 'text'?)"),
        (put("text", to=7), "text", "it must be text, not 7"),
        (put("text", to="وصل"), "text_sha256", "the text is not the one that was annotated"),
        (put("text_sha256", to=hashes("f")), "text_sha256", "the text is not the one"),
        (put("text_sha256", to="F"), "text_sha256", "is no SHA-256"),
        (put("offset_unit", to="utf16"), "offset_unit", "it must be 'unicode_code_point', not 'utf16'"),
        (put("normalization", to="NFC"), "normalization", "it must be 'none', not 'NFC'"),
        (put("document", to=[]), "document", "it must be an object"),
        (put("document", "id", to="../etc/passwd"), "document.id", "cannot be a document's id"),
        (put("document", "id", to=""), "document.id", "must not be empty"),
        (put("document", "bom", to=0), "document.bom", "it must be true or false, not 0"),
        (put("label_schema", "name", to=None), "label_schema.name", "it must be text"),
        (put("layers", to={}), "layers", "it must be a list"),
        (put("layers", 0, "role", to="boss"), "layers[0].role", "'annotator', 'model' or 'gold'"),
        (put("layers", 0, "revision", to=-1), "layers[0].revision", "too small"),
        (put("layers", 0, "revision", to=True), "layers[0].revision", "a whole number, not True"),
        (lambda v: v["layers"].append(copy.deepcopy(v["layers"][0])), "layers[1].name", "a second layer is called"),
        (put(*FIRST, "kind", to="thing"), f"{HERE}.kind", "'thing' is none of entity, event, relation"),
        (take(*FIRST, "kind"), f"{HERE}.kind", "it is missing"),
        (put(*FIRST, to=None), HERE, "it must be an object"),
        (put(*FIRST, "label", to="x"), f"{HERE}.label", "there is no such key"),
        (put(*FIRST, "atributes", to={}), f"{HERE}.atributes", "did you mean 'attributes'?"),
        (
            put("layers", 0, "annotations", 2, "id", to="T1"),
            "layers[0].annotations[2].id",
            "'T1' is the id of an annotation before it",
        ),
        (put(*FIRST, "id", to=""), f"{HERE}.id", "must not be empty"),
        (put(*FIRST, "type", to=""), f"{HERE}.type", "must not be empty"),
        (put(*FIRST, "fragments", to=[]), f"{HERE}.fragments", "too short"),
        (put(*FIRST, "fragments", 0, "text", to="سامح"), f"{HERE}.fragments[0].text", "[4, 13) is 'سامح شكري', not"),
        (put(*FIRST, "fragments", 0, "end", to=27), f"{HERE}.fragments[0]", "no range of a text of 26 code points"),
        (put(*FIRST, "fragments", 0, "end", to=10**400), f"{HERE}.fragments[0].end", "too large: 1000"),
        (put(*FIRST, "fragments", 0, "end", to=2), f"{HERE}.fragments[0]", "[4, 2) is no range"),
        (put(*FIRST, "fragments", 0, "start", to=-1), f"{HERE}.fragments[0].start", "too small"),
        (put(*FIRST, "fragments", 0, "start", to=4.0), f"{HERE}.fragments[0].start", "a whole number, not 4.0"),
        (put(*FIRST, "fragments", 0, "start", to="4"), f"{HERE}.fragments[0].start", "a whole number, not '4'"),
        (put(*FIRST, "fragments", 0, "start", to=None), f"{HERE}.fragments[0].start", "a whole number, not None"),
        (put(*FIRST, "attributes", to={"level": 3}), f"{HERE}.attributes.level", "text, true or false, not 3"),
        (put(*FIRST, "attributes", to=[]), f"{HERE}.attributes", "must be an object"),
        (put(*FIRST, "identifiers", to="Q1"), f"{HERE}.identifiers", "it must be a list, not 'Q1'"),
        (put(*FIRST, "provenance", "source", to="me"), f"{HERE}.provenance.source", "'human', 'model'"),
        (
            put(*FIRST, "provenance", "at", to="yesterday"),
            f"{HERE}.provenance.at",
            "'yesterday' is no time such as 2026",
        ),
        (put(*FIRST, "provenance", "at", to="2026-13-01T00:00:00Z"), f"{HERE}.provenance.at", "is no time"),
        (put(*FIRST, "provenance", "at", to="2026-11-22"), f"{HERE}.provenance.at", "is no time"),
        (put(*FIRST, "provenance", "at", to="2026-11-22T10:00:00Z\n"), f"{HERE}.provenance.at", "is no time"),
        (put(*FIRST, "provenance", "score", to="high"), f"{HERE}.provenance.score", "it must be a number"),
        (put("layers", 0, "annotations", 0, "arguments", 0, "target", to="T9"), "layers[0].annotations[0]", "'T9'"),
        (put("layers", 0, "annotations", 0, "arguments", 0, "target", to="E1"), "layers[0].annotations[0]", "itself"),
    ],
)
def test_each_mistake_is_named_with_its_path(example: Annotated, change: Change, path: str, what: str) -> None:
    value = json.loads(write(example))
    change(value)
    with pytest.raises(FormatError) as caught:
        parse(json.dumps(value).encode(), where="d.json")
    assert what in caught.value.what
    assert caught.value.where == f"d.json: {path}"
    assert caught.value.hint
    assert "pydantic" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_fragments_in_disorder_are_refused(every_kind: Annotated) -> None:
    value = json.loads(write(every_kind))
    spans = next(a for a in value["layers"][0]["annotations"] if a["id"] == "T5")["fragments"]
    spans.reverse()
    with pytest.raises(FormatError, match="in text order"):
        parse(json.dumps(value).encode())


def test_many_mistakes_are_one_error_with_a_count(example: Annotated) -> None:
    value = json.loads(write(example))
    for annotation in value["layers"][0]["annotations"]:
        annotation["attributes"] = {"level": 3}
    with pytest.raises(FormatError, match="4 more places are wrong"):
        parse(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "no JSON"),
        (b"[]", "top of the file is no JSON object"),
        (b"{}", "'schema_version' is missing"),
        (b'{"schema_version": "1.0", "schema_version": "1.0"}', "'schema_version' is given twice"),
    ],
)
def test_other_files_are_refused(data: bytes, what: str) -> None:
    with pytest.raises(FormatError, match=what):
        parse(data, where="d.json")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damage_is_refused_or_harmless(every_kind: Annotated, data: st.DataObject) -> None:
    """Replace, take away or double any value of a sound file: it is read, or refused with one FormatError."""
    value = json.loads(write(every_kind))
    holder: Any = value
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.integers(0, 3)) == 0:
            break
        holder = holder[key]
    if data.draw(st.booleans()):
        del holder[key]
    else:
        holder[key] = data.draw(
            st.sampled_from([None, True, -1, 0, 2**70, 1.5, "", "T1", "\ud800", [], {}, [[]], {"a": 1}])
        )
    if data.draw(st.booleans()):
        value["schema_version"] = "1.9"
    try:
        read = parse(json.dumps(value).encode(), where="d.json")
    except FormatError as error:
        assert error.where.startswith("d.json")  # noqa: PT017 - either outcome is right
    else:
        assert parse(dump(read)) == read


# -- what is not written -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotation", "what"),
    [
        (Entity("x", "PERS", make_fragments([(20, 27)])), "no range"),
        (Entity("x", "PERS", ()), "covers no text"),
        (Entity("x", "", make_fragments([(0, 3)])), "it is empty"),
        (Event("x", "Arrive", make_fragments([(0, 3)]), (Argument("Agent", "y"),)), "does not exist in this layer"),
        (Chain("x", ("x", "x")), "each only once"),
        (Note("x", "", provenance=Provenance(at="2026-02-30T00:00:00Z")), "'2026-02-30T00:00:00Z' is no time"),
        (Note("x", "half \ud800 a pair"), "lone surrogate, U\\+D800"),
        (Note("x", "", provenance=Provenance(score=float("nan"))), "JSON cannot hold"),
    ],
)
def test_what_could_not_be_read_is_not_written(example: Annotated, annotation: Annotation, what: str) -> None:
    broken = replace(example, annotations=Annotations([annotation]))
    with pytest.raises(FormatError, match=what) as caught:
        formats.write("json", broken)
    assert caught.value.where.startswith("arrive")


def test_the_records_of_a_workflow_are_lost(example: Annotated) -> None:
    record = Record("basis", "basis", '{"items":3}')
    with_record = replace(example, annotations=example.annotations.replaced([(record.id, record)]))
    written = formats.write("json", with_record)
    assert written.files == formats.write("json", example).files
    assert [(loss.id, loss.effect) for loss in written.report.losses] == [("basis", "unsupported")]
    assert written.report.imbalances() == []
    (data,) = written.files.values()
    with pytest.raises(FormatError, match="'record' is none of entity"):
        parse(data.replace(b'"kind": "event"', b'"kind": "record"', 1))


def test_a_text_that_is_not_its_digest_is_not_written(example: Annotated) -> None:
    other = replace(example.document, text="نص آخر")
    with pytest.raises(FormatError, match="not the one that was annotated"):
        formats.write("json", replace(example, document=other))
    with pytest.raises(FormatError, match="cannot be a document's id"):
        dump(AnnotatedDocument(replace(example.document, id="../x"), ()))


def test_a_text_of_controls_comes_back() -> None:
    text = "".join(map(chr, range(1, 0x250))) + "\u2028\u2029\ufeff\uffff\U0010ffff\r\n\r"
    item = AnnotatedDocument(Document.of(text, id="d"), ())
    assert parse(dump(item)).document.text == text
