"""`annotator submit`: say that one's annotations of documents are finished."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer, count

if TYPE_CHECKING:
    from annotator.workflow.ports import Store
    from annotator.workflow.submission import Problem


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument(
        "documents",
        nargs="*",
        metavar="DOCUMENT",
        help="which documents (default: all that you have begun and not submitted)",
    )
    parser.add_argument("--json", action="store_true", help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Submit each document that nothing stands in the way of; the exit status is 1 when others are left."""
    from annotator.errors import LockedError
    from annotator.workflow.ports import LayerKey
    from annotator.workflow.submission import submit

    project = open_project(arguments)
    who = user(arguments)
    found: dict[str, list[Problem]] = {}
    before: dict[str, str] = {}
    with opened(project, who) as store:
        wanted = dict.fromkeys(arguments.documents or _begun(store, who))
        for document in wanted:
            store.document(document)  # says so, with near names, when there is none, before anything is submitted
        for document in wanted:
            try:
                found[document] = submit(store, project.schema, LayerKey(document, who), who)
            except LockedError as error:
                found[document], before[document] = [], error.what
    left = sum(bool(problems) for problems in found.values())
    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        writer.json(
            [
                {"document": document, "submitted": not problems, "problems": list(map(_as_json, problems))}
                for document, problems in found.items()
            ]
        )
        return 1 if left else 0
    errors = Writer(sys.stderr, arguments.rtl)
    for document, problems in found.items():
        if not problems:
            writer.line(f"{document}: {before.get(document, 'submitted')}")
            continue
        writer.stream.flush()
        for problem in problems:
            place = "" if problem.start is None else f" [{problem.start}, {problem.end})"
            errors.line(f"annotator: {document}{place}, {problem.id}: {problem.what}")
    writer.line(f"{count(len(found) - left, 'document')} submitted, {left:,} with problems")
    return 1 if left else 0


def _begun(store: Store, who: str) -> list[str]:
    """Ids of the documents that WHO has begun and not submitted."""
    from annotator.workflow.each_document import each_document
    from annotator.workflow.states import layer_of, state_of

    mine = each_document(store, store.documents_with(who))
    return [one.id for one, _ in mine if state_of(layer_of(one, who)) in {"in progress", "reopened"}]


def _as_json(problem: Problem) -> dict[str, Any]:
    return {"id": problem.id, "what": problem.what, "start": problem.start, "end": problem.end}
