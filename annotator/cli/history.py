"""`annotator history`: who did what, newest first; an annotator sees the history of their own layer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer

if TYPE_CHECKING:
    from annotator.workflow.ports import Entry


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("--document", metavar="ID", default=argparse.SUPPRESS, help="only of this document")
    parser.add_argument("--layer", metavar="NAME", help="only of this layer")
    parser.add_argument(
        "--limit", metavar="N", type=_positive, default=100, help="at most so many (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Show the journal."""
    project = open_project(arguments)
    with opened(project, user(arguments)) as store:
        if arguments.document is not None:
            store.document(arguments.document)  # says so, with near names, when there is none
        entries = store.history(arguments.document, arguments.layer, arguments.limit)
    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        from annotator.model.codec import encode_edit

        writer.json(
            [
                {
                    "id": entry.id,
                    "at": entry.at,
                    "who": entry.who,
                    "kind": entry.kind,
                    "name": entry.name,
                    "target": entry.target,
                    "edits": [
                        {
                            "document": edit.key.document,
                            "layer": edit.key.name,
                            "base": edit.base,
                            **encode_edit(edit.edit),
                        }
                        for edit in entry.edits
                    ],
                }
                for entry in entries
            ]
        )
        return 0
    if not entries:
        writer.line("Nothing has been done yet.")
        return 0
    rows = [
        (str(entry.id), entry.at, entry.who, _action(entry), str(_changes(entry)), _places(entry)) for entry in entries
    ]
    writer.table(("ENTRY", "AT", "WHO", "WHAT", "CHANGES", "DOCUMENT/LAYER"), rows, numbers=(0, 4))
    return 0


def _action(entry: Entry) -> str:
    return entry.name if entry.kind == "do" else f"{entry.kind} {entry.name} ({entry.target})"


def _changes(entry: Entry) -> int:
    return sum(len(edit.edit.replacements) for edit in entry.edits)


def _places(entry: Entry) -> str:
    return ", ".join(f"{edit.key.document}/{edit.key.name}" for edit in entry.edits)


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError
    return number


_positive.__name__ = "positive number"  # argparse: "invalid positive number value"
