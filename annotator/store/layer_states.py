"""What is said of a layer as a whole, and of its document's adjudication, inside a transaction."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from annotator.errors import LockedError, StaleRevisionError, StoreError
from annotator.model.annotations import Record
from annotator.store import layers, tables
from annotator.store.rows import check_storable, decode_one, from_json
from annotator.workflow.ports import BASIS, DECISIONS, Adjudication, LayerKey, NewState

_layer, _annotation, _document = tables.layer, tables.annotation, tables.document
_SET: Final = (
    update(_layer)
    .where(_layer.c.number == bindparam("in_layer"))
    .values(state=bindparam("new_state"), state_at=bindparam("new_at"), state_by=bindparam("new_by"))
)
_BASES: Final = (
    select(_document.c.id, _annotation.c.data)
    .join(_layer, _annotation.c.layer == _layer.c.number)
    .join(_document, _layer.c.document == _document.c.number)
    .where(_layer.c.name == DECISIONS, _annotation.c.id == BASIS, _annotation.c.kind == "record")
)
_BASIS_OF: Final = _BASES.where(_document.c.id == bindparam("of_id"))


def change(connection: Connection, key: LayerKey, state: NewState, who: str, at: str, base: int | None) -> None:
    """Submit or reopen the layer."""
    check_storable(who, at)
    layer = layers.find_or_add(connection, key)
    if base is not None and layer.revision != base:
        raise StaleRevisionError(
            f"the layer is at revision {layer.revision}, not at {base}",
            where=layers.shown(key),
            hint="Reload the document and look at it again",
        )
    if state == "reopened" and layer.state != "submitted":
        raise StoreError("the layer is not submitted, so it need not be reopened", where=layers.shown(key))
    if state == "submitted" and layer.state == "submitted":
        raise LockedError(f"{layer.state_by} submitted this at {layer.state_at}", where=layers.shown(key))
    connection.execute(_SET, {"in_layer": layer.number, "new_state": state, "new_at": at, "new_by": who})


def adjudications(connection: Connection, document: str | None) -> dict[str, Adjudication]:
    """What the records say of how far each document, or the one named, is.

    StoreError for a record that says nothing of the kind.
    """
    rows = connection.execute(_BASES) if document is None else connection.execute(_BASIS_OF, {"of_id": document})
    return {row.id: _adjudication(row.id, row.data) for row in rows}


def _adjudication(document: str, data: str) -> Adjudication:
    record = decode_one(data)
    value: dict[str, Any] = from_json(record.data) if isinstance(record, Record) else {}
    try:
        revisions = {str(name): int(revision) for name, revision in value["layers"].items()}
        return Adjudication(revisions, int(value["items"]), int(value["open"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"the state of an adjudication cannot be read ({error!r})", where=document) from None
