"""Dialogs: a box over the screen with a title, something to read or choose, and the keys that end it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from annotator.errors import AnnotatorError
from annotator.tui.commands import commands_of, first_keys, key_map
from annotator.tui.host import host
from annotator.tui.key_titles import key_title
from annotator.tui.screens.ground import Ground
from annotator.tui.widgets.buttons import Button, Buttons
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import fit
from annotator.tui.widgets.text_block import TextBlock, Tone, faint, plain

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from annotator.tui.commands import Command

Result = TypeVar("Result")


class Dialog(Ground, ModalScreen[Result], Generic[Result]):
    """A titled box. Subclasses say what is in it (`content`) and, with `hints`, which keys do what; Esc closes it.

    One that names a `SCOPE` of the command table has its keys from there, before those that `press` knows.
    """

    SCOPE: ClassVar[str] = "dialog"
    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog #box { width: 72; max-width: 100%; height: auto; max-height: 100%; }
    Dialog TextBlock { max-height: 60vh; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self.heading = title
        self.keys: dict[str, Command] = {}

    def content(self) -> Iterable[Widget]:
        """What stands between the title and the hints."""
        return ()

    def hints(self) -> Sequence[tuple[str, str]]:
        """Keys, as they are called on screen, and what they do here."""
        return (("Esc", "close"),)

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="box"):
            yield Line(id="heading")
            yield from self.content()
            yield Line(id="keys")

    def keys_of(self, *names: str) -> str:
        """The first key that each of the commands NAMES of this dialog has now, as it is called on screen."""
        found = first_keys(self.keys)
        titles = [key_title(found[id]) for name in names if (id := f"{self.SCOPE}.{name}") in found]
        return ("" if all(len(title) == 1 for title in titles) else " ").join(titles)

    def on_mount(self) -> None:
        """Draw the frame."""
        self.keys = key_map(commands_of(self.SCOPE), host(self).user_keys)
        self.look_changed()

    def look_changed(self) -> None:
        """Title, hints and frame in the colours of the look."""
        look = host(self).look
        box = self.query_one("#box")
        box.styles.border = ("round", look.dim.color.name if look.dim.color is not None else look.ink)
        box.styles.background = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        self.query_one("#heading", Line).show([(f" {fit(self.heading, 70)}", look.bar_strong)])
        self.show_hints()

    def show_hints(self) -> None:
        """The keys have changed."""
        look = host(self).look
        pieces = [(" ", look.bar)]
        for key, word in self.hints():
            pieces += [(key, look.key), (f" {word}  ", look.bar_dim)] if key else []
        self.query_one("#keys", Line).show(pieces)

    def refuse(self, why: str) -> None:
        """Stay open, and show WHY in the line of the keys, until that is shown anew."""
        look = host(self).look
        line = self.query_one("#keys", Line)
        line.show([(f" ✗ {fit(why, max(1, line.size.width - 4), 'ltr')}", look.bad)])

    def cancel(self) -> None:
        """What Esc does."""
        self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        """The commands of this dialog; Esc, and what `press` knows."""
        command = self.keys.get(event.key)
        if command is not None and command.scope == self.SCOPE:
            getattr(self, f"action_{command.action}")()
        elif event.key == "escape":
            self.cancel()
        elif not self.press(event.key):
            return
        event.stop()
        event.prevent_default()

    def press(self, key: str) -> bool:  # noqa: ARG002 - subclasses look at it
        """Do what KEY does in this dialog; False when that is nothing."""
        return False


class Confirm(Dialog[str | None]):
    """A question. The result is the id of the button that was pressed, None after Esc."""

    def __init__(self, title: str, lines: Sequence[str], buttons: Sequence[Button], *, chosen: int = 0) -> None:
        """LINES say what would happen; the button CHOSEN is the one that Enter presses."""
        super().__init__(title)
        self._lines = tuple(lines)
        self._buttons = tuple(buttons)
        self._chosen = chosen

    def content(self) -> Iterable[Widget]:
        """The question and its answers."""
        yield TextBlock([("", plain), *((line, plain) for line in self._lines), ("", plain)])
        yield Buttons(self._buttons, chosen=self._chosen)

    def hints(self) -> Sequence[tuple[str, str]]:
        """Keys of the buttons are on them."""
        return (("←→", "choose"), ("Enter", "press"), ("Esc", "cancel"))

    def press(self, key: str) -> bool:
        """Keys of the buttons."""
        return self.query_one(Buttons).press(key)

    def on_buttons_pressed(self, event: Buttons.Pressed) -> None:
        """That is the answer."""
        event.stop()
        self.dismiss(event.button.id)


class Message(Dialog[None]):
    """Something to read: a report, or an error as what happened, where, and what to do next. It scrolls."""

    @classmethod
    def of(cls, error: BaseException, title: str = "That did not work") -> Message:
        """The message that ERROR carries."""
        if not isinstance(error, AnnotatorError):
            return cls(title, [(str(error) or type(error).__name__, plain)])
        parts: list[tuple[str, Tone]] = [(error.what, plain)]
        if error.where:
            parts.append((error.where, faint))
        parts += [(problem, plain) for problem in getattr(error, "problems", ())]
        if error.hint:
            parts += [("", plain), (error.hint, plain)]
        return cls(title, parts)

    def __init__(self, title: str, parts: Sequence[tuple[str, Tone]]) -> None:
        """PARTS are paragraphs, each with its tone."""
        super().__init__(title)
        self._parts = tuple(parts)

    def content(self) -> Iterable[Widget]:
        """The paragraphs."""
        yield TextBlock([("", plain), *self._parts, ("", plain)])
        yield Buttons([Button("close", "Close")])

    def press(self, key: str) -> bool:
        """Enter, Space and q close it too."""
        if key in {"enter", "space", "q"}:  # also while the button has no focus
            self.dismiss(None)
            return True
        return self.query_one(TextBlock).press(key)

    def on_buttons_pressed(self, event: Buttons.Pressed) -> None:
        """Read."""
        event.stop()
        self.dismiss(None)
