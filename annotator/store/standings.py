"""How far each document is, inside a transaction: one row beside it, so that no list has to read annotations.

What the row says of submissions and of the basis of adjudication is derived in the transaction that changes them. What
comparing the layers gave is worked out by `annotator.workflow.adjudication_queue`, kept under a mark that says how, and
forgotten as soon as a layer that counts, or a decision, changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final, Literal

from sqlalchemy import BindParameter, Connection, Row, Select, and_, bindparam, func, insert, or_, select, update

from annotator.errors import StoreError
from annotator.model.annotations import Annotation, Record
from annotator.store import tables
from annotator.store.rows import collector_paused, decode_one, from_json, to_json
from annotator.workflow.comparison_port import Compared, ComparedPage, Place
from annotator.workflow.ports import BASIS, DECISIONS, GOLD, RESERVED, Adjudication, LayerCount, Tally

_document, _layer, _annotation, _standing = tables.document, tables.layer, tables.annotation, tables.standing
_AT_ONCE: Final = 500
_EMPTY: Final[dict[str, Any]] = {
    "voices": 0,
    "state": "",
    "names": "",
    "basis": "",
    "mark": "",
    "agreement": 0.0,
    "result": "",
}
_ADD: Final = insert(_standing)
_of_one: Final = _standing.c.document == bindparam("of_number")
_SET_BASIS: Final = (
    update(_standing)
    .where(_of_one)
    .values(state=bindparam("new_state"), names=bindparam("new_names"), basis=bindparam("new_basis"), mark="")
)
_SET_VOICES: Final = update(_standing).where(_of_one).values(voices=bindparam("new_voices"), mark="")
_FORGET: Final = update(_standing).where(_of_one).values(mark="")
_KEEP: Final = (
    update(_standing)
    .where(_of_one)
    .values(mark=bindparam("new_mark"), agreement=bindparam("new_agreement"), result=bindparam("new_result"))
)
_counts: Final = (_layer.c.state == "submitted", _layer.c.name.not_in(RESERVED))
_COUNT_VOICES: Final = (
    select(func.count()).select_from(_layer).where(_layer.c.document == bindparam("of_number"), *_counts)
)
_BASES: Final = (
    select(_document.c.id, _standing.c.state, _standing.c.basis)
    .join(_document, _standing.c.document == _document.c.number)
    .where(_standing.c.state != "")
)
_BASES_OF: Final = _BASES.where(_document.c.id.in_(bindparam("of_ids", expanding=True)))
_BASIS_OF: Final = _BASES.where(_document.c.id == bindparam("of_id"))
_TALLY: Final = (
    select(
        _layer.c.name,
        _layer.c.state,
        (_layer.c.revision > 0).label("edited"),
        _standing.c.state.label("standing"),
        _standing.c.names,
        func.count().label("layers"),
        func.sum(_layer.c.entities).label("entities"),
        func.sum(_layer.c.events).label("events"),
    )
    .join(_standing, _layer.c.document == _standing.c.document, isouter=True)
    .where(_layer.c.name != DECISIONS)
    .where(  # no gold whose beginning was taken back, as in lists of documents
        or_(
            _layer.c.name != GOLD,
            _standing.c.state != "",
            _layer.c.entities + _layer.c.events + _layer.c.others > 0,
        )
    )
    .group_by(_layer.c.name, _layer.c.state, "edited", _standing.c.state, _standing.c.names)
)
_TEXTS: Final = select(func.count(), func.sum(_document.c.length))
_ANNOTATED: Final = select(func.count(func.distinct(_layer.c.document))).where(_layer.c.name != DECISIONS)
_DONE: Final = select(func.count()).select_from(_standing).where(_standing.c.state == "done")
_DONE_GOLD: Final = and_(
    _layer.c.name == GOLD,
    select(_standing.c.document)
    .where(_standing.c.document == _layer.c.document, _standing.c.state == "done")
    .correlate(_layer)
    .exists(),
)
_candidate: Final = or_(_standing.c.state.in_(("open", "done")), _standing.c.voices >= bindparam("least"))
_sound: Final = _standing.c.state != "damaged"
_COMPARED: Final = (
    select(_document.c.number, _document.c.id, _document.c.title, _standing.c.agreement, _standing.c.result)
    .join(_document, _standing.c.document == _document.c.number)
    .where(_standing.c.mark == bindparam("of_mark"), _candidate, _sound)
    .where(_standing.c.agreement >= bindparam("of_agreement"))  # for the index; what follows is no range of it
    .where(or_(_standing.c.agreement > bindparam("of_agreement"), _standing.c.document > bindparam("of_number")))
    .order_by(_standing.c.agreement, _standing.c.document)
)
_COMPARED_PARTS: Final = {
    False: _COMPARED.where(_standing.c.state != "done"),
    True: _COMPARED.where(_standing.c.state == "done"),
}
_START: Final = -1.0
"""Less than any agreement."""
_UNCOMPARED: Final = (
    select(_document.c.id, _document.c.number)
    .select_from(_standing)
    .join(_document, _standing.c.document == _document.c.number)
    .join(_layer, and_(_layer.c.document == _standing.c.document, *_counts), isouter=True)
    .where(_standing.c.mark != bindparam("of_mark"), _candidate, _sound)
    .group_by(_document.c.number, _document.c.id)
    .order_by(
        func.coalesce(func.sum(_layer.c.entities + _layer.c.events + _layer.c.others), 0),
        _document.c.number,
    )
)
_DAMAGED: Final = (
    select(_document.c.id, _standing.c.basis)
    .join(_document, _standing.c.document == _document.c.number)
    .where(_standing.c.state == "damaged")
    .order_by(_document.c.number)
)
_NUMBERS: Final = select(_document.c.id, _document.c.number).where(
    _document.c.id.in_(bindparam("of_ids", expanding=True))
)
_NOW: Final = (
    select(_layer.c.document, _layer.c.name, _layer.c.revision)
    .where(_layer.c.document.in_(bindparam("of_numbers", expanding=True)))
    .where(or_(_layer.c.name == DECISIONS, and_(*_counts)))
)
_LAST: Final = select(func.max(_document.c.number))
_these: Final[tuple[BindParameter[int], BindParameter[int]]] = (bindparam("first"), bindparam("last"))
_ALL: Final = select(_standing).where(_standing.c.document.between(*_these))
_RECORDS: Final = (
    select(_layer.c.document, _annotation.c.data)
    .join(_layer, _annotation.c.layer == _layer.c.number)
    .where(_layer.c.name == DECISIONS, _annotation.c.id == BASIS, _annotation.c.kind == "record")
    .where(_layer.c.document.between(*_these))
)
_VOICES: Final = (
    select(_layer.c.document, func.count().label("voices"))
    .where(*_counts, _layer.c.document.between(*_these))
    .group_by(_layer.c.document)
)
_IDS: Final = select(_document.c.number, _document.c.id)


def state_changed(connection: Connection, document: int) -> None:
    """A layer of the document with this number was submitted or reopened."""
    voices = connection.scalar(_COUNT_VOICES, {"of_number": document})
    changed = connection.execute(_SET_VOICES, {"of_number": document, "new_voices": voices})
    if changed.rowcount == 0:
        connection.execute(_ADD, {**_EMPTY, "document": document, "voices": voices})


def decisions_changed(connection: Connection, document: int, afters: dict[str, Annotation | None]) -> None:
    """The layer `DECISIONS` of the document now has AFTERS, by id; None where one was removed."""
    if BASIS not in afters:
        connection.execute(_FORGET, {"of_number": document})
        return
    state, names, basis = _derived(afters[BASIS])
    values = {"new_state": state, "new_names": names, "new_basis": basis}
    if connection.execute(_SET_BASIS, {"of_number": document, **values}).rowcount == 0:
        row = {**_EMPTY, "document": document, "state": state, "names": names, "basis": basis}
        connection.execute(_ADD, row)


def adjudications(connection: Connection, document: str | None) -> dict[str, Adjudication]:
    """What the records say of how far each document, or the one named, is."""
    with collector_paused():
        rows = connection.execute(_BASES) if document is None else connection.execute(_BASIS_OF, {"of_id": document})
        return {id: _adjudication(state, basis) for id, state, basis in rows}


def adjudications_of(connection: Connection, documents: Iterable[str]) -> dict[str, Adjudication]:
    """The same of DOCUMENTS."""
    rows = _some(connection, _BASES_OF, "of_ids", documents)
    return {row.id: _adjudication(row.state, row.basis) for row in rows}


def tally(connection: Connection, only: str | None) -> Tally:
    """The project in numbers."""
    query, annotated = _TALLY, _ANNOTATED
    if only is not None:
        seen = or_(_layer.c.name == only, _DONE_GOLD)
        query, annotated = query.where(seen), annotated.where(seen)
    documents, length = connection.execute(_TEXTS).one()
    counts = [_count(row) for row in connection.execute(query)]
    done = connection.scalar(_DONE) or 0
    return Tally(documents, connection.scalar(annotated) or 0, int(length or 0), tuple(counts), done)


def compared(connection: Connection, mark: str, least: int, after: Place | None, limit: int | None) -> ComparedPage:
    """What is kept under MARK."""
    done, agreement, number = after or (False, _START, 0)
    found: list[Compared] = []
    left = limit
    with collector_paused():
        while True:
            values = {"of_mark": mark, "least": least, "of_agreement": agreement, "of_number": number}
            rows = connection.execute(_COMPARED_PARTS[done].limit(left), values).all()
            found += [_read_compared(*row) for row in rows]
            if left is not None:
                left -= len(rows)
                if left == 0:
                    return ComparedPage(tuple(found), (done, rows[-1].agreement, rows[-1].number) if rows else after)
            if done:
                return ComparedPage(tuple(found))
            done, agreement, number = True, _START, 0


def damaged(connection: Connection) -> dict[str, str]:
    """What is wrong with each record that cannot be read."""
    return {row.id: row.basis for row in connection.execute(_DAMAGED)}


def _read_compared(number: int, id: str, title: str, agreement: float, result: str) -> Compared:
    return Compared(id, title, agreement=agreement, number=number, **from_json(result))


def uncompared(connection: Connection, mark: str, least: int) -> dict[str, int]:
    """The ids of those of which nothing is, and their numbers."""
    return {row.id: row.number for row in connection.execute(_UNCOMPARED, {"of_mark": mark, "least": least})}


def keep(connection: Connection, mark: str, found: Sequence[Compared]) -> None:
    """Keep FOUND, but what rests on layers or decisions that have changed."""
    numbers = {row.id: row.number for row in _some(connection, _NUMBERS, "of_ids", (one.document for one in found))}
    now: dict[int, dict[str, int]] = {number: {} for number in numbers.values()}
    for row in _some(connection, _NOW, "of_numbers", now):
        now[row.document][row.name] = row.revision
    rows: list[dict[str, Any]] = []
    for one in found:
        layers = now.get(numbers.get(one.document, 0), {})
        decisions = layers.pop(DECISIONS, 0)
        if one.decisions != decisions or (not one.begun and layers != one.layers):
            continue
        result = {
            "layers": dict(one.layers),
            "decisions": one.decisions,
            "begun": one.begun,
            "items": one.items,
            "open": one.open,
            "open_as": {kind: {label: dict(of) for label, of in its.items()} for kind, its in one.open_as.items()},
        }
        values = {"new_mark": mark, "new_agreement": one.agreement, "new_result": to_json(result)}
        rows.append({"of_number": numbers[one.document], **values})
    if rows:
        connection.execute(_KEEP, rows)


def problems(connection: Connection) -> list[str]:
    """Where a row is not what the states of the layers and the record of adjudication make it."""
    last = connection.scalar(_LAST) or 0
    wrong = [number for first in range(1, last + 1, _AT_ONCE) for number in _wrong(connection, first)]
    if not wrong:
        return []
    ids = {row.number: row.id for row in connection.execute(_IDS)}
    return [f"{ids[document]}: what is noted of its adjudication is not what was decided" for document in wrong]


def _wrong(connection: Connection, first: int) -> list[int]:
    """The numbers of those documents that `problems` is about, some of them from the number FIRST on."""
    these = {"first": first, "last": first + _AT_ONCE - 1}
    voices = {row.document: row.voices for row in connection.execute(_VOICES, these)}
    bases = {document: _derived_of(data) for document, data in connection.execute(_RECORDS, these)}
    noted = {row.document: (row.voices, row.state, row.names, row.basis) for row in connection.execute(_ALL, these)}
    wrong: list[int] = []
    for document in noted.keys() | voices.keys() | bases.keys():
        expected = (voices.get(document, 0), *bases.get(document, ("", "", "")))
        found = noted.get(document, (0, "", "", ""))
        said = 3 if expected[1] == "damaged" else 4  # what is wrong with a record may be said in many ways
        if found[:said] != expected[:said]:
            wrong.append(document)
    return sorted(wrong)


def _some(connection: Connection, query: Select[Any], name: str, values: Iterable[Any]) -> list[Row[Any]]:
    """The rows of QUERY for VALUES of its parameter NAME, some at a time."""
    found: list[Row[Any]] = []
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        found += connection.execute(query, {name: some}).all()
    return found


def _derived_of(data: str) -> tuple[str, str, str]:
    try:
        return _derived(decode_one(data))
    except StoreError as error:
        return "damaged", "", str(error)


def _derived(record: Annotation | None) -> tuple[str, str, str]:
    """What the columns `state`, `names` and `basis` are to hold for a record."""
    if record is None:
        return "", "", ""
    try:
        value = from_json(record.data) if isinstance(record, Record) else {}
        layers = {str(name): int(revision) for name, revision in value["layers"].items()}
        basis = {"layers": layers, "items": int(value["items"]), "open": int(value["open"])}
    except (StoreError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        said = error.what if isinstance(error, StoreError) else ascii(error)
        return "damaged", "", f"the state of an adjudication cannot be read ({said})"
    return "open" if basis["open"] else "done", _ascii(sorted(layers)), _ascii(basis)


def _ascii(value: object) -> str:
    """VALUE in JSON that can be stored whatever it is: a damaged record may hold half of a surrogate pair."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _adjudication(state: str, basis: str) -> Adjudication:
    if state == "damaged":
        return Adjudication({}, 0, 0, basis)
    return _read_basis(basis)


@lru_cache(maxsize=1024)
def _read_basis(basis: str) -> Adjudication:
    """Cached: thousands of documents have the same."""
    return Adjudication(**from_json(basis))


def _count(row: Row[Any]) -> LayerCount:
    how: Literal["", "open", "done"] = ""
    if row.standing and (row.name == GOLD or row.name in _read_names(row.names)):
        how = "done" if row.standing == "done" else "open"
    return LayerCount(row.name, row.layers, int(row.entities), int(row.events), bool(row.edited), row.state, how)


@lru_cache(maxsize=1024)
def _read_names(names: str) -> frozenset[str]:
    return frozenset(json.loads(names)) if names else frozenset()
