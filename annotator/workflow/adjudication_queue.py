"""Adjudication over all documents: what is to be done, who is at it, merging by a rule, and what people learn of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from annotator.adjudication.answers import Decisions, Rule, kinds_of, merge_in_place
from annotator.adjudication.comparison import compare
from annotator.adjudication.decisions import Basis, read_records
from annotator.adjudication.feedback import Difference, ReasonCount, differences, label_of, reasons
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import KINDS, Item, Kind
from annotator.errors import BusyError, OperationError, StoreError, UnwritableError
from annotator.model.annotations import Annotations
from annotator.model.operations import Edit, Replacement
from annotator.model.schema import Schema
from annotator.workflow.adjudication import check_extra, difference, names_submitted, read_opinions
from annotator.workflow.ports import (
    DECISIONS,
    GOLD,
    Claim,
    Compared,
    DocumentSummary,
    Layer,
    LayerEdit,
    LayerKey,
    Store,
)
from annotator.workflow.session import now

Progress = Callable[[int, int], bool]
"""Told how many of how many documents are done; says False to stop."""

Damaged = list[tuple[str, str]]
"""Documents that are left out, each with the reason."""

QueueState = Literal["ready", "begun", "done"]

CLAIM_MINUTES: Final = 15
"""How long a reviewer has a document to themselves after their last step in it."""
_AT_ONCE: Final = 16
"""Documents that are read at once."""
_KEPT_AT_ONCE: Final = 256
"""Documents whose comparison is kept in one transaction."""
_COMPARED_AS: Final = 1
"""Counts the ways in which this program has compared layers: what another way gave is not to be kept."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which documents and items a reviewer wants to see; empty conditions always hold.

    `label` is the label an item is about, `name` a person who is in the minority on it; `most` the highest agreement
    of the documents wanted, 0 to 1. `least_people` is how many must have submitted a document that is not begun.
    """

    label: str = ""
    kind: str = ""
    name: str = ""
    most: float = 1.0
    least_people: int = 2

    def wants(self, adjudication: Adjudication, item: Item) -> bool:
        """Whether ITEM is one of those."""
        if self.kind and item.kind != self.kind:
            return False
        if self.name:
            grouped = adjudication.versions(item)
            if not grouped or self.name in grouped[0].names or all(self.name not in v.names for v in grouped):
                return False
        return not self.label or label_of(adjudication, item) == self.label


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A document to adjudicate: who submitted it, on how many items they differ, and what of these is still open.

    `kinds` counts the open items that were asked for. `agreement` is the mean over all items of the part of people
    who give the most frequent answer.
    """

    document: str
    title: str
    people: tuple[str, ...]
    items: int
    open: int
    kinds: Counter[Kind]
    agreement: float
    state: QueueState
    claim: Claim | None = None


def queue(
    store: Store,
    schema: Schema,
    wanted: QueueFilter | None = None,
    progress: Progress | None = None,
    *,
    extra: Collection[str] = (),
) -> list[QueueEntry]:
    """The documents that can be adjudicated: what is open first, lowest agreement first; done ones at the end.

    EXTRA names layers that are nobody's, which are opinions on the documents that are not begun.
    """
    wanted = wanted or QueueFilter()
    asks_items = bool(wanted.label or wanted.name)
    if asks_items or extra:  # what is kept does not tell
        chosen, _ = _choose(store, wanted.least_people, (), extra)
        steps = _read(store, schema, chosen, progress, extra, [])
        found = [_compared(step, wanted if asks_items else QueueFilter()) for step in steps]
    else:
        found = compare_all(store, schema, wanted.least_people, progress)
    claims = {claim.document: claim for claim in running_claims(store)}
    entries = (_entry(one, wanted, claims.get(one.document)) for one in found)
    return sorted(
        (entry for entry in entries if entry is not None),
        key=lambda entry: (entry.state == "done", entry.agreement, entry.document),
    )


