"""`annotator status`: documents, layers and progress."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from annotator.cli.context import open_project, opened
from annotator.cli.output import Writer, count

if TYPE_CHECKING:
    from annotator.workflow.ports import DocumentSummary
    from annotator.workflow.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("--json", action="store_true", help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Show the state of the project."""
    project = open_project(arguments)
    with opened(project) as store:
        documents = store.documents()
    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        writer.json(_as_json(project, documents))
        return 0
    writer.line(f"{project.title} ({project.root})")
    if not documents:
        writer.line("No documents yet. Import some with: annotator import PATH")
        return 0
    rows: list[tuple[str, ...]] = []
    for document in documents:
        about = (document.id, f"{document.length:,}")
        if not document.layers:
            rows.append((*about, "-", "", "", "", "", document.title))
        for layer in document.layers:
            counts = (f"{layer.entities:,}", f"{layer.events:,}", f"{layer.others:,}")
            rows.append((*about, layer.key.name, *counts, layer.edited_at, document.title))
            about = ("", "")
    header = ("DOCUMENT", "LENGTH", "LAYER", "ENTITIES", "EVENTS", "OTHERS", "EDITED", "TITLE")
    writer.table(header, rows, numbers=(1, 3, 4, 5))
    annotated = sum(bool(document.layers) for document in documents)
    length = sum(document.length for document in documents)
    writer.line(f"{count(len(documents), 'document')}, {annotated:,} annotated, {count(length, 'code point')}")
    return 0


def _as_json(project: Project, documents: Sequence[DocumentSummary]) -> dict[str, Any]:
    return {
        "project": project.settings.name,
        "title": project.title,
        "schema": {
            "name": project.schema.name,
            "version": project.schema.version,
            "sha256": project.schema.digest,
        },
        "documents": [
            {
                "id": document.id,
                "title": document.title,
                "source": document.source,
                "sha256": document.sha256,
                "length": document.length,
                "added_at": document.added_at,
                "layers": [
                    {
                        "name": layer.key.name,
                        "revision": layer.revision,
                        "entities": layer.entities,
                        "events": layer.events,
                        "others": layer.others,
                        "edited_at": layer.edited_at,
                    }
                    for layer in document.layers
                ],
            }
            for document in documents
        ],
    }
