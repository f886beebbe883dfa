"""Editing one line of text in two directions, without a screen.

The text is kept in logical order. The caret is an offset and an affinity: where direction changes, the place between
two code points is two places on the screen, and the affinity says to which neighbour the caret belongs. On the screen
the caret is a cell: the one of the cluster it stands before, or the one past the cluster it stands behind.

Motion to the left and right is visual: each step crosses one cluster, whatever its direction.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from typing import Final

from annotator.text.clusters import clusters
from annotator.text.layout import Affinity, Glyph, VisualLine, lay_out
from annotator.text.paragraphs import LINE_BREAKS, SEPARATORS
from annotator.text.tokens import token_after, token_at, token_before

LIMIT: Final = 4096
"""Most code points a line takes: every key lays the whole line out."""

_STEPS_KEPT: Final = 500
_SPACES: Final = dict.fromkeys(map(ord, SEPARATORS + LINE_BREAKS + "\t"), " ")


def clean(text: str) -> str:
    """TEXT as one line: line ends and tabs become spaces, other controls and lone surrogates go."""
    flat = text.strip("\r\n").replace("\r\n", " ").translate(_SPACES)
    return "".join(ch for ch in flat if unicodedata.category(ch) not in {"Cc", "Cs"})


class LineEditor:
    """A line of text with a caret and a selection. All positions are offsets (code points)."""

    def __init__(self, value: str = "", *, rtl: bool = True) -> None:
        """RTL is the direction while there is no text to say it."""
        self._empty_rtl = rtl
        self._value = clean(value)[:LIMIT]
        self.caret = len(self._value)
        self.affinity = Affinity.BEFORE
        self.anchor: int | None = None
        """Where the selection began, None without one."""
        self._past: list[tuple[str, int]] = []
        self._future: list[tuple[str, int]] = []
        self._typing = False
        self._line: tuple[tuple[str, tuple[int, ...]], VisualLine] | None = None

    @property
    def value(self) -> str:
        """The text, in logical order."""
        return self._value

    @property
    def rtl(self) -> bool:
        """Whether the line reads from right to left (UAX #9, P2-P3)."""
        return self.line.base_level % 2 == 1 if self._value else self._empty_rtl

    @property
    def selection(self) -> tuple[int, int]:
        """The selected range; empty at the caret without one."""
        anchor = self.caret if self.anchor is None else self.anchor
        return min(anchor, self.caret), max(anchor, self.caret)

    @property
    def selected(self) -> str:
        """The selected text."""
        start, end = self.selection
        return self._value[start:end]

    @property
    def line(self) -> VisualLine:
        """The line as it is drawn: a lam and an alef stay apart where the caret or the selection parts them."""
        return self._lay_out((*self.selection, self.caret))

    def _lay_out(self, boundaries: tuple[int, ...]) -> VisualLine:
        key = (self._value, boundaries)
        if self._line is None or self._line[0] != key:
            width = 2 * len(self._value) + 2  # no cluster is wider than two cells for each of its code points
            self._line = key, lay_out(self._value, width, boundaries=boundaries).lines[0]
        return self._line[1]

    # Where the caret is on the screen.

    @property
    def column(self) -> int:
        """The caret's cell: from -1, left of the text, to the text's width, right of it."""
        line = self.line
        return _cell(line, self.caret, self.affinity, rtl=self.rtl)

    def click(self, column: int, *, select: bool = False) -> None:
        """Put the caret on the cell COLUMN; SELECT from where it was."""
        line = self.line
        hit = line.hit(column)
        self._move(hit.offset, hit.affinity, select=select)

    def select_word(self, column: int) -> None:
        """Select the word in the cell COLUMN."""
        word = token_at(self._value, self.line.hit(column).offset)
        if word is not None:
            self.anchor = word[0]
            self.caret, self.affinity = word[1], Affinity.BEFORE

    # Motion.

    def _move(self, offset: int, affinity: Affinity, *, select: bool) -> None:
        if select and self.anchor is None:
            self.anchor = self.caret
        elif not select:
            self.anchor = None
        self.caret, self.affinity = offset, affinity
        if self.anchor == self.caret:
            self.anchor = None
        self._typing = False

    def left(self, *, select: bool = False) -> None:
        """Cross the cluster to the left."""
        self._step(-1, select=select)

    def right(self, *, select: bool = False) -> None:
        """Cross the cluster to the right."""
        self._step(1, select=select)

    def _step(self, way: int, *, select: bool) -> None:
        if self.anchor is not None and not select:
            start, end = self.selection
            forward = (way > 0) != self.rtl
            self._move(end if forward else start, Affinity.BEFORE if forward else Affinity.AFTER, select=False)
            return
        glyphs = lay_out(self._value, 2 * len(self._value) + 2, boundaries=clusters(self._value)).lines[0].glyphs
        gap = _gap(glyphs, self.caret, self.affinity)
        crossed = gap if way > 0 else gap - 1
        if not 0 <= crossed < len(glyphs):
            return
        glyph = glyphs[crossed]
        if (way > 0) != bool(glyph.level & 1):
            self._move(glyph.end, Affinity.BEFORE, select=select)
        else:
            self._move(glyph.start, Affinity.AFTER, select=select)

    def home(self, *, select: bool = False) -> None:
        """To the start of the text."""
        self._move(0, Affinity.AFTER, select=select)

    def end(self, *, select: bool = False) -> None:
        """To the end of the text."""
        self._move(len(self._value), Affinity.BEFORE, select=select)

    def word_left(self, *, select: bool = False) -> None:
        """To the next word on the left, as the line reads."""
        self._word(forward=self.rtl, select=select)

    def word_right(self, *, select: bool = False) -> None:
        """To the next word on the right, as the line reads."""
        self._word(forward=not self.rtl, select=select)

    def _word(self, *, forward: bool, select: bool) -> None:
        if forward:
            self._move(self._next_word(), Affinity.AFTER, select=select)
        else:
            self._move(self._previous_word(), Affinity.AFTER, select=select)

    def _next_word(self) -> int:
        word = token_after(self._value, self.caret + 1)
        return len(self._value) if word is None else word[0]

    def _previous_word(self) -> int:
        word = token_at(self._value, self.caret)
        if word is not None and word[0] < self.caret:
            return word[0]
        word = token_before(self._value, self.caret)
        return 0 if word is None else word[0]

    def select_all(self) -> None:
        """Select the whole text."""
        self._move(len(self._value), Affinity.BEFORE, select=False)
        self.anchor = 0 if self._value else None

    # Edits. Each returns whether the text has changed.

    def insert(self, text: str) -> bool:
        """Put TEXT, cleaned and as far as it fits, in place of the selection."""
        start, end = self.selection
        room = LIMIT - len(self._value) + end - start
        text = clean(text)[:room]
        if not text and start == end:
            return False
        return self._replace(start, end, text, typing=len(text) == 1 and start == end)

    def backspace(self) -> bool:
        """Delete the selection, or the code point before the caret: a haraka goes before its letter."""
        start, end = self.selection
        return self._replace(start if start < end else max(0, start - 1), end, "")

    def delete(self) -> bool:
        """Delete the selection, or the rest of the cluster after the caret."""
        start, end = self.selection
        if start == end:
            starts = clusters(self._value)
            after = bisect_right(starts, start)
            end = starts[after] if after < len(starts) else len(self._value)
        return self._replace(start, end, "")

    def delete_word_back(self) -> bool:
        """Delete the selection, or back to the start of the word."""
        start, end = self.selection
        return self._replace(start if start < end else self._previous_word(), end, "")

    def delete_word_forward(self) -> bool:
        """Delete the selection, or up to the next word."""
        start, end = self.selection
        return self._replace(start, end if start < end else self._next_word(), "")

    def clear(self) -> bool:
        """Delete everything."""
        return self._replace(0, len(self._value), "")

    def _replace(self, start: int, end: int, text: str, *, typing: bool = False) -> bool:
        if start == end and not text:
            return False
        if not (typing and self._typing):
            self._past.append((self._value, self.caret))
            del self._past[:-_STEPS_KEPT]
        self._future.clear()
        self._put(self._value[:start] + text + self._value[end:], start + len(text))
        self._typing = typing
        return True

    def _put(self, value: str, caret: int) -> None:
        self._value, self.caret, self.anchor = value, caret, None
        self.affinity = Affinity.BEFORE if caret else Affinity.AFTER
        self._typing = False

    def undo(self) -> bool:
        """Take the last edit back; letters typed in a row are one."""
        return self._travel(self._past, self._future)

    def redo(self) -> bool:
        """Do again what was taken back."""
        return self._travel(self._future, self._past)

    def _travel(self, source: list[tuple[str, int]], target: list[tuple[str, int]]) -> bool:
        if not source:
            return False
        target.append((self._value, self.caret))
        self._put(*source.pop())
        return True


def _attached(glyphs: tuple[Glyph, ...], offset: int, affinity: Affinity) -> tuple[int, bool] | None:
    """The place in GLYPHS of the one the caret belongs to, and whether the caret is behind it in reading order."""
    order = sorted(range(len(glyphs)), key=lambda rank: glyphs[rank].start)
    starts = [glyphs[rank].start for rank in order]
    if not order:
        return None
    before = bisect_left(starts, offset) - 1  # the last glyph that starts before the offset
    after = bisect_right(starts, offset) - 1
    if affinity is Affinity.BEFORE and before >= 0:
        glyph = glyphs[order[before]]
        return order[before], glyph.end <= offset
    if after >= 0 and offset < glyphs[order[after]].end:
        return order[after], False
    if after + 1 < len(order):
        return order[after + 1], False
    return order[-1], True


def _cell(line: VisualLine, offset: int, affinity: Affinity, *, rtl: bool) -> int:
    found = _attached(line.glyphs, offset, affinity)
    if found is None:
        return -1 if rtl else 0
    glyph, behind = line.glyphs[found[0]], found[1]
    if not behind:
        return glyph.column
    return glyph.column - 1 if glyph.level & 1 else glyph.column + glyph.width


def _gap(glyphs: tuple[Glyph, ...], offset: int, affinity: Affinity) -> int:
    """Between which glyphs the caret is: 0 is left of them all."""
    found = _attached(glyphs, offset, affinity)
    if found is None:
        return 0
    rank, behind = found
    return rank + (behind != bool(glyphs[rank].level & 1))
