"""Running text in a box: a guideline, a message, a report. Wrapped, each paragraph from its own side; it scrolls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from annotator.tui.host import host
from annotator.tui.widgets.pieces import aligned, wrapped

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.geometry import Region, Size

    from annotator.tui.look import Look

Tone = Callable[["Look"], "Style"]
"""Which style of a look a paragraph has."""


def plain(look: Look) -> Style:
    """The style of what is said."""
    return look.panel


def faint(look: Look) -> Style:
    """The style of what is said beside it."""
    return look.panel_dim


def strong(look: Look) -> Style:
    """The style of headings."""
    return look.panel_title


class TextBlock(Widget):
    """Paragraphs on a panel's ground. Arrows in the last column say that there is more above or below."""

    DEFAULT_CSS = "TextBlock { width: 1fr; height: auto; }"
    ALLOW_SELECT = False

    def __init__(self, paragraphs: Sequence[tuple[str, Tone]] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._paragraphs = tuple(paragraphs)
        self._top = 0

    def show(self, *paragraphs: tuple[str, Tone]) -> None:
        """Show PARAGRAPHS instead; each is any text and its tone."""
        if paragraphs != self._paragraphs:
            self._paragraphs = paragraphs
            self._top = 0
            self.refresh(layout=self.styles.is_auto_height)

    def look_changed(self) -> None:
        """The theme is another one."""
        self.refresh()

    def press(self, key: str) -> bool:
        """Scroll as KEY says. False when it is no scrolling key."""
        height = max(1, self.size.height - 1)
        steps = {"up": -1, "down": 1, "pageup": -height, "pagedown": height, "home": -(1 << 30), "end": 1 << 30}
        if key not in steps:
            return False
        self._scroll(steps[key])
        return True

    def _scroll(self, rows: int) -> None:
        before = self._top
        self._top = max(0, min(self._top + rows, len(self._lines(self.size.width)) - self.size.height))
        if self._top != before:
            self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Read on."""
        event.stop()
        self._scroll(2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Read again."""
        event.stop()
        self._scroll(-2)

    def _lines(self, width: int) -> list[tuple[str, bool, Tone]]:
        return [
            (ready, rtl, tone) for text, tone in self._paragraphs for ready, rtl in wrapped(text, max(1, width - 2))
        ]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual passes them
        """As many rows as the lines need."""
        return max(1, len(self._lines(width)))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines, cut to CROP."""
        look = host(self).look
        width, height = self.size.width, self.size.height
        lines = self._lines(width)
        more = {0: "▲" if self._top > 0 else "", height - 1: "▼" if self._top + height < len(lines) else ""}
        strips: list[Strip] = []
        for y in range(crop.y, crop.bottom):
            index = self._top + y
            strip = Strip.blank(width, look.panel)
            if index < len(lines):
                ready, rtl, tone = lines[index]
                strip = aligned(f"{ready} " if rtl else f" {ready}", tone(look), width, look.panel, right=rtl)
            if more.get(y) and width > 1:
                strip = Strip([*strip.crop(0, width - 1), Segment(more[y], look.panel_title)], width)
            strips.append(strip.crop(crop.x, crop.right))
        return strips
