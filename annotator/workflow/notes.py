"""Notes and flags as a list: of one document or of all of one layer's, and what may be done to them from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from annotator.errors import StaleRevisionError
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Fragment,
    Fragments,
    Note,
    fragments_of,
    kind_of,
    quoted,
    references,
)
from annotator.model.operations import Operation, Remove, SetNote, plan
from annotator.text.normalise import fold
from annotator.workflow.each_document import pages
from annotator.workflow.ports import Entry, LayerEdit, LayerKey, Store
from annotator.workflow.session import now

Kind = Literal["all", "flags", "notes"]
KINDS: Final[tuple[Kind, ...]] = ("all", "flags", "notes")
"""Notes and flags; what is flagged; what has a text."""

WORDS: Final = 200
"""Code points of the annotated words that are kept with a note; more than a row has cells."""
_PAGE: Final = 200  # layers read at once
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """A note or flag where it lies.

    `about` is the type of the annotation it is on, or its kind where it has no type, and empty for a place or for the
    whole document. `fragments` is the place of it, empty for the whole document, and `words` the beginning of what is
    there. `folded` is what a filter looks in.
    """

    document: str
    title: str
    note: Note
    about: str = ""
    fragments: Fragments = ()
    words: str = ""
    folded: str = ""

    @property
    def start(self) -> int | None:
        """The first offset of its place; None for the whole document."""
        return self.fragments[0].start if self.fragments else None


def remarks_of(document: str, title: str, text: str, annotations: Annotations) -> list[Remark]:
    """The notes and flags among the ANNOTATIONS of a document, in text order; those on the whole of it come last."""
    found = []
    for note in annotations.values():
        if not isinstance(note, Note):
            continue
        target = annotations.get(note.target)
        fragments = note.fragments or (_place(annotations, target) if target is not None else ())
        about = (getattr(target, "type", "") or kind_of(target)) if target is not None else ""
        words = _beginning(text, fragments)
        folded = fold(" ".join((note.text[: 8 * WORDS], words, about, document, title))).text
        found.append(Remark(document, title, note, about, fragments, words, folded))
    return sorted(found, key=_in_text)


def _in_text(remark: Remark) -> tuple[bool, int, int, str]:
    start = remark.start
    return (start is None, start or 0, -remark.fragments[-1].end if remark.fragments else 0, remark.note.id)


def _place(annotations: Annotations, target: Annotation) -> Fragments:
    """Where TARGET lies; what lies nowhere itself (a relation, a chain) lies where the first thing it is about does."""
    seen: set[str] = set()
    while not fragments_of(target) and target.id not in seen:
        seen.add(target.id)
        found = next((annotations[id] for id in references(target) if id in annotations), None)
        if found is None:
            return ()
        target = found
    return fragments_of(target)


def _beginning(text: str, fragments: Fragments) -> str:
    kept: list[Fragment] = []
    left = WORDS
    for start, end in fragments:
        if left > 0:
            kept.append(Fragment(start, min(end, start + left)))
            left -= end - start
    return quoted(text, tuple(kept))


def document_remarks(store: Store, layer: str, document: str) -> list[Remark]:
    """The notes and flags in the layer called LAYER of DOCUMENT. StoreError when there is no such document."""
    annotations = store.layer(LayerKey(document, layer)).annotations
    if not _has_notes(annotations):
        return []
    found = store.document(document)
    return remarks_of(document, found.title, found.text, annotations)


def all_remarks(store: Store, layer: str, progress: Callable[[int, int], bool] | None = None) -> Iterator[Remark]:
    """The notes and flags of all layers called LAYER, documents in the order in which they were added.

    PROGRESS is told how many documents that have some are done, of how many, and says False to stop. Only their layers
    and texts are read, some at a time. StoreError from the step that the database refuses.
    """
    ids = store.documents_with(layer, noted=True)
    for number, page in enumerate(pages(ids, _PAGE)):
        if progress is not None and not progress(number * _PAGE, len(ids)):
            return
        layers = store.layers_named(layer, page)
        for id in page:
            annotations = layers[id].annotations if id in layers else Annotations()
            if _has_notes(annotations):
                document = store.document(id)
                yield from remarks_of(id, document.title, document.text, annotations)
    if progress is not None:
        progress(len(ids), len(ids))


def _has_notes(annotations: Annotations) -> bool:
    return any(isinstance(item, Note) for item in annotations.values())


def renewed(store: Store, layer: str, remarks: Iterable[Remark], documents: Iterable[str]) -> list[Remark]:
    """REMARKS, of documents as they were added, with what the DOCUMENTS have now in place of what they had."""
    by_document: dict[str, list[Remark]] = {}
    for remark in remarks:
        by_document.setdefault(remark.document, []).append(remark)
    new = False
    for id in documents:
        new = new or id not in by_document
        by_document[id] = document_remarks(store, layer, id)
    if new:
        order = {summary.id: number for number, summary in enumerate(store.summaries(by_document))}
        by_document = {id: by_document[id] for id in sorted(by_document, key=lambda id: order.get(id, len(order)))}
    return [remark for found in by_document.values() for remark in found]


def matching(remarks: Iterable[Remark], query: str = "", kind: Kind = "all") -> list[Remark]:
    """Those of REMARKS of this KIND that have every word of QUERY in text, words, label or document, however spelt."""
    words = fold(query).text.split()
    return [
        remark
        for remark in remarks
        if (kind == "all" or (remark.note.flagged if kind == "flags" else bool(remark.note.text)))
        and all(word in remark.folded for word in words)
    ]


def remove(store: Store, who: str, remarks: Iterable[Remark]) -> Entry | None:
    """Delete REMARKS from the layers of WHO, as one entry of the journal; None when none of them is there any more."""
    by_document: dict[str, list[str]] = {}
    for remark in remarks:
        by_document.setdefault(remark.document, []).append(remark.note.id)

    def wanted(document: str, annotations: Annotations) -> Operation | None:
        ids = tuple(id for id in dict.fromkeys(by_document[document]) if id in annotations)
        return Remove(ids) if ids else None

    return _change(store, who, list(by_document), wanted)


def rewrite(store: Store, who: str, remark: Remark, text: str, *, flagged: bool) -> Entry | None:
    """Give the note of REMARK, in the layer of WHO, this TEXT and flag; with neither it goes.

    None when it is not there any more or nothing changes.
    """
    id = remark.note.id

    def wanted(_document: str, annotations: Annotations) -> Operation | None:
        if id not in annotations:
            return None
        return SetNote(id, text, flagged) if text.strip() or flagged else Remove((id,))

    return _change(store, who, [remark.document], wanted)


def _change(
    store: Store, who: str, documents: Sequence[str], wanted: Callable[[str, Annotations], Operation | None]
) -> Entry | None:
    """Commit what is WANTED of each of the layers of WHO; after somebody else's edit, look again and try again."""
    tries = 0
    while True:
        tries += 1
        edits = list(_edits(store, who, documents, wanted))
        if not edits:
            return None
        try:
            return store.commit(who, now(), edits)
        except StaleRevisionError:
            if tries == _TRIES:
                raise


def _edits(
    store: Store, who: str, documents: Sequence[str], wanted: Callable[[str, Annotations], Operation | None]
) -> Iterator[LayerEdit]:
    layers = store.layers_named(who, documents)
    for id in documents:
        layer = layers.get(id)
        operation = wanted(id, layer.annotations) if layer is not None else None
        if layer is None or operation is None:
            continue
        edit = plan(layer.annotations, operation)
        if edit.changed:
            yield LayerEdit(LayerKey(id, who), layer.revision, edit)
