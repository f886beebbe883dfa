"""How far each document is, beside it, so that lists need no annotation; states of layers and people in the journal."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BASES = """
SELECT layer.document, annotation.data FROM layer JOIN annotation ON annotation.layer = layer.number
WHERE layer.name = 'decisions' AND annotation.id = 'basis' AND annotation.kind = 'record'
"""
_VOICES = """
SELECT document, count(*) FROM layer
WHERE state = 'submitted' AND name NOT IN ('gold', 'decisions') GROUP BY document
"""


def upgrade() -> None:
    """Add the tables, and fill that of standings from the layers' states and the records of adjudication."""
    connection = op.get_bind()
    kind = "kind IN ('do', 'undo', 'redo', 'set')"
    if connection.dialect.name == "sqlite":  # which changes a table by copying it
        with op.batch_alter_table("entry", recreate="always", copy_from=_entry(kind)):
            pass
    else:
        op.drop_constraint(op.f("ck_entry_kind"), "entry", type_="check")
        op.create_check_constraint(op.f("ck_entry_kind"), "entry", kind)
    op.create_table(
        "entry_state",
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("layer", sa.Integer(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_entry_state"),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_entry_state_entry"),
        sa.ForeignKeyConstraint(["layer"], ["layer.number"], name="fk_entry_state_layer"),
        sa.CheckConstraint("(layer IS NULL) <> (person IS NULL)", name=op.f("ck_entry_state_about")),
    )
    op.create_index("ix_entry_state_layer", "entry_state", ["layer"])
    op.create_index("ix_layer_name_document", "layer", ["name", "document"])
    standing = op.create_table(
        "standing",
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(7), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Float(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_standing"),
        sa.ForeignKeyConstraint(["document"], ["document.number"], name="fk_standing_document"),
        sa.CheckConstraint("state IN ('', 'open', 'done', 'damaged')", name=op.f("ck_standing_state")),
    )
    op.create_index("ix_standing_mark_agreement", "standing", ["mark", "agreement"])
    empty = {"voices": 0, "state": "", "names": "", "basis": "", "mark": "", "agreement": 0.0, "result": ""}
    rows: dict[int, dict[str, Any]] = {
        document: {**empty, "document": document, "voices": voices}
        for document, voices in connection.exec_driver_sql(_VOICES)
    }
    for document, data in connection.exec_driver_sql(_BASES):
        row = rows.setdefault(document, {**empty, "document": document})
        row["state"], row["names"], row["basis"] = _basis(data)
    if rows:
        op.bulk_insert(standing, list(rows.values()))


def _entry(kind: str) -> sa.Table:
    """The table of entries, whose column `kind` holds what KIND says."""
    return sa.Table(
        "entry",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.CheckConstraint(kind, name=op.f("ck_entry_kind")),
        sa.CheckConstraint("state IN ('done', 'undone', 'discarded')", name=op.f("ck_entry_state")),
        sa.Index("ix_entry_who_kind_state_id", "who", "kind", "state", "id"),
    )


def _basis(data: str) -> tuple[str, str, str]:
    """The state, the names and the text of a basis."""
    try:
        value = json.loads(json.loads(data)["data"])
        layers = {str(name): int(revision) for name, revision in value["layers"].items()}
        basis = {"layers": layers, "items": int(value["items"]), "open": int(value["open"])}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        return "damaged", "", f"the state of an adjudication cannot be read ({error!a})"
    return "open" if basis["open"] else "done", _json(sorted(layers)), _json(basis)


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
