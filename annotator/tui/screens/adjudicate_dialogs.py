"""What the adjudicate screen asks: one of several, a reason with a note, a rule to merge by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.adjudication.decisions import REASONS
from annotator.tui.host import host
from annotator.tui.modes import keys_for
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Part, Rows, columns

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

    from annotator.tui.widgets.pieces import Piece


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to choose; `marked` when it holds already, `group` stands before the first of several."""

    title: str
    about: str = ""
    group: str = ""
    marked: bool = False


class Choose(Dialog[int | None]):
    """One of several. The result is its number, None after Esc."""

    DEFAULT_CSS = """
    Choose #box { max-height: 90%; }
    Choose Rows { height: auto; max-height: 22; }
    """
    AUTO_FOCUS = "Rows"

    def __init__(self, title: str, rows: Sequence[Row], word: str = "choose") -> None:
        """WORD says what Enter does."""
        super().__init__(title)
        self._rows, self._word = rows, word
        self._keys = keys_for([""] * min(len(rows), 10))

    def content(self) -> Iterable[Widget]:
        """The rows."""
        rows = Rows(panel=True, click_chooses=True)
        rows.styles.height = min(len(self._rows), 18, max(4, self.app.size.height - 8))
        yield rows

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("↑↓", "move"), ("Enter", self._word), ("Esc", "cancel"))

    def on_mount(self) -> None:
        """Show them."""
        super().on_mount()
        rows = self.query_one(Rows)
        rows.set_source(len(self._rows), self._row)
        rows.move_cursor(next((number for number, row in enumerate(self._rows) if row.marked), 0))

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, row = host(self).look, self._rows[index]
        return columns(
            width,
            Part(self._keys[index] if index < len(self._keys) else "", look.panel_title, 1),
            Part("●" if row.marked else "", look.panel_title, 1),
            Part(row.group, look.panel_dim, 14 if any(row.group for row in self._rows) else 1),
            Part(row.title, look.panel),
            Part(row.about, look.panel_dim, 24, right=True),
            blank=look.panel,
        )

    def press(self, key: str) -> bool:
        """The key of a row takes it."""
        if key in self._keys:
            self.dismiss(self._keys.index(key))
            return True
        return self.query_one(Rows).press(key)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a click."""
        event.stop()
        self.dismiss(event.index)


class AskReason(Dialog[None]):
    """Why something was decided so: one of `REASONS` or none, and a note in one's own words or none.

    It stays open where they cannot be kept.
    """

    DEFAULT_CSS = """
    AskReason Rows { height: 8; }
    """
    AUTO_FOCUS = "Rows"

    def __init__(
        self, title: str, reason: str, note: str, keep: Callable[[str, str], str], *, to_note: bool = False
    ) -> None:
        """REASON and NOTE are those given before; TO_NOTE puts the cursor into the note.

        KEEP keeps others, and gives a reason why it does not, else nothing.
        """
        super().__init__(title)
        self._keeping = keep
        self._reason, self._note, self._to_note = reason, note, to_note
        self._reasons = ["", *REASONS]

    def content(self) -> Iterable[Widget]:
        """The reasons, and the field of the note."""
        yield Rows(panel=True)
        yield ArabicInput(self._note, placeholder="ملاحظة")

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return ((f"0-{len(REASONS)}", "reason"), ("Tab", "note"), ("Enter", "keep"), ("Esc", "cancel"))

    def on_mount(self) -> None:
        """The reason that was given is under the cursor."""
        super().on_mount()
        rows = self.query_one(Rows)
        rows.set_source(len(self._reasons), self._row)
        if self._reason in self._reasons:
            rows.move_cursor(self._reasons.index(self._reason))
        if self._to_note:
            self.query_one(ArabicInput).focus()

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, reason = host(self).look, self._reasons[index]
        return columns(
            width,
            Part(str(index), look.panel_title, 1),
            Part("●" if reason == self._reason else "", look.panel_title, 1),
            Part(REASONS.get(reason, "no reason"), look.panel if reason else look.panel_dim),
            blank=look.panel,
        )

    def on_key(self, event: events.Key) -> None:
        """Digits choose in the list, Tab goes from it to the note and back."""
        rows, field = self.query_one(Rows), self.query_one(ArabicInput)
        if event.key in {"tab", "shift+tab"}:
            (rows if field.has_focus else field).focus()
        elif rows.has_focus and event.key.isdecimal() and int(event.key) < len(self._reasons):
            rows.move_cursor(int(event.key))
            self._keep()
        else:
            return  # Textual calls the handler of `Dialog`
        event.stop()
        event.prevent_default()

    def press(self, key: str) -> bool:
        """The list moves while the note has the keys."""
        return key in {"up", "down"} and self.query_one(Rows).press(key)

    def _keep(self) -> None:
        cursor = self.query_one(Rows).cursor
        reason = self._reasons[cursor] if cursor is not None else ""
        if why := self._keeping(reason, self.query_one(ArabicInput).value.strip()):
            self.refuse(why)
        else:
            self.dismiss(None)

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Another note."""
        event.stop()
        self.show_hints()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a reason."""
        event.stop()
        self._keep()

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """Enter in the note."""
        event.stop()
        self._keep()
