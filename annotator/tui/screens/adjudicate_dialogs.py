"""What the adjudicate screen asks: one of several, a reason with a note, a rule to merge by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual import work

from annotator.adjudication.answers import Rule
from annotator.adjudication.decisions import REASONS
from annotator.tui.host import host
from annotator.tui.modes import keys_for
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.pieces import counted
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, faint, plain

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

    from annotator.adjudication.items import Kind
    from annotator.tui.widgets.pieces import Piece

STEP = 0.5
"""How much one key changes a weight."""


def kinds_words(kinds: Mapping[Kind, int]) -> str:
    """Counts of kinds, most frequent first."""
    return ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])))


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


class AskReason(Dialog[tuple[str, str] | None]):
    """Why something was decided so: one of `REASONS`, and a note in one's own words."""

    DEFAULT_CSS = """
    AskReason Rows { height: 7; }
    """
    AUTO_FOCUS = "Rows"

    def __init__(self, title: str, reason: str, note: str) -> None:
        super().__init__(title)
        self._reason, self._note = reason, note
        self._reasons = list(REASONS)

    def content(self) -> Iterable[Widget]:
        """The reasons, and the field of the note."""
        yield Rows(panel=True)
        yield ArabicInput(self._note, placeholder="ملاحظة")

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("1-7", "reason"), ("Tab", "note"), ("Enter", "keep"), ("Esc", "cancel"))

    def on_mount(self) -> None:
        """The reason that was given is under the cursor."""
        super().on_mount()
        rows = self.query_one(Rows)
        rows.set_source(len(self._reasons), self._row)
        if self._reason in self._reasons:
            rows.move_cursor(self._reasons.index(self._reason))

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, reason = host(self).look, self._reasons[index]
        return columns(
            width,
            Part(str(index + 1), look.panel_title, 1),
            Part("●" if reason == self._reason else "", look.panel_title, 1),
            Part(REASONS[reason], look.panel),
            blank=look.panel,
        )

    def on_key(self, event: events.Key) -> None:
        """Digits choose in the list, Tab goes from it to the note and back."""
        rows, field = self.query_one(Rows), self.query_one(ArabicInput)
        if event.key in {"tab", "shift+tab"}:
            (rows if field.has_focus else field).focus()
        elif rows.has_focus and event.key.isdecimal() and 1 <= int(event.key) <= len(self._reasons):
            rows.move_cursor(int(event.key) - 1)
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
        self.dismiss((reason, self.query_one(ArabicInput).value.strip()))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a reason."""
        event.stop()
        self._keep()

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """Enter in the note."""
        event.stop()
        self._keep()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would decide, and what it would leave open, by kind."""

    decided: Mapping[Kind, int] = field(default_factory=dict)
    left: Mapping[Kind, int] = field(default_factory=dict)


class AskRule(Dialog[Rule | None]):
    """A rule to merge by: how much weight an answer needs, and what each annotator weighs; with what it would do."""

    DEFAULT_CSS = """
    AskRule TextBlock { height: 6; }
    """
    AUTO_FOCUS = "Rows"

    def __init__(self, people: Sequence[str], preview: Callable[[Rule], Preview]) -> None:
        """PREVIEW is called in a thread."""
        super().__init__("Let a rule decide what is open")
        self._people = people
        self._preview = preview
        self._least = float(len(people) // 2 + 1)
        self._weights = dict.fromkeys(people, 1.0)

    @property
    def rule(self) -> Rule:
        """The rule as it stands."""
        return Rule(self._least, {name: weight for name, weight in self._weights.items() if weight != 1})

    def content(self) -> Iterable[Widget]:
        """What can be set, and the preview."""
        rows = Rows(panel=True)
        rows.styles.height = min(len(self._people) + 1, 12)
        yield rows
        yield TextBlock()

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("↑↓", "move"), ("←→", "less or more"), ("Enter", "apply"), ("Esc", "cancel"))

    def on_mount(self) -> None:
        """Show what a majority would do."""
        super().on_mount()
        self.query_one(Rows).set_source(len(self._people) + 1, self._row)
        self._look()

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look = host(self).look
        total = sum(self._weights.values())
        name = "an answer needs at least" if not index else f"{self._people[index - 1]} weighs"
        value = f"{self._least:g} of {total:g}" if not index else f"{self._weights[self._people[index - 1]]:g}"
        value = f"◂ {value} ▸"
        return columns(width, Part(name, look.panel), Part(value, look.panel_title, 16, right=True), blank=look.panel)

    def press(self, key: str) -> bool:
        """Change the value under the cursor, or apply the rule."""
        rows = self.query_one(Rows)
        match key:
            case "left" | "right" | "minus" | "plus":
                self._change(rows.cursor or 0, -STEP if key in {"left", "minus"} else STEP)
            case "enter":
                self.dismiss(self.rule)
            case _:
                return rows.press(key)
        return True

    def _change(self, index: int, step: float) -> None:
        if index:
            name = self._people[index - 1]
            self._weights[name] = max(0.0, self._weights[name] + step)
        else:
            whole = all(weight == int(weight) for weight in self._weights.values())
            self._least = max(STEP, self._least + (step / STEP if whole else step))
        self.query_one(Rows).refresh_rows()
        self._look()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter applies the rule; a double click does not."""
        event.stop()
        self.dismiss(self.rule)

    @work(exclusive=True, group="preview")
    async def _look(self) -> None:
        """Work out what the rule would do."""
        block = self.query_one(TextBlock)
        block.show(("", plain), ("counting …", faint))
        found = await asyncio.to_thread(self._preview, self.rule)
        count, left = sum(found.decided.values()), sum(found.left.values())
        block.show(
            ("", plain),
            (f"decides {counted(count, 'item')}: {kinds_words(found.decided)}" if count else "decides nothing", plain),
            (
                f"leaves {counted(left, 'item')} open: {kinds_words(found.left)}" if left else "leaves nothing open",
                faint,
            ),
            ("What was decided before is kept; u undoes all of it as one step.", faint),
        )
