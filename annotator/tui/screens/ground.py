"""What every screen of the program stands on."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from annotator.tui.compositor import LeanCompositor

if TYPE_CHECKING:
    from textual._compositor import Compositor
    from textual.geometry import Size


_FRAME: Final = 1 / 60
"""Seconds between two frames, as Textual has it: keys that come faster share one."""


class Ground:
    """Mixed into a screen, before Textual's own: only what changed is drawn, and the size is what the window has now.

    A screen that is laid out is told of its new size by a message from itself. While a window is dragged the next
    size may overtake that message, and the screen would be left with the size before.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._compositor: Compositor = LeanCompositor()
        self._drawn = 0.0

    def announce(self, text: str, *, bad: bool = False) -> bool:  # noqa: ARG002 - those that have a place for it look at it
        """Say TEXT, which comes from the program and not from this screen. False: there is no place for it here."""
        return False

    def draw_now(self: Any) -> None:  # what it asks of Textual's screen has no public name
        """Show what a key has changed, at once: Textual comes to it after a round of messages and a timer.

        Whatever is more than cells to be painted again is left to Textual, and so is a key right after another frame.
        """
        now = monotonic()
        if now - self._drawn < _FRAME or self not in self._compositor or not self.is_current or self.app._batch_count:
            return
        widgets = self._compositor.visible_widgets
        if any(w._layout_required or w._scroll_required or w._recompose_required for w in (self, *widgets)):
            return
        dirty = {widget for widget in widgets if widget._repaint_required}
        if dirty and self not in dirty:
            self._drawn = now
            for widget in dirty:
                widget._repaint_required = False
            dirty |= self._dirty_widgets
            self._compositor.update_widgets(dirty)
            self._compositor_refresh()

    def _screen_resized(self, size: Size) -> None:  # noqa: ARG002 - the app knows better
        super()._screen_resized(self.app.size)  # type: ignore[misc, attr-defined]  # those of the screen it is mixed into
