"""What full screens share: a title line, a status line, a hint bar from the command table, and keys that run it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.screen import Screen

from annotator.tui.commands import Command, commands_of, key_map
from annotator.tui.host import host
from annotator.tui.screens.ground import Ground
from annotator.tui.widgets.lines import HintBar, Line
from annotator.tui.widgets.pieces import fit
from annotator.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from annotator.tui.widgets.pieces import Piece

Result = TypeVar("Result")


class Framed(Ground, Screen[Result], Generic[Result]):
    """A screen with a frame. Subclasses name their `SCOPE` in the command table and say what is in it."""

    SCOPE: ClassVar[str] = ""
    DEFAULT_CSS = """
    Framed #small { height: 1fr; display: none; }
    Framed.small > * { display: none; }
    Framed.small #small { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, Command] = {}
        self._message: tuple[str, str] = ("", "")

    def content(self) -> Iterable[Widget]:
        """What stands between the title and the status line."""
        return ()

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """What the title line shows at its left and right ends."""
        return (), ()

    def compose(self) -> ComposeResult:
        """The frame."""
        yield Line(id="title")
        yield from self.content()
        yield Line(id="status")
        yield HintBar(id="hints")
        yield TooSmall(id="small")

    def on_mount(self) -> None:
        """Fill the frame."""
        self.keys = key_map(commands_of(self.SCOPE), host(self).user_keys)
        self.look_changed()

    def look_changed(self) -> None:
        """Fill the lines in the look of the program."""
        self.show_title()
        self._show_status()
        by_id = {command.id: key for key, command in reversed(self.keys.items())}
        self.query_one(HintBar).show_commands(
            [(command, by_id[command.id]) for command in self._hinted() if command.id in by_id]
        )

    def _hinted(self) -> list[Command]:
        return [command for command in commands_of(self.SCOPE) if command.hint]

    def show_title(self) -> None:
        """The title has changed."""
        self.query_one("#title", Line).show(*self.title_pieces())

    # What is said.

    def say(self, text: str, kind: str = "good") -> None:
        """Show TEXT in the status line; KIND is "good", "bad" or "busy"."""
        self._message = (text, kind)
        self._show_status()

    def announce(self, text: str, *, bad: bool = False) -> bool:
        """What the program says stands there too."""
        self.say(text, "bad" if bad else "good")
        return True

    def _show_status(self) -> None:
        text, kind = self._message
        look = host(self).look
        style = {"bad": look.bad, "good": look.good}.get(kind, look.bar_dim)
        sign = {"bad": "✗ ", "good": "✓ "}.get(kind, "") if text else ""
        said = fit(text, max(1, self.size.width - 4), "ltr")
        self.query_one("#status", Line).show([(f" {sign}{said}", style)])

    # Size and keys.

    def on_resize(self) -> None:
        """Say so where there is too little room."""
        self.set_class(self.query_one(TooSmall).measure(*self.app.size), "small")
        self.show_title()
        self._show_status()

    def on_key(self, event: events.Key) -> None:
        """Run the command of a key that no widget wanted."""
        command = self.keys.get(event.key)
        if command is None:
            return
        event.stop()
        event.prevent_default()
        if command.scope == "app":
            host(self).run_command(command.id)
        else:
            getattr(self, f"action_{command.action}")()

    def on_hint_bar_pressed(self, event: HintBar.Pressed) -> None:
        """A click on a hint."""
        event.stop()
        host(self).run_command(event.command.id)
