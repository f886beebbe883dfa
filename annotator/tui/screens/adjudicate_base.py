"""What the parts of the adjudicate screen share: the open document, the current item, the version under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from annotator.errors import AnnotatorError, StaleRevisionError
from annotator.tui.failures import failure
from annotator.tui.key_titles import title_of
from annotator.tui.screens.adjudicate_items import Ledger
from annotator.tui.screens.annotate_actions import LabelActions
from annotator.tui.screens.annotate_details import DetailActions
from annotator.tui.screens.annotate_find import FindActions
from annotator.tui.screens.annotate_links import LinkActions
from annotator.tui.screens.annotate_modes import ModeActions
from annotator.tui.screens.annotate_moves import MoveActions
from annotator.tui.screens.annotate_repeat import RepeatActions
from annotator.tui.screens.annotate_view import ViewActions
from annotator.tui.screens.ground import Ground
from annotator.tui.widgets.boxes import Covered

if TYPE_CHECKING:
    from datetime import datetime

    from annotator.adjudication.items import Item, Version
    from annotator.tui.app import AnnotatorApp
    from annotator.tui.look import Look
    from annotator.tui.widgets.gold_pane import GoldPane
    from annotator.workflow.adjudication import AdjudicationSession
    from annotator.workflow.ports import Claim


class OnItem(
    MoveActions,
    FindActions,
    ViewActions,
    LabelActions,
    ModeActions,
    LinkActions,
    DetailActions,
    RepeatActions,
    Covered,
    Ground,
    Screen[None],
):
    """What is open, and the parts of annotating; the parts of the screen that build on it define the first methods."""

    SCOPE: str = "adjudicate"
    session: AdjudicationSession | None
    pane: GoldPane
    ledger: Ledger | None
    holder: Claim | None
    """Another reviewer's claim of this document: it can only be read."""
    busy: str
    """What is being done at the moment in a thread; nothing else is changed meanwhile."""
    _place: int
    _version: int
    _advance: bool

    @property
    def _app(self) -> AnnotatorApp:
        return self.app  # type: ignore[return-value]  # this screen is only used by that app

    @property
    def look(self) -> Look:
        """The look of the program."""
        return self._app.look

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        raise NotImplementedError

    def announce(self, text: str, *, bad: bool = False) -> bool:
        """What the program says stands there too."""
        self.say(text, bad=bad)
        return True

    def show_item(self, place: int, version: int | None = None) -> None:
        """Make the item at PLACE of those listed the current one, with the cursor on one of its versions."""
        raise NotImplementedError

    def renew(self) -> None:
        """Show what the session has now: another adjudication, or the same with much of it changed."""
        raise NotImplementedError

    @property
    def item(self) -> Item | None:
        """The current item."""
        ledger = self.ledger
        return ledger.shown[self._place] if ledger is not None and self._place < len(ledger.shown) else None

    def versions(self) -> tuple[Version, ...]:
        """The versions of the current item."""
        item, session = self.item, self.session
        return session.adjudication.versions(item) if item is not None and session is not None else ()

    def may_write(self) -> bool:
        """Whether something may be decided here and now; says why not."""
        if self.session is None:
            key = title_of("adjudicate.queue", self._app.user_keys)
            self.say(f"no document is open{f'; {key} lists those to adjudicate' if key else ''}", bad=True)
        elif self.busy:
            self.say(f"{self.busy}; please wait", bad=True)
        elif self.holder is not None:
            until = self._local(self.holder.until)
            self.say(f"read only: {self.holder.who} adjudicates this document, until {until:%H:%M}", bad=True)
        elif not self.session.begun:
            self.say(self.not_begun(), bad=True)
        else:
            return True
        return False

    def not_begun(self) -> str:
        """What is said of a document whose beginning was taken back, and how it is begun again."""
        key = title_of("adjudicate.next-open", self._app.user_keys)
        return f"not begun{f': {key} begins it' if key else ''}"

    @staticmethod
    def _local(at: str) -> datetime:
        from datetime import datetime  # noqa: PLC0415 - only for documents of others

        return datetime.fromisoformat(at).astimezone()

    def guarded(self, what: str, error: AnnotatorError) -> None:
        """Say why WHAT was not done; after somebody else's step, show what is there now."""
        if isinstance(error, StaleRevisionError) and self.session is not None:
            if self.reread(f"{what}: somebody else was faster, and it cannot be shown anew"):
                self.renew()
                self.say(f"{what}: somebody else was faster; it is shown anew, please try again", bad=True)
        else:
            self.say(failure(error, what), bad=True)
