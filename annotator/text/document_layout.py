"""A lazy layout for documents of any size: a paragraph is laid out when it is looked at, and forgotten in time.

Nothing here is proportional to the document but its text and 8 bytes a paragraph.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from annotator.text.bidi import Direction, direction
from annotator.text.cells import MARKS_BETWEEN
from annotator.text.kinds import is_mark
from annotator.text.layout import Analysis, Base, Options, ParagraphLayout
from annotator.text.paragraphs import Paragraphs
from annotator.text.shaping import ALEFS, LAM

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["DocumentLayout", "prevailing"]

_DEFAULT: Final = Options()
_KEPT: Final = 1 << 18  # code points whose layout is kept; up to 60 bytes each when their lines are drawn
_LOOKED_AT: Final = 10_000  # code points that may tell the direction of a document
_OVERHEAD: Final = 256  # what an empty paragraph counts for

Value = TypeVar("Value")


class _Recent(Generic[Value]):
    """Values by paragraph, the ones used last, up to a sum of code points; always at least one."""

    def __init__(self) -> None:
        self._values: OrderedDict[int, tuple[Value, int]] = OrderedDict()
        self._size = 0

    def get(self, number: int) -> Value | None:
        """Give a value and remember that it was used."""
        found = self._values.get(number)
        if found is None:
            return None
        self._values.move_to_end(number)
        return found[0]

    def put(self, number: int, value: Value, size: int) -> None:
        """Keep a value that stands for `size` code points."""
        self.drop(number)
        self._values[number] = value, size + _OVERHEAD
        self._size += size + _OVERHEAD
        while self._size > _KEPT and len(self._values) > 1:
            _, (_, freed) = self._values.popitem(last=False)
            self._size -= freed

    def drop(self, number: int) -> None:
        """Forget one value, if it is there."""
        _, size = self._values.pop(number, (None, 0))
        self._size -= size

    def items(self) -> list[tuple[int, Value]]:
        """Give what is kept, the least recently used first."""
        return [(number, value) for number, (value, _) in self._values.items()]

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        self._size = 0


class DocumentLayout:
    """The lines of one document, paragraph by paragraph; the text never changes.

    `width` is in cells, at least 1. With `base` "auto", a paragraph without a letter (an empty one, a row of stars, a
    number) has the direction `ground`; see `prevailing`. Raises `ValueError` for a `base` other than "auto", "ltr" and
    "rtl".
    """

    def __init__(
        self, text: str, width: int, base: Base = "auto", options: Options = _DEFAULT, ground: Direction = "ltr"
    ) -> None:
        if base not in {"auto", "ltr", "rtl"}:
            raise ValueError(f'base is {base!r}; it can be "auto", "ltr" or "rtl"')
        self._text = text
        self._width = max(1, width)
        self._base: Base = base
        self._options = options
        self._ground: Direction = ground
        self._paragraphs = Paragraphs(text)
        self._analyses: _Recent[Analysis] = _Recent()
        self._layouts: _Recent[ParagraphLayout] = _Recent()
        self._split: dict[str, dict[int, frozenset[int]]] = {}  # channel -> paragraph -> alefs drawn alone
        self._stale: set[int] = set()  # paragraphs whose layout has other ligatures

    @property
    def text(self) -> str:
        """The document's text."""
        return self._text

    @property
    def width(self) -> int:
        """Cells of a line."""
        return self._width

    @property
    def options(self) -> Options:
        """What is drawn."""
        return self._options

    @property
    def paragraph_count(self) -> int:
        """Number of paragraphs, at least 1."""
        return len(self._paragraphs)

    def paragraph_of(self, offset: int) -> int:
        """Give the number of the paragraph that holds `offset`, separators included; the last one for the end."""
        return self._paragraphs.at(offset)

    def paragraph_range(self, number: int) -> tuple[int, int]:
        """Give the offsets of a paragraph's content, without its separator. Raises `IndexError`."""
        self._check(number)
        return self._paragraphs.range(number)

    def paragraph(self, number: int) -> ParagraphLayout:
        """Give the layout of one paragraph, made when first asked for. Raises `IndexError`."""
        layout = self._layouts.get(number)
        if layout is not None and number not in self._stale:
            return layout
        self._check(number)
        self._stale.discard(number)
        split = self._alefs(number)
        if layout is None:
            start, tail = self._paragraphs.start(number), self._paragraphs.start(number + 1)
            layout = ParagraphLayout(self._analysis(number), self._width, start, tail, split)
        else:
            layout = layout.resplit(split)
        self._layouts.put(number, layout, layout.end - layout.start)
        return layout

    def set_boundaries(self, offsets: Iterable[int], channel: str = "annotations") -> list[int]:
        """Say where lam and alef must not be one cell, replacing what was said through the same `channel`.

        Of the offsets only those between a lam and its alef matter; the channels are united. Returns the paragraphs
        whose layout changed, ascending.
        """
        fresh: dict[int, set[int]] = {}
        text = self._text
        for offset in offsets:
            if 0 < offset < len(text) and (alef := _alef(text, offset)) >= 0:
                fresh.setdefault(self._paragraphs.at(alef), set()).add(alef)
        old = self._split.get(channel, {})
        new = {number: frozenset(alefs) for number, alefs in fresh.items()}
        touched = sorted(number for number in old.keys() | new.keys() if old.get(number) != new.get(number))
        before = [self._alefs(number) for number in touched]
        self._split[channel] = new
        changed = [
            number
            for number, alefs in zip(touched, before, strict=True)
            if self._shows(number, alefs ^ self._alefs(number))
        ]
        self._stale.update(changed)
        return changed

    def _shows(self, number: int, alefs: Collection[int]) -> bool:
        """Whether one of ALEFS can be one glyph with its lam, so that it shows; where nothing is laid out, it may."""
        layout = self._layouts.get(number)
        return bool(alefs) and (layout is None or any(map(layout.is_ligature, alefs)))

    def in_ligature(self, offset: int) -> bool:
        """Whether `offset` is between a lam and the alef it makes one cell with, so that a boundary there matters."""
        return 0 < offset < len(self._text) and _alef(self._text, offset) >= 0

    def resize(self, width: int) -> None:
        """Wrap at another width; what does not depend on it is kept."""
        if max(1, width) != self._width:
            self._width = max(1, width)
            self._layouts.clear()
            self._stale.clear()

    def set_options(self, options: Options) -> None:
        """Draw with other options; levels and joining forms are kept."""
        if options != self._options:
            self._options = options
            self._layouts.clear()
            self._stale.clear()
            for number, analysis in self._analyses.items():
                self._analyses.put(number, analysis.with_options(options), len(analysis.text))

    def _analysis(self, number: int) -> Analysis:
        analysis = self._analyses.get(number)
        if analysis is None:
            start, end = self._paragraphs.range(number)
            content, base = self._text[start:end], self._base
            if self._ground == "rtl" and base == "auto" and direction(content) is None:
                base = "rtl"
            analysis = Analysis(content, base, self._options)
            self._analyses.put(number, analysis, end - start)
        return analysis

    def _alefs(self, number: int) -> frozenset[int]:
        """Give the alefs of a paragraph that are drawn alone, for any channel."""
        nothing: frozenset[int] = frozenset()
        return nothing.union(*(channel.get(number, nothing) for channel in self._split.values()))

    def _check(self, number: int) -> None:
        if not 0 <= number < len(self._paragraphs):
            raise IndexError(f"paragraph {number} of {len(self._paragraphs)}")


