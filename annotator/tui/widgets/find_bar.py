"""The find field under the text: what is typed, and how many hits there are."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line


class FindBar(Horizontal):
    """Hidden until it is opened. Posts what to look for; says what was found."""

    DEFAULT_CSS = """
    FindBar { height: 1; display: none; }
    FindBar.open { display: block; }
    FindBar #found { width: 34; }
    FindBar ArabicInput { width: 1fr; }
    """

    class Changed(Message):
        """The person typed; `query` is the whole field."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """The person is done: `keep` the hit that is shown, or go back to where the search began."""

        def __init__(self, *, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    def compose(self) -> ComposeResult:
        """The count, then the field, which is filled from the right."""
        yield Line(id="found")
        yield ArabicInput(placeholder="ابحث في النص", id="query")

    def open(self) -> None:
        """Show the field and put the keys there."""
        self.add_class("open")
        self.query_one(ArabicInput).focus()
        self.say("type; Enter keeps, Esc returns")

    def close(self) -> None:
        """Hide the field."""
        self.remove_class("open")

    def say(self, text: str) -> None:
        """Show TEXT, short and in English, beside the field."""
        line = self.query_one("#found", Line)
        line.show([(f" {text}", line.look.bar_dim)])

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Pass it on as a query."""
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """Enter: back to the text, at the hit."""
        event.stop()
        self.post_message(self.Left(keep=True))

    def on_key(self, event: events.Key) -> None:
        """Esc: back to where the search began."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Left(keep=False))
