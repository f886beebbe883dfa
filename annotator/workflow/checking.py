"""Everything that can be wrong with a project, found without changing anything."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from annotator import formats
from annotator.errors import AnnotatorError
from annotator.formats.interface import AnnotatedDocument
from annotator.model.annotations import Annotations
from annotator.model.checks import Severity, check_layer
from annotator.model.documents import Document, digest
from annotator.model.schema import Schema
from annotator.text.second_opinion import orders_otherwise
from annotator.workflow.adjudication import difference
from annotator.workflow.adjudication_standing import Standing, standing_of
from annotator.workflow.each_document import pages
from annotator.workflow.ports import DECISIONS, GOLD, DocumentSummary, LayerKey, Store
from annotator.workflow.project import SETTINGS_FILE, Project
from annotator.workflow.sources import read_bytes

_FILE_LIMIT = 512 * 1024 * 1024  # bytes

Weight: TypeAlias = Severity | Literal["information"]
"""How bad a finding is; information is what is not finished, and nothing bad."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: `where` names the database, the document and layer, or the file; `what` is a sentence."""

    severity: Weight
    where: str
    what: str


def check_project(project: Project, store: Store | None, *, gold: bool = True) -> Iterator[Finding]:
    """What is wrong with the database, its documents and layers, and the files of `gold/` and `annotators/`.

    The settings, but for the format of exports, and the schema were checked when the project was opened. STORE is None
    for a project that has no database yet. Without GOLD the adjudications and the files, which not everybody may see,
    are left out.
    """
    try:
        formats.require_writer(project.settings.export.format)
    except AnnotatorError as error:
        yield Finding("error", SETTINGS_FILE, f"export.format: {error}")
    if store is None:
        yield Finding("warning", "database", "there is none yet; 'annotator import' or opening the project makes it")
    else:
        yield from check_store(project.schema, store)
        if gold:
            yield from check_adjudications(project.schema, store)
    if gold:
        yield from check_files(project, store)


def check_store(schema: Schema, store: Store) -> Iterator[Finding]:
    """What is wrong with the database, its documents and layers."""
    for problem in store.problems():
        yield Finding("error", "database", problem)
    for id in store.document_ids():
        try:
            document = store.document(id)
            if digest(document.text) != document.sha256:
                yield Finding("error", id, "its text is not the one that was imported: the digest differs")
            if (at := orders_otherwise(document.text)) is not None:
                yield Finding("information", id, f"another program may show the paragraph at {at:,} in another order")
            for name in store.layers(id):
                layer = store.layer(LayerKey(id, name))
                yield from check_annotations(schema, document, name, layer.annotations, id)
        except AnnotatorError as error:
            yield Finding("error", id, str(error))


def check_adjudications(schema: Schema, store: Store) -> Iterator[Finding]:
    """Whether the gold that was adjudicated is what its decisions say, and what of it is not finished."""
    try:
        for page in pages(store.document_ids()):
            for summary in store.summaries(store.adjudications_of(page)):
                yield from _check_adjudication(schema, store, summary)
    except AnnotatorError as error:
        yield Finding("error", f"layer {DECISIONS}", str(error))


def _check_adjudication(schema: Schema, store: Store, summary: DocumentSummary) -> Iterator[Finding]:
    try:
        yield from _check_standing(standing_of(store, schema, summary))
    except AnnotatorError as error:
        yield Finding("error", f"{summary.id}, layer {DECISIONS}", str(error))


def _check_standing(standing: Standing) -> Iterator[Finding]:
    document, made, basis = standing.summary.id, standing.adjudication, standing.basis
    where = f"{document}, layer {GOLD}"
    differ = len(difference(standing.gold, made.gold).replacements)
    if differ:
        what = f"it is not what its decisions say (annotations that differ: {differ:,}); the next decision mends that"
        yield Finding("warning", where, what)
    if basis is not None and (basis.opened, basis.items) != (len(made.open), len(made.items())):
        what = (
            f"{basis.opened:,} open items of {basis.items:,} are noted down, there are {len(made.open):,} of "
            f"{len(made.items()):,}"
        )
        yield Finding("warning", where, what)
    if made.open:
        yield Finding("information", where, f"{len(made.open):,} of {len(made.items()):,} items are not decided")
    elif not made.gold:
        yield Finding("information", where, "adjudication is done, and there is nothing in it")
    yield from (Finding("information", where, what) for what in _late(standing.summary, standing.layers))


def _late(summary: DocumentSummary, layers: Mapping[str, int]) -> Iterator[str]:
    """What people did after an adjudication took their LAYERS."""
    for layer in summary.layers:
        name = layer.key.name
        if name in layers and layer.revision != layers[name]:
            yield f"{name} edited the document after the adjudication began"
        elif name in layers and layer.state == "reopened":
            yield f"the layer {name}, on which it rests, is reopened"
        elif name not in layers and layer.state == "submitted" and name != GOLD:
            yield f"{name} submitted the document after the adjudication began"


def check_annotations(
    schema: Schema, document: Document, layer: str, annotations: Annotations, where: str
) -> Iterator[Finding]:
    """Problems of one layer; WHERE names the document or the file it is in."""
    for problem in check_layer(document.text, schema, annotations):
        place = f"{where}, layer {layer}{', ' + problem.id if problem.id else ''}"
        yield Finding(problem.severity, place, problem.what)


def check_files(project: Project, store: Store | None) -> Iterator[Finding]:
    """Problems of adjudicated files and of people's own: format, annotations, and whether the texts are the store's."""
    yield from _check_files(project, store, project.gold, GOLD)
    for folder in (yield from _entries(project, project.annotators)):
        yield from _check_files(project, store, folder, folder.name)


def _entries(project: Project, folder: Path) -> Generator[Finding, None, list[Path]]:
    """What is in FOLDER, sorted; nothing where there is no such folder. The problem is that it cannot be read."""
    try:
        return [folder / name for name in sorted(os.listdir(folder))]  # noqa: PTH208 - iterdir tells an error too late
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        where = folder.relative_to(project.root).as_posix()
        yield Finding("error", where, f"this folder cannot be read ({error.strerror}); check its permissions")
        return []


def _check_files(project: Project, store: Store | None, folder: Path, layer: str) -> Iterator[Finding]:
    """Problems of the native files in FOLDER, which hold the layer called LAYER."""
    for path in (yield from _entries(project, folder)):
        if path.suffix != ".json":
            continue
        where = path.relative_to(project.root).as_posix()
        try:
            imported = formats.read("json", read_bytes(path, _FILE_LIMIT))
        except AnnotatorError as error:
            yield Finding("error", where, str(error))
            continue
        for item in imported.documents:
            yield from _check_document(project.schema, store, path, where, layer, item)


def _check_document(
    schema: Schema, store: Store | None, path: Path, where: str, layer_name: str, item: AnnotatedDocument
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
    if layer_name not in {layer.name for layer in item.layers}:
        yield Finding("warning", where, f"it has no layer {layer_name!r}")
    for layer in item.layers:
        yield from check_annotations(schema, document, layer.name, layer.annotations, where)
