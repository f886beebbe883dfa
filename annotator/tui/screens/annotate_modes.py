"""What a key or a click means on the annotate screen: a command, a label, or what the mode of the moment says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.tui.hints import Hint, narrow
from annotator.tui.screens.annotate_targets import OnScreen

if TYPE_CHECKING:
    from textual import events

    from annotator.tui.commands import Command
    from annotator.tui.modes import Mode, Target
    from annotator.tui.widgets.lines import HintBar


class ModeActions(OnScreen):
    """Mixed into the annotate screen, which has the keys and the hint bar and defines the first three methods."""

    _keys: dict[str, Command]
    _hint_bar: HintBar
    _message: tuple[str, str]
    _last_label: str
    _mode: Mode | None = None
    _typed = ""
    """What has been typed of a hint of two letters."""

    def label(self, name: str, *, add: bool = False) -> None:
        """Label the selection, or the word under the caret, as NAME."""
        raise NotImplementedError

    def _show_hints(self) -> None:
        raise NotImplementedError

    def _show_state(self) -> None:
        raise NotImplementedError

    # -- keys ------------------------------------------------------------------------------------------------------

    def press(self, event: events.Key) -> bool:
        """Run the command of a key, or label with it. False: it means nothing here."""
        if self._mode is not None:
            return self._press_in_mode(self._mode, event)
        command = self._keys.get(event.key)
        if command is not None:
            self._message = ("", "")
            if command.scope == "app":
                self._app.run_command(command.id)
            else:
                getattr(self, f"action_{command.action}")()
            return True
        key, _, last = event.key.rpartition("+")
        shifted = {"": event.character, "alt": last, "alt+shift": last.upper()}  # as Textual names Alt and a capital
        character = shifted.get(key)
        label = self._app.schema.by_hotkey.get(character or "")
        if label is None:
            return False
        self._message = ("", "")
        self._last_label = label.name
        self.label(label.name, add=key != "")
        return True

    def enter(self, mode: Mode | None) -> None:
        """Let keys mean what MODE says; None: what they always mean."""
        self._mode, self._typed = mode, ""
        if mode is None:
            self._show_hints()
            self.pane.show_letters(())
        else:
            shown = [(choice.key, choice.title, choice.marked) for choice in mode.choices]
            self._hint_bar.show_choices(mode.title, [*shown, ("Esc", "back" if mode.back else "done", False)])
            self._show_letters(mode, mode.hints)

    def _press_in_mode(self, mode: Mode, event: events.Key) -> bool:
        if self._message[0]:
            self._message = ("", "")
            self._show_state()
        command = self._keys.get(event.key)
        character = event.character or ""
        if event.key == "escape":
            self.enter(mode.back.renew() if mode.back is not None and mode.back.renew is not None else mode.back)
        elif any(choice.key == character for choice in mode.choices):
            self.enter(mode.choose(character))
        elif mode.hints and character.isalpha():
            self._type_hint(mode, character)
        elif command is not None and (command.group == "Move" or command.action in {"undo", "redo"}):
            getattr(self, f"action_{command.action}")()
            if mode.renew is not None:
                self.enter(mode.renew())
        elif command is not None and command.scope == "app":
            self._app.run_command(command.id)
        return True

    def _show_letters(self, mode: Mode, hints: Sequence[Hint[Target]]) -> None:
        at = len(self._typed)
        self.pane.show_letters((hint.at, hint.keys[at:], hint.thing in mode.taken) for hint in hints)

    def _type_hint(self, mode: Mode, character: str) -> None:
        left = narrow(mode.hints, self._typed + character)
        if left and left[0].keys == self._typed + character:
            self.enter(mode.take(left[0].thing))
        elif left:
            self._typed += character
            self._show_letters(mode, left)
        else:
            self._typed = ""
            self._show_letters(mode, mode.hints)
            self.say(f"{character} is on nothing here", bad=True)

    def _pick(self, offset: int, ids: Sequence[str]) -> bool:
        """A click while letters are on the screen chooses what is clicked."""
        mode = self._mode
        if mode is None:
            self._message = ("", "")
        if mode is None or not mode.hints:
            return False
        for hint in mode.hints:
            thing = hint.thing
            if thing in ids if isinstance(thing, str) else thing[0] <= offset < thing[1]:
                self.enter(mode.take(thing))
                return True
        return False

    def on_hint_bar_picked(self, event: HintBar.Picked) -> None:
        """A click on a choice of the mode."""
        mode = self._mode
        if mode is not None:
            self.enter(mode.back if event.key == "Esc" else mode.choose(event.key))
