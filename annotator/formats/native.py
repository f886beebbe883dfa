"""The native JSON: everything the program knows about a document, in one file that versions well.

One document with any number of layers. Top-level keys stand on lines of their own, and so does each annotation, so a
change of one annotation is a change of one line. The bytes are a function of the content: fixed key order,
annotations in text order, attributes sorted by name, UTF-8 without a byte order mark, LF. `native_shape` describes
every key, `native_reader` reads.

The version is MAJOR.MINOR. A reader refuses another major version. Of a newer minor version it gives what it does not
know as `ext`, an object from JSON pointer (with names and ids in place of list indices) to value, which `dump` writes
as a top-level key. A project has no place for it: an import says what it does not keep. In a file of a version that
the reader does know, an unknown key is a mistake and is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from annotator.errors import FormatError
from annotator.formats.interface import Annotated, AnnotatedDocument, Chunk, NamedLayer, Options, SchemaReference
from annotator.formats.loss import LossReport
from annotator.formats.native_checks import VERSION, held, problems
from annotator.formats.native_reader import parse, read
from annotator.model.annotations import (
    Annotation,
    AttributeValue,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragments,
    Note,
    Provenance,
    Record,
    Relation,
    kind_of,
)

__all__ = ["NativeExporter", "dump", "exporter", "parse", "read"]

_ESCAPED_NUL: Final = rb"\u0000"
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # not where that backslash is itself escaped


class NativeExporter:
    """Writes one file per document, named by its id."""

    def __init__(self, report: LossReport) -> None:
        self.report = report

    def document(self, item: Annotated) -> Iterator[Chunk]:
        """The file of one document with one layer."""
        layer = NamedLayer(item.layer_name, item.role, item.annotations, item.revision)
        schema = SchemaReference(item.schema.name, item.schema.version, item.schema.digest)
        data = dump(AnnotatedDocument(item.document, (layer,), schema))
        for annotation in item.annotations.values():
            self.report.count_read(annotation)
            if isinstance(annotation, Record):
                self.report.add(item.document, annotation, "unsupported", "records are no part of the format")
            else:
                self.report.count_written(annotation)
        self.report.documents += 1
        yield Chunk(f"{item.document.id}.json", data)


def exporter(options: Options, report: LossReport) -> NativeExporter:  # noqa: ARG001 - every format takes options
    """An exporter; the format has no options."""
    return NativeExporter(report)


def dump(item: AnnotatedDocument) -> bytes:
    """ITEM as a file. FormatError for what `native_checks` forbids, lone surrogates, NUL and infinite scores."""
    document = item.document
    for path, what in problems(item):
        raise FormatError(what, where=f"{document.id}: {path}", hint="Nothing was written; mend the document first")
    try:
        data = "".join(f"{line}\n" for line in _lines(item)).encode()
    except (ValueError, RecursionError) as error:
        raise FormatError(f"JSON cannot hold this document: {_reason(error)}", where=document.id) from None
    if _ESCAPED_NUL in data and _NUL.search(data):
        raise FormatError("JSON cannot hold this document: there is NUL in a text", where=document.id)
    return data


def _lines(item: AnnotatedDocument) -> Iterator[str]:
    document, schema = item.document, item.schema
    origin = {"id": document.id, "title": document.title, "source": document.source, "encoding": document.encoding}
    label_schema = schema and {"name": schema.name, "version": schema.version, "sha256": schema.sha256}
    yield "{"
    yield f' "schema_version": {_dumps(VERSION)},'
    yield ' "offset_unit": "unicode_code_point",'
    yield ' "normalization": "none",'
    yield f' "document": {_dumps(origin | {"bom": document.bom})},'
    yield f' "text": {_dumps(document.text)},'
    yield f' "text_sha256": {_dumps(document.sha256)},'
    yield f' "label_schema": {_dumps(label_schema)},'
    yield ' "layers": ['
    for number, layer in enumerate(item.layers, 1):
        revision = {} if layer.revision is None else {"revision": layer.revision}
        opening = _dumps({"name": layer.name, "role": layer.role} | revision)
        yield f'  {opening[:-1]}, "annotations": ['
        ordered = held(layer.annotations)
        for place, annotation in enumerate(ordered, 1):
            yield f"   {_dumps(_value(document.text, annotation))}{',' if place < len(ordered) else ''}"
        yield "  ]}" if number == len(item.layers) else "  ]},"
    yield " ]," if item.ext else " ]"
    if item.ext:
        yield f' "ext": {_dumps(dict(sorted(item.ext.items())))}'
    yield "}"


def _value(text: str, annotation: Annotation) -> dict[str, Any]:
    value: dict[str, Any] = {"kind": kind_of(annotation), "id": annotation.id}
    match annotation:
        case Entity():
            value |= {"type": annotation.type, "fragments": _fragments(text, annotation.fragments)}
            value |= {"attributes": _attributes(annotation), "identifiers": annotation.identifiers}
        case Event():
            arguments = [{"role": argument.role, "target": argument.target} for argument in annotation.arguments]
            value |= {"type": annotation.type, "fragments": _fragments(text, annotation.fragments)}
            value |= {"arguments": arguments, "attributes": _attributes(annotation)}
        case Relation():
            value |= {"type": annotation.type, "source": annotation.source, "target": annotation.target}
            value |= {"attributes": _attributes(annotation)}
        case Chain():
            value |= {"members": annotation.members}
        case Note():
            value |= {"text": annotation.text, "target": annotation.target}
            value |= {"fragments": _fragments(text, annotation.fragments), "flagged": annotation.flagged}
        case DocumentLabel():
            value |= {"type": annotation.type, "value": annotation.value}
    return value | {"provenance": _provenance(annotation.provenance)}


def _fragments(text: str, fragments: Fragments) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "text": text[start:end]} for start, end in fragments]


def _attributes(annotation: Entity | Event | Relation) -> dict[str, AttributeValue]:
    return dict(sorted(annotation.attributes))


def _provenance(provenance: Provenance) -> dict[str, Any]:
    """What is known of it: empty parts are left out, the source never is."""
    rest = {
        "agent": provenance.agent or None,
        "at": provenance.at or None,
        "tool": provenance.tool or None,
        "score": provenance.score,
        "derived_from": provenance.derived_from or None,
    }
    return {"source": provenance.source} | {key: value for key, value in rest.items() if value is not None}


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return f"there is a lone surrogate, U+{ord(error.object[error.start]):04X}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
