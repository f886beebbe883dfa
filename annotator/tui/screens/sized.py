"""Screens that always take the size the window has now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.geometry import Size


class Sized:
    """Mixed into a screen, before Textual's own.

    A screen that is laid out is told of its new size by a message from itself. While a window is dragged the next
    size may overtake that message, and the screen would be left with the size before.
    """

    def _screen_resized(self, size: Size) -> None:  # noqa: ARG002 - the app knows better
        super()._screen_resized(self.app.size)  # type: ignore[misc, attr-defined]  # those of the screen it is mixed into
