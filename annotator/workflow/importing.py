"""Bring files into the store: texts become documents, exchange files become documents with layers.

A file is stored whole or not at all, and what was stored is not read again: importing the same folder twice adds
what is new. Documents go in by batches, one transaction each; the annotations of a file in one transaction of their
own, so a file cut short there is completed by importing it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from annotator import formats
from annotator.errors import AccessError, AnnotatorError, FormatError, OperationError, StoreError, TextError
from annotator.formats.interface import AnnotatedDocument, NamedLayer
from annotator.model.checks import check_layer
from annotator.model.documents import Document, id_from_name
from annotator.model.operations import Edit, Replacement
from annotator.model.schema import Schema
from annotator.text.decode import MAX_BYTES, check_encoding, decode
from annotator.workflow.people import require_writable
from annotator.workflow.ports import DECISIONS, LayerEdit, LayerKey, Store
from annotator.workflow.session import LONGEST_NAME, is_name, login_name, now
from annotator.workflow.sources import Unread, find_files, read_bytes, shown

Progress = Callable[[int, int], bool]
"""Called with files done and files in all; False stops the import, and what was done stays."""
OnDuplicate = Literal["skip", "add"]

TEXT_SUFFIX: Final = ".txt"
_BATCH_DOCUMENTS: Final = 200
_BATCH_LENGTH: Final = 4_000_000  # code points held before they are written
_EXCHANGE_LIMIT: Final = 8 * MAX_BYTES  # bytes; annotations outweigh their text
_SHOWN_PROBLEMS: Final = 3
_SHOWN_KEYS: Final = 5
_LONGEST_KEY: Final = 80
_MEND: Final = "Nothing of the file was imported: mend it, or add to the label schema what it lacks"


class Added(NamedTuple):
    """A file that became the document `id`, or brought annotations to it."""

    path: str
    id: str


class Skipped(NamedTuple):
    """A file with nothing new in it; `reason` says what is there already."""

    path: str
    reason: str


class Failed(NamedTuple):
    """A file that was not imported; `message` says why and what to do."""

    path: str
    message: str


class Remark(NamedTuple):
    """What a format's reader repaired or left out in a file that was imported."""

    path: str
    text: str


@dataclass(slots=True)
class ImportOutcome:
    """What became of each file, and what readers remarked.

    `passed_over` are the files in the folders named, but for hidden ones, whose ending tells no format.
    """

    added: list[Added] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    cancelled: bool = False


def suffixes() -> dict[str, str]:
    """The file endings that an import of a folder takes, each with its format; `TEXT_SUFFIX` with none."""
    return {TEXT_SUFFIX: "", **{info.extension: info.name for info in formats.FORMATS.values() if info.reads}}


def import_files(
    store: Store,
    paths: Sequence[Path | str],
    *,
    encoding: str | None = None,
    format: str | None = None,  # noqa: A002 - the option's name on the command line
    schema: Schema | None = None,
    who: str | None = None,
    progress: Progress | None = None,
    on_duplicate: OnDuplicate = "skip",
) -> ImportOutcome:
    """Import files and folders; a file that cannot be imported is reported, and the others go on.

    ENCODING overrides detection for texts. FORMAT names an exchange format for all files; without it the ending
    decides: what has no known ending is text when it is named, and passed over in a folder. SCHEMA is what imported
    annotations must follow; without it files with annotations are refused. WHO does the import, for the journal
    (default: the login name). A text that the store has already is skipped, or with ON_DUPLICATE "add" stored again
    under another id; annotations always go to the document with their text.

    StoreError when the database refuses, which says what is in already; UsageError for an encoding or a format that
    does not exist.
    """
    if format is not None:
        formats.get(format)
    if encoding is not None:
        check_encoding(encoding)
    run = _Import(store, schema, who or login_name(), on_duplicate)
    passed: list[Path] = []
    files = list(find_files(paths, suffixes() if format is None else None, passed))
    taken = set(files)
    run.outcome.passed_over = [shown(path) for path in dict.fromkeys(passed) if path not in taken]
    try:
        for done, found in enumerate(files):
            if progress is not None and not progress(done, len(files)):
                run.outcome.cancelled = True
                break
            if isinstance(found, Unread):
                run.outcome.failed.append(Failed(shown(found.path), found.message))
            else:
                run.file(found, encoding, suffixes().get(found.suffix.lower(), "") if format is None else format)
        run.flush()
    except StoreError as error:
        if there := len(run.outcome.added):
            stays = f"{there:,} of {len(files):,} files are in and stay; import again to add the rest"
            error.hint = f"{error.hint}. {stays}" if error.hint else stays
        raise
    if progress is not None and not run.outcome.cancelled:
        progress(len(files), len(files))
    return run.outcome


