"""Submitting the open document; and what the annotate screen shows of a document that is submitted or reopened."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.model.annotations import Entity, Event, Note
from annotator.tui.key_titles import title_of
from annotator.tui.screens.annotate_targets import OnScreen
from annotator.tui.state_signs import titled
from annotator.tui.widgets.pieces import counted

if TYPE_CHECKING:
    from annotator.model.annotations import Annotations
    from annotator.tui.widgets.pieces import Piece
    from annotator.workflow.ports import Adjudication
    from annotator.workflow.session import Session
    from annotator.workflow.states import State
    from annotator.workflow.submission import Problem

LOOK: Final = 20.0
"""Seconds between two looks whether a submitted document was reopened, or decided."""


class SubmitActions(OnScreen):
    """Mixed into the annotate screen."""

    adjudication: Adjudication | None = None
    """How far the open document's adjudication is, as far as it was looked for: only once it is submitted."""

    def _show_title(self) -> None:
        raise NotImplementedError

    def _show_state(self) -> None:
        raise NotImplementedError

    # -- what is shown ---------------------------------------------------------------------------------------------

    @property
    def standing(self) -> State | None:
        """The state of the open layer where it is one to know of while working; None while it is open as ever."""
        session = self.session
        if session is None or not session.state:
            return None
        found = self.adjudication
        if session.state == "submitted" and found is not None and session.key.name in found.layers:
            return "done" if found.done else "in adjudication"
        return session.state

    def _state_pieces(self) -> list[Piece]:
        """The same for the title line."""
        standing = self.standing
        return [(f" {titled(standing)} ", self._app.look.warn)] if standing is not None else []

    def _locked_words(self) -> str:
        """What the status line says while nothing can be changed; empty when it can."""
        standing = self.standing
        if standing is None or standing == "reopened":
            return ""
        if standing == "done":
            why = title_of("app.feedback", self._app.user_keys)
            return f"{titled(standing)}, locked{f' · {why} why' if why else ''}"
        return f"{titled(standing)}, locked"

    def _edit_came_through(self) -> None:
        """An edit was stored: a layer that this screen believed submitted has been reopened."""
        session = self.session
        if session is not None and session.state == "submitted":
            self.reread()  # else the next edit tries again
            self._show_title()

    @work(exclusive=True, group="standing")
    async def look_again(self) -> None:
        """See whether somebody reopened the document, or adjudicated it."""
        session = self.session
        if session is None or session.state != "submitted":
            return
        app, key = self._app, session.key
        with contextlib.suppress(AnnotatorError):  # the next look may get through
            layer, found = await asyncio.to_thread(
                lambda: (app.store().layer(key), app.store().adjudications(key.document).get(key.document))
            )
            if session is not self.session:
                return
            before, self.adjudication = self.standing, found
            if layer.state == "reopened":
                session.reload()
                self.say("this document was reopened: it can be changed again")
            elif self.standing != before:
                self._show_state()
            self._show_title()

    # -- submitting ------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="dialog")
    async def action_submit(self) -> None:
        """Say that this document is finished; or see what still stands in the way."""
        session = self.session
        if session is None:
            return
        try:
            session.reload()  # it may have been submitted or reopened elsewhere
            self._show_title()
            if session.state == "submitted":
                self.say("it is submitted already; a reviewer can reopen it", bad=True)
                return
            found = await self._try_to_submit(session)
        except AnnotatorError as error:
            self.guarded("not submitted", error)
            return
        if found and session is self.session:
            await self._show_problems(session, found)

    async def _try_to_submit(self, session: Session) -> list[Problem]:
        """Submit what SESSION has if nothing is missing and the person says so; the problems otherwise."""
        from annotator.tui.screens.dialogs import Confirm  # noqa: PLC0415 - only when asked for
        from annotator.tui.widgets.buttons import Button  # noqa: PLC0415 - as above
        from annotator.workflow.submission import problems, submit  # noqa: PLC0415 - as above

        app = self._app
        found = await asyncio.to_thread(problems, session.document, session.annotations, session.schema)
        if found:
            return found
        lines = [
            _summary(session.annotations),
            "Afterwards it can be changed only when a reviewer has reopened it.",
        ]
        buttons = [Button("submit", "Submit", "s"), Button("cancel", "Not yet", "n")]
        if await app.push_screen_wait(Confirm("Submit this document?", lines, buttons)) != "submit":
            return []
        found = await asyncio.to_thread(submit, app.store(), session.schema, session.key, session.who)
        if not found and session is self.session:
            if not self.reread("submitted, but it cannot be shown"):
                return []
            self._show_title()
            following = title_of("annotate.next-document", self._app.user_keys)
            self.say(f"submitted{f' · {following} next document' if following else ''}")
        return found

    async def _show_problems(self, session: Session, found: list[Problem]) -> None:
        from annotator.tui.screens.problem_list import ProblemList  # noqa: PLC0415 - only when there are any

        state = self.pane.state
        chosen = await self._app.push_screen_wait(
            ProblemList(found, session.document, session.annotations, state.caret)
        )
        if chosen is None or session is not self.session:
            return
        if chosen.start is not None and chosen.end is not None:
            item = session.annotations.get(chosen.id)
            self.pane.select(chosen.start, chosen.end, chosen.id if isinstance(item, Entity | Event) else "")
        self.say(f"to mend: {chosen.what}", bad=True)


def _summary(annotations: Annotations) -> str:
    items = annotations.values()
    entities, events = (sum(isinstance(item, kind) for item in items) for kind in (Entity, Event))
    flags = sum(isinstance(item, Note) and item.flagged for item in items)
    if not annotations:
        return "It has no annotations: there is nothing to annotate."
    counts = [
        (entities, "entity", "entities"),
        (events, "event", "events"),
        (len(annotations) - entities - events, "other", "others"),
    ]
    text = ", ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count)
    return f"{text}; nothing is missing." + (f" {counted(flags, 'flag')} left." if flags else "")
