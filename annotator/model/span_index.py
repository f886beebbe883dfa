"""Which spans lie where: the spans of one layer, sorted, asked once for every line that is painted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from annotator.model.annotations import Annotation, Entity, Event

LONG: Final = 512
"""Spans over this many code points are kept apart, so that one long span does not make every look-up long."""


class Span(NamedTuple):
    """One fragment of an entity or of an event's trigger: `[start, end)` offsets, the type, the kind, the id.

    `part` is the fragment's place among `parts` of its annotation.
    """

    start: int
    end: int
    id: str
    type: str
    is_event: bool
    part: int = 0
    parts: int = 1


def spans_of(annotation: Annotation | None) -> Iterator[Span]:
    """The spans of an entity or event; nothing for other annotations and for None."""
    if isinstance(annotation, Entity | Event):
        parts = len(annotation.fragments)
        for part, (start, end) in enumerate(annotation.fragments):
            yield Span(start, end, annotation.id, annotation.type, isinstance(annotation, Event), part, parts)


class SpanIndex:
    """All spans of a layer in text order. Insertion and removal are one bisection and one list shift."""

    def __init__(self, annotations: Iterable[Annotation] = ()) -> None:
        spans = sorted(span for annotation in annotations for span in spans_of(annotation))
        self._short = [span for span in spans if span.end - span.start <= LONG]
        self._long = [span for span in spans if span.end - span.start > LONG]
        self._ordered = [span for span in spans if not span.part]
        self._events = [span for span in self._ordered if span.is_event]

    def __len__(self) -> int:
        return len(self._short) + len(self._long)

    def replace(self, before: Annotation | None, after: Annotation | None) -> None:
        """Take the spans of BEFORE out and put those of AFTER in."""
        for span in spans_of(before):
            for group in self._groups_of(span):
                at = bisect_left(group, span)
                if at < len(group) and group[at] == span:
                    del group[at]
        for span in spans_of(after):
            for group in self._groups_of(span):
                group.insert(bisect_left(group, span), span)

    def overlapping(self, start: int, end: int) -> list[Span]:
        """The spans that share at least one code point with `[start, end)`, by start, then longest first."""
        low = bisect_left(self._short, (start - LONG,))
        high = bisect_left(self._short, (end,))
        found = [span for span in self._short[low:high] if span.end > start]
        found.extend(span for span in self._long if span.start < end and span.end > start)
        found.sort(key=_outermost_first)
        return found

    def at(self, offset: int) -> list[Span]:
        """The spans that cover OFFSET, outermost first."""
        return self.overlapping(offset, offset + 1)

    def after(self, offset: int) -> Span | None:
        """The first span (longest of several) that starts after OFFSET."""
        found = [group[at] for group in self._groups() if (at := bisect_right(group, (offset + 1,))) < len(group)]
        first = min((span.start for span in found), default=None)
        return None if first is None else self._longest_from(first)

    def before(self, offset: int) -> Span | None:
        """The last span (longest of several) that starts before OFFSET."""
        found = [group[at - 1] for group in self._groups() if (at := bisect_left(group, (offset,)))]
        last = max((span.start for span in found), default=None)
        return None if last is None else self._longest_from(last)

    def events(self) -> Sequence[Span]:
        """The first span of every event, sorted. To be read before the next `replace`."""
        return self._events

    def in_order(self) -> Sequence[Span]:
        """The first span of every annotation, sorted. To be read before the next `replace`."""
        return self._ordered

    def boundaries(self) -> Iterator[int]:
        """Every start and end, unsorted and with repeats."""
        for group in self._groups():
            for span in group:
                yield span.start
                yield span.end

    def _groups(self) -> tuple[list[Span], list[Span]]:
        return self._short, self._long

    def _groups_of(self, span: Span) -> Iterator[list[Span]]:
        yield self._long if span.end - span.start > LONG else self._short
        if not span.part:
            yield self._ordered
            if span.is_event:
                yield self._events

    def _longest_from(self, start: int) -> Span:
        found: list[Span] = []
        for group in self._groups():
            low, high = bisect_left(group, (start,)), bisect_left(group, (start + 1,))
            found += group[low:high]
        return min(found, key=_outermost_first)


def _outermost_first(span: Span) -> tuple[int, int, bool, str]:
    return span.start, -span.end, not span.is_event, span.id
