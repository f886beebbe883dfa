"""How the annotate screen moves the caret and selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.text.caret import Unit

if TYPE_CHECKING:
    from annotator.tui.widgets.text_pane import TextPane


class MoveActions:
    """Mixed into the annotate screen, which has the pane and defines the first method."""

    pane: TextPane

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        raise NotImplementedError

    def _step(self, kind: str, unit: Unit = Unit.WORD, *, extend: bool = False) -> None:
        self.pane.move(kind, unit, extend=extend)

    def action_left(self) -> None:
        """To the word on the left."""
        self._step("left")

    def action_right(self) -> None:
        """To the word on the right."""
        self._step("right")

    def action_left_cluster(self) -> None:
        """One letter to the left."""
        self._step("left", Unit.CLUSTER)

    def action_right_cluster(self) -> None:
        """One letter to the right."""
        self._step("right", Unit.CLUSTER)

    def action_left_clitic(self) -> None:
        """One clitic step to the left."""
        self._step("left", Unit.CLITIC)

    def action_right_clitic(self) -> None:
        """One clitic step to the right."""
        self._step("right", Unit.CLITIC)

    def action_up(self) -> None:
        """One line up."""
        self.pane.move_lines(-1)

    def action_down(self) -> None:
        """One line down."""
        self.pane.move_lines(1)

    def action_next_sentence(self) -> None:
        """To the next sentence."""
        self._step("next", Unit.SENTENCE)

    def action_previous_sentence(self) -> None:
        """To the previous sentence."""
        self._step("previous", Unit.SENTENCE)

    def action_line_start(self) -> None:
        """To the start of the line."""
        self.pane.move_edge(end=False)

    def action_line_end(self) -> None:
        """To the end of the line."""
        self.pane.move_edge(end=True)

    def action_page_up(self) -> None:
        """One page up."""
        self.pane.move_page(-1)

    def action_page_down(self) -> None:
        """One page down."""
        self.pane.move_page(1)

    def action_text_start(self) -> None:
        """To the start of the text."""
        self.pane.go_to(0)

    def action_text_end(self) -> None:
        """To the end of the text."""
        self.pane.go_to(max(0, len(self.pane.text) - 1))

    def action_extend_left(self) -> None:
        """Extend by the word on the left."""
        self._step("left", extend=True)

    def action_extend_right(self) -> None:
        """Extend by the word on the right."""
        self._step("right", extend=True)

    def action_extend_left_cluster(self) -> None:
        """Extend by the letter on the left."""
        self._step("left", Unit.CLUSTER, extend=True)

    def action_extend_right_cluster(self) -> None:
        """Extend by the letter on the right."""
        self._step("right", Unit.CLUSTER, extend=True)

    def action_extend_left_clitic(self) -> None:
        """Extend by the clitic step on the left."""
        self._step("left", Unit.CLITIC, extend=True)

    def action_extend_right_clitic(self) -> None:
        """Extend by the clitic step on the right."""
        self._step("right", Unit.CLITIC, extend=True)

    def action_extend_up(self) -> None:
        """Extend by a line up."""
        self.pane.move_lines(-1, extend=True)

    def action_extend_down(self) -> None:
        """Extend by a line down."""
        self.pane.move_lines(1, extend=True)

    def action_mark(self) -> None:
        """Start or end a selection that follows the caret."""
        self.pane.mark()

    def action_select_sentence(self) -> None:
        """Select the sentence."""
        if not self.pane.select_sentence():
            self.say("there is no sentence here", bad=True)

    def action_cancel(self) -> None:
        """Drop selection, mark and hits."""
        self.pane.show_hits(())
        self.pane.cancel()
