"""The labels of the schema with their keys, entities beside events; a click labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.model.schema import LabelType, Schema
from annotator.tui.look import label_style
from annotator.tui.widgets.pieces import Piece, fit, to_strip, width_of

if TYPE_CHECKING:
    from annotator.tui.look import Look


class LabelPalette(Widget):
    """Two columns of labels: `key name`. As high as it needs to be."""

    DEFAULT_CSS = "LabelPalette { width: 1fr; height: auto; }"
    ALLOW_SELECT = False

    class Pressed(Message):
        """The person clicked the label `name`."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, schema: Schema, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[tuple[LabelType | None, LabelType | None]] = tuple(
            zip_longest(schema.entities, schema.events)
        )
        self._strips: list[Strip] = []

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """One row for each pair of labels, a title, and one row of space."""
        return len(self._rows) + 2

    def look_changed(self) -> None:
        """Paint in the new look."""
        self._strips = []
        self.refresh()

    def on_resize(self) -> None:
        """Another width."""
        self._strips = []

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows in CROP."""
        if not self._strips:
            self._strips = self._paint()
        blank = Strip([Segment(" " * self.size.width, self._look.panel)], self.size.width)
        rows = [self._strips[y] if y < len(self._strips) else blank for y in range(crop.y, crop.bottom)]
        return rows if crop.width == self.size.width else [row.crop(crop.x, crop.right) for row in rows]

    @property
    def _look(self) -> Look:
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # every app of this package has one

    def _half(self) -> int:
        return self.size.width // 2

    def _paint(self) -> list[Strip]:
        look, half, width = self._look, self._half(), self.size.width
        title: list[Piece] = [(" Entities".ljust(half), look.panel_title), (" Events", look.panel_title)]
        strips = [to_strip(title, width, look.panel)]
        for entity, event in self._rows:
            strips.append(to_strip([*self._cell(entity, half), *self._cell(event, width - half)], width, look.panel))
        return strips

    def _cell(self, label: LabelType | None, width: int) -> list[Piece]:
        look = self._look
        if label is None:
            return [(" " * width, look.panel)]
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        name = fit(label.name, width - 4)
        pad = " " * max(0, width - 4 - width_of(name))
        return [
            (f" {label.hotkey or ' '} ", look.panel_title),
            (name, label_style(look.name, label.colour, ground)),
            (f"{pad} ", look.panel),
        ]

    def on_click(self, event: events.Click) -> None:
        """Label with what was clicked."""
        event.stop()
        if 1 <= event.y <= len(self._rows):
            label = self._rows[event.y - 1][0 if event.x < self._half() else 1]
            if label is not None:
                self.post_message(self.Pressed(label.name))
