"""Lines of one row: title, status, hints. They paint only what changed and never ask for a layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotator.tui.anchors import is_doubtful
from annotator.tui.commands import Command
from annotator.tui.key_titles import key_title
from annotator.tui.widgets.pieces import Piece, fit, segments, width_of

if TYPE_CHECKING:
    from annotator.tui.look import Look


class Line(Widget):
    """Pieces at the left edge and pieces at the right; where there is no room for both, the right ones stay whole."""

    DEFAULT_CSS = "Line { width: 1fr; height: 1; }"
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()
        self._strip: Strip | None = None
        self._width = 0

    @property
    def look(self) -> Look:
        """The look of the program."""
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # every app of this package has one

    def show(self, left: Sequence[Piece], right: Sequence[Piece] = ()) -> None:
        """Show these pieces; cells that stay the same are not painted again."""
        before = self._strip
        self._left, self._right = tuple(left), tuple(right)
        if before is None or not self._width:
            self._strip = None
            self.refresh()
            return
        self._strip = after = self._make()
        first, last = _difference(before, after)
        if first < last and (getattr(self.app, "whole_rows", False) or any(is_doubtful(text) for text, *_ in after)):
            self.refresh()
        elif first < last:
            self.refresh(Region(first, 0, last - first, 1))

    def look_changed(self) -> None:
        """Paint in the new look; whoever filled the line fills it again."""
        self._strip = None
        self.refresh()

    def on_resize(self) -> None:
        """Another width."""
        self._strip = None
        self._width = self.size.width

    def _make(self) -> Strip:
        width = self._width
        right, used_right = segments(self._right, width)
        left, used_left = segments(self._left, max(0, width - used_right - (1 if right else 0)))
        gap = max(0, width - used_left - used_right)
        return Strip([*left, Segment(" " * gap, self.look.bar), *right], width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The line, cut to CROP."""
        if self._strip is None:
            self._width = self.size.width
            self._strip = self._make()
        strip = self._strip if crop.width == self._width else self._strip.crop(crop.x, crop.right)
        return [strip] * crop.height


def _difference(before: Strip, after: Strip) -> tuple[int, int]:
    """The first and last+1 column in which two strips of one width differ."""
    old, new = list(before), list(after)
    first = 0
    while old and new and old[0] == new[0]:
        first += old.pop(0).cell_length
        new.pop(0)
    last = after.cell_length
    while old and new and old[-1] == new[-1]:
        last -= old.pop().cell_length
        new.pop()
    return (first, last) if old or new else (0, 0)


class HintBar(Line):
    """What can be done now: keys and words from the command table; a click does it."""

    class Pressed(Message):
        """The person clicked the hint of `command`."""

        def __init__(self, command: Command) -> None:
            super().__init__()
            self.command = command

    class Picked(Message):
        """The person clicked the choice of `key`."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._commands: tuple[tuple[Command, str], ...] = ()
        self._title = ""
        self._choices: tuple[tuple[str, str, bool], ...] = ()
        self._places: list[tuple[int, int, Command | str]] = []

    def show_commands(self, commands: Sequence[tuple[Command, str]]) -> None:
        """Show the hints of COMMANDS, each with the key that runs it."""
        self._commands = tuple(commands)
        self._title, self._choices = "", ()
        self.look_changed()

    def show_choices(self, title: str, choices: Sequence[tuple[str, str, bool]]) -> None:
        """Show a question and CHOICES instead: key, words, and whether it is so already."""
        self._title, self._choices = title, tuple(choices)
        self.look_changed()

    def _make_choices(self) -> Strip:
        look = self.look
        room = max(12, self._width - sum(width_of(key + title) + 3 for key, title, _ in self._choices) - 6)
        title = fit(self._title, room, "ltr")
        pieces: list[Piece] = [(" ", look.bar), (title, look.warn), ("  ", look.bar)]
        x = 3 + width_of(title)
        self._places = []
        for at, (key, words, marked) in enumerate(self._choices):
            width = width_of(key + words) + 1
            if x + width + (3 if at + 1 < len(self._choices) else 0) > self._width:  # room to say that there are more
                pieces.append(("…", look.bar_dim))
                break
            self._places.append((x, x + width, key))
            pieces += [(key, look.key), (f" {words}", look.good if marked else look.bar_dim), ("  ", look.bar)]
            x += width + 2
        self._left, self._right = tuple(pieces), ()
        return super()._make()

    def _make(self) -> Strip:
        if self._title:
            return self._make_choices()
        pieces: list[Piece] = [(" ", self.look.bar)]
        self._places = []
        x = 1
        for command, key in self._commands:
            title, word = key_title(key), f" {command.hint}  "
            if x + width_of(title + word) > self._width:
                break
            self._places.append((x, x + width_of(title + word) - 2, command))
            pieces += [(title, self.look.key), (word, self.look.bar_dim)]
            x += width_of(title + word)
        self._left, self._right = tuple(pieces), ()
        return super()._make()

    def on_click(self, event: events.Click) -> None:
        """Run what was clicked."""
        for first, last, found in self._places:
            if first <= event.x < last:
                self.post_message(self.Picked(found) if isinstance(found, str) else self.Pressed(found))
