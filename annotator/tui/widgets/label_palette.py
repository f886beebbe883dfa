"""The labels of the schema with their keys, entities and events apart; a click labels.

The palette shares its column with the list of annotations, and leaves it room: where entities beside events would take
more than half of the column, entities stand above events, each in as many columns as there is room for; and what is
then still too much scrolls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, TypeAlias

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.model.schema import LabelType, Schema
from annotator.tui.commands import Command
from annotator.tui.key_titles import key_title
from annotator.tui.look import label_style
from annotator.tui.widgets.lines import HintBar, Line
from annotator.tui.widgets.pieces import Piece, fit, to_strip, width_of

if TYPE_CHECKING:
    from annotator.tui.look import Look

Cell: TypeAlias = LabelType | str | None
"""A label, a heading, or nothing."""

SPARED: Final = 8
"""Rows that the palette leaves to the list below it; or half of all where there are few."""
_KEY: Final = 3  # cells: a space, the key, a space
_COLUMNS: Final = 3
_WHEEL: Final = 2


def arranged(schema: Schema, width: int, room: int) -> list[list[Cell]]:
    """Rows of cells, each as wide as the others of its row, for WIDTH cells; the last row is empty.

    ROOM is the height of the column that the palette is in.
    """
    beside: list[list[Cell]] = [["Entities", "Events"], *map(list, zip_longest(schema.entities, schema.events)), []]
    if len(beside) <= room // 2:
        return beside
    longest = max((width_of(label.name) for label in schema.labels()), default=1)
    columns = max(_COLUMNS, width // (_KEY + longest))
    rows: list[list[Cell]] = []
    for heading, labels in (("Entities", schema.entities), ("Events", schema.events)):
        if labels:
            rows += [[heading], *_down(labels, columns)]
    above = [*rows, []]
    return above if len(above) < len(beside) else beside


def _down(labels: Sequence[LabelType], columns: int) -> Iterator[list[Cell]]:
    """LABELS one below the other, then in the next of so many COLUMNS."""
    height = -(-len(labels) // columns)
    for row in range(height):
        found: list[Cell] = list(labels[row::height])
        yield found + [None] * (columns - len(found))


def most_rows(room: int) -> int:
    """How many of ROOM rows the palette may have."""
    return max(room - SPARED, room // 2)


class LabelPalette(Widget):
    """Labels as `key name`, as high as they need to be and the list below leaves; the wheel scrolls the rest."""

    DEFAULT_CSS = "LabelPalette { width: 1fr; height: auto; }"
    ALLOW_SELECT = False

    class Pressed(Message):
        """The person clicked the label `name`."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, schema: Schema, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._schema = schema
        self._rows: list[list[Cell]] = []
        self._strips: list[Strip] = []
        self._top = 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As many rows as the labels take, if that leaves the list enough."""
        self._rows = arranged(self._schema, width, container.height)
        self._strips = []
        return min(len(self._rows), most_rows(container.height))

    def look_changed(self) -> None:
        """Paint in the new look."""
        self._strips = []
        self.refresh()

    def show(self, schema: Schema) -> None:
        """Show the labels of SCHEMA."""
        self._schema = schema
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Another size."""
        self._strips = []
        self._scroll(0)

    # -- painting --------------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows in CROP."""
        if not self._strips:
            self._strips = [self._paint(row) for row in self._rows]
        rows = [self._line(y) for y in range(crop.y, crop.bottom)]
        return rows if crop.width == self.size.width else [row.crop(crop.x, crop.right) for row in rows]

    def _line(self, y: int) -> Strip:
        width, height, count = *self.size, len(self._rows)
        row = self._top + y
        strip = self._strips[row] if row < count else to_strip([], width, self._look.panel)
        if count <= height:
            return strip
        thumb = max(1, height * height // count)
        start = round(self._top * (height - thumb) / (count - height))
        bar = "┃" if start <= y < start + thumb else "│"
        return Strip([*strip.crop(0, width - 1), Segment(bar, self._look.panel_dim)], width)

    @property
    def _look(self) -> Look:
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # every app of this package has one

    def _paint(self, row: Sequence[Cell]) -> Strip:
        width = self.size.width
        pieces = [piece for at, cell in enumerate(row) for piece in self._cell(cell, _edge(row, at, width))]
        return to_strip(pieces, width, self._look.panel)

    def _cell(self, cell: Cell, edges: tuple[int, int]) -> list[Piece]:
        look, width = self._look, edges[1] - edges[0]
        if cell is None or isinstance(cell, str):
            heading = fit(cell or "", width - 1)
            rest = " " * (width - 1 - width_of(heading))
            return [(" ", look.panel), (heading, look.panel_title), (rest, look.panel)]
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        name = fit(cell.name, width - _KEY)
        return [
            (" ", look.panel),
            (cell.hotkey or " ", look.panel_title if cell.hotkey else look.panel),
            (" ", look.panel),
            (name, label_style(look.name, cell.colour, ground)),
            (" " * max(0, width - _KEY - width_of(name)), look.panel),
        ]

    # -- mouse -----------------------------------------------------------------------------------------------------

    def _scroll(self, rows: int) -> None:
        self._top = max(0, min(self._top + rows, len(self._rows) - self.size.height))
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Show later labels."""
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Show earlier labels."""
        event.stop()
        self._scroll(-_WHEEL)

    def on_click(self, event: events.Click) -> None:
        """Label with what was clicked."""
        event.stop()
        at = self._top + event.y
        row = self._rows[at] if 0 <= at < len(self._rows) else []
        for number, cell in enumerate(row):
            first, last = _edge(row, number, self.size.width)
            if first <= event.x < last and cell is not None and not isinstance(cell, str):
                self.post_message(self.Pressed(cell.name))


def _edge(row: Sequence[Cell], at: int, width: int) -> tuple[int, int]:
    """The first and last+1 column of the cell AT of ROW in WIDTH cells."""
    return at * width // len(row), (at + 1) * width // len(row)


class LabelLine(Line):
    """The labels with their keys in one row, for screens without the palette; a click labels.

    What has no room is behind the key at its end, which lists all.
    """

    def __init__(self, schema: Schema, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._schema = schema
        self._list: tuple[Command, str] | None = None
        self._places: list[tuple[int, int, str]] = []

    def show_labels(self, schema: Schema) -> None:
        """Show the labels of SCHEMA."""
        self._schema = schema
        self.look_changed()

    def show_list(self, command: Command, key: str) -> None:
        """Name KEY, which runs COMMAND and so lists all labels, where there is no room for them."""
        self._list = command, key
        self.look_changed()

    def _make(self) -> Strip:
        look = self.look
        labels = list(self._schema.labels())
        shown = [label for label in labels if label.hotkey]
        more = f"… {key_title(self._list[1]) if self._list is not None else ''} all "
        room = self._width
        if sum(width_of(label.name) + _KEY for label in shown) > room or len(shown) < len(labels):
            room -= width_of(more)
            self._right = ((more[:2], look.bar_dim), (more[2:], look.key))
        else:
            self._right = ()
        pieces: list[Piece] = []
        self._places = []
        x = 0
        for label in shown:
            last = x + _KEY + width_of(label.name)
            if last > room:
                break
            self._places.append((x, last, label.name))
            pieces += [(f" {label.hotkey}", look.key), (f" {label.name}", look.bar_dim)]
            x = last
        self._left = tuple(pieces)
        return super()._make()

    def on_click(self, event: events.Click) -> None:
        """Label with what was clicked, or list all labels."""
        for first, last, name in self._places:
            if first <= event.x < last:
                self.post_message(LabelPalette.Pressed(name))
        if self._right and self._list is not None and event.x >= self._width - sum(width_of(t) for t, _ in self._right):
            self.post_message(HintBar.Pressed(self._list[0]))