def compare_all(store: Store, schema: Schema, least_people: int, progress: Progress | None = None) -> list[Compared]:
    """What comparing gives of every document that can be adjudicated, as far as PROGRESS lets it come.

    The store keeps it: only documents that changed since are read. Done ones stand at the end, lowest agreement first.
    """
    mark = f"{_COMPARED_AS}:{schema.digest}"
    least = max(1, least_people)
    new: list[Compared] = []
    unkept: list[Compared] = []
    missing = store.uncompared(mark, least)
    for step in _read(store, schema, missing, progress, damaged=[]):
        new.append(_compared(step, QueueFilter()))
        if len(new) == _KEPT_AT_ONCE:
            unkept += _kept(store, mark, new)
            new = []
    unkept += _kept(store, mark, new)
    return store.compared(mark, least) + unkept


def _kept(store: Store, mark: str, found: list[Compared]) -> list[Compared]:
    """Keep what was FOUND; what of it could not be kept comes back."""
    try:
        if found:
            store.keep_compared(mark, found)
    except (UnwritableError, BusyError):  # a project that can only be read, or somebody writes: it is only work lost
        return found
    return []


def _compared(step: Standing, wanted: QueueFilter) -> Compared:
    """What is to be known of a document without reading it again; `kinds` counts what is WANTED."""
    made = step.adjudication
    kinds = kinds_of(made, (key for key in made.open if wanted.wants(made, made.comparison.items[key])))
    return Compared(
        step.summary.id,
        step.summary.title,
        step.layers,
        step.revisions[0],
        step.basis is not None,
        len(made.items()),
        len(made.open),
        {str(kind): count for kind, count in kinds.items()},
        mean_agreement(made),
    )


def _entry(found: Compared, wanted: QueueFilter, claim: Claim | None) -> QueueEntry | None:
    """FOUND as a row of the queue; None where it is not WANTED."""
    kinds: Counter[Kind] = Counter()
    for kind in KINDS:
        if found.kinds.get(kind) and wanted.kind in {"", kind}:
            kinds[kind] = found.kinds[kind]
    if found.agreement > wanted.most or (not kinds and (wanted.kind or wanted.label or wanted.name)):
        return None
    state: QueueState = "ready" if not found.begun else "begun" if found.open else "done"
    about = (found.document, found.title, tuple(sorted(found.layers)), found.items, found.open)
    return QueueEntry(*about, kinds, found.agreement, state, claim)


def mean_agreement(adjudication: Adjudication) -> float:
    """The mean over all items of the part of people who give the most frequent answer; 1 without items."""
    items = adjudication.comparison.items
    lost = sum(1 - adjudication.agreement(item) for item in items.values() if item.disputed)
    return 1 - lost / len(items) if items else 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """A document with its adjudication as its decisions make it, or as it would begin (`basis` None).

    `layers` are the revisions of the opinions, `revisions` those of the decisions and of gold, `gold` is what is
    stored.
    """

    summary: DocumentSummary
    adjudication: Adjudication
    basis: Basis | None
    layers: dict[str, int]
    revisions: tuple[int, int] = (0, 0)
    gold: Annotations = field(default_factory=Annotations)


def standings(
    store: Store,
    schema: Schema,
    documents: Collection[str],
    progress: Progress | None = None,
    damaged: Damaged | None = None,
) -> Iterator[Standing]:
    """Those of DOCUMENTS whose adjudication was begun, as they stand; no more of them when PROGRESS says stop.

    StoreError for one whose records cannot be read, unless there is a list of DAMAGED ones to put it on.
    """
    begun = store.adjudications() if len(documents) != 1 else store.adjudications(next(iter(documents)))
    wanted = [summary.id for summary in store.summaries({*documents} & begun.keys())]
    yield from _read(store, schema, wanted, progress, damaged=damaged)


def standing_of(store: Store, schema: Schema, summary: DocumentSummary) -> Standing:
    """One document as it stands, whether its adjudication was begun or not. StoreError when it cannot be read."""
    return next(_read(store, schema, [summary.id], None))


def _choose(
    store: Store, least_people: int, documents: Collection[str], extra: Collection[str]
) -> tuple[list[str], Damaged]:
    """Of DOCUMENTS, or of all, those that can be adjudicated, and why the others cannot."""
    check_extra(store, extra)
    for id in documents:
        if not store.has_document(id):
            store.document(id)  # says so, with near names
    begun = store.adjudications()
    chosen: list[str] = []
    left: Damaged = []
    for summary in store.summaries(documents) if documents else store.documents():
        names = names_submitted(summary, extra)
        if summary.id in begun or len(names) >= max(1, least_people):
            chosen.append(summary.id)
        else:
            left.append((summary.id, f"only {', '.join(names)} submitted it" if names else "nobody submitted it"))
    return chosen, left


