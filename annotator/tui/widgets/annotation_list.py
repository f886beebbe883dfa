"""The annotations of the open layer in text order, as a list beside the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.model.annotations import quoted
from annotator.model.span_index import Span
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR, colours_of
from annotator.tui.widgets.pieces import Piece, fit, width_of
from annotator.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from annotator.tui.look import Look
    from annotator.workflow.session import Session


class AnnotationList(Rows):
    """One row an entity or event: its words at the right edge, its type at the left."""

    def __init__(self, *, id: str | None = None) -> None:
        empty = "No annotations yet. Put the caret on a word and press a label's key."
        super().__init__(id=id, panel=True, click_chooses=True, empty=empty)
        self._session: Session | None = None
        self._spans: Sequence[Span] = ()
        self._colours: dict[str, str] = {}

    def open(self, session: Session) -> None:
        """Show the annotations of SESSION."""
        self._session = session
        self._colours = colours_of(session.schema)
        self.reload()

    def reload(self) -> None:
        """The annotations have changed."""
        if self._session is not None:
            self._spans = self._session.index.in_order()
            self.set_source(len(self._spans), self._row_pieces, keep_cursor=True)

    def span(self, index: int) -> Span:
        """The span of row INDEX."""
        return self._spans[index]

    def show_current(self, id: str, start: int) -> None:
        """Put the cursor on the annotation ID, whose span starts at offset START; no cursor when it is not there."""
        spans = self._spans
        at = bisect_left(spans, (start,))
        while at < len(spans) and spans[at].start == start:
            if spans[at].id == id:
                self.move_cursor(at)
                return
            at += 1
        self.move_cursor(None)

    def _row_pieces(self, index: int, width: int) -> list[Piece]:
        look: Look = self._look
        span = self._spans[index]
        session = self._session
        assert session is not None  # noqa: S101 - rows exist only for an open session
        annotation = session.annotations[span.id]
        words = quoted(session.document.text, getattr(annotation, "fragments", ()))
        name = f"{'*' if span.is_event else ''}{span.type}"
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        label = fit(name, min(10, width // 2))
        ready = fit(words, width - width_of(label) - 2)
        gap = " " * max(0, width - width_of(label) - width_of(ready) - 1)
        style = label_style(look.name, self._colours.get(span.type, UNKNOWN_COLOUR), ground)
        return [(label, style), (gap, look.panel), (ready, look.panel), (" ", look.panel)]
