"""What every screen of the program stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotator.tui.compositor import LeanCompositor

if TYPE_CHECKING:
    from textual._compositor import Compositor
    from textual.geometry import Size


class Ground:
    """Mixed into a screen, before Textual's own: only what changed is drawn, and the size is what the window has now.

    A screen that is laid out is told of its new size by a message from itself. While a window is dragged the next
    size may overtake that message, and the screen would be left with the size before.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._compositor: Compositor = LeanCompositor()

    def _screen_resized(self, size: Size) -> None:  # noqa: ARG002 - the app knows better
        super()._screen_resized(self.app.size)  # type: ignore[misc, attr-defined]  # those of the screen it is mixed into
