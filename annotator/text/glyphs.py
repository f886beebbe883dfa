"""Drawing one line: the code points between two offsets of a paragraph become glyphs in visual order.

This is where the stages meet: kinds (what is a glyph), joining forms (its shape), levels (its place, L2, and its
mirror image, L4). A page of several thousand glyphs has to be there within a few milliseconds, so everything is an
operation on whole columns of values; only clusters of several code points are looked at one by one.
"""

from __future__ import annotations

from array import array
from itertools import accumulate, compress
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from annotator.text.bidi.reorder import visual_order
from annotator.text.cells import MARKS_DRAWN, compose
from annotator.text.joining import Form
from annotator.text.kinds import COMPOSED, HIDDEN, HIDDEN_INSIDE, LIGATURE, START, TAB, WIDTH
from annotator.text.lines import Glyphs
from annotator.text.shaping import ALEFS, ligature, pieces
from annotator.text.standins import TOO_WIDE
from annotator.text.ucd import MIRROR
from annotator.text.wrap import glyph_widths, tab_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotator.text.options import Options

__all__ = ["Run", "draw"]

Value = TypeVar("Value")

_STARTS: Final = bytes(kind >= START for kind in range(256))
_MIRRORED: Final = frozenset(MIRROR)


class Run(NamedTuple):
    """The code points of one line, each with what the stages before found out; all four of one length."""

    text: str
    kinds: bytes
    forms: bytes  # `Form` by number
    levels: bytes  # after L1


def draw(run: Run, origin: int, width: int, options: Options) -> tuple[Glyphs, list[int]]:
    """Give the glyphs of a line of at most `width` cells, in visual order, and the offsets that none of them draws.

    `origin` is the offset of the first code point in the document. Spaces that hang over the end of the line are not
    drawn; a glyph wider than the whole line is drawn by a stand-in.
    """
    kinds = run.kinds
    drawn = kinds.translate(_STARTS)
    starts = list(compress(range(len(kinds)), drawn))
    ends, invisible = _ends(kinds, starts)
    widths: Sequence[int] = bytes(compress(glyph_widths(kinds, width), drawn))
    texts = _texts(run, starts, ends, width, options)
    if TAB in kinds or sum(widths) > width:
        widths = _fit([kinds[at] == TAB for at in starts], widths, width, options.tab_width)
        for place, cells in enumerate(widths):
            if kinds[starts[place]] == TAB:
                texts[place] = " " * cells
        kept = len(widths)
        invisible += [at for start, end in zip(starts[kept:], ends[kept:], strict=True) for at in range(start, end)]
        invisible.sort()
        del starts[kept:], ends[kept:], texts[kept:]

    levels = bytes([run.levels[at] for at in starts]) if len(starts) < len(kinds) else run.levels
    order = visual_order(levels) if HIDDEN not in kinds else _order_around_hidden(run, starts)
    if origin:
        starts = [origin + at for at in starts]
        ends = [origin + at for at in ends]
        invisible = [origin + at for at in invisible]
    widths = _ordered(widths, order)
    drawing = Glyphs(
        tuple(_ordered(texts, order)),
        array("I", _ordered(starts, order)),
        array("I", _ordered(ends, order)),
        array("I", accumulate(widths[:-1], initial=0) if starts else ()),
        array("I", list(widths)),
        bytes(_ordered(levels, order)),
    )
    return drawing, invisible


def _ordered(values: Sequence[Value], order: Sequence[int]) -> Sequence[Value]:
    if isinstance(order, range):  # all of one direction
        return values if order.step > 0 else values[::-1]
    picked: Sequence[Value] = itemgetter(*order)(values)
    return picked


def _order_around_hidden(run: Run, starts: list[int]) -> Sequence[int]:
    """L2 for the glyphs at `starts`, among clusters that are not drawn: they separate numbers all the same."""
    places = {at: place for place, at in enumerate(starts)}
    units = [at for at, kind in enumerate(run.kinds) if kind == HIDDEN or kind >= START]
    order = visual_order(bytes([run.levels[at] for at in units]))
    drawn = [places[units[unit]] for unit in order if units[unit] in places]
    return drawn if len(drawn) > 1 else range(len(drawn))


def _ends(kinds: bytes, starts: list[int]) -> tuple[list[int], list[int]]:
    """Where the glyphs end, and which code points no glyph holds."""
    ends = starts[1:]
    if starts:
        ends.append(len(kinds))
    if HIDDEN not in kinds and HIDDEN_INSIDE not in kinds:
        return ends, []
    invisible = list(range(starts[0] if starts else len(kinds)))
    for place, end in enumerate(ends):
        drawn = end
        while kinds[drawn - 1] in {HIDDEN, HIDDEN_INSIDE}:
            drawn -= 1
        invisible += range(drawn, end)
        ends[place] = drawn
    return ends, invisible


def _fit(tabs: list[bool], widths: Sequence[int], width: int, tab_width: int) -> list[int]:
    """Give the widths of the glyphs that fit in the line, those of tabs by their stops."""
    fitting: list[int] = []
    used = 0
    for tab, given in zip(tabs, widths, strict=True):
        cells = tab_cells(used, width, tab_width) if tab else given
        if not cells or used + cells > width:
            break
        fitting.append(cells)
        used += cells
    return fitting


def _texts(run: Run, starts: list[int], ends: list[int], width: int, options: Options) -> list[str]:
    """What the glyphs draw, in logical order."""
    text, kinds, forms, levels = run
    tables = pieces()
    parts = [tables[form][ch] for ch, form in zip(text, forms, strict=True)]
    if HIDDEN_INSIDE in kinds:
        parts = ["" if kind == HIDDEN_INSIDE else part for part, kind in zip(parts, kinds, strict=True)]
    drawn = [parts[at] for at in starts] if len(starts) < len(parts) else parts[:]
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        kind = kinds[start]
        if kind & COMPOSED:
            rtl = bool(levels[end - 1] & 1)
            drawn[place] = compose(text[start:end], parts[start:end], controls=options.controls, rtl=rtl)
        elif end - start > 1:
            if kind & LIGATURE:
                drawn[place] = _lam_alef(text[start:end], parts[start:end], Form(forms[start]))
            else:
                drawn[place] = "".join(parts[start : min(end, start + 1 + MARKS_DRAWN)])
        if kind & WIDTH > width:
            drawn[place] = TOO_WIDE
    if not _MIRRORED.isdisjoint(text):
        for place, start in enumerate(starts):
            if levels[start] & 1 and text[start] in MIRROR and drawn[place][:1] == text[start]:
                drawn[place] = MIRROR[text[start]] + drawn[place][1:]
    return drawn


def _lam_alef(text: str, parts: list[str], lam_form: Form) -> str:
    """Draw one ligature with the marks of both letters, in order."""
    alef = next(at for at, ch in enumerate(text) if ch in ALEFS)
    marks = parts[1:alef] + parts[alef + 1 :]
    return ligature(text[alef], lam_form) + "".join(marks[:MARKS_DRAWN])
