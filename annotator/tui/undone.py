"""What an undo or a redo has done, in words, and where."""

from __future__ import annotations

from typing import Final

from annotator.model.annotations import (
    Annotation,
    Annotations,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragments,
    Note,
    Relation,
    fragments_of,
    references,
)
from annotator.model.operations import Edit

_DONE: Final = {
    "Add": "adding {}",
    "AddFiller": "a new annotation in a role",
    "CopyArguments": "copying arguments",
    "MergeChains": "the chain",
    "Relabel": "relabelling {}",
    "Remove": "deleting {}",
    "RemoveArgument": "emptying the role",
    "Resize": "resizing {}",
    "SetArgument": "filling the role",
    "SetAttribute": "the attribute",
    "SetIdentifiers": "the identifiers",
    "SetMembers": "the chain",
    "SetNote": "the note",
}


def edit_words(edit: Edit) -> str:
    """What EDIT did; the name of an operation that is not an annotator's stands for itself."""
    subject = next((it.after or it.before for it in edit.replacements), None)
    words = _DONE.get(edit.name)
    return words.format(_named(subject)) if words is not None else edit.name


def place_of(edit: Edit, annotations: Annotations) -> Fragments:
    """Where EDIT changed something in the text, or else what that is about in ANNOTATIONS; empty when nowhere."""
    for it in edit.replacements:
        changed = it.after or it.before
        if changed is None:
            continue
        about = [annotations[id] for id in references(changed) if id in annotations]
        for one in (changed, *about):
            if found := fragments_of(one):
                return found
    return ()


def _named(annotation: Annotation | None) -> str:
    match annotation:
        case Entity() | Event():
            return annotation.type
        case Relation():
            return f"the relation {annotation.type}"
        case Chain():
            return "the chain"
        case Note():
            return "the note" if annotation.text else "the flag"
        case DocumentLabel():
            return f"{annotation.type}: {annotation.value}"
        case _:
            return "it"
