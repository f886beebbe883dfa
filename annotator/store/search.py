"""Texts for a search, inside a transaction: an index of trigrams says which documents are worth reading.

The index holds, for every sequence of three code points of the folded texts, the documents that have it (SQLite's FTS5
with `detail=none` and without content: https://www.sqlite.org/fts5.html#the_trigram_tokenizer). It may name documents
that do not match, never the other way round; whoever asks looks into the text. Texts never change and documents are
never removed, so the index only grows: it covers the documents up to a number, and those behind it are all candidates.
Where there is no FTS5 it covers nothing.

It grows in steps of some thousand code points, for somebody who edits waits until a step is done. A long text takes
many: its parts go in under one number, where a trigram counts once however often it is added. How far it got is
written with each part, so that a program that was killed goes on there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import starmap
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Exists, Select, bindparam, delete, func, insert, select

from annotator.store import layers, tables
from annotator.text.literals import Needs
from annotator.text.normalise import fold, fold_each
from annotator.workflow.ports import Layer, LayerKey
from annotator.workflow.search_port import StoredText, TextPage, TextQuery

_document, _layer, _annotation, _index = tables.document, tables.layer, tables.annotation, tables.search_index
_NAME: Final = "document_trigrams"
_VOCABULARY: Final = f"temp.{_NAME}_terms"
_CREATE: Final = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {_NAME}"
    " USING fts5(text, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')"
)
_ADD: Final = f"INSERT INTO {_NAME} (rowid, text) VALUES (?, ?)"  # noqa: S608 - a constant
_CANDIDATES: Final = (
    f"SELECT rowid FROM {_NAME} WHERE {_NAME} MATCH ? AND rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"  # noqa: S608 - a constant
)
_PART: Final = "document_trigrams_part"
"""Names the row that says how many bytes of the next document are in the index; its version names the document too."""
_STATE: Final = select(_index.c.name, _index.c.version, _index.c.covered).where(_index.c.name.in_((_NAME, _PART)))
_LENGTHS: Final = select(_document.c.number, _document.c.length).order_by(_document.c.number)
_ALL_TEXTS: Final = select(*(_document.c[name] for name in ("number", "id", "title", "text"))).order_by(
    _document.c.number
)
_TEXTS: Final = _ALL_TEXTS.where(_document.c.number.in_(bindparam("of_numbers", expanding=True)))
_TEXTS_BETWEEN: Final = _ALL_TEXTS.where(_document.c.number.between(bindparam("first"), bindparam("last")))
_BEHIND: Final = _LENGTHS.where(_document.c.number > bindparam("after")).limit(bindparam("most")).subquery()
_EXTENT: Final = select(func.max(_BEHIND.c.number), func.sum(_BEHIND.c.length))
_LAST: Final = select(func.max(_document.c.number))
_NAMED: Final = (
    select(_document.c.id, _layer.c.number, _layer.c.revision)
    .join(_document, _layer.c.document == _document.c.number)
    .where(_layer.c.name == bindparam("layer_name"), _document.c.id.in_(bindparam("of_ids", expanding=True)))
)
_SIZE: Final = 1_000_000
"""Code points in one page, unless one document alone has more."""
_AT_ONCE: Final = 100
"""Documents in one step of the index, at most."""
_STEP: Final = 40_000
"""Code points in one step, at most: somebody who edits meanwhile waits for no more, some milliseconds."""
_STEP_BYTES: Final = 1 << 16
"""The same for a part of a text, in bytes of UTF-8."""
_BEFORE: Final = 64
"""Bytes before a part that are looked at first for the two letters with which the trigrams across its seam begin."""
_LAYERS: Final = 500
_END: Final = "\n\n"
"""Behind every indexed text, so that its last two code points begin a trigram too."""
_MOST_TERMS: Final = 200
"""Of two letters that begin more trigrams than this, the index knows too little."""


class Reached(NamedTuple):
    """How far the index is: the last document of those that it covers, and the bytes of the next one that are in it."""

    number: int
    part: int = 0


class Step(NamedTuple):
    """What the index takes in next, to get from `start` to `end`, with `last` the last document of all.

    `texts` are whole ones by their documents' numbers, or a part of one: then `before` holds what its first trigrams
    begin with.
    """

    start: Reached
    end: Reached
    last: int
    texts: Sequence[tuple[int, str]]
    before: str = ""

    @property
    def forms(self) -> list[tuple[int, str]]:
        """The texts as the index takes them apart."""
        numbers, texts = zip(*self.texts, strict=True)
        end = "" if self.end.part else _END
        return [
            (number, self.before + folded.text + end) for number, folded in zip(numbers, fold_each(texts), strict=True)
        ]


@cache
def version() -> str:
    """Names how texts are folded: an index made with another folding is of no use."""
    blocks = ((0x20, 0x3000), (0xFB50, 0xFFF0))
    folded = fold("\n".join(chr(code) for first, end in blocks for code in range(first, end))).text
    return hashlib.sha256(f"{_CREATE}\n{_END}\n{folded}".encode()).hexdigest()[:16]


def covered(connection: Connection) -> int:
    """The number of the last document that the index covers; 0 where there is none that can be used."""
    return _reached(connection, None).number


def _reached(connection: Connection, following: int | None) -> Reached:
    """How far the index is; FOLLOWING is the number of the document behind those that it covers."""
    said = {row.name: row for row in connection.execute(_STATE)}
    whole, part = said.get(_NAME), said.get(_PART)
    if whole is None or whole.version != version():
        return Reached(0)
    of_it = part is not None and following is not None and part.version == _version_of_part(following)
    return Reached(whole.covered, part.covered if part is not None and of_it else 0)


def _version_of_part(number: int) -> str:
    return f"{version()} {number}"


def uncovered(connection: Connection) -> Step | None:
    """The next step of the index; None when it covers everything."""
    lengths = connection.execute(_LENGTHS.where(_document.c.number > covered(connection)).limit(_AT_ONCE)).all()
    if not lengths:
        return None
    last: int = connection.scalar(_LAST) or 0
    first = lengths[0].number
    start = _reached(connection, first)
    numbers, room = [], _STEP
    for number, length in lengths:
        room -= length
        if room < 0:
            break
        numbers.append(number)
    if numbers and not start.part:
        rows = connection.execute(_TEXTS, {"of_numbers": numbers}).all()
        return Step(start, Reached(numbers[-1]), last, [(row.number, row.text) for row in rows])
    before, text, end = _part(connection, first, start.part)
    reached = Reached(start.number, end) if end else Reached(first)
    return Step(start, reached, last, [(first, text)], before)


def _part(connection: Connection, number: int, start: int) -> tuple[str, str, int]:
    """Of a document the part from the byte START on, and where that ends, 0 for the end of the text.

    Before it the last two code points, folded, of what comes first. Only these bytes are read.
    """
    driver: Any = connection.connection.dbapi_connection
    with driver.blobopen(_document.name, _document.c.text.name, number, readonly=True) as blob:

        def read(first: int, behind: int) -> bytes:
            blob.seek(first)
            return bytes(blob.read(behind - first))

        end = min(start + _STEP_BYTES, len(blob))
        data = read(start, end)
        if end < len(blob):
            data = data[: _whole(data) or len(data)]  # never nothing
        before, size = "", _BEFORE
        while start and len(before) < 2:
            first = max(0, start - size)
            before = fold(read(first, start).decode("utf-8", "ignore")).text[-2:]
            if first == 0:
                break
            size *= 8
        behind = start + len(data)
        return before, data.decode("utf-8", "replace"), behind if behind < len(blob) else 0


def _whole(data: bytes) -> int:
    """How many bytes of DATA, cut anywhere, are whole code points of UTF-8; all of them where it is none."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] & 0xC0 != 0x80:  # the first byte of the last code point
            return len(data) - back
    return len(data)


