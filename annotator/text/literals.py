"""What a text must hold for a regular expression to match in it, so that an index of letters can be asked first.

The way is that of Cox, "Regular Expression Matching with a Trigram Index" (2012): going through the expression, keep
the few texts that its last pieces can spell, and where that is not known any more, note that one of them must be there.

The expression is taken apart by the parser that `re` compiles with, so that both read flags, groups and escapes alike.
It is private to the standard library: where it is not to be had, or says something unheard of, nothing is required.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import product
from typing import Any, Final

__all__ = ["Needs", "required"]

Needs = tuple[tuple[str, ...], ...]
"""Of each inner tuple at least one text must be there; none at all when nothing is known."""

_SPELLINGS: Final = 24
"""No more texts than this stand for one piece of the expression."""
_LONGEST: Final = 40
_GROUPS: Final = 8
_EMPTY: Final = frozenset({""})


def required(expression: str, flags: int) -> Needs:
    """What every match of EXPRESSION, compiled with FLAGS of `re`, holds; the most telling first.

    Where case is ignored only letters that have none are counted: others match letters that nobody typed. Nothing is
    required by an expression that is none.
    """
    parser = _parser()
    if parser is None:
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whoever compiles it may want to hear them
            parsed = parser.parse(expression, flags)
        found = _read(parsed, parsed.state.flags)
    except (re.error, OverflowError, RecursionError):
        return ()
    found.cut()
    return tuple(tuple(sorted(group)) for group in sorted(set(found.groups), key=_rank)[:_GROUPS])


@cache
def _parser() -> Any:
    try:
        return import_module("re._parser")
    except ImportError:
        return None


@dataclass(slots=True)
class _Spelling:
    """What is known behind some pieces: they end in one of `last`, and of each of `groups` one text was there.

    While nothing was `cut` the pieces are nothing but one of `last`.
    """

    last: frozenset[str] = _EMPTY
    groups: list[frozenset[str]] = field(default_factory=list)
    is_cut: bool = False

    def add(self, texts: frozenset[str]) -> None:
        """One of TEXTS follows."""
        joined = frozenset(map("".join, product(self.last, texts))) if len(texts) <= _SPELLINGS else None
        if joined is not None and len(joined) <= _SPELLINGS and max(map(len, joined)) <= _LONGEST:
            self.last = joined
            return
        self.cut()
        if joined is not None:
            self.last = texts

    def cut(self) -> None:
        """Anything may follow."""
        self.is_cut = True
        shortest = frozenset(text for text in self.last if not any(one in text for one in self.last if one != text))
        if "" not in shortest:
            self.groups.append(shortest)
        self.last = _EMPTY

    def best(self) -> frozenset[str] | None:
        """The most telling group; None without any."""
        return min(self.groups, key=_rank, default=None)


def _rank(group: frozenset[str]) -> tuple[int, int, list[str]]:
    return -min(map(len, group)), len(group), sorted(group)


def _read(items: Iterable[tuple[Any, Any]], flags: int) -> _Spelling:
    found = _Spelling()
    for code, argument in items:
        _follow(found, str(code), argument, flags)
    return found


def _follow(found: _Spelling, code: str, argument: Any, flags: int) -> None:
    match code:
        case "LITERAL" | "IN":
            letters = _letters([("LITERAL", argument)] if code == "LITERAL" else argument, flags)
            found.add(letters) if letters else found.cut()
        case "AT" | "ASSERT" | "ASSERT_NOT":
            pass  # takes no room, and only forbids
        case "SUBPATTERN":
            _, added, dropped, items = argument
            _append(found, _read(items, (flags | added) & ~dropped))
        case "ATOMIC_GROUP":
            _append(found, _read(argument, flags))
        case "BRANCH":
            _branch(found, [_read(items, flags) for items in argument[1]])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, items = argument
            _repeat(found, int(least), int(most), _read(items, flags))
        case _:
            found.cut()


def _letters(items: Iterable[tuple[Any, Any]], flags: int) -> frozenset[str]:
    """The letters of a class; empty when they are too many or not so easily said."""
    letters: set[str] = set()
    for code, argument in items:
        first, last = argument if str(code) == "RANGE" else (argument, argument)
        if str(code) not in {"LITERAL", "RANGE"} or last - first >= _SPELLINGS:
            return frozenset()
        letters.update(map(chr, range(first, last + 1)))
    if flags & re.IGNORECASE and any(letter.lower() != letter.upper() for letter in letters):
        return frozenset()
    return frozenset(letters)


def _append(found: _Spelling, inner: _Spelling) -> None:
    """INNER follows; what it begins with is not known once it was cut."""
    if not inner.is_cut:
        found.add(inner.last)
        return
    found.cut()
    found.groups += inner.groups
    found.last = inner.last


def _branch(found: _Spelling, ways: list[_Spelling]) -> None:
    if not any(way.is_cut for way in ways):
        found.add(frozenset().union(*(way.last for way in ways)))
        return
    found.cut()
    best = []
    for way in ways:
        way.cut()
        best.append(way.best())
    if all(best):
        found.groups.append(frozenset().union(*(group for group in best if group)))


def _repeat(found: _Spelling, least: int, most: int, inner: _Spelling) -> None:
    if inner.is_cut:
        if least:
            _append(found, inner)
        found.cut()
    elif not least:
        found.add(inner.last | _EMPTY) if most == 1 else found.cut()
    else:
        for _ in range(min(least, _SPELLINGS)):
            found.add(inner.last)
        if most > least or least > _SPELLINGS:
            found.cut()
            found.last = inner.last  # the last time
