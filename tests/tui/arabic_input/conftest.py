from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult

from annotator.tui.look import DARK, Look
from annotator.tui.widgets.arabic_input import ArabicInput


class FieldApp(App[None]):
    """One field of 20 cells, and what it said."""

    CSS = "ArabicInput { width: 20; }"

    def __init__(self, value: str = "", placeholder: str = "", *, rtl: bool = True) -> None:
        super().__init__()
        self.look: Look = DARK
        self.field = ArabicInput(value, placeholder=placeholder, rtl=rtl)
        self.said: list[tuple[str, str]] = []
        self.keys: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.field

    def on_mount(self) -> None:
        self.field.focus()

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        assert event.control is event.input is self.field
        self.said.append(("changed", event.value))

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        assert event.control is event.input is self.field
        self.said.append(("submitted", event.value))

    def on_key(self, event: object) -> None:
        self.keys.append(getattr(event, "key", ""))

    @property
    def strip_text(self) -> str:
        return self.field.render_lines(self.field.size.region)[0].text

    @property
    def caret_cell(self) -> int | None:
        """Where the caret is drawn."""
        x = 0
        for segment in self.field.render_lines(self.field.size.region)[0]:
            if segment.style == self.look.caret:
                return x
            x += segment.cell_length
        return None


@pytest.fixture
def field_app() -> Callable[..., FieldApp]:
    return FieldApp
