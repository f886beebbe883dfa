"""The least that Textual can do: one widget that fills the screen and draws one row again at every key."""

from __future__ import annotations

import sys

from rich.segment import Segment
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Rows(Widget, can_focus=True):
    """A screen of text; the row that was drawn again last shows how often that was."""

    DEFAULT_CSS = "Rows { width: 1fr; height: 1fr; }"
    presses = 0

    def render_line(self, y: int) -> Strip:
        text = f"{y:4} {self.presses if y == self.presses % self.size.height else '':>6} ".ljust(self.size.width, "·")
        return Strip([Segment(text)], self.size.width)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.presses += 1
        self.refresh(Region(0, self.presses % self.size.height, self.size.width, 1))


class Bare(App[None]):
    """One widget, nothing else."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = "Rows"

    def compose(self) -> ComposeResult:
        yield Rows()


if __name__ == "__main__":
    app = Bare()
    app.run()
    sys.exit(app.return_code or 0)
