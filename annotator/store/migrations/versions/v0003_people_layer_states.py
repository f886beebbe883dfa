"""People with their roles, what is said of a layer as a whole, and who adjudicates a document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of people and claims, and the states of layers."""
    op.create_table(
        "person",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(9), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_person"),
        sa.CheckConstraint("role IN ('annotator', 'reviewer', 'manager')", name=op.f("ck_person_role")),
    )
    op.create_table(
        "claim",
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_claim"),
        sa.ForeignKeyConstraint(["document"], ["document.number"], name="fk_claim_document"),
    )
    with op.batch_alter_table("layer") as batch:
        batch.add_column(sa.Column("state", sa.String(9), nullable=False, server_default=""))
        batch.add_column(sa.Column("state_at", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("state_by", sa.Text(), nullable=False, server_default=""))
        batch.create_check_constraint(op.f("ck_layer_state"), "state IN ('', 'submitted', 'reopened')")
