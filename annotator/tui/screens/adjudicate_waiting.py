"""What the adjudicate screen does in a thread, undo and redo among it, and the keys that are pressed meanwhile.

No key is lost and none overtakes another: those that are pressed while a thread changes the document wait, and mean
what they mean once it is done.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from textual import events, work

from annotator.errors import AnnotatorError, StaleRevisionError
from annotator.tui.failures import in_the_way
from annotator.tui.screens.adjudicate_base import OnItem
from annotator.tui.turns import HELD, settled
from annotator.tui.widgets.pieces import counted
from annotator.workflow.ports import BASIS, DECISIONS, GOLD
from annotator.workflow.session import now

if TYPE_CHECKING:
    from annotator.model.operations import Replacement
    from annotator.workflow.adjudication import AdjudicationSession
    from annotator.workflow.ports import Entry

Way = Literal["undo", "redo"]

_DOING: Final = {"undo": "undoing", "redo": "doing again"}
_DONE: Final = {"undo": "undone", "redo": "done again"}
_SAID_AFTER: Final = 0.2
"""Seconds after which it is said that something is being done; most of it is done before."""
_LOOK: Final = 0.005
"""Seconds between two looks whether keys need to wait no longer."""
_FEW: Final = 200
"""Up to so many changed annotations are taken over between two keys; more of them in a thread."""


class Waiting(OnItem):
    """Work in threads; a part of the adjudicate screen."""

    _held: deque[events.Key]
    """The keys that wait."""
    _releasing = False

    def open_document(self, id: str, at: int | None = None, *, key: str = "", said: str = "") -> object:
        """Adjudicate the document ID, at the item KEY, and SAY what led there."""
        raise NotImplementedError

    def leave_edit(self) -> None:
        """Let keys decide again."""
        raise NotImplementedError

    def _go_on(self, *, advance: bool) -> None:
        """To the next open item, where a decision ADVANCEs."""
        raise NotImplementedError

    # -- keys that wait --------------------------------------------------------------------------------------------

    def hold(self, event: events.Key) -> bool:
        """Whether a key has to wait; then it is kept. To leave never waits; help waits only for keys before it."""
        command = self._keys.get(event.key)
        waits = bool(self._held) or self._releasing or (bool(self.busy) and not (command and command.scope == "app"))
        if not waits or (command is not None and command.id == "app.quit"):
            return False
        self._held.append(event)
        return True

    def press_now(self, event: events.Key) -> object:
        """Do what a key means, whatever is under way."""
        raise NotImplementedError

    def _release(self) -> None:
        """Let the keys go that waited."""
        if self._held and not self._releasing:
            self._releasing = True
            self._press_held()

    @work(group=HELD)
    async def _press_held(self) -> None:
        try:
            while self._held:
                held = self._held.popleft()
                if self.app.screen is self:
                    self.press_now(held)
                else:  # they are for what one of them opened
                    self.app.post_message(events.Key(held.key, held.character))
                await self._settled()
        finally:
            self._releasing = False

    async def _settled(self) -> None:
        """Wait until what a key began is done, or another screen has the keys."""
        await settled(self.app)
        while self.app.screen is self and self.busy:  # noqa: ASYNC110 - it does not tell that it is done
            await asyncio.sleep(_LOOK)

    # -- in a thread -----------------------------------------------------------------------------------------------

    async def at_once(self, act: Callable[[], object], doing: str, done: Callable[[], str]) -> None:
        """Do what changes many items in a thread; meanwhile nothing else changes them. Then show what is there.

        DONE says what was done, DOING what is being done.
        """
        self.busy = doing
        self.say(f"{doing} …")
        try:
            changed = await asyncio.to_thread(act)
        except AnnotatorError as error:
            self.busy = ""
            self.guarded("not done", error)
        else:
            self.busy = ""
            self.renew()
            item = self.item
            self._go_on(advance=self.session is None or item is None or item.key not in self.session.adjudication.open)
            self.say(done() if changed is not None else "nothing to decide by that")
        finally:
            self.busy = ""
            self._release()

    async def show_anew(self, session: AdjudicationSession) -> None:
        """Take over what the database has now, after work on another screen."""
        self.busy = "looking again"
        try:
            await asyncio.to_thread(session.reload)
        except AnnotatorError as error:
            self.say(str(error), bad=True)
        finally:
            self.busy = ""
            self._release()
        self.renew()
        if not session.begun:
            self.say(self.not_begun())

    # -- undo ------------------------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Take back this person's last step, wherever it was."""
        self._travel("undo")

    def action_redo(self) -> None:
        """Do again what was undone."""
        self._travel("redo")

    def _travel(self, way: Way) -> None:
        if self.session is None:
            return
        if self.busy:
            self.say(f"{self.busy}; please wait", bad=True)
            return
        self.busy = _DOING[way]  # before any other key
        self._travel_on(self.session, way)

    @work(group="travel")
    async def _travel_on(self, session: AdjudicationSession, way: Way) -> None:
        said = self.set_timer(_SAID_AFTER, lambda: self.say(f"{_DOING[way]} …"))
        try:
            entry = await asyncio.to_thread(self._travelled, way)
            if entry is not None:
                await self._take_over(session, entry)
        except StaleRevisionError as error:  # to try again would be refused again: it stands in the way for good
            self.busy = ""
            if self.reread():
                self.renew()
                self.say(f"no {way}: {in_the_way(error)}", bad=True)
        except AnnotatorError as error:
            self.busy = ""
            self.guarded(f"no {way}", error)
        else:
            self.busy = ""
            if entry is None:
                self.say(f"nothing to {way}")
            else:
                self._follow_entry(entry, f"{_DONE[way]}: {entry.name}")
        finally:
            said.stop()
            self.busy = ""
            self._release()

    def _travelled(self, way: Way) -> Entry | None:
        """Undo or redo in the database."""
        store, who = self._app.store(), self._app.who
        return store.undo(who, now()) if way == "undo" else store.redo(who, now())

    async def _take_over(self, session: AdjudicationSession, entry: Entry) -> None:
        """Show what ENTRY changed here: little at once, much in a thread and then everything anew."""
        here = (edit.edit for edit in entry.edits if edit.key.document == session.key.document)
        if sum(len(edit.replacements) for edit in here) <= _FEW:
            self.busy = ""  # what is shown of it is no more than what changed
            session.follow(entry)
            if self.ledger is None or self.ledger.adjudication is not session.adjudication:
                self.renew()
        else:
            await asyncio.to_thread(session.follow, entry)
            self.renew()

    def _follow_entry(self, entry: Entry, said: str) -> None:
        """Go to the item that ENTRY is about, in another document if need be, and say what was done."""
        session, ledger = self.session, self.ledger
        edits = [edit for edit in entry.edits if edit.key.name in {GOLD, DECISIONS}]
        if session is None or ledger is None or not edits:
            self.say(said)
            return
        here = [edit for edit in edits if edit.key.document == session.key.document]
        keys = [step.id for edit in here or edits if edit.key.name == DECISIONS for step in edit.edit.replacements]
        if not here:
            gone = {edit.key.document for edit in edits if any(_is_beginning(step) for step in edit.edit.replacements)}
            left = next((edit.key.document for edit in edits if edit.key.document not in gone), "")
            if left:
                self.open_document(left, key=next(iter(keys), ""), said=said)
            else:  # to open it would begin it again
                first = edits[0].key.document
                self.say(f"{said} of {first if len(gone) == 1 else counted(len(gone), 'document')}")
            return
        place = next((ledger.places[key] for key in keys if key in ledger.places), None)
        if place is not None:
            self.show_item(place)
        if not session.begun:
            self.leave_edit()
            said = f"{said}; {self.not_begun()}"
        self.say(said)


def _is_beginning(step: Replacement) -> bool:
    """Whether STEP takes the beginning of an adjudication back."""
    return step.id == BASIS and step.after is None
