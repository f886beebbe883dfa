"""What the current item is about and the versions to choose from: numbered blocks of lines, one of them the cursor's.

The widget knows nothing of adjudication. It asks a function for its lines in so many cells, each with pieces at the
left and at the right edge, and with the number of the version it belongs to, if any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.tui.widgets.pieces import Piece, segments

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region

    from annotator.tui.look import Look


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line: pieces at its left and right edges, and the version it is part of, counted from 0."""

    left: Sequence[Piece] = ()
    right: Sequence[Piece] = ()
    version: int | None = None


Card = Callable[[int], Sequence[CardLine]]
"""The lines for so many cells."""


class Versions(Widget):
    """One item. A click puts the cursor on a version, a double click takes it."""

    DEFAULT_CSS = "Versions { width: 1fr; height: 1fr; }"
    ALLOW_SELECT = False

    class Pressed(Message):
        """The version `index` was clicked; `twice` says that it is to be taken."""

        def __init__(self, index: int, *, twice: bool) -> None:
            super().__init__()
            self.index = index
            self.twice = twice

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._card: Card = lambda _width: ()
        self._cursor = -1
        self._top = 0
        self._lines: Sequence[CardLine] | None = None

    def show(self, card: Card, cursor: int) -> None:
        """Show CARD with the cursor on the version CURSOR, which is brought on screen."""
        self._card, self._cursor = card, cursor
        self._lines = None
        self._top = 0
        self._reveal()
        self.refresh()

    def move_cursor(self, cursor: int) -> None:
        """Put the cursor on another version of the same item."""
        self._cursor = cursor
        self._reveal()
        self.refresh()

    def look_changed(self) -> None:
        """The theme is another one."""
        self._lines = None
        self.refresh()

    def on_resize(self) -> None:
        """Another width."""
        self._lines = None
        self._reveal()

    @property
    def _look(self) -> Look:
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # every app of this package has one

    def _made(self) -> Sequence[CardLine]:
        if self._lines is None:
            self._lines = self._card(max(0, self.size.width - 2))
        return self._lines

    def _scroll(self, lines: int) -> None:
        before = self._top
        self._top = max(0, min(self._top + lines, len(self._made()) - self.size.height))
        if self._top != before:
            self.refresh()

    def _reveal(self) -> None:
        """Scroll no further than needed to have the cursor's version on screen."""
        height = self.size.height
        at = [number for number, line in enumerate(self._made()) if line.version == self._cursor] if height else []
        if at:
            self._top = min(max(self._top, at[-1] - height + 1), at[0])

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines, cut to CROP."""
        width, height = self.size
        lines, look = self._made(), self._look
        more = {0: "▲" if self._top else "", height - 1: "▼" if self._top + height < len(lines) else ""}
        strips: list[Strip] = []
        for y in range(crop.y, crop.bottom):
            at = self._top + y
            strip = self._strip(lines[at], width) if at < len(lines) else Strip.blank(width, look.panel)
            if more.get(y) and width > 1:
                strip = Strip([*strip.crop(0, width - 1), Segment(more[y], look.panel_title)], width)
            strips.append(strip.crop(crop.x, crop.right))
        return strips

    def _strip(self, line: CardLine, width: int) -> Strip:
        look = self._look
        inner = max(0, width - 2)
        right, used_right = segments(line.right, inner)
        left, used_left = segments(line.left, max(0, inner - used_right - (1 if right else 0)))
        cells = [*left, Segment(" " * (inner - used_left - used_right), look.panel), *right, Segment(" ", look.panel)]
        if line.version is None or line.version != self._cursor:
            return Strip([Segment(" ", look.panel), *cells], width)
        style = look.cursor
        return Strip([Segment("▸", style), *(Segment(text, (own or style) + style) for text, own, _ in cells)], width)

    # Mouse.

    def on_click(self, event: events.Click) -> None:
        """Look at the version that was clicked, or take it."""
        event.stop()
        at = self._top + event.y
        version = self._made()[at].version if at < len(self._made()) else None
        if version is not None:
            self.post_message(self.Pressed(version, twice=event.chain == 2))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Show what is below."""
        event.stop()
        self._scroll(2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Show what is above."""
        event.stop()
        self._scroll(-2)
