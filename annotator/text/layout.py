"""A text laid out as lines: paragraphs, their directions, where they wrap, and the glyphs of each line.

The stages run as late as they can. A `ParagraphLayout` knows its line starts from widths alone; levels and joining
forms, always of the whole paragraph, are found when the first line is asked for, and glyphs line by line.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from copy import copy
from itertools import accumulate
from typing import TYPE_CHECKING, Final, overload

from annotator.text.bidi import BidiParagraph, resolve
from annotator.text.cells import MARKS_BETWEEN, Cells
from annotator.text.glyphs import Run, draw
from annotator.text.islands import resolve_islands
from annotator.text.joining import form_codes
from annotator.text.lines import Affinity, Glyph, Hit, VisualLine
from annotator.text.options import Base, Options
from annotator.text.paragraphs import Paragraphs
from annotator.text.wrap import rewrap, wrap

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "Affinity",
    "Analysis",
    "Base",
    "Glyph",
    "Hit",
    "Layout",
    "Options",
    "ParagraphLayout",
    "VisualLine",
    "lay_out",
]

_LINES_KEPT: Final = 512  # drawn lines kept by one paragraph: several screens, not a whole book without a full stop
_DEFAULT: Final = Options()


class Analysis:
    """What is true of a paragraph for every width: its cells, levels and joining forms, each found when first used."""

    __slots__ = ("_bidi", "_cells", "_forms", "base", "options", "text")

    def __init__(self, text: str, base: Base = "auto", options: Options = _DEFAULT) -> None:
        self.text = text
        self.base: Base = base
        self.options = options
        self._cells: Cells | None = None
        self._bidi: BidiParagraph | None = None
        self._forms: bytes | None = None

    @property
    def cells(self) -> Cells:
        """Kinds and break classes."""
        if self._cells is None:
            self._cells = Cells(self.text, self.options)
        return self._cells

    @property
    def bidi(self) -> BidiParagraph:
        """Base level and levels."""
        if self._bidi is None:
            self._bidi = (resolve_islands if self.options.islands else resolve)(self.text, self.base)
        return self._bidi

    @property
    def forms(self) -> bytes:
        """Joining form of each code point."""
        if self._forms is None:
            self._forms = form_codes(self.text)
        return self._forms

    def with_options(self, options: Options) -> Analysis:
        """Give the same paragraph with other options; forms do not depend on them, levels only on `islands`."""
        other = Analysis(self.text, self.base, options)
        other._forms = self._forms
        if options.islands == self.options.islands:
            other._bidi = self._bidi
        if (options.marks, options.controls) == (self.options.marks, self.options.controls):
            other._cells = self._cells
        return other


class ParagraphLayout:
    """One paragraph in lines of at most `width` cells.

    `start` and `end` are the offsets of its content in the document; `tail` is the offset after its separator.
    `split` holds the offsets of alefs whose ligature with the lam before them is drawn as two letters.
    """

    __slots__ = ("_analysis", "_kinds", "_lines", "_starts", "end", "line_starts", "split", "start", "tail", "width")

    def __init__(
        self, analysis: Analysis, width: int, start: int = 0, tail: int = 0, split: Collection[int] = ()
    ) -> None:
        self._analysis = analysis
        self._lines: dict[int, VisualLine] = {}  # by the offset of their first code point
        self.start = start
        self.end = start + len(analysis.text)
        self.tail = max(tail, self.end)
        self.width = max(1, width)
        self.split = frozenset(split)
        self._kinds = analysis.cells.ligated([alef - start for alef in self.split])
        self._set_starts(wrap(self._kinds, analysis.cells.breaks, self.width, analysis.options.tab_width))

    def _set_starts(self, starts: array[int]) -> None:
        self._starts = starts
        self.line_starts: array[int] = array("L", [self.start + at for at in starts]) if self.start else starts
        """Offset in the document of each line's first code point; never empty."""

    def resplit(self, split: Collection[int]) -> ParagraphLayout:
        """Give the same paragraph with other ligatures split; only the lines this touches are made anew."""
        split = frozenset(split)
        changed = sorted(alef - self.start for alef in split ^ self.split)
        if not changed:
            return self
        other = copy(self)
        cells, tab_width = self._analysis.cells, self._analysis.options.tab_width
        other.split = split
        other._kinds = cells.ligated([alef - self.start for alef in split])
        touched = changed[0] - MARKS_BETWEEN - 1, changed[-1]
        other._set_starts(rewrap(other._kinds, cells.breaks, self.width, tab_width, self._starts, touched))
        other._lines = {start: line for start, line in self._lines.items() if not self._touches(line, changed)}
        return other

    def is_ligature(self, alef: int) -> bool:
        """Whether the alef at the offset ALEF is one glyph with the lam before it, unless it is split off."""
        return self._analysis.cells.is_ligature(alef - self.start)

    def _touches(self, line: VisualLine, alefs: list[int]) -> bool:
        """Whether one of the alefs, or the lam before it, is in the line."""
        following = bisect_left(alefs, line.start - self.start)
        return following < len(alefs) and alefs[following] - MARKS_BETWEEN - 1 < line.end - self.start

    @property
    def base_level(self) -> int:
        """Embedding level of the paragraph: 0 left-to-right, 1 right-to-left."""
        return self._analysis.bidi.base_level

    @property
    def line_count(self) -> int:
        """Number of lines, at least 1."""
        return len(self.line_starts)

    def line_of(self, offset: int) -> int:
        """Give the number of the line that holds `offset`; the last one for `end` and the separator."""
        return max(0, bisect_right(self.line_starts, offset) - 1)

    def line(self, number: int) -> VisualLine:
        """Give a line, drawn when first asked for. Raises `IndexError` if there is none of that number."""
        if not 0 <= number < len(self.line_starts):
            raise IndexError(f"line {number} of a paragraph of {len(self.line_starts)}")
        start = self.line_starts[number]
        end = self.end if number + 1 == len(self.line_starts) else self.line_starts[number + 1]
        line = self._lines.get(start)
        if line is None or line.end != end:
            line = self._draw(start, end)
            if len(self._lines) >= _LINES_KEPT:
                del self._lines[next(iter(self._lines))]
            self._lines[start] = line
        return line

    def _draw(self, start: int, end: int) -> VisualLine:
        analysis = self._analysis
        here = slice(start - self.start, end - self.start)
        run = Run(
            analysis.text[here],
            self._kinds[here],
            analysis.forms[here],
            bytes(analysis.bidi.line_levels(here.start, here.stop)),
        )
        drawn, invisible = draw(run, start, self.width, analysis.options)
        if end == self.end:
            invisible += range(end, self.tail)
        return VisualLine(start, end, analysis.bidi.base_level, drawn, tuple(invisible))


