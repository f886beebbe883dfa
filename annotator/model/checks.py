"""What is wrong with annotations, asked of the text and the schema. Errors may not be stored; warnings may."""

from __future__ import annotations

import re
from collections import ChainMap, Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from annotator.model.annotations import (
    Annotation,
    Annotations,
    Attributes,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragments,
    Note,
    Relation,
    fragments_of,
    quoted,
    references,
)
from annotator.model.operations import Edit
from annotator.model.schema import Schema
from annotator.model.span_index import SpanIndex

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the annotation `id` (empty: with the layer as a whole); `what` is a sentence."""

    severity: Severity
    id: str
    what: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.id + ': ' if self.id else ''}{self.what}"


def check_edit(text: str, schema: Schema, annotations: Annotations, edit: Edit, index: SpanIndex) -> list[Problem]:
    """Problems of the annotations that EDIT adds or changes; ANNOTATIONS are those after it, INDEX those before.

    What was wrong with an annotation before, as when the schema has lost its type, is no problem of the edit.
    """
    found: list[Problem] = []
    for replacement in edit.replacements:
        before, after = replacement.before, replacement.after
        if after is None or annotations.get(after.id) != after:
            continue
        found += _arisen(text, schema, annotations, edit, before, after)
        retyped = before is not None and getattr(before, "type", None) != getattr(after, "type", None)
        if isinstance(after, Entity) and (before is None or retyped or fragments_of(before) != after.fragments):
            found += _twins(annotations, index, edit, after)
        if retyped:  # what refers to it may not allow the new type
            for item in annotations.referrers(after.id):
                found += _arisen(text, schema, annotations, edit, item, item)
    return found


def _arisen(
    text: str, schema: Schema, annotations: Annotations, edit: Edit, before: Annotation | None, after: Annotation
) -> list[Problem]:
    """Problems of AFTER but for as many errors of the same words as it had as BEFORE, in what was there before EDIT.

    Nothing is added to an annotation with errors: what is wrong may keep the rest from being checked.
    """
    problems = check(text, schema, annotations, after)
    if before is None or all(problem.severity == "warning" for problem in problems) or _adds(before, after):
        return problems
    as_it_was = ChainMap({it.before.id: it.before for it in edit.replacements if it.before}, dict(annotations))
    known = Counter(check(text, schema, as_it_was, before))
    arisen: list[Problem] = []
    for problem in problems:
        if problem.severity == "warning" or not known[problem]:
            arisen.append(problem)
        else:
            known[problem] -= 1
    return arisen


def _adds(before: Annotation, after: Annotation) -> bool:
    """Whether AFTER has attributes, identifiers or arguments that BEFORE has not."""
    details = ("attributes", "identifiers", "arguments")
    return any(set(getattr(after, name, ())) - set(getattr(before, name, ())) for name in details)


def check_layer(text: str, schema: Schema, annotations: Annotations) -> list[Problem]:
    """Every problem of a whole layer, in the order of its annotations."""
    found = [problem for item in annotations.values() for problem in check(text, schema, annotations, item)]
    seen: dict[tuple[str, Fragments], str] = {}
    for entity in annotations.entities:
        first = seen.setdefault((entity.type, entity.fragments), entity.id)
        if first != entity.id:
            found.append(Problem("error", entity.id, f"the same {entity.type} as {first}"))
    return found


def check(text: str, schema: Schema, annotations: Mapping[str, Annotation], annotation: Annotation) -> list[Problem]:
    """Problems of one ANNOTATION of the layer ANNOTATIONS."""
    problems = [*_check_fragments(text, annotation), *_check_references(annotations, annotation)]
    if any(problem.severity == "error" for problem in problems):
        return problems  # what follows would trip over the same thing
    match annotation:
        case Entity():
            return problems + list(_check_entity(schema, annotation))
        case Event():
            return problems + list(_check_event(schema, annotations, annotation))
        case Relation():
            return problems + list(_check_relation(schema, annotations, annotation))
        case Chain():
            return problems + list(_check_chain(annotations, annotation))
        case DocumentLabel():
            return problems + list(_check_document_label(schema, annotations, annotation))
        case _:
            return problems


def _twins(annotations: Annotations, index: SpanIndex, edit: Edit, annotation: Entity) -> Iterable[Problem]:
    """Another entity of the same type and fragments, among those there were and those that EDIT made."""
    if not annotation.fragments:
        return
    near = {span.id for span in index.overlapping(*annotation.fragments[0])}
    near.update(replacement.id for replacement in edit.replacements)
    for other in (annotations.get(key) for key in near - {annotation.id}):
        if isinstance(other, Entity) and (other.type, other.fragments) == (annotation.type, annotation.fragments):
            yield Problem("error", annotation.id, f"this is a {annotation.type} already")
            return


def _check_fragments(text: str, annotation: Annotation) -> Iterable[Problem]:
    fragments = fragments_of(annotation)
    if not fragments and not isinstance(annotation, Entity | Event):
        return
    if not fragments:
        yield Problem("error", annotation.id, "it covers no text")
    last = -1
    for start, end in fragments:
        if not 0 <= start < end <= len(text):
            yield Problem("error", annotation.id, f"[{start}, {end}) is no range of a text of {len(text)} code points")
        elif start <= last:
            yield Problem("error", annotation.id, "its fragments touch, overlap, or are not in text order")
        elif text[start:end].isspace():
            yield Problem("error", annotation.id, f"[{start}, {end}) covers only white space")
        last = end


def _check_references(annotations: Mapping[str, Annotation], annotation: Annotation) -> Iterable[Problem]:
    for target in references(annotation):
        if target == annotation.id:
            yield Problem("error", annotation.id, "it refers to itself")
        elif target not in annotations:
            yield Problem("error", annotation.id, f"it refers to {target!r}, which does not exist")


def _check_attributes(schema: Schema, id: str, allowed: tuple[str, ...], attributes: Attributes) -> Iterable[Problem]:
    for name, value in attributes:
        kind = schema.attribute.get(name)
        if kind is None or name not in allowed:
            yield Problem("error", id, f"its type has no attribute {name!r}")
        elif value not in kind.values if kind.values else not isinstance(value, bool):
            yield Problem("error", id, f"attribute {name!r} cannot be {value!r}")


def _check_entity(schema: Schema, entity: Entity) -> Iterable[Problem]:
    kind = schema.entity.get(entity.type)
    if kind is None:
        yield Problem("error", entity.id, f"the schema has no entity type {entity.type!r}")
        return
    yield from _check_attributes(schema, entity.id, kind.attributes, entity.attributes)
    for identifier in entity.identifiers:
        prefix, colon, key = identifier.partition(":")
        if not colon or not key:
            yield Problem("error", entity.id, f"identifier {identifier!r} is not of the form PREFIX:ID")
        elif schema.knowledge_bases and (base := schema.knowledge_base.get(prefix)) is None:
            yield Problem("error", entity.id, f"the schema has no knowledge base {prefix!r}")
        elif schema.knowledge_bases and base is not None and not re.fullmatch(base.pattern, key):
            yield Problem("error", entity.id, f"{key!r} is no identifier of {base.title}")


def _check_event(schema: Schema, annotations: Mapping[str, Annotation], event: Event) -> Iterable[Problem]:
    kind = schema.event.get(event.type)
    if kind is None:
        yield Problem("error", event.id, f"the schema has no event type {event.type!r}")
        return
    yield from _check_attributes(schema, event.id, kind.attributes, event.attributes)
    counts: dict[str, int] = {}
    for argument in event.arguments:
        role, target = kind.role(argument.role), annotations[argument.target]
        counts[argument.role] = counts.get(argument.role, 0) + 1
        if role is None:
            yield Problem("error", event.id, f"{event.type} has no role {argument.role!r}")
        elif not isinstance(target, Entity | Event) or target.type not in role.fillers:
            given = target.type if isinstance(target, Entity | Event) else type(target).__name__
            yield Problem("error", event.id, f"{given} cannot be the {argument.role} of {event.type}")
    if len(set(event.arguments)) < len(event.arguments):
        yield Problem("error", event.id, "it has the same argument twice")
    for role in kind.roles:
        if role.required and not counts.get(role.name):
            yield Problem("warning", event.id, f"its {role.name} is still empty")
        if not role.multiple and counts.get(role.name, 0) > 1:
            yield Problem("warning", event.id, f"its {role.name} may be filled only once")


def _check_relation(schema: Schema, annotations: Mapping[str, Annotation], relation: Relation) -> Iterable[Problem]:
    kind = schema.relation.get(relation.type)
    if kind is None:
        yield Problem("error", relation.id, f"the schema has no relation type {relation.type!r}")
        return
    yield from _check_attributes(schema, relation.id, kind.attributes, relation.attributes)
    if relation.source == relation.target:
        yield Problem("error", relation.id, "it relates an annotation to itself")
    for place, allowed, key in (("source", kind.source, relation.source), ("target", kind.target, relation.target)):
        end = annotations[key]
        if not isinstance(end, Entity | Event) or end.type not in allowed:
            given = end.type if isinstance(end, Entity | Event) else type(end).__name__
            yield Problem("error", relation.id, f"{given} cannot be the {place} of {relation.type}")


def _check_chain(annotations: Mapping[str, Annotation], chain: Chain) -> Iterable[Problem]:
    if len(set(chain.members)) < 2:
        yield Problem("error", chain.id, "a chain needs at least two different members")
    kinds = {type(annotations[member]) for member in chain.members}
    if len(kinds) > 1 or kinds - {Entity, Event}:
        yield Problem("error", chain.id, "a chain holds only entities or only events")


def _check_document_label(
    schema: Schema, annotations: Mapping[str, Annotation], label: DocumentLabel
) -> Iterable[Problem]:
    kind = schema.document_label.get(label.type)
    if kind is None:
        yield Problem("error", label.id, f"the schema has no document label {label.type!r}")
        return
    if label.value not in kind.values:
        yield Problem("error", label.id, f"document label {label.type!r} cannot be {label.value!r}")
        return
    others = {
        item.value
        for item in annotations.values()
        if isinstance(item, DocumentLabel) and item.type == label.type and item.id != label.id
    }
    if label.value in others:
        yield Problem("error", label.id, f"the document has the {label.type} {label.value!r} already")
    elif others and not kind.multiple:
        yield Problem("warning", label.id, f"a document may have only one {label.type}")


def describe(text: str, annotation: Annotation, limit: int = 40) -> str:
    """One line for a message or a report: type, range and the first LIMIT code points it covers."""
    if isinstance(annotation, Entity | Event):
        words = quoted(text, annotation.fragments)
        ranges = ", ".join(f"[{start}, {end})" for start, end in annotation.fragments)
        return f"{annotation.type} {ranges} {words[:limit]}{'…' if len(words) > limit else ''}"
    if isinstance(annotation, Relation):
        return f"{annotation.type} {annotation.source} → {annotation.target}"
    if isinstance(annotation, Note):
        return f"note {annotation.text[:limit]}"
    if isinstance(annotation, DocumentLabel):
        return f"{annotation.type} {annotation.value}"
    return f"{type(annotation).__name__} {annotation.id}"
