"""Is everything in the database what the journal says? All that is stored twice is compared, all else derived again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, select

from annotator.errors import OperationError, StoreError
from annotator.model.annotations import Annotations, kind_of
from annotator.model.documents import digest
from annotator.model.operations import apply
from annotator.store import layers, standings, tables
from annotator.store.rows import decode_edit_row
from annotator.workflow.ports import LayerKey

_document, _layer, _annotation = tables.document, tables.layer, tables.annotation
_entry, _edit = tables.entry, tables.entry_edit
_AT_ONCE: Final = 500
"""Rows that are read at once."""
_NUMBERS: Final = select(_document.c.number)
_TEXT: Final = select(_document.c.id, _document.c.text, _document.c.sha256, _document.c.length).where(
    _document.c.number == bindparam("of_number")
)
_LAYERS: Final = (
    select(_layer, _document.c.id.label("document_id"))
    .join(_document, _layer.c.document == _document.c.number)
    .where(_layer.c.number > bindparam("after"))
    .order_by(_layer.c.number)
    .limit(_AT_ONCE)
)
_EDITS: Final = (
    select(_edit.c.base, _edit.c.edit, _entry.c.id.label("entry"), _entry.c.at)
    .join(_entry, _edit.c.entry == _entry.c.id)
    .where(_edit.c.layer == bindparam("of_number"))
    .order_by(_edit.c.base)
)
_DERIVED: Final = select(_annotation.c.id, _annotation.c.kind, _annotation.c.start).where(
    _annotation.c.layer == bindparam("of_number")
)
_ENTRIES: Final = (
    select(_entry.c.id.label("number"), _entry.c.who, _entry.c.kind, _entry.c.target, _entry.c.state)
    .where(_entry.c.id > bindparam("after"))
    .order_by(_entry.c.id)
    .limit(_AT_ONCE)
)
_STATES: Final = select(_entry.c.id, _entry.c.state).where(_entry.c.id.in_(bindparam("of_ids", expanding=True)))


def problems(connection: Connection) -> list[str]:
    """One sentence for each thing that is not as it should be."""
    found = [*_texts(connection), *_states(connection), *standings.problems(connection)]
    for row in _in_pages(connection, _LAYERS):
        name = layers.shown(LayerKey(row.document_id, row.name))
        found.extend(f"{name}: {what}" for what in _of_layer(connection, row))
    return found


def _in_pages(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of QUERY, sorted by their `number`, some at a time."""
    after = -1
    while rows := connection.execute(query, {"after": after}).all():
        yield from rows
        after = rows[-1].number


def _texts(connection: Connection) -> Iterator[str]:
    for number in connection.scalars(_NUMBERS).all():  # one text in memory at a time
        row = connection.execute(_TEXT, {"of_number": number}).one()
        if digest(row.text) != row.sha256:
            yield f"{row.id}: the text is not the one that was added (its SHA-256 differs)"
        elif len(row.text) != row.length:
            yield f"{row.id}: the text has {len(row.text)} code points, {row.length} are noted"


def _of_layer(connection: Connection, row: Row[Any]) -> Iterator[str]:
    try:
        stored = layers.read_annotations(connection, row.number)
    except StoreError as error:
        yield str(error)
        return
    derived = {id: (kind, start) for id, kind, start in connection.execute(_DERIVED, {"of_number": row.number})}
    expected = {id: (kind_of(item), layers.first_offset(item)) for id, item in stored.items()}
    if derived != expected:
        yield f"id, kind or place of a row is not its annotation's ({_some(derived, expected)})"
    if (row.entities, row.events, row.others) != layers.count(stored.values()):
        yield f"it has {layers.count(stored.values())} entities, events and others, others are noted"
    yield from _replayed(connection, row, stored)


def _replayed(connection: Connection, row: Row[Any], stored: Annotations) -> Iterator[str]:
    annotations = Annotations()
    revision, edited_at = 0, ""
    for edit in connection.execute(_EDITS, {"of_number": row.number}):
        if edit.base != revision:
            yield f"the journal has no edit of revision {revision}"
            return
        try:
            annotations = apply(annotations, decode_edit_row(edit.edit))
        except (OperationError, StoreError) as error:
            yield f"entry {edit.entry} of the journal cannot be replayed: {error}"
            return
        revision, edited_at = revision + 1, edit.at
    if (revision, edited_at) != (row.revision, row.edited_at):
        yield f"the journal ends at revision {revision} ({edited_at}), the layer at {row.revision} ({row.edited_at})"
    if annotations != stored:
        yield f"the annotations are not what the journal gives ({_some(dict(stored), dict(annotations))})"
    elif list(annotations) != list(stored):
        yield "the annotations are not in the order of the journal"


def _some(one: dict[str, Any], other: dict[str, Any]) -> str:
    differing = sorted(id for id in one.keys() | other.keys() if one.get(id) != other.get(id))
    return ", ".join(differing[:3]) + (f" and {len(differing) - 3} more" if len(differing) > 3 else "")


def _states(connection: Connection) -> Iterator[str]:
    """Each person's line of done and undone entries, derived from the kinds alone.

    Nothing is kept of an entry that is noted as done and that no other is about.
    """
    states: dict[int, str] = {}
    undone: dict[str, list[int]] = {}
    for row in _in_pages(connection, _ENTRIES):
        if row.state != "done" or row.number in states:
            states[row.number] = "done"
        line = undone.setdefault(row.who, [])
        if row.kind == "set":
            continue  # beside the line
        if row.kind == "do":
            states.update(dict.fromkeys(line, "discarded"))
            line.clear()
        elif row.kind == "undo":
            states[row.target] = "undone"
            line.append(row.target)
        elif not line or line.pop() != row.target:
            yield f"entry {row.number} does again what was not undone"
        else:
            states[row.target] = "done"
    ids = sorted(states)
    for first in range(0, len(ids), _AT_ONCE):
        page = ids[first : first + _AT_ONCE]
        noted = {row.id: row.state for row in connection.execute(_STATES, {"of_ids": page})}
        for id in page:
            if noted.get(id) != states[id]:
                yield f"entry {id} is {noted.get(id, 'missing')}, the journal makes it {states[id]}"
