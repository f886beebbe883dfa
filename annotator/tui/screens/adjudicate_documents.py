"""The documents of the adjudicate screen: opening one, the next of the queue, claims, late edits."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError, OperationError
from annotator.tui.background import Progress
from annotator.tui.key_titles import keyed
from annotator.tui.screens.adjudicate_dialogs import Choose, Row
from annotator.tui.screens.adjudicate_edit import EditActions
from annotator.tui.screens.adjudicate_items import Ledger
from annotator.tui.screens.dialogs import Confirm
from annotator.tui.widgets.buttons import Button
from annotator.tui.widgets.pieces import counted
from annotator.workflow.adjudication import begin, names_submitted, open_adjudication
from annotator.workflow.adjudication_queue import QueueFilter, claim, first_open, running_claims, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events

    from annotator.adjudication.items import Kind
    from annotator.adjudication.revising import LateEdit
    from annotator.model.schema import Schema
    from annotator.workflow.adjudication import AdjudicationSession
    from annotator.workflow.ports import Claim, Store

RENEW: Final = 120.0
"""Seconds of work after which a claim is renewed."""
LOOK: Final = 20.0
"""Seconds between two looks at what annotators have changed."""
IDLE: Final = 3.0
"""Seconds without a key before one: it reads the database, and a key must not wait for it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as it is opened: `holder` is another reviewer's claim of it."""

    session: AdjudicationSession
    ledger: Ledger
    holder: Claim | None
    late: Sequence[LateEdit]


def open_for(store: Callable[[], Store], schema: Schema, document: str, who: str) -> Opened:
    """Claim DOCUMENT for WHO, begin its adjudication where nobody did, and open it. For a thread.

    OperationError when it cannot be adjudicated, or somebody else is about to begin.
    """
    held = claim(store(), document, who)
    other = held if held.who != who else None
    try:
        if other is None:
            begin(store(), schema, document, who)
        elif document not in store().adjudications(document):
            raise OperationError(f"{other.who} is about to adjudicate it", where=document)  # noqa: TRY301 - as others do
        session = open_adjudication(store, schema, document, who)
        session.rehearse()  # the first decision takes no longer than others
    except BaseException:
        store().release(document, who)
        raise
    return Opened(session, Ledger(session.adjudication), other, late_edits(store(), session))


def late_edits(store: Store, session: AdjudicationSession) -> Sequence[LateEdit]:
    """What annotators changed since SESSION took their layers; quick where the revisions say that they did not."""
    if not session.begun:  # then it took nothing yet
        return ()
    (summary,) = store.summaries((session.key.document,))
    submitted = names_submitted(summary)
    now = {layer.key.name: layer.revision for layer in summary.layers if layer.key.name in submitted}
    return session.late() if now != dict(session.basis.layers) else ()