def add(connection: Connection, step: Step, forms: Sequence[tuple[int, str]]) -> None:
    """Take the FORMS of STEP into the index; nothing when somebody else was faster."""
    if _reached(connection, step.texts[0][0]) != step.start:
        return
    if step.start == Reached(0):  # none yet, or one of another version
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_NAME}")
    connection.exec_driver_sql(_CREATE)
    connection.exec_driver_sql(_ADD, list(forms))
    connection.execute(delete(_index).where(_index.c.name.in_((_NAME, _PART))))
    rows = [{"name": _NAME, "version": version(), "covered": step.end.number}]
    if step.end.part:
        rows.append({"name": _PART, "version": _version_of_part(step.texts[0][0]), "covered": step.end.part})
    connection.execute(insert(_index), rows)


def page(connection: Connection, wanted: TextQuery, after: int, limit: int, *, indexed: bool) -> TextPage:
    """The next documents that WANTED may be in, behind the number AFTER; INDEXED says whether there can be an index."""
    total: int = connection.scalar(_LAST) or 0
    numbers = _candidates(connection, wanted, after, limit) if indexed and wanted.folded else None
    if numbers is None and not wanted.document and not wanted.layer:
        last, size = connection.execute(_EXTENT, {"after": after, "most": limit}).one()
        if last is None or size <= _SIZE:  # all of them, as they stand in the table
            rows = connection.execute(_TEXTS_BETWEEN, {"first": after + 1, "last": last or 0}).all()
            return TextPage(tuple(starmap(StoredText, rows)), last or 0, total)
    query = _LENGTHS.where(_document.c.number > after)
    if numbers is not None:
        query = query.where(_document.c.number.in_(numbers))
    if wanted.document:
        query = query.where(_document.c.id == wanted.document)
    if wanted.layer:
        query = query.where(_is_labelled(wanted))
    found, cut = _some(connection, query, limit)
    last = found[-1] if found else 0
    rows = connection.execute(_TEXTS, {"of_numbers": found}).all() if found else ()
    if numbers is not None and not cut:
        last = numbers[-1] if numbers else 0  # the other conditions said no to those behind the last one found
    return TextPage(tuple(starmap(StoredText, rows)), last, total)


