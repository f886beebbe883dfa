"""Annotations and edits as plain JSON values, for journals and databases.

Short keys, defaults left out, nothing validated but the shape: this is the store's own form. What people exchange is
the native JSON of `annotator.formats`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from annotator.errors import StoreError
from annotator.lazy import lazy_module
from annotator.model.annotations import (
    KINDS,
    Annotation,
    Argument,
    Attributes,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Note,
    Provenance,
    Record,
    Relation,
    kind_of,
)

if TYPE_CHECKING:
    from annotator.model import operations
    from annotator.model.operations import Edit
else:  # the first frame decodes annotations, no edits
    operations = lazy_module("annotator.model.operations")

Json = dict[str, Any]


def encode(annotation: Annotation) -> Json:
    """ANNOTATION as a JSON object."""
    value: Json = {"kind": kind_of(annotation), "id": annotation.id}
    match annotation:
        case Entity() | Event():
            value |= {"type": annotation.type, "at": [list(fragment) for fragment in annotation.fragments]}
            if isinstance(annotation, Entity):
                if annotation.identifiers:
                    value["ids"] = list(annotation.identifiers)
            elif annotation.arguments:
                value["args"] = [[argument.role, argument.target] for argument in annotation.arguments]
            if annotation.attributes:
                value["attrs"] = dict(annotation.attributes)
        case Relation():
            value |= {"type": annotation.type, "source": annotation.source, "target": annotation.target}
            if annotation.attributes:
                value["attrs"] = dict(annotation.attributes)
        case Chain():
            value["members"] = list(annotation.members)
        case Note():
            value["text"] = annotation.text
            if annotation.target:
                value["target"] = annotation.target
            if annotation.fragments:
                value["at"] = [list(fragment) for fragment in annotation.fragments]
            if annotation.flagged:
                value["flagged"] = True
        case DocumentLabel():
            value |= {"type": annotation.type, "value": annotation.value}
        case Record():
            value |= {"type": annotation.type, "data": annotation.data}
    value["prov"] = _encode_provenance(annotation.provenance)
    return value


def decode(value: Json) -> Annotation:
    """The annotation that `encode` made VALUE of. StoreError when it is something else."""
    try:
        return _DECODERS[value["kind"]](value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"a stored annotation cannot be read ({error!r})", where=str(value)[:80]) from None


def encode_edit(edit: Edit) -> Json:
    """EDIT as a JSON object."""
    changes = [[r.before and encode(r.before), r.after and encode(r.after)] for r in edit.replacements]
    return {"name": edit.name, "changes": changes}


def decode_edit(value: Json) -> Edit:
    """The edit that `encode_edit` made VALUE of. StoreError when it is something else."""
    try:
        pairs = [(before and decode(before), after and decode(after)) for before, after in value["changes"]]
        return operations.Edit(value["name"], tuple(operations.Replacement(before, after) for before, after in pairs))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"a stored edit cannot be read ({error!r})", where=str(value)[:80]) from None


def _encode_provenance(provenance: Provenance) -> Json:
    value: Json = {"source": provenance.source, "agent": provenance.agent, "at": provenance.at}
    if provenance.tool:
        value["tool"] = provenance.tool
    if provenance.score is not None:
        value["score"] = provenance.score
    if provenance.derived_from:
        value["from"] = list(provenance.derived_from)
    return value


def _provenance(value: Json) -> Provenance:
    prov = value["prov"]
    derived = tuple(prov.get("from", ()))
    return _made(prov["source"], prov["agent"], prov["at"], prov.get("tool", ""), prov.get("score"), derived)


_made = lru_cache(maxsize=4096)(Provenance)  # an import gives thousands of annotations the same provenance


def _fragments(value: Json) -> tuple[Fragment, ...]:
    return tuple([Fragment(start, end) for start, end in value.get("at", ())])


def _attributes(value: Json) -> Attributes:
    attrs = value.get("attrs")
    return tuple(sorted(attrs.items())) if attrs else ()


def _entity(value: Json) -> Entity:
    return Entity(
        value["id"],
        value["type"],
        _fragments(value),
        _attributes(value),
        tuple(value.get("ids", ())),
        _provenance(value),
    )


def _event(value: Json) -> Event:
    arguments = tuple(Argument(role, target) for role, target in value.get("args", ()))
    return Event(value["id"], value["type"], _fragments(value), arguments, _attributes(value), _provenance(value))


def _relation(value: Json) -> Relation:
    return Relation(
        value["id"], value["type"], value["source"], value["target"], _attributes(value), _provenance(value)
    )


def _note(value: Json) -> Note:
    return Note(
        value["id"],
        value["text"],
        value.get("target", ""),
        _fragments(value),
        value.get("flagged", False),
        _provenance(value),
    )


def _chain(value: Json) -> Chain:
    return Chain(value["id"], tuple(value["members"]), _provenance(value))


def _label(value: Json) -> DocumentLabel:
    return DocumentLabel(value["id"], value["type"], value["value"], _provenance(value))


def _record(value: Json) -> Record:
    return Record(value["id"], value["type"], value["data"], _provenance(value))


_DECODERS: dict[str, Callable[[Json], Annotation]] = {
    "entity": _entity,
    "event": _event,
    "relation": _relation,
    "chain": _chain,
    "note": _note,
    "label": _label,
    "record": _record,
}
assert _DECODERS.keys() == KINDS.keys()  # noqa: S101 - a kind without a decoder must fail at import, not on a load
