"""The way to any item of a document, decided or open: a list that typing narrows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Iterable, Sequence
from typing import TYPE_CHECKING, Final, Literal

from textual import work

from annotator.text.normalise import fold
from annotator.tui.host import host
from annotator.tui.screens.adjudicate_words import summary
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.buttons import Button, Buttons
from annotator.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

    from annotator.adjudication.gold import Adjudication
    from annotator.adjudication.items import Item
    from annotator.tui.widgets.pieces import Piece

Which = Literal["open", "decided", "all"]

_WHICH: Final[tuple[Which, ...]] = ("open", "decided", "all")
_NO_MATCH: Final = "No item is like that; Tab shows others."


class JumpList(Dialog["Item | None"]):
    """The items of one document. The result is the one to go to, None after Esc."""

    DEFAULT_CSS = """
    JumpList #box { width: 90; max-height: 90%; }
    JumpList Rows { height: 1fr; }
    """
    AUTO_FOCUS = "ArabicInput"

    def __init__(
        self,
        adjudication: Adjudication,
        text: str,
        items: Sequence[Item],
        row: Callable[[Item, int], Sequence[Piece]],
        current: Item | None,
    ) -> None:
        """ROW paints an item in so many cells; the cursor begins on the CURRENT one."""
        super().__init__("Go to an item")
        self._made, self._text, self._items, self._row, self._current = adjudication, text, items, row, current
        self._open: Container[str] = adjudication.open
        self._which: Which = "all"
        self._shown: list[int] = []
        self._folded: list[str] | None = None
        """What each item is found by, once that is worked out."""

    def content(self) -> Iterable[Widget]:
        """The field, which items, the items."""
        yield ArabicInput(placeholder="كلمات أو صنف أو رقم")
        yield Buttons(())
        rows = Rows(panel=True, click_chooses=True, empty=_NO_MATCH)
        rows.styles.height = max(4, min(len(self._items), self.app.size.height - 10))
        yield rows

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("↑↓", "move"), ("Tab", "open, decided or all"), ("Enter", "go there"), ("Esc", "cancel"))

    def on_mount(self) -> None:
        """Show all; the current one is under the cursor."""
        super().on_mount()
        self._filter()
        if self._current in self._items:
            self.query_one(Rows).move_cursor(self._items.index(self._current))
        self._learn()

    @work(exclusive=True, group="words")
    async def _learn(self) -> None:
        """Work out in a thread what items are found by."""
        self._folded = await asyncio.to_thread(lambda: [self._words(item) for item in self._items])
        if self.query_one(ArabicInput).value:
            self._filter()

    def _words(self, item: Item) -> str:
        said = summary(self._made, self._text, item)
        return fold(f"{item.kind} {said.label} {said.words}").text

    # -- what is listed --------------------------------------------------------------------------------------------

    def _filter(self) -> None:
        words = fold(self.query_one(ArabicInput).value).text.split()
        folded = self._folded
        count = len(self._items)
        found = [n for n in range(count) if folded is None or all(self._has(n, folded[n], word) for word in words)]
        is_open = {n for n in found if self._items[n].key in self._open}
        parts = {"open": is_open, "decided": {*found} - is_open, "all": {*found}}
        self._shown = [n for n in found if n in parts[self._which]]
        buttons = [Button(name, f"{name} {len(parts[name]):,}") for name in _WHICH]
        self.query_one(Buttons).set_buttons(buttons, chosen=_WHICH.index(self._which))
        self.query_one(Rows).set_source(len(self._shown), self._paint)

    @staticmethod
    def _has(place: int, folded: str, word: str) -> bool:
        return word == str(place + 1) or word in folded

    def _paint(self, index: int, width: int) -> Sequence[Piece]:
        place, digits = self._shown[index], len(str(len(self._items)))
        look = host(self).look
        return [(f"{place + 1:>{digits}} ", look.panel_dim), *self._row(self._items[place], width - digits - 1)]

    def _take(self, which: Which) -> None:
        cursor = self.query_one(Rows).cursor
        here = self._shown[cursor] if cursor is not None else -1
        self._which = which
        self._filter()
        if here in self._shown:
            self.query_one(Rows).move_cursor(self._shown.index(here))

    # -- keys and mouse --------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Tab goes through what is listed; for other keys Textual calls the handler of `Dialog`."""
        if event.key in {"tab", "shift+tab"}:
            step = 1 if event.key == "tab" else -1
            self._take(_WHICH[(_WHICH.index(self._which) + step) % len(_WHICH)])
            event.stop()
            event.prevent_default()

    def press(self, key: str) -> bool:
        """Keys of the list work while the field has the focus."""
        return self.query_one(Rows).press(key)

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Others match."""
        event.stop()
        self._filter()

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """Go to the one under the cursor."""
        event.stop()
        self.query_one(Rows).press("enter")

    def on_buttons_pressed(self, event: Buttons.Pressed) -> None:
        """Only the open ones, or those that are decided, or all."""
        event.stop()
        self._take(next(which for which in _WHICH if which == event.button.id))
        self.query_one(ArabicInput).focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """A click, or Enter."""
        event.stop()
        self.dismiss(self._items[self._shown[event.index]])
