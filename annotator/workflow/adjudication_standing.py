"""Documents as their adjudication stands: read one after the other, some of them in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from annotator.adjudication.answers import Decisions
from annotator.adjudication.comparison import compare
from annotator.adjudication.decisions import Basis, read_records
from annotator.adjudication.gold import Adjudication
from annotator.errors import StoreError
from annotator.model.annotations import Annotations
from annotator.model.schema import Schema
from annotator.workflow.adjudication import check_extra, names_submitted
from annotator.workflow.ports import DECISIONS, GOLD, DocumentSummary, Layer, LayerKey, Store
from annotator.workflow.session import now

Progress = Callable[[int, int], bool]
"""Told how many of how many documents are done; says False to stop."""

Damaged = list[tuple[str, str]]
"""Documents that are left out, each with the reason."""

_AT_ONCE: Final = 16
"""Documents that are read at once."""


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
    yield from read_standings(store, schema, wanted, progress, damaged=damaged)


def standing_of(store: Store, schema: Schema, summary: DocumentSummary) -> Standing:
    """One document as it stands, whether its adjudication was begun or not. StoreError when it cannot be read."""
    return next(read_standings(store, schema, [summary.id], None))


def choose(
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


def read_standings(
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
        asked = documents[first : first + _AT_ONCE]
        found = {summary.id: summary for summary in store.summaries(asked)}
        ids = [id for id in asked if id in found]
        some = [found[id] for id in ids]
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
