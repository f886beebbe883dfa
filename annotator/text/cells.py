"""A paragraph as cells: what each code point draws, before any line width is known.

Two bytes describe a code point. Its *kind* says whether it starts a glyph (and of how many cells), continues one, or
is drawn by none; its *break class* is the part of UAX #14 that text in a terminal needs. One table look-up in C gives
both. Where code points interact (emoji, jamo, conjuncts, marks without a base) the few spans concerned are segmented
by `annotator.text.clusters` instead.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from wcwidth import iter_graphemes

from annotator.text.clusters import cluster_width, is_pictograph, is_prepended
from annotator.text.joining import Form
from annotator.text.kinds import (
    COMPOSED,
    CONTINUES,
    CONTROL,
    HIDDEN,
    HIDDEN_INSIDE,
    LIGATURE,
    START,
    UNRESOLVED,
    WIDTH,
    kind_table,
)
from annotator.text.shaping import pieces
from annotator.text.standins import DOTTED_CIRCLE, FORMAT, TOO_WIDE, is_ignorable_mark
from annotator.text.ucd import is_assigned

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from annotator.text.options import Options

__all__ = ["MARKS_BETWEEN", "MARKS_DRAWN", "Cells", "compose"]

MARKS_BETWEEN: Final = 32
"""Marks that a lam and its alef may have between them and still be one glyph; more than that are not writing."""

MARKS_DRAWN: Final = 8
"""Marks drawn on one base. A cluster may have thousands; all are in its range, terminals choke on the drawing."""

_EMOJI_DRAWN: Final = 32  # code points; the longest emoji sequence in use has 10
_SCANNED: Final = 64  # code points of a cluster that are looked at

_SPAN: Final = re.compile(rb"(?:\x04[\x00\x01]*+|[\x80-\xff][\x00\x01]*+(?=\x04))*(?:[\x80-\xff][\x00\x01]*+)?")
_LONE: Final = re.compile(rb"(?<=[\x02\xc0-\xff])[\x00\x01]++|\A[\x00\x01]++")
_LAM_ALEF: Final = re.compile(rb"Lm{0,%d}+E" % MARKS_BETWEEN)
_MARKED_SPACE: Final = re.compile(rb"S(?=j*+m)")


def compose(cluster: str, parts: Sequence[str], *, controls: bool, rtl: bool) -> str:
    """Draw one cluster whose code points interact; "" if nothing of it is drawn.

    `parts` are what its code points would draw alone. Emoji are drawn as they are; a cluster that has no width of its
    own gets a dotted circle as its base; variation selectors and tags outside emoji are shown, if `controls` are, by
    one stand-in for all of them. With `rtl`, the direction of the letter, prepended marks stand on its right.
    """
    if len(cluster) <= _SCANNED:
        return _compose(cluster, tuple(parts), controls, rtl)
    return _compose.__wrapped__(cluster, parts, controls, rtl)


@lru_cache(maxsize=8192)
def _compose(cluster: str, parts: Sequence[str], controls: bool, rtl: bool) -> str:
    head = cluster[:_SCANNED]
    if any(map(is_pictograph, head)) and all(map(is_assigned, head)):
        drawn = head[:_EMOJI_DRAWN].rstrip("\u200d")
    else:
        shown = [part for part in parts[:_SCANNED] if part][: 1 + MARKS_DRAWN]
        if rtl and is_prepended(head[0]):
            count = next((at for at, ch in enumerate(head) if not is_prepended(ch)), len(head))
            shown = shown[count:] + shown[:count][::-1]
        if controls and any(map(is_ignorable_mark, head)):
            shown.append(FORMAT)
        drawn = "".join(shown)
    if drawn and not cluster_width(drawn):
        drawn = DOTTED_CIRCLE + drawn
    return drawn if cluster_width(drawn) <= WIDTH else TOO_WIDE


class Cells:
    """The kinds and break classes of one paragraph, and the pairs of lam and alef that can be ligatures.

    `kinds` and `breaks` hold one byte for each code point, as `annotator.text.kinds` defines them; `kinds` has no
    ligature yet. `ligatures` are (offset of lam, offset of alef), ascending. Offsets are within `text`.
    """

    __slots__ = ("_joined", "breaks", "kinds", "ligatures", "options", "text")

    def __init__(self, text: str, options: Options) -> None:
        self.text = text
        self.options = options
        self.kinds, self.breaks = kind_table(options.marks, options.controls).encode(text)
        if UNRESOLVED in self.kinds or _LONE.search(self.kinds):
            self._resolve()
        if b"Sm" in self.breaks or b"Sj" in self.breaks:  # no place to break (UAX #14, LB9, LB10)
            self.breaks = _MARKED_SPACE.sub(b"A", self.breaks)
        simple = START | 1
        self.ligatures = [
            (found.start(), found.end() - 1)
            for found in _LAM_ALEF.finditer(self.breaks)
            if self.kinds[found.start()] == simple == self.kinds[found.end() - 1]
        ]
        self._joined: bytes | None = None

    def ligated(self, split: Collection[int] = ()) -> bytes:
        """Give the kinds with one glyph for each lam-alef whose alef is not at an offset in `split`."""
        if self._joined is None:
            joined = bytearray(self.kinds)
            for lam, alef in self.ligatures:
                joined[lam] |= LIGATURE
                joined[alef] = CONTINUES
            self._joined = bytes(joined)
        if not split:
            return self._joined
        kinds = bytearray(self._joined)
        for alef in split:
            for at in self._pair(alef):
                kinds[at] = self.kinds[at]
        return bytes(kinds)

    def is_ligature(self, alef: int) -> bool:
        """Whether the alef at the offset ALEF can be one glyph with the lam before it."""
        return bool(self._pair(alef))

    def _pair(self, alef: int) -> tuple[int, ...]:
        """Lam and alef of the ligature that ends with the alef at the offset ALEF; nothing where none does."""
        rank = bisect_left(self.ligatures, alef, key=itemgetter(1))
        return self.ligatures[rank] if rank < len(self.ligatures) and self.ligatures[rank][1] == alef else ()

    def _resolve(self) -> None:
        kinds, breaks = bytearray(self.kinds), bytearray(self.breaks)
        done = 0
        while (at := kinds.find(UNRESOLVED, done)) >= 0:
            # From the base before, over its marks, to the base after the last code point that needs a closer look.
            start = at
            while start > done and kinds[start - 1] <= HIDDEN_INSIDE:
                start -= 1
            if start > done and kinds[start - 1] >= START:
                start -= 1
            span = _SPAN.match(kinds, at)
            done = span.end() if span else at + 1
            for cluster in iter_graphemes(self.text[start:done]):
                self._place(cluster, start, kinds, breaks)
                start += len(cluster)
        for lone in _LONE.finditer(bytes(kinds)):
            self._place(self.text[lone.start() : lone.end()], lone.start(), kinds, breaks)
        self.kinds, self.breaks = bytes(kinds), bytes(breaks)

    def _place(self, cluster: str, at: int, kinds: bytearray, breaks: bytearray) -> None:
        """Write both bytes of one cluster, whose first code point is at offset `at`."""
        here = slice(at, at + len(cluster))
        if len(cluster) == 1 and kinds[at] >= HIDDEN and kinds[at] != UNRESOLVED:
            return
        if kinds[at] >= START and max(kinds[here][1:], default=CONTINUES) <= HIDDEN_INSIDE:
            return  # a letter with its marks, which happens to stand beside what needed a closer look
        resolve = _resolved if len(cluster) <= _SCANNED else _resolved.__wrapped__
        kinds[here], breaks[here] = resolve(cluster, bytes(kinds[here]), bytes(breaks[here]), self.options.controls)


_CONTINUED: Final = bytes(HIDDEN_INSIDE if kind == HIDDEN_INSIDE else CONTINUES for kind in range(256))
_CONTINUED_EMOJI: Final = bytes([CONTINUES]) * 256
_INSIDE: Final = bytes(kind if kind == ord("S") else ord("j") for kind in range(256))


@lru_cache(maxsize=8192)
def _resolved(cluster: str, kinds: bytes, breaks: bytes, controls: bool) -> tuple[bytes, bytes]:
    """Kinds and break classes of one cluster, from those that its code points have alone."""
    head = cluster[:_SCANNED]
    alone = pieces()[Form.NONE]
    parts = ["" if kind == HIDDEN_INSIDE else alone[ch] for kind, ch in zip(kinds, head, strict=False)]
    drawn = compose(cluster, parts, controls=controls, rtl=False)
    if not drawn:
        return bytes([HIDDEN]) + bytes([HIDDEN_INSIDE]) * (len(cluster) - 1), b"A" + breaks[1:].translate(_INSIDE)
    emoji = drawn[0] == cluster[0] and any(map(is_pictograph, head))
    rest = kinds[1:].translate(_CONTINUED_EMOJI if emoji else _CONTINUED)
    if not emoji and not controls:
        rest = bytes(
            HIDDEN_INSIDE if is_ignorable_mark(ch) else kind for ch, kind in zip(cluster[1:], rest, strict=True)
        )
    first = breaks[:1]
    if first in {b"m", b"j"} or (first == b"S" and CONTINUES in rest):
        first = b"A"
    start = START | COMPOSED | kinds[0] & CONTROL | cluster_width(drawn)
    return bytes([start]) + rest, first + breaks[1:].translate(_INSIDE)
