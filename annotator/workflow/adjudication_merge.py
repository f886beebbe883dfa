"""Merging: a rule decides what is open in many documents, as one step of the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from annotator.adjudication.answers import MERGE, Decisions, Rule, kinds_of, merge_in_place
from annotator.adjudication.decisions import Basis
from annotator.adjudication.items import Kind
from annotator.errors import OperationError
from annotator.model.operations import Edit, Replacement
from annotator.model.schema import Schema
from annotator.workflow.adjudication import difference
from annotator.workflow.adjudication_queue import running_claims
from annotator.workflow.adjudication_standing import Progress, Standing, choose, read_standings
from annotator.workflow.ports import DECISIONS, GOLD, LayerEdit, LayerKey, Store
from annotator.workflow.session import now


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What merging did, or would do: counts by kind over all documents, and documents left out, with the reason.

    `changed` counts those of the `documents` looked at that it changed: where there are none, nothing was stored, and
    there is nothing to undo.
    """

    documents: int
    begun: int
    decided: Counter[Kind]
    left_open: Counter[Kind]
    skipped: tuple[tuple[str, str], ...] = ()
    changed: int = 0


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
    chosen, skipped = choose(store, least_people, documents, extra)
    seen = changed = begun = 0
    stopped = False

    def told(done: int, of: int) -> bool:
        nonlocal stopped
        stopped = progress is not None and not progress(done, of)
        return not stopped

    for step in read_standings(store, schema, chosen, told, extra, skipped):
        document = step.summary.id
        if document in others:
            skipped.append((document, f"{others[document]} is adjudicating it"))
        elif step.basis is None and step.gold:
            skipped.append((document, "it has gold that no adjudication made"))
        else:
            made = merge_in_place(step.adjudication, rule, who, at)
            decided += kinds_of(step.adjudication, made)
            here = list(_merged(step, made, who))
            edits += here
            left += kinds_of(step.adjudication, step.adjudication.open)
            seen, changed, begun = seen + 1, changed + bool(here), begun + (step.basis is None)
    if stopped:
        raise OperationError("stopped; nothing was merged")
    if edits and not dry_run:
        name = f"{MERGE}{rule.title}"
        store.commit(who, at, [replace(edit, edit=replace(edit.edit, name=name)) for edit in edits])
    return MergeReport(seen, begun, decided, left, tuple(skipped), changed)


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
