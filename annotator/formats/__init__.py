"""Exchange formats, one module each, reader and writer together. Pure: bytes to model and back.

Here is what exists and the way in; a format's module is imported when it is first used.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from annotator.errors import UsageError

if TYPE_CHECKING:
    from annotator.formats.interface import Annotated, Exporter, Imported, Written
    from annotator.formats.loss import LossReport

__all__ = ["FORMATS", "FormatInfo", "Option", "exporter", "get", "read", "require_writer", "settle", "write"]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice a format leaves to whoever exports; the first of `choices` holds unless another is named."""

    name: str
    meaning: str
    choices: Mapping[str, str]

    @property
    def default(self) -> str:
        """The choice that holds unless another is named."""
        return next(iter(self.choices))


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """A format, as lists and help texts show it.

    `loses` says what it cannot hold, `passes_over` what an import does not keep of a file.
    """

    name: str
    title: str
    extension: str
    reads: bool
    writes: bool
    loses: str
    module: str
    passes_over: str = ""
    options: tuple[Option, ...] = ()


_CONLL_OPTIONS: Final = (
    Option(
        "files",
        "how documents are laid out on files",
        {
            "corpus": "one file for all documents, each opened by a -DOCSTART- line",
            "document": "one file for each document",
        },
    ),
    Option(
        "columns",
        "what the last column holds",
        {"entities": "entity mentions", "triggers": "event triggers"},
    ),
    Option(
        "boundary",
        "what becomes of a span that cuts a token",
        {
            "expand": "it grows to whole tokens",
            "split": "the token is cut at the span's boundary, so a clitic becomes a token of its own",
            "drop": "it is left out",
            "error": "the export stops",
        },
    ),
    Option(
        "overlap",
        "which of several overlapping spans is kept",
        {
            "outermost": "the one that starts first, of several the longest",
            "innermost": "the shortest, of several the first",
            "longest": "the longest, of several the first",
        },
    ),
    Option(
        "discontinuous",
        "what becomes of a span in several fragments",
        {"fragments": "each fragment is a mention of its own", "drop": "it is left out", "error": "the export stops"},
    ),
)

FORMATS: Final[dict[str, FormatInfo]] = {
    info.name: info
    for info in (
        FormatInfo(
            "json",
            "JSON, one file per document, lossless",
            ".json",
            reads=True,
            writes=True,
            loses="Nothing that was annotated: text, offsets, attributes and provenance come back as they were. The "
            "records that a workflow keeps beside annotations stay in the project.",
            module="annotator.formats.native",
            passes_over="Keys of a newer minor version; the import names them.",
        ),
        FormatInfo(
            "conll",
            "CoNLL-2003, four columns, IOB2",
            ".conll",
            reads=True,
            writes=True,
            loses="White space, nested and overlapping spans, attributes, identifiers, provenance, and either all "
            "events or all entities; relations, coreference, notes and document labels have no place in it.",
            module="annotator.formats.conll2003",
            passes_over="The columns between the first and the last, and where the file's tokens and sentences end: "
            "they are found anew in the text that its words make.",
            options=_CONLL_OPTIONS,
        ),
    )
}


class _Module(Protocol):
    """What a format's module has to offer."""

    def exporter(self, options: Mapping[str, str], report: LossReport) -> Exporter: ...

    def read(self, data: bytes, *, where: str) -> Imported: ...


def get(name: str) -> FormatInfo:
    """The format called NAME. UsageError, naming those that exist, when there is none."""
    found = FORMATS.get(name)
    if found is None:
        raise UsageError(f"there is no format {name!r}", hint=_hint(name, FORMATS))
    return found


def require_writer(name: str) -> None:
    """UsageError when there is no format called NAME, or it can only be read."""
    if not get(name).writes:
        raise UsageError(f"the format {name} can only be read", hint=_writers())


def settle(name: str, options: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every option of the format NAME with the choice made in OPTIONS or its default.

    UsageError for an option or a choice that the format does not have.
    """
    info = get(name)
    known = {option.name: option for option in info.options}
    chosen = {option.name: option.default for option in info.options}
    for key, value in (options or {}).items():
        option = known.get(key)
        if option is None:
            hint = _hint(key, known) if known else "It has no options"
            raise UsageError(f"the format {name} has no option {key!r}", hint=hint)
        if value not in option.choices:
            raise UsageError(f"the option {key} of {name} cannot be {value!r}", hint=_hint(value, option.choices))
        chosen[key] = value
    return chosen


def exporter(name: str, options: Mapping[str, str] | None = None, report: LossReport | None = None) -> Exporter:
    """A fresh exporter of the format NAME. UsageError when it does not exist, cannot write, or lacks an option."""
    from annotator.formats.loss import LossReport  # noqa: PLC0415 - this module stays light for lists and help

    chosen = settle(name, options)
    require_writer(name)
    return _module(name).exporter(chosen, LossReport() if report is None else report)


def write(name: str, item: Annotated, options: Mapping[str, str] | None = None) -> Written:
    """One document in the format NAME, as bytes. Errors are those of `exporter` and FormatError."""
    from annotator.formats.interface import Written  # noqa: PLC0415 - this module stays light for lists and help

    made = exporter(name, options)
    files: dict[str, bytearray] = {}
    for file, data in made.document(item):
        files.setdefault(file, bytearray()).extend(data)
    return Written({file: bytes(data) for file, data in files.items()}, made.report)


def read(name: str, data: bytes, *, where: str = "") -> Imported:
    """The documents in DATA, a file of the format NAME; WHERE names the file in errors.

    UsageError when the format does not exist or cannot be read; FormatError for bytes that are not of it.
    """
    if not get(name).reads:
        raise UsageError(f"the format {name} can only be written")
    return _module(name).read(data, where=where)


def _module(name: str) -> _Module:
    return cast("_Module", import_module(get(name).module))


def _writers() -> str:
    return "Formats that can be written: " + ", ".join(info.name for info in FORMATS.values() if info.writes)


def _hint(word: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    listed = "There are: " + ", ".join(known)
    return f"Did you mean {near[0]!r}? {listed}" if near else listed