def _read(
    store: Store,
    schema: Schema,
    documents: Sequence[str],
    progress: Progress | None,
    extra: Collection[str] = (),
    damaged: Damaged | None = None,
) -> Iterator[Standing]:
    """The DOCUMENTS one after the other, some at a time in memory; no more of them when PROGRESS says stop.

    StoreError for one whose records cannot be read; with a list of DAMAGED ones it is put there and left out.
    """
    for first in range(0, len(documents), _AT_ONCE):
        some = store.summaries(documents[first : first + _AT_ONCE])
        ids = [summary.id for summary in some]
        decided, gold = (store.layers_named(name, ids) for name in (DECISIONS, GOLD))
        given = dict(_records(decided, damaged))
        names: dict[str, dict[str, int | None]] = {}
        for summary in some:
            if summary.id in decided.keys() - given.keys():
                continue
            basis, _ = given.get(summary.id, (None, {}))
            names[summary.id] = names_submitted(summary, extra) if basis is None else dict(basis.layers)
        held = _opinions(store, names)
        for number, summary in enumerate(some, first):
            if progress is not None and not progress(number, len(documents)):
                return
            if summary.id not in held:
                continue
            basis, decisions = given.get(summary.id, (None, {}))
            layers = held.pop(summary.id)
            opinions = {name: layer.annotations for name, layer in layers.items()}
            at = basis.at if basis is not None else now()
            made = Adjudication(compare(opinions, schema), decisions, at)
            none = Layer(LayerKey(summary.id, GOLD), 0, Annotations())
            of_gold, of_decisions = gold.pop(summary.id, none), decided.pop(summary.id, none)
            revisions = {name: layer.revision for name, layer in layers.items()}
            both = of_decisions.revision, of_gold.revision
            yield Standing(summary, made, basis, revisions, both, of_gold.annotations)
    if progress is not None:
        progress(len(documents), len(documents))


def _records(
    decided: Mapping[str, Layer], damaged: Damaged | None
) -> Iterator[tuple[str, tuple[Basis | None, Decisions]]]:
    """What the layers of decisions hold, by document."""
    for id, layer in decided.items():
        try:
            yield id, read_records(layer.annotations.values())
        except StoreError as error:
            if damaged is None:
                raise StoreError(error.what, where=f"{id}, {error.where}", hint=error.hint) from None
            damaged.append((id, str(error)))


def _opinions(store: Store, names: dict[str, dict[str, int | None]]) -> dict[str, dict[str, Layer]]:
    """Layers by document and name; NAMES says of each document which, and at which revision unless as it stands."""
    held: dict[str, dict[str, Layer]] = {id: {} for id in names}
    for name in sorted({name for of in names.values() for name in of}):
        found = store.layers_named(name, [id for id, of in names.items() if name in of])
        for id, of in names.items():
            if name in of:
                layer, wanted = found.get(id), of[name]
                if layer is None or wanted not in {None, layer.revision}:
                    layer = store.layer(LayerKey(id, name), wanted)
                held[id][name] = layer
    return held


# -- claims --------------------------------------------------------------------------------------------------------


