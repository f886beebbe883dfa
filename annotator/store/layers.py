"""Layers inside a transaction: read one, and make an edit of it, checked against what is stored."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from annotator.errors import LockedError, StaleRevisionError, StoreError
from annotator.model.annotations import Annotation, Annotations, Entity, Event, fragments_of, kind_of, references
from annotator.store import standings, tables
from annotator.store.documents import no_document
from annotator.store.prepared import Prepared
from annotator.store.rows import Encoder, check_storable, decode_all, decode_edit_row, decode_one
from annotator.workflow.ports import BASIS, DECISIONS, Layer, LayerEdit, LayerKey, LayerState

_layer, _annotation, _document, _edit = tables.layer, tables.annotation, tables.document, tables.entry_edit
_at_row: Final = (_annotation.c.layer == bindparam("in_layer"), _annotation.c.id == bindparam("of_id"))

# What every edit needs is prepared. The others are kept: SQLAlchemy finds them again in tens of microseconds.
_FIND: Final = Prepared(
    select(
        *(_layer.c[name] for name in ("number", "document", "revision", "entities", "events", "others")),
        *(_layer.c[name] for name in ("state", "state_at", "state_by")),
    )
    .join(_document, _layer.c.document == _document.c.number)
    .where(_document.c.id == bindparam("document_id"), _layer.c.name == bindparam("layer_name"))
)
_DOCUMENT_NUMBER: Final = select(_document.c.number).where(_document.c.id == bindparam("document_id"))
_ADD: Final = insert(_layer)
_MOVE_ON: Final = Prepared(
    update(_layer)
    .where(_layer.c.number == bindparam("in_layer"))
    .values({name: bindparam(name) for name in ("revision", "entities", "events", "others", "edited_at")})
)
_DATA: Final = (
    select(_annotation.c.data)
    .where(_annotation.c.layer == bindparam("in_layer"))
    .order_by(_annotation.c.added, _annotation.c.position)
)
_EDITS_BEFORE: Final = (
    select(_edit.c.edit)
    .where(_edit.c.layer == bindparam("in_layer"), _edit.c.base < bindparam("revision"))
    .order_by(_edit.c.base)
)
_DATA_OF_ONE: Final = Prepared(select(_annotation.c.data).where(*_at_row))
_DATA_OF: Final = select(_annotation.c.id, _annotation.c.data).where(
    _annotation.c.layer == bindparam("in_layer"), _annotation.c.id.in_(bindparam("of_ids", expanding=True))
)
_REFERRING: Final = select(_annotation.c.data).where(
    _annotation.c.layer == bindparam("in_layer"), _annotation.c.kind.in_(("event", "relation", "chain", "note"))
)
_IDS: Final = select(_annotation.c.id).where(_annotation.c.layer == bindparam("in_layer"))
_INSERT: Final = Prepared(insert(_annotation), *_annotation.c.keys())
_UPDATE: Final = Prepared(
    update(_annotation).where(*_at_row).values({name: bindparam(name) for name in ("kind", "start", "data")})
)
_DELETE: Final = Prepared(delete(_annotation).where(*_at_row))
_AT_ONCE: Final = 500
"""Ids in one query; SQLite and PostgreSQL both limit the parameters of a statement."""


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A row of the table of layers, with the key that names it. `revision` 0 and `number` 0: not yet stored."""

    key: LayerKey
    number: int
    document: int = 0
    revision: int = 0
    entities: int = 0
    events: int = 0
    others: int = 0
    state: LayerState = ""
    state_at: str = ""
    state_by: str = ""


def find(connection: Connection, key: LayerKey) -> LayerRow | None:
    """The layer's row; None when it was never edited."""
    rows = _FIND.rows(connection, {"document_id": key.document, "layer_name": key.name})
    return LayerRow(key, *rows[0]) if rows else None


def to_edit(connection: Connection, key: LayerKey) -> LayerRow:
    """As `find_or_add`. LockedError when the layer is submitted."""
    found = find_or_add(connection, key)
    if found.state == "submitted":
        raise LockedError(
            f"{found.state_by} submitted this on {found.state_at[:10]}, so it cannot be changed",
            where=shown(key),
            hint=f"A reviewer can reopen it: annotator reopen {key.document} {shlex.quote(key.name)}",
        )
    return found


