"""Export: one layer of many documents to files of one format, with a report of what they do not hold."""

from __future__ import annotations

import difflib
import json
import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from annotator import formats
from annotator.errors import FormatError, OperationError, UsageError
from annotator.formats.interface import Annotated, LayerRole
from annotator.formats.loss import Loss, LossReport
from annotator.model.annotations import Annotations
from annotator.model.documents import check_id
from annotator.model.schema import Schema
from annotator.workflow.each_document import pages
from annotator.workflow.files import Staging, WrittenFile
from annotator.workflow.ports import GOLD, LayerKey, Store, Tally
from annotator.workflow.states import layer_of

_SHOWN: Final = 10
"""Documents that a message names."""
KEPT_LOSSES: Final = 10_000
"""How many losses an outcome's report names; the file of losses names every one."""
LOSSES: Final = ".losses.jsonl"
"""After the name of an output file: the file that names every loss of it, one JSON per line."""
CHECKSUMS: Final = ".sha256"
"""After the same name: the checksums of both, as `sha256sum --check` reads them."""

Progress = Callable[[int, int], bool]
"""Called with documents done and documents in all; False stops the export."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export: `documents` names them, None means all that have the layer.

    `output` is a folder; it is the path of a file when it ends in the format's extension and one file is written.
    `checksums` asks for the SHA-256 of each file in another beside it. Only with `unfinished` is gold written of
    documents whose adjudication has begun and is not done.
    """

    format: str
    layer: str
    output: Path
    documents: tuple[str, ...] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    checksums: bool = False
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class ExportOutcome:
    """What an export did. `skipped` are the documents asked for that do not have the layer.

    `report` names the first `KEPT_LOSSES` losses and counts all; `losses` are the files that name every one.
    """

    files: tuple[WrittenFile, ...]
    report: LossReport
    documents: int = 0
    skipped: tuple[str, ...] = ()
    cancelled: bool = False
    losses: tuple[Path, ...] = ()

    @property
    def all_losses(self) -> Path | None:
        """The file that names every loss; of several a pattern that finds them. None when nothing was lost."""
        if len(self.losses) > 1:
            return self.losses[0].with_name(f"*{LOSSES}")
        return self.losses[0] if self.losses else None


@dataclass(frozen=True, slots=True)
class Preview:
    """How an export of one document would begin, and what it would not hold."""

    file: str
    lines: tuple[str, ...]
    report: LossReport


class UnfinishedError(OperationError):
    """Gold of documents whose adjudication is not done was to be exported; whoever asked may ask for it as it is.

    `counts` says of which, and how much is open in each.
    """

    def __init__(self, undone: int, of: int, counts: str) -> None:
        super().__init__(
            f"the adjudication of {undone:,} of the {of:,} documents is not done",
            where=f"layer {GOLD}",
            hint=f"Decide what is open: {counts}",
        )
        self.counts = counts


def export(store: Store, schema: Schema, request: ExportRequest, progress: Progress | None = None) -> ExportOutcome:
    """Write the layer to files; they are all in place when this returns, or none is (but see `Staging.commit`).

    UsageError for an unknown format, option or layer, AccessError for one that the person may not see; FormatError
    where a policy says so; UnfinishedError for gold that is not finished; UnwritableError when the disk says no. Then,
    and when PROGRESS returns False, what stood in the folder is untouched.
    """
    info = formats.get(request.format)
    options = formats.settle(request.format, request.options)
    chosen, skipped = _choose(store, request)
    if request.layer == GOLD and not request.unfinished:
        _require_done(store, chosen)
    to_file = request.output.suffix.lower() == info.extension and not os.path.isdir(request.output)  # noqa: PTH112 - never raises
    with Staging(request.output.parent if to_file else request.output) as staging:
        lost: list[Loss] = []
        report = LossReport(KEPT_LOSSES, lost.append)
        exporter = formats.exporter(request.format, options, report)
        names = _Names(request.output.name if to_file else "")
        for done, name in enumerate(chosen):
            if progress is not None and not progress(done, len(chosen)):
                return ExportOutcome((), report, done, skipped, cancelled=True)
            output = ""
            for file, data in exporter.document(_annotated(store, schema, LayerKey(name, request.layer))):
                output = names.of(file)
                staging.append(output, data)
            if lost:
                staging.append(output + LOSSES, b"".join(map(_line, lost)))
                lost.clear()
        if unbalanced := report.imbalances():
            raise FormatError(
                f"this export lost count of its annotations ({'; '.join(unbalanced)})",
                hint="Nothing was written. The mistake is in the program; please report it",
            )
        _set_beside(staging, checksums=request.checksums)
        if progress is not None and not progress(len(chosen), len(chosen)):
            return ExportOutcome((), report, len(chosen), skipped, cancelled=True)
        files = staging.commit()
    losses = tuple(file.path for file in files if file.path.name.endswith(LOSSES))
    return ExportOutcome(files, report, len(chosen), skipped, losses=losses)


