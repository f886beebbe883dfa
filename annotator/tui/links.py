"""Which relations and chains each annotation of a layer is in, kept up edit by edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from annotator.model.annotations import Annotation, Chain, Relation, references

Link: TypeAlias = Relation | Chain


class Links:
    """The links of a layer. What is told of one annotation is the same object until its links change."""

    def __init__(self, annotations: Iterable[Annotation] = ()) -> None:
        found: dict[str, list[Link]] = {}
        self._places: dict[str, dict[str, int]] = {}
        for link in annotations:
            if isinstance(link, Relation | Chain):
                self._number(link)
                for id in dict.fromkeys(references(link)):
                    found.setdefault(id, []).append(link)
        self._of: dict[str, tuple[Link, ...]] = {id: tuple(links) for id, links in found.items()}

    def replace(self, before: Annotation | None, after: Annotation | None) -> Collection[str]:
        """Let AFTER be there instead of BEFORE. The annotations whose links are others now."""
        old = references(before) if isinstance(before, Relation | Chain) else ()
        new = references(after) if isinstance(after, Relation | Chain) else ()
        if isinstance(before, Chain):
            del self._places[before.id]
        self._number(after)
        changed = {*old, *new}
        for id in changed:
            now = (after,) if isinstance(after, Relation | Chain) and id in new else ()
            links = self._of.get(id, ())
            at = next((at for at, link in enumerate(links) if before is not None and link.id == before.id), len(links))
            self._of[id] = (*links[:at], *now, *links[at + 1 :])  # in the place of the one before
            if not self._of[id]:
                del self._of[id]
        return changed

    def _number(self, link: Annotation | None) -> None:
        if isinstance(link, Chain):
            self._places[link.id] = {member: place for place, member in enumerate(link.members)}

    def ids(self) -> Collection[str]:
        """The annotations that have links."""
        return self._of.keys()

    def of(self, id: str) -> Sequence[Link]:
        """The relations and chains of the annotation ID, in the order they were made."""
        return self._of.get(id, ())

    def place(self, chain: Chain, id: str) -> int:
        """Which of the members of CHAIN the annotation ID is, from 0."""
        return self._places[chain.id][id]
