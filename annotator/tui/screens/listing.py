"""What screens of a field above a list share: the way between the two, options that keys change, undo and redo."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Generic

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.failures import failure
from annotator.tui.host import host
from annotator.tui.key_titles import key_title
from annotator.tui.screens.framed import Framed, Result
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, counted
from annotator.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from textual import events

    from annotator.workflow.ports import Entry, Store

_MOVES: Final = frozenset({"up", "down", "pageup", "pagedown"})


class Listing(Framed[Result], Generic[Result]):
    """A framed screen with one `ArabicInput` and one `Rows`.

    Tab goes from one to the other; the arrows move in the list also while the field has the focus.
    """

    DEFAULT_CSS = """
    Listing Rows { height: 1fr; }
    """

    @abstractmethod
    def typed(self, text: str) -> None:
        """TEXT is in the field now."""

    @abstractmethod
    def chosen(self) -> None:
        """Enter or a double click on the row under the cursor."""

    def entered(self) -> None:
        """Enter in the field: the row under the cursor."""
        self.chosen()

    @abstractmethod
    async def changed(self, change: Callable[[Store], Entry | None]) -> Entry | None:
        """CHANGE something in a thread, then show what is there; the entry that CHANGE gave.

        AnnotatorError: an UnreadError where it is changed, and only cannot be shown.
        """

    # Keys and mouse.

    def press_in_field(self, key: str) -> bool:
        """Do what KEY does while the field has the focus; False when that is nothing."""
        rows = self.query_one(Rows)
        if key == "tab":
            rows.focus()
            return True
        return key in _MOVES and rows.press(key)

    def press_in_rows(self, event: events.Key) -> bool:
        """The same while the list has the focus."""
        if event.key == "tab":
            self.query_one(ArabicInput).focus()
            return True
        return False

    def on_key(self, event: events.Key) -> None:
        """Keys between the two; for others Textual calls the handler of `Framed`."""
        in_field = self.query_one(ArabicInput).has_focus
        if self.press_in_field(event.key) if in_field else self.press_in_rows(event):
            event.stop()
            event.prevent_default()

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Something else is looked for."""
        event.stop()
        self.typed(event.value)

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.entered()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a double click."""
        event.stop()
        self.chosen()

    # Options.

    def show_options(self, *options: tuple[str, str]) -> None:
        """Show OPTIONS (a command's name, what it is set to) with their keys in the line `#options`."""
        look = host(self).look
        keys = {command.id: key for key, command in reversed(self.keys.items())}
        pieces: list[Piece] = []
        for name, value in options:
            pieces += [(f" {key_title(keys.get(f'{self.SCOPE}.{name}', ''))}", look.key), (f" {value} ", look.bar)]
        self.query_one("#options", Line).show(pieces)

    # Undo.

    def action_undo(self) -> None:
        """Take back this person's last edit, in whatever document it was."""
        self._travel("undo")

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._travel("redo")

    @work(exclusive=True, group="travel")
    async def _travel(self, way: str) -> None:
        who = host(self).who

        def travel(store: Store) -> Entry | None:
            from annotator.workflow.session import now  # noqa: PLC0415 - only when asked for

            return store.undo(who, now()) if way == "undo" else store.redo(who, now())

        try:
            entry = await self.changed(travel)
        except AnnotatorError as error:
            self.say(failure(error), "bad")
            return
        if entry is None:
            self.say(f"nothing to {way}", "bad")
            return
        documents = list(dict.fromkeys(edit.key.document for edit in entry.edits))
        where = documents[0] if len(documents) == 1 else counted(len(documents), "document")
        self.say(f"{'undone' if way == 'undo' else 'done again'}: {entry.name} in {where}")


class Filtered(Listing[Result], Generic[Result]):
    """A listing whose field filters rows that are all there: Esc shows all again."""

    @abstractmethod
    def show_rows(self) -> None:
        """Show what matches the field; the cursor stays where it was, as far as it can."""

    @abstractmethod
    def action_open(self) -> None:
        """Open what is under the cursor."""

    def press_in_field(self, key: str) -> bool:
        """Esc shows everything again."""
        if key == "escape":
            self.leave_filter()
            return True
        return super().press_in_field(key)

    def leave_filter(self) -> None:
        """Show everything, and go to the list."""
        self.query_one(ArabicInput).value = ""
        self.show_rows()
        self.query_one(Rows).focus()

    def typed(self, text: str) -> None:  # noqa: ARG002 - `show_rows` asks the field
        """Others match."""
        self.show_rows()

    def chosen(self) -> None:
        """Enter, or a double click."""
        self.action_open()

    def action_filter(self) -> None:
        """Type to filter."""
        self.query_one(ArabicInput).focus()
