"""Choose a measure: what it is called, what it counts, and what is included."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from annotator.agreement.measures import DEFAULT, Measure, measures_of
from annotator.tui.host import host
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, faint, plain

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.model.schema import Schema
    from annotator.tui.widgets.pieces import Piece

HIGHEST = 14
"""Rows after which the list scrolls."""


class PickMeasure(Dialog[str | None]):
    """The result is a measure's id, None after Esc. Those that are computed already have a dot."""

    DEFAULT_CSS = """
    PickMeasure #box { width: 90; max-width: 96%; max-height: 96%; }
    PickMeasure TextBlock { height: 4; }
    """
    AUTO_FOCUS = "Rows"

    def __init__(self, schema: Schema, here: str, computed: Collection[str]) -> None:
        """HERE is the id of the measure that is shown now."""
        super().__init__("Which measure?")
        known = measures_of(schema)
        self._measures: list[Measure] = [
            *(known[id] for id in DEFAULT),
            *(it for it in known.values() if it.id not in DEFAULT),
        ]
        self._here, self._computed = here, computed

    def content(self) -> Iterable[Widget]:
        """The measures, and what the one under the cursor counts."""
        rows = Rows(panel=True, click_chooses=True)
        rows.styles.height = min(len(self._measures), HIGHEST)
        yield rows
        yield TextBlock()

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("↑↓", "move"), ("Enter", "show"), ("Esc", "cancel"))

    def on_mount(self) -> None:
        """Show them; the cursor is on the one there is."""
        rows = self.query_one(Rows)
        rows.set_source(len(self._measures), self._row)
        here = next((at for at, it in enumerate(self._measures) if it.id == self._here), 0)
        self.call_after_refresh(rows.move_cursor, here)
        self._tell(here)

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, measure = host(self).look, self._measures[index]
        return columns(
            width,
            Part("●" if measure.id in self._computed else "", look.panel_title, 1),
            Part(measure.title, look.panel),
            Part(measure.unit, look.panel_dim, 22 if width < 70 else 34, right=True),
            blank=look.panel,
        )

    def _tell(self, index: int) -> None:
        measure = self._measures[index]
        dot = "Computed." if measure.id in self._computed else "Not computed yet: Enter does it, which takes a moment."
        self.query_one(TextBlock).show((f"{measure.id}: {measure.included}", plain), (dot, faint))

    def press(self, key: str) -> bool:
        """Keys of the list, whatever has the focus."""
        return self.query_one(Rows).press(key)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """About another one."""
        event.stop()
        self._tell(event.index)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """That one."""
        event.stop()
        self.dismiss(self._measures[event.index].id)
