"""Search in all texts: what is there, in its context, and what is said of it already.

An index may tell which documents are worth reading; where a hit lies is always asked of the text itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice, repeat
from typing import Final

from annotator.errors import AnnotatorError
from annotator.model.annotations import Annotations, Entity, Event
from annotator.model.span_index import Span, SpanIndex, spans_of
from annotator.text.literals import Needs
from annotator.workflow.match_pool import Crew, Kept, MatchPool, StoppedError
from annotator.workflow.match_worker import MOST_GIVEN_UP
from annotator.workflow.matching import Query, Ranges, find_in, needs_of
from annotator.workflow.ports import Store
from annotator.workflow.search_port import StoredText, TextQuery

CONTEXT: Final = 120
"""Code points on either side of a hit that are kept with it; more than a row has cells."""
LIMIT: Final = 5000
_FIRST_PAGE: Final = 200
"""Texts in the first page, so that its hits are seen at once."""
_PAGE: Final = 1000
_ALONE: Final = 3
"""Pages after which it is worth while to let other processes look."""


@dataclass(frozen=True, slots=True)
class _Page:
    """Some texts, `kept` where they are all there are behind a number: those that a process has need not be read."""

    texts: tuple[StoredText, ...]
    last: int
    total: int
    kept: Kept | None = None


_Found = tuple[_Page, Mapping[int, Ranges]]
"""A page, and the places in those of its texts that have any, by the number of the text in the page."""


@dataclass(frozen=True, slots=True)
class Hit:
    """`[start, end)` of a document, with the text before and behind it, and the spans of the layer that touch it."""

    document: str
    title: str
    start: int
    end: int
    before: str
    words: str
    after: str
    labels: tuple[Span, ...] = ()

    @property
    def exact(self) -> tuple[Span, ...]:
        """The annotations on exactly this range."""
        return tuple(span for span in self.labels if (span.start, span.end) == (self.start, self.end))


@dataclass(slots=True)
class Search:
    """One search: iterate over it once, in any thread; stop iterating to end it.

    `looked_at` and `total` say how far it is (numbers of documents); `complete` becomes true when nothing is left,
    and stays false where `limit` ended it. `given_up` are the ids of documents in which a regular expression took too
    long; where they are too many the search ends. `progress` is also asked while an answer is waited for.

    The first step raises UsageError for a regular expression that is none, any step AnnotatorError when the
    processes that look for it cannot be had. CREW keeps processes and texts for the next search of the same database.
    """

    store: Store
    query: Query
    layer: str
    limit: int = LIMIT
    progress: Callable[[int, int], bool] | None = None
    crew: Crew | None = None
    looked_at: int = field(default=0, init=False)
    total: int = field(default=0, init=False)
    complete: bool = field(default=False, init=False)
    given_up: list[str] = field(default_factory=list, init=False)

    def __iter__(self) -> Iterator[Hit]:
        """The hits, documents in the order they were added, each from its beginning."""
        given = 0
        try:
            for page, found in self._looked_into():
                for hit in self._hits(page, found):
                    if given >= self.limit:
                        return
                    given += 1
                    yield hit
                self.looked_at = page.last or page.total
                if len(self.given_up) >= MOST_GIVEN_UP or (page.last and not self._goes_on()):
                    return
        except StoppedError:
            return
        self.looked_at = self.total
        self.complete = not self.given_up

    def _goes_on(self) -> bool:
        return self.progress is None or self.progress(self.looked_at, self.total)

    def _looked_into(self) -> Iterator[_Found]:
        query = self.query
        if query.regex and query.text:
            with self._pool() as pool:
                yield from self._by_pool(pool, self._pages(pool.needs()))
        elif query.text:
            yield from self._alone_then_by_pool(self._pages(needs_of(query)))
        elif query.label:
            for page in self._pages(()):
                yield page, dict.fromkeys(range(len(page.texts)), ())

    def _pool(self) -> MatchPool:
        return MatchPool(self.query, self._goes_on, self.crew)

    def _pages(self, needs: Needs) -> Iterator[_Page]:
        """All texts that hold what the query NEEDS, and that it is about.

        Where the first page left nothing out, the index is of no help; then what processes keep is not read again.
        """
        query = self.query
        wanted = TextQuery(needs, query.document, self.layer if query.label else "", query.label)
        after, size = 0, _FIRST_PAGE
        keeping = self.crew is not None
        while True:
            known = self.crew.pages.get(after) if self.crew is not None and keeping and after else None
            if known is not None:
                page = _Page((), known.last, self.total, known)
            else:
                read = self.store.texts(wanted, after, size)
                keeping = keeping and read.last - after == len(read.texts)
                page = _Page(
                    read.texts, read.last, read.total, Kept(after, read.last, len(read.texts)) if keeping else None
                )
            self.total = page.total
            if page.texts or page.last:
                yield page
            if not page.last:
                return
            after, size = page.last, _PAGE

    def _read(self, page: _Page) -> tuple[StoredText, ...]:
        """The texts of PAGE."""
        kept = page.kept
        return page.texts if page.texts or kept is None else self.store.texts(TextQuery(), kept.after, kept.count).texts

    def _alone_then_by_pool(self, pages: Iterator[_Page]) -> Iterator[_Found]:
        for page in islice(pages, _ALONE):
            yield self._alone(page)
        following = next(pages, None)
        if following is None:
            return
        pages = chain([following], pages)
        with self._pool() as pool:
            try:
                pool.needs()
            except AnnotatorError:  # no other processes here
                yield from map(self._alone, pages)
            else:
                yield from self._by_pool(pool, pages)

    def _alone(self, page: _Page) -> _Found:
        found = enumerate(find_in(self._texts(page), self.query))
        return page, {at: ranges for at, ranges in found if ranges}

    def _by_pool(self, pool: MatchPool, pages: Iterator[_Page]) -> Iterator[_Found]:
        """Let some pages be looked into at the same time."""
        asked: deque[_Page] = deque()
        for page in chain(pages, repeat(None)):
            looked_into = asked.popleft() if asked and (page is None or pool.is_full) else None
            answer = pool.take() if looked_into is not None else None
            if page is not None:  # before anything else is done: the process waits
                pool.put(partial(self._texts, page), page.kept)
                asked.append(page)
            if looked_into is not None and answer is not None:
                found, given_up = answer
                if given_up:
                    texts = self._read(looked_into)
                    self.given_up += [texts[at].id for at in given_up]
                yield looked_into, found
            elif page is None:
                return

    def _texts(self, page: _Page) -> list[str]:
        return [text.text for text in self._read(page)]

    def _hits(self, page: _Page, found: Mapping[int, Ranges]) -> Iterator[Hit]:
        texts = self._read(page) if found else ()
        layers = self.store.layers_named(self.layer, [texts[at].id for at in found]) if found else {}
        for at, ranges in found.items():
            text = texts[at]
            layer = layers.get(text.id)
            annotations = layer.annotations if layer is not None else Annotations()
            index = SpanIndex(annotations.values())
            for start, end in in_label(self.query, ranges, annotations) if self.query.label else ranges:
                yield hit_at(text, start, end, index)


def search(
    store: Store,
    query: Query,
    *,
    layer: str,
    limit: int = LIMIT,
    progress: Callable[[int, int], bool] | None = None,
    crew: Crew | None = None,
) -> Search:
    """Look for QUERY; LAYER is the one whose annotations are shown with the hits, and that `label` is about.

    At most LIMIT hits. PROGRESS is told after each page how far it is, and says False to stop. CREW belongs to STORE.
    """
    return Search(store, query, layer, limit, progress, crew)


def hit_at(text: StoredText, start: int, end: int, index: SpanIndex) -> Hit:
    """The hit `[start, end)` in TEXT; INDEX holds the layer's spans."""
    whole = text.text
    return Hit(
        text.id,
        text.title,
        start,
        end,
        whole[max(0, start - CONTEXT) : start],
        whole[start:end],
        whole[end : end + CONTEXT],
        tuple(index.overlapping(start, end)),
    )


def renewed(store: Store, hits: list[Hit], layer: str) -> list[Hit]:
    """HITS with the annotations that LAYER has now."""
    layers = store.layers_named(layer, dict.fromkeys(hit.document for hit in hits))
    indexes = {id: SpanIndex(found.annotations.values()) for id, found in layers.items()}
    return [
        replace(hit, labels=tuple(indexes[hit.document].overlapping(hit.start, hit.end)))
        if hit.document in indexes
        else replace(hit, labels=())
        for hit in hits
    ]


def in_label(query: Query, ranges: Ranges, annotations: Annotations) -> Ranges:
    """Those of RANGES that lie in an annotation of the query's label; without a text, where these annotations are."""
    labelled = [item for item in annotations.of(Entity, Event) if getattr(item, "type", "") == query.label]
    if not query.text:
        return list(dict.fromkeys(sorted((span.start, span.end) for item in labelled for span in spans_of(item))))
    inside = SpanIndex(labelled)
    return [
        (start, end)
        for start, end in ranges
        if any(span.start <= start and end <= span.end for span in inside.overlapping(start, end))
    ]
