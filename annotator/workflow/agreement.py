"""Agreement over a project: which layers are compared, read in portions, and the differences behind a number."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import comb
from pathlib import Path
from typing import Final

from annotator.agreement.disagreements import Disagreement, disagreements
from annotator.agreement.html import page
from annotator.agreement.measures import DEFAULT, Measure, measures_of
from annotator.agreement.study import Excluded, Settings, Study
from annotator.agreement.tables import as_csv, tables
from annotator.errors import UsageError
from annotator.model.schema import Schema
from annotator.workflow.agreement_pool import NoProcessError, Pool, StoppedError
from annotator.workflow.agreement_task import Chosen, Task, read
from annotator.workflow.files import Staging, WrittenFile, write_atomically
from annotator.workflow.ports import GOLD, RESERVED, DocumentSummary, LayerSummary, Store
from annotator.workflow.session import now

RESAMPLES: Final = 1000
"""How often documents are drawn again for the confidence intervals of a small project."""
_FEWEST: Final = 300
_DRAWN: Final = 300_000
"""Documents drawn in all, by which a large project has fewer resamples: of many documents fewer tell as much."""
_LARGE: Final = 1000
"""Documents times pairs from which on several processes are worth their start."""
_LENGTH: Final = 3000
"""Code points of a document; a longer one counts as several."""

Progress = Callable[[int, int], bool]
"""Called with documents done and documents in all; False stops the study."""


@dataclass(frozen=True, slots=True)
class StudyRequest:
    """What to study. `layers` are the annotators, empty: everybody; `measures` are ids, empty: the default ones.

    Without `all_layers` only what is submitted counts. With `gold` everybody is compared with the gold too. `label`
    restricts everything to one label. `documents` names documents, None means all. `resamples` None: as many as
    are good for the number of documents.
    """

    layers: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    label: str = ""
    documents: tuple[str, ...] | None = None
    all_layers: bool = False
    gold: bool = False
    resamples: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request comes to. `reference` is empty where there is none."""

    annotators: tuple[str, ...]
    reference: str = ""
    documents: tuple[Chosen, ...] = ()
    excluded: tuple[Excluded, ...] = field(default=())


def study(
    store: Store,
    name: str,
    schema: Schema,
    request: StudyRequest,
    progress: Progress | None = None,
    *,
    reopen: Callable[[], Store] | None = None,
) -> Study | None:
    """Compute the study of the project called NAME; None when PROGRESS stopped it.

    With REOPEN, which opens the same store once more and can be pickled, a large study is made by several processes.
    UsageError for a measure, layer, label or document that is not there.
    """
    measures = chosen_measures(schema, request.measures)
    if request.label:
        check_label(schema, request.label)
    choice = choose(store.documents(), request, _undecided(store) if request.gold else ())
    which = "all" if request.all_layers else "submitted"
    settings = Settings(which, request.label, _resamples(request, choice), request.seed)
    ids = tuple(measure.id for measure in measures)
    task = Task(ids, not request.measures, choice.annotators, choice.reference, schema, settings)
    total = len(choice.documents)
    stopped = False

    def going(done: int) -> bool:
        nonlocal stopped
        stopped = progress is not None and not progress(done, total)
        return not stopped

    if reopen is not None and _work(choice) >= _LARGE:
        try:
            with Pool(task, reopen, going) as pool:
                collected = pool.collected(choice.documents)
                return collected.study(name, now(), choice.excluded, pool.summarised)
        except StoppedError:
            return None
        except NoProcessError:  # then without
            pass
    collected = task.collected(store, choice.documents, going)
    return None if stopped or not going(total) else collected.study(name, now(), choice.excluded)


