"""`annotator status`: documents, layers and progress, as far as the person at work may see them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer, count

if TYPE_CHECKING:
    from annotator.workflow.ports import Adjudication, DocumentSummary, Store
    from annotator.workflow.project import Project
    from annotator.workflow.states import Progress


SHOWN: Final = 1000
"""Documents that are listed for people unless they ask for others."""
_FEW: Final = 50


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
    from annotator.workflow.people import reviews
    from annotator.workflow.states import progress_of, state_of

    project = open_project(arguments)
    limit = SHOWN if arguments.limit is None and not arguments.json else arguments.limit
    with opened(project, user(arguments)) as store:
        tally = store.tally()
        whole = limit is None or limit >= tally.documents
        documents = store.documents() if whole else store.documents_from(0, limit)
        adjudications = _adjudications(store, documents, whole=whole)
        rows_of = progress_of(tally, store.people() if reviews(store.person) else [store.person])
    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        writer.json(_as_json(project, documents, adjudications, rows_of))
        return 0
    writer.line(f"{project.title} ({project.root})")
    if not tally.documents:
        writer.line("No documents yet. Import some with: annotator import PATH")
        return 0
    rows: list[tuple[str, ...]] = []
    for document in documents:
        about = (document.id, f"{document.length:,}")
        if not document.layers:
            rows.append((*about, "-", "new", "", "", "", "", document.title))
        for layer in document.layers:
            counts = (f"{layer.entities:,}", f"{layer.events:,}", f"{layer.others:,}")
            state = state_of(layer, adjudications.get(document.id))
            rows.append((*about, layer.key.name, state, *counts, layer.edited_at, document.title))
            about = ("", "")
    header = ("DOCUMENT", "LENGTH", "LAYER", "STATE", "ENTITIES", "EVENTS", "OTHERS", "EDITED", "TITLE")
    writer.table(header, rows, numbers=(1, 4, 5, 6))
    left = tally.documents - len(documents)
    if left:
        writer.line(f"... and {count(left, 'more document')}; --limit N lists so many")
    _show_progress(writer, rows_of)
    total = f"{count(tally.documents, 'document')}, {tally.annotated:,} annotated"
    writer.line(f"{total}, {count(tally.length, 'code point')}")
    return 0


def _adjudications(store: Store, documents: Sequence[DocumentSummary], *, whole: bool) -> Mapping[str, Adjudication]:
    """How far the adjudication of DOCUMENTS is, which may be the WHOLE project."""
    if whole or len(documents) > _FEW:
        return store.adjudications()
    found: dict[str, Adjudication] = {}
    for document in documents:
        found |= store.adjudications(document.id)
    return found


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


def _as_json(
    project: Project,
    documents: Sequence[DocumentSummary],
    adjudications: Mapping[str, Adjudication],
    rows_of: Sequence[Progress],
) -> dict[str, Any]:
    from annotator.workflow.states import state_of

    return {
        "project": project.settings.name,
        "title": project.title,
        "schema": {
            "name": project.schema.name,
            "version": project.schema.version,
            "sha256": project.schema.digest,
        },
        "people": [_progress_json(one) for one in rows_of],
        "documents": [
            {
                "id": document.id,
                "title": document.title,
                "source": document.source,
                "sha256": document.sha256,
                "length": document.length,
                "added_at": document.added_at,
                "adjudication": _adjudication_json(adjudications.get(document.id)),
                "layers": [
                    {
                        "name": layer.key.name,
                        "revision": layer.revision,
                        "entities": layer.entities,
                        "events": layer.events,
                        "others": layer.others,
                        "edited_at": layer.edited_at,
                        "state": state_of(layer, adjudications.get(document.id)),
                        "state_at": layer.state_at,
                        "state_by": layer.state_by,
                    }
                    for layer in document.layers
                ],
            }
            for document in documents
        ],
    }
