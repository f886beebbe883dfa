"""The same thing everywhere: many hits, perhaps in many documents, labelled or cleared by one entry of the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from annotator.errors import StaleRevisionError
from annotator.model.annotations import Annotation, Annotations, Entity, Event, Fragment, Provenance
from annotator.model.checks import check_edit
from annotator.model.operations import Add, Edit, Operation, Relabel, Remove, Replacement, apply, plan
from annotator.model.schema import EventType, LabelType, Schema
from annotator.model.span_index import Span, SpanIndex
from annotator.workflow.ports import Entry, Layer, LayerEdit, LayerKey, Store
from annotator.workflow.search import Hit
from annotator.workflow.session import new_id, now

State = Literal["new", "same", "overlaps"]
"""What labelling a hit would mean: nothing is there, it has the label already, or another annotation is in the way."""

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be done to one layer, each operation with the hit it is for; `unchanged` hits need none."""

    operations: tuple[tuple[Hit, Operation], ...]
    unchanged: int


_Plan = Callable[[Layer, Sequence[Hit]], _Wanted]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A hit that was left as it is, and why."""

    hit: Hit
    what: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done to hits: the journal's entry (None: nothing was), and how many annotations of each kind.

    `unchanged` counts hits at which nothing was to be done.
    """

    entry: Entry | None = None
    added: int = 0
    relabelled: int = 0
    removed: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()


def state_of(hit: Hit, label: str) -> State:
    """What labelling HIT as LABEL would meet; LABEL may be empty, when it is not known yet."""
    if not hit.labels:
        return "new"
    return "same" if label and any(span.type == label and span.parts == 1 for span in hit.exact) else "overlaps"


def label_hits(store: Store, schema: Schema, who: str, hits: Iterable[Hit], label: str) -> Outcome:
    """Label HITS as LABEL in the layers of WHO, as one entry that one undo takes back.

    An entity on exactly the range of a hit gets the new label, when LABEL is an entity type; so for events. What the
    schema or the text does not allow is left out and reported. StoreError, with nothing changed, when it cannot be
    stored; an unknown LABEL is a KeyError.
    """
    kind = schema.label(label)
    if kind is None:
        raise KeyError(label)
    made = Provenance("human", who, now())

    def wanted(layer: Layer, here: Sequence[Hit]) -> _Wanted:
        index = SpanIndex(layer.annotations.values())
        planned = ((hit, _label(hit, kind, index, made)) for hit in here)
        operations = tuple((hit, operation) for hit, operation in planned if operation is not None)
        return _Wanted(operations, len(here) - len(operations))

    return _change(store, schema, who, hits, f"labelling as {label}", wanted)


def clear_hits(store: Store, schema: Schema, who: str, hits: Iterable[Hit]) -> Outcome:
    """Delete every annotation of WHO on exactly the ranges of HITS, and what cannot be without them, as one entry."""

    def wanted(layer: Layer, here: Sequence[Hit]) -> _Wanted:
        index = SpanIndex(layer.annotations.values())
        found = [[span.id for span in _exact(index, hit)] for hit in here]
        ids = tuple(id for some in found for id in some)
        # One operation for all: deleting one may take another of them with it.
        return _Wanted(((here[0], Remove(ids)),) if ids else (), found.count([]))

    return _change(store, schema, who, hits, "deleting at many places", wanted)


def _exact(index: SpanIndex, hit: Hit) -> list[Span]:
    return [
        span
        for span in index.overlapping(hit.start, hit.end)
        if (span.start, span.end, span.parts) == (hit.start, hit.end, 1)
    ]


def _label(hit: Hit, kind: LabelType, index: SpanIndex, made: Provenance) -> Operation | None:
    is_event = isinstance(kind, EventType)
    there = [span for span in _exact(index, hit) if span.is_event is is_event]
    if any(span.type == kind.name for span in there):
        return None
    if there:
        return Relabel(there[0].id, kind.name)
    fragments = (Fragment(hit.start, hit.end),)
    if is_event:
        return Add(Event(new_id("event"), kind.name, fragments, provenance=made))
    return Add(Entity(new_id("entity"), kind.name, fragments, provenance=made))


def _change(store: Store, schema: Schema, who: str, hits: Iterable[Hit], name: str, wanted: _Plan) -> Outcome:
    by_document: dict[str, list[Hit]] = {}
    for hit in dict.fromkeys(hits):
        by_document.setdefault(hit.document, []).append(hit)
    tries = 0
    while True:
        tries += 1
        made = _Made(name)
        layers = store.layers_named(who, by_document)
        for id, here in by_document.items():
            layer = layers.get(id) or Layer(LayerKey(id, who), 0, Annotations())
            made.add(store, schema, layer, wanted(layer, here))
        if not made.edits:
            return made.outcome(None)
        try:
            return made.outcome(store.commit(who, now(), made.edits))
        except StaleRevisionError:  # somebody edited meanwhile: look again at what is there now
            if tries == _TRIES:
                raise


class _Made:
    """The edits of several layers on their way to one entry."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.edits: list[LayerEdit] = []
        self._refused: list[Refusal] = []
        self._added = self._relabelled = self._removed = self._unchanged = 0

    def add(self, store: Store, schema: Schema, layer: Layer, wanted: _Wanted) -> None:
        """What is WANTED of LAYER; what is not allowed is noted as refused."""
        self._unchanged += wanted.unchanged
        planned = [(hit, plan(layer.annotations, operation)) for hit, operation in wanted.operations]
        allowed = self._checked(store, schema, layer, planned)
        replacements = tuple(step for edit in allowed for step in edit.replacements)
        for step in replacements:
            self._count(step)
        if replacements:
            self.edits.append(LayerEdit(layer.key, layer.revision, Edit(self._name, replacements)))

    def _checked(self, store: Store, schema: Schema, layer: Layer, planned: Sequence[tuple[Hit, Edit]]) -> list[Edit]:
        """Those of the edits that text and schema allow; the hits differ, so each can be asked about alone."""
        if not planned:
            return []
        text = store.document(layer.key.document).text
        index = SpanIndex(layer.annotations.values())
        steps = tuple(step for _, edit in planned for step in edit.replacements)
        after = apply(layer.annotations, Edit("", steps))
        allowed = []
        for hit, edit in planned:
            errors = [
                problem for problem in check_edit(text, schema, after, edit, index) if problem.severity == "error"
            ]
            if errors:
                self._refused.append(Refusal(hit, errors[0].what))
            else:
                allowed.append(edit)
        return allowed

    def _count(self, step: Replacement) -> None:
        before: Annotation | None = step.before
        if before is None:
            self._added += 1
        elif step.after is None:
            self._removed += 1
        elif isinstance(before, Entity | Event) and getattr(step.after, "type", "") != before.type:
            self._relabelled += 1

    def outcome(self, entry: Entry | None) -> Outcome:
        """The counts, with the journal's ENTRY."""
        return Outcome(entry, self._added, self._relabelled, self._removed, self._unchanged, tuple(self._refused))
