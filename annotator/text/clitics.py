"""Where the small words that Arabic writes onto a word may end or begin.

A step for the caret and for the edge of a span, not a morphological claim: spelling alone cannot tell ``ولد`` (a boy)
from ``و`` + ``لد``. The order of proclitics is fixed (conjunction, then preposition or future, then article), and at
least two base letters, or a number, always remain. Marks and tatweel belong to the letter before them.
All offsets count code points from the start of the word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotator.text.token_rules import FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["clitic_cuts", "clitic_segments", "enclitic_cut"]

_CONJUNCTIONS = frozenset("وف")
_PREPOSITIONS = frozenset("بكل")
_ALEFS = frozenset("اٱ")
_IMPERFECT = frozenset("يتنأ")
_PRONOUNS = ("هما", "كما", "ها", "هم", "هن", "كم", "كن", "نا", "ني", "ه", "ك", "ي")
# Two proclitics, an article of two letters, and what must remain.
_LOOK = 7
# Everything but marks, tatweel and controls that draw nothing.
_BASES = re.compile(f"[^\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u0897-\u089f\u08ca-\u08ff{FORMAT}]")


def clitic_cuts(word: str) -> Sequence[int]:
    """Give the offsets inside the word where a proclitic ends, ascending: ``وَبِالْقاهرة`` has three."""
    bases: list[int] = []
    for match in _BASES.finditer(word):
        bases.append(match.start())
        if len(bases) == _LOOK:
            break
    letters = "".join(word[offset] for offset in bases)
    taken = 0
    cuts: list[int] = []

    def take(count: int) -> bool:
        nonlocal taken
        rest = letters[taken + count :]
        if len(rest) < 2 and not (rest and rest.isdecimal()):
            return False
        taken += count
        cuts.append(bases[taken])
        return True

    if letters[:1] in _CONJUNCTIONS:
        take(1)
    here, behind = letters[taken : taken + 1], letters[taken + 1 : taken + 2]
    if here in _PREPOSITIONS:
        if take(1) and here == "ل" and behind == "ل":
            take(1)  # لل: the article without its alef
            return cuts
    elif here == "س" and behind in _IMPERFECT:
        take(1)
        return cuts
    if letters[taken : taken + 1] in _ALEFS and letters[taken + 1 : taken + 2] == "ل":
        take(2)
    return cuts


def enclitic_cut(word: str) -> int | None:
    """Give the offset where a pronoun written onto the word may begin; None when none is plausible.

    A word with the article takes no pronoun, so ``العربي`` has none.
    """
    cuts = clitic_cuts(word)
    if cuts and _has_article(word, cuts):
        return None
    stem = cuts[-1] if cuts else 0
    bases: list[int] = []
    for offset in range(len(word) - 1, stem - 1, -1):
        if _BASES.match(word, offset):
            bases.append(offset)
            if len(bases) == 5:
                break
    for pronoun in _PRONOUNS:
        size = len(pronoun)
        if len(bases) >= size + 2 and all(word[bases[i]] == pronoun[size - 1 - i] for i in range(size)):
            return bases[size - 1]
    return None


def clitic_segments(word: str) -> Sequence[tuple[int, int]]:
    """Give the word's proclitics, its stem and its pronoun as `(start, end)` ranges that cover it."""
    edges = [0, *clitic_cuts(word)]
    pronoun = enclitic_cut(word)
    if pronoun is not None:
        edges.append(pronoun)
    return [*zip(edges, [*edges[1:], len(word)], strict=True)] if word else []


def _has_article(word: str, cuts: Sequence[int]) -> bool:
    last = word[cuts[-2] if len(cuts) > 1 else 0 : cuts[-1]]
    letters = "".join(_BASES.findall(last))
    return letters[:1] in _ALEFS or (letters == "ل" and len(cuts) > 1 and _ends_in_lam(word[: cuts[-2]]))


def _ends_in_lam(part: str) -> bool:
    return "".join(_BASES.findall(part))[-1:] == "ل"
