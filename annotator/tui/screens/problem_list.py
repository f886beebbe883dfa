"""What stands in the way of submitting a document, as a list to jump from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from annotator.model.annotations import fragments_of, quoted
from annotator.tui.host import host
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR, colours_of
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.pieces import counted, is_rtl
from annotator.tui.widgets.rows import Part, Rows, columns

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.model.annotations import Annotations
    from annotator.model.documents import Document
    from annotator.tui.widgets.pieces import Piece
    from annotator.workflow.submission import Problem

HIGHEST = 16
"""Rows after which the list scrolls."""
_WORDS = 60
"""Code points of an annotation's words that can be of use in a row."""


class ProblemList(Dialog["Problem | None"]):
    """The result is the problem to go to, None after Esc."""

    DEFAULT_CSS = """
    ProblemList #box { width: 90; max-height: 90%; }
    """
    AUTO_FOCUS = "Rows"

    def __init__(
        self, problems: Sequence[Problem], document: Document, annotations: Annotations, caret: int = 0
    ) -> None:
        """The cursor starts on the first of PROBLEMS that lies at or behind the offset CARET."""
        super().__init__(f"{counted(len(problems), 'thing')} to mend before this can be submitted")
        self._problems = tuple(problems)
        self._text = document.text
        self._annotations = annotations
        behind = (i for i, found in enumerate(problems) if found.start is not None and found.start >= caret)
        self._start = next(behind, 0)

    def content(self) -> Iterable[Widget]:
        """The rows."""
        rows = Rows(panel=True)
        rows.styles.height = min(len(self._problems), HIGHEST)
        yield rows

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("↑↓", "move"), ("Enter", "go there"), ("Esc", "back"))

    def on_mount(self) -> None:
        """Show them."""
        super().on_mount()
        self._colours = colours_of(host(self).schema)
        rows = self.query_one(Rows)
        rows.set_source(len(self._problems), self._row)
        self.call_after_refresh(rows.move_cursor, self._start)

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, problem = host(self).look, self._problems[index]
        item = self._annotations.get(problem.id)
        type_ = getattr(item, "type", "")
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        style = label_style(look.name, self._colours.get(type_, UNKNOWN_COLOUR), ground)
        words = self._words(problem)
        return columns(
            width,
            Part(type_, style, min(16, width // 5)),
            Part(problem.what, look.panel),
            Part(words, look.panel_dim, width // 3, right=is_rtl(words)),
            gap=2,
            blank=look.panel,
        )

    def _words(self, problem: Problem) -> str:
        item = self._annotations.get(problem.id)
        if item is not None and fragments_of(item):
            return quoted(self._text, fragments_of(item))[:_WORDS]
        if problem.start is None or problem.end is None:
            return "the document"
        return self._text[problem.start : min(problem.end, problem.start + _WORDS)]

    def press(self, key: str) -> bool:
        """Keys of the list, whatever has the focus."""
        return self.query_one(Rows).press(key)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Go there."""
        event.stop()
        self.dismiss(self._problems[event.index])
