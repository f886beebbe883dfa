"""What every exchange format takes and gives: values and bytes, never files.

A format module has `exporter(options, report)` when it writes and `read(data, where=...)` when it reads. An `Exporter`
is fed one document after the other and yields the bytes of its files piece by piece, so a corpus of any size passes
through without sitting in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from annotator.formats.loss import LossReport
from annotator.model.annotations import Annotations
from annotator.model.documents import Document
from annotator.model.schema import Schema

LayerRole = Literal["annotator", "model", "gold"]
Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Annotated:
    """One layer of one document, as it is written: `revision` is the layer's, None when it has none."""

    document: Document
    layer_name: str
    annotations: Annotations
    schema: Schema
    role: LayerRole = "annotator"
    revision: int | None = None


class Chunk(NamedTuple):
    """The next bytes of an output file; `file` is a plain name without a folder."""

    file: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A finished export: its files by name, and what they do not hold."""

    files: dict[str, bytes]
    report: LossReport


class Exporter(Protocol):
    """Writes documents one after the other; `report` grows with each."""

    report: LossReport

    def document(self, item: Annotated) -> Iterator[Chunk]:
        """The bytes that ITEM adds to the export, in order. FormatError when the format and its options forbid it.

        The report has counted the document once the iterator is used up.
        """
        ...


@dataclass(frozen=True, slots=True)
class NamedLayer:
    """One layer as a file holds it; `name` is empty when the file does not say whose it is."""

    name: str
    role: LayerRole
    annotations: Annotations
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class SchemaReference:
    """Which label schema a file was made with: `sha256` is that of the schema file, empty when unknown."""

    name: str
    version: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document with its layers, as a file holds it; `ext` is what a newer minor version added to the format."""

    document: Document
    layers: tuple[NamedLayer, ...]
    schema: SchemaReference | None = None
    ext: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repair:
    """Something in a file that was not as its format wants it, and how it was read; `line` counts from 1."""

    line: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held: its documents, and every place where the reader had to choose."""

    documents: tuple[AnnotatedDocument, ...]
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
