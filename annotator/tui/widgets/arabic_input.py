"""One line to type into, for Arabic and everything else: logical inside, visual on the screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.tui.widgets.line_editor import LineEditor
from annotator.tui.widgets.pieces import cells_of, fit, is_rtl, width_of

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region

    from annotator.tui.look import Look

_MOTIONS: Final[dict[str, Callable[..., None]]] = {
    "left": LineEditor.left,
    "right": LineEditor.right,
    "ctrl+left": LineEditor.word_left,
    "ctrl+right": LineEditor.word_right,
    "home": LineEditor.home,
    "end": LineEditor.end,
}
_SELECTIONS: Final[dict[str, Callable[..., None]]] = {
    "shift+left": LineEditor.left,
    "shift+right": LineEditor.right,
    "ctrl+shift+left": LineEditor.word_left,
    "ctrl+shift+right": LineEditor.word_right,
    "shift+home": LineEditor.home,
    "shift+end": LineEditor.end,
}
_EDITS: Final[dict[str, Callable[[LineEditor], bool]]] = {
    "backspace": LineEditor.backspace,
    "delete": LineEditor.delete,
    "ctrl+w": LineEditor.delete_word_back,
    "ctrl+backspace": LineEditor.delete_word_back,
    "ctrl+delete": LineEditor.delete_word_forward,
    "ctrl+u": LineEditor.clear,
    "ctrl+z": LineEditor.undo,
    "ctrl+y": LineEditor.redo,
}
_MODIFIERS: Final = ("ctrl+", "alt+", "meta+", "super+", "hyper+")


class ArabicInput(Widget, can_focus=True):
    """A field of one row. `value` is what was typed, in logical order, without line ends and controls."""

    DEFAULT_CSS = "ArabicInput { width: 1fr; height: 1; }"
    ALLOW_SELECT = False

    class Changed(Message):
        """The person changed the text to `value`; setting `value` does not post it."""

        def __init__(self, input: ArabicInput, value: str) -> None:  # noqa: A002  # the name handlers know it by
            super().__init__()
            self.input = input
            self.value = value

        @property
        def control(self) -> ArabicInput:
            """The field it is about."""
            return self.input

    class Submitted(Message):
        """The person pressed Enter."""

        def __init__(self, input: ArabicInput, value: str) -> None:  # noqa: A002  # the name handlers know it by
            super().__init__()
            self.input = input
            self.value = value

        @property
        def control(self) -> ArabicInput:
            """The field it is about."""
            return self.input

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        rtl: bool = True,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """PLACEHOLDER is shown while nothing is typed; RTL is the side an empty field starts from."""
        super().__init__(name=name, id=id, classes=classes)
        self.placeholder = placeholder
        self._editor = LineEditor(value, rtl=rtl)
        self._rtl = rtl
        self._hidden = 0  # cells of the text that are out of sight on the side where it starts
        self._selecting = False

    @property
    def value(self) -> str:
        """The text, in logical order."""
        return self._editor.value

    @value.setter
    def value(self, value: str) -> None:
        self._editor = LineEditor(value, rtl=self._rtl)
        self._changed()

    @property
    def caret(self) -> int:
        """The caret as an offset into `value`."""
        return self._editor.caret

    @property
    def selection(self) -> tuple[int, int]:
        """The selected range of `value`; empty at the caret without one."""
        return self._editor.selection

    def look_changed(self) -> None:
        """The theme is another one."""
        self.refresh()

    # Painting.

    def _x(self, column: int) -> int:
        """The field's cell where the text's COLUMN is. There is room for the caret on both sides of the text."""
        if self._editor.rtl:
            return self.size.width - 1 - self._editor.line.width + column + self._hidden
        return column + 1 - self._hidden

    def _scroll(self) -> None:
        """Have the caret in sight, and no more of the text out of sight than needed."""
        width = self.size.width
        overflow = max(0, self._editor.line.width + 2 - width)
        self._hidden = min(self._hidden, overflow)
        margin = 1 if overflow and width > 4 else 0
        x = self._x(self._editor.column)
        out = min(0, x - margin) + max(0, x - (width - 1 - margin))
        self._hidden = max(0, min(overflow, self._hidden - out if self._editor.rtl else self._hidden + out))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The field, cut to CROP; below its row is ground."""
        look: Look = self.app.look  # type: ignore[attr-defined]  # every app of this package has one
        width = self.size.width
        cells = self._cells(look)
        strip = Strip(_joined(cells), width).crop(crop.x, crop.right)
        blank = Strip.blank(crop.width, look.field)
        return [strip if y == 0 else blank for y in range(crop.y, crop.bottom)]

    def _cells(self, look: Look) -> list[tuple[str, int, Style]]:
        """What fills the row, from the left: text, cells, style."""
        width, line = self.size.width, self._editor.line
        row: list[tuple[str, int, Style] | None] = [(" ", 1, look.field)] * width
        if not self._editor.value:
            self._put_placeholder(row, look)
        start, end = self._editor.selection
        for glyph in line.glyphs:
            x = self._x(glyph.column)
            if x >= 0 and x + glyph.width <= width:
                style = look.cursor if start < glyph.end and glyph.start < end else look.field
                row[x : x + glyph.width] = [(glyph.text, glyph.width, style), *[None] * (glyph.width - 1)]
        if width > 4 and line.glyphs:
            if self._x(0) < 0:
                _set(row, 0, "‹", Style(color=look.key.color, bgcolor=look.field.bgcolor))
            if self._x(line.width) > width:
                _set(row, width - 1, "›", Style(color=look.key.color, bgcolor=look.field.bgcolor))
        x = self._x(self._editor.column)
        if self.has_focus and 0 <= x < width:
            cell = row[x]
            row[x] = (cell[0], cell[1], look.caret) if cell is not None else cell
        return [cell for cell in row if cell is not None]

    def _put_placeholder(self, row: list[tuple[str, int, Style] | None], look: Look) -> None:
        ready = fit(self.placeholder, len(row) - 2)
        x = len(row) - 1 - width_of(ready) if is_rtl(self.placeholder) else 1
        style = Style(color=look.dim.color, bgcolor=look.field.bgcolor)
        for text, taken in cells_of(ready):
            row[x : x + taken] = [(text, taken, style), *[None] * (taken - 1)]
            x += taken

    # Keys, paste and mouse.

    def _changed(self, *, said: bool = False) -> None:
        if not self.is_mounted:
            return
        self._scroll()
        self.refresh()
        if self.has_focus:
            self.app.cursor_position = self.region.offset + Offset(self._x(self._editor.column), 0)
        if said:
            self.post_message(self.Changed(self, self._editor.value))

    def press(self, key: str, character: str | None = None) -> bool:
        """Do what a key does in the field. False when it does nothing here."""
        editor = self._editor
        if key in _MOTIONS:
            _MOTIONS[key](editor)
            self._changed()
        elif key in _SELECTIONS:
            _SELECTIONS[key](editor, select=True)
            self._changed()
        elif key in _EDITS:
            self._changed(said=_EDITS[key](editor))
        elif key == "ctrl+a":
            editor.select_all()
            self._changed()
        elif key in {"ctrl+c", "ctrl+x"} and editor.selected:
            self.app.copy_to_clipboard(editor.selected)
            if key == "ctrl+x":
                self._changed(said=editor.delete())
        elif key == "ctrl+v":
            self._changed(said=editor.insert(self.app.clipboard))
        elif key == "enter":
            self.post_message(self.Submitted(self, editor.value))
        elif character and not key.startswith(_MODIFIERS) and _is_text(character):
            self._changed(said=editor.insert(character))
        else:
            return False
        return True

    def on_key(self, event: events.Key) -> None:
        """Edit, or leave the key to the screen."""
        if self.press(event.key, event.character):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Put in what was pasted, as one line."""
        event.stop()
        self._changed(said=self._editor.insert(event.text))

    def _column_at(self, x: int) -> int:
        return x - self._x(0)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the caret under the pointer; Shift or dragging selects."""
        event.stop()
        self._editor.click(self._column_at(event.x), select=event.shift)
        self._selecting = True
        self.capture_mouse()
        self._changed()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select up to the pointer."""
        if self._selecting:
            event.stop()
            self._editor.click(self._column_at(event.x), select=True)
            self._changed()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """The selection is made."""
        event.stop()
        self._selecting = False
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Select a word with two clicks, everything with three."""
        event.stop()
        if event.chain == 2:
            self._editor.select_word(self._column_at(event.x))
        elif event.chain >= 3:
            self._editor.select_all()
        self._changed()

    def on_resize(self) -> None:
        """Keep the caret in sight."""
        self._changed()

    def on_focus(self) -> None:
        """Show the caret."""
        self._changed()

    def on_blur(self) -> None:
        """Hide the caret."""
        self.refresh()


def _is_text(character: str) -> bool:
    return all(unicodedata.category(ch) not in {"Cc", "Cs"} for ch in character)


def _set(row: list[tuple[str, int, Style] | None], x: int, sign: str, style: Style) -> None:
    """Put SIGN in cell X; a wide cluster that loses one of its cells becomes a space."""
    cell = row[x]
    if cell is None:
        row[x - 1] = (" ", 1, style)
    elif cell[1] > 1:
        row[x + 1] = (" ", 1, style)
    row[x] = (sign, 1, style)


def _joined(cells: list[tuple[str, int, Style]]) -> list[Segment]:
    """CELLS as Segments: those of one code point and one style together."""
    made: list[Segment] = []
    run, run_style = "", None
    for text, width, style in cells:
        single = len(text) == 1 and width == 1
        if single and style == run_style:
            run += text
            continue
        if run:
            made.append(Segment(run, run_style))
        run, run_style = (text, style) if single else ("", None)
        if not single:
            made.append(Segment(text, style))
    if run:
        made.append(Segment(run, run_style))
    return made
