"""Everything that can be wrong with a project, found without changing anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotator import formats
from annotator.errors import AnnotatorError
from annotator.formats.interface import AnnotatedDocument
from annotator.model.annotations import Annotations
from annotator.model.checks import Severity, check_layer
from annotator.model.documents import Document, digest
from annotator.model.schema import Schema
from annotator.workflow.ports import GOLD, LayerKey, Store
from annotator.workflow.project import Project
from annotator.workflow.sources import read_bytes

_GOLD_LIMIT = 512 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: `where` names the database, the document and layer, or the file; `what` is a sentence."""

    severity: Severity
    where: str
    what: str


def check_project(project: Project, store: Store | None, *, gold: bool = True) -> Iterator[Finding]:
    """What is wrong with the database, its documents and layers, and the files of `gold/`, in that order.

    The settings and the schema were checked when the project was opened. STORE is None for a project that has no
    database yet. Without GOLD the adjudicated files, which not everybody may see, are left out.
    """
    if store is None:
        yield Finding("warning", "database", "there is none yet; 'annotator import' or opening the project makes it")
    else:
        yield from check_store(project.schema, store)
    if gold:
        yield from check_gold(project, store)


def check_store(schema: Schema, store: Store) -> Iterator[Finding]:
    """What is wrong with the database, its documents and layers."""
    for problem in store.problems():
        yield Finding("error", "database", problem)
    for summary in store.documents():
        try:
            document = store.document(summary.id)
            if digest(document.text) != document.sha256:
                yield Finding("error", summary.id, "its text is not the one that was imported: the digest differs")
            for name in store.layers(summary.id):
                layer = store.layer(LayerKey(summary.id, name))
                yield from check_annotations(schema, document, name, layer.annotations, summary.id)
        except AnnotatorError as error:
            yield Finding("error", summary.id, str(error))


def check_annotations(
    schema: Schema, document: Document, layer: str, annotations: Annotations, where: str
) -> Iterator[Finding]:
    """Problems of one layer; WHERE names the document or the file it is in."""
    for problem in check_layer(document.text, schema, annotations):
        place = f"{where}, layer {layer}{', ' + problem.id if problem.id else ''}"
        yield Finding(problem.severity, place, problem.what)


def check_gold(project: Project, store: Store | None) -> Iterator[Finding]:
    """Problems of the adjudicated files: their format, their annotations, and whether the texts are the store's."""
    if not project.gold.is_dir():
        return
    for path in sorted(project.gold.glob("*.json")):
        where = f"{project.gold.name}/{path.name}"
        try:
            imported = formats.read("json", read_bytes(path, _GOLD_LIMIT))
        except AnnotatorError as error:
            yield Finding("error", where, str(error))
            continue
        for item in imported.documents:
            yield from _check_gold_document(project.schema, store, path, where, item)


def _check_gold_document(
    schema: Schema, store: Store | None, path: Path, where: str, item: AnnotatedDocument
) -> Iterator[Finding]:
    document = item.document
    if path.stem != document.id:
        yield Finding("warning", where, f"the file holds the document {document.id!r}")
    if store is None:
        pass
    elif not store.has_document(document.id):
        yield Finding("warning", where, f"the database has no document {document.id!r}; import the file")
    elif store.document(document.id).sha256 != document.sha256:
        yield Finding("error", where, f"its text is not that of the document {document.id!r} in the database")
    if GOLD not in {layer.name for layer in item.layers}:
        yield Finding("warning", where, f"it has no layer {GOLD!r}")
    for layer in item.layers:
        yield from check_annotations(schema, document, layer.name, layer.annotations, where)
