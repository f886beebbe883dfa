"""What the first frame shows, read with the standard library alone: importing SQLAlchemy takes longer than reading.

Only reads, and only a database of exactly this version. In every other case the answer is None and
`annotator.store.open_store` creates, upgrades or explains.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from annotator.errors import StoreError
from annotator.model.annotations import Annotations
from annotator.model.documents import Document
from annotator.store import sqlite
from annotator.store.rows import HEAD, LAST_DOCUMENT, collector_paused, decode_all
from annotator.workflow.ports import First, Layer, LayerKey, Person

_DOCUMENT: Final = "SELECT number, id, title, text, sha256, source, encoding, bom FROM document"


def read_first(path: Path, who: str, layer: str, document: str | None = None) -> First | None:
    """The document called DOCUMENT with its LAYER, and what is remembered of WHO.

    Without a name: the document that WHO had open last, else the only one of the project. Nothing but the number of
    documents when others are registered and WHO is not. None when the database does not exist, is of another version,
    or cannot be read.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - never raises
        return None
    try:
        connection = sqlite.connect(path, "ro")
    except (sqlite3.Error, StoreError):
        return None
    try:
        connection.execute(sqlite.BEGIN_READ)  # one snapshot, whatever others write meanwhile
        if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(HEAD,)]:
            return None
        with collector_paused():
            return _read(connection, who, layer, document)
    except (sqlite3.Error, StoreError):
        return None
    finally:
        connection.close()


def _read(connection: sqlite3.Connection, who: str, name: str, wanted: str | None) -> First:
    (documents,) = connection.execute("SELECT count(*) FROM document").fetchone()
    known = connection.execute(
        "SELECT name, role, active, added_at FROM person WHERE name = ? AND active", (who,)
    ).fetchone()
    if known is None and connection.execute("SELECT name FROM person LIMIT 1").fetchone() is not None:
        return First({}, documents)
    person = None
    if known is not None:
        person_name, role, active, added_at = known
        person = Person(person_name, role, bool(active), added_at)
    state = dict(connection.execute("SELECT key, value FROM state WHERE who = ?", (who,)).fetchall())
    named = wanted if wanted is not None else state.get(LAST_DOCUMENT)
    row = connection.execute(f"{_DOCUMENT} WHERE id = ?", (named,)).fetchone()  # NULL equals nothing
    if row is None and wanted is None and documents == 1:
        row = connection.execute(_DOCUMENT).fetchone()
    if row is None:
        return First(state, documents, person=person)
    number, id_, title, text, sha256, source, encoding, bom = row
    document = Document(id_, title, text, sha256, source, encoding, bool(bom))
    return First(state, documents, document, _layer(connection, number, LayerKey(id_, name)), person)


def _layer(connection: sqlite3.Connection, document: int, key: LayerKey) -> Layer:
    found = connection.execute(
        "SELECT number, revision, state FROM layer WHERE document = ? AND name = ?", (document, key.name)
    ).fetchone()
    if found is None:
        return Layer(key, 0, Annotations())
    number, revision, state = found
    rows = connection.execute("SELECT data FROM annotation WHERE layer = ? ORDER BY added, position", (number,))
    return Layer(key, revision, Annotations(decode_all([data for (data,) in rows.fetchall()])), state)
