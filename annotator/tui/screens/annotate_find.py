"""Find in the text: the field, the hits, and going from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.tui.widgets.find_bar import FindBar

if TYPE_CHECKING:
    from annotator.tui.widgets.text_pane import TextPane


class FindActions:
    """Mixed into the annotate screen, which has the pane and the field and defines the first two methods."""

    pane: TextPane
    _find: FindBar
    _search_from: int
    _message: tuple[str, str]

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        raise NotImplementedError

    def _show_state(self) -> None:
        raise NotImplementedError

    def action_find(self) -> None:
        """Open the find field."""
        self._search_from = self.pane.state.caret
        self._find.open()

    def on_find_bar_changed(self, event: FindBar.Changed) -> None:
        """Look for what is typed, from where the search began."""
        from annotator.text.find import FindOptions, find_all  # noqa: PLC0415 - off the start-up path

        hits = find_all(self.pane.text, event.query, FindOptions()) if event.query.strip() else ()
        self.pane.show_hits(hits)
        if not event.query.strip():
            self._find.say("type to find; Enter keeps, Esc returns")
        elif not hits:
            self._find.say("no hits")
        else:
            index = next((i for i, (start, _) in enumerate(hits) if start >= self._search_from), 0)
            self._show_hit(index)

    def _show_hit(self, index: int) -> None:
        start, end = self.pane.hits[index]
        self.pane.select(start, end)
        self._find.say(f"hit {index + 1} of {len(self.pane.hits)}")
        self._message = (f"hit {index + 1} of {len(self.pane.hits)}", "good")
        self._show_state()

    def on_find_bar_left(self, event: FindBar.Left) -> None:
        """Back to the text."""
        self._find.close()
        self.pane.focus()
        if not event.keep:
            self.pane.show_hits(())
            self.pane.go_to(self._search_from)

    def action_find_next(self) -> None:
        """To the next hit."""
        self._hop(1)

    def action_find_previous(self) -> None:
        """To the previous hit."""
        self._hop(-1)

    def _hop(self, step: int) -> None:
        hits = self.pane.hits
        if not hits:
            self.say("nothing is searched for; press / first")
            return
        caret = self.pane.state.caret
        if step > 0:
            index = next((i for i, (start, _) in enumerate(hits) if start > caret), 0)
        else:
            index = next((i for i in range(len(hits) - 1, -1, -1) if hits[i][0] < caret), len(hits) - 1)
        self._show_hit(index)
