"""The command palette: everything that the screen below and the program can do, found by typing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from annotator.tui.commands import Command, commands_of, key_map
from annotator.tui.host import host
from annotator.tui.key_titles import key_title
from annotator.tui.keys import latin
from annotator.tui.screens.finder import Finder, ranked
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Part, Rows, columns

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

    from annotator.tui.widgets.pieces import Piece

_INSIDE: Final = 3
"""The distance of what stands somewhere in a title; letters that lie further apart are found in any sentence."""


class PaletteScreen(Finder[str | None, Command]):
    """The result is the id of the command to run, None for none."""

    SCOPE = "palette"
    DEFAULT_CSS = """
    PaletteScreen #box { width: 100; height: 80%; }
    PaletteScreen Rows { height: 1fr; }
    """

    def __init__(self, scope: str, but: Collection[str] = (), live_keys: Mapping[str, Command] | None = None) -> None:
        """SCOPE is that of the screen below (`commands_of`), which has all these commands BUT some.

        LIVE_KEYS are the keys that hold there now, where that are not those that hold in general.
        """
        without = {"app.palette", *but}
        super().__init__("Commands", [command for command in commands_of(scope) if command.id not in without])
        self._keys = live_keys
        self._live: dict[str, str] = {}

    def content(self) -> Iterable[Widget]:
        """What is typed, and what it may mean."""
        yield ArabicInput(placeholder="what to do", rtl=False)
        yield Rows(empty="No command has these letters.", panel=True, click_chooses=True)

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (
            (self.keys_of("up", "down"), "move"),
            (self.keys_of("choose"), "do it"),
            (self.keys_of("close"), "close"),
        )

    def on_mount(self) -> None:
        """Find out which keys run the commands now."""
        live: dict[str, list[str]] = {}
        for key, command in (self._keys or key_map(self._items, host(self).user_keys)).items():
            live.setdefault(command.id, []).append(key_title(key))
        self._live = {id: "  ".join(keys[:2]) for id, keys in live.items()}

    def names(self, item: Command) -> Iterable[str]:
        """Title, and id without the screen's."""
        return item.title, item.id.partition(".")[2]

    def found(self, query: str) -> Sequence[Command]:
        """What QUERY may mean; where that is nothing, what its keys type in the US layout."""
        return self._like(query) or self._like("".join(latin(c) or c for c in query))

    def _like(self, query: str) -> Sequence[Command]:
        if "." in query:
            return ranked(query, self._items, lambda item: (item.id,), _INSIDE)
        return ranked(query, self._items, self.names, _INSIDE + 2 * len(query))

    def row(self, item: Command, width: int) -> Sequence[Piece]:
        """Title, group, keys."""
        look = host(self).look
        return columns(
            width,
            Part(item.title, look.panel),
            *((Part(item.group, look.panel_dim, 18),) if width > 80 else ()),
            Part(self._live.get(item.id, ""), look.panel_title, 16, right=True),
            blank=look.panel,
        )

    def tell(self, item: Command | None) -> None:
        """The row says it all."""

    def choose(self, item: Command) -> None:
        """That is to be done."""
        self.dismiss(item.id)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box closes it."""
        if event.widget is self:
            self.cancel()
