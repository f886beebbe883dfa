"""The journal inside a transaction: what was done, by whom, and how it is taken back.

Every command is an entry. A person's edits form one line through all documents. An undo applies the inverses of the
newest entry that is done, a redo applies again the oldest that is undone; both are entries themselves, so the journal
only ever grows, and replaying it from nothing gives every layer. Doing something new discards what is undone. What is
said of a whole layer, or of a person, is an entry beside that line: nothing undoes it, and it discards nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, exists, insert, or_, select, update

from annotator.errors import AccessError, StaleRevisionError, StoreError
from annotator.model.operations import Edit
from annotator.store import layers, tables
from annotator.store.prepared import Prepared
from annotator.store.rows import Encoder, check_storable, decode_edit_row
from annotator.workflow.ports import Entry, EntryKind, LayerEdit, LayerKey, StateChange

_entry, _edit, _layer, _document = tables.entry, tables.entry_edit, tables.layer, tables.document
_change = tables.entry_state
_of_who: Final = (_entry.c.who == bindparam("of_who"), _entry.c.kind == "do")

LAST_DONE: Final = select(_entry).where(*_of_who, _entry.c.state == "done").order_by(_entry.c.id.desc()).limit(1)
FIRST_UNDONE: Final = select(_entry).where(*_of_who, _entry.c.state == "undone").order_by(_entry.c.id).limit(1)
_DISCARD: Final = Prepared(update(_entry).where(*_of_who, _entry.c.state == "undone").values(state="discarded"))
_SET_STATE: Final = update(_entry).where(_entry.c.id == bindparam("of_id")).values(state=bindparam("new_state"))
_ADD: Final = Prepared(insert(_entry), *(column.name for column in _entry.c if column is not _entry.c.id))
_ADD_EDIT: Final = Prepared(insert(_edit), *_edit.c.keys())
_ADD_CHANGE: Final = insert(_change)
_CHANGES: Final = (
    select(_change, _document.c.id.label("document"), _layer.c.name)
    .join(_layer, _change.c.layer == _layer.c.number, isouter=True)
    .join(_document, _layer.c.document == _document.c.number, isouter=True)
    .where(_change.c.entry.in_(bindparam("of_entries", expanding=True)))
)
_EDITS: Final = (
    select(_edit.c.entry, _edit.c.base, _edit.c.edit, _document.c.id.label("document"), _layer.c.name)
    .join(_layer, _edit.c.layer == _layer.c.number)
    .join(_document, _layer.c.document == _document.c.number)
    .where(_edit.c.entry.in_(bindparam("of_entries", expanding=True)))
    .order_by(_edit.c.entry, _edit.c.position)
)
_BY_OTHERS: Final = (
    select(_entry.c.who, _entry.c.name, _edit.c.edit)
    .join(_entry, _edit.c.entry == _entry.c.id)
    .where(
        _edit.c.layer == bindparam("in_layer"),
        _edit.c.base >= bindparam("since"),
        _entry.c.who != bindparam("not_who"),
    )
    .order_by(_edit.c.base.desc())
)
_ANY_BY_OTHERS: Final = _BY_OTHERS.limit(1)
_AT_ONCE: Final = 500


def do(connection: Connection, who: str, at: str, edits: Sequence[LayerEdit]) -> Entry:
    """Make EDITS as one entry. StaleRevisionError when a layer is not at its edit's base."""
    if not edits:
        raise StoreError("there is nothing to store")
    check_storable(who, at, *(change.edit.name for change in edits))
    encoder = Encoder()
    numbers = [
        layers.apply_edit(connection, layers.to_edit(connection, change.key), change, at, encoder).number
        for change in edits
    ]
    _DISCARD.run(connection, {"of_who": who})
    return _record(connection, Entry(0, at, who, edits[0].edit.name, "do", 0, tuple(edits)), numbers, encoder)


def undo(connection: Connection, who: str, at: str, only: Collection[str] | None) -> Entry | None:
    """Take back the person's newest entry that is done. AccessError when it is not about the layers ONLY names."""
    target = connection.execute(LAST_DONE, {"of_who": who}).one_or_none()
    if target is None:
        return None
    (done,) = _entries(connection, [target])
    _require(done, only)
    inverses = [(change, change.edit.inverse()) for change in reversed(done.edits)]
    return _reapply(connection, done, "undo", inverses, at)


def redo(connection: Connection, who: str, at: str, only: Collection[str] | None) -> Entry | None:
    """Do again the person's oldest entry that is undone: the last that was taken back. AccessError as for `undo`."""
    target = connection.execute(FIRST_UNDONE, {"of_who": who}).one_or_none()
    if target is None:
        return None
    (undone,) = _entries(connection, [target])
    _require(undone, only)
    return _reapply(connection, undone, "redo", [(change, change.edit) for change in undone.edits], at)


def names(connection: Connection, who: str) -> tuple[str, str]:
    """The names of what `undo` and `redo` would be about; empty where there is nothing."""
    rows = (connection.execute(query, {"of_who": who}).one_or_none() for query in (LAST_DONE, FIRST_UNDONE))
    undoable, redoable = ("" if row is None else str(row.name) for row in rows)
    return undoable, redoable


def record_change(
    connection: Connection, who: str, at: str, name: str, change: StateChange, layer: int | None = None
) -> None:
    """Journal what was said of the layer with the number LAYER, or of a person."""
    id = _add(connection, Entry(0, at, who, name, "set", 0, ()))
    about = {"layer": layer, "person": None if layer is not None else change.person}
    connection.execute(_ADD_CHANGE, {"entry": id, **about, "before": change.before, "after": change.after})


