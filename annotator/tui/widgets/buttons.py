"""A row of buttons: one line, a key for each, arrows and Enter, and the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.tui.host import host
from annotator.tui.key_titles import key_title
from annotator.tui.widgets.pieces import Piece, fit, to_strip, width_of

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region


@dataclass(frozen=True, slots=True)
class Button:
    """`id` is what the press is reported as; `key` presses it from anywhere in its dialog, empty for none."""

    id: str
    title: str
    key: str = ""


class Buttons(Widget, can_focus=True):
    """Buttons side by side; the one that Enter presses stands between angle brackets."""

    DEFAULT_CSS = "Buttons { width: 1fr; height: 1; }"
    ALLOW_SELECT = False

    class Pressed(Message):
        """The button `button` of `buttons` was pressed."""

        def __init__(self, buttons: Buttons, button: Button) -> None:
            super().__init__()
            self.buttons = buttons
            self.button = button

        @property
        def control(self) -> Buttons:
            """The row it is about."""
            return self.buttons

    def __init__(self, buttons: Sequence[Button], *, chosen: int = 0, id: str | None = None) -> None:
        """CHOSEN is the button that Enter presses first."""
        super().__init__(id=id)
        self._buttons = tuple(buttons)
        self._chosen = chosen

    def set_buttons(self, buttons: Sequence[Button], *, chosen: int = 0) -> None:
        """Offer other buttons."""
        self._buttons, self._chosen = tuple(buttons), chosen
        self.refresh()

    def look_changed(self) -> None:
        """The theme is another one."""
        self.refresh()

    def _pieces(self) -> tuple[list[Piece], list[tuple[int, int]]]:
        """What is painted, and the first and last+1 cell of each button."""
        look = host(self).look
        pieces: list[Piece] = []
        places: list[tuple[int, int]] = []
        x = 1
        for number, button in enumerate(self._buttons):
            chosen = number == self._chosen
            style = (look.cursor if self.has_focus else look.cursor_blurred) if chosen else look.panel
            left, right = ("<", ">") if chosen else ("[", "]")
            key = f"{key_title(button.key)} " if button.key else ""
            face = f"{left} {key}{fit(button.title, 40)} {right}"
            pieces += [(" ", look.panel), (face, style)]
            places.append((x, x + width_of(face)))
            x += width_of(face) + 1
        return pieces, places

    def render_lines(self, crop: Region) -> list[Strip]:
        """The row, cut to CROP."""
        ground = host(self).look.panel
        strip = to_strip(self._pieces()[0], self.size.width, ground).crop(crop.x, crop.right)
        return [strip if y == 0 else Strip.blank(crop.width, ground) for y in range(crop.y, crop.bottom)]

    def press(self, key: str) -> bool:
        """Do what KEY does here, also when another widget has the focus. False when it does nothing."""
        if not self._buttons:
            return False
        for number, button in enumerate(self._buttons):
            if key and key == button.key:
                self._chosen = number
                self._press()
                return True
        match key:
            case "left" | "right":
                self._chosen = (self._chosen + (1 if key == "right" else -1)) % len(self._buttons)
                self.refresh()
            case "enter" | "space":
                self._press()
            case _:
                return False
        return True

    def _press(self) -> None:
        self.refresh()
        self.post_message(self.Pressed(self, self._buttons[self._chosen]))

    def on_key(self, event: events.Key) -> None:
        """Choose or press."""
        if self.press(event.key):
            event.stop()
            event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Press what was clicked."""
        event.stop()
        for number, (first, last) in enumerate(self._pieces()[1]):
            if first <= event.x < last:
                self._chosen = number
                self._press()

    def on_focus(self) -> None:
        """Show that Enter presses here."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that Enter goes elsewhere."""
        self.refresh()
