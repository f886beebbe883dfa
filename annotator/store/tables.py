"""The tables, in SQLAlchemy Core. Portable types only; what is stored as JSON is text, read back as it was written.

::

    document ──< layer ──< annotation          what is so now
                   └─────< entry_edit >── entry      how it came about: the journal
                   └─────< entry_state >── entry     what was said of layers, and of people
    document ──  claim                         who adjudicates it at the moment
    document ──  standing                      how far its adjudication is: derived, for lists
    person                                     who works here
    state                                      what a person's view remembers
    search_index                               how far the index for searches is
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
"""A migration can only change a constraint that has a name."""

metadata = MetaData(naming_convention=NAMING)

document = Table(
    "document",
    metadata,
    Column("number", Integer, primary_key=True),  # the order in which documents were added
    Column("id", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("encoding", Text, nullable=False),
    Column("bom", Boolean(create_constraint=False), nullable=False),
    Column("length", Integer, nullable=False),  # in code points
    Column("added_at", Text, nullable=False),
    Column("text", Text, nullable=False),  # last: SQLite reads the columns before it without walking through it
    Index(None, "sha256"),
)

layer = Table(
    "layer",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("document", Integer, ForeignKey("document.number"), nullable=False),
    Column("name", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("entities", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("others", Integer, nullable=False),
    Column("edited_at", Text, nullable=False),
    Column("state", String(9), nullable=False, server_default=""),
    Column("state_at", Text, nullable=False, server_default=""),
    Column("state_by", Text, nullable=False, server_default=""),
    UniqueConstraint("document", "name"),
    CheckConstraint("state IN ('', 'submitted', 'reopened')", name="state"),
    Index(None, "name", "document"),
)

annotation = Table(
    "annotation",
    metadata,
    Column("layer", Integer, ForeignKey("layer.number"), primary_key=True, autoincrement=False),
    Column("added", Integer, primary_key=True, autoincrement=False),  # the layer's revision that it came with
    Column("position", Integer, primary_key=True, autoincrement=False),  # its place in that edit
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("start", Integer),  # the first offset; null for what lies nowhere
    Column("data", Text, nullable=False),
    UniqueConstraint("layer", "id"),
    sqlite_with_rowid=False,  # one layer's annotations then lie side by side, in the order they are read
)

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(4), nullable=False),
    Column("target", Integer, nullable=False),  # the entry an undo or redo is about, else 0
    Column("state", String(9), nullable=False),
    CheckConstraint("kind IN ('do', 'undo', 'redo', 'set')", name="kind"),
    CheckConstraint("state IN ('done', 'undone', 'discarded')", name="state"),
    Index(None, "who", "kind", "state", "id"),
)

entry_edit = Table(
    "entry_edit",
    metadata,
    Column("entry", Integer, ForeignKey("entry.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("layer", Integer, ForeignKey("layer.number"), nullable=False),
    Column("base", Integer, nullable=False),  # the layer's revision before it
    Column("edit", Text, nullable=False),
    UniqueConstraint("layer", "base"),
)

entry_state = Table(
    "entry_state",
    metadata,
    Column("entry", Integer, ForeignKey("entry.id"), primary_key=True, autoincrement=False),
    Column("layer", Integer, ForeignKey("layer.number")),  # or
    Column("person", Text),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    CheckConstraint("(layer IS NULL) <> (person IS NULL)", name="about"),
    Index(None, "layer"),
)

person = Table(
    "person",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", String(9), nullable=False),
    Column("active", Boolean(create_constraint=False), nullable=False),
    Column("added_at", Text, nullable=False),
    CheckConstraint("role IN ('annotator', 'reviewer', 'manager')", name="role"),
)

standing = Table(
    "standing",
    metadata,
    Column("document", Integer, ForeignKey("document.number"), primary_key=True, autoincrement=False),
    Column("voices", Integer, nullable=False),  # how many people have submitted it
    Column("state", String(7), nullable=False),  # what the basis in its record says, if there is one
    Column("names", Text, nullable=False),  # of the layers in the basis, as a list
    Column("basis", Text, nullable=False),  # what the record says, or what is wrong with it
    Column("mark", Text, nullable=False),  # how the rest was worked out; empty where that no longer holds
    Column("agreement", Float, nullable=False),
    Column("result", Text, nullable=False),
    CheckConstraint("state IN ('', 'open', 'done', 'damaged')", name="state"),
    Index(None, "mark", "agreement"),
)

claim = Table(
    "claim",
    metadata,
    Column("document", Integer, ForeignKey("document.number"), primary_key=True, autoincrement=False),
    Column("who", Text, nullable=False),
    Column("until", Text, nullable=False),
)

state = Table(
    "state",
    metadata,
    Column("who", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

search_index = Table(
    "search_index",
    metadata,
    Column("name", Text, primary_key=True),  # of the index, which only some databases have
    Column("version", Text, nullable=False),  # how its texts were folded
    Column("covered", Integer, nullable=False),  # the number of the last document in it
)

version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Alembic's own table, spelled out so that it is read and stamped without importing Alembic."""
