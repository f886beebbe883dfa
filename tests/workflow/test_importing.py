"""Imports into a real database: texts in every encoding, annotated files, duplicates, and everything that fails."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from annotator import formats
from annotator.errors import StoreError, UnwritableError, UsageError
from annotator.formats.interface import Annotated
from annotator.model.annotations import Annotations, Entity, Fragment, Provenance
from annotator.model.documents import Document
from annotator.model.schema import Schema
from annotator.store import open_store
from annotator.workflow import importing
from annotator.workflow.importing import Added, Failed, ImportOutcome, Remark, Skipped, import_files
from annotator.workflow.ports import LayerKey, Store
from annotator.workflow.project import init_project

TEXT = "وصل بشير إلى دمشق."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "store.db", create=True)
    yield opened
    opened.close()


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    return init_project(tmp_path / "project").schema


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def native(schema: Schema, text: str = TEXT, id: str = "d1", label: str = "PERS", layer: str = "amal") -> bytes:
    entity = Entity("e-1", label, (Fragment(4, 8),), provenance=Provenance("human", "amal", "2026-01-02T03:04:05Z"))
    item = Annotated(Document.of(text, id=id), layer, Annotations([entity]), schema, revision=3)
    (data,) = formats.write("json", item).files.values()
    return data


def only_failure(outcome: ImportOutcome) -> str:
    assert outcome.added == []
    assert outcome.skipped == []
    ((_, message),) = outcome.failed
    return message


def test_text_becomes_a_document(store: Store, files: Path) -> None:
    path = files / "خبر ١.txt"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert import_files(store, [path]).added == [Added(str(path), "خبر-١")]
    document = store.document("خبر-١")
    assert (document.text, document.title, document.source) == (TEXT, TEXT, "خبر ١.txt")
    assert (document.encoding, document.bom) == ("utf-8", True)


@pytest.mark.parametrize(
    ("data", "encoding", "stored"),
    [
        (TEXT.encode(), None, "utf-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), None, "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), None, "utf-16-be"),
        (TEXT.encode("windows-1256"), "windows-1256", "windows-1256"),
        (TEXT.encode("iso-8859-6"), "arabic", "iso-8859-6"),
    ],
)
def test_encodings(store: Store, files: Path, data: bytes, encoding: str | None, stored: str) -> None:
    (files / "a.txt").write_bytes(data)
    assert len(import_files(store, [files], encoding=encoding).added) == 1
    assert store.document("a").text == TEXT
    assert store.document("a").encoding == stored


def test_empty_file_is_an_empty_document(store: Store, files: Path) -> None:
    (files / "empty.txt").write_bytes(b"")
    outcome = import_files(store, [files])
    assert outcome.added == [Added(str(files / "empty.txt"), "empty")]
    assert outcome.remarks == [Remark(str(files / "empty.txt"), "there is nothing to annotate in it")]
    assert store.document("empty").text == ""


def test_an_exchange_file_without_a_document_is_a_failure(store: Store, files: Path) -> None:
    (files / "empty.conll").write_bytes(b"\n\n")
    failed = Failed(str(files / "empty.conll"), "there is no document in it. Nothing was imported")
    assert import_files(store, [files]).failed == [failed]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (TEXT.encode("windows-1256"), "It looks like Windows-1256: try --encoding windows-1256"),
        (b"abc\xff", "FF is not UTF-8"),
        (b"a\0b", "NUL cannot be part of a document"),
        (TEXT.encode("utf-16-le"), "try --encoding utf-16-le"),
    ],
)
def test_bytes_that_are_no_text(store: Store, files: Path, data: bytes, message: str) -> None:
    (files / "bad.txt").write_bytes(data)
    (files / "good.txt").write_text(TEXT, encoding="utf-8")
    outcome = import_files(store, [files])
    assert [id for _, id in outcome.added] == ["good"]
    ((path, said),) = outcome.failed
    assert path == str(files / "bad.txt")
    assert message in said
    assert path not in said
    assert [document.id for document in store.documents()] == ["good"]


def test_missing_file_and_folder_without_texts(store: Store, files: Path) -> None:
    assert import_files(store, [files, files / "no.txt"]).failed == [
        Failed(str(files), "no file in this folder ends in .txt, .json, .conll"),
        Failed(str(files / "no.txt"), "there is no such file. Check the name"),
    ]


def test_unknown_encoding_and_format_stop_everything(store: Store, files: Path) -> None:
    (files / "a.txt").write_text(TEXT, encoding="utf-8")
    with pytest.raises(UsageError, match="there is no text encoding named 'utf-9'"):
        import_files(store, [files], encoding="utf-9")
    with pytest.raises(UsageError, match="there is no format 'jsn'"):
        import_files(store, [files], format="jsn")
    assert store.documents() == []


def test_importing_again_adds_nothing(store: Store, files: Path) -> None:
    (files / "a.txt").write_text(TEXT, encoding="utf-8")
    (files / "copy.txt").write_text(TEXT, encoding="utf-8")
    first = import_files(store, [files])
    assert first.added == [Added(str(files / "a.txt"), "a")]
    assert first.skipped == [Skipped(str(files / "copy.txt"), "its text is there already, as a")]
    again = import_files(store, [files])
    assert (len(again.added), len(again.skipped)) == (0, 2)


def test_duplicates_can_be_asked_for(store: Store, files: Path) -> None:
    (files / "a.txt").write_text(TEXT, encoding="utf-8")
    import_files(store, [files])
    assert import_files(store, [files], on_duplicate="add").added == [Added(str(files / "a.txt"), "a-2")]


def test_same_name_other_text_gets_another_id(store: Store, files: Path) -> None:
    for folder in ("x", "y", "z"):
        (files / folder).mkdir()
        (files / folder / "a.txt").write_text(f"{TEXT} {folder}", encoding="utf-8")
    assert [id for _, id in import_files(store, [files]).added] == ["a", "a-2", "a-3"]


def test_batches(store: Store, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.workflow.importing._BATCH_DOCUMENTS", 3)
    for number in range(10):
        (files / f"{number}.txt").write_text(str(number % 7), encoding="utf-8")  # three texts come twice
    outcome = import_files(store, [files])
    assert [id for _, id in outcome.added] == [str(number) for number in range(7)]
    assert [reason for _, reason in outcome.skipped] == [f"its text is there already, as {n}" for n in range(3)]


def test_progress_counts_and_cancels(store: Store, files: Path) -> None:
    for number in range(4):
        (files / f"{number}.txt").write_text(str(number), encoding="utf-8")
    seen: list[tuple[int, int]] = []

    def two(done: int, total: int) -> bool:
        seen.append((done, total))
        return done < 2

    outcome = import_files(store, [files], progress=two)
    assert outcome.cancelled
    assert [id for _, id in outcome.added] == ["0", "1"]
    assert seen == [(0, 4), (1, 4), (2, 4)]
    assert not import_files(store, [files], progress=lambda done, total: True).cancelled
    assert len(store.documents()) == 4


def test_annotations_come_with_their_document(store: Store, files: Path, schema: Schema) -> None:
    (files / "d1.json").write_bytes(native(schema))
    outcome = import_files(store, [files], schema=schema, who="maha")
    assert outcome.added == [Added(str(files / "d1.json"), "d1")]
    layer = store.layer(LayerKey("d1", "amal"))
    assert layer.revision == 1
    assert layer.annotations["e-1"].provenance.agent == "amal"
    assert [(entry.who, entry.name) for entry in store.history()] == [("maha", "Import")]


def test_annotations_join_the_text_that_is_there(store: Store, files: Path, schema: Schema) -> None:
    (files / "other-name.txt").write_text(TEXT, encoding="utf-8")
    (files / "x.json").write_bytes(native(schema))
    outcome = import_files(store, [files], schema=schema)
    assert [id for _, id in outcome.added] == ["other-name", "other-name"]
    assert store.layers("other-name") == ["amal"]
    again = import_files(store, [files / "x.json"], schema=schema)
    assert [reason for _, reason in again.skipped] == ["the layer amal of other-name is there already"]
    assert len(store.history()) == 1


def test_edited_layer_is_never_overwritten(store: Store, files: Path, schema: Schema) -> None:
    (files / "x.json").write_bytes(native(schema))
    import_files(store, [files], schema=schema)
    (files / "x.json").write_bytes(native(schema, label="OCC"))
    outcome = import_files(store, [files], schema=schema)
    assert [reason for _, reason in outcome.skipped] == ["the layer amal of d1 has been edited"]
    (entity,) = store.layer(LayerKey("d1", "amal")).annotations.entities
    assert entity.type == "PERS"


def test_annotations_must_follow_the_schema(store: Store, files: Path, schema: Schema) -> None:
    (files / "x.json").write_bytes(native(schema, label="PLANET"))
    message = only_failure(import_files(store, [files], schema=schema))
    assert message == (
        "document d1, layer amal: e-1: the schema has no entity type 'PLANET'. "
        "Nothing of the file was imported: mend it, or add to the label schema what it lacks"
    )
    assert store.documents() == []


def test_annotations_need_a_schema(store: Store, files: Path, schema: Schema) -> None:
    (files / "x.json").write_bytes(native(schema))
    assert "need a label schema" in only_failure(import_files(store, [files]))


@pytest.mark.parametrize("data", [b"", b"{}", b"[1", b"\xff\xfe", b'{"format": "geojson"}'])
def test_json_that_is_not_ours(store: Store, files: Path, schema: Schema, data: bytes) -> None:
    (files / "x.json").write_bytes(data)
    assert only_failure(import_files(store, [files], schema=schema))
    assert store.documents() == []


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (("text",), "text: NUL cannot be part of a text"),
        (("document", "title"), "document.title: NUL"),
        (("document", "source"), "document.source: NUL"),
        (("layers", 0, "name"), "layers[0].name: NUL"),
        (("layers", 0, "annotations", 0, "id"), "layers[0].annotations[0].id: NUL"),
        (("layers", 0, "annotations", 0, "provenance", "agent"), "layers[0].annotations[0].provenance.agent: NUL"),
    ],
)
def test_one_file_with_nul_leaves_the_others(
    store: Store, files: Path, schema: Schema, where: tuple[str | int, ...], what: str
) -> None:
    value = holder = json.loads(native(schema))
    for step in where[:-1]:
        holder = holder[step]
    holder[where[-1]] += "\0"
    (files / "b.json").write_text(json.dumps(value), encoding="utf-8")
    for name in "ac":
        (files / f"{name}.txt").write_text(f"{TEXT} {name}", encoding="utf-8")
    outcome = import_files(store, [files], schema=schema)
    assert [id for _, id in outcome.added] == ["a", "c"]
    ((_, message),) = outcome.failed
    assert message.startswith(what)
    assert [document.id for document in store.documents()] == ["a", "c"]


@pytest.mark.parametrize("layer", ["a\nb", "\x1b[31m", "../../x", " amal", "ل" * 65])
def test_layers_that_nobody_could_name(store: Store, files: Path, schema: Schema, layer: str) -> None:
    (files / "x.json").write_bytes(native(schema, layer=layer))
    assert "cannot be the name of a layer" in only_failure(import_files(store, [files], schema=schema))
    assert store.documents() == []


def test_an_encoding_that_is_none_stops_before_anything_is_stored(store: Store, files: Path, schema: Schema) -> None:
    (files / "a.json").write_bytes(native(schema))
    (files / "b.txt").write_text("نص", encoding="utf-8")
    with pytest.raises(UsageError, match="no text encoding named 'nope'"):
        import_files(store, [files], schema=schema, encoding="nope")
    assert store.documents() == []


def test_an_encoding_that_makes_no_text_leaves_the_others(store: Store, files: Path) -> None:
    (files / "a.txt").write_bytes(b"\\ud800")
    (files / "b.txt").write_bytes(b"abc")
    outcome = import_files(store, [files], encoding="unicode_escape")
    assert [id for _, id in outcome.added] == ["b"]
    assert "half a surrogate pair" in outcome.failed[0].message


def test_half_a_surrogate_pair_is_refused(store: Store, files: Path, schema: Schema) -> None:
    data = json.loads(native(schema))
    text = json.dumps(data, ensure_ascii=True).replace("\\u0648", "\\ud800", 1)
    (files / "x.json").write_text(text, encoding="utf-8")
    assert only_failure(import_files(store, [files], schema=schema))
    assert store.documents() == []


def test_conll_layer_is_that_of_whoever_imports(store: Store, files: Path, schema: Schema) -> None:
    (files / "news.conll").write_text("بشير X X B-PERS\nوصل X X O\n\n", encoding="utf-8")
    outcome = import_files(store, [files], schema=schema, who="maha")
    assert len(outcome.added) == 1
    ((_, id),) = outcome.added
    assert store.layers(id) == ["maha"]


def test_format_can_be_named(store: Store, files: Path, schema: Schema) -> None:
    (files / "export.dat").write_bytes(native(schema))
    outcome = import_files(store, [files / "export.dat"], format="json", schema=schema)
    assert [id for _, id in outcome.added] == ["d1"]


def test_a_named_format_is_that_of_every_file(store: Store, files: Path, schema: Schema) -> None:
    for number, name in enumerate(("train.conll", "dev.bio", "test.iob", "noext", ".hidden")):
        (files / name).write_text(f"بشير{number} B-PERS\n", encoding="utf-8")
    by_ending = import_files(store, [files, files / "noext"], schema=schema)
    assert [id for _, id in by_ending.added] == ["train", "noext"]
    assert by_ending.passed_over == [str(files / "dev.bio"), str(files / "test.iob")]  # the other was named
    every = import_files(store, [files], format="conll", schema=schema)
    assert [Path(path).name for path, _ in every.added] == ["dev.bio", "noext", "test.iob"]
    assert every.passed_over == []


@pytest.mark.parametrize("keys", [1, 7])
def test_keys_of_a_newer_version_are_told_as_not_kept(store: Store, files: Path, schema: Schema, keys: int) -> None:
    value = json.loads(native(schema))
    value["schema_version"] = "1.7"
    for number in range(1, keys):
        value[f"new{number}"] = number
    value["layers"][0]["annotations"][0]["certainty"] = 0.5
    (files / "x.json").write_text(json.dumps(value), encoding="utf-8")
    outcome = import_files(store, [files], schema=schema)
    assert [id for _, id in outcome.added] == ["d1"]
    ((path, said),) = outcome.remarks
    assert path == str(files / "x.json")
    assert said.startswith("not kept, as this version of the program has no place for it: ")
    if keys == 1:
        assert said.endswith(": 1 key, /layers/amal/annotations/e-1/certainty")
    else:
        assert said.endswith(": 7 keys, /layers/amal/annotations/e-1/certainty, /new1, /new2, /new3, /new4 and 2 more")


def test_ext_of_this_version_is_told_as_not_kept(store: Store, files: Path, schema: Schema) -> None:
    value = json.loads(native(schema)) | {"ext": {"/" + "x" * 500: 1}}
    (files / "x.json").write_text(json.dumps(value), encoding="utf-8")
    ((_, said),) = import_files(store, [files], schema=schema).remarks
    assert said.endswith(": 1 key, /" + "x" * 79)


def test_database_that_refuses_stops_the_import(store: Store, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (files / "a.txt").write_text(TEXT, encoding="utf-8")

    def refuse(*_: object) -> list[str]:
        raise StoreError("the disk is full")

    monkeypatch.setattr(store, "add_documents", refuse)
    with pytest.raises(StoreError, match="the disk is full"):
        import_files(store, [files])


def test_fifty_megabytes(store: Store, files: Path) -> None:
    size = 50 << 20
    (files / "large.txt").write_bytes(b"a" * size)
    assert import_files(store, [files]).failed == []
    assert store.documents()[0].length == size
    (files / "larger.txt").write_bytes(b"b" * (65 << 20))
    (failure,) = import_files(store, [files]).failed
    assert failure == Failed(
        str(files / "larger.txt"), "the file has 65.0 MiB, at most 64 MiB are read. Split it into several files"
    )


def test_what_is_in_when_the_database_refuses_is_told(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BATCH_DOCUMENTS", 2)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(5):
        (folder / f"f{number}.txt").write_text(f"نص {number}", encoding="utf-8")
    add, calls = store.add_documents, []

    def full_soon(documents: Iterable[Document], at: str) -> list[str]:
        calls.append(at)
        if len(calls) == 3:
            raise UnwritableError("the disk is full", hint="Free some space")
        return add(documents, at)

    monkeypatch.setattr(store, "add_documents", full_soon)
    with pytest.raises(UnwritableError) as caught:
        import_files(store, [folder])
    assert caught.value.hint == "Free some space. 4 of 5 files are in and stay; import again to add the rest"
    assert store.document_count() == 4
    assert [added.id for added in import_files(store, [folder]).added] == ["f4"]
