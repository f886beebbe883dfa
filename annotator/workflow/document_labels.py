"""Labels of a whole document: what it has, what it may have, and what gives it a value or takes one away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from annotator.model.annotations import Annotations, DocumentLabel, Provenance
from annotator.model.operations import Add, Batch, Operation, Remove
from annotator.model.schema import Schema
from annotator.workflow.session import new_id

_NAME: Final = "labelling the document"


@dataclass(frozen=True, slots=True)
class LabelValue:
    """A value of the document label `type`: whether the document has it, and whether the schema allows it."""

    type: str
    value: str
    chosen: bool
    allowed: bool = True


def label_values(schema: Schema, annotations: Annotations) -> list[LabelValue]:
    """All values that documents may have, label by label in the schema's order, each with whether this one has it.

    What only ANNOTATIONS have (the schema was another one when they were made) comes behind, so that it can be taken
    away.
    """
    chosen: dict[tuple[str, str], bool] = {
        (kind.name, value): False for kind in schema.document_labels for value in kind.values
    }
    allowed = set(chosen)
    for label in annotations.values():
        if isinstance(label, DocumentLabel):
            chosen[label.type, label.value] = True
    order = {name: place for place, name in enumerate(dict.fromkeys(type_name for type_name, _ in chosen))}
    keys = sorted(chosen, key=lambda key: order[key[0]])
    return [LabelValue(*key, chosen[key], key in allowed) for key in keys]


def switch(schema: Schema, annotations: Annotations, type_name: str, value: str, made: Provenance) -> Operation:
    """What gives the document the VALUE of the label TYPE_NAME, or takes it away where the document has it.

    Where the schema allows one value, the new one comes instead of the others; MADE is its provenance.
    """
    kind = schema.document_label.get(type_name)
    there = [item for item in annotations.values() if isinstance(item, DocumentLabel)]
    same = tuple(item.id for item in there if (item.type, item.value) == (type_name, value))
    steps: list[Operation] = []
    if same:
        steps.append(Remove(same))
    else:
        others = tuple(item.id for item in there if item.type == type_name)
        if others and (kind is None or not kind.multiple):
            steps.append(Remove(others))
        steps.append(Add(DocumentLabel(new_id("label"), type_name, value, made)))
    return Batch(_NAME, tuple(steps))
