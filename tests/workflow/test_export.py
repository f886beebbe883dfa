"""Export from a store to files: what is written, what is said, and what never happens half-way."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest

from annotator import formats
from annotator.errors import FormatError, TextError, UnwritableError, UsageError
from annotator.formats.interface import Annotated
from annotator.formats.loss import LossReport
from annotator.model.annotations import Annotation, Annotations, Entity, Provenance, Relation, make_fragments
from annotator.model.documents import Document, digest
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema
from annotator.workflow import export as module
from annotator.workflow.export import ExportRequest, export, preview, role_of
from annotator.workflow.ports import (
    Adjudication,
    DocumentSummary,
    Layer,
    LayerCount,
    LayerKey,
    LayerSummary,
    Store,
    Tally,
)

SCHEMA = read_schema('name = "x"\nversion = "1"\n[entities.PERS]\n[entities.GPE]\n')


class Shelf:
    """As much of a store as an export asks for."""

    def __init__(self) -> None:
        self.texts: dict[str, Document] = {}
        self.kept: dict[LayerKey, Layer] = {}

    def add(self, id: str, text: str, **layers: list[Annotation]) -> None:
        self.texts[id] = Document(id, id, text, digest(text))
        for name, items in layers.items():
            self.kept[LayerKey(id, name)] = Layer(LayerKey(id, name), 1, Annotations(items))

    def document_ids(self) -> list[str]:
        return list(self.texts)

    def documents_with(self, layer: str, *, noted: bool = False, most: int | None = None) -> list[str]:
        return [id for id in self.texts if LayerKey(id, layer) in self.kept][:most]

    def summaries(self, documents: Iterable[str]) -> list[DocumentSummary]:
        wanted = set(documents)
        return [
            DocumentSummary(
                id,
                document.title,
                document.sha256,
                "",
                len(document.text),
                "",
                tuple(LayerSummary(key, 1, 0, 0, 0, "") for key in self.kept if key.document == id),
            )
            for id, document in self.texts.items()
            if id in wanted
        ]

    def tally(self) -> Tally:
        counts = tuple(LayerCount(key.name, 1, 0, 0, edited=True) for key in self.kept)
        return Tally(len(self.texts), 0, 0, counts)

    def document(self, id: str) -> Document:
        return self.texts[id]

    def layer(self, key: LayerKey) -> Layer:
        return self.kept[key]

    def adjudications_of(self, documents: Iterable[str]) -> dict[str, Adjudication]:
        return {}


def person(key: str, start: int, end: int) -> Entity:
    return Entity(key, "PERS", make_fragments([(start, end)]))


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    shelf.add("d1", "وصل سامح شكري.", gold=[person("e1", 4, 13), person("e2", 4, 8)], sara=[])
    shelf.add("d2", "لا أحد.", gold=[], sara=[])
    shelf.add("d3", "نص بلا ذهب.", sara=[person("e1", 0, 2)])
    return shelf


def run(shelf: Shelf, request: ExportRequest, schema: Schema = SCHEMA) -> module.ExportOutcome:
    return export(cast("Store", shelf), schema, request)


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_conll_to_a_folder(shelf: Shelf, tmp_path: Path) -> None:
    outcome = run(shelf, ExportRequest("conll", "gold", tmp_path / "out"))
    assert listing(tmp_path / "out") == ["gold.conll", "gold.conll.losses.jsonl"]
    content = (tmp_path / "out" / "gold.conll").read_text(encoding="utf-8")
    assert content == (
        "-DOCSTART- -X- -X- O\n\nوصل _ _ O\nسامح _ _ B-PERS\nشكري _ _ I-PERS\n. _ _ O\n\n"
        "-DOCSTART- -X- -X- O\n\nلا _ _ O\nأحد _ _ O\n. _ _ O\n\n"
    )
    assert (outcome.documents, outcome.skipped, outcome.cancelled) == (2, ("d3",), False)
    assert (outcome.report.read, outcome.report.written, outcome.report.lost) == (2, 1, 1)
    assert [file.path for file in outcome.files] == [
        tmp_path / "out" / name for name in ("gold.conll", "gold.conll.losses.jsonl")
    ]
    for file in outcome.files:
        assert (file.size, file.sha256) == (
            file.path.stat().st_size,
            hashlib.sha256(file.path.read_bytes()).hexdigest(),
        )


def test_every_loss_is_named_in_a_file(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_LOSSES", 1)
    shelf.add(
        "d4",
        "وصل سامح.",
        gold=[person("a", 4, 8), Relation("r", "X", "a", "a"), Entity("b", "GPE", make_fragments([(4, 8)]))],
    )
    outcome = run(shelf, ExportRequest("conll", "gold", tmp_path))
    (losses,) = outcome.losses
    assert losses == outcome.all_losses == tmp_path / "gold.conll.losses.jsonl"
    rows = [json.loads(line) for line in losses.read_text(encoding="utf-8").splitlines()]
    assert [(row["document"], row["id"], row["effect"]) for row in rows] == [
        ("d1", "e2", "dropped"),
        ("d4", "r", "unsupported"),
        ("d4", "b", "dropped"),
    ]
    assert rows[0]["text"] == "سامح"
    assert len(outcome.report.losses) == 1
    assert outcome.report.lost == 3


def test_an_export_without_losses_takes_the_old_list_away(shelf: Shelf, tmp_path: Path) -> None:
    assert run(shelf, ExportRequest("conll", "gold", tmp_path)).losses
    outcome = run(shelf, ExportRequest("conll", "gold", tmp_path, documents=("d2",)))
    assert (outcome.losses, outcome.all_losses) == ((), None)
    assert outcome.report.lossless
    assert listing(tmp_path) == ["gold.conll"]


def test_no_export_touches_the_losses_and_checksums_of_another(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, ExportRequest("conll", "gold", tmp_path / "train.conll", checksums=True))
    of_train = {path: path.read_bytes() for path in tmp_path.iterdir()}
    names = ["train.conll", "train.conll.losses.jsonl", "train.conll.sha256"]
    assert listing(tmp_path) == names
    run(shelf, ExportRequest("json", "gold", tmp_path / "train.json", documents=("d1",), checksums=True))
    run(shelf, ExportRequest("conll", "gold", tmp_path / "dev.conll", documents=("d2",)))
    run(shelf, ExportRequest("conll", "sara", tmp_path))
    assert listing(tmp_path) == sorted([*names, "train.json", "train.json.sha256", "dev.conll", "sara.conll"])
    assert {path: path.read_bytes() for path in of_train} == of_train


def test_losses_of_many_files_stand_beside_each(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("d4", "وصل سامح.", gold=[person("a", 4, 8), person("b", 4, 8)])
    options = {"files": "document"}
    outcome = run(shelf, ExportRequest("conll", "gold", tmp_path, options=options))
    files = ["d1.conll", "d1.conll.losses.jsonl", "d2.conll", "d4.conll", "d4.conll.losses.jsonl"]
    assert listing(tmp_path) == files
    assert outcome.losses == (tmp_path / "d1.conll.losses.jsonl", tmp_path / "d4.conll.losses.jsonl")
    assert outcome.all_losses == tmp_path / "*.losses.jsonl"
    run(shelf, ExportRequest("conll", "gold", tmp_path, documents=("d2",), options=options))
    assert listing(tmp_path) == files


def test_checksums_that_are_no_longer_true_are_taken_away(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, ExportRequest("conll", "gold", tmp_path, checksums=True))
    assert (tmp_path / "gold.conll.sha256").read_text(encoding="utf-8").splitlines() == [
        f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}"
        for name in ("gold.conll", "gold.conll.losses.jsonl")
    ]
    shelf.add("d1", "وصل.", gold=[])
    run(shelf, ExportRequest("conll", "gold", tmp_path))
    assert listing(tmp_path) == ["gold.conll"]


def test_what_replaces_a_file_with_other_content_says_so(shelf: Shelf, tmp_path: Path) -> None:
    def replaced(layer: str, **options: str) -> dict[str, bool]:
        outcome = run(shelf, ExportRequest("conll", layer, tmp_path, options=options))
        return {file.path.name: file.replaced for file in outcome.files}

    assert not any(replaced("gold").values())
    assert not any(replaced("gold").values())  # the same export again
    assert replaced("gold", columns="triggers") == {
        "gold.triggers.conll": False,
        "gold.triggers.conll.losses.jsonl": False,
    }
    layers: dict[str, list[Annotation]] = {"a b": [], "a-b": [person("e", 0, 2)]}
    shelf.add("d5", "نص.", **layers)
    assert replaced("a b") == {"a-b.conll": False}
    assert replaced("a-b") == {"a-b.conll": True}
    assert not any(replaced("sara", files="document").values())
    assert replaced("gold", files="document") == {"d1.conll": True, "d1.conll.losses.jsonl": False, "d2.conll": False}


def test_json_is_a_file_for_each_document(shelf: Shelf, tmp_path: Path) -> None:
    outcome = run(shelf, ExportRequest("json", "sara", tmp_path, checksums=True))
    files = ["d1.json", "d2.json", "d3.json"]
    assert listing(tmp_path) == sorted([*files, *(f"{name}.sha256" for name in files)])
    assert outcome.report.lossless
    (item,) = formats.read("json", (tmp_path / "d3.json").read_bytes()).documents
    assert item.document == shelf.texts["d3"]
    assert item.layers[0].annotations == shelf.kept[LayerKey("d3", "sara")].annotations
    assert (item.layers[0].name, item.layers[0].role, item.layers[0].revision) == ("sara", "annotator", 1)
    for file in outcome.files[:3]:
        assert (tmp_path / f"{file.path.name}.sha256").read_text() == f"{file.sha256}  {file.path.name}\n"


def test_documents_can_be_chosen(shelf: Shelf, tmp_path: Path) -> None:
    outcome = run(shelf, ExportRequest("json", "gold", tmp_path, documents=("d3", "d2")))
    assert listing(tmp_path) == ["d2.json"]
    assert outcome.skipped == ("d3",)


def test_output_may_be_a_file(shelf: Shelf, tmp_path: Path) -> None:
    outcome = run(shelf, ExportRequest("conll", "gold", tmp_path / "new" / "train.conll", documents=("d2",)))
    assert listing(tmp_path) == ["new", "new/train.conll"]
    assert [file.path.name for file in outcome.files] == ["train.conll"]
    lossy = run(shelf, ExportRequest("conll", "gold", tmp_path / "new" / "dev.conll"))
    assert lossy.losses == (tmp_path / "new" / "dev.conll.losses.jsonl",)
    run(shelf, ExportRequest("json", "gold", tmp_path / "one.json", documents=("d2",)))
    assert (tmp_path / "one.json").exists()
    with pytest.raises(UsageError, match=r"more than one file to write, all.json cannot hold them"):
        run(shelf, ExportRequest("json", "gold", tmp_path / "all.json"))
    (tmp_path / "folder.json").mkdir()
    run(shelf, ExportRequest("json", "gold", tmp_path / "folder.json"))
    assert listing(tmp_path / "folder.json") == ["d1.json", "d2.json"]


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        (ExportRequest("conl", "gold", Path("x")), "no format 'conl'"),
        (ExportRequest("conll", "gold", Path("x"), options={"overlap": "all"}), "cannot be 'all'"),
        (
            ExportRequest("conll", "gould", Path("x")),
            r"no document has a layer 'gould'. There are: gold \(2 documents\), sara \(3",
        ),
        (ExportRequest("conll", "gold", Path("x"), documents=("d11",)), r"no document 'd11'. Did you mean 'd1'\?"),
        (ExportRequest("conll", "gold", Path("x"), documents=("d3",)), "none of the documents asked for"),
    ],
)
def test_wrong_requests(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_: ExportRequest, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=what):
        run(shelf, request_)
    assert listing(tmp_path) == []


def test_an_empty_project_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nothing has been annotated yet"):
        run(Shelf(), ExportRequest("conll", "gold", tmp_path))


def test_progress_and_cancelling(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "gold.conll").write_bytes(b"old")
    seen: list[tuple[int, int]] = []

    def go(stop: int) -> module.ExportOutcome:
        def watch(done: int, total: int) -> bool:
            seen.append((done, total))
            return done < stop

        return export(cast("Store", shelf), SCHEMA, ExportRequest("conll", "gold", tmp_path), watch)

    for stop in (0, 1, 2):
        outcome = go(stop)
        assert outcome.cancelled
        assert outcome.files == ()
        assert (tmp_path / "gold.conll").read_bytes() == b"old"
        assert listing(tmp_path) == ["gold.conll"]
    assert seen == [(0, 2), (0, 2), (1, 2), (0, 2), (1, 2), (2, 2)]
    assert not go(3).cancelled


def test_an_error_in_mid_export_leaves_everything_as_it_was(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "gold.conll").write_bytes(b"old")
    shelf.add("d4", "للجامعة", gold=[person("e1", 2, 7)])
    with pytest.raises(FormatError, match="cuts the token"):
        run(shelf, ExportRequest("conll", "gold", tmp_path, options={"boundary": "error"}))
    assert (tmp_path / "gold.conll").read_bytes() == b"old"
    assert listing(tmp_path) == ["gold.conll"]


def test_a_full_disk_leaves_everything_as_it_was(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gold.conll").write_bytes(b"old")

    def refuse(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(UnwritableError, match="The disk is full"):
        run(shelf, ExportRequest("conll", "gold", tmp_path))
    assert (tmp_path / "gold.conll").read_bytes() == b"old"
    assert listing(tmp_path) == ["gold.conll"]


def test_names_that_are_one_on_other_disks_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("D1", "نص", gold=[])
    with pytest.raises(UsageError, match=r"'d1.json' and 'D1.json' are the same file on many disks"):
        run(shelf, ExportRequest("json", "gold", tmp_path / "out"))
    assert listing(tmp_path) == []
    run(shelf, ExportRequest("conll", "gold", tmp_path / "out"))  # they share one file here


def test_layer_names_stay_in_the_folder(tmp_path: Path) -> None:
    shelf = Shelf()
    spans: list[Annotation] = [person("a", 0, 2), person("b", 0, 2)]
    shelf.add("d1", "نص نص", **{"../../ner/1.0": spans})
    outcome = run(shelf, ExportRequest("conll", "../../ner/1.0", tmp_path / "a" / "b", checksums=True))
    assert {file.path.parent for file in outcome.files} == {tmp_path / "a" / "b"}
    assert listing(tmp_path) == [
        "a",
        "a/b",
        *(f"a/b/ner-1.0.conll{ending}" for ending in ("", ".losses.jsonl", ".sha256")),
    ]


def test_a_document_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.add("../d1", "نص", gold=[])
    with pytest.raises(TextError, match="cannot be a document's id"):
        run(shelf, ExportRequest("conll", "gold", tmp_path / "out", options={"files": "document"}))
    assert listing(tmp_path) == []


def test_a_miscount_is_an_error_and_writes_nothing(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LossReport, "count_written", lambda self, annotation, mentions=1: None)
    with pytest.raises(FormatError, match=r"lost count.*entity PERS: 2 read, 0 written, 1 lost"):
        run(shelf, ExportRequest("conll", "gold", tmp_path))
    assert listing(tmp_path) == []


def test_many_documents_pass_through(tmp_path: Path) -> None:
    shelf = Shelf()
    for number in range(300):
        shelf.add(f"d{number}", "وصل سامح.", gold=[person("e", 4, 8)])
    outcome = run(shelf, ExportRequest("conll", "gold", tmp_path))
    content = (tmp_path / "gold.conll").read_bytes()
    assert content == "-DOCSTART- -X- -X- O\n\nوصل _ _ O\nسامح _ _ B-PERS\n. _ _ O\n\n".encode() * 300
    assert outcome.report.written == 300


def test_preview(shelf: Shelf) -> None:
    item = Annotated(shelf.texts["d1"], "gold", shelf.kept[LayerKey("d1", "gold")].annotations, SCHEMA)
    shown = preview(item, "conll", {"overlap": "innermost"}, lines=5)
    assert shown.file == "gold.conll"
    assert shown.lines == ("-DOCSTART- -X- -X- O", "", "وصل _ _ O", "سامح _ _ B-PERS", "شكري _ _ O")
    assert [loss.id for loss in shown.report.losses] == ["e1"]
    native = preview(item, "json", lines=3, width=20)
    assert native.lines == ("{", ' "schema_version": "', ' "offset_unit": "uni')
    with pytest.raises(UsageError):
        preview(item, "nothing")


def test_a_preview_of_a_long_text_reports_all_of_it(shelf: Shelf) -> None:
    text = "وصل سامح. " * 3000
    item = Annotated(Document.of(text, id="d"), "gold", Annotations([person("e", 29_994, 29_996)]), SCHEMA)
    shown = preview(item, "conll")
    assert len(shown.lines) == 12
    assert [loss.effect for loss in shown.report.losses] == ["expanded"]


def test_roles() -> None:
    model = Entity("e", "PERS", make_fragments([(0, 1)]), provenance=Provenance("model", "ner"))
    assert role_of("gold", Annotations([model])) == "gold"
    assert role_of("ner", Annotations([model])) == "model"
    assert role_of("ner", Annotations([model, person("p", 0, 1)])) == "annotator"
    assert role_of("sara", Annotations()) == "annotator"
