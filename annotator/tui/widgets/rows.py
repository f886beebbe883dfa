"""A list of rows, as long as it may be: only what is on screen is asked for and painted.

The widget knows nothing of what a row is. It asks a function for the pieces of row `i` in so many cells, keeps the
strips, and repaints two rows when the cursor moves. The first column holds the sign of the cursor, so that it can be
seen without colours; the last one a position bar when there are more rows than fit. What is between is the row's.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.tui.widgets.pieces import Part, Piece, aligned, columns, to_strip, wrapped

if TYPE_CHECKING:
    from textual import events

    from annotator.tui.look import Look

__all__ = ["Part", "Row", "Rows", "columns"]

Row = Callable[[int, int], Sequence[Piece] | Strip]
"""What paints row `index` in `width` cells: pieces ready for the screen, or a strip."""

_KEPT: Final = 2048
_WHEEL: Final = 3


def _no_row(_index: int, _width: int) -> Sequence[Piece]:
    return ()


class Rows(Widget, can_focus=True):
    """A virtual list with one cursor. `empty` is what it says without any row."""

    DEFAULT_CSS = "Rows { width: 1fr; height: 1fr; }"
    ALLOW_SELECT = False
    NAMED: ClassVar[bool] = False
    """Whether strips are kept by what rows say (`_content`), also when the rows are others."""

    class Moved(Message):
        """The person moved the cursor to the row `index`; calls of `move_cursor` do not post it."""

        def __init__(self, rows: Rows, index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

        @property
        def control(self) -> Rows:
            """The list it is about."""
            return self.rows

    class Chosen(Message):
        """The person chose the row `index` with Enter or a double click."""

        def __init__(self, rows: Rows, index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

        @property
        def control(self) -> Rows:
            """The list it is about."""
            return self.rows

    def __init__(
        self,
        *,
        empty: str = "",
        click_chooses: bool = False,
        panel: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """With CLICK_CHOOSES one click chooses. With PANEL the ground is that of side panels."""
        super().__init__(name=name, id=id, classes=classes)
        self.empty = empty
        self._click_chooses = click_chooses
        self._panel = panel
        self._count = 0
        self._row: Row = _no_row
        self._cursor: int | None = None
        self._top = 0
        self._width = self._height = 0
        self._frame: list[Strip | None] = []
        self._strips: dict[Hashable, dict[Hashable, Strip]] = {}  # by content; by cursor and bar
        self._pressed: int | None = None
        self._dragging = False

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._count

    @property
    def cursor(self) -> int | None:
        """The row of the cursor, None without one."""
        return self._cursor

    @property
    def top(self) -> int:
        """The first row on screen."""
        return self._top

    @property
    def _look(self) -> Look:
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # every app of this package has one

    def set_source(self, count: int, row: Row, *, keep_cursor: bool = False) -> None:
        """Show COUNT rows that ROW paints; the cursor goes to the first one, or stays as near as it can."""
        self._count, self._row = count, row
        if not keep_cursor or self._cursor is None:
            self._cursor = None if keep_cursor or not count else 0
            self._top = self._top if keep_cursor else 0
        else:
            self._cursor = min(self._cursor, count - 1) if count else None
        self._clamp_top()
        if not self.NAMED:
            self._strips.clear()
        self._frame = []
        self.refresh()

    def move_cursor(self, index: int | None, *, scroll: bool = True) -> None:
        """Put the cursor on row INDEX (or the nearest one there is, or none) and bring it on screen."""
        if index is not None:
            index = max(0, min(index, self._count - 1)) if self._count else None
        before, self._cursor = self._cursor, index
        if before != index:
            for changed in (before, index):
                if changed is not None:
                    self.refresh_row(changed)
        if index is not None and scroll:
            self.show_row(index)

    def show_row(self, index: int) -> None:
        """Scroll no further than needed to have row INDEX on screen."""
        height = self.size.height
        if height and index < self._top:
            self._scroll(index)
        elif height and index >= self._top + height:
            self._scroll(index - height + 1)

    def refresh_row(self, index: int) -> None:
        """Paint row INDEX again: what it shows has changed."""
        self._strips.pop(self._content(index), None)
        y = index - self._top
        if 0 <= y < len(self._frame):
            self._frame[y] = None
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def refresh_where(self, changed: Callable[[int], bool]) -> None:
        """Paint the rows on screen again that CHANGED names, and forget those that are not on screen."""
        shown = range(self._top, min(self._top + self._height, self._count))
        if not self.NAMED:
            self._strips = {index: strips for index, strips in self._strips.items() if index in shown}
        for index in shown:
            if changed(index):
                self.refresh_row(index)

    def refresh_rows(self) -> None:
        """Paint all rows again."""
        self._strips.clear()
        self._frame = []
        self.refresh()

    def look_changed(self) -> None:
        """The theme is another one."""
        self.refresh_rows()

    # Painting.

    @property
    def _overflows(self) -> bool:
        return self._count > self._height

    def _measure(self) -> None:
        """Ask once for the size: Textual works it out anew each time."""
        self._width, self._height = self.size

    def _clamp_top(self) -> None:
        self._measure()
        self._top = max(0, min(self._top, self._count - self._height))

    def _scroll(self, top: int) -> None:
        before = self._top
        self._top = top
        self._clamp_top()
        if self._top != before:
            self._frame = []
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows on screen, cut to CROP."""
        self._measure()
        width = self._width
        whole = crop.x == 0 and crop.right == width
        if len(self._frame) != self._height:
            self._frame = [None] * self._height
        frame, lines = self._frame, []
        for y in range(crop.y, crop.bottom):  # also those between two that changed
            line = frame[y]
            if line is None:
                line = frame[y] = self._line(y)
            lines.append(line)
        return lines if whole else [line.crop(crop.x, crop.right) for line in lines]

    def _line(self, y: int) -> Strip:
        if not self._count:
            return self._empty_line(y)
        index = self._top + y
        bar = self._bar(y) if self._overflows else None
        cursor = 1 + self.has_focus if index == self._cursor else 0
        look = cursor, bar.text if bar is not None else "", self._width
        if index >= self._count:
            return Strip([*self._paint(index), *([bar] if bar is not None else [])], self._width)
        kept = self._strips.setdefault(self._content(index), {})
        strip = kept.get(look)
        if strip is None:
            if len(self._strips) > _KEPT:
                self._strips.clear()
            painted = self._paint(index)
            strip = kept[look] = painted if bar is None else Strip([*painted, bar], self._width)
        return strip

    def _content(self, index: int) -> Hashable:
        """What stands for the content of row INDEX: rows with the same look the same. `NAMED` classes override it."""
        return index

    def _paint(self, index: int) -> Strip:
        """Row INDEX with the cursor's column before it and, without a position bar, a blank one behind it."""
        look = self._look
        ground = look.panel if self._panel else look.base
        width, inner = self._width - self._overflows, max(0, self._width - 2)
        if index >= self._count or not inner:
            return Strip.blank(width, ground)
        row = self._row(index, inner)
        body = row if isinstance(row, Strip) else to_strip(row, inner, ground)
        cells = [*body.crop_extend(0, inner, ground), *([] if self._overflows else [Segment(" ", ground)])]
        if index != self._cursor:
            return Strip([Segment(" ", ground), *cells], width)
        style = look.cursor if self.has_focus else look.cursor_blurred
        cells = [Segment(text, style if own is None else own + style) for text, own, _ in cells]
        return Strip([Segment("▸" if self.has_focus else "▹", style), *cells], width)

    def _bar(self, y: int) -> Segment:
        height = self._height
        thumb = max(1, height * height // self._count)
        start = round(self._top * (height - thumb) / (self._count - height))
        look = self._look
        return Segment("┃" if start <= y < start + thumb else "│", look.panel_dim if self._panel else look.dim)

    def _empty_line(self, y: int) -> Strip:
        look = self._look
        ground, ink = (look.panel, look.panel_dim) if self._panel else (look.base, look.dim)
        width = self._width
        lines = wrapped(self.empty, max(1, width - 2)) if self.empty else ()
        at = y - min(1, max(0, self._height - len(lines)))
        if not 0 <= at < len(lines):
            return Strip.blank(width, ground)
        text, rtl = lines[at]
        return aligned(f"{text} " if rtl else f" {text}", ink, width, ground, right=rtl)

    # Keys and mouse.

    def _go(self, index: int) -> None:
        if not self._count:
            return
        before = self._cursor
        self.move_cursor(index)
        if self._cursor is not None and self._cursor != before:
            self.post_message(self.Moved(self, self._cursor))

    def _choose(self) -> None:
        if self._cursor is not None:
            self.post_message(self.Chosen(self, self._cursor))

    def press(self, key: str) -> bool:
        """Do what KEY does in a list, also when another widget has the focus. False when it does nothing here."""
        page = max(1, self.size.height - 1)
        cursor = self._cursor
        match key:
            case "up":
                self._go(0 if cursor is None else cursor - 1)
            case "down":
                self._go(0 if cursor is None else cursor + 1)
            case "pageup":
                self._go((cursor or 0) - page)
            case "pagedown":
                self._go((cursor or 0) + page)
            case "home":
                self._go(0)
            case "end":
                self._go(self._count - 1)
            case "enter":
                self._choose()
            case _:
                return False
        return True

    def on_key(self, event: events.Key) -> None:
        """Move or choose."""
        if self.press(event.key):
            event.stop()
            event.prevent_default()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor on the row under the pointer, or take hold of the position bar."""
        event.stop()
        self._pressed = None
        if self._overflows and event.x == self.size.width - 1:
            self._dragging = True
            self.capture_mouse()
            self._drag(event.y)
        elif 0 <= (index := self._top + event.y) < self._count:
            self._pressed = index
            self._go(index)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Scroll with the position bar."""
        if self._dragging:
            event.stop()
            self._drag(event.y)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of the position bar."""
        if self._dragging:
            event.stop()
            self._dragging = False
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Choose the row that was pressed."""
        event.stop()
        chosen = self._pressed is not None and self._pressed == self._top + event.y
        if chosen and (self._click_chooses or event.chain == 2):
            self._choose()

    def _drag(self, y: int) -> None:
        height = max(1, self.size.height - 1)
        self._scroll(round((self._count - self.size.height) * max(0, min(y, height)) / height))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Show later rows."""
        event.stop()
        self._scroll(self._top + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Show earlier rows."""
        event.stop()
        self._scroll(self._top - _WHEEL)

    def on_resize(self) -> None:
        """Every row has another width; the cursor stays on screen if it was there."""
        self._strips.clear()
        self._frame = []
        self._clamp_top()
        if self._cursor is not None:
            self.show_row(self._cursor)

    def on_focus(self) -> None:
        """Show where the keys go."""
        self._repaint_cursor()

    def on_blur(self) -> None:
        """Show that the keys go elsewhere."""
        self._repaint_cursor()

    def _repaint_cursor(self) -> None:
        if self._cursor is not None:
            self.refresh_row(self._cursor)
