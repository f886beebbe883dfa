"""Which relations and chains each annotation of a layer is in, kept up edit by edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from annotator.model.annotations import Annotation, Chain, Relation, references

Link: TypeAlias = Relation | Chain


class Links:
    """The links of a layer. What is told of one annotation is the same object until its links change."""

    def __init__(self, annotations: Iterable[Annotation] = ()) -> None:
        self._of: dict[str, tuple[Link, ...]] = {}
        for annotation in annotations:
            self.replace(None, annotation)

    def replace(self, before: Annotation | None, after: Annotation | None) -> bool:
        """Let AFTER be there instead of BEFORE. Whether that was a link."""
        if isinstance(before, Relation | Chain):
            for id in dict.fromkeys(references(before)):
                rest = tuple(link for link in self._of.get(id, ()) if link.id != before.id)
                if rest:
                    self._of[id] = rest
                else:
                    self._of.pop(id, None)
        if isinstance(after, Relation | Chain):
            for id in dict.fromkeys(references(after)):
                self._of[id] = (*self._of.get(id, ()), after)
        return isinstance(before or after, Relation | Chain)

    def ids(self) -> Collection[str]:
        """The annotations that have links."""
        return self._of.keys()

    def of(self, id: str) -> Sequence[Link]:
        """The relations and chains of the annotation ID, in the order they were made."""
        return self._of.get(id, ())
