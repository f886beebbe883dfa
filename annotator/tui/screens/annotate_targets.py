"""What links and details are made with: the open session, and what is on the screen to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from annotator.model.annotations import Chain, Entity, Event, fragments_of, quoted
from annotator.text.tokens import tokens_between

if TYPE_CHECKING:
    from annotator.errors import AnnotatorError
    from annotator.model.operations import Operation
    from annotator.tui.app import AnnotatorApp
    from annotator.tui.modes import Mode, Target
    from annotator.tui.screens.annotate_repeat import Repeatable
    from annotator.tui.widgets.text_pane import TextPane
    from annotator.workflow.session import Session


class OnScreen:
    """Mixed into the annotate screen, which has the session and the pane and defines the first eight methods."""

    session: Session | None
    pane: TextPane

    @property
    def _app(self) -> AnnotatorApp:
        raise NotImplementedError

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        raise NotImplementedError

    def guarded(self, what: str, error: AnnotatorError) -> None:
        """Say why WHAT was not done."""
        raise NotImplementedError

    def reread(self, what: str = "") -> bool:
        """Show what the database has now. False: it cannot be read, and after WHAT it is said why."""
        raise NotImplementedError

    def refused(self, act: Callable[[], object]) -> str:
        """What is said against what ACT does; empty where it was done, or there was nothing to do."""
        raise NotImplementedError

    def enter(self, mode: Mode | None) -> None:
        """Let keys mean what MODE says; None: what they always mean."""
        raise NotImplementedError

    def _submit(self, operation: Operation, done: str, again: Repeatable | None = None) -> bool:
        raise NotImplementedError

    def _current(self) -> Entity | Event | None:
        raise NotImplementedError

    def _targets(self, allowed: Callable[[Entity | Event], bool], but: str) -> list[tuple[int, Target]]:
        """The annotations on screen that are ALLOWED, by their first offset there; not BUT itself."""
        session = self.session
        if session is None:
            return []
        first, last = self.pane.visible_range()
        found: dict[str, int] = {}
        for span in session.index.overlapping(first, last):
            item = session.annotations[span.id]
            if span.id != but and isinstance(item, Entity | Event) and allowed(item):
                found.setdefault(span.id, max(span.start, first))
        return [(at, id) for id, at in found.items()]

    def _words(self) -> list[tuple[int, Target]]:
        text = self.pane.text
        first, last = self.pane.visible_range()
        return [(start, (start, end)) for start, end in tokens_between(text, first, last) if text[start].isalnum()]

    def _quote(self, id: str) -> str:
        session = self.session
        item = session.annotations.get(id) if session is not None else None
        return quoted(self.pane.text, fragments_of(item))[:40] if item is not None else ""

    def _chain_of(self, id: str) -> Chain | None:
        session = self.session
        if session is None:
            return None
        return next((item for item in session.annotations.referrers(id) if isinstance(item, Chain)), None)
