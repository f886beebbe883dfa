"""The label schema to look through: every type with what the schema says about it, found by typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.containers import Horizontal

from annotator.text.normalise import fold
from annotator.tui.host import host
from annotator.tui.look import label_style
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.screens.guideline import Item, about, items_of, kind_of, name_of, titles_of
from annotator.tui.screens.pick_label import fuzzy
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, plain

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.model.schema import Schema
    from annotator.tui.widgets.pieces import Piece

_SCROLL = {"ctrl+up": "up", "ctrl+down": "down", "ctrl+pageup": "pageup", "ctrl+pagedown": "pagedown"}


def matching(query: str, items: Sequence[Item]) -> list[Item]:
    """The ITEMS that QUERY may mean by name, kind, title or key; the nearest first, those as near in their order."""
    wanted = fold(query.strip()).text
    if not wanted:
        return list(items)
    found: list[tuple[int, int]] = []
    for number, item in enumerate(items):
        names = (name_of(item), *titles_of(item), kind_of(item))
        distances = [distance for name in names if (distance := fuzzy(wanted, fold(name).text)) is not None]
        if query.strip() == getattr(item, "hotkey", ""):
            distances.append(-1)
        if distances:
            found.append((min(distances), number))
    return [items[number] for _, number in sorted(found)]


class SchemaBrowser(Dialog[None]):
    """A list of everything in the schema on the left, and about the one under the cursor on the right."""

    DEFAULT_CSS = """
    SchemaBrowser #box { width: 100%; height: 100%; }
    SchemaBrowser #both { height: 1fr; }
    SchemaBrowser Rows { width: 2fr; height: 1fr; }
    SchemaBrowser TextBlock { width: 3fr; height: 1fr; max-height: 100%; }
    """
    AUTO_FOCUS = "ArabicInput"

    def __init__(self, schema: Schema, name: str = "") -> None:
        """NAME is the type that the cursor stands on first, where SCHEMA has it."""
        super().__init__(f"Label schema · {schema.title or schema.name} · version {schema.version}")
        self._schema = schema
        self._items = items_of(schema)
        self._shown: Sequence[Item] = self._items
        self._first = name

    def content(self) -> Iterable[Widget]:
        """What is typed, what there is, and what is said about it."""
        yield ArabicInput(placeholder="name, title, kind or key", rtl=False)
        with Horizontal(id="both"):
            yield Rows(empty="Nothing in the schema has these letters.", panel=True)
            yield TextBlock()

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("↑↓", "move"), ("Ctrl+↑↓", "read on"), ("Esc F12", "close"))

    def on_mount(self) -> None:
        """Show everything."""
        super().on_mount()
        self._filter("")
        names = [name_of(item) for item in self._items]
        if self._first in names:
            self.query_one(Rows).move_cursor(names.index(self._first))
            self._tell()
            self.call_after_refresh(self.query_one(Rows).show_row, names.index(self._first))

    def _filter(self, query: str) -> None:
        self._shown = matching(query, self._items)
        self.query_one(Rows).set_source(len(self._shown), self._row)
        self._tell()

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look = host(self).look
        item = self._shown[index]
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        colour = getattr(item, "colour", "")
        name = label_style(look.name, colour, ground) if colour else look.panel
        english, arabic = titles_of(item)
        return columns(
            width,
            Part(getattr(item, "hotkey", ""), look.panel_title, 1),
            Part(name_of(item), name, min(14, max(6, width // 3))),
            Part(kind_of(item), look.panel_dim, 9),
            Part(english if width < 60 else f"{english} · {arabic}" if arabic else english, look.panel),
            blank=look.panel,
        )

    def _tell(self) -> None:
        cursor = self.query_one(Rows).cursor
        text = about(self._schema, self._shown[cursor]) if cursor is not None else ()
        self.query_one(TextBlock).show(*text, ("", plain))

    def press(self, key: str) -> bool:
        """Keys of the list, and of the text beside it, while the field has the focus."""
        if key == "f12":
            self.dismiss(None)
            return True
        if key in _SCROLL:
            return self.query_one(TextBlock).press(_SCROLL[key])
        return self.query_one(Rows).press(key)

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Others match."""
        event.stop()
        self._filter(event.value)

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """There is nothing to choose."""
        event.stop()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another type."""
        event.stop()
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """There is nothing to choose."""
        event.stop()
