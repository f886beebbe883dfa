"""What Alembic runs around the migrations: they use the connection, and the transaction, of their caller."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from annotator.store.tables import metadata

connection = context.config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise TypeError("migrations run on the connection that the caller puts into config.attributes")
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a column by rebuilding its table
)
with context.begin_transaction():
    context.run_migrations()