class _Lines(Sequence[VisualLine]):
    """The lines of several paragraphs as one sequence, drawn as they are read."""

    def __init__(self, paragraphs: Sequence[ParagraphLayout]) -> None:
        self._paragraphs = paragraphs
        self._first = list(accumulate((paragraph.line_count for paragraph in paragraphs), initial=0))

    def __len__(self) -> int:
        return self._first[-1]

    @overload
    def __getitem__(self, index: int) -> VisualLine: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[VisualLine]: ...
    def __getitem__(self, index: int | slice) -> VisualLine | Sequence[VisualLine]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = index + len(self) if index < 0 else index
        if not 0 <= number < len(self):
            raise IndexError(f"line {index} of {len(self)}")
        paragraph = bisect_right(self._first, number) - 1
        return self._paragraphs[paragraph].line(number - self._first[paragraph])


class Layout:
    """A whole text in lines. Every code point is in exactly one glyph or one line's `invisible`."""

    __slots__ = ("lines", "paragraphs")

    def __init__(self, paragraphs: Sequence[ParagraphLayout]) -> None:
        self.paragraphs = paragraphs
        self.lines: Sequence[VisualLine] = _Lines(paragraphs)


def lay_out(
    text: str,
    width: int,
    base: Base = "auto",
    boundaries: Collection[int] = (),
    options: Options = _DEFAULT,
) -> Layout:
    """Lay out a text of any number of paragraphs in lines of at most `width` cells (at least 1).

    `boundaries` are offsets at which something begins or ends that must be exact on the screen: an annotation, the
    selection, the caret. A lam and an alef with a boundary between them are drawn in two cells. Raises `ValueError`
    for a `base` other than "auto", "ltr" and "rtl".
    """
    if base not in {"auto", "ltr", "rtl"}:
        raise ValueError(f'base is {base!r}; it can be "auto", "ltr" or "rtl"')
    split_at = sorted(boundaries)
    found = Paragraphs(text)
    paragraphs = []
    empty = Analysis("", base, options)
    for number in range(len(found)):
        start, end = found.range(number)
        analysis = Analysis(text[start:end], base, options) if end > start else empty
        split = [
            start + alef
            for lam, alef in (analysis.cells.ligatures if split_at else ())
            if bisect_right(split_at, start + lam) < bisect_right(split_at, start + alef)
        ]
        paragraphs.append(ParagraphLayout(analysis, width, start, found.start(number + 1), split))
    return Layout(paragraphs)
