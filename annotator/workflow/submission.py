"""To say that one's layer of a document is finished, and to be let at it again.

Whoever submits says that nothing is missing: what the checks only warn of while somebody works stands in the way here.
"""

from __future__ import annotations

from dataclasses import dataclass

from annotator.model.annotations import Annotations, fragments_of, references
from annotator.model.checks import check_layer
from annotator.model.documents import Document
from annotator.model.schema import Schema
from annotator.workflow.ports import LayerKey, Store
from annotator.workflow.session import now


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the way of submitting: `id` is the annotation's, `what` a sentence about it.

    `start` and `end` are the offsets to show: where the annotation lies, or what it refers to; None where neither
    lies anywhere.
    """

    id: str
    what: str
    start: int | None = None
    end: int | None = None


def problems(document: Document, annotations: Annotations, schema: Schema) -> list[Problem]:
    """Everything that must be mended before these annotations can be submitted, in text order, each only once."""
    found = [
        Problem(problem.id, problem.what, *(place(annotations, problem.id) or (None, None)))
        for problem in check_layer(document.text, schema, annotations)
    ]
    unplaced = len(document.text)
    return sorted(dict.fromkeys(found), key=lambda problem: unplaced if problem.start is None else problem.start)


def place(annotations: Annotations, id: str) -> tuple[int, int] | None:
    """Offsets of the annotation's first fragment, or of the first annotation it refers to that lies somewhere."""
    seen: set[str] = set()
    queue = [id]
    while queue:
        key = queue.pop(0)
        item = annotations.get(key)
        if item is None or key in seen:
            continue
        seen.add(key)
        if fragments := fragments_of(item):
            return fragments[0]
        queue.extend(references(item))
    return None


def submit(store: Store, schema: Schema, key: LayerKey, who: str) -> list[Problem]:
    """Submit the layer as it stands, so that nobody changes it until it is reopened; or say what stands in the way.

    A layer without annotations can be submitted: that there is nothing to annotate is an answer. LockedError when it
    is submitted already, StaleRevisionError when it is changed at this moment.
    """
    document = store.document(key.document)
    layer = store.layer(key)
    found = problems(document, layer.annotations, schema)
    if not found:
        store.set_layer_state(key, "submitted", who, now(), layer.revision)
    return found


def reopen(store: Store, key: LayerKey, who: str) -> None:
    """Let the layer's person go on. StoreError when it is not submitted, AccessError unless WHO reviews."""
    store.document(key.document)  # says so, with near names, when there is none
    store.set_layer_state(key, "reopened", who, now())
