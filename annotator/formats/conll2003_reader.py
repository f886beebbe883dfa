"""Reads CoNLL-2002 and CoNLL-2003 files, also untidy ones: what had to be mended is reported line by line.

The first column is the token, the last the tag; columns between are not read. Such a file has no text of its own:
it is rebuilt with one space between tokens and one newline between sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final, NamedTuple

from annotator.errors import FormatError
from annotator.formats.interface import AnnotatedDocument, Imported, NamedLayer, Repair
from annotator.formats.tag_schemes import OUTSIDE, Scheme, Tag, decode, detect, parse
from annotator.model.annotations import Annotations, Entity, Fragment, Provenance
from annotator.model.documents import Document, id_from_name

DOCSTART: Final = "-DOCSTART-"

_EMPTY: Final = ("_", "-X-", "-")
_GLUED = re.compile(r"(O|[BIESLU]-[A-Za-z_]+)(?=[^\x00-\x7f])(.+)\Z")  # a line break lost: `. Oالإصابة O`
_INVISIBLE = re.compile("[\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+\\Z")


class _Row(NamedTuple):
    line: int
    token: str
    tag: Tag


class _Reader:
    def __init__(self, content: str, where: str) -> None:
        self.where = where
        self.repairs: list[Repair] = []
        self.lines = content.split("\n")
        self.untagged = 0
        self.middle = False
        """Whether a column between the first and the last says anything."""
        counts = Counter(len(_fields(line)) for line in self.lines[:10_000] if not line.startswith(DOCSTART))
        del counts[0]
        self.columns = max(counts, key=lambda count: counts[count], default=0)

    def repair(self, line: int, what: str, why: str) -> None:
        self.repairs.append(Repair(line, what[:80], why))

    def documents(self) -> list[list[list[_Row]]]:
        """Documents of sentences of rows; sentences are never empty."""
        documents: list[list[list[_Row]]] = []
        sentence: list[_Row] = []
        rows = 0
        for number, line in enumerate(self.lines, 1):
            starts = line.startswith(DOCSTART)
            if starts or not line.strip():
                sentence = []
            if starts:
                documents.append([])
            elif line.strip():
                for row in self.rows(number, line):
                    rows += 1
                    if not documents:
                        documents.append([])
                    if not sentence:
                        documents[-1].append(sentence)
                    sentence.append(row)
        if self.untagged * 2 > rows or (self.repairs and not rows):
            raise FormatError(
                f"this is no CoNLL file: {self.untagged} of {rows} tokens have no tag in the last column",
                where=self.where,
                hint="Each line is a token, a space, and last a tag such as O, B-PERS or I-PERS",
            )
        return documents

    def rows(self, number: int, line: str) -> Iterator[_Row]:
        """The rows of one line that is not blank: one, if the file is as it should be."""
        fields = _fields(line)
        tag = self.tag(number, line, fields[-1]) if len(fields) > 1 else None
        if len(fields) == self.columns and tag is not None:
            self.middle |= any(field not in _EMPTY for field in fields[1:-1])
            yield _Row(number, fields[0], tag)
            return
        if tag is None and line.startswith("#") and len(fields) != self.columns:
            self.repair(number, line, "read as a comment")
            return
        if len(fields) == 1:
            if parse(fields[0]) is not None:
                self.repair(number, line, "a tag without a token; left out")
                return
            self.repair(number, line, "a token without a tag; read as O")
            self.untagged += 1
            yield _Row(number, fields[0], OUTSIDE)
            return
        if tag is None:
            self.repair(number, line, f"{fields[-1]!r} is no tag; read as O")
            self.untagged += 1
            tag = OUTSIDE
        if len(fields) <= self.columns or self.columns != 2:
            if len(fields) != self.columns:
                self.repair(number, line, f"{len(fields)} columns, not {self.columns}; the first and the last are read")
            yield _Row(number, fields[0], tag)
            return
        yield from self.glued(number, line, fields[:-1], tag)

    def glued(self, number: int, line: str, words: list[str], tag: Tag) -> Iterator[_Row]:
        """The rows of a line with too many words: a lost line break, or spaces inside the token."""
        lost = _GLUED.match(words[1]) if len(words) == 2 else None
        if lost is not None and (own := parse(lost[1])) is not None:
            self.repair(number, line, "read as two lines")
            yield _Row(number, words[0], own)
            yield _Row(number, lost[2], tag)
            return
        tags = [found for word in words[1:] if (found := parse(word)) is not None and found.type]
        if tags and len(tags) == len(words) - 1:
            self.repair(number, line, f"{len(words)} tags, as of nested mentions; the first is read")
            yield _Row(number, words[0], tags[0])
            return
        joined: list[str] = []
        for word in words:
            if joined and _INVISIBLE.match(word):
                joined[-1] += word
            else:
                joined.append(word)
        why = "an invisible character stood apart" if len(joined) == 1 else f"read as {len(joined)} tokens"
        self.repair(number, line, why)
        for word in joined:
            yield _Row(number, word, tag)
            tag = Tag("I", tag.type) if tag.prefix == "B" else tag

    def tag(self, number: int, line: str, field: str) -> Tag | None:
        """The tag in FIELD, mended where the slip is known; None when it is no tag."""
        tag = parse(field)
        if tag is not None:
            return tag
        prefix, _, name = field.partition("-")
        if field in ("OO", "IO", "o", "0") and self.columns > 1:
            mended: Tag | None = OUTSIDE
        elif name.strip("-") and len(prefix) == 1:
            mended = parse(f"{prefix.upper()}-{name.lstrip('-')}")
        else:
            mended = None
        if mended is not None:
            read_as = f"{mended.prefix}-{mended.type}" if mended.type else "O"
            self.repair(number, line, f"{field!r} is read as {read_as}")
        return mended


def _fields(line: str) -> list[str]:
    """The columns of LINE: cut at tabs when those leave a last column that can be a tag, or else at white space."""
    if "\t" in line:
        fields = [field.strip() for field in line.strip().split("\t") if field.strip()]
        if fields and len(fields[-1].split()) == 1:
            return fields
    return line.split()


def read(data: bytes, *, where: str = "") -> Imported:
    """The documents of a CoNLL-2002 or CoNLL-2003 file, with its mentions as entities.

    FormatError when DATA is not UTF-8 or when most of its lines end in no tag. Every repair names its line.
    """
    content = _decode(data, where)
    reader = _Reader(content, where)
    documents = reader.documents()
    scheme = detect([row.tag for row in sentence] for document in documents for sentence in document)
    stem = id_from_name(PurePath(where.replace("\\", "/")).stem) if where else "conll"
    made = []
    for number, sentences in enumerate(documents, 1):
        name = stem if len(documents) == 1 else f"{stem}-{number:04}"
        made.append(_document(name, sentences, scheme, PurePath(where).name, reader.repairs))
    notes = [f"tag scheme {scheme}, {reader.columns} columns"]
    if reader.middle:
        notes.append("the columns between the first and the last are not read")
    return Imported(tuple(made), tuple(sorted(reader.repairs, key=lambda repair: repair.line)), tuple(notes))


def _decode(data: bytes, where: str) -> str:
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"byte {error.start} is not UTF-8 ({error.reason})", where=where, hint="Convert the file to UTF-8 first"
        ) from None
    if "\0" in content:
        line = content.count("\n", 0, content.index("\0")) + 1
        raise FormatError("NUL cannot be part of a document", where=f"{where}, line {line}".lstrip(", "))
    return content.replace("\r\n", "\n").replace("\r", "\n")


def _document(
    name: str, sentences: list[list[_Row]], scheme: Scheme, source: str, repairs: list[Repair]
) -> AnnotatedDocument:
    lines: list[str] = []
    entities: list[Entity] = []
    offset = 0
    for rows in sentences:
        starts = []
        for row in rows:
            starts.append(offset)
            offset += len(row.token) + 1
        for mention in decode([row.tag for row in rows], scheme):
            last = mention.last - 1
            fragment = Fragment(starts[mention.first], starts[last] + len(rows[last].token))
            provenance = Provenance("import", tool="conll")
            entities.append(Entity(f"e-{len(entities) + 1:06}", mention.type, (fragment,), (), (), provenance))
            if mention.fault:
                words = " ".join(row.token for row in rows[mention.first : mention.last])
                what = f"{mention.type} {words}"[:80]
                repairs.append(Repair(rows[mention.first].line, what, f"{mention.fault}; read as a mention"))
        lines.append(" ".join(row.token for row in rows))
    document = Document.of("\n".join(lines), id=name, source=source)
    return AnnotatedDocument(document, (NamedLayer("", "annotator", Annotations(entities)),))
