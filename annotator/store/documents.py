"""Documents inside a transaction."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select

from annotator.errors import NoDocumentError, StoreError
from annotator.model.documents import Document, digest
from annotator.store import tables
from annotator.store.rows import check_storable, collector_paused
from annotator.workflow.ports import DECISIONS, GOLD, RESERVED, DocumentSummary, LayerKey, LayerSummary

_document, _layer, _annotation = tables.document, tables.layer, tables.annotation
_standing = tables.standing
_IDS: Final = select(_document.c.id).order_by(_document.c.number)
_ONE: Final = select(_document).where(_document.c.id == bindparam("of_id"))
_EXISTS: Final = select(_document.c.id).where(_document.c.id == bindparam("of_id"))
_WITH_DIGEST: Final = (
    select(_document.c.id).where(_document.c.sha256 == bindparam("of_digest")).order_by(_document.c.number).limit(1)
)
_SUMMARIES: Final = select(
    *(_document.c[name] for name in ("number", "id", "title", "sha256", "source", "length", "added_at"))
).order_by(_document.c.number)
_SOME: Final = _SUMMARIES.where(_document.c.id.in_(bindparam("of_ids", expanding=True)))
_FROM: Final = _SUMMARIES.offset(bindparam("first")).limit(bindparam("most"))
_COUNT: Final = select(func.count()).select_from(_document)
_NUMBERED: Final = select(_document.c.number, _document.c.id)
"""Not sorted by the database, which would walk through the texts for it; the index of ids has both."""
_number_of: Final = select(_document.c.number).where(_document.c.id == bindparam("of_id")).scalar_subquery()
_NEIGHBOURS: Final = {
    1: select(_document.c.id).where(_document.c.number > _number_of).order_by(_document.c.number).limit(1),
    -1: select(_document.c.id).where(_document.c.number < _number_of).order_by(_document.c.number.desc()).limit(1),
}
_in_gold: Final = or_(
    _layer.c.entities + _layer.c.events + _layer.c.others > 0,
    select(_standing.c.document)
    .where(_standing.c.document == _layer.c.document, _standing.c.state != "")
    .correlate(_layer)
    .exists(),
)
"""Gold is there: what made it, an import or the beginning of an adjudication, was not taken back."""
_seen: Final = and_(_layer.c.name != DECISIONS, or_(_layer.c.name != GOLD, _in_gold))
_LAYERS: Final = select(_layer).where(_seen)
_LAYERS_OF: Final = _LAYERS.where(_layer.c.document.in_(bindparam("of_numbers", expanding=True)))
_ALL_NAMES: Final = select(_layer.c.name).where(_layer.c.name.not_in(RESERVED)).distinct()  # the index has all of it
_ANY_GOLD: Final = select(_layer.c.name).where(_layer.c.name == GOLD, _in_gold).limit(1)
_of_name: Final = and_(_layer.c.name == bindparam("of_name"), _seen)
_WITH_LAYER: Final = (
    select(_document.c.id)
    .join(_layer, _layer.c.document == _document.c.number)
    .where(_of_name)
    .order_by(_layer.c.document)
    .limit(bindparam("most"))
)
_NUMBERS_WITH: Final = select(_layer.c.document).where(_of_name)
_NUMBERS_NOTED: Final = _NUMBERS_WITH.where(
    _layer.c.others > 0,
    select(_annotation.c.id)
    .where(_annotation.c.layer == _layer.c.number, _annotation.c.kind == "note")
    .correlate(_layer)
    .exists(),
)
_AT_ONCE: Final = 500
"""Ids in one query; SQLite and PostgreSQL both limit the parameters of a statement."""
_LAYER_NAMES: Final = (
    select(_layer.c.name)
    .join(_document, _layer.c.document == _document.c.number)
    .where(
        _document.c.id == bindparam("of_id"),
        _seen,
        or_(_layer.c.revision > 0, _layer.c.state != ""),  # to submit nothing is an answer too
    )
)
_ADD: Final = insert(_document)


def no_document(connection: Connection, id: str) -> NoDocumentError:
    """The error for a document that is not there, with the names that come near."""
    near = difflib.get_close_matches(id, connection.scalars(_IDS).all(), n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else "'annotator status' lists the documents"
    return NoDocumentError("there is no such document", where=id, hint=hint)


def get(connection: Connection, id: str) -> Document:
    """The document called ID, or the NoDocumentError of `no_document`."""
    row = connection.execute(_ONE, {"of_id": id}).one_or_none()
    if row is None:
        raise no_document(connection, id)
    return Document(row.id, row.title, row.text, row.sha256, row.source, row.encoding, row.bom)


def exists(connection: Connection, id: str) -> bool:
    """Whether there is a document called ID."""
    return connection.scalar(_EXISTS, {"of_id": id}) is not None


def with_digest(connection: Connection, sha256: str) -> str | None:
    """The id of the first document whose text has this SHA-256."""
    return connection.scalar(_WITH_DIGEST, {"of_digest": sha256})


def layer_names(connection: Connection, id: str) -> list[str]:
    """The document's layers that people see. Sorted here, because databases sort by the language of their server."""
    return sorted(connection.scalars(_LAYER_NAMES, {"of_id": id}))


