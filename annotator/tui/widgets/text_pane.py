"""The document on the screen: text, spans, selection and caret, painted row by row.

The pane in layers, each in a module of its own: its `State`, the layout, the rows, what a change repaints, the
motions; here are keys and mouse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import events

from annotator.model.span_index import Span
from annotator.text import caret as motions
from annotator.text.caret import Unit
from annotator.tui.viewport import Row
from annotator.tui.widgets.text_pane_motions import PaneMotions
from annotator.tui.widgets.text_pane_state import Range, State

__all__ = ["State", "TextPane"]


class TextPane(PaneMotions, can_focus=True):
    """The text of one session. `on_state` is called after every change of `state`, `on_key_press` for every key."""

    DEFAULT_CSS = "TextPane { width: 1fr; height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.on_key_press: Callable[[events.Key], bool] = lambda _event: False
        self.on_pick: Callable[[int, Sequence[str]], bool] = lambda _offset, _ids: False
        """Asked first about a click, with the offset and the ids of the annotations there; True: it was taken."""
        self._drag: Range | None = None

    def on_key(self, event: events.Key) -> None:
        """Every key goes to the screen's table first."""
        if self.on_key_press(event):
            event.stop()
            event.prevent_default()

    def _hit(self, event: events.MouseEvent) -> tuple[Row, int] | None:
        """The row and offset under the mouse."""
        viewport = self._viewport
        if viewport is None or not viewport.rows:
            return None
        row = viewport.rows[min(max(event.y, 0), len(viewport.rows) - 1)]
        line = viewport.view(row.id).line
        return row, line.hit(event.x - self._pad(row.id)).offset

    def _span_under(self, event: events.MouseEvent, row: Row) -> Span | None:
        """The span whose bar is under the mouse."""
        viewport = self._viewport
        if viewport is None or row.lane < 0:
            return None
        view = viewport.view(row.id)
        if row.lane >= len(view.lanes):
            return None
        return view.lanes[row.lane].span_at(view.line, event.x - self._pad(row.id))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Click: caret, or the annotation whose bar it is. A drag from here selects."""
        self.focus()
        found = self._hit(event)
        if found is None or event.button != 1:
            return
        row, offset = found
        self._goal = None
        span = self._span_under(event, row)
        if self.session is not None:
            there = [span.id] if span is not None else [s.id for s in reversed(self.session.index.at(offset))]
            if self.on_pick(offset, there):
                return
        if span is not None:
            self.select(span.start, span.end, span.id)
            return
        unit = Unit.CLUSTER if event.ctrl or event.meta else Unit.WORD
        if event.shift:
            self._go(offset, unit, extend=True)
            self._drag = self.state.anchor
            self.change(replace(self.state, anchor=None, marked=False))
        else:
            self._drag = motions.unit_range(self.text, min(offset, len(self.text) - 1), unit) if self.text else None
            self.go_to(offset)
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag: select from where the button went down, by words, with Ctrl by letters."""
        if self._drag is None or event.button != 1:
            return
        found = self._hit(event)
        if found is None or found[1] == self.state.caret:
            return
        unit = Unit.CLUSTER if event.ctrl or event.meta else Unit.WORD
        here = motions.unit_range(self.text, min(found[1], len(self.text) - 1), unit)
        selection = self._trimmed(min(self._drag[0], here[0]), max(self._drag[1], here[1]))
        self.change(replace(self.state, caret=found[1], selection=selection, anchor=None, marked=False, current=""))

    def on_mouse_up(self) -> None:
        """The drag ends."""
        self._drag = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Double click selects the word, triple the sentence."""
        found = self._hit(event)
        if found is None or not self.text or found[0].lane >= 0:
            return
        if event.chain == 2:
            self.select(*self._trimmed(*motions.unit_range(self.text, min(found[1], len(self.text) - 1), Unit.WORD)))
        elif event.chain >= 3:
            self.go_to(found[1])
            self.select_sentence()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the screen, not the caret."""
        self._wheel(3, event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the screen, not the caret."""
        self._wheel(-3, event)

    def _wheel(self, lines: int, event: events.MouseEvent) -> None:
        event.stop()
        if self._viewport is not None and self._viewport.scroll(lines):
            self._scrolled()
