"""The question by which rule to merge, with what each answer would do counted beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.adjudication.answers import Rule
from annotator.errors import AnnotatorError
from annotator.tui.background import Progress
from annotator.tui.host import host
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.buttons import Button, Buttons
from annotator.tui.widgets.pieces import counted, fit
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, faint, plain, strong

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.adjudication.items import Kind
    from annotator.tui.widgets.pieces import Piece
    from annotator.tui.widgets.text_block import Tone

STEP: Final = 0.5
"""How much one key changes a weight."""
_SHOWN: Final = 0.1  # seconds between two looks at how far the counting is
_NAMED: Final = 2  # documents left out that are named
_SAID, _AROUND = 7, 6
"""The fewest rows of the preview; rows of the dialog that are neither it nor a value."""


def kinds_words(kinds: Mapping[Kind, int]) -> str:
    """Counts of kinds, most frequent first."""
    return ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would decide, and what it would leave open, by kind.

    Of many documents also in how many that is, how many of them it would begin, and why which are left out.
    """

    decided: Mapping[Kind, int] = field(default_factory=dict)
    left: Mapping[Kind, int] = field(default_factory=dict)
    documents: int = 0
    begun: int = 0
    skipped: Sequence[tuple[str, str]] = ()

    def lines(self) -> list[tuple[str, Tone]]:
        """That in words."""
        count, left = sum(self.decided.values()), sum(self.left.values())
        where = f" in {counted(self.documents, 'document')}" if self.documents else ""
        begun = f", begins the adjudication of {self.begun:,}" if self.begun else ""
        found: list[tuple[str, Tone]] = [
            (f"decides {counted(count, 'item')}{where}: {kinds_words(self.decided)}", plain)
            if count
            else (f"decides nothing{where}{begun}", plain),
            (
                f"leaves {counted(left, 'item')} open: {kinds_words(self.left)}" if left else "leaves nothing open",
                faint,
            ),
        ]
        if count and begun:
            found.insert(1, (begun.removeprefix(", "), plain))
        if self.skipped:
            named = "; ".join(f"{document}: {why}" for document, why in self.skipped[:_NAMED])
            more = f" and {len(self.skipped) - _NAMED:,} more" if len(self.skipped) > _NAMED else ""
            found.append((f"leaves {counted(len(self.skipped), 'document')} out: {named}{more}", faint))
        return found


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: the rule, and the number of the scope."""

    rule: Rule
    scope: int = 0


@dataclass(frozen=True, slots=True)
class _Setting:
    """A row: what it is called, its value in words, and what the arrows do to it."""

    title: str
    value: str
    step: Callable[[int], None]


class AskRule(Dialog[Choice | None]):
    """A rule to merge by: how much weight an answer needs, and what each annotator weighs; with what it would do."""

    DEFAULT_CSS = """
    AskRule #box { max-height: 100%; }
    AskRule TextBlock { min-height: 7; }
    """
    AUTO_FOCUS = "Rows"

    def __init__(
        self,
        people: Sequence[str],
        preview: Callable[[Choice, Progress], Preview],
        *,
        scopes: Sequence[str] = (),
        least: float | None = None,
    ) -> None:
        """PREVIEW is called in a thread. With SCOPES, which say what can be merged, documents are begun as well.

        LEAST is the weight that answers need at first: that of a majority of PEOPLE unless given.
        """
        super().__init__("Let a rule decide what is open")
        self._people, self._preview, self._scopes = people, preview, scopes
        self._least = float(len(people) // 2 + 1) if least is None else least
        self._weights = dict.fromkeys(people, 1.0)
        self._only_agreed = False
        self._scope = 0
        self._settings: list[_Setting] = []
        self._progress: Progress | None = None
        self._timer: Timer | None = None

    @property
    def rule(self) -> Rule:
        """The rule as it stands."""
        if self._only_agreed:
            return Rule(inf)
        return Rule(self._least, {name: weight for name, weight in self._weights.items() if weight != 1})

    def content(self) -> Iterable[Widget]:
        """What can be set, the preview, and buttons for the mouse."""
        yield _Values(panel=True)
        yield TextBlock()
        yield Buttons([Button("merge", "Merge"), Button("cancel", "Cancel")])

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("↑↓", "move"), ("←→", "change"), ("Enter", "merge"), ("Esc", "cancel"))

    def on_mount(self) -> None:
        """Show what a majority would do."""
        super().on_mount()
        self._timer = self.set_interval(_SHOWN, self._show_progress, pause=True)
        self._offer()
        self._look()

    def on_unmount(self) -> None:
        """Nobody waits for the counts any more."""
        if self._progress is not None:
            self._progress.stop()

    # -- what can be set -------------------------------------------------------------------------------------------

    def _offer(self) -> None:
        found: list[_Setting] = []
        if len(self._scopes) > 1:
            found.append(_Setting("merge", self._scopes[self._scope], self._change_scope))
        if self._scopes:
            said = "only what all agree on" if self._only_agreed else "what enough people agree on"
            found.append(_Setting("take", said, self._change_kind))
        if not self._only_agreed:
            total = f" of {sum(self._weights.values()):g}" if not self._scopes else ""
            found.append(_Setting("an answer needs at least", f"{self._least:g}{total}", self._change_least))
            found += [
                _Setting(f"{fit(name, 24)} weighs", f"{self._weights[name]:g}", self._weigher(name))
                for name in self._people
            ]
        self._settings = found
        rows = self.query_one(Rows)
        high = self.app.size.height
        height = max(2, min(len(found), 12, high - 13))
        rows.styles.height = height
        self.query_one(TextBlock).styles.max_height = max(_SAID, high - height - _AROUND)
        rows.set_source(len(found), self._row, keep_cursor=rows.cursor is not None)

    def _change_scope(self, way: int) -> None:
        self._scope = (self._scope + way) % len(self._scopes)

    def _change_kind(self, _way: int) -> None:
        self._only_agreed = not self._only_agreed

    def _change_least(self, way: int) -> None:
        whole = all(weight == int(weight) for weight in self._weights.values())
        self._least = max(STEP, self._least + way * (1 if whole else STEP))

    def _weigher(self, name: str) -> Callable[[int], None]:
        def change(way: int) -> None:
            self._weights[name] = max(0.0, self._weights[name] + way * STEP)

        return change

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, setting = host(self).look, self._settings[index]
        value = _faced(setting.value)
        return columns(
            width,
            Part(setting.title, look.panel),
            Part(value, look.panel_title, len(value), right=True),
            blank=look.panel,
        )

    def press(self, key: str) -> bool:
        """Change the value under the cursor, or merge."""
        rows = self.query_one(Rows)
        match key:
            case "left" | "right" | "minus" | "plus":
                self._change(rows.cursor or 0, -1 if key in {"left", "minus"} else 1)
            case "enter":
                self._choose()
            case _:
                return rows.press(key)
        return True

    def _change(self, index: int, way: int) -> None:
        self._settings[index].step(way)
        self._offer()
        self._look()

    def _choose(self) -> None:
        if self._scopes and self._progress is not None:
            self._show(("still counting; Enter merges when you have seen what it would do", strong))
        else:
            self.dismiss(Choice(self.rule, self._scope))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Nothing hangs on the cursor."""
        event.stop()

    def click(self, index: int, column: int) -> None:
        """A click in the row INDEX, COLUMN cells from its right end: on its value takes the next one, on ◂ the last."""
        length = len(_faced(self._settings[index].value))
        if column < length:
            self._change(index, -1 if column >= length - 2 else 1)

    def on_buttons_pressed(self, event: Buttons.Pressed) -> None:
        """Merge, or not."""
        event.stop()
        if event.button.id == "merge":
            self._choose()
        else:
            self.cancel()

    # -- what it would do ------------------------------------------------------------------------------------------

    @work(exclusive=True, group="preview")
    async def _look(self) -> None:
        """Work out what the rule would do."""
        if self._progress is not None:
            self._progress.stop()
        self._progress = progress = Progress()
        self._show_progress()
        if self._timer is not None:
            self._timer.resume()
        try:
            found = await asyncio.to_thread(self._preview, Choice(self.rule, self._scope), progress)
        except AnnotatorError as error:
            if self._progress is progress:
                self._show(("cannot be counted:", strong), (str(error), plain))
            return
        finally:
            if self._progress is progress:
                self._progress = None
                if self._timer is not None:
                    self._timer.pause()
        self._show(*found.lines())

    def _show(self, *lines: tuple[str, Tone]) -> None:
        kept = ("What was decided before is kept; one undo takes all of this back.", faint)
        block = self.query_one(TextBlock)
        block.styles.min_height = max(_SAID, block.size.height)  # it grows, and does not dance while one looks
        block.show(("", plain), *lines, kept)

    def _show_progress(self) -> None:
        progress = self._progress
        if progress is not None:
            far = f" {progress.done:,} of {counted(progress.total, 'document')}" if progress.total else ""
            self._show((f"counting …{far}", faint))


def _faced(value: str) -> str:
    return f"◂ {value} ▸"


class _Values(Rows):
    """The settings; Enter is the dialog's."""

    def press(self, key: str) -> bool:
        """Do what KEY does in a list, but for Enter."""
        return key != "enter" and super().press(key)

    def on_click(self, event: events.Click) -> None:
        """Tell the dialog which cell was clicked."""
        event.stop()
        event.prevent_default()
        index = self.top + event.y
        screen = self.screen
        if index < self.count and isinstance(screen, AskRule):
            screen.click(index, self.size.width - 2 - event.x)
