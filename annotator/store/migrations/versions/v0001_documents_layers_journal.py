"""Documents, layers, annotations, the journal, and what is remembered of people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the first release."""
    op.create_table(
        "document",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("bom", sa.Boolean(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_document"),
        sa.UniqueConstraint("id", name="uq_document_id"),
    )
    op.create_index("ix_document_sha256", "document", ["sha256"])
    op.create_table(
        "layer",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_layer"),
        sa.UniqueConstraint("document", "name", name="uq_layer_document_name"),
        sa.ForeignKeyConstraint(["document"], ["document.number"], name="fk_layer_document"),
    )
    op.create_table(
        "annotation",
        sa.Column("layer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("added", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("layer", "added", "position", name="pk_annotation"),
        sa.UniqueConstraint("layer", "id", name="uq_annotation_layer_id"),
        sa.ForeignKeyConstraint(["layer"], ["layer.number"], name="fk_annotation_layer"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.CheckConstraint("kind IN ('do', 'undo', 'redo')", name=op.f("ck_entry_kind")),
        sa.CheckConstraint("state IN ('done', 'undone', 'discarded')", name=op.f("ck_entry_state")),
    )
    op.create_index("ix_entry_who_kind_state_id", "entry", ["who", "kind", "state", "id"])
    op.create_table(
        "entry_edit",
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("layer", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("edit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "position", name="pk_entry_edit"),
        sa.UniqueConstraint("layer", "base", name="uq_entry_edit_layer_base"),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_entry_edit_entry"),
        sa.ForeignKeyConstraint(["layer"], ["layer.number"], name="fk_entry_edit_layer"),
    )
    op.create_table(
        "state",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("who", "key", name="pk_state"),
    )