def summaries(connection: Connection) -> list[DocumentSummary]:
    """All documents, without their texts."""
    with collector_paused():
        return _summed(connection.execute(_SUMMARIES).all(), connection.execute(_LAYERS).all())


def page(connection: Connection, first: int, limit: int) -> list[DocumentSummary]:
    """At most LIMIT documents behind the FIRST ones."""
    return _with_layers(connection, connection.execute(_FROM, {"first": first, "most": limit}).all())


def some_summaries(connection: Connection, ids: Iterable[str]) -> list[DocumentSummary]:
    """Those of the documents with IDS that there are."""
    wanted = list(dict.fromkeys(ids))
    rows: list[Row[Any]] = []
    for first in range(0, len(wanted), _AT_ONCE):
        rows += connection.execute(_SOME, {"of_ids": wanted[first : first + _AT_ONCE]}).all()
    return _with_layers(connection, sorted(rows, key=lambda row: int(row.number)))


def count(connection: Connection) -> int:
    """How many documents there are."""
    return connection.scalar(_COUNT) or 0


def ids(connection: Connection) -> list[str]:
    """The ids of all documents, in the order they were added."""
    with collector_paused():
        return [row[1] for row in sorted(connection.execute(_NUMBERED).all(), key=itemgetter(0))]


def with_layer(connection: Connection, name: str, most: int | None, *, noted: bool) -> list[str]:
    """The ids of the documents that have a layer called NAME, at most so many of them; or of those with notes in it."""
    if most is not None and not noted:
        return list(connection.scalars(_WITH_LAYER, {"of_name": name, "most": most}))
    numbers = set(connection.scalars(_NUMBERS_NOTED if noted else _NUMBERS_WITH, {"of_name": name}))
    with collector_paused():  # the index of ids has the numbers too: no row with a text is looked at
        rows = [row for row in connection.execute(_NUMBERED) if row[0] in numbers]
    return [row[1] for row in sorted(rows, key=itemgetter(0))][:most]


def neighbour(connection: Connection, id: str, step: Literal[-1, 1]) -> str | None:
    """The document added before, or after, the one called ID."""
    return connection.scalar(_NEIGHBOURS[step], {"of_id": id})


def all_layer_names(connection: Connection) -> list[str]:
    """The names of the layers of all documents."""
    return sorted([*connection.scalars(_ALL_NAMES), *connection.scalars(_ANY_GOLD)])


def _with_layers(connection: Connection, rows: Sequence[Row[Any]]) -> list[DocumentSummary]:
    layers: list[Row[Any]] = []
    for first in range(0, len(rows), _AT_ONCE):
        numbers = [row.number for row in rows[first : first + _AT_ONCE]]
        layers += connection.execute(_LAYERS_OF, {"of_numbers": numbers}).all()
    return _summed(rows, layers)


def _summed(rows: Sequence[Row[Any]], of_layers: Sequence[Row[Any]]) -> list[DocumentSummary]:
    """The summaries of documents, given their ROWS and those OF their LAYERS in any order."""
    ids: dict[int, str] = {row.number: row.id for row in rows}
    layers: dict[int, list[LayerSummary]] = {number: [] for number in ids}
    for row in of_layers:
        _, number, name, *rest = tuple(row)  # in the order of the table, which is that of LayerSummary
        layers[number].append(LayerSummary(LayerKey(ids[number], name), *rest))
    found: list[DocumentSummary] = []
    for row in rows:
        number, id, title, sha256, source, length, added_at = tuple(row)
        mine = tuple(sorted(layers[number], key=_name_of))
        found.append(DocumentSummary(id, title, sha256, source, length, added_at, mine))
    return found


def _name_of(summary: LayerSummary) -> str:
    return summary.key.name


def add(connection: Connection, documents: Sequence[Document], at: str) -> None:
    """Add documents in their order. StoreError when an id exists."""
    check_storable(at)
    seen: set[str] = set()
    for document in documents:
        if document.id in seen or exists(connection, document.id):
            raise StoreError("a document with this id exists", where=document.id, hint="Give it another id")
        seen.add(document.id)
        connection.execute(_ADD, _row(document, at))


def _row(document: Document, at: str) -> dict[str, Any]:
    try:
        check_storable(document.text, document.id, document.title, document.source, document.encoding)
    except StoreError as error:
        raise StoreError(error.what, where=document.id, hint=error.hint) from None
    if document.sha256 != digest(document.text):
        raise StoreError("the document's digest is not its text's", where=document.id)
    return {
        "id": document.id,
        "title": document.title,
        "sha256": document.sha256,
        "source": document.source,
        "encoding": document.encoding,
        "bom": document.bom,
        "length": len(document.text),
        "added_at": at,
        "text": document.text,
    }
