"""Levels that let Latin words and numbers inside right-to-left text read as they were typed.

By the rules alone, `C++` in an Arabic sentence is drawn `++C`, a date with hyphens goes backwards, and a quoted Latin
name pulls the bracket behind it to its far side. Writers could prevent that with isolates (UAX #9, 2.4), but hardly
anyone types them. Here levels are found as if each island of the text stood between FSI and PDI; the two are not in
the text, and no offset changes.

An *island* is a run without any right-to-left letter that starts and ends with a Latin letter or a digit, with the
signs that belong to it (`C++`, `-5%`, `$100`, `f(x)`). A run of Arabic-Indic digits and signs alone is none: it
follows the direction of Arabic, also where it is isolated (UAX #9, N1). Words with a Latin letter that follow each
other are one island, and so is a number that follows them (`BBC News`, `Windows 11`). Punctuation of the sentence, and
brackets and quotes around an island, stay outside: there they are part of the sentence, and stand on its right sides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from annotator.text.bidi import Base, BidiParagraph, resolve_codes
from annotator.text.ucd import FIRST_BRACKET, bidi_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["islands", "resolve_islands"]

_OWN_CONTROLS: Final = re.compile(rb"[(\[*<)1234]")
_RUN: Final = re.compile(rb"[^RABSW]+")  # no letter of the other direction, no space
_LETTER: Final = re.compile(rb"L")
_WANTED: Final = re.compile(rb"[LE]")
_CORE: Final = b"LEN"
_SPACES: Final = re.compile(rb"W+")
_RIGHT_TO_LEFT: Final = b"RA"
_ATTACHED: Final = b"MZ"  # NSM and BN: they are part of what they follow
_BEFORE: Final = frozenset("+-−±#$€£¥@&~/.^=*_%٪")
_AFTER: Final = frozenset("+#%٪‰°*$€£¥&/=_'′″")
_BETWEEN: Final = frozenset("\"'«»‹›“”„‘’،؛؟")
"""Quotes, and punctuation of Arabic sentences: what stands beside them is not one name."""
_BRACKET: Final = re.compile(rb"[\x60-\xff]")


def resolve_islands(text: str, base: Base = "auto") -> BidiParagraph:
    """As `annotator.text.bidi.resolve`, with each island of TEXT, which holds one paragraph, isolated.

    Only in right-to-left paragraphs; in one that has embeddings, overrides or isolates of its own, its author has
    said how it is to be read. Linear in the length of `text`.
    """
    codes = bidi_codes(text)
    plain = resolve_codes(codes, base)
    if plain.base_level % 2 == 0 or not _WANTED.search(codes) or _OWN_CONTROLS.search(codes):
        return plain
    found = list(islands(text, codes))
    if not found:
        return plain
    pieces: list[bytes] = []
    done = 0
    for start, end in found:
        pieces += codes[done:start], b"3", codes[start:end], b"4"
        done = end
    pieces.append(codes[done:])
    levels = bytes(resolve_codes(b"".join(pieces), "rtl").levels)
    kept: list[bytes] = []
    done = 0
    for added, (start, end) in enumerate(found):
        kept += levels[done + 2 * added : start + 2 * added], levels[start + 2 * added + 1 : end + 2 * added + 1]
        done = end
    kept.append(levels[done + 2 * len(found) :])
    return BidiParagraph(plain.base_level, b"".join(kept), codes)


def islands(text: str, codes: bytes) -> Iterator[tuple[int, int]]:
    """The islands of a paragraph, ascending and apart; CODES are the `bidi_codes` of TEXT."""
    runs = [match.span() for match in _RUN.finditer(codes) if _WANTED.search(codes, *match.span())]
    for start, end in _joined(text, codes, runs):
        trimmed = _trimmed(text, codes, start, end)
        if trimmed is not None:
            yield trimmed


def _joined(text: str, codes: bytes, runs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """RUNS put together where a space between them is inside one name."""
    first, before = -1, (0, 0)
    latin = False
    for start, end in runs:
        here = _LETTER.search(codes, start, end) is not None
        if first < 0:
            first = start
        elif not (
            latin
            and _SPACES.fullmatch(codes, before[1], start)
            and not _closes(text, codes, before[1] - 1)
            and not _closes(text, codes, start)
            and (here or codes[before[1] - 1] in _CORE)
        ):
            yield first, before[1]
            first = start
        before, latin = (start, end), here
    if first >= 0:
        yield first, before[1]


def _closes(text: str, codes: bytes, at: int) -> bool:
    """Whether a name ends at what is at AT: a bracket, a quote, Arabic punctuation."""
    return codes[at] >= FIRST_BRACKET or text[at] in _BETWEEN


def _trimmed(text: str, codes: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The island in `[start, end)`, without what belongs to the sentence around it; None when nothing is left."""
    partner = _partners(codes, start, end)
    free_before = start == 0 or codes[start - 1] not in _RIGHT_TO_LEFT + _ATTACHED
    free_after = end == len(codes) or codes[end] not in _RIGHT_TO_LEFT
    first, last = start, end
    while first < last:
        while last > first and not (
            codes[last - 1] in _CORE
            or (free_after and text[last - 1] in _AFTER)
            or first < partner.get(last - 1, -1) < last - 1
        ):
            last -= 1
        opening = first
        while first < last and not (
            codes[first] in _CORE
            or (free_before and text[first] in _BEFORE)
            or first < partner.get(first, -1) < last - 1
        ):
            first += 1
        if first == opening:
            break
    if not _WANTED.search(codes, first, last):
        return None
    while last < end and codes[last] in _ATTACHED:
        last += 1
    return first, last


def _partners(codes: bytes, start: int, end: int) -> dict[int, int]:
    """The brackets of `[start, end)` that pair up, each with its other one."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACKET.finditer(codes, start, end):
        at, code = match.start(), codes[match.start()]
        if code % 2 == FIRST_BRACKET % 2:
            opened.append(at)
        elif opened and codes[opened[-1]] == code - 1:
            other = opened.pop()
            found[at], found[other] = other, at
        else:
            opened.clear()
    return found
