"""`annotator status`: documents, layers and progress, as far as the person at work may see them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer, count

if TYPE_CHECKING:
    from annotator.workflow.ports import Adjudication, DocumentSummary
    from annotator.workflow.project import Project
    from annotator.workflow.states import Progress


SHOWN: Final = 1000
"""Documents that are listed for people unless they ask for others."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument(
        "--limit",
        metavar="N",
        type=_whole,
        help=f"list at most so many documents (default: {SHOWN:,}, in JSON all); everything else is of all of them",
    )
    parser.add_argument("--json", action="store_true", help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Show the state of the project."""
    from annotator.workflow.each_document import each_document
    from annotator.workflow.people import reviews
    from annotator.workflow.states import progress_of

    project = open_project(arguments)
    limit = SHOWN if arguments.limit is None and not arguments.json else arguments.limit
    writer = Writer(rtl=arguments.rtl)
    with opened(project, user(arguments)) as store:
        tally, ids = store.tally(), store.document_ids()[:limit]
        rows_of = progress_of(tally, store.people() if reviews(store.person) else [store.person])
        documents = each_document(store, ids)
        if arguments.json:
            writer.json_members(_members(project, rows_of, documents))
            return 0
        rows = [row for document, adjudication in documents for row in _rows(document, adjudication)]
    writer.line(f"{project.title} ({project.root})")
    if not tally.documents:
        writer.line("No documents yet. Import some with: annotator import PATH")
        return 0
    header = ("DOCUMENT", "LENGTH", "LAYER", "STATE", "ENTITIES", "EVENTS", "OTHERS", "EDITED", "TITLE")
    writer.table(header, rows, numbers=(1, 4, 5, 6))
    left = tally.documents - len(ids)
    if left > 0:
        writer.line(f"... and {count(left, 'more document')}; --limit N lists so many")
    _show_progress(writer, rows_of)
    total = f"{count(tally.documents, 'document')}, {tally.annotated:,} annotated"
    writer.line(f"{total}, {count(tally.length, 'code point')}")
    return 0


def _rows(document: DocumentSummary, adjudication: Adjudication | None) -> Iterator[tuple[str, ...]]:
    """The lines of the table that DOCUMENT takes: one for each of its layers."""
    from annotator.workflow.states import state_of

    about = (document.id, f"{document.length:,}")
    if not document.layers:
        yield (*about, "-", "new", "", "", "", "", document.title)
    for layer in document.layers:
        counts = (f"{layer.entities:,}", f"{layer.events:,}", f"{layer.others:,}")
        yield (*about, layer.key.name, state_of(layer, adjudication), *counts, layer.edited_at, document.title)
        about = ("", "")


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError
    return number


_whole.__name__ = "whole number"  # argparse: "invalid whole number value"


def _show_progress(writer: Writer, rows_of: Sequence[Progress]) -> None:
    from annotator.workflow.states import STATES

    rows = [
        (
            one.name,
            one.person.role if one.person is not None else "-",
            *(f"{one.states[state]:,}" for state in STATES),
            f"{one.finished:,} of {one.total:,}",
        )
        for one in rows_of
    ]
    if rows:
        writer.line()
        header = ("NAME", "ROLE", *(state.upper() for state in STATES), "FINISHED")
        writer.table(header, rows, numbers=range(2, 2 + len(STATES)))
        writer.line()


def _progress_json(one: Progress) -> dict[str, Any]:
    return {
        "name": one.name,
        "role": one.person.role if one.person is not None else None,
        "active": one.person.active if one.person is not None else None,
        "documents": one.total,
        "finished": one.finished,
        "states": dict(one.states),
        "entities": one.entities,
        "events": one.events,
    }


def _adjudication_json(adjudication: Adjudication | None) -> dict[str, Any] | None:
    if adjudication is None:
        return None
    return {"layers": dict(adjudication.layers), "items": adjudication.items, "open": adjudication.open}


def _members(
    project: Project, rows_of: Sequence[Progress], documents: Iterator[tuple[DocumentSummary, Adjudication | None]]
) -> Iterator[tuple[str, Any]]:
    schema = project.schema
    yield "project", project.settings.name
    yield "title", project.title
    yield "schema", {"name": schema.name, "version": schema.version, "sha256": schema.digest}
    yield "people", [_progress_json(one) for one in rows_of]
    yield "documents", (_document_json(*one) for one in documents)


def _document_json(document: DocumentSummary, adjudication: Adjudication | None) -> dict[str, Any]:
    from annotator.workflow.states import state_of

    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "sha256": document.sha256,
        "length": document.length,
        "added_at": document.added_at,
        "adjudication": _adjudication_json(adjudication),
        "layers": [
            {
                "name": layer.key.name,
                "revision": layer.revision,
                "entities": layer.entities,
                "events": layer.events,
                "others": layer.others,
                "edited_at": layer.edited_at,
                "state": state_of(layer, adjudication),
                "state_at": layer.state_at,
                "state_by": layer.state_by,
            }
            for layer in document.layers
        ],
    }
