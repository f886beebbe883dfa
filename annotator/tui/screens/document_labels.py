"""What the whole document is: the values of the schema's document labels to tick, each with a key of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from annotator.tui.host import host
from annotator.tui.modes import keys_for
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, faint, plain
from annotator.workflow.document_labels import LabelValue, label_values

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.tui.widgets.pieces import Piece
    from annotator.workflow.session import Session

Switch = Callable[[LabelValue], str]
"""Gives the document the value or takes it away, and returns what is to be said."""


class DocumentLabels(Dialog[None]):
    """Every value in a row; a key, Space, Enter or a click gives it to the document or takes it away, at once."""

    DEFAULT_CSS = """
    DocumentLabels #box { height: 90%; max-height: 34; }
    DocumentLabels Rows { height: 1fr; }
    DocumentLabels TextBlock { height: 5; }
    """
    AUTO_FOCUS = "Rows"

    def __init__(self, session: Session, switch: Switch) -> None:
        """SWITCH is called with what the person chose; the session shows afterwards what holds."""
        super().__init__("Labels of the whole document")
        self._session = session
        self._switch = switch
        self._values: list[LabelValue] = []
        self._keys: list[str] = []
        self._said = ""

    def content(self) -> Iterable[Widget]:
        """The values, and the guideline of the label under the cursor."""
        yield Rows(empty="The schema has no document labels.", panel=True, click_chooses=True)
        yield TextBlock()

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done; then what was done."""
        return (("↑↓", "move"), ("Space", "tick"), ("Esc", "close"), ("", self._said))

    def on_mount(self) -> None:
        """Show what holds."""
        super().on_mount()
        self.query_one(Rows).set_source(0, self._row)
        self._show()

    def _show(self) -> None:
        self._values = label_values(self._session.schema, self._session.annotations)
        self._keys = keys_for([""] * len(self._values), taken="q")
        rows = self.query_one(Rows)
        rows.set_source(len(self._values), self._row, keep_cursor=rows.cursor is not None)
        self._guide()

    def _first(self, index: int) -> bool:
        return index == 0 or self._values[index - 1].type != self._values[index].type

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, value = host(self).look, self._values[index]
        kind = self._session.schema.document_label.get(value.type)
        several = kind is None or kind.multiple
        box = ("■" if value.chosen else "□") if several else ("●" if value.chosen else "○")
        name = f"{value.type} · {kind.titles.ar}" if kind is not None and self._first(index) else ""
        return columns(
            width,
            Part(self._keys[index], look.panel_title, 1),
            Part(box, look.panel_title if value.chosen else look.panel_dim, 1),
            Part(value.value, look.panel),
            Part(name if value.allowed else f"{value.type}: not in the schema", look.panel_dim, width // 2, right=True),
            blank=look.panel,
        )

    def _guide(self) -> None:
        cursor = self.query_one(Rows).cursor
        kind = self._session.schema.document_label.get(self._values[cursor].type) if cursor is not None else None
        if kind is None:
            self.query_one(TextBlock).show(("", plain))
            return
        text = kind.guideline.strip() or "This label has no guideline."
        self.query_one(TextBlock).show((text, plain), ("as many as hold" if kind.multiple else "one of them", faint))

    def _tick(self, index: int) -> None:
        self._said = self._switch(self._values[index])
        self._show()
        self.show_hints()

    def press(self, key: str) -> bool:
        """The key of a value, and those of the list."""
        rows = self.query_one(Rows)
        if key in self._keys:
            rows.move_cursor(self._keys.index(key))
            self._tick(self._keys.index(key))
        elif key == "space" and rows.cursor is not None:
            self._tick(rows.cursor)
        elif key in {"percent_sign", "q"}:
            self.dismiss(None)
        else:
            return rows.press(key)
        return True

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another label's guideline."""
        event.stop()
        self._guide()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a click."""
        event.stop()
        self._tick(event.index)
