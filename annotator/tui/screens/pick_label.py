"""Choose a label by typing some of its name, its English or Arabic title, or its key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from annotator.model.schema import LabelType
from annotator.tui.host import host
from annotator.tui.look import label_style
from annotator.tui.screens.finder import Finder
from annotator.tui.screens.guideline import GuidelineScreen, names_of
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, faint, plain

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.model.schema import Schema
    from annotator.tui.widgets.pieces import Piece


class PickLabel(Finder[str | None, LabelType]):
    """The result is the name of the entity or event type chosen, None after Esc."""

    SCOPE = "pick-label"
    DEFAULT_CSS = """
    PickLabel Rows { height: 1fr; }
    PickLabel #box { height: 20; }
    PickLabel TextBlock { height: 4; }
    """

    def __init__(self, schema: Schema) -> None:
        super().__init__("Choose a label", list(schema.labels()))
        self._schema = schema

    def content(self) -> Iterable[Widget]:
        """What is typed, what it may mean, and the guideline of the label under the cursor."""
        yield ArabicInput(placeholder="name, title or key", rtl=False)
        yield Rows(empty="No label has these letters.", panel=True, click_chooses=True)
        yield TextBlock()

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (
            (self.keys_of("up", "down"), "move"),
            (self.keys_of("choose"), "label"),
            (self.keys_of("guideline"), "guideline"),
            (self.keys_of("close"), "cancel"),
        )

    def names(self, item: LabelType) -> Iterable[str]:
        """Its name and titles."""
        return names_of(item)

    def row(self, item: LabelType, width: int) -> Sequence[Piece]:
        """Key, name, both titles."""
        look = host(self).look
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        event = "*" if hasattr(item, "roles") else ""
        return columns(
            width,
            Part(item.hotkey, look.panel_title, 1),
            Part(event + item.name, label_style(look.name, item.colour, ground), min(16, max(6, width // 4))),
            Part(item.titles.en, look.panel),
            Part(item.titles.ar, look.panel, right=True),
            blank=look.panel,
        )

    def tell(self, item: LabelType | None) -> None:
        """The guideline."""
        text = item.guideline if item is not None else ""
        none = "This label has no guideline." if item is not None else ""
        self.query_one(TextBlock).show(("", plain), (text, plain) if text else (none, faint))

    def choose(self, item: LabelType) -> None:
        """That is the answer."""
        self.dismiss(item.name)

    def action_guideline(self) -> None:
        """The whole guideline of the label under the cursor."""
        item = self.current
        if item is not None:
            self.app.push_screen(GuidelineScreen(self._schema, item.name))
