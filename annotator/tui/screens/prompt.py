"""Ask for one line of text: a note, an identifier."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from annotator.tui.screens.ground import Ground
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import fit

_SHARE: Final = 70  # per cent of the screen's width
_NARROWEST: Final = 40


class Prompt(Ground, ModalScreen[str | None]):
    """One field. Enter gives what is in it, Esc gives None.

    With `keep` Enter asks that first, and where it gives a reason why not, the field stays open and shows it.
    """

    DEFAULT_CSS = f"""
    Prompt {{ align: center middle; }}
    Prompt > Vertical {{ width: {_SHARE}%; min-width: {_NARROWEST}; height: 3; }}
    """
    SCOPE = "dialog"
    BINDINGS = [("escape", "leave", "Leave")]  # noqa: RUF012 - Textual declares it as a ClassVar

    def __init__(
        self, title: str, value: str = "", *, rtl: bool = True, keep: Callable[[str], Awaitable[str]] | None = None
    ) -> None:
        super().__init__()
        self._keep = keep
        self._keeping = False
        self.heading, self._value, self._rtl = title, value, rtl

    def hints(self) -> Sequence[tuple[str, str]]:
        """Keys, as they are called on screen, and what they do here."""
        return (("Enter", "keep"), ("Esc", "leave"))

    def compose(self) -> ComposeResult:
        """Title, field, and what the keys do."""
        with Vertical():
            yield Line(id="prompt-title")
            yield ArabicInput(self._value, rtl=self._rtl)
            yield Line(id="prompt-hints")

    def on_mount(self) -> None:
        """The keys go to the field."""
        title = self.query_one("#prompt-title", Line)
        title.show([(f" {fit(self.heading, self._room)}", title.look.bar_strong)])
        self._show_hints()
        self.query_one(ArabicInput).focus()

    @property
    def _room(self) -> int:
        return max(_NARROWEST, self.app.size.width * _SHARE // 100) - 2

    def _show_hints(self) -> None:
        hints = self.query_one("#prompt-hints", Line)
        pieces = [(" ", hints.look.bar_dim)]
        for key, word in self.hints():
            pieces += [(key, hints.look.key), (f" {word}  ", hints.look.bar_dim)]
        hints.show(pieces)

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """What was wrong with the text before need not be with this one."""
        event.stop()
        self._show_hints()

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """Give the text, where it can be kept."""
        event.stop()
        if self._keep is None:
            self.dismiss(event.value)
        elif not self._keeping:
            self._keeping = True
            self._try(self._keep, event.value)

    @work(group="dialog")
    async def _try(self, keep: Callable[[str], Awaitable[str]], value: str) -> None:
        line = self.query_one("#prompt-hints", Line)
        line.show([(" saving …", line.look.bar_dim)])
        try:
            why = await keep(value)
        finally:
            self._keeping = False
        if why:
            line.show([(f" ✗ {fit(why, self._room - 2, 'ltr')}", line.look.bad)])
        else:
            self.dismiss(value)

    def action_leave(self) -> None:
        """Give nothing; what is being kept is waited for."""
        if not self._keeping:
            self.dismiss(None)
