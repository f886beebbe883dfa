"""Edits: an operation says what a person wants; `plan` turns it into the annotations before and after.

Every operation, however large, becomes one `Edit`: a list of `Replacement`s (before, after). Applying an edit and
its inverse is therefore the same three lines for all of them, and undo gives back the first state bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from annotator.errors import OperationError
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Attributes,
    AttributeValue,
    Chain,
    Entity,
    Event,
    Fragments,
    Note,
    Relation,
    references,
)


@dataclass(frozen=True, slots=True)
class Replacement:
    """One annotation's passage: `before` is None when it is new, `after` None when it goes."""

    before: Annotation | None
    after: Annotation | None

    @property
    def id(self) -> str:
        """The annotation's id, the same on both sides."""
        annotation = self.after if self.after is not None else self.before
        if annotation is None:
            raise OperationError("a replacement needs something before or after it")
        return annotation.id


@dataclass(frozen=True, slots=True)
class Edit:
    """What one operation did to one layer; `name` is the operation's, for journals and messages."""

    name: str
    replacements: tuple[Replacement, ...]

    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.name, tuple(Replacement(r.after, r.before) for r in reversed(self.replacements)))

    @property
    def changed(self) -> bool:
        """Whether it does anything at all."""
        return any(r.before != r.after for r in self.replacements)


def apply(annotations: Annotations, edit: Edit) -> Annotations:
    """ANNOTATIONS after EDIT. OperationError when they are not what the edit was made on."""
    current: dict[str, Annotation | None] = {}
    for replacement in edit.replacements:
        key = replacement.id
        if current.get(key, annotations.get(key)) != replacement.before:
            raise OperationError(
                "the annotation has changed since this edit was made", where=key, hint="Reload the document"
            )
        current[key] = replacement.after
    return annotations.replaced(current.items())


@dataclass(frozen=True, slots=True)
class Add:
    """Add an annotation (an entity, event, relation, chain, note or document label) under a new id."""

    annotation: Annotation


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove annotations and whatever cannot be without them (see `dependants`)."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relabel:
    """Give an entity, event or relation another type; everything else stays."""

    id: str
    type: str


