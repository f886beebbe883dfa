"""What a screen shows while its window is too small to work in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.strip import Strip
from textual.widget import Widget

from annotator.tui.host import host
from annotator.tui.widgets.pieces import aligned, wrapped

if TYPE_CHECKING:
    from textual.geometry import Region

SMALLEST: Final = (60, 15)
"""Columns and rows that every screen needs."""


class TooSmall(Widget):
    """It says how large the window should be, that first, in as many lines as that takes. Its screen shows it."""

    DEFAULT_CSS = "TooSmall { width: 1fr; height: 1fr; display: none; }"
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""

    def measure(self, columns: int, rows: int) -> bool:
        """Whether a window of this size is too small; then that is said."""
        small = columns < SMALLEST[0] or rows < SMALLEST[1]
        self._text = f"{SMALLEST[0]}x{SMALLEST[1]} needed, this is {columns}x{rows}" if small else ""
        self.refresh()
        return small

    def look_changed(self) -> None:
        """Paint in the new look."""
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The words from the top on, cut to CROP."""
        look, width = host(self).look, self.size.width
        lines = [f" {ready}" for ready, _ in wrapped(self._text, max(1, width - 2))]
        lines += [""] * (crop.bottom - len(lines))
        return [
            aligned(line, look.warn, width, look.base, right=False).crop(crop.x, crop.right)
            for line in lines[crop.y : crop.bottom]
        ]
