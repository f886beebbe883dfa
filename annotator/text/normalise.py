"""Folding for search: one spelling for what Arabic writers spell in several ways, with the way back.

Nothing is ever stored folded. A `Folded` is a text to look in, and an exact map from its positions to offsets of the
original. The foldings are the customary ones of Arabic retrieval (alef and hamza forms, alef maqsura, ta marbuta,
tatweel, harakat) with the ones typed text needs besides (presentation forms, Persian letters, digits, bidi controls).
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, count
from operator import sub
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["FoldOptions", "Folded", "FoldedPart", "fold", "fold_each"]

# Harakat, Quranic signs and the small letters of the mushaf.
_MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0897-\u089f\u08ca-\u08e1\u08e3-\u08ff"
    "\U00010efd-\U00010eff"
)
_TATWEEL = "\u0640"
_INVISIBLE = "\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"

_ALEF = ("أإآٱٲٳٵ", "ااااااا")
_HAMZA = ("ؤئ", "وي")
_YEH = ("ى", "ي")
_TEH_MARBUTA = ("ةۃ", "هه")
_PERSIAN = ("کڪیےہھەۀ", "ككييهههه")
_DIGITS = ("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬٪", "01234567890123456789.,%")
_SPACES = ("\xa0\u2007\u2009\u202f\u3000", "     ")
_CAPITALS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
# Blocks with capitals beyond ASCII, and the Arabic presentation forms.
_CASED_BLOCKS = ((0xC0, 0x250), (0x370, 0x530), (0x531, 0x557), (0x1E00, 0x2000), (0xFF21, 0xFF3B))
_FORM_BLOCKS = ((0xFB50, 0xFDFE), (0xFE70, 0xFEFD))


@dataclass(frozen=True, slots=True)
class FoldOptions:
    """What counts as the same when text is folded.

    `alef`: ا with hamza, madda or wasla; `hamza`: ؤ with و, ئ with ي; `yeh`: ى with ي; `teh_marbuta`: ة with ه;
    `marks`: harakat and Quranic signs are dropped; `tatweel`, `invisible` (bidi controls, joiners): dropped;
    `forms`: presentation forms are their letters; `persian`: Persian and Urdu shapes of Arabic letters; `digits`:
    all three rows of digits, and the Arabic decimal signs; `case`: capitals.
    """

    alef: bool = True
    hamza: bool = True
    yeh: bool = True
    teh_marbuta: bool = True
    marks: bool = True
    tatweel: bool = True
    invisible: bool = True
    forms: bool = True
    persian: bool = True
    digits: bool = True
    case: bool = True


DEFAULT = FoldOptions()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back to offsets of its source.

    The map is piecewise: from the folded position `_at[i]` on, a step in `text` is a step in the source that starts
    at `_source[i]`; positions inside an expansion (one source code point, several folded) all stay on that code point.
    Where nothing is expanded `_source` is empty, because each entry then stands for one dropped code point.
    """

    text: str
    source: str
    _at: array[int] = field(repr=False)
    _source: array[int] = field(repr=False)
    _expansions: frozenset[int] = field(repr=False)

    @property
    def expands(self) -> bool:
        """Whether some source code points became several."""
        return bool(self._source)

    def offset(self, position: int) -> int:
        """Give the offset of the source code point that the folded code point at `position` came from."""
        index = bisect_right(self._at, position) - 1
        if index < 0:
            return position
        if not self._source:
            return position + index + 1
        if index in self._expansions:
            return self._source[index]
        return self._source[index] + position - self._at[index]

    def source_range(self, start: int, end: int) -> tuple[int, int]:
        """Give the source range of the folded range `[start, end)`, which is not empty.

        It begins with the code point that the first one came from and covers the marks and tatweel that follow the
        last one, so that it never cuts harakat from their letter.
        """
        after = self.offset(end - 1) + 1
        riders = _RIDERS.match(self.source, after)
        return self.offset(start), riders.end() if riders else after


@dataclass(frozen=True, slots=True)
class FoldedPart:
    """One of several texts that were folded together: what `Folded` says of a text alone."""

    text: str
    whole: Folded = field(repr=False)
    at: int
    start: int

    @property
    def expands(self) -> bool:
        """Whether some source code points of any of the texts became several."""
        return self.whole.expands

    def source_range(self, start: int, end: int) -> tuple[int, int]:
        """Give the source range of the folded range `[start, end)` (see `Folded.source_range`)."""
        first, behind = self.whole.source_range(start + self.at, end + self.at)
        return first - self.start, behind - self.start