def find_or_add(connection: Connection, key: LayerKey) -> LayerRow:
    """The layer's row, made when there is none. StoreError when there is no such document."""
    found = find(connection, key)
    if found is not None:
        return found
    check_storable(key.name)
    document = connection.scalar(_DOCUMENT_NUMBER, {"document_id": key.document})
    if document is None:
        raise no_document(connection, key.document)
    empty = {"revision": 0, "entities": 0, "events": 0, "others": 0, "edited_at": ""}
    added = connection.execute(_ADD, {"document": document, "name": key.name, **empty})
    (number,) = added.inserted_primary_key or (0,)
    return LayerRow(key, number, document)


def read(connection: Connection, key: LayerKey, revision: int | None = None) -> Layer:
    """The layer as it stands, or stood at REVISION."""
    row = find(connection, key) or LayerRow(key, 0)
    if revision is None or revision == row.revision:
        annotations = read_annotations(connection, row.number) if row.revision else Annotations()
        return Layer(key, row.revision, annotations, row.state)
    if not 0 <= revision < row.revision:
        raise StoreError(f"there is no revision {revision}, the layer is at {row.revision}", where=shown(key))
    return Layer(key, revision, _replayed(connection, row, revision), row.state)


def _replayed(connection: Connection, row: LayerRow, revision: int) -> Annotations:
    """The layer after its first edits, replayed from nothing: taking back the last ones would lose the order."""
    edits = connection.scalars(_EDITS_BEFORE, {"in_layer": row.number, "revision": revision}).all()
    if len(edits) != revision:
        raise StoreError(
            f"the journal has {len(edits)} edits of {revision}", where=shown(row.key), hint="Use 'annotator check'"
        )
    annotations: dict[str, Annotation] = {}
    for text in edits:
        for step in decode_edit_row(text).replacements:
            if step.after is None:
                annotations.pop(step.id, None)
            else:
                annotations[step.id] = step.after
    return Annotations(annotations.values())


def read_annotations(connection: Connection, layer: int) -> Annotations:
    """The annotations of the layer with this number, in the order they were added."""
    return Annotations(decode_all(connection.scalars(_DATA, {"in_layer": layer}).all()))


def apply_edit(connection: Connection, layer: LayerRow, change: LayerEdit, at: str, encoder: Encoder) -> LayerRow:
    """Make CHANGE, as `annotator.model.operations.apply` would, and return the layer's new row.

    StaleRevisionError when the layer is not at the edit's base, or holds something else than the edit was made on.
    """
    if layer.revision != change.base:
        raise StaleRevisionError(
            f"the layer is at revision {layer.revision}, this edit was made on {change.base}",
            where=shown(layer.key),
            hint="Reload the document and do it again",
        )
    befores, afters = net(change)
    check_storable(*afters)
    stored = stored_data(connection, layer.number, befores)
    for key, before in befores.items():
        if not encoder.same(stored.get(key), before):
            raise StaleRevisionError(
                "the annotation is not what this edit was made on",
                where=f"{shown(layer.key)}: {key}",
                hint="Reload the document and do it again",
            )
    after = replace(_counted(layer, befores, afters), revision=layer.revision + 1)
    _write(connection, after, stored, afters, encoder)
    if layer.key.name == DECISIONS:
        standings.decisions_changed(connection, layer.document, afters)
    _MOVE_ON.run(
        connection,
        {
            "in_layer": after.number,
            "revision": after.revision,
            "entities": after.entities,
            "events": after.events,
            "others": after.others,
            "edited_at": at,
        },
    )
    return after


def net(change: LayerEdit) -> tuple[dict[str, Annotation | None], dict[str, Annotation | None]]:
    """What each annotation that CHANGE touches was before it, and is after it, in the order they are touched.

    StaleRevisionError when its steps do not follow from each other.
    """
    befores: dict[str, Annotation | None] = {}
    afters: dict[str, Annotation | None] = {}
    for step in change.edit.replacements:
        key = step.id
        if afters.get(key, step.before) != step.before:
            raise StaleRevisionError(
                "the steps of this edit do not follow from each other", where=f"{shown(change.key)}: {key}"
            )
        befores.setdefault(key, step.before)
        afters[key] = step.after
    return befores, afters


