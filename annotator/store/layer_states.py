"""What is said of a layer as a whole, inside a transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, update

from annotator.errors import LockedError, StaleRevisionError, StoreError
from annotator.store import journal, layers, standings, tables
from annotator.store.rows import check_storable
from annotator.workflow.ports import LayerKey, NewState, StateChange

_layer = tables.layer
_SET: Final = (
    update(_layer)
    .where(_layer.c.number == bindparam("in_layer"))
    .values(state=bindparam("new_state"), state_at=bindparam("new_at"), state_by=bindparam("new_by"))
)
_NAMES: Final = {"submitted": "Submit", "reopened": "Reopen"}


def change(connection: Connection, key: LayerKey, state: NewState, who: str, at: str, base: int | None) -> None:
    """Submit or reopen the layer, and journal it."""
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
    standings.state_changed(connection, layer.document)
    said = StateChange(layer.state, state, layer=key)
    journal.record_change(connection, who, at, _NAMES[state], said, layer.number)
