"""Paragraphs of a text: where they start, and where their content ends.

A paragraph ends after a code point of bidi class B: LF, CR, the pair CR LF (one separator), U+001C to U+001E, NEL
U+0085 and U+2029 (UAX #9, P1 and table 4). The separator belongs to the paragraph it ends, but not to its content.
VT, FF and the line separator U+2028 only break the line inside a paragraph (UAX #14, class BK).

A text that ends with a separator has no paragraph after it; the empty text has one empty paragraph.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate
from typing import Final

__all__ = ["LINE_BREAKS", "SEPARATORS", "Paragraphs"]

SEPARATORS: Final = "\n\r\x1c\x1d\x1e\x85\u2029"
"""Code points that end a paragraph; CR LF ends one, not two."""

LINE_BREAKS: Final = "\x0b\x0c\u2028"
"""Code points that end a line but not a paragraph. With `SEPARATORS` they are what `str.splitlines` splits at."""


class Paragraphs:
    """The paragraphs of one text, by number; 4 or 8 bytes for each, whatever its length."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        starts = array("L", accumulate(map(len, text.splitlines(keepends=True)), initial=0))
        if len(starts) > 1:
            starts.pop()  # the end of the text starts nothing
        if any(ch in text for ch in LINE_BREAKS):
            starts = array("L", (at for at in starts if at == 0 or text[at - 1] not in LINE_BREAKS))
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts)

    def at(self, offset: int) -> int:
        """Number of the paragraph that holds the code point at `offset`; the last one for the end of the text."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def start(self, number: int) -> int:
        """Offset of the first code point; for `len(self)` the length of the text."""
        return self._starts[number] if number < len(self._starts) else len(self._text)

    def range(self, number: int) -> tuple[int, int]:
        """Content of a paragraph as offsets, without its separator."""
        start, end = self._starts[number], self.start(number + 1)
        if end > start and self._text[end - 1] in SEPARATORS:
            end -= 2 if self._text[end - 2 : end] == "\r\n" and end - 2 >= start else 1
        return start, end
