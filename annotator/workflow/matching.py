"""Where a query is in texts: as typed or folded, as a regular expression, as whole words, behind clitics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING, Final, Literal

from annotator.text.clitics import clitic_cuts
from annotator.text.find import FindOptions, find_each, needs
from annotator.text.literals import Needs
from annotator.text.normalise import FoldOptions, fold, fold_each
from annotator.text.token_rules import BASE, FORMAT, WORD

if TYPE_CHECKING:
    from annotator.text.find import FoldAll

Words = Literal["anywhere", "words", "clitics"]
WORDS: Final[tuple[Words, ...]] = ("anywhere", "words", "clitics")
"""Where a hit may lie: anywhere, as whole words, or as whole words that clitics may be written onto.

With clitics ``القاهرة`` is also found in ``للقاهرة``, where its article has lost the alef.
"""

Ranges = Sequence[tuple[int, int]]
"""Ranges of offsets, ascending and disjoint."""

_LONGEST_CLITICS: Final = 16  # code points: conjunction, preposition and article with all their marks
_EXACT: Final = FoldOptions(*(False,) * 11)
_IS_WORD: Final = re.compile(WORD)
_IS_FORMAT: Final = re.compile(f"[{FORMAT}]")
_WORD_BEHIND: Final = re.compile(f"[{FORMAT}]*+{BASE}")


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


def needs_of(query: Query) -> Needs:
    """What a folded text must hold for the text of QUERY to be there. UsageError for an expression that is none."""
    if not query.text:
        return ()
    options = FindOptions(normalise=query.normalise, regex=query.regex)
    return needs(_elided(query) or query.text, options)


def find_in(texts: Sequence[str], query: Query, fold_all: FoldAll = fold_each) -> Iterator[Ranges]:
    """The places of the text of QUERY in each of TEXTS. UsageError for an expression that is none.

    FOLD_ALL does what `fold_each` does, for whoever keeps what that gave.
    """
    options = FindOptions(normalise=query.normalise, whole_word=query.words == "words", regex=query.regex)
    if query.words != "clitics":
        return find_each(texts, query.text, options, fold_all)
    if query.regex:
        every: Iterable[Iterable[tuple[int, int]]] = find_each(texts, query.text, options, fold_all)
    else:
        every = _every_place(texts, query, fold_all)
    return (_stems(text, places) for text, places in zip(texts, every, strict=True))


def _elided(query: Query) -> str:
    """What is left of a query's word when a preposition takes the alef of its article; empty where none does."""
    if query.regex or query.words != "clitics":
        return ""
    wanted = fold(query.text, FoldOptions() if query.normalise else _EXACT).text
    return wanted[1:] if _has_article(wanted) else ""


def _every_place(texts: Sequence[str], query: Query, fold_all: FoldAll) -> Iterator[Iterable[tuple[int, int]]]:
    """Every place of the query, also where two overlap: the first may not be whole, and the second be."""
    folding = FoldOptions() if query.normalise else _EXACT
    wanted = fold(query.text, folding).text
    if not wanted:  # nothing but what folding drops
        yield from find_each(texts, query.text, FindOptions(normalise=query.normalise), fold_all)
        return
    elided = _elided(query)
    for folded in fold_all(texts, folding):
        places = _places(folded.text, wanted, elided)
        yield starmap(folded.source_range, places) if query.normalise else places


def _places(folded: str, wanted: str, elided: str) -> Iterator[tuple[int, int]]:
    at = folded.find(elided or wanted)
    while at >= 0:
        end = at + len(elided or wanted)
        before = folded[at - 1 : at] if elided else ""
        # After the preposition ل the article loses its alef: what is left of it begins the hit.
        if not elided or before in {wanted[0], "ل"}:
            yield at - (bool(elided) and before == wanted[0]), end
        at = folded.find(elided or wanted, at + 1)


def _stems(text: str, places: Iterable[tuple[int, int]]) -> Ranges:
    """Those of PLACES that are whole words but for clitics, and do not overlap."""
    found: list[tuple[int, int]] = []
    for start, end in places:
        if (not found or start >= found[-1][1]) and _is_stem(text, start, end):
            found.append((start, end))
    return found


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
