"""The label schema as a value: which entities, events, relations and attributes a project knows.

`annotator.model.schema_file` reads it from TOML. A `filler` is the name of an entity or event type; groups of the
file are already spelled out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from annotator.model.annotations import AttributeValue


@dataclass(frozen=True, slots=True)
class Titles:
    """What people read for a name of the schema, in English and in Arabic."""

    en: str
    ar: str


@dataclass(frozen=True, slots=True)
class AttributeType:
    """A property of annotations: one of `values`, or true/false when there are none. `default` holds unless set."""

    name: str
    titles: Titles
    values: tuple[str, ...] = ()
    default: AttributeValue | None = None
    hotkey: str = ""
    guideline: str = ""


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of entity mention. `colour` is `#rrggbb`; `hotkey` one character or empty."""

    name: str
    titles: Titles
    colour: str
    hotkey: str = ""
    guideline: str = ""
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A role of an event type: which entity and event types may fill it, and how many."""

    name: str
    titles: Titles
    fillers: tuple[str, ...]
    required: bool = False
    multiple: bool = True
    hotkey: str = ""
    guideline: str = ""


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event, with its roles in the order people are asked for them."""

    name: str
    titles: Titles
    colour: str
    hotkey: str = ""
    guideline: str = ""
    roles: tuple[Role, ...] = ()
    attributes: tuple[str, ...] = ()

    def role(self, name: str) -> Role | None:
        """The role called NAME, or None."""
        return next((role for role in self.roles if role.name == name), None)


@dataclass(frozen=True, slots=True)
class RelationType:
    """A type of relation between annotations of the `source` and `target` types."""

    name: str
    titles: Titles
    colour: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    symmetric: bool = False
    hotkey: str = ""
    guideline: str = ""
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentLabelType:
    """A label for whole documents: one, or with `multiple` several, of `values`."""

    name: str
    titles: Titles
    values: tuple[str, ...]
    multiple: bool = False
    guideline: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """A knowledge base that entities may be linked to: identifiers are `prefix:ID`, ID matching `pattern`."""

    prefix: str
    title: str
    pattern: str


LabelType: TypeAlias = EntityType | EventType


@dataclass(frozen=True)
class Schema:
    """Everything a project's annotations may be made of. `digest` is the SHA-256 of the file it was read from."""

    name: str
    version: str
    entities: tuple[EntityType, ...] = ()
    events: tuple[EventType, ...] = ()
    relations: tuple[RelationType, ...] = ()
    attributes: tuple[AttributeType, ...] = ()
    document_labels: tuple[DocumentLabelType, ...] = ()
    knowledge_bases: tuple[KnowledgeBase, ...] = ()
    title: str = ""
    digest: str = field(default="", compare=False)

    @cached_property
    def entity(self) -> dict[str, EntityType]:
        """Entity types by name."""
        return {item.name: item for item in self.entities}

    @cached_property
    def event(self) -> dict[str, EventType]:
        """Event types by name."""
        return {item.name: item for item in self.events}

    @cached_property
    def relation(self) -> dict[str, RelationType]:
        """Relation types by name."""
        return {item.name: item for item in self.relations}

    @cached_property
    def attribute(self) -> dict[str, AttributeType]:
        """Attribute types by name."""
        return {item.name: item for item in self.attributes}

    @cached_property
    def document_label(self) -> dict[str, DocumentLabelType]:
        """Document label types by name."""
        return {item.name: item for item in self.document_labels}

    @cached_property
    def knowledge_base(self) -> dict[str, KnowledgeBase]:
        """Knowledge bases by prefix."""
        return {item.prefix: item for item in self.knowledge_bases}

    @cached_property
    def by_hotkey(self) -> dict[str, LabelType]:
        """The entity or event type that a key of the palette labels with."""
        return {item.hotkey: item for item in self.labels() if item.hotkey}

    def labels(self) -> Iterator[LabelType]:
        """Entity types, then event types, in the file's order: the palette."""
        yield from self.entities
        yield from self.events

    def label(self, name: str) -> LabelType | None:
        """The entity or event type called NAME, or None; names are unique over both."""
        return self.entity.get(name) or self.event.get(name)