def _work(choice: Choice) -> int:
    """How much there is to compare, in documents times pairs."""
    pairs = comb(len(choice.annotators) + bool(choice.reference), 2)
    return pairs * sum(max(1, document.length // _LENGTH) for document in choice.documents)


def _resamples(request: StudyRequest, choice: Choice) -> int:
    if request.resamples is not None:
        return request.resamples
    return max(_FEWEST, min(RESAMPLES, _DRAWN // max(1, len(choice.documents))))


def differences(
    store: Store,
    schema: Schema,
    left: str,
    right: str,
    documents: Iterable[str],
    *,
    measure: str = "",
    label: str = "",
) -> Iterator[Disagreement]:
    """How the layers LEFT and RIGHT differ in those DOCUMENTS: those that MEASURE is about, and LABEL, where named.

    Documents that lack one of the layers have no differences. UsageError for a measure that there is not.
    """
    about = chosen_measures(schema, (measure,))[0] if measure else None
    days = {left: "", right: ""}
    for chosen, _, layers in read(store, [Chosen(id, 0, days) for id in documents], texts=False):
        if len(layers) == 2:
            for found in disagreements(chosen.id, layers[left], layers[right], schema):
                if (about is None or about.concerns(found)) and (not label or found.is_about(label)):
                    yield found


def write_html(study: Study, schema: Schema, path: Path) -> WrittenFile:
    """Write the report to PATH, whole or not at all. UnwritableError when the disk says no."""
    titles = {label.name: label.titles.ar for label in (*schema.labels(), *schema.relations)}
    return write_atomically(path, page(study, titles).encode("utf-8", "replace"))


def write_csv(study: Study, folder: Path) -> tuple[WrittenFile, ...]:
    """Write a file for each table of STUDY into FOLDER: all, or none. UnwritableError when the disk says no."""
    with Staging(folder) as staging:
        for name, rows in tables(study).items():
            staging.append(f"{name}.csv", as_csv(rows).encode("utf-8", "replace"))
        return staging.commit()


# -- what is compared ----------------------------------------------------------------------------------------------


def chosen_measures(schema: Schema, ids: Collection[str]) -> tuple[Measure, ...]:
    """The measures with those IDS, the default ones when there are none. UsageError for one that there is not."""
    known = measures_of(schema)
    for id in ids:
        if id not in known:
            near = difflib.get_close_matches(id, known, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}"
            raise UsageError(f"there is no measure {id!r}", hint=hint)
    return tuple(known[id] for id in (dict.fromkeys(ids) or DEFAULT))


def check_label(schema: Schema, label: str) -> None:
    """UsageError unless LABEL is an entity, event or relation type of SCHEMA."""
    known = [*(item.name for item in schema.labels()), *schema.relation]
    if label not in known:
        near = difflib.get_close_matches(label, known, 1)
        hint = f"Did you mean {near[0]!r}?" if near else "'annotator schema' lists the labels"
        raise UsageError(f"the schema has no label {label!r}", hint=hint)


def _undecided(store: Store) -> frozenset[str]:
    """The documents whose adjudication has begun and is not done: their gold is half of one."""
    return frozenset(id for id, adjudication in store.adjudications().items() if not adjudication.done)


def choose(summaries: Sequence[DocumentSummary], request: StudyRequest, undecided: Collection[str] = ()) -> Choice:
    """Which layers of which documents REQUEST compares, and which it leaves out and why.

    The gold of documents that are UNDECIDED counts only with `all_layers`.
    """
    some = _documents(summaries, request.documents)
    found = {layer.key.name for summary in some for layer in summary.layers}
    names = sorted(found.difference(RESERVED))
    for name in request.layers:
        if name not in names:
            if name in RESERVED:
                raise UsageError(f"{name!r} is nobody's layer", hint="Compare with the gold by --gold")
            hint = f"There are: {', '.join(names)}" if names else "Nothing has been annotated yet"
            raise UsageError(f"no document has a layer {name!r}", hint=hint)
    if request.gold and GOLD not in found:
        raise UsageError("there is no gold yet", hint="Adjudicate, or import gold documents")
    asked = tuple(dict.fromkeys(request.layers)) or tuple(names)
    reference = GOLD if request.gold else ""
    chosen: list[Chosen] = []
    excluded: list[Excluded] = []
    for summary in some:
        days: dict[str, str] = {}
        for layer in summary.layers:
            name = layer.key.name
            if name == reference and summary.id in undecided and not request.all_layers:
                excluded.append(Excluded(summary.id, name, "adjudication is not done"))
            elif name == reference:
                days[name] = _day(layer)
            elif name in asked and (why := _why_not(layer, request)):
                excluded.append(Excluded(summary.id, name, why))
            elif name in asked:
                days[name] = _day(layer)
        if len(days) > 1:
            chosen.append(Chosen(summary.id, summary.length, days))
        else:
            why = f"only one layer to compare ({next(iter(days))})" if days else "no layer to compare"
            excluded.append(Excluded(summary.id, "", why))
    present = {name for document in chosen for name in document.days}
    return Choice(tuple(name for name in asked if name in present), reference, tuple(chosen), tuple(excluded))


def _documents(summaries: Sequence[DocumentSummary], wanted: Collection[str] | None) -> list[DocumentSummary]:
    if wanted is None:
        return list(summaries)
    ids = [summary.id for summary in summaries]
    if unknown := sorted(set(wanted).difference(ids)):
        near = difflib.get_close_matches(unknown[0], ids, 1)
        raise UsageError(f"there is no document {unknown[0]!r}", hint=f"Did you mean {near[0]!r}?" if near else "")
    return [summary for summary in summaries if summary.id in wanted]


def _why_not(layer: LayerSummary, request: StudyRequest) -> str:
    """Why LAYER is left out; empty when it is not."""
    if request.all_layers or layer.state == "submitted":
        return ""
    return "reopened, not submitted again" if layer.state == "reopened" else "not submitted"


def _day(layer: LayerSummary) -> str:
    return (layer.state_at if layer.state == "submitted" else layer.edited_at)[:10]
