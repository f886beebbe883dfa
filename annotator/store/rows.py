"""What the rows hold, without SQLAlchemy: shared by the store and by the fast path to the first frame."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from annotator.errors import StoreError
from annotator.model.annotations import Annotation
from annotator.model.codec import decode, decode_edit, encode

if TYPE_CHECKING:
    from annotator.model.operations import Edit

HEAD: Final = "0004"
"""The newest migration: the revision that a database of this version of the program carries."""

_AT_ONCE: Final = 64

LAST_DOCUMENT: Final = "last_document"
"""The key of a person's state that holds the id of the document they had open."""

# Sorted keys, so that equal annotations are equal text. JSON has no NaN, and a score of NaN would never equal itself.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def check_storable(*texts: str) -> None:
    """StoreError for a text that no database can hold: one with a lone surrogate (UTF-8) or NUL (PostgreSQL)."""
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            code = ord(text[error.start])
            raise StoreError(
                f"a text cannot be stored: U+{code:04X} at offset {error.start} is half of a surrogate pair",
                where=_shown(text),
                hint="Repair the text, or read the file in its right encoding",
            ) from None
        if "\0" in text:
            raise StoreError(f"a text cannot be stored: NUL at offset {text.index(chr(0))}", where=_shown(text))


def _shown(text: str) -> str:
    return ascii(text[:40])[1:-1]


def to_json(value: dict[str, Any]) -> str:
    """VALUE as one line of JSON, the same for equal values. StoreError when JSON or UTF-8 cannot hold it."""
    try:
        text = _ENCODER.encode(value)
    except ValueError as error:
        raise StoreError(f"an annotation cannot be stored ({error})", where=str(value.get("id", ""))) from None
    if not text.isascii():
        check_storable(text)
    return text


def from_json(text: str) -> dict[str, Any]:
    """The object that `to_json` wrote. StoreError when the text is damaged."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise StoreError(f"a stored value cannot be read ({error})", where=_shown(text)) from None
    if not isinstance(value, dict):
        raise StoreError("a stored value is no object", where=_shown(text))
    return value


def annotation_data(annotation: Annotation) -> str:
    """ANNOTATION as the text of its row."""
    return to_json(encode(annotation))


def decode_one(data: str) -> Annotation:
    """The annotation of one row."""
    return decode(from_json(data))


def decode_all(data: Sequence[str]) -> list[Annotation]:
    """The annotations of many rows, parsed some at a time as one text.

    Parsing each alone takes half as long again; parsing all at once fills fresh memory with what is dropped at once.
    """
    annotations: list[Annotation] = []
    with collector_paused():
        for first in range(0, len(data), _AT_ONCE):
            some = data[first : first + _AT_ONCE]
            try:
                values = json.loads(f"[{','.join(some)}]")
            except ValueError:
                values = [from_json(text) for text in some]  # to name the damaged one
            annotations += [decode(value) for value in values]
    return annotations


def decode_edit_row(text: str) -> Edit:
    """The edit of a row of the journal. StoreError when it is damaged."""
    try:
        return decode_edit(from_json(text))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"an edit of the journal cannot be read ({error!r})", where=text[:80]) from None


class Encoder:
    """Annotations and edits as the texts of their rows, each annotation encoded once.

    It knows them by identity: what it is given has to outlive it.
    """

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def annotation(self, annotation: Annotation) -> str:
        """As `annotation_data`."""
        text = self._texts.get(id(annotation))
        if text is None:
            text = self._texts[id(annotation)] = annotation_data(annotation)
        return text

    def edit(self, edit: Edit) -> str:
        """EDIT as the text of its row: what `to_json` would make of `encode_edit`, from texts there are."""
        changes = ",".join(f"[{self._side(step.before)},{self._side(step.after)}]" for step in edit.replacements)
        check_storable(edit.name)
        return f'{{"changes":[{changes}],"name":{_ENCODER.encode(edit.name)}}}'

    def same(self, data: str | None, annotation: Annotation | None) -> bool:
        """Whether a row (None: there is none) holds ANNOTATION."""
        if data is None or annotation is None:
            return data is None and annotation is None
        given = self.annotation(annotation)
        return data == given or decode_one(data) == decode_one(given)  # 1 and 1.0 are the same score

    def _side(self, annotation: Annotation | None) -> str:
        return "null" if annotation is None else self.annotation(annotation)


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection inside: thousands of new objects, none of them garbage, would set off many."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
