"""Which layers of which documents a study compares, and why others are left out.

Of a large project only the documents are read that have two layers to compare: of the others it is known who has them.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotator.agreement.study import Excluded
from annotator.errors import UsageError
from annotator.workflow.agreement_task import Chosen
from annotator.workflow.ports import GOLD, RESERVED, LayerSummary, Store

if TYPE_CHECKING:  # it imports this module
    from annotator.workflow.agreement import StudyRequest


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request comes to. `reference` is empty where there is none; `titles` are those of the `documents`."""

    annotators: tuple[str, ...]
    reference: str = ""
    documents: tuple[Chosen, ...] = ()
    excluded: tuple[Excluded, ...] = field(default=())
    titles: Mapping[str, str] = field(default_factory=dict)


def choose(store: Store, request: StudyRequest) -> Choice:
    """Which layers of which documents REQUEST compares, and which it leaves out and why.

    The gold of documents whose adjudication is not done counts only with `all_layers`, by which no layer counts that
    is empty and was not submitted. UsageError for a layer or document that is not there.
    """
    ids = _documents(store.document_ids(), request.documents)
    having = _having(store, ids)
    asked = _asked(having, request)
    reference = GOLD if request.gold else ""
    layers: dict[str, list[str]] = {}
    for name in (*asked, GOLD) if request.gold else asked:
        for id in having[name]:
            layers.setdefault(id, []).append(name)
    several = {id: names for id, names in layers.items() if len(names) > 1}
    summaries = {summary.id: summary for summary in store.summaries(several)}
    undecided = _undecided(store, several) if request.gold and not request.all_layers else ()
    chosen: list[Chosen] = []
    excluded: list[Excluded] = []
    for id in ids:
        compared: Collection[str] = layers.get(id, ())
        if id in summaries:
            days: dict[str, str] = {}
            for layer in summaries[id].layers:
                name = layer.key.name
                why = _why_not(layer, request, decided=id not in undecided)
                if name in compared and why:
                    excluded.append(Excluded(id, name, why))
                elif name in compared:
                    days[name] = _day(layer)
            if len(days) > 1:
                chosen.append(Chosen(id, summaries[id].length, days))
                continue
            compared = days
        why = f"only one layer to compare ({next(iter(compared))})" if compared else "no layer to compare"
        excluded.append(Excluded(id, "", why))
    present = {name for document in chosen for name in document.days}
    annotators = tuple(name for name in asked if name in present)
    titles = {document.id: summaries[document.id].title for document in chosen}
    return Choice(annotators, reference, tuple(chosen), tuple(excluded), titles)


def _documents(ids: Sequence[str], wanted: Collection[str] | None) -> Sequence[str]:
    """Those of IDS that are WANTED, None: all."""
    if wanted is None:
        return ids
    if unknown := sorted(set(wanted).difference(ids)):
        near = difflib.get_close_matches(unknown[0], ids, 1)
        raise UsageError(f"there is no document {unknown[0]!r}", hint=f"Did you mean {near[0]!r}?" if near else "")
    return [id for id in ids if id in wanted]


def _having(store: Store, documents: Collection[str]) -> dict[str, list[str]]:
    """Which of DOCUMENTS have a layer of each name, for those names that one of them has, sorted."""
    some = set(documents)
    found = {name: [id for id in store.documents_with(name) if id in some] for name in store.layer_names()}
    return {name: ids for name, ids in sorted(found.items()) if ids}


def _asked(having: Collection[str], request: StudyRequest) -> tuple[str, ...]:
    """The names of the annotators that REQUEST is about, of those HAVING layers."""
    names = [name for name in having if name not in RESERVED]
    for name in request.layers:
        if name not in names:
            if name in RESERVED:
                raise UsageError(f"{name!r} is nobody's layer", hint="Compare with the gold by --gold")
            hint = f"There are: {', '.join(names)}" if names else "Nothing has been annotated yet"
            raise UsageError(f"no document has a layer {name!r}", hint=hint)
    if request.gold and GOLD not in having:
        raise UsageError("there is no gold yet", hint="Adjudicate, or import gold documents")
    return tuple(dict.fromkeys(request.layers)) or tuple(names)


def _undecided(store: Store, documents: Iterable[str]) -> Collection[str]:
    """Those of DOCUMENTS whose adjudication has begun and is not done: their gold is half of one."""
    return {id for id, adjudication in store.adjudications_of(documents).items() if not adjudication.done}


def _why_not(layer: LayerSummary, request: StudyRequest, *, decided: bool) -> str:
    """Why LAYER, of a document that is DECIDED or not, is left out; empty when it is not."""
    if layer.key.name == GOLD:
        return "" if decided else "adjudication is not done"
    if request.all_layers and layer.says_nothing:
        return "nothing in it, and not submitted"
    if request.all_layers or layer.state == "submitted":
        return ""
    return "reopened, not submitted again" if layer.state == "reopened" else "not submitted"


def _day(layer: LayerSummary) -> str:
    return (layer.state_at if layer.state == "submitted" else layer.edited_at)[:10]
