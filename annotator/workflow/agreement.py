"""Agreement over a project: which layers are compared, read in portions, and the differences behind a number."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Final

from annotator.agreement.disagreements import Disagreement, disagreements
from annotator.agreement.html import page
from annotator.agreement.measures import DEFAULT, Measure, measures_of
from annotator.agreement.study import Settings, Study
from annotator.agreement.tables import as_csv, tables
from annotator.errors import UsageError
from annotator.model.schema import Schema
from annotator.workflow.agreement_choice import Choice, choose
from annotator.workflow.agreement_pool import NoProcessError, Pool, StoppedError
from annotator.workflow.agreement_task import Chosen, Task, read
from annotator.workflow.files import Staging, WrittenFile, write_atomically
from annotator.workflow.ports import Store
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

    Without `all_layers` only what is submitted counts, with it also what is not, but for empty layers. With `gold`
    everybody is compared with the gold too. `label` restricts everything to one label. `documents` names documents,
    None means all. `resamples` None: as many as are good for the number of documents.
    """

    layers: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    label: str = ""
    documents: tuple[str, ...] | None = None
    all_layers: bool = False
    gold: bool = False
    resamples: int | None = None
    seed: int = 0


def study(
    store: Store,
    name: str,
    schema: Schema,
    request: StudyRequest,
    progress: Progress | None = None,
    *,
    choice: Choice | None = None,
    reopen: Callable[[], Store] | None = None,
) -> Study | None:
    """Compute the study of the project called NAME; None when PROGRESS stopped it.

    CHOICE is what REQUEST comes to, where it was looked up before (see `annotator.workflow.agreement_choice.choose`).
    With REOPEN, which opens the same store once more and can be pickled, a large study is made by several processes.
    UsageError for a measure, layer, label or document that is not there.
    """
    measures = chosen_measures(schema, request.measures)
    if request.label:
        check_label(schema, request.label)
    choice = choose(store, request) if choice is None else choice
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


# -- what is computed ----------------------------------------------------------------------------------------------


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
