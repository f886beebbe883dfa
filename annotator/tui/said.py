"""What is said of one annotation beside its label, in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotator.model.annotations import Annotation, Entity, Event, Note


def said_of(annotation: Entity | Event, referrers: Iterable[Annotation]) -> str:
    """Attributes that are set, identifiers, flag and notes of ANNOTATION; REFERRERS are what refers to it."""
    return " · ".join(_words(annotation, [item for item in referrers if isinstance(item, Note)]))


def _words(annotation: Entity | Event, notes: Iterable[Note]) -> Iterator[str]:
    if any(note.flagged for note in notes):
        yield "flagged"
    for name, value in annotation.attributes:
        yield f"{name} {'yes' if value is True else 'no' if value is False else value}"
    if isinstance(annotation, Entity):
        yield from annotation.identifiers
    for note in notes:
        if note.text:
            yield f"note: {' '.join(note.text.split())}"
