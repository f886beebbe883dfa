"""Where the text pane shows what: the document laid out for its size, the rows on the screen, columns of offsets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from textual import events
from textual.geometry import Size

from annotator.model.span_index import Span
from annotator.text.caret import Flow
from annotator.text.document_layout import DocumentLayout, prevailing
from annotator.text.layout import Base
from annotator.tui.paint import colours_of
from annotator.tui.viewport import LineId, Viewport
from annotator.tui.widgets.text_pane_state import PaneState, Range, State

if TYPE_CHECKING:
    from annotator.workflow.session import Session

MARGIN: Final = 2
"""Columns beside the text: the position bar and one free on the left, one free for the caret on the right."""


class PaneLayout(PaneState):
    """The state of a pane, and the lines it is shown in."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.direction: Base = "auto"
        self._layout: DocumentLayout | None = None
        self._viewport: Viewport | None = None
        self._width = self._height = 0
        """The size last prepared for; Textual works its own out anew each time it is asked."""
        self._goal: int | None = None
        """The column that moves by lines keep."""
        self._lanes = True
        self._spacing = 0
        self._paged = False
        """Whether the screen turns by pages where the caret leaves it (see `Viewport.paged`)."""
        self._flow: Flow = "rtl"

    def open(self, session: Session, caret: int = 0, direction: Base = "auto") -> None:
        """Show SESSION's document with the caret at offset CARET."""
        self.session = session
        self.direction = direction
        self._colours = colours_of(session.schema)
        self.hits = ()
        self.state = self._with_current(State(caret=min(max(caret, 0), len(session.document.text))))
        self._layout = self._viewport = None
        self._goal = None
        self._derive()
        if self.size.width:
            self._prepare(self.size)

    def _prepare(self, size: Size) -> None:
        """Lay the document out for SIZE; without room there is no viewport."""
        session = self.session
        self._width, self._height = size
        self._derive()
        if session is None or size.width < MARGIN + 2 or size.height < 1:
            self._viewport = None
            return
        width = size.width - MARGIN
        if self._layout is None:
            text = session.document.text
            self._layout = DocumentLayout(text, width, self.direction, self.options, prevailing(text))
            self._layout.set_boundaries(session.index.boundaries())
            self._flow = self._find_flow(self._layout)
        elif self._layout.width != width:
            self._layout.resize(width)
        viewport = Viewport(self._layout, self._overlapping, size.height)
        viewport.lanes, viewport.spacing, viewport.paged = self._lanes, self._spacing, self._paged
        self._viewport = viewport
        viewport.reveal(self.state.caret)

    def _overlapping(self, start: int, end: int) -> list[Span]:
        """The spans that touch a range of offsets; after a reload the session has another index."""
        return self.session.index.overlapping(start, end) if self.session is not None else []

    def _find_flow(self, layout: DocumentLayout) -> Flow:
        """Which way the document reads as a whole: what the project says, else its first paragraph with a text."""
        if self.direction != "auto":
            return self.direction
        first = re.search(r"\S", layout.text)
        paragraph = layout.paragraph_of(first.start() if first else 0)
        return "rtl" if first is None or layout.paragraph(paragraph).base_level % 2 else "ltr"

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the text anew; the line of the caret stays on the screen."""
        if self._viewport is None or event.size != (self._width, self._height):
            self._prepare(event.size)
        self.on_state()

    def visible_range(self) -> Range:
        """The offsets of the lines on the screen, from the first to behind the last."""
        viewport = self._viewport
        if viewport is None or not viewport.rows:
            return 0, 0
        return viewport.view(viewport.rows[0].id).line.start, viewport.view(viewport.rows[-1].id).line.end

    def base_level(self) -> int:
        """The embedding level of the paragraph under the caret: even is left to right."""
        if self._layout is None:
            return 1
        return self._layout.paragraph(self._layout.paragraph_of(self.state.caret)).base_level

    def _pad(self, id: LineId) -> int:
        """The x of the line's column 0."""
        viewport = self._viewport
        assert viewport is not None  # noqa: S101 - only called with rows, which a viewport made
        line = viewport.view(id).line
        return self._width - 1 - line.width if line.base_level % 2 else MARGIN - 1

    def _caret_cells(self, id: LineId, caret: int) -> Range:
        """The columns of line ID that a caret at the offset CARET takes.

        On a code point that is not drawn they are those of the next glyph; past the last glyph they are the free cell
        where the line ends, or its outermost glyph when the line leaves none free.
        """
        viewport = self._viewport
        assert viewport is not None  # noqa: S101 - only called with rows, which a viewport made
        line = viewport.view(id).line
        glyph = line.glyph_at(line.caret_column(caret))
        if glyph is None or glyph.end <= caret:
            rtl = line.base_level % 2 == 1
            if line.width < self._width - MARGIN:
                return (-1, 0) if rtl else (line.width, line.width + 1)
            glyph = line.glyphs[0 if rtl else -1]
        return glyph.column, glyph.column + glyph.width