def _set_beside(staging: Staging, *, checksums: bool) -> None:
    """Beside each output file its CHECKSUMS; what an earlier export left there, and is no longer true, goes.

    What belongs to a file is named after it, so that no export touches what belongs to another's.
    """
    sums = {file.path.name: f"{file.sha256}  {file.path.name}\n" for file in staging.written()}
    for name, line in sums.items():
        if name.endswith(LOSSES):
            continue
        if name + LOSSES not in sums:
            staging.remove(name + LOSSES)
        if checksums:
            staging.append(name + CHECKSUMS, (line + sums.get(name + LOSSES, "")).encode())
        else:
            staging.remove(name + CHECKSUMS)


def preview(
    item: Annotated, format_name: str, options: Mapping[str, str] | None = None, lines: int = 12, width: int = 240
) -> Preview:
    """The first LINES lines, each at most WIDTH code points, of the export of ITEM. Errors are those of `export`."""
    exporter = formats.exporter(format_name, options)
    chunks = exporter.document(item)
    first = next(chunks, None)
    if first is None:
        return Preview("", (), exporter.report)
    data = bytearray(first.data)
    for _, more in chunks:  # to the end: only then has the report seen everything
        if data.count(b"\n") < lines:
            data += more
    text = bytes(data).decode("utf-8", "replace")
    return Preview(first.file, tuple(line[:width] for line in islice(text.split("\n"), lines)), exporter.report)


def role_of(layer: str, annotations: Annotations) -> LayerRole:
    """What a layer is: the gold, a model's when a model made all of it, or else an annotator's."""
    if layer == GOLD:
        return "gold"
    if annotations and all(annotation.provenance.source == "model" for annotation in annotations.values()):
        return "model"
    return "annotator"


class _Names:
    """Checks the names of output files; with `only`, the export goes to one file of that name."""

    def __init__(self, only: str) -> None:
        self.only = only
        self.spelt: dict[str, str] = {}

    def of(self, file: str) -> str:
        """The name under which FILE is written. UsageError when another file is in its way."""
        folded = unicodedata.normalize("NFC", file).casefold()
        known = self.spelt.setdefault(folded, file)
        if known != file:
            raise UsageError(
                f"{known!r} and {file!r} are the same file on many disks", hint="Export them into different folders"
            )
        if self.only and len(self.spelt) > 1:
            raise UsageError(
                f"there is more than one file to write, {self.only} cannot hold them", hint="Name a folder as output"
            )
        return self.only or file


def layer_counts(tally: Tally) -> dict[str, int]:
    """By name, in its order: how many documents have the layer."""
    counts: Counter[str] = Counter()
    for count in tally.layers:
        counts[count.name] += count.layers
    return dict(sorted(counts.items()))


def undone_gold(tally: Tally) -> int:
    """Of how many documents there is gold whose adjudication has begun and is not done."""
    return sum(count.layers for count in tally.layers if count.name == GOLD and count.adjudication == "open")


def _choose(store: Store, request: ExportRequest) -> tuple[list[str], tuple[str, ...]]:
    """The ids of the documents to write, and of those that do not have the layer."""
    having = store.documents_with(request.layer, most=None if request.documents is None else 1)
    if not having:
        counts = layer_counts(store.tally())
        there = [f"{name} ({count} document{'s' if count > 1 else ''})" for name, count in counts.items()]
        hint = f"There are: {', '.join(there)}" if there else "Nothing has been annotated yet"
        raise UsageError(f"no document has a layer {request.layer!r}", hint=hint)
    if request.documents is None:
        known = set(having)
        return having, tuple(id for id in store.document_ids() if id not in known)
    found = store.summaries(request.documents)
    if unknown := sorted({*request.documents}.difference(summary.id for summary in found)):
        near = difflib.get_close_matches(unknown[0], store.document_ids(), 1)
        hint = f"Did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"there is no document {unknown[0]!r}", hint=hint)
    chosen = [summary.id for summary in found if layer_of(summary, request.layer) is not None]
    if not chosen:
        raise UsageError(f"none of the documents asked for has a layer {request.layer!r}")
    return chosen, tuple(summary.id for summary in found if layer_of(summary, request.layer) is None)


def _require_done(store: Store, documents: Sequence[str]) -> None:
    """UnfinishedError when the adjudication of one of DOCUMENTS has begun and is not done."""
    undone: list[str] = []
    for page in pages(documents):
        begun = store.adjudications_of(page)
        undone += [id for id in page if id in begun and not begun[id].done]
    if not undone:
        return
    begun = store.adjudications_of(undone[:_SHOWN])
    shown = [(id, begun[id]) for id in undone[:_SHOWN] if id in begun]
    counts = [f"{id} ({one.open:,} of {one.items:,} items open)" for id, one in shown]
    more = f" and {len(undone) - _SHOWN:,} more" if len(undone) > _SHOWN else ""
    raise UnfinishedError(len(undone), len(documents), f"{', '.join(counts)}{more}")


def _annotated(store: Store, schema: Schema, key: LayerKey) -> Annotated:
    document = store.document(key.document)
    check_id(document.id)  # it names the file
    layer = store.layer(key)
    return Annotated(
        document, key.name, layer.annotations, schema, role_of(key.name, layer.annotations), layer.revision
    )


def _line(loss: Loss) -> bytes:
    return (json.dumps(loss.to_json(), ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
