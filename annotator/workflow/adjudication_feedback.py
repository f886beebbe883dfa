"""What people learn of adjudication: where gold differs from what they said, and the reasons of all decisions."""

from __future__ import annotations

from annotator.adjudication.comparison import compare
from annotator.adjudication.decisions import read_records
from annotator.adjudication.feedback import Difference, ReasonCount, differences, reasons
from annotator.adjudication.gold import Adjudication
from annotator.errors import OperationError, StoreError
from annotator.model.schema import Schema
from annotator.workflow.adjudication import read_opinions
from annotator.workflow.adjudication_standing import Progress, standings
from annotator.workflow.ports import DECISIONS, LayerKey, Store


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


def agreed(found: Difference, name: str) -> list[str]:
    """Those but NAME who said what gold says, in order."""
    return sorted(other for other, said in found.item.opinions.items() if said == found.gold and other != name)


def reasons_given(store: Store, schema: Schema, progress: Progress | None = None) -> list[ReasonCount]:
    """The reasons of all decisions, most frequent first: what whoever writes the guidelines reads."""
    found = standings(store, schema, store.adjudications(), progress, [])
    return reasons(step.adjudication for step in found)
