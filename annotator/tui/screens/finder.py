"""Finding one of many things by typing some of what it is called, or its key."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from annotator.text.normalise import fold
from annotator.tui.screens.dialogs import Dialog, Result
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from annotator.tui.widgets.pieces import Piece

Found = TypeVar("Found")


def fuzzy(query: str, target: str) -> int | None:
    """How far TARGET is from QUERY, both folded: 0 the same, None when its letters are not there in this order."""
    if query == target:
        return 0
    if target.startswith(query):
        return 1
    if f" {query}" in f" {target.replace('_', ' ').replace('-', ' ')}":
        return 2
    if query in target:
        return 3
    at = first = -1
    for letter in query:
        at = target.find(letter, at + 1)
        if at < 0:
            return None
        first = at if first < 0 else first
    return 4 + at - first


def ranked(
    query: str, items: Sequence[Found], names: Callable[[Found], Iterable[str]], farthest: int = 1 << 30
) -> Sequence[Found]:
    """The ITEMS that QUERY may mean by their NAMES or their key: the nearest first, those as near in their order.

    FARTHEST is the greatest distance (`fuzzy`) that still counts.
    """
    wanted = fold(query.strip()).text
    if not wanted:
        return list(items)
    found: list[tuple[int, int]] = []
    for number, item in enumerate(items):
        distances = [distance for name in names(item) if (distance := fuzzy(wanted, fold(name).text)) is not None]
        if query.strip() == getattr(item, "hotkey", ""):
            distances.append(-1)
        if distances and min(distances) <= farthest:
            found.append((min(distances), number))
    return [items[number] for _, number in sorted(found)]


class Finder(Dialog[Result], Generic[Result, Found]):
    """A dialog with a field, the list of what is like it, and something about the item under the cursor."""

    AUTO_FOCUS = "ArabicInput"

    def __init__(self, title: str, items: Sequence[Found], first: str = "") -> None:
        """The cursor stands first on the item called FIRST, where there is one."""
        super().__init__(title)
        self._items = items
        self._shown = items
        self._first = first

    @abstractmethod
    def row(self, item: Found, width: int) -> Sequence[Piece]:
        """ITEM in exactly WIDTH cells."""

    @abstractmethod
    def tell(self, item: Found | None) -> None:
        """Say something about ITEM, which the cursor is on."""

    def choose(self, item: Found) -> None:
        """ITEM was chosen; nothing happens where there is nothing to choose."""

    @abstractmethod
    def names(self, item: Found) -> Iterable[str]:
        """By what ITEM is found, the name of its own first."""

    def on_mount(self) -> None:
        """Show everything; Textual calls the handler of `Dialog` too."""
        self._filter("")
        names = [next(iter(self.names(item)), "") for item in self._items]
        if self._first in names:
            rows, at = self.query_one(Rows), names.index(self._first)
            rows.move_cursor(at)
            self.tell(self.current)
            self.call_after_refresh(rows.show_row, at)

    def found(self, query: str) -> Sequence[Found]:
        """What QUERY may mean, the nearest first."""
        return ranked(query, self._items, self.names)

    def _filter(self, query: str) -> None:
        self._shown = self.found(query)
        self.query_one(Rows).set_source(len(self._shown), lambda index, width: self.row(self._shown[index], width))
        self.tell(self.current)

    @property
    def current(self) -> Found | None:
        """The item under the cursor."""
        cursor = self.query_one(Rows).cursor
        return self._shown[cursor] if cursor is not None else None

    def action_up(self) -> None:
        """To the one above."""
        self.query_one(Rows).press("up")

    def action_down(self) -> None:
        """To the one below."""
        self.query_one(Rows).press("down")

    def action_page_up(self) -> None:
        """One page up."""
        self.query_one(Rows).press("pageup")

    def action_page_down(self) -> None:
        """One page down."""
        self.query_one(Rows).press("pagedown")

    def action_choose(self) -> None:
        """The one under the cursor."""
        self._choose()

    def action_close(self) -> None:
        """Nothing."""
        self.cancel()

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Others match."""
        event.stop()
        self._filter(event.value)

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """The one under the cursor."""
        event.stop()
        self._choose()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another one."""
        event.stop()
        self.tell(self.current)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """A click, or Enter, on one."""
        event.stop()
        self._choose()

    def _choose(self) -> None:
        item = self.current
        if item is not None:
            self.choose(item)
