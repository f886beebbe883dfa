"""How the annotate screen shows the text, and which keys mean what; every choice is kept for the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annotator.model.annotations import Entity, Event
from annotator.text.caret import Unit
from annotator.tui.commands import BY_ID, Command, commands_of, key_map
from annotator.tui.hotkeys import without
from annotator.tui.said import said_of
from annotator.workflow.preferences import SPACINGS, View

if TYPE_CHECKING:
    from annotator.model.schema import Schema
    from annotator.tui.app import AnnotatorApp
    from annotator.tui.widgets.text_pane import TextPane
    from annotator.workflow.session import Session

_ROOM: Final = ("no room", "a row of room", "two rows of room")


class ViewActions:
    """Mixed into the annotate screen, which has the session and the pane and defines the first methods."""

    SCOPE: str
    session: Session | None
    pane: TextPane
    _keys: dict[str, Command]
    _letters: bool
    """Whether letters move the caret; the status line says so."""
    _panel: bool | None
    _last_label = ""
    """The label given last."""

    @property
    def _app(self) -> AnnotatorApp:
        raise NotImplementedError

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        raise NotImplementedError

    if TYPE_CHECKING:  # the screen has it from Textual

        def has_class(self, *class_names: str) -> bool:
            """Whether the screen has all of these classes."""

    def _arrange(self) -> None:
        raise NotImplementedError

    def _show_hints(self) -> None:
        raise NotImplementedError

    def _show_labels(self) -> None:
        raise NotImplementedError

    def _step(self, kind: str, unit: Unit = Unit.WORD, *, extend: bool = False) -> None:
        raise NotImplementedError

    # -- keys ------------------------------------------------------------------------------------------------------

    def _start_view(self) -> None:
        """What the person chose before holds from the first frame on."""
        self._letters = self._app.key_style == "vi"
        self._panel = self._app.view.panel
        self._keys = self._key_map()

    def _key_map(self) -> dict[str, Command]:
        """Which key runs which command now."""
        keys = key_map(commands_of(self.SCOPE), self._app.user_keys)
        if self._letters:
            from annotator.tui.keys import MOVES  # noqa: PLC0415 - only for those who move by letters

            keys |= {key: BY_ID[id] for key, id in MOVES.items()}
        return keys

    def _first_words(self) -> tuple[str, bool]:
        """What is said when the program starts, empty when nothing is; and whether it is about something wrong."""
        problems = self._app.key_problems
        if not problems:
            return self._app.hint, False
        more = f" (and {len(problems) - 1} more; 'annotator check' lists them)" if len(problems) > 1 else ""
        return f"keys: {problems[0]}{more}", True

    @property
    def live_keys(self) -> dict[str, Command]:
        """Which key runs which command now."""
        return self._keys

    @property
    def live_schema(self) -> Schema:
        """The schema with those hotkeys only that label now."""
        return without(self._app.schema, self._keys) if self._letters else self._app.schema

    def action_letters(self) -> None:
        """Move by letters, as in vi, or label with them again."""
        self._letters = not self._letters
        self._keys = self._key_map()
        self._show_labels()
        self._show_hints()
        self.say("h j k l w b 0 $ move the caret" if self._letters else "letters label")

    def action_next_word(self) -> None:
        """To the next word in reading order."""
        self._step("next")

    def action_previous_word(self) -> None:
        """To the previous word in reading order."""
        self._step("previous")

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _change(self, **changes: bool | int) -> View:
        view = self._app.change_view(**changes)
        self.pane.set_view(view)
        return view

    def action_lanes(self) -> None:
        """Bars under the line, or colour only."""
        view = self._change(lanes=not self._app.view.lanes)
        self.say("spans as bars under the line" if view.lanes else "spans by colour only")

    def action_panel(self) -> None:
        """Show or hide the side panel."""
        self._panel = not self.has_class("panel")
        self._app.change_view(panel=self._panel)
        self._arrange()

    def action_harakat(self) -> None:
        """Show or hide harakat."""
        view = self._change(marks=not self._app.view.marks)
        self.say("harakat shown" if view.marks else "harakat hidden; offsets stay as they are")

    def action_controls(self) -> None:
        """Show or hide control characters."""
        view = self._change(controls=not self._app.view.controls)
        self.say("control characters shown" if view.controls else "control characters hidden")

    def action_islands(self) -> None:
        """Show Latin words and numbers as typed, or by the rules of Unicode alone."""
        view = self._change(islands=not self._app.view.islands)
        self.say("Latin and numbers as they were typed" if view.islands else "Latin and numbers by the Unicode rules")

    def action_spacing(self) -> None:
        """More room between the lines, or none."""
        view = self._change(spacing=(self._app.view.spacing + 1) % SPACINGS)
        self.say(f"{_ROOM[view.spacing]} between the lines")

    def action_copy(self) -> None:
        """Copy the selection, as it is in the text, to the clipboard of the terminal."""
        target = self.pane.target()
        if target is not None:
            self._app.copy_to_clipboard(self.pane.text[target[0] : target[1]])
            self.say(f"copied {target[1] - target[0]} characters in logical order")

    # -- what is said of annotations and labels ----------------------------------------------------------------------

    def _said_of_current(self) -> str:
        """What is said of the current annotation beside its label; empty where there is nothing."""
        session = self.session
        current = session.annotations.get(self.pane.state.current) if session is not None else None
        if session is None or not isinstance(current, Entity | Event):
            return ""
        return said_of(current, session.annotations.referrers(current.id))

    def _label_here(self) -> str:
        """The type of the current annotation, else the label given last, else nothing."""
        current = self.session.annotations.get(self.pane.state.current) if self.session is not None else None
        return getattr(current, "type", "") or self._last_label

    def action_guideline(self) -> None:
        """Read the guideline of the label under the caret, or of the one given last."""
        from annotator.tui.screens.guideline import GuidelineScreen  # noqa: PLC0415 - not on the start-up path

        self._app.push_screen(GuidelineScreen(self._app.schema, self._label_here()))

    def action_schema(self) -> None:
        """Look through the label schema."""
        from annotator.tui.screens.schema_browser import SchemaBrowser  # noqa: PLC0415 - not on the start-up path

        self._app.push_screen(SchemaBrowser(self._app.schema, self._label_here()))