class DocumentActions(EditActions):
    """Documents; a part of the adjudicate screen."""

    late: Sequence[LateEdit] = ()
    """What annotators changed since."""
    wanted: QueueFilter = QueueFilter()
    open_only = False
    _visited: frozenset[str] = frozenset()
    _claimed_at = 0.0
    _touched = 0.0
    """When the last key was pressed."""

    def show_opened(self, opened: Opened, key: str, at: int | None) -> None:
        """Show a document at the item KEY, or the one nearest to the offset AT, or the first open one."""
        raise NotImplementedError

    # -- opening ---------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="open")
    async def open_document(self, id: str, at: int | None = None, *, key: str = "", said: str = "") -> None:
        """Adjudicate the document ID, at the item KEY or the offset AT; then SAY what led there."""
        await self._open(id, at, key)
        if said and self.session is not None and self.session.key.document == id:
            self.say(said)

    async def _open(self, id: str, at: int | None = None, key: str = "") -> None:
        app = self._app
        self.leave_edit()
        self.say(f"opening {id} …")
        before = self.session
        try:
            opened = await asyncio.to_thread(open_for, app.store, app.schema, id, app.who)
        except AnnotatorError as error:
            self.say(str(error), bad=True)
            return
        if before is not None and before.key.document != id:
            self.release(before.key.document)
        gc.freeze()  # else the collector walks all that was loaded under one of the first keys
        self._claimed_at = monotonic()
        self._visited |= {id}
        self.show_opened(opened, key, at)

    def release(self, document: str) -> None:
        """Give up the claim of DOCUMENT. Not in a thread: the program may be about to end."""
        with contextlib.suppress(AnnotatorError):  # it ends by itself
            self._app.store().release(document, self._app.who)

    def action_next_document(self) -> None:
        """To the next document of the queue."""
        self.next_document()

    @work(exclusive=True, group="open")
    async def next_document(self) -> None:
        """Open the next document in which something is open, lowest agreement first."""
        here = self.session.key.document if self.session is not None else ""
        seen = {self._visited | {here}, frozenset({here})}  # those left open come again when there are no others
        looking = Progress()
        self.say("looking for the next document …")
        theirs: Sequence[Claim] = ()
        try:
            for skipped in sorted(seen, key=len, reverse=True):
                found = await asyncio.to_thread(self._first_open, skipped, looking)
                if found is not None:
                    self._visited = skipped
                    await self._open(found)
                    return
            theirs = await asyncio.to_thread(self._taken)
        except AnnotatorError as error:
            self.say(str(error), bad=True)
            return
        finally:
            looking.stop()
        ways = keyed("adjudicate", {"queue": "the queue", "filter": "the filter"}, self._app.user_keys)
        nothing = f"nothing is open in any {'other ' if here else ''}document"
        self.say(f"{self._in_their_hands(theirs) if theirs else nothing}; see {ways}")

    def _first_open(self, skipped: frozenset[str], looking: Progress) -> str | None:
        """The first document that the queue shows, but those SKIPPED, that this reviewer may have."""
        app, wanted = self._app, replace(self.wanted, most=1.0)
        found = first_open(app.store(), app.schema, app.who, wanted, skipped, looking.report)
        return found.document if found is not None else None

    def _taken(self) -> list[Claim]:
        """The other reviewers' claims of documents in which something is open."""
        app = self._app
        found = taken(app.store(), app.schema, app.who, replace(self.wanted, most=1.0))
        return sorted((entry.claim for entry in found if entry.claim is not None), key=lambda claim: claim.until)

    def _in_their_hands(self, claims: Sequence[Claim]) -> str:
        """Who has what is open, and until when at least; the first of CLAIMS is the first to end."""
        what = claims[0].document if len(claims) == 1 else counted(len(claims), "document")
        names = ", ".join(sorted({claim.who for claim in claims}))
        return f"what is open others have: {what} ({names} until {self._local(claims[0].until):%H:%M})"

    def press(self, event: events.Key) -> bool:
        """Run the command of a key, or let it wait; and remember that somebody is at work."""
        self._touched = monotonic()
        return self.hold(event) or super().press(event)

    def press_now(self, event: events.Key) -> None:
        """Run the command of a key, whatever is under way."""
        super().press(event)

    # -- claims ----------------------------------------------------------------------------------------------------

    def work_goes_on(self) -> None:
        """Keep the document for oneself while working in it."""
        if self.session is not None and self._is_own() and monotonic() - self._claimed_at > RENEW:
            self._claimed_at = monotonic()
            self._renew_claim(self.session.key.document)

    def may_write(self) -> bool:
        """Whether something may be decided here and now; says why not, and looks whether that still holds."""
        if super().may_write():
            return True
        if self.session is not None and self.holder is not None and not self.busy:
            self._knock(self.session, self.holder)
        return False

    def _is_own(self) -> bool:
        """Whether this reviewer has the document."""
        return self.session is not None and self.holder is None

    @work(exclusive=True, group="claim")
    async def _knock(self, session: AdjudicationSession, before: Claim) -> None:
        """Open the document for oneself, as it is now, where the reviewer who had it has left it."""
        app, document = self._app, session.key.document
        try:
            claims = await asyncio.to_thread(lambda: running_claims(app.store()))
        except AnnotatorError:
            return  # the next key asks again
        if self.session is not session or self.holder is not before:
            return
        other = next((one for one in claims if one.document == document and one.who != app.who), None)
        if other is None:
            await self._open(document, key=self.item.key if self.item is not None else "")
            if self._is_own():
                self.say(f"{before.who} has left this document: it is yours, as it is now")
        elif other != before:
            self.holder = other
            super().may_write()

    @work(exclusive=True, group="claim")
    async def _renew_claim(self, document: str) -> None:
        app = self._app
        with contextlib.suppress(AnnotatorError):  # the next decision will say why
            held = await asyncio.to_thread(claim, app.store(), document, app.who)
            if held.who != app.who and self.session is not None and self.session.key.document == document:
                self.holder = held
                self.may_write()

    # -- late edits ------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="late")
    async def look_late(self) -> None:
        """See whether annotators changed something since."""
        session, store = self.session, self._app.store
        if session is None or self.busy or monotonic() - self._touched < IDLE:
            return
        with contextlib.suppress(AnnotatorError):  # the next look may find more
            late = await asyncio.to_thread(lambda: late_edits(store(), session))
            if session is self.session and list(late) != list(self.late):
                self.late = late
                self.show_late()

    def show_late(self) -> None:
        """Late edits have come or gone."""
        raise NotImplementedError

    @work(exclusive=True, group="dialog")
    async def action_late(self) -> None:
        """List what annotators changed since, and take it in."""
        session = self.session
        if session is None or not self.may_write():
            return
        try:
            self.late = await asyncio.to_thread(session.late)
        except AnnotatorError as error:
            self.say(str(error), bad=True)
            return
        if not self.late:
            self.say("nobody has changed anything since")
            self.show_late()
            return
        lines = [_late_words(edit) for edit in self.late]
        lines.append("Decisions on what nobody changed are kept; the rest is open again.")
        buttons = [Button("take", "Take them in"), Button("cancel", "Not now")]
        if any(edit.withdrawn for edit in self.late):  # who is still at work would be left out
            buttons.reverse()
        answer = await self._app.push_screen_wait(Confirm("Changed since this adjudication took them", lines, buttons))
        if answer == "take":
            await self.at_once(
                session.bring_up_to_date, "taking late edits in", lambda: self._done("late edits are taken in")
            )
            self.late = ()
            self.show_late()

    # -- filter ----------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="dialog")
    async def action_filter(self) -> None:
        """List only some of the items."""
        ledger = self.ledger
        if ledger is None:
            return
        filters, rows = _choices(ledger, self.wanted, open_only=self.open_only)
        chosen = await self._app.push_screen_wait(Choose("Which items?", rows, "show"))
        if chosen is None:
            return
        key = self.item.key if self.item is not None else ""
        self.wanted, self.open_only = filters[chosen]
        self._visited = frozenset()
        ledger.filter(self.wanted, open_only=self.open_only)
        self.list_items(key)
        self.say(f"{len(ledger.shown):,} of {counted(len(ledger.items), 'item')} listed")

    def show_all(self, key: str) -> None:
        """Drop the filter, and show the item KEY."""
        if self.ledger is not None:
            self.wanted, self.open_only, self._visited = QueueFilter(), False, frozenset()
            self.ledger.filter(self.wanted, open_only=False)
            self.list_items(key)
            self.say("all items are listed again: the filter left that one out")

    def list_items(self, key: str) -> None:
        """The items listed are others; KEY stays the current one if it is among them."""
        raise NotImplementedError