def _some(connection: Connection, query: Select[Any], limit: int) -> tuple[list[int], bool]:
    """The numbers of the first documents of QUERY that fit on one page; and whether their size left others out."""
    found: list[int] = []
    room = _SIZE
    for number, length in connection.execute(query.limit(limit)).all():
        if found and length > room:
            return found, True
        room -= length
        found.append(number)
    return found, False


def _candidates(connection: Connection, wanted: TextQuery, after: int, limit: int) -> list[int] | None:
    """Numbers behind AFTER, ascending, of documents that may hold what is wanted; None: any may."""
    end = covered(connection)
    if after >= end:
        return None
    terms = _all_of(connection, wanted.folded)
    if terms is None:
        return None
    numbers = list(connection.exec_driver_sql(_CANDIDATES, (terms, after, end, limit)).scalars()) if terms else []
    if len(numbers) < limit:
        behind = select(_document.c.number).where(_document.c.number > end).order_by(_document.c.number)
        numbers += connection.scalars(behind.limit(limit - len(numbers))).all()
    return numbers


def _all_of(connection: Connection, groups: Needs) -> str | None:
    """What to ask FTS5 for: something of each of GROUPS; empty when nothing can match, None when it cannot help."""
    asked = [expression for group in groups if (expression := _any_of(connection, group)) is not None]
    if "" in asked:
        return ""
    return " AND ".join(f"({expression})" for expression in dict.fromkeys(asked)) or None


def _any_of(connection: Connection, texts: Sequence[str]) -> str | None:
    """The same for one of TEXTS."""
    asked = []
    for text in texts:
        expression = _expression(connection, text)
        if expression is None:
            return None
        if expression:
            asked.append(f"({expression})")
    return " OR ".join(asked)


def _expression(connection: Connection, folded: str) -> str | None:
    """The same for one text: all its trigrams."""
    if len(folded) >= 3:
        return " AND ".join(sorted({_quoted(folded[at : at + 3]) for at in range(len(folded) - 2)}))
    if len(folded) < 2:
        return None
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {_VOCABULARY} USING fts5vocab('main', '{_NAME}', 'row')"
    )
    ends = (folded, folded + chr(0x10FFFF), _MOST_TERMS + 1)
    asked = f"SELECT term FROM {_VOCABULARY} WHERE term >= ? AND term <= ? LIMIT ?"  # noqa: S608 - a constant
    terms = list(connection.exec_driver_sql(asked, ends).scalars())
    return None if len(terms) > _MOST_TERMS else " OR ".join(map(_quoted, terms))


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _is_labelled(wanted: TextQuery) -> Exists:
    """Whether the document's layer has an annotation of the wanted type, or one whose data looks so.

    Asked of one document after the other, so that a page costs no more than the documents it passes.
    """
    query = (
        select(_annotation.c.id)
        .join(_layer, _annotation.c.layer == _layer.c.number)
        .where(
            _layer.c.document == _document.c.number,
            _layer.c.name == wanted.layer,
            _annotation.c.kind.in_(("entity", "event")),
        )
        .correlate(_document)
    )
    if wanted.label:
        query = query.where(_annotation.c.data.contains(f'"type":"{wanted.label}"', autoescape=True))
    return query.exists()


def layers_named(connection: Connection, name: str, documents: Iterable[str]) -> dict[str, Layer]:
    """The layers called NAME of those DOCUMENTS that have one, by the document's id."""
    ids = list(dict.fromkeys(documents))
    found: dict[str, Layer] = {}
    for first in range(0, len(ids), _LAYERS):
        some = {"layer_name": name, "of_ids": ids[first : first + _LAYERS]}
        for id, number, revision in connection.execute(_NAMED, some).all():
            found[id] = Layer(LayerKey(id, name), revision, layers.read_annotations(connection, number))
    return found
