"""The motions of the caret in the text pane, and the selections they make."""

from __future__ import annotations

from dataclasses import replace

from annotator.text import caret as motions
from annotator.text.caret import Unit
from annotator.tui.widgets.text_pane_changes import PaneChanges
from annotator.tui.widgets.text_pane_state import Range, State


class PaneMotions(PaneChanges):
    """A pane whose caret moves by words, letters, lines and pages."""

    def move(self, kind: str, unit: Unit = Unit.WORD, *, extend: bool = False) -> None:
        """Move the caret: KIND is left, right, next or previous, by UNIT."""
        if self._layout is None or not self.text:
            return
        layout, text, caret = self._layout, self.text, self.state.caret
        match kind:
            case "left":
                offset = motions.left(layout, text, caret, unit, self._flow)
            case "right":
                offset = motions.right(layout, text, caret, unit, self._flow)
            case "next":
                offset = motions.next_(layout, text, caret, unit)
            case _:
                offset = motions.previous(layout, text, caret, unit)
        self._goal = None
        self._go(offset, unit, extend=extend)

    def move_lines(self, lines: int, *, extend: bool = False) -> None:
        """Move the caret by LINES lines, keeping its column."""
        if self._layout is None:
            return
        offset, self._goal = motions.vertical(self._layout, self.state.caret, lines, self._goal)
        self._go(offset, Unit.WORD, extend=extend)

    def move_page(self, pages: int) -> None:
        """Move caret and screen by a screenful of lines, less one."""
        viewport = self._viewport
        if viewport is None:
            return
        lines = max(1, len({row.id for row in viewport.rows}) - 1) * pages
        offset, self._goal = motions.vertical(viewport.layout, self.state.caret, lines, self._goal)
        if viewport.scroll(lines):
            self._scrolled()
        self._go(offset, Unit.WORD, extend=False)

    def move_edge(self, *, end: bool) -> None:
        """To the start or the end of the line."""
        if self._layout is not None:
            self._goal = None
            self._go(motions.line_edge(self._layout, self.state.caret, end=end), Unit.WORD, extend=False)

    def go_to(self, offset: int, unit: Unit = Unit.WORD) -> None:
        """Put the caret at OFFSET, and drop the selection."""
        self._goal = None
        self.change(replace(self.state, caret=offset, selection=None, anchor=None, marked=False, unit=unit, current=""))

    def _go(self, offset: int, unit: Unit, *, extend: bool) -> None:
        state = self.state
        if not extend and not state.marked:
            self.change(State(caret=offset, unit=unit))
            return
        anchor = state.anchor or self._selection_seed(unit)
        here = motions.unit_range(self.text, min(offset, max(0, len(self.text) - 1)), unit)
        selection = self._trimmed(min(anchor[0], here[0]), max(anchor[1], here[1]))
        self.change(replace(state, caret=offset, selection=selection, anchor=anchor, unit=unit, current=""))

    def _selection_seed(self, unit: Unit) -> Range:
        if self.state.selection is not None:
            return self.state.selection
        return motions.unit_range(self.text, min(self.state.caret, max(0, len(self.text) - 1)), unit)

    def _trimmed(self, start: int, end: int) -> Range:
        piece = self.text[start:end]
        stripped = piece.strip()
        if not stripped:
            return start, end
        lead = len(piece) - len(piece.lstrip())
        return start + lead, start + lead + len(stripped)

    def mark(self) -> bool:
        """Start a selection that follows the caret, or end it. True: started."""
        if self.state.marked:
            self.change(replace(self.state, anchor=None, marked=False))
            return False
        seed = self._selection_seed(Unit.WORD)
        self.change(replace(self.state, anchor=seed, selection=seed, current="", marked=True))
        return True

    def select(self, start: int, end: int, current: str = "", caret: int | None = None) -> None:
        """Select a range, perhaps as the range of the annotation CURRENT, and show it."""
        at = start if caret is None else caret
        self.change(replace(self.state, caret=at, selection=(start, end), anchor=None, marked=False, current=current))

    def work_on(self, id: str) -> None:
        """Make the annotation ID the current one and drop the selection."""
        self.change(State(caret=self.state.caret, unit=self.state.unit, current=id))

    def select_sentence(self) -> bool:
        """Select the sentence under the caret. False: there is none."""
        start, end = motions.unit_range(self.text, min(self.state.caret, len(self.text) - 1), Unit.SENTENCE)
        if start < end:
            self.select(start, end, caret=self.state.caret)
        return start < end

    def cancel(self) -> bool:
        """Drop mark and selection. False: there was nothing to drop."""
        had = self.state.selection is not None
        self.change(replace(self.state, selection=None, anchor=None, marked=False, current=""))
        return had
