"""Choose a label by typing some of its name, its English or Arabic title, or its key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from annotator.text.normalise import fold
from annotator.tui.host import host
from annotator.tui.look import label_style
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, faint, plain

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.model.schema import LabelType, Schema
    from annotator.tui.widgets.pieces import Piece


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


def ranked(query: str, labels: Sequence[LabelType]) -> list[LabelType]:
    """The LABELS that QUERY may mean, the nearest first, and those as near in the order given."""
    wanted = fold(query.strip()).text
    if not wanted:
        return list(labels)
    found: list[tuple[int, int, LabelType]] = []
    for number, label in enumerate(labels):
        if label.hotkey and label.hotkey == query.strip():
            found.append((-1, number, label))
            continue
        names = (label.name, label.titles.en, label.titles.ar)
        distances = [distance for name in names if (distance := fuzzy(wanted, fold(name).text)) is not None]
        if distances:
            found.append((min(distances), number, label))
    return [label for _, _, label in sorted(found, key=lambda item: item[:2])]


class PickLabel(Dialog[str | None]):
    """The result is the name of the entity or event type chosen, None after Esc."""

    DEFAULT_CSS = """
    PickLabel Rows { height: 1fr; }
    PickLabel #box { height: 20; }
    PickLabel TextBlock { height: 4; }
    """
    AUTO_FOCUS = "ArabicInput"

    def __init__(self, schema: Schema) -> None:
        super().__init__("Choose a label")
        self._schema = schema
        self._labels = list(schema.labels())
        self._shown = self._labels

    def content(self) -> Iterable[Widget]:
        """What is typed, what it may mean, and the guideline of the label under the cursor."""
        yield ArabicInput(placeholder="name, title or key", rtl=False)
        yield Rows(empty="No label has these letters.", panel=True, click_chooses=True)
        yield TextBlock()

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done."""
        return (("↑↓", "move"), ("Enter", "label"), ("F3", "guideline"), ("Esc", "cancel"))

    def on_mount(self) -> None:
        """Show all labels."""
        super().on_mount()
        self._filter("")

    def _filter(self, query: str) -> None:
        self._shown = ranked(query, self._labels)
        self.query_one(Rows).set_source(len(self._shown), self._row)
        self._guide()

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look = host(self).look
        label = self._shown[index]
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        event = "*" if hasattr(label, "roles") else ""
        return columns(
            width,
            Part(label.hotkey, look.panel_title, 1),
            Part(event + label.name, label_style(look.name, label.colour, ground), min(16, max(6, width // 4))),
            Part(label.titles.en, look.panel),
            Part(label.titles.ar, look.panel, right=True),
            blank=look.panel,
        )

    def _guide(self) -> None:
        cursor = self.query_one(Rows).cursor
        text = self._shown[cursor].guideline if cursor is not None else ""
        self.query_one(TextBlock).show(("", plain), (text or "This label has no guideline.", plain if text else faint))

    def _choose(self) -> None:
        cursor = self.query_one(Rows).cursor
        if cursor is not None:
            self.dismiss(self._shown[cursor].name)

    def press(self, key: str) -> bool:
        """Keys of the list work while the field has the focus; F3 shows the whole guideline."""
        cursor = self.query_one(Rows).cursor
        if key == "f3" and cursor is not None:
            from annotator.tui.screens.guideline import GuidelineScreen  # noqa: PLC0415 - only when asked for

            self.app.push_screen(GuidelineScreen(self._schema, self._shown[cursor].name))
            return True
        return self.query_one(Rows).press(key)

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Other labels match."""
        event.stop()
        self._filter(event.value)

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """The label under the cursor."""
        event.stop()
        self._choose()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another label's guideline."""
        event.stop()
        self._guide()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """A click on a label."""
        event.stop()
        self._choose()
