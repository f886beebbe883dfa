"""What a JSON Schema cannot say about the native JSON: offsets, quotations, references, ids.

Asked both ways: a file that breaks one of these rules is not read, and a document that breaks one is not written.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from annotator.errors import TextError
from annotator.formats.interface import AnnotatedDocument
from annotator.model.annotations import (
    KINDS,
    Annotation,
    Annotations,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Record,
    Relation,
    fragments_of,
    in_text_order,
    references,
)
from annotator.model.documents import Document, check_id, digest

VERSION: Final = "1.0"
HELD: Final = tuple(name for name, kind in KINDS.items() if kind is not Record)
"""The kinds of annotation that the format holds: records are a workflow's own."""


TIME: Final = "^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))?$"
"""A time as RFC 3339 (the program writes UTC, to the millisecond), or nothing; whether there is such a day is no
question for a pattern."""


class Problem(NamedTuple):
    """Where in the file, and what is wrong there."""

    path: str
    what: str


def held(annotations: Annotations) -> list[Annotation]:
    """Those of ANNOTATIONS that the format holds, in the order in which they are written."""
    return in_text_order(item for item in annotations.values() if not isinstance(item, Record))


def problems(item: AnnotatedDocument) -> Iterator[Problem]:
    """Everything wrong with ITEM; paths number the annotations in text order, as they are written."""
    yield from document_problems(item.document)
    yield from layer_name_problems([layer.name for layer in item.layers])
    for number, layer in enumerate(item.layers):
        yield from annotation_problems(item.document.text, held(layer.annotations), f"layers[{number}]")


def document_problems(document: Document) -> Iterator[Problem]:
    """Problems of the document's id and of the digest of its text."""
    try:
        check_id(document.id)
    except TextError as error:
        yield Problem("document.id", f"{error.what}: {error.hint}")
    found = digest(document.text)
    if found != document.sha256:
        yield Problem("text_sha256", f"the text is not the one that was annotated: its SHA-256 is {found}")


def layer_name_problems(names: Sequence[str]) -> Iterator[Problem]:
    """Layers without a name, and names given twice."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if not name or name in seen:
            yield Problem(f"layers[{number}].name", f"a second layer is called {name!r}" if name else "it is empty")
        seen.add(name)


def annotation_problems(text: str, annotations: Sequence[Annotation], path: str) -> Iterator[Problem]:
    """Problems of the ANNOTATIONS of one layer of a document of TEXT; PATH is the layer's."""
    ids = {annotation.id for annotation in annotations}
    seen: set[str] = set()
    for number, annotation in enumerate(annotations):
        here = f"{path}.annotations[{number}]"
        if not annotation.id or annotation.id in seen:
            yield Problem(f"{here}.id", f"{annotation.id!r} is the id of an annotation before it")
        seen.add(annotation.id)
        if isinstance(annotation, Entity | Event | Relation | DocumentLabel) and not annotation.type:
            yield Problem(f"{here}.type", "it is empty")
        if not _is_time(annotation.provenance.at):
            yield Problem(f"{here}.provenance.at", no_time(annotation.provenance.at))
        yield from _fragment_problems(text, annotation, here)
        if isinstance(annotation, Chain) and len(set(annotation.members)) < max(2, len(annotation.members)):
            yield Problem(f"{here}.members", "a chain needs two members, and each only once")
        for target in references(annotation):
            if target == annotation.id:
                yield Problem(here, f"{target!r} refers to itself")
            elif target not in ids:
                yield Problem(here, f"it refers to {target!r}, which does not exist in this layer")


def no_time(given: str) -> str:
    """What is said of GIVEN, which is no time."""
    return f"{reprlib.repr(given)} is no time such as 2026-01-31T09:30:00.000Z"


def _is_time(given: str) -> bool:
    if not given:
        return True
    try:
        return re.fullmatch(TIME, given) is not None and bool(datetime.fromisoformat(given))
    except ValueError:
        return False


def _fragment_problems(text: str, annotation: Annotation, path: str) -> Iterator[Problem]:
    fragments = fragments_of(annotation)
    if isinstance(annotation, Entity | Event) and not fragments:
        yield Problem(f"{path}.fragments", "it covers no text")
    before = -1
    for number, (start, end) in enumerate(fragments):
        here = f"{path}.fragments[{number}]"
        if not 0 <= start < end <= len(text):
            yield Problem(here, f"[{start}, {end}) is no range of a text of {len(text)} code points")
        elif start <= before:
            yield Problem(here, "fragments must be in text order and may neither touch nor overlap")
        before = end
