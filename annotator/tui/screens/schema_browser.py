"""The label schema to look through: every type with what the schema says about it, found by typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.containers import Horizontal

from annotator.tui.host import host
from annotator.tui.look import label_style
from annotator.tui.screens.finder import Finder
from annotator.tui.screens.guideline import Item, about, items_of, kind_of, name_of, names_of, titles_of
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, plain

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.model.schema import Schema
    from annotator.tui.widgets.pieces import Piece


class SchemaBrowser(Finder[None, Item]):
    """A list of everything in the schema on the left, and about the one under the cursor on the right."""

    SCOPE = "schema"
    DEFAULT_CSS = """
    SchemaBrowser #box { width: 100%; height: 100%; }
    SchemaBrowser #both { height: 1fr; }
    SchemaBrowser Rows { width: 2fr; height: 1fr; }
    SchemaBrowser TextBlock { width: 3fr; height: 1fr; max-height: 100%; }
    """

    def __init__(self, schema: Schema, name: str = "") -> None:
        """NAME is the type that the cursor stands on first, where SCHEMA has it."""
        title = f"Label schema · {schema.title or schema.name} · version {schema.version}"
        super().__init__(title, items_of(schema), name)
        self._schema = schema

    def content(self) -> Iterable[Widget]:
        """What is typed, what there is, and what is said about it."""
        yield ArabicInput(placeholder="name, title, kind or key", rtl=False)
        with Horizontal(id="both"):
            yield Rows(empty="Nothing in the schema has these letters.", panel=True)
            yield TextBlock()

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (
            (self.keys_of("up", "down"), "move"),
            (self.keys_of("read-back", "read-on"), "read"),
            (self.keys_of("close"), "close"),
        )

    def names(self, item: Item) -> Iterable[str]:
        """The kind too."""
        return *names_of(item), kind_of(item)

    def row(self, item: Item, width: int) -> Sequence[Piece]:
        """Key, name, kind, titles."""
        look = host(self).look
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

    def tell(self, item: Item | None) -> None:
        """Everything the schema says."""
        self.query_one(TextBlock).show(*(about(self._schema, item) if item is not None else ()), ("", plain))

    def action_read_on(self) -> None:
        """One line of what is said."""
        self.query_one(TextBlock).press("down")

    def action_read_back(self) -> None:
        """One line back."""
        self.query_one(TextBlock).press("up")

    def action_read_page_on(self) -> None:
        """One page of it."""
        self.query_one(TextBlock).press("pagedown")

    def action_read_page_back(self) -> None:
        """One page back."""
        self.query_one(TextBlock).press("pageup")
