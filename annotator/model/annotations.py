"""Annotations as values: what a person says about a document, beside its text.

Every annotation has an `id` that is unique in its layer and never used again, and a `Provenance`. Annotations refer
to each other only by id. Positions are `Fragment`s: half-open ranges of code-point offsets into the document's text.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from annotator.model.layered_map import LayeredMap

Source = Literal["human", "model", "import", "adjudication"]
SOURCES: Final[tuple[Source, ...]] = ("human", "model", "import", "adjudication")

AttributeValue: TypeAlias = str | bool
Attributes: TypeAlias = tuple[tuple[str, AttributeValue], ...]


class Fragment(NamedTuple):
    """A half-open range `[start, end)` of offsets (code points) in a document's text."""

    start: int
    end: int


Fragments: TypeAlias = tuple[Fragment, ...]


def make_fragments(ranges: Iterable[tuple[int, int]]) -> Fragments:
    """RANGES sorted and merged where they touch or overlap: the normal form of a (discontinuous) span."""
    merged: list[Fragment] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1].end:
            merged[-1] = Fragment(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Fragment(start, end))
    return tuple(merged)


def quoted(text: str, fragments: Fragments) -> str:
    """What FRAGMENTS cover in TEXT; discontinuous fragments are joined by one space, as in brat standoff."""
    return " ".join(text[start:end] for start, end in fragments)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an annotation comes from.

    `agent` is the person or model; `at` an RFC 3339 UTC time; `tool` a program and its version; `score` a model's
    confidence; `derived_from` the ids of the annotations it settles or was copied from.
    """

    source: Source = "human"
    agent: str = ""
    at: str = ""
    tool: str = ""
    score: float | None = None
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A mention of an entity: a typed span, perhaps discontinuous, perhaps linked to knowledge bases."""

    id: str
    type: str
    fragments: Fragments
    attributes: Attributes = ()
    identifiers: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Argument:
    """What fills a role of an event: `target` is the id of an entity or of another event."""

    role: str
    target: str


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its trigger's `fragments`, its type, and its arguments in the order they were given."""

    id: str
    type: str
    fragments: Fragments
    arguments: tuple[Argument, ...] = ()
    attributes: Attributes = ()
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Relation:
    """A typed relation from `source` to `target` (ids); the schema says whether its direction means anything."""

    id: str
    type: str
    source: str
    target: str
    attributes: Attributes = ()
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Chain:
    """Coreference: ids of entities, or of events, that speak of the same thing, in text order."""

    id: str
    members: tuple[str, ...]
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on an annotation (`target`), on a place (`fragments`), or, with neither, on the document."""

    id: str
    text: str
    target: str = ""
    fragments: Fragments = ()
    flagged: bool = False
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class DocumentLabel:
    """A label of the whole document: `type` names it in the schema, `value` is one of its values."""

    id: str
    type: str
    value: str
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Record:
    """What a workflow keeps in a layer of its own beside annotations: `data` is canonical JSON that the workflow alone
    understands, `type` says which. It refers to nothing and lies nowhere in the text; exchange formats do not hold it.
    """

    id: str
    type: str
    data: str
    provenance: Provenance = field(default_factory=Provenance)


Annotation: TypeAlias = Entity | Event | Relation | Chain | Note | DocumentLabel | Record
Spanning: TypeAlias = Entity | Event
KINDS: Final[dict[str, type[Annotation]]] = {
    "entity": Entity,
    "event": Event,
    "relation": Relation,
    "chain": Chain,
    "note": Note,
    "label": DocumentLabel,
    "record": Record,
}
_KIND_OF: Final = {cls: name for name, cls in KINDS.items()}


def kind_of(annotation: Annotation) -> str:
    """The key of the annotation's class in `KINDS`."""
    return _KIND_OF[type(annotation)]


def fragments_of(annotation: Annotation) -> Fragments:
    """Where the annotation lies; empty for relations, chains, document labels, records and unplaced notes."""
    return annotation.fragments if isinstance(annotation, Entity | Event | Note) else ()


def references(annotation: Annotation) -> tuple[str, ...]:
    """Ids the annotation refers to; each must exist in the same layer."""
    match annotation:
        case Event():
            return tuple(argument.target for argument in annotation.arguments)
        case Relation():
            return (annotation.source, annotation.target)
        case Chain():
            return annotation.members
        case Note():
            return (annotation.target,) if annotation.target else ()
        case _:
            return ()


