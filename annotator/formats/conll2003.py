"""CoNLL-2003: one token per line, four columns `token POS chunk tag`, a blank line after every sentence.

Written is IOB2 (every mention opens with `B-`), UTF-8, LF, one space between columns, `_` for the two columns nobody
annotated, and a `-DOCSTART- -X- -X- O` line with a blank line before every document. Source: Tjong Kim Sang and De
Meulder, CoNLL-2003 shared task; IOB2 as in CoNLL-2002. Reading is in `conll2003_reader`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from annotator.errors import FormatError
from annotator.formats.conll2003_reader import DOCSTART, read
from annotator.formats.flat import Policies, Tagged, lay_flat
from annotator.formats.interface import Annotated, Chunk, Options
from annotator.formats.loss import LossReport
from annotator.model.annotations import Entity, Event, make_fragments
from annotator.model.documents import id_from_name

__all__ = ["ConllExporter", "exporter", "read"]

_CHUNK: Final = 1000
"""Sentences that are handed over at once."""
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TAG = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+\Z")


class ConllExporter:
    """Writes entity mentions, or event triggers, as IOB2 tags."""

    def __init__(self, options: Options, report: LossReport) -> None:
        self.report = report
        self._policies = Policies.of(options)
        self._chosen: type[Entity | Event] = Event if options["columns"] == "triggers" else Entity
        self._per_document = options["files"] == "document"
        self._ending = ".triggers.conll" if self._chosen is Event else ".conll"

    def document(self, item: Annotated) -> Iterator[Chunk]:
        """The lines of one document."""
        file = (item.document.id if self._per_document else id_from_name(item.layer_name)) + self._ending
        for annotation in item.annotations.of(self._chosen):
            _check_type(item, annotation)
        sentences = lay_flat(item, self._chosen, self._policies, self.report)
        yield Chunk(file, f"{DOCSTART} -X- -X- O\n\n".encode())
        for start in range(0, len(sentences), _CHUNK):
            lines = [line for sentence in sentences[start : start + _CHUNK] for line in self._lines(item, sentence)]
            yield Chunk(file, "".join(lines).encode())

    def _lines(self, item: Annotated, sentence: list[Tagged]) -> Iterator[str]:
        text = item.document.text
        for start, end, tag in sentence:
            word = text[start:end]
            if _UNWRITABLE.search(word):
                why = "control characters and lone surrogates are written as U+FFFD"
                self.report.add_text(item.document, make_fragments([(start, end)]), "damaged", why)
                word = _UNWRITABLE.sub("\ufffd", word)
            yield f"{word} _ _ {tag}\n"
        yield "\n"


def exporter(options: Options, report: LossReport) -> ConllExporter:
    """An exporter with settled OPTIONS (see `annotator.formats.FORMATS`)."""
    return ConllExporter(options, report)


def _check_type(item: Annotated, annotation: object) -> None:
    name = getattr(annotation, "type", "")
    if not _TAG.match(name):
        raise FormatError(
            f"the type {name!r} cannot be a tag: it is empty, or has white space or control characters in it",
            where=item.document.id,
            hint="Rename the type in the label schema",
        )