@dataclass(frozen=True, slots=True)
class Resize:
    """Move the ends of an entity, an event's trigger or a placed note; attributes and arguments stay."""

    id: str
    fragments: Fragments


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Set an attribute of an entity, event or relation; None takes it away."""

    id: str
    name: str
    value: AttributeValue | None


@dataclass(frozen=True, slots=True)
class SetIdentifiers:
    """Set the knowledge-base identifiers (`PREFIX:ID`) of an entity."""

    id: str
    identifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetArgument:
    """Add an argument to an event; one that is there already stays as it is."""

    event: str
    argument: Argument


@dataclass(frozen=True, slots=True)
class RemoveArgument:
    """Take an argument from an event."""

    event: str
    argument: Argument


@dataclass(frozen=True, slots=True)
class SetMembers:
    """Set the members of a chain; with fewer than two the chain goes."""

    chain: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetNote:
    """Change a note's text and flag."""

    id: str
    text: str
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Several operations as one, undone as one; `name` says what they are together."""

    name: str
    operations: tuple[Operation, ...]


Operation: TypeAlias = (
    Add
    | Remove
    | Relabel
    | Resize
    | SetAttribute
    | SetIdentifiers
    | SetArgument
    | RemoveArgument
    | SetMembers
    | SetNote
    | Batch
)


def plan(annotations: Annotations, operation: Operation) -> Edit:
    """The edit that OPERATION means for ANNOTATIONS.

    References are kept whole: nothing in the result points at an annotation that is not there. Whether the schema
    and the text allow the result is asked of `annotator.model.checks`. OperationError for ids that do not exist or
    annotations that do not have what the operation changes.
    """
    if isinstance(operation, Batch):
        return _plan_batch(annotations, operation)
    return Edit(type(operation).__name__, tuple(_replacements(annotations, operation)))


def dependants(annotations: Annotations, ids: Iterable[str]) -> list[Replacement]:
    """What else changes when the annotations IDS go: relations and notes on them go too, events lose the arguments,
    chains lose the members (and go when fewer than two are left), and so on through what went.
    """
    gone = set(ids)
    changed: dict[str, Replacement] = {}
    queue = list(gone)
    while queue:
        for item in annotations.referrers(queue.pop()):
            if item.id in gone:
                continue
            after = _without(item, gone)
            changed[item.id] = Replacement(item, after)
            if after is None:
                gone.add(item.id)
                queue.append(item.id)
    return list(changed.values())


def _without(annotation: Annotation, gone: set[str]) -> Annotation | None:
    match annotation:
        case Event():
            return replace(annotation, arguments=tuple(a for a in annotation.arguments if a.target not in gone))
        case Chain():
            members = tuple(member for member in annotation.members if member not in gone)
            return replace(annotation, members=members) if len(members) > 1 else None
        case _:
            return None


def _plan_batch(annotations: Annotations, batch: Batch) -> Edit:
    replacements: list[Replacement] = []
    for operation in batch.operations:
        edit = plan(annotations, operation)
        annotations = apply(annotations, edit)
        replacements.extend(edit.replacements)
    return Edit(batch.name, tuple(replacements))


def _get(annotations: Annotations, key: str) -> Annotation:
    found = annotations.get(key)
    if found is None:
        raise OperationError("there is no such annotation", where=key)
    return found


def _wrong(annotation: Annotation, what: str) -> OperationError:
    return OperationError(f"a {type(annotation).__name__.lower()} has no {what}", where=annotation.id)


def _replacements(annotations: Annotations, operation: Operation) -> list[Replacement]:
    match operation:
        case Add(annotation):
            if annotation.id in annotations:
                raise OperationError("an annotation with this id exists", where=annotation.id)
            for target in references(annotation):
                _get(annotations, target)
            return [Replacement(None, annotation)]
        case Remove(ids):
            removed = [Replacement(_get(annotations, key), None) for key in dict.fromkeys(ids)]
            return [*dependants(annotations, ids), *removed]
        case SetArgument() | RemoveArgument():
            return [_argument(annotations, operation)]
        case SetMembers(key, members):
            return [_members(annotations, key, members)]
        case Batch():
            return list(_plan_batch(annotations, operation).replacements)
        case _:
            before = _get(annotations, operation.id)
            return [Replacement(before, _changed(before, operation))]


def _changed(before: Annotation, operation: Operation) -> Annotation:
    match operation, before:
        case Relabel(_, type_name), Entity() | Event() | Relation():
            return replace(before, type=type_name)
        case Resize(_, fragments), Entity() | Event() | Note():
            return replace(before, fragments=fragments)
        case SetAttribute(_, name, value), Entity() | Event() | Relation():
            return replace(before, attributes=with_attribute(before.attributes, name, value))
        case SetIdentifiers(_, identifiers), Entity():
            return replace(before, identifiers=tuple(dict.fromkeys(identifiers)))
        case SetNote(_, text, flagged), Note():
            return replace(before, text=text, flagged=flagged)
    raise _wrong(before, {"Relabel": "type", "Resize": "ends"}.get(type(operation).__name__, "such property"))


def with_attribute(attributes: Attributes, name: str, value: AttributeValue | None) -> Attributes:
    """ATTRIBUTES with NAME set to VALUE (None: taken away), sorted by name."""
    kept = [(key, old) for key, old in attributes if key != name]
    return tuple(sorted([*kept, (name, value)] if value is not None else kept))


def _argument(annotations: Annotations, operation: SetArgument | RemoveArgument) -> Replacement:
    event, argument = _get(annotations, operation.event), operation.argument
    if not isinstance(event, Event):
        raise _wrong(event, "arguments")
    if isinstance(operation, RemoveArgument):
        if argument not in event.arguments:
            raise OperationError(f"the event has no such {argument.role}", where=event.id)
        return Replacement(event, replace(event, arguments=tuple(a for a in event.arguments if a != argument)))
    target = _get(annotations, argument.target)
    if target.id == event.id:
        raise OperationError("an event cannot be its own argument", where=event.id)
    if argument in event.arguments:
        return Replacement(event, event)
    return Replacement(event, replace(event, arguments=(*event.arguments, argument)))


def _members(annotations: Annotations, key: str, members: tuple[str, ...]) -> Replacement:
    chain = _get(annotations, key)
    if not isinstance(chain, Chain):
        raise _wrong(chain, "members")
    unique = tuple(dict.fromkeys(members))
    for member in unique:
        _get(annotations, member)
    return Replacement(chain, replace(chain, members=unique) if len(unique) > 1 else None)