def claim(store: Store, document: str, who: str) -> Claim:
    """Take DOCUMENT for oneself for some minutes, or learn who has it: look at `who` of what comes back."""
    at = now()
    until = datetime.now(UTC) + timedelta(minutes=CLAIM_MINUTES)
    return store.claim(document, who, at, until.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def running_claims(store: Store) -> list[Claim]:
    """The claims that hold now."""
    at = now()
    return [claim for claim in store.claims() if claim.until > at]


# -- merging -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What merging did, or would do: counts by kind over all documents, and documents left out, with the reason."""

    documents: int
    begun: int
    decided: Counter[Kind]
    left_open: Counter[Kind]
    skipped: tuple[tuple[str, str], ...] = ()


def merge_documents(
    store: Store,
    schema: Schema,
    rule: Rule,
    who: str,
    *,
    documents: Sequence[str] = (),
    least_people: int = 2,
    dry_run: bool = False,
    progress: Progress | None = None,
    extra: Collection[str] = (),
) -> MergeReport:
    """Let RULE decide what is open in DOCUMENTS (else in all), as one step: all of it is stored, or none.

    Documents that were not begun are begun by it, where as many as LEAST_PEOPLE say something; EXTRA names layers
    that are nobody's, such as a model's, which are opinions there, too. Decisions that exist are kept. With DRY_RUN
    nothing is stored.
    StaleRevisionError, and nothing stored, when somebody edits one of the documents meanwhile: run it again, the
    outcome is the same. When PROGRESS says stop, nothing is stored either, and the error is OperationError.
    """
    at = now()
    others = {claim.document: claim.who for claim in running_claims(store) if claim.who != who}
    edits: list[LayerEdit] = []
    decided: Counter[Kind] = Counter()
    left: Counter[Kind] = Counter()
    chosen, skipped = _choose(store, least_people, documents, extra)
    seen = begun = 0
    stopped = False

    def told(done: int, of: int) -> bool:
        nonlocal stopped
        stopped = progress is not None and not progress(done, of)
        return not stopped

    for step in _read(store, schema, chosen, told, extra, skipped):
        document = step.summary.id
        if document in others:
            skipped.append((document, f"{others[document]} is adjudicating it"))
        elif step.basis is None and step.gold:
            skipped.append((document, "it has gold that no adjudication made"))
        else:
            made = merge_in_place(step.adjudication, rule, who, at)
            decided += kinds_of(step.adjudication, made)
            edits += _merged(step, made, who)
            left += kinds_of(step.adjudication, step.adjudication.open)
            seen, begun = seen + 1, begun + (step.basis is None)
    if stopped:
        raise OperationError("stopped; nothing was merged")
    if edits and not dry_run:
        name = f"Merge: {rule.title}"
        store.commit(who, at, [replace(edit, edit=replace(edit.edit, name=name)) for edit in edits])
    return MergeReport(seen, begun, decided, left, tuple(skipped))


def _merged(step: Standing, decisions: Decisions, who: str) -> Iterator[LayerEdit]:
    """The edits of one document, whose adjudication in STEP has the new DECISIONS already."""
    made = step.adjudication
    basis = step.basis or Basis(step.layers, who, made.at)
    counted = replace(basis, items=len(made.items()), opened=len(made.open))
    records = [Replacement(None, decision.record()) for decision in decisions.values()]
    if counted != step.basis:
        records.insert(0, Replacement(step.basis.record() if step.basis is not None else None, counted.record()))
    if records:
        yield LayerEdit(LayerKey(step.summary.id, DECISIONS), step.revisions[0], Edit("Merge", tuple(records)))
    gold = difference(step.gold, made.gold)
    if gold.changed:
        yield LayerEdit(LayerKey(step.summary.id, GOLD), step.revisions[1], gold)


# -- what people learn of it ---------------------------------------------------------------------------------------


def feedback(store: Store, schema: Schema, document: str, name: str) -> tuple[Adjudication, list[Difference]]:
    """Where the gold of DOCUMENT differs from what NAME said, and why. OperationError before it is done."""
    progress = store.adjudications(document).get(document)
    if progress is not None and progress.problem:
        raise StoreError(progress.problem, where=document, hint="'annotator check' names what is damaged")
    if progress is None or not progress.done:
        raise OperationError("this document is not adjudicated yet", where=document)
    if name not in progress.layers:
        raise OperationError(f"{name} did not annotate this document", where=document)
    decisions = store.layer(LayerKey(document, DECISIONS))
    basis, decided = read_records(decisions.annotations.values())
    _, opinions = read_opinions(store, document, dict(basis.layers) if basis is not None else {})
    made = Adjudication(compare(opinions, schema), decided, basis.at if basis is not None else "")
    return made, differences(made, name)


def reasons_given(store: Store, schema: Schema, progress: Progress | None = None) -> list[ReasonCount]:
    """The reasons of all decisions, most frequent first: what whoever writes the guidelines reads."""
    found = standings(store, schema, store.adjudications(), progress, [])
    return reasons(step.adjudication for step in found)
