"""A table of numbers with one cursor: names at two sides stay where they are, the numbers scroll both ways.

A number's cell has a ground that is the stronger the more its share of the whole, as in a heat map; the number is there
in any case, and the cell under the cursor stands in brackets, so nothing is said by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.tui.look import mix
from annotator.tui.widgets.pieces import aligned, fit, is_rtl, segments, to_strip, width_of, wrapped

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region

    from annotator.tui.look import Look
    from annotator.tui.widgets.pieces import Piece

_WHEEL: Final = 3
_LEAST_NAME: Final = 6
_LEAST_BAR: Final = 12
_MOST_BAR: Final = 60
_STEPS: Final = 50
"""Grounds between nothing and the strongest."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it is shown; `share`, of 0 to 1, is how strong its ground is, None: no ground at all."""

    text: str
    share: float | None = None


EMPTY: Final = Cell("")


@dataclass(frozen=True, slots=True)
class Table:
    """Names of rows and columns, and what stands where they meet; `corner` says what the names are.

    With `bars`, what room is left is filled with a bar for the share of the first column's cell. `wide` is the least
    width of a column.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    cell: Callable[[int, int], Cell]
    corner: str = ""
    bars: bool = False
    wide: int = 7


NOTHING: Final = Table((), (), lambda _row, _column: EMPTY)


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _colour(style: Style) -> str:
    return style.color.name if style.color is not None else "#000000"


def heat(look: Look) -> tuple[Style, ...]:
    """The grounds of cells in LOOK, from the faintest to the strongest, each with an ink that can be read on it.

    Text has as much contrast as the look promises elsewhere: 4.5 to 1, or 7 to 1 where its dim text has that too.
    """
    if not look.colours:
        return (look.base,)
    least = 7.0 if contrast(_colour(look.dim), look.ground) >= 7 else 4.5
    return _heat(look.ground, _colour(look.key), least)


@lru_cache(maxsize=16)
def _heat(ground: str, strongest: str, least: float) -> tuple[Style, ...]:
    found: list[Style] = []
    for step in range(_STEPS + 1):
        mixed = mix(strongest, ground, step / _STEPS)
        for ink in ("#ffffff", "#000000"):
            if contrast(ink, mixed) >= least:
                found.append(Style(color=ink, bgcolor=mixed))
                break
    return tuple(found)


def heat_style(look: Look, share: float) -> Style:
    """The style of a cell whose number is SHARE of the whole; what is below 0 or above 1 counts as that."""
    found = heat(look)
    return found[round(max(0.0, min(1.0, share)) * (len(found) - 1))]


class Matrix(Widget, can_focus=True):
    """Shows a `Table`. `empty` is what it says where there is none."""

    DEFAULT_CSS = "Matrix { width: 1fr; height: 1fr; }"
    ALLOW_SELECT = False

    class Moved(Message):
        """The person moved the cursor."""

    class Chosen(Message):
        """The person chose the cell under the cursor, with Enter or a double click."""

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.empty = empty
        self._table = NOTHING
        self._row = self._column = 0
        self._top = self._first = 0
        self._wide = self._names = 0
        self._pressed: tuple[int, int] | None = None

    @property
    def cursor(self) -> tuple[int, int] | None:
        """Row and column of the cursor, None where there is nothing."""
        return (self._row, self._column) if self._has_cells else None

    @property
    def table(self) -> Table:
        """What is shown."""
        return self._table

    @property
    def _has_cells(self) -> bool:
        return bool(self._table.rows and self._table.columns)

    @property
    def _look(self) -> Look:
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # every app of this package has one

    def show(self, table: Table, cursor: tuple[int, int] = (0, 0)) -> None:
        """Show TABLE with the cursor on the cell CURSOR, or the nearest one there is."""
        self._table = table
        self._top = self._first = 0
        self._measure()
        self.move_cursor(*cursor)
        self.refresh()

    def move_cursor(self, row: int, column: int) -> None:
        """Put the cursor on the nearest cell there is, and bring it on screen."""
        self._row = max(0, min(row, len(self._table.rows) - 1))
        self._column = max(0, min(column, len(self._table.columns) - 1))
        if self._has_cells and self.size.width:
            height, count = self._shown
            self._top = max(self._row - height + 1, min(self._top, self._row))
            self._first = max(self._column - count + 1, min(self._first, self._column))
        self.refresh()

    def look_changed(self) -> None:
        """The theme is another one."""
        self.refresh()

    # Measures.

    def _measure(self) -> None:
        """How wide names and columns are: numbers first, names share what is left."""
        table = self._table
        width = max(1, self.size.width)
        longest = max((width_of(fit(name, 40)) for name in table.columns), default=0)
        self._wide = max(table.wide, min(longest + 2, 14))
        names = max((width_of(fit(name, width)) for name in (*table.rows[:500], table.corner)), default=0) + 2
        room = width - self._wide * len(table.columns) - (_LEAST_BAR if table.bars else 0)
        self._names = max(_LEAST_NAME, min(names, max(room, width // 3)))

    @property
    def _shown(self) -> tuple[int, int]:
        """How many rows and columns there is room for."""
        return max(1, self.size.height - 1), max(1, (self.size.width - self._names - 1) // max(1, self._wide))

    # Painting.

    def render_lines(self, crop: Region) -> list[Strip]:
        """The table, cut to CROP."""
        lines = [self._line(y) for y in range(crop.y, crop.bottom)]
        whole = crop.x == 0 and crop.right == self.size.width
        return lines if whole else [line.crop(crop.x, crop.right) for line in lines]

    def _line(self, y: int) -> Strip:
        look, width = self._look, self.size.width
        if not self._has_cells:
            lines = wrapped(self.empty, max(1, width - 4)) if self.empty else ()
            if not 0 <= y - 1 < len(lines):
                return Strip.blank(width, look.base)
            text, rtl = lines[y - 1]
            return aligned(f"{text}  " if rtl else f"  {text}", look.dim, width, look.base, right=rtl)
        if y == 0:
            return self._headings()
        row = self._top + y - 1
        if row >= len(self._table.rows):
            return Strip.blank(width, look.base)
        _, count = self._shown
        style = look.cursor_blurred if row == self._row else look.base
        pieces = self._named(self._table.rows[row], style, look.base)
        last = min(self._first + count, len(self._table.columns))
        for column in range(self._first, last):
            pieces += self._cell(row, column)
        made, used = segments(pieces, width)
        if self._table.bars:
            made += segments(self._bar(row, min(width - used - 2, _MOST_BAR)), width - used)[0]
        more = self._more(y)
        strip = Strip(made).extend_cell_length(width, look.base).crop(0, width)
        return Strip([*strip.crop(0, width - 1), Segment(more, look.dim)], width) if more else strip

    def _more(self, y: int) -> str:
        """A sign in the last column that there are more rows above or below."""
        height, _ = self._shown
        if y == 1 and self._top:
            return "▲"
        return "▼" if y == self.size.height - 1 and self._top + height < len(self._table.rows) else ""

    def _named(self, name: str, style: Style, blank: Style) -> list[Piece]:
        """The name of a row: Arabic stands at the right, before its numbers."""
        ready = fit(name, self._names - 2)
        fill = " " * (self._names - 2 - width_of(ready))
        return [
            (" ", blank),
            *([(fill, style), (ready, style)] if is_rtl(name) else [(ready, style), (fill, style)]),
            (" ", blank),
        ]

    def _headings(self) -> Strip:
        look, table = self._look, self._table
        _, count = self._shown
        last = min(self._first + count, len(table.columns))
        pieces = self._named(table.corner, look.bar_dim, look.bar)
        for column in range(self._first, last):
            here = look.bar_strong if column == self._column else look.bar
            ready = fit(table.columns[column], self._wide - 1)
            pieces += [(" " * (self._wide - width_of(ready)), look.bar), (ready, here)]
        more = f" {'◂' if self._first else ' '}{'▸' if last < len(table.columns) else ' '}"
        return to_strip([*pieces, (more, look.bar_dim)], self.size.width, look.bar)

    def _cell(self, row: int, column: int) -> list[Piece]:
        look, cell = self._look, self._table.cell(row, column)
        style = look.base if cell.share is None else heat_style(look, cell.share)
        here = (row, column) == (self._row, self._column)
        ready = fit(cell.text, self._wide - 3)
        if here:
            style = look.cursor if self.has_focus else look.cursor_blurred
            ready = f"[{ready or ' '}]"
        else:
            ready = f"{ready} "
        return [(" ", look.base), (" " * (self._wide - 1 - width_of(ready)), style), (ready, style)]

    def _bar(self, row: int, width: int) -> list[Piece]:
        share = self._table.cell(row, 0).share
        look = self._look
        if share is None or width < _LEAST_BAR // 2:
            return []
        eighths = round(max(0.0, min(1.0, share)) * width * 8)
        full, rest = divmod(eighths, 8)
        bar = "█" * full + (_EIGHTHS[rest] if rest else "")
        style = Style(color=_colour(look.key), bgcolor=look.ground) if look.colours else look.base
        return [("  ", look.base), (bar, style), ("·" * (width - len(bar)), look.dim)]

    # Keys and mouse.

    def press(self, key: str) -> bool:
        """Do what KEY does in a table. False when it does nothing here."""
        height, count = self._shown
        row, column = self._row, self._column
        moves = {
            "up": (row - 1, column),
            "down": (row + 1, column),
            "left": (row, column - 1),
            "right": (row, column + 1),
            "pageup": (row - height, column),
            "pagedown": (row + height, column),
            "home": (row, 0),
            "end": (row, len(self._table.columns)),
            "ctrl+home": (0, 0),
            "ctrl+end": (len(self._table.rows), len(self._table.columns)),
            "ctrl+left": (row, column - count),
            "ctrl+right": (row, column + count),
        }
        if key == "enter" and self._has_cells:
            self._choose()
        elif key in moves:
            self._go(*moves[key])
        else:
            return False
        return True

    def _go(self, row: int, column: int) -> None:
        before = self.cursor
        self.move_cursor(row, column)
        if self.cursor != before:
            self.post_message(self.Moved())

    def _choose(self) -> None:
        if self._has_cells:
            self.post_message(self.Chosen())

    def on_key(self, event: events.Key) -> None:
        """Move or choose."""
        if self.press(event.key):
            event.stop()
            event.prevent_default()

    def _at(self, x: int, y: int) -> tuple[int, int] | None:
        """The cell at a place of the screen; the name of a row is its first cell."""
        row = self._top + y - 1
        column = self._first + max(0, x - self._names) // max(1, self._wide)
        there = y > 0 and row < len(self._table.rows) and column < len(self._table.columns)
        return (row, column) if there else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor on the cell under the pointer."""
        event.stop()
        self._pressed = self._at(event.x, event.y)
        if self._pressed is not None:
            self._go(*self._pressed)

    def on_click(self, event: events.Click) -> None:
        """A double click chooses."""
        event.stop()
        if event.chain == 2 and self._pressed is not None and self._at(event.x, event.y) == self._pressed:
            self._choose()

    def _scroll(self, rows: int = 0, columns: int = 0) -> None:
        height, count = self._shown
        self._top = max(0, min(self._top + rows, len(self._table.rows) - height))
        self._first = max(0, min(self._first + columns, len(self._table.columns) - count))
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Show later rows; with Shift, columns."""
        event.stop()
        self._scroll(columns=1) if event.shift else self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Show earlier rows; with Shift, columns."""
        event.stop()
        self._scroll(columns=-1) if event.shift else self._scroll(-_WHEEL)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Show later columns."""
        event.stop()
        self._scroll(columns=1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Show earlier columns."""
        event.stop()
        self._scroll(columns=-1)

    def on_resize(self) -> None:
        """More or less of it fits; the cursor stays on screen."""
        self._measure()
        self.move_cursor(self._row, self._column)

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that the keys go elsewhere."""
        self.refresh()
