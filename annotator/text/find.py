"""Search in documents: literal or regular expression, folded or exact; hits are ranges of the document's offsets.

A regular expression of a person runs as it is: one that backtracks without end does so here as everywhere, and whoever
calls must be able to end it.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from annotator.errors import UsageError
from annotator.text.literals import Needs, required
from annotator.text.normalise import DEFAULT, Folded, FoldedPart, FoldOptions, fold, fold_each
from annotator.text.token_rules import BASE, FORMAT, WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    FoldAll = Callable[[Sequence[str], FoldOptions], Iterable[Folded | FoldedPart]]
    _Search = Callable[[str], Iterator[tuple[int, int]]]

__all__ = ["FindOptions", "find_all", "find_each", "find_next", "needs"]


@dataclass(frozen=True, slots=True)
class FindOptions:
    """How to search.

    `normalise` folds document and query by `fold` first; without it every code point counts. `whole_word` takes only
    hits that no letter, digit or mark touches from outside; clitics count as letters. `regex` reads the query as a
    regular expression of Python, where `^` and `$` match at every line and nothing matches empty. `limit` stops the
    search after that many hits.
    """

    normalise: bool = True
    whole_word: bool = False
    regex: bool = False
    limit: int | None = None
    fold: FoldOptions = DEFAULT


_DEFAULT = FindOptions()
_EXACT = FoldOptions(*(False,) * 11)
_WORD_BEHIND = re.compile(f"[{FORMAT}]*+{BASE}")
_IS_WORD = re.compile(WORD)
_IS_FORMAT = re.compile(f"[{FORMAT}]")
_LETTERS = frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي")


def find_all(text: str, query: str, options: FindOptions = _DEFAULT) -> Sequence[tuple[int, int]]:
    """Give every hit as `(start, end)` offsets, ascending and disjoint; none for an empty query.

    A folded hit covers the harakat that follow its last letter. A query that holds nothing but what folding drops is
    looked for as it is. Raises `UsageError` with the position for a regular expression that is none.
    """
    return _find_all(text, query, options)


def find_next(
    text: str,
    query: str,
    from_offset: int,
    options: FindOptions = _DEFAULT,
    *,
    backwards: bool = False,
    wrap: bool = True,
) -> tuple[int, int] | None:
    """Give the first hit that starts at or after `from_offset`, or with `backwards` the last that starts before it.

    `wrap` goes on at the other end of the document. None when there is no such hit.
    """
    hits = find_all(text, query, options)
    index = bisect_left(hits, (from_offset, -1))
    if backwards:
        index -= 1
    if not hits or (not wrap and not 0 <= index < len(hits)):
        return None
    return hits[index % len(hits)]


def needs(query: str, options: FindOptions = _DEFAULT) -> Needs:
    """Give what a text must hold, both folded by `fold`, for `find_all` to find anything; nothing when that is unclear.

    Raises `UsageError` for a regular expression that is none.
    """
    if options.regex:
        pattern = _compile(query, options)
        found = required(pattern.pattern, pattern.flags)
    else:
        found = ((query,),)
    folded = (tuple(dict.fromkeys(fold(text).text for text in group)) for group in found)
    return tuple(group for group in folded if all(group))


def find_each(
    texts: Sequence[str], query: str, options: FindOptions = _DEFAULT, fold_all: FoldAll = fold_each
) -> Iterator[Sequence[tuple[int, int]]]:
    """Give what `find_all` gives for each of the texts: for many short ones in a fraction of the time.

    `fold_all` does what `fold_each` does, for whoever keeps what that gave. Raises `UsageError` for a regular
    expression that is none.
    """
    if not query:
        yield from ((),) * len(texts)
        return
    search, folding = _searcher(query, options)
    for text, folded in zip(texts, fold_all(texts, folding), strict=True):
        yield _hits(text, folded, search, options)


@lru_cache(maxsize=16)
def _find_all(text: str, query: str, options: FindOptions) -> Sequence[tuple[int, int]]:
    if not query:
        return ()
    search, folding = _searcher(query, options)
    return _hits(text, fold(text, folding), search, options)


def _searcher(query: str, options: FindOptions) -> tuple[_Search, FoldOptions]:
    """What finds the query in a folded text, and how that is to be folded."""
    folding = options.fold if options.normalise else _EXACT
    if options.regex:
        pattern = _compile(query, options)
        return (lambda folded: (match.span() for match in pattern.finditer(folded))), folding
    wanted = fold(query, folding).text
    if not wanted:  # nothing but what folding drops
        wanted, folding = query, _EXACT
    return (lambda folded: _literal(folded, wanted, overlapping=options.whole_word)), folding


def _hits(text: str, folded: Folded | FoldedPart, search: _Search, options: FindOptions) -> Sequence[tuple[int, int]]:
    hits: list[tuple[int, int]] = []
    last = 0
    by_letters = options.whole_word and not folded.expands
    for first, behind in search(folded.text):
        if first == behind or (by_letters and _is_inside(folded.text, first, behind)):
            continue
        start, end = folded.source_range(first, behind) if options.normalise else (first, behind)
        if start < last or (options.whole_word and not _is_whole(text, start, end)):
            continue
        if options.limit is not None and len(hits) >= options.limit:
            break
        hits.append((start, end))
        last = end
    return tuple(hits)


def _literal(text: str, wanted: str, *, overlapping: bool) -> Iterator[tuple[int, int]]:
    """Give the places of `wanted`; with `overlapping` also those that a refused hit would have hidden."""
    step = 1 if overlapping else len(wanted)
    start = text.find(wanted)
    while start >= 0:
        yield start, start + len(wanted)
        start = text.find(wanted, start + step)


def _is_inside(folded: str, first: int, behind: int) -> bool:
    """Whether an Arabic letter touches one at either end, and nothing else need be asked.

    So the source has a word there too: all that folding drops is part of words or takes no room.
    """
    if behind < len(folded) and folded[behind] in _LETTERS and folded[behind - 1] in _LETTERS:
        return True
    return first > 0 and folded[first - 1] in _LETTERS and folded[first] in _LETTERS


def _is_whole(text: str, start: int, end: int) -> bool:
    if _IS_WORD.match(text, end - 1) and _WORD_BEHIND.match(text, end):
        return False
    if not _IS_WORD.match(text, start):
        return True
    before = start
    while before > 0 and _IS_FORMAT.match(text, before - 1):
        before -= 1
    return before == 0 or not _IS_WORD.match(text, before - 1)


@lru_cache(maxsize=16)
def _compile(query: str, options: FindOptions) -> re.Pattern[str]:
    pattern = _pattern(query, re.MULTILINE)
    if not options.normalise:
        return pattern
    # Letters of the expression fold like the text's; its case may not, for \S is not \s.
    kept = FoldOptions(
        **{name: getattr(options.fold, name) for name in FoldOptions.__dataclass_fields__ if name != "case"}, case=False
    )
    flags = re.MULTILINE | (re.IGNORECASE if options.fold.case else 0)
    try:
        return _pattern(fold(query, kept).text, flags)
    except UsageError as error:
        raise UsageError(
            "the expression asks for marks that folding drops", where=error.where, hint="Search without normalisation"
        ) from error


def _pattern(query: str, flags: int) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful bracket in a search is no news to the person
            return re.compile(query, flags)
    except re.error as error:
        where = "" if error.pos is None else f"position {error.pos + 1} of the search"
        raise UsageError(f"not a regular expression: {error.msg}", where=where, hint="Search for it as text") from error
    except (OverflowError, RecursionError) as error:
        raise UsageError("the regular expression is too large", hint="Search for it as text") from error
