"""The keys of a screen, as they are now: from the command table, the person's own keys and the schema."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from annotator.tui.commands import COMMANDS, commands_of, key_map
from annotator.tui.host import host
from annotator.tui.key_titles import key_title
from annotator.tui.look import label_style
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.screens.prompt import Prompt
from annotator.tui.widgets.rows import Part, Rows, columns

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.model.schema import LabelType, Schema
    from annotator.tui.commands import Command
    from annotator.tui.widgets.pieces import Piece

    Item = str | tuple[str, str] | LabelType
    """A heading; keys and what they do; or a label with a key."""


class HelpScreen(Dialog[None]):
    """Keys by group, then the labels' keys; it scrolls, and the keys that opened it close it."""

    DEFAULT_CSS = """
    HelpScreen #box { width: 78; height: 100%; max-height: 40; }
    HelpScreen Rows { height: 1fr; }
    """

    def __init__(
        self,
        scope: str,
        but: Collection[str] = (),
        keys: Mapping[str, Command] | None = None,
        schema: Schema | None = None,
    ) -> None:
        """SCOPE is that of the screen below (`commands_of`), which has all these commands BUT some.

        KEYS and SCHEMA are what holds there now, where that is not what holds in general.
        """
        super().__init__("Keys")
        self._keys, self._schema = keys, schema
        self._scope = scope
        self._commands = [command for command in commands_of(scope) if command.id not in but]
        self._items: list[Item] = []

    def content(self) -> Iterable[Widget]:
        """The list."""
        yield Rows(panel=True)

    def hints(self) -> Sequence[tuple[str, str]]:
        """How to read on, and how to leave."""
        return (("↑↓ PgUp PgDn", "scroll"), ("Esc F1 q", "close"))

    def on_mount(self) -> None:
        """Collect what holds now."""
        super().on_mount()
        self._items = list(self._collect())
        self.query_one(Rows).set_source(len(self._items), self._row)
        self.query_one(Rows).focus()

    def _collect(self) -> Iterable[Item]:
        app = host(self)
        keys: dict[str, list[str]] = {}
        for key, command in (self._keys or key_map(self._commands, app.user_keys)).items():
            keys.setdefault(command.id, []).append(key_title(key))
        groups: dict[str, list[Command]] = {}
        for command in self._commands:
            groups.setdefault(command.group, []).append(command)
        yield from self._of_dialog()
        for group, commands in groups.items():
            yield group
            for command in commands:
                yield (", ".join(keys.get(command.id, ["—"])), command.title)
            yield ("", "")
        schema = self._schema or app.schema
        labels = [label for label in schema.labels() if label.hotkey] if self._scope == "annotate" else []
        if labels:
            yield "Labels: the key labels the selection, or the word under the caret"
            yield from labels

    def _of_dialog(self) -> Iterable[Item]:
        """The keys of a dialog below that has none in the command table: what it says itself at its lower edge."""
        below = self.app.screen_stack[-2]
        if isinstance(below, Dialog | Prompt) and not any(command.scope == self._scope for command in COMMANDS):
            yield below.heading
            yield from below.hints()
            yield ("", "These keys are fixed; all others can be changed.")
            yield ("", "")

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look = host(self).look
        item = self._items[index]
        if isinstance(item, str):
            return columns(width, Part(item, look.panel_title), blank=look.panel)
        keys = min(22, width // 3)
        if isinstance(item, tuple):
            return columns(width, Part(item[0], look.panel, keys), Part(item[1], look.panel), blank=look.panel)
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        return columns(
            width,
            Part(item.hotkey, look.panel, keys),
            Part(item.name, label_style(look.name, item.colour, ground), 12),
            Part(item.titles.en, look.panel),
            Part(item.titles.ar, look.panel, 16, right=True),
            blank=look.panel,
        )

    def press(self, key: str) -> bool:
        """The keys that close it."""
        if key in {"f1", "q", "question_mark", "enter"}:
            self.dismiss(None)
            return True
        return False

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter closes."""
        event.stop()
        self.dismiss(None)