def attribute(annotation: Entity | Event | Relation, name: str) -> AttributeValue | None:
    """The value of the attribute NAME, or None when it is not set."""
    return next((value for key, value in annotation.attributes if key == name), None)


_Referrers: TypeAlias = LayeredMap[tuple[str, ...]]


class Annotations(Mapping[str, Annotation]):
    """All annotations of one layer of one document, by id, in the order they were added. Immutable."""

    __slots__ = ("_items", "_referrers")

    def __init__(self, items: Iterable[Annotation] = ()) -> None:
        self._items = LayeredMap({item.id: item for item in items})
        self._referrers: _Referrers | None = None  # made when first asked for, then carried along

    def __getitem__(self, key: str) -> Annotation:
        found = self._items.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._items.flat())

    def __len__(self) -> int:
        return len(self._items)

    def values(self) -> ValuesView[Annotation]:
        """The annotations, in order."""
        return self._items.flat().values()

    def items(self) -> ItemsView[str, Annotation]:
        """Pairs of id and annotation, in order."""
        return self._items.flat().items()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Annotations) and self._items.flat() == other._items.flat()

    __hash__ = None  # type: ignore[assignment]  # a mapping of ten thousand values is never a key

    def __repr__(self) -> str:
        return f"Annotations({list(self.values())!r})"

    def of(self, *kinds: type[Annotation]) -> list[Annotation]:
        """The annotations of the given classes, in order."""
        return [item for item in self.values() if isinstance(item, kinds)]

    @property
    def entities(self) -> list[Entity]:
        """All entity mentions, in the order they were added."""
        return [item for item in self.values() if isinstance(item, Entity)]

    @property
    def events(self) -> list[Event]:
        """All events, in the order they were added."""
        return [item for item in self.values() if isinstance(item, Event)]

    def referrers(self, target: str) -> list[Annotation]:
        """The annotations that refer to the id TARGET, in order."""
        if self._referrers is None:
            found: dict[str, tuple[str, ...]] = {}
            for item in self.values():
                for key in dict.fromkeys(references(item)):
                    found[key] = (*found.get(key, ()), item.id)
            self._referrers = LayeredMap(found)
        return [self[key] for key in self._referrers.get(target) or ()]

    def replaced(self, changes: Iterable[tuple[str, Annotation | None]]) -> Annotations:
        """These annotations with CHANGES made: (id, new value), or (id, None) to take it out. The order is kept."""
        made = self
        step: dict[str, Annotation | None] = {}
        for key, value in changes:
            if key in step:
                made, step = made._changed(step), {}
            step[key] = value
        return made._changed(step)

    def _changed(self, changes: Mapping[str, Annotation | None]) -> Annotations:
        made = Annotations.__new__(Annotations)
        made._items = self._items.changed(changes)
        made._referrers = self._referrers
        for key, value in changes.items():
            if made._referrers is None:
                break
            made._referrers = _referring(made._referrers, self._items.get(key), value, key)
        return made


def _referring(
    referrers: _Referrers, before: Annotation | None, after: Annotation | None, id: str
) -> _Referrers | None:
    """REFERRERS once the annotation ID is AFTER instead of BEFORE; None when they have to be looked for."""
    old = set(references(before)) if before is not None else set()
    new = set(references(after)) if after is not None else set()
    if old == new:
        return referrers
    changes: dict[str, tuple[str, ...] | None] = {}
    for target in old - new:
        changes[target] = tuple(other for other in referrers.get(target) or () if other != id) or None
    for target in new - old:
        others = referrers.get(target) or ()
        if others and before is not None:
            return None  # its place among them is that in the layer
        changes[target] = (*others, id)
    return referrers.changed(changes)


def in_text_order(annotations: Iterable[Annotation]) -> list[Annotation]:
    """Sorted by first offset, longest first, then id: the order of every list and export."""

    def key(annotation: Annotation) -> tuple[int, int, str]:
        fragments = fragments_of(annotation)
        return (fragments[0].start, -fragments[-1].end, annotation.id) if fragments else (1 << 62, 0, annotation.id)

    return sorted(annotations, key=key)