def _with(wanted: QueueFilter, field: str, value: str | float) -> QueueFilter:
    return replace(wanted, **{field: value})  # type: ignore[arg-type]  # the field's own type


_LEVELS: Final = (0.5, 0.67, 0.75)


def _choices(ledger: Ledger, now: QueueFilter, *, open_only: bool) -> tuple[list[tuple[QueueFilter, bool]], list[Row]]:
    """What can be filtered by beside what is NOW, with how many items of this document each lists."""
    made = ledger.adjudication
    filters: list[tuple[QueueFilter, bool]] = [(QueueFilter(), False), (now, not open_only)]
    rows = [
        Row("everything", f"{len(ledger.items):,}", "show", marked=now == QueueFilter() and not open_only),
        Row("only what is open", f"{len(made.open):,}", marked=open_only),
    ]

    def offer(group: str, field: str, values: Sequence[str | float], title: Callable[[str | float], str]) -> None:
        first = group
        for value in values:
            held = getattr(now, field) == value
            wanted = _with(QueueFilter(), field, value)
            count = sum(wanted.wants(made, item) for item in ledger.items)
            if field == "most":
                count = sum(made.agreement(item) <= float(value) for item in ledger.items)
            if count:
                none = getattr(QueueFilter(), field)
                filters.append((_with(now, field, none if held else value), open_only))
                rows.append(Row(title(value), f"{count:,}", first, marked=held))
                first = ""

    kinds: list[Kind] = list(dict.fromkeys(item.kind for item in ledger.items if item.kind is not None))
    offer("kind", "kind", kinds, str)
    offer("label", "label", ledger.labels(), str)
    offer("minority", "name", sorted(made.comparison.opinions), str)
    offer("agreement", "most", _LEVELS, lambda value: f"at most {value:.0%}")
    return filters, rows


def _late_words(edit: LateEdit) -> str:
    if edit.withdrawn:
        return f"{edit.name}: reopened, not submitted again; without it nothing of theirs counts"
    return f"{edit.name}: {edit.added:,} new, {edit.changed:,} changed, {edit.removed:,} gone"
