"""A list whose rows can be ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from annotator.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from textual import events


class TickRows(Rows):
    """Rows whose first two cells are a box to tick."""

    class Ticked(Message):
        """The person clicked the box of the row `index`."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def on_click(self, event: events.Click) -> None:
        """Tick; elsewhere Textual calls the handler of `Rows`."""
        index = self.top + event.y
        if event.x <= 2 and index < self.count:
            event.stop()
            event.prevent_default()
            self.post_message(self.Ticked(index))
