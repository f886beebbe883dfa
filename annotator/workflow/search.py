"""Search in all texts: what is there, in its context, and what is said of it already.

An index may tell which documents are worth reading; where a hit lies is always asked of the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from annotator.model.annotations import Annotations, Entity, Event
from annotator.model.span_index import Span, SpanIndex, spans_of
from annotator.text.clitics import clitic_cuts
from annotator.text.find import FindOptions, find_all
from annotator.text.normalise import FoldOptions, fold
from annotator.text.token_rules import BASE, FORMAT, WORD
from annotator.workflow.ports import Layer, Store, StoredText, TextQuery

Words = Literal["anywhere", "words", "clitics"]
WORDS: Final[tuple[Words, ...]] = ("anywhere", "words", "clitics")
"""Where a hit may lie: anywhere, as whole words, or as whole words that clitics may be written onto.

With clitics ``القاهرة`` is also found in ``للقاهرة``, where its article has lost the alef.
"""

CONTEXT: Final = 120
"""Code points on either side of a hit that are kept with it; more than a row has cells."""
LIMIT: Final = 5000
_PAGE: Final = 200
_LONGEST_CLITICS: Final = 16  # code points: conjunction, preposition and article with all their marks
_EXACT: Final = FoldOptions(*(False,) * 11)
_IS_WORD: Final = re.compile(WORD)
_IS_FORMAT: Final = re.compile(f"[{FORMAT}]")
_WORD_BEHIND: Final = re.compile(f"[{FORMAT}]*+{BASE}")

# One step of a regular expression without groups and alternatives: an escape, a class, a quantifier, one letter.
_PARTS: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]?|\{[^}]*\}?|.", re.DOTALL)
_SPECIAL: Final = frozenset("\\.^$*+?{}[]")


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. `text` may be empty where `label` is given: then every annotation of that type is a hit.

    `normalise` folds spellings, `regex` reads `text` as a regular expression (see `annotator.text.find.FindOptions`).
    `label` keeps what lies in an entity or event of that type. `document` is the id of the only one to look into.
    """

    text: str = ""
    words: Words = "anywhere"
    normalise: bool = True
    regex: bool = False
    label: str = ""
    document: str = ""


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
    and stays false where `limit` ended it. UsageError from the first step for a regular expression that is none.
    """

    store: Store
    query: Query
    layer: str
    limit: int = LIMIT
    progress: Callable[[int, int], bool] | None = None
    looked_at: int = field(default=0, init=False)
    total: int = field(default=0, init=False)
    complete: bool = field(default=False, init=False)

    def __iter__(self) -> Iterator[Hit]:
        """The hits, documents in the order they were added, each from its beginning."""
        query = self.query
        if not query.text and not query.label:
            self.complete = True
            return
        ranges(query, "", Annotations())  # an expression that is none says so before anything is read
        folded = fold(literal(query.text) if query.regex else query.text).text
        wanted = TextQuery(
            folded=folded[1:] if query.words == "clitics" and _has_article(folded) else folded,
            document=query.document,
            layer=self.layer if query.label else "",
            label=query.label,
        )
        given = 0
        while True:
            page = self.store.texts(wanted, self.looked_at, _PAGE)
            self.total = page.total
            for hit in self._of_page(page.texts):
                if given >= self.limit:
                    return
                given += 1
                yield hit
            if not page.last:
                self.complete = True
                self.looked_at = page.total
                return
            self.looked_at = page.last
            if self.progress is not None and not self.progress(self.looked_at, self.total):
                return

    def _of_page(self, texts: tuple[StoredText, ...]) -> Iterator[Hit]:
        query = self.query
        layers: Mapping[str, Layer] = {}
        if query.label:
            layers = self.store.layers_named(self.layer, [text.id for text in texts])
        found = []
        for text in texts:
            layer = layers.get(text.id)
            hits = ranges(query, text.text, layer.annotations if layer is not None else Annotations())
            if hits:
                found.append((text, hits))
        if found and not query.label:
            layers = self.store.layers_named(self.layer, [text.id for text, _ in found])
        for text, hits in found:
            layer = layers.get(text.id)
            index = SpanIndex(layer.annotations.values()) if layer is not None else None
            for start, end in hits:
                yield hit_at(text, start, end, index)


def search(
    store: Store,
    query: Query,
    *,
    layer: str,
    limit: int = LIMIT,
    progress: Callable[[int, int], bool] | None = None,
) -> Search:
    """Look for QUERY; LAYER is the one whose annotations are shown with the hits, and that `label` is about.

    At most LIMIT hits. PROGRESS is told after each page how far it is, and says False to stop.
    """
    return Search(store, query, layer, limit, progress)


def hit_at(text: StoredText, start: int, end: int, index: SpanIndex | None) -> Hit:
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
        tuple(index.overlapping(start, end)) if index is not None else (),
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


def literal(expression: str) -> str:
    """The longest text that whatever the regular EXPRESSION matches must hold; empty where that is not easy to say.

    Only letters without case count: those with case may match letters that fold differently.
    """
    if not set("(|").isdisjoint(expression):
        return ""
    runs = [""]
    for part in _PARTS.findall(expression):
        if part[0] in "*?{":  # the letter before may be missing
            runs[-1] = runs[-1][:-1]
        plain = len(part) == 1 and part not in _SPECIAL and part.lower() == part.upper()
        if plain:
            runs[-1] += part
        else:
            runs.append("")
    return max(runs, key=len)


def ranges(query: Query, text: str, annotations: Annotations) -> list[tuple[int, int]]:
    """Where QUERY is in TEXT, ascending; ANNOTATIONS are what its `label` is about."""
    if not query.label:
        return _found(query, text)
    spans = sorted(
        (span.start, span.end)
        for item in annotations.values()
        if isinstance(item, Entity | Event) and item.type == query.label
        for span in spans_of(item)
    )
    if not query.text:
        return list(dict.fromkeys(spans))
    inside = SpanIndex(item for item in annotations.of(Entity, Event) if getattr(item, "type", "") == query.label)
    return [
        (start, end)
        for start, end in _found(query, text)
        if any(span.start <= start and end <= span.end for span in inside.overlapping(start, end))
    ]


def _found(query: Query, text: str) -> list[tuple[int, int]]:
    if query.words != "clitics":
        options = FindOptions(normalise=query.normalise, whole_word=query.words == "words", regex=query.regex)
        return list(find_all(text, query.text, options))
    if query.regex:
        every = iter(find_all(text, query.text, FindOptions(normalise=query.normalise, regex=True)))
    else:
        every = _every(query, text)
    found: list[tuple[int, int]] = []
    for start, end in every:
        if (not found or start >= found[-1][1]) and _is_stem(text, start, end):
            found.append((start, end))
    return found


def _every(query: Query, text: str) -> Iterator[tuple[int, int]]:
    """Every place of the query, also where two overlap: the first may not be whole, and the second be."""
    options = FoldOptions() if query.normalise else _EXACT
    wanted = fold(query.text, options).text
    if not wanted:
        yield from find_all(text, query.text, FindOptions(normalise=query.normalise))
        return
    folded = fold(text, options)
    elided = wanted[1:] if _has_article(wanted) else ""
    at = folded.text.find(elided or wanted)
    while at >= 0:
        end = at + len(elided or wanted)
        before = folded.text[at - 1 : at] if elided else ""
        # After the preposition ل the article loses its alef: what is left of it begins the hit.
        if not elided or before in {wanted[0], "ل"}:
            start = at - (bool(elided) and before == wanted[0])
            yield folded.source_range(start, end) if query.normalise else (start, end)
        at = folded.text.find(elided or wanted, at + 1)


def _has_article(wanted: str) -> bool:
    return wanted.startswith("ال") and len(wanted) > 3


def _is_stem(text: str, start: int, end: int) -> bool:
    """Whether nothing but clitics stands between `[start, end)` and the start of its word, and nothing behind it."""
    if _IS_WORD.match(text, end - 1) and _WORD_BEHIND.match(text, end):
        return False
    if not _IS_WORD.match(text, start):
        return True
    first = start
    while first > 0 and start - first <= _LONGEST_CLITICS and _IS_WORD.match(text, first - 1):
        first -= 1
    while first < start and _IS_FORMAT.match(text, first):
        first += 1
    return first == start or start - first in clitic_cuts(text[first:end])