class _Import:
    """One import under way: documents wait in `pending` until their batch is written."""

    def __init__(self, store: Store, schema: Schema | None, who: str, on_duplicate: OnDuplicate) -> None:
        self.store = store
        self.schema = schema
        self.who = who
        self.on_duplicate = on_duplicate
        self.person = next((person for person in store.people() if person.name == who), None)
        self.outcome = ImportOutcome()
        self.pending: dict[str, tuple[str, Document]] = {}  # by id: path, document
        self.pending_digests: dict[str, str] = {}
        self.pending_length = 0

    def file(self, path: Path, encoding: str | None, format_name: str) -> None:
        """Import one file; what goes wrong with the file itself is written down."""
        name = shown(path)
        try:
            if format_name:
                self.exchange_file(path, name, format_name)
            else:
                self.text_file(path, name, encoding)
        except (AccessError, TextError, FormatError, OperationError) as error:
            self.outcome.failed.append(Failed(name, message(error, name)))

    def text_file(self, path: Path, name: str, encoding: str | None) -> None:
        decoded = decode(read_bytes(path, MAX_BYTES), encoding)
        _require_encodable(decoded.text)
        if not decoded.text.strip():
            self.outcome.remarks.append(Remark(name, "there is nothing to annotate in it"))
        document = Document.of(
            decoded.text,
            id=id_from_name(shown(path.stem)),
            source=shown(path.name),
            encoding=decoded.encoding,
            bom=decoded.bom,
        )
        self.add(name, document)

    def add(self, name: str, document: Document) -> str | None:
        """Queue DOCUMENT under an id that is free. None, and a note of it, when its text is there already."""
        known = self.known(document.sha256)
        if known is not None and self.on_duplicate == "skip":
            self.outcome.skipped.append(Skipped(name, f"its text is there already, as {known}"))
            return None
        document = replace(document, id=self.free_id(document.id))
        self.pending[document.id] = (name, document)
        self.pending_digests.setdefault(document.sha256, document.id)
        self.pending_length += len(document.text)
        if len(self.pending) >= _BATCH_DOCUMENTS or self.pending_length >= _BATCH_LENGTH:
            self.flush()
        return document.id

    def known(self, sha256: str) -> str | None:
        return self.pending_digests.get(sha256) or self.store.document_with_digest(sha256)

    def free_id(self, wanted: str) -> str:
        candidate, number = wanted, 1
        while candidate in self.pending or self.store.has_document(candidate):
            number += 1
            candidate = f"{wanted}-{number}"
        return candidate

    def flush(self) -> None:
        """Write what waits, in one transaction."""
        if self.pending:
            self.store.add_documents([document for _, document in self.pending.values()], now())
            self.outcome.added += [Added(name, id) for id, (name, _) in self.pending.items()]
        self.pending.clear()
        self.pending_digests.clear()
        self.pending_length = 0

    # -- files with annotations --------------------------------------------------------------------------------

    def exchange_file(self, path: Path, name: str, format_name: str) -> None:
        imported = formats.read(format_name, read_bytes(path, _EXCHANGE_LIMIT), where=name)
        if not imported.documents:
            raise FormatError("there is no document in it", hint="Nothing was imported")
        for item in imported.documents:
            _require_encodable(item.document.text)
            self.require_valid(item)
            self.require_rights(item)
        kept_not = [_not_kept(item.ext) for item in imported.documents if item.ext]
        repairs = [f"line {repair.line:,}: {repair.what} ({repair.why})" for repair in imported.repairs]
        self.outcome.remarks += [Remark(name, text) for text in (*repairs, *imported.notes, *kept_not)]
        for item in imported.documents:
            self.annotated(name, item)

    def annotated(self, name: str, item: AnnotatedDocument) -> None:
        known = self.known(item.document.sha256)
        layers = [layer for layer in item.layers if len(layer.annotations)]
        if not layers or known is None:
            known = self.add(name, item.document)
            if known is None or not layers:
                return
            self.flush()
        elif known in self.pending:
            self.flush()
        self.layers(name, known, layers)

    def layers(self, name: str, document: str, layers: Iterable[NamedLayer]) -> None:
        edits: list[LayerEdit] = []
        for layer in layers:
            key = LayerKey(document, layer.name or self.who)
            there = self.store.layer(key)
            if there.state == "submitted":
                self.outcome.skipped.append(Skipped(name, f"the layer {key.name} of {document} is submitted"))
                continue
            if there.revision:
                same = there.annotations == layer.annotations
                reason = f"the layer {key.name} of {document} {'is there already' if same else 'has been edited'}"
                self.outcome.skipped.append(Skipped(name, reason))
                continue
            new = tuple(Replacement(None, annotation) for annotation in layer.annotations.values())
            edits.append(LayerEdit(key, 0, Edit("Import", new)))
        if edits:
            self.store.commit(self.who, now(), edits)
            if not any(added.path == name and added.id == document for added in self.outcome.added[-_BATCH_DOCUMENTS:]):
                self.outcome.added.append(Added(name, document))

    def require_rights(self, item: AnnotatedDocument) -> None:
        """AccessError, before anything of ITEM is stored, when the person may not see or change such a layer."""
        for layer in item.layers:
            if len(layer.annotations):
                key = LayerKey(item.document.id, layer.name or self.who)
                self.store.layer(key)
                if self.person is not None:
                    require_writable(self.person, key)

    def require_valid(self, item: AnnotatedDocument) -> None:
        """OperationError when an annotation of ITEM breaks the schema, or does not fit its text."""
        for layer in item.layers:
            if not len(layer.annotations):
                continue
            if layer.name == DECISIONS:
                raise OperationError(f"{DECISIONS!r} is the layer that keeps adjudication's records; rename it")
            if layer.name and not is_name(layer.name):
                raise OperationError(
                    f"{layer.name[:40]!r} cannot be the name of a layer",
                    where=f"document {item.document.id}",
                    hint=f"Use at most {LONGEST_NAME} visible characters, not starting with '.'",
                )
            if self.schema is None:
                raise OperationError("it holds annotations, which need a label schema to be checked against")
            problems = check_layer(item.document.text, self.schema, layer.annotations)
            errors = [f"{problem.id}: {problem.what}" for problem in problems if problem.severity == "error"]
            if errors:
                more = f"; and {len(errors) - _SHOWN_PROBLEMS} more" if len(errors) > _SHOWN_PROBLEMS else ""
                what = "; ".join(errors[:_SHOWN_PROBLEMS]) + more
                place = f"document {item.document.id}, layer {layer.name or self.who}"
                raise OperationError(what, where=place, hint=_MEND)


def _not_kept(ext: Mapping[str, Any]) -> str:
    """What is said of the keys in EXT, for which the store has no place: how many, and the first JSON pointers."""
    some = ", ".join(pointer[:_LONGEST_KEY] for pointer in islice(ext, _SHOWN_KEYS))
    more = f" and {len(ext) - _SHOWN_KEYS:,} more" if len(ext) > _SHOWN_KEYS else ""
    keys = "1 key" if len(ext) == 1 else f"{len(ext):,} keys"
    return f"not kept, as this version of the program has no place for it: {keys}, {some}{more}"


def _require_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TextError(
            f"half a surrogate pair (U+{ord(text[error.start]):04X}) at offset {error.start:,} is no text",
            hint="Repair the program that wrote the file",
        ) from None


def message(error: AnnotatorError, name: str) -> str:
    """ERROR without the file's NAME in front, which the outcome gives beside it."""
    text = str(error)
    return text.removeprefix(f"{name}: ").removeprefix(f"{name}, ")
