"""The views of the agreement screen as a row of words to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from annotator.tui.screens.agreement_views import VIEWS
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import width_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events

    from annotator.tui.widgets.pieces import Piece


class Tabs(Line):
    """The views with their keys; a click shows one. The one that is shown stands in brackets."""

    class Picked(Message):
        """The person clicked the view called `view`."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places: list[tuple[int, int, str]] = []

    def offer(self, here: str, keys: Mapping[str, str]) -> None:
        """Show all views, HERE being the name of the one on screen; KEYS are theirs, as they are called on screen.

        Where there is no room for all titles, only that one has its own.
        """
        look = self.look
        whole = sum(width_of(keys.get(name, "")) + width_of(title) + 3 for name, title in VIEWS.items())
        roomy = whole <= self.app.size.width
        pieces: list[Piece] = []
        self._places = []
        x = 0
        for name, title in VIEWS.items():
            key = keys.get(name, "")
            word = f"[{title}]" if name == here else f" {title} " if roomy else " "
            width = 1 + width_of(key) + width_of(word)
            self._places.append((x, x + width, name))
            pieces += [(f" {key}", look.key), (word, look.bar_strong if name == here else look.bar_dim)]
            x += width
        self.show(pieces)

    def on_click(self, event: events.Click) -> None:
        """Show the view under the pointer."""
        event.stop()
        for first, last, name in self._places:
            if first <= event.x < last:
                self.post_message(self.Picked(name))
