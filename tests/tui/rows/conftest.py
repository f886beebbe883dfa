from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from rich.style import Style
from textual.app import App, ComposeResult

from annotator.tui.look import DARK, Look
from annotator.tui.widgets.rows import Rows


class ListApp(App[None]):
    """One list, and what it said."""

    CSS = "Rows { width: 20; height: 10; }"

    def __init__(self, count: int = 100, *, click_chooses: bool = False) -> None:
        super().__init__()
        self.look: Look = DARK
        self.rows = Rows(empty="nothing here", click_chooses=click_chooses)
        self.said: list[tuple[str, int]] = []
        self.asked: list[int] = []
        self.total = count

    def row(self, index: int, width: int) -> Sequence[tuple[str, Style]]:
        self.asked.append(index)
        return [(f"row {index}", self.look.base)]

    def compose(self) -> ComposeResult:
        yield self.rows

    def on_mount(self) -> None:
        self.rows.set_source(self.total, self.row)
        self.rows.focus()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        assert event.control is event.rows is self.rows
        self.said.append(("moved", event.index))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        assert event.control is event.rows is self.rows
        self.said.append(("chosen", event.index))

    def screen_text(self) -> list[str]:
        return [line.text for line in self.rows.render_lines(self.rows.size.region)]


@pytest.fixture
def list_app() -> Callable[..., ListApp]:
    return ListApp