def fold_each(texts: Sequence[str], options: FoldOptions = DEFAULT) -> Iterator[Folded | FoldedPart]:
    """Fold many short texts in a fraction of the time that they take one by one.

    They are folded as one, for what comes before the first letter costs more than a short text.
    """
    whole = _fold.__wrapped__(_SEAM.join(texts), options)
    parts = whole.text.split(_SEAM)
    if len(parts) != len(texts):
        yield from (_fold.__wrapped__(text, options) for text in texts)
        return
    at = start = 0
    for part, text in zip(parts, texts, strict=True):
        yield FoldedPart(part, whole, at, start)
        at += len(part) + 1
        start += len(text) + 1


_SEAM = "\0"
"""No folding changes it, and real texts have none."""
_NOTHING = array("I")
_RIDERS = re.compile(f"[{_MARKS}{_TATWEEL}]*+")


def fold(text: str, options: FoldOptions = DEFAULT) -> Folded:
    """Fold a text; the last few results are kept, so asking again about the same document costs nothing."""
    return _fold(text, options)


@dataclass(frozen=True, slots=True)
class _Rules:
    replacements: tuple[tuple[str, str], ...]
    rare: re.Pattern[str] | None
    rare_letters: dict[str, str]
    resized: re.Pattern[str] | None
    expansions: dict[str, str]


def _characters(blocks: tuple[tuple[int, int], ...]) -> Iterator[str]:
    return map(chr, chain.from_iterable(range(*block) for block in blocks))


@lru_cache(maxsize=16)
def _rules(options: FoldOptions) -> _Rules:
    common: dict[str, str] = {}
    for wanted, (letters, folded) in (
        (options.alef, _ALEF),
        (options.hamza, _HAMZA),
        (options.yeh, _YEH),
        (options.teh_marbuta, _TEH_MARBUTA),
        (options.persian, _PERSIAN),
        (options.digits, _DIGITS),
        (True, _SPACES),
        (options.case, _CAPITALS),
    ):
        if wanted:
            common.update(zip(letters, folded, strict=True))
    dropped = (
        (_MARKS if options.marks else "")
        + (_TATWEEL if options.tatweel else "")
        + (_INVISIBLE if options.invisible else "")
    )
    drop = re.compile(f"[{dropped}]") if dropped else None
    rare: dict[str, str] = {}
    expansions: dict[str, str] = {}
    if options.case:
        # Only what stays one code point: the others would say more than the eye sees.
        lower = {letter: letter.lower() for letter in _characters(_CASED_BLOCKS)} | {"İ": "i"}
        rare.update((letter, other) for letter, other in lower.items() if letter != other and len(other) == 1)
    if options.forms:
        for form in _characters(_FORM_BLOCKS):
            letters = unicodedata.normalize("NFKC", form)
            if letters == form:
                continue
            plain = "".join(common.get(letter, letter) for letter in letters)
            plain = (drop.sub("", plain) if drop else plain).lstrip()  # forms of single marks stand on a space
            (rare if len(plain) == 1 else expansions)[form] = plain
    resized = dropped + "".join(expansions)
    return _Rules(
        tuple(common.items()),
        re.compile(f"[{''.join(rare)}]") if rare else None,
        rare,
        re.compile(f"[{resized}]") if resized else None,
        expansions,
    )


@lru_cache(maxsize=8)
def _fold(text: str, options: FoldOptions) -> Folded:
    rules = _rules(options)
    folded = text
    # One pass of memchr for each letter beats one pass of `translate` several times over.
    for letter, other in rules.replacements:
        folded = folded.replace(letter, other)
    if rules.rare is not None and not folded.isascii():
        folded = rules.rare.sub(lambda match: rules.rare_letters[match[0]], folded)
    if rules.resized is None or folded.isascii():
        return Folded(folded, text, _NOTHING, _NOTHING, frozenset())
    starts = [match.start() for match in rules.resized.finditer(folded)]
    resized = set(map(folded.__getitem__, starts))
    if not resized.isdisjoint(rules.expansions):
        return _fold_expanding(text, folded, starts, rules)
    for letter in resized:
        folded = folded.replace(letter, "")
    # The code point behind the n-th dropped one moves n + 1 to the left.
    return Folded(folded, text, array("I", map(sub, starts, count())), _NOTHING, frozenset())


def _fold_expanding(text: str, folded: str, starts: list[int], rules: _Rules) -> Folded:
    """The general case: besides what is dropped, some code points become several."""
    parts: list[str] = []
    at, source = array("I"), array("I")
    expansions: set[int] = set()
    position = done = 0
    for start in starts:
        parts.append(folded[done:start])
        position += start - done
        letters = rules.expansions.get(folded[start], "")
        if letters:
            expansions.add(len(at))
            at.append(position)
            source.append(start)
            parts.append(letters)
            position += len(letters)
        at.append(position)
        source.append(start + 1)
        done = start + 1
    parts.append(folded[done:])
    return Folded("".join(parts), text, at, source, frozenset(expansions))
