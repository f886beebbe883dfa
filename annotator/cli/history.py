"""`annotator history`: who did what, newest first; an annotator sees the history of their own layer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer
from annotator.errors import UsageError

if TYPE_CHECKING:
    from annotator.workflow.ports import Entry, StateChange, Store

_MOST: Final = 2**31 - 1  # more than any journal holds, and every database can count so far


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("--document", metavar="ID", help="only of this document")
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
        if not entries and arguments.layer is not None:
            _require_layer(arguments.layer, store)
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
                    "change": None if entry.change is None else _change_json(entry.change),
                }
                for entry in entries
            ]
        )
        return 0
    if not entries:
        writer.line("Nothing has been done yet.")
        return 0
    rows = [(str(entry.id), entry.at, entry.who, _action(entry), _changes(entry), _places(entry)) for entry in entries]
    writer.table(("ENTRY", "AT", "WHO", "WHAT", "CHANGES", "DOCUMENT/LAYER, PERSON"), rows, numbers=(0, 4))
    return 0


def _action(entry: Entry) -> str:
    if entry.change is not None:
        states = " -> ".join(state for state in (entry.change.before, entry.change.after) if state)
        return f"{entry.name}: {states}" if entry.change.layer is None else entry.name
    return entry.name if entry.kind == "do" else f"{entry.kind} {entry.name} ({entry.target})"


def _changes(entry: Entry) -> str:
    return "" if entry.change is not None else f"{sum(len(edit.edit.replacements) for edit in entry.edits):,}"


def _places(entry: Entry) -> str:
    if entry.change is not None and entry.change.layer is None:
        return entry.change.person
    keys = [edit.key for edit in entry.edits]
    if entry.change is not None and entry.change.layer is not None:
        keys.append(entry.change.layer)
    return ", ".join(f"{key.document}/{key.name}" for key in keys)


def _change_json(change: StateChange) -> dict[str, Any]:
    key = change.layer
    about = {"person": change.person} if key is None else {"document": key.document, "layer": key.name}
    return {**about, "before": change.before, "after": change.after}


def _require_layer(name: str, store: Store) -> None:
    """UsageError when NAME is that of no layer and of nobody, who might have one."""
    there = store.layer_names()
    if name not in there and all(person.name != name for person in store.people()):
        hint = f"There are: {', '.join(there)}" if there else "Nothing has been annotated yet"
        raise UsageError(f"no document has a layer {name!r}", hint=hint)


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError
    return min(number, _MOST)


_positive.__name__ = "positive number"  # argparse: "invalid positive number value"