def history(connection: Connection, document: str | None, layer: str | None, limit: int) -> list[Entry]:
    """The newest LIMIT entries that touch the document and layer named, with everything each of them did."""
    query = select(_entry).order_by(_entry.c.id.desc()).limit(max(limit, 0))
    if document is not None or layer is not None:
        touching = [
            select(about.c.entry)
            .join(_layer, about.c.layer == _layer.c.number)
            .join(_document, _layer.c.document == _document.c.number)
            .where(about.c.entry == _entry.c.id)
            for about in (_edit, _change)
        ]
        if document is not None:
            touching = [one.where(_document.c.id == document) for one in touching]
        if layer is not None:
            touching = [one.where(_layer.c.name == layer) for one in touching]
        query = query.where(or_(*map(exists, touching)))
    return _entries(connection, connection.execute(query).all())


def _entries(connection: Connection, rows: Sequence[Row[Any]]) -> list[Entry]:
    edits: dict[int, list[LayerEdit]] = {row.id: [] for row in rows}
    ids = list(edits)
    for first in range(0, len(ids), _AT_ONCE):
        for row in connection.execute(_EDITS, {"of_entries": ids[first : first + _AT_ONCE]}):
            change = LayerEdit(LayerKey(row.document, row.name), row.base, decode_edit_row(row.edit))
            edits[row.entry].append(change)
    changes = _changes(connection, [row.id for row in rows if row.kind == "set"])
    return [
        Entry(row.id, row.at, row.who, row.name, row.kind, row.target, tuple(edits[row.id]), changes.get(row.id))
        for row in rows
    ]


def _changes(connection: Connection, ids: Sequence[int]) -> dict[int, StateChange]:
    found: dict[int, StateChange] = {}
    for first in range(0, len(ids), _AT_ONCE):
        for row in connection.execute(_CHANGES, {"of_entries": ids[first : first + _AT_ONCE]}):
            key = None if row.layer is None else LayerKey(row.document, row.name)
            found[row.entry] = StateChange(row.before, row.after, key, row.person or "")
    return found


def _reapply(
    connection: Connection, target: Entry, kind: EntryKind, changes: Iterable[tuple[LayerEdit, Edit]], at: str
) -> Entry:
    check_storable(at)
    encoder = Encoder()
    numbers: list[int] = []
    applied: list[LayerEdit] = []
    for original, edit in changes:
        layer = layers.to_edit(connection, original.key)
        change = LayerEdit(original.key, layer.revision, edit)
        since = {"in_layer": layer.number, "since": original.base, "not_who": target.who}
        others = connection.execute(_ANY_BY_OTHERS, since).one_or_none() is not None
        if others and (ids := layers.changed_since(connection, layer, change)):
            raise _in_the_way(connection, since, target, kind, change, set(ids))
        layers.apply_edit(connection, layer, change, at, encoder)
        if others and (pairs := list(layers.dangling(connection, layer, change))):
            raise _in_the_way(connection, since, target, kind, change, {id for pair in pairs for id in pair})
        numbers.append(layer.number)
        applied.append(change)
    state = "undone" if kind == "undo" else "done"
    connection.execute(_SET_STATE, {"of_id": target.id, "new_state": state})
    entry = Entry(0, at, target.who, target.name, kind, target.id, tuple(applied))
    return _record(connection, entry, numbers, encoder)


def _require(entry: Entry, only: Collection[str] | None) -> None:
    for change in entry.edits:
        if only is not None and change.key.name not in only:
            raise AccessError(
                f"{entry.name} changed a layer that you may no longer change", where=layers.shown(change.key)
            )


def _in_the_way(
    connection: Connection, since: dict[str, Any], target: Entry, kind: EntryKind, change: LayerEdit, ids: set[str]
) -> StaleRevisionError:
    """Names the newest edit of somebody else that touches IDS, which is what stands in the way."""
    cannot = f"so {target.name} cannot be {'undone' if kind == 'undo' else 'done again'}"
    what = f"the annotation was changed since, {cannot}"
    for row in connection.execute(_BY_OTHERS, since):
        touched = {step.id for step in decode_edit_row(row.edit).replacements} & ids
        if touched:
            ids = touched
            what = f"{row.who} changed the annotation since ({row.name}), {cannot}"
            break
    return StaleRevisionError(
        what,
        where=f"{layers.shown(change.key)}: {', '.join(sorted(ids)[:3])}",
        hint="Reload the document and change the annotation itself",
    )


def _record(connection: Connection, entry: Entry, numbers: Sequence[int], encoder: Encoder) -> Entry:
    id = _add(connection, entry)
    rows = [
        {
            "entry": id,
            "position": position,
            "layer": number,
            "base": change.base,
            "edit": encoder.edit(change.edit),
        }
        for position, (number, change) in enumerate(zip(numbers, entry.edits, strict=True))
    ]
    _ADD_EDIT.run(connection, *rows)
    return Entry(id, entry.at, entry.who, entry.name, entry.kind, entry.target, entry.edits)


def _add(connection: Connection, entry: Entry) -> int:
    values = {"at": entry.at, "who": entry.who, "name": entry.name, "kind": entry.kind, "target": entry.target}
    return _ADD.add(connection, {**values, "state": "done"})