def prevailing(text: str) -> Direction:
    """The direction of the first paragraph of TEXT, among the first ones, that has a letter; "ltr" without any.

    For paragraphs without a letter it is better than the "ltr" of rule P3 (a higher-level protocol, HL1): in an Arabic
    text the caret stands at the right edge of an empty line.
    """
    begun = Paragraphs(text[:_LOOKED_AT])
    found = (direction(text[slice(*begun.range(number))]) for number in range(len(begun)))
    return next((one for one in found if one is not None), "ltr")


@lru_cache(maxsize=4096)
def _may_be_inside(ch: str) -> bool:
    """Whether `ch` can follow a boundary inside a lam-alef."""
    return ch in ALEFS or is_mark(ch)


def _alef(text: str, offset: int) -> int:
    """Offset of the alef whose lam-alef has `offset` between its letters, or -1."""
    if not _may_be_inside(text[offset]):
        return -1
    lam = offset - 1
    while text[lam] != LAM:
        if lam <= max(0, offset - 1 - MARKS_BETWEEN) or not is_mark(text[lam]):
            return -1
        lam -= 1
    alef = offset
    while text[alef] not in ALEFS:
        alef += 1
        if alef > lam + 1 + MARKS_BETWEEN or alef >= len(text) or not (text[alef] in ALEFS or is_mark(text[alef])):
            return -1
    return alef