def shown(key: LayerKey) -> str:
    """The layer, for a message."""
    return f"{key.document}, layer {key.name}"


def stored_data(connection: Connection, layer: int, ids: Iterable[str]) -> dict[str, str]:
    """The rows of those IDS that the layer has."""
    wanted = list(ids)
    if len(wanted) == 1:
        rows = _DATA_OF_ONE.rows(connection, {"in_layer": layer, "of_id": wanted[0]})
        return {wanted[0]: rows[0][0]} if rows else {}
    found: dict[str, str] = {}
    remaining = iter(wanted)
    while some := list(islice(remaining, _AT_ONCE)):
        found.update((id, data) for id, data in connection.execute(_DATA_OF, {"in_layer": layer, "of_ids": some}))
    return found


def dangling(connection: Connection, layer: LayerRow, change: LayerEdit) -> Iterator[tuple[str, str]]:
    """After CHANGE: (id, target) of annotations that refer to what is not there, because of it."""
    _, afters = net(change)
    referring = [item for item in afters.values() if item is not None]
    present = stored_data(connection, layer.number, {target for item in referring for target in references(item)})
    for item in referring:
        yield from ((item.id, target) for target in references(item) if target not in present)
    removed = {id for id, after in afters.items() if after is None}
    if removed:
        for item in decode_all(connection.scalars(_REFERRING, {"in_layer": layer.number}).all()):
            yield from ((item.id, target) for target in references(item) if target in removed)
    if layer.key.name == DECISIONS and BASIS in removed:  # every decision rests on it
        yield from ((id, BASIS) for id in connection.scalars(_IDS, {"in_layer": layer.number}))


def changed_since(
    connection: Connection, layer: LayerRow, change: LayerEdit
) -> dict[str, tuple[Annotation | None, Annotation | None]]:
    """By id: what CHANGE expects and what is stored, where these differ."""
    befores, _ = net(change)
    encoder = Encoder()
    stored = stored_data(connection, layer.number, befores)
    return {
        id: (before, decode_one(stored[id]) if id in stored else None)
        for id, before in befores.items()
        if not encoder.same(stored.get(id), before)
    }


def _write(
    connection: Connection,
    layer: LayerRow,
    stored: dict[str, str],
    afters: dict[str, Annotation | None],
    encoder: Encoder,
) -> None:
    inserted: list[dict[str, Any]] = []
    updated: list[dict[str, Any]] = []
    deleted: list[dict[str, Any]] = []
    for position, (id, after) in enumerate(afters.items()):
        if after is None:
            if id in stored:
                deleted.append({"in_layer": layer.number, "of_id": id})
            continue
        row = {"kind": kind_of(after), "start": first_offset(after), "data": encoder.annotation(after)}
        if id in stored:
            updated.append({"in_layer": layer.number, "of_id": id, **row})
        else:
            place = {"layer": layer.number, "added": layer.revision, "position": position}
            inserted.append({**place, "id": id, **row})
    for statement, rows in ((_DELETE, deleted), (_UPDATE, updated), (_INSERT, inserted)):
        if rows:
            statement.run(connection, *rows)


def first_offset(annotation: Annotation) -> int | None:
    """Where the annotation starts; None when it lies nowhere."""
    fragments = fragments_of(annotation)
    return fragments[0].start if fragments else None


def count(annotations: Iterable[Annotation | None]) -> tuple[int, int, int]:
    """How many are entities, events, and others."""
    present = [item for item in annotations if item is not None]
    entities = sum(isinstance(item, Entity) for item in present)
    events = sum(isinstance(item, Event) for item in present)
    return entities, events, len(present) - entities - events


def _counted(layer: LayerRow, befores: dict[str, Annotation | None], afters: dict[str, Annotation | None]) -> LayerRow:
    gone, come = count(befores.values()), count(afters.values())
    entities, events, others = (new - old for old, new in zip(gone, come, strict=True))
    return replace(
        layer, entities=layer.entities + entities, events=layer.events + events, others=layer.others + others
    )
