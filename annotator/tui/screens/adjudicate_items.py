"""What the adjudicate screen lists: the items of one document, filtered, and where they lie in the text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from string import ascii_uppercase
from typing import TYPE_CHECKING

from annotator.adjudication.feedback import label_of
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import Item
from annotator.adjudication.plain import span_of
from annotator.model.annotations import Note
from annotator.tui.widgets.gold_pane import Mark, Marks
from annotator.workflow.adjudication_queue import QueueFilter

if TYPE_CHECKING:
    from annotator.tui.widgets.text_pane_state import Range


class Ledger:
    """The items of one document on which people differ; `shown` are those that the filter lets through.

    An item keeps its place in the list when it is decided, also where only open ones were asked for: what is listed
    changes when the filter is set, and not under one's fingers.
    """

    def __init__(self, adjudication: Adjudication) -> None:
        self.adjudication = adjudication
        self.items = adjudication.items()
        self.marks = Marks(_marks(adjudication, self.items))
        self.has_notes = any(
            isinstance(item, Note) for layer in adjudication.comparison.opinions.values() for item in layer.values()
        )
        self.wanted, self.open_only = QueueFilter(), False
        self.shown: list[Item] = self.items
        self.places: dict[str, int] = {}
        self._open: list[int] = []
        """The places of the open ones among those shown, in order."""
        self._index()

    def filter(self, wanted: QueueFilter, *, open_only: bool) -> None:
        """List what is WANTED; its `most` is here the highest agreement of an item."""
        self.wanted, self.open_only = wanted, open_only
        made = self.adjudication
        self.shown = [
            item
            for item in self.items
            if (not open_only or item.key in made.open)
            and wanted.wants(made, item)
            and (wanted.most >= 1 or made.agreement(item) <= wanted.most)
        ]
        self._index()

    def _index(self) -> None:
        self.places = {item.key: place for place, item in enumerate(self.shown)}
        self.count_open()

    def count_open(self) -> None:
        """Much was decided, or opened again."""
        is_open = self.adjudication.open
        self._open = [place for place, item in enumerate(self.shown) if item.key in is_open]

    def follow(self, touched: Iterable[str]) -> None:
        """The items TOUCHED, given by key, may have been decided, or be open again."""
        for key in touched:
            place = self.places.get(key)
            if place is None:
                continue
            at = bisect_left(self._open, place)
            was_open = at < len(self._open) and self._open[at] == place
            if key not in self.adjudication.open:
                del self._open[at : at + was_open]
            elif not was_open:
                self._open.insert(at, place)

    @property
    def is_filtered(self) -> bool:
        """Whether something is left out."""
        return self.open_only or self.wanted != QueueFilter()

    def labels(self) -> list[str]:
        """The labels that items are about, most frequent first."""
        counts = Counter(label_of(self.adjudication, item) for item in self.items)
        return [label for label, _ in counts.most_common() if label]

    def renewed(self, adjudication: Adjudication) -> Ledger:
        """The same list over another ADJUDICATION of the document: what was listed stays listed."""
        anew = Ledger(adjudication)
        anew.wanted, anew.open_only = self.wanted, self.open_only
        if self.is_filtered:
            old, listed = {item.key for item in self.items}, self.places
            anew.shown = [item for item in anew.items if item.key in listed or item.key not in old]
            anew._index()
        return anew

    def ranges_of(self, item: Item) -> Iterator[Range]:
        """Where ITEM is marked in the text."""
        return ((mark.start, mark.end) for mark in _marks(self.adjudication, [item]))

    def next_open(self, place: int, step: int) -> int | None:
        """The place of the next open item from PLACE on, around the end; None when none of those shown is open."""
        if not self._open:
            return None
        if step < 0:
            return self._open[bisect_left(self._open, place) - 1]
        return self._open[bisect_right(self._open, place) % len(self._open)]


def _marks(made: Adjudication, items: Sequence[Item]) -> Iterator[Mark]:
    aligned = made.comparison.aligned
    for place, item in enumerate(items):
        if item.aspect in {"relation", "chain"}:
            ends = {(aligned[key].start, aligned[key].end) for key in item.about}
            yield from (Mark(start, end, place, item.key) for start, end in ends)
        elif item.aspect != "label":
            yield Mark(item.start, item.end, place, item.key)


def aliases(key: str, names: Sequence[str]) -> dict[str, str]:
    """A letter for each of NAMES, shuffled anew for each item KEY but always the same for one."""
    ordered = sorted(names, key=lambda name: blake2b(f"{key}\0{name}".encode(errors="replace")).digest())
    letters = [*ascii_uppercase, *(f"P{number}" for number in range(27, len(names) + 1))]
    return dict(zip(ordered, letters, strict=False))


def region_of(made: Adjudication, item: Item) -> list[Range]:
    """The ranges of offsets that ITEM is about."""
    if item.aspect == "label":
        return []
    if item.aspect == "span":
        return [(item.start, item.end)]
    keys = [item.parent] if item.parent else []
    keys += item.about if item.aspect in {"role", "relation", "chain"} else ()
    return sorted({(start, end) for key in keys for start, end in span_of(made, key)[1]})
