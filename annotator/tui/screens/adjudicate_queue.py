"""The documents to adjudicate: how far it is, who annotated them, on how much they differ, who is at it; merging."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.background import Progress
from annotator.tui.host import host
from annotator.tui.key_titles import undoes
from annotator.tui.screens.adjudicate_listed import Known, Listed, heading_parts, row_parts
from annotator.tui.screens.adjudicate_rules import AskRule, Choice, Preview
from annotator.tui.screens.listing import Listing
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, counted, fit, width_of
from annotator.tui.widgets.rows import Rows, columns
from annotator.workflow.adjudication_merge import MergeReport, merge_documents
from annotator.workflow.adjudication_queue import QueueFilter, queue_steps

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.adjudication.answers import Rule
    from annotator.workflow.ports import Entry, Store

Result = TypeVar("Result")

_BAR: Final = 30  # cells of the progress bar, where there is room
_LEAST: Final = 2.0
"""The weight that an answer needs unless somebody says otherwise, as on the command line."""
_SHOWN: Final = 0.1  # seconds between two looks at how far the work is
_AGAIN: Final = 0.5
"""Seconds between two looks at what more is known."""
_SMALL: Final = 2000
"""Documents that are filtered between two keys; with more it is done in a thread."""
_NAMED: Final = 3
"""Documents left out that are named."""
_LOOKING: Final = "Looking at the documents …"
_NONE: Final = "Nothing to adjudicate: at least two annotators must have submitted a document."
_NO_MATCH: Final = "No document is like that. Clear the field to see all."


class QueueScreen(Listing[str | None]):
    """The result is the id of the document to adjudicate, None to go back."""

    SCOPE = "queue"
    AUTO_FOCUS = "Rows"

    def __init__(self, wanted: QueueFilter | None = None) -> None:
        """WANTED leaves documents out in which nothing of that kind is open."""
        super().__init__()
        self._wanted = replace(wanted or QueueFilter(), most=1.0)
        self._known = Known()
        self._listed = Listed()
        self._loaded = False
        self._looked = 0.0
        self._told_damaged: frozenset[str] = frozenset()
        self._asked = 0  # how often the list was to be another one
        self._matching = False
        self._open_then = False
        self._doing = ""
        """What a thread changes: merging, undoing."""
        self._progress: Progress | None = None
        self._timer: Timer | None = None
        self.touched = False
        """Whether something was merged, undone or done again from here."""

    def content(self) -> Iterable[Widget]:
        """Filter, how far it is, headings and rows."""
        yield ArabicInput(placeholder="صفِّ الوثائق")
        yield Line(id="progress")
        yield Line(id="headings")
        yield Rows(empty=_LOOKING)

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """How much is left."""
        look = host(self).look
        found = self._listed
        said = f"{counted(found.unfinished, 'document')} · {counted(found.open, 'open item')}"
        if found.is_filtered:
            said += f" · {len(found.entries):,} of {found.total:,} listed"
        if self._known.remaining:
            said += f" · comparing, {self._known.remaining:,} to go"
        elif not self._loaded:
            said = f"{said} …" if found.total else "…"
        left = [(" to adjudicate ", look.bar_strong), (f" {said} ", look.bar_dim)]
        room = self.size.width - sum(width_of(text) for text, _ in left) - 2
        return left, [(fit(host(self).project.title, max(10, room)), look.bar_strong), (" ", look.bar)]

    def on_mount(self) -> None:
        """Look at the documents."""
        super().on_mount()
        self._timer = self.set_interval(_SHOWN, self._show_progress, pause=True)
        self.load()

    def on_unmount(self) -> None:
        """Look no further."""
        if self._progress is not None:
            self._progress.stop()

    # -- what is listed --------------------------------------------------------------------------------------------

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """List what was compared before, page by page; then compare the rest in a thread, step by step.

        All the while the rows can be used. Leaving the screen, or another change, ends it after the document
        under way; what was compared by then is kept.
        """
        app, wanted, known, looking = host(self), self._wanted, Known(), Progress()
        self._loaded = False
        try:
            steps = await asyncio.to_thread(lambda: queue_steps(app.store(), app.schema, wanted, looking.report))
            while await asyncio.to_thread(known.take_next, steps):
                if known.listed or not self._known.entries:  # what is on screen stays until all of it is there again
                    self._known = known
                if self._known is known:
                    self._grown()
        except AnnotatorError as error:
            self._loaded = True
            self.query_one(Rows).empty = str(error)
            self.query_one(Rows).refresh_rows()
            self.say(str(error), "bad")
            return
        finally:
            looking.stop()
        self._known, self._loaded = known, True
        self._grown()

    def _grown(self) -> None:
        """More is known: show it now and then, and at the end."""
        if not self.query(Rows):  # the screen is being closed
            return
        now = time.monotonic()
        if self._loaded or now - self._looked >= _AGAIN:
            self._looked = now
            self._show_rows()
        damaged = frozenset(self._known.damaged)
        if damaged - self._told_damaged:
            self._told_damaged = damaged
            self.say(_left_out(self._known.damaged), "bad")

    def typed(self, text: str) -> None:  # noqa: ARG002 - the field is asked
        """Documents of that title, name or people."""
        self._show_rows()

    def _show_rows(self) -> None:
        self._asked += 1
        if len(self._known.entries) <= _SMALL:
            self._show_list(self._known.matching(self.query_one(ArabicInput).value))
        elif not self._matching:
            self._matching = True
            self._match()

    @work(group="match")
    async def _match(self) -> None:
        """Filter in a thread, until that is what was asked for last."""
        try:
            asked, found = 0, Listed()
            while asked != self._asked:
                asked = self._asked
                found = await asyncio.to_thread(self._known.matching, self.query_one(ArabicInput).value)
        finally:
            self._matching = False
        if not self.query(Rows):
            return
        self._show_list(found)
        if self._open_then:
            self.chosen()

    def _show_list(self, found: Listed) -> None:
        rows, before = self.query_one(Rows), self._listed.entries
        here = before[rows.cursor].document if rows.cursor is not None and rows.cursor < len(before) else ""
        self._listed = found
        rows.empty = _NO_MATCH if found.total else _NONE if self._loaded else _LOOKING
        rows.set_source(len(found.entries), self._row)
        rows.move_cursor(next((n for n, entry in enumerate(found.entries) if entry.document == here), 0))
        self.look_changed()

    def look_changed(self) -> None:
        """Headings and the bar too."""
        super().look_changed()
        look, width = host(self).look, self.size.width - 2
        if width > 0:
            parts = heading_parts(width, look)
            self.query_one("#headings", Line).show([(" ", look.bar), *columns(width, *parts, blank=look.bar)])
            self.query_one("#progress", Line).show(self._bar(width))

    def _bar(self, width: int) -> list[Piece]:
        """How much of what is listed is decided."""
        look = host(self).look
        items, left, done = self._listed.items, self._listed.open, self._listed.done
        if not self._listed.entries:
            return []
        share = (items - left) / items if items else 1.0
        said = f" {int(share * 100)}% decided"
        of = counted(len(self._listed.entries), "document")
        counts = f" · {items - left:,} of {counted(items, 'item')} · {done:,} of {of} done"
        cells = max(6, min(_BAR, width - width_of(said) - width_of(counts) - 2))
        full = int(cells * share)
        return [
            (" ", look.bar),
            ("█" * full, look.key),
            ("░" * (cells - full), look.bar_dim),
            (said, look.bar),
            (fit(counts, max(1, width - cells - width_of(said) - 1)), look.bar_dim),
        ]

    def on_resize(self) -> None:
        """Other columns fit."""
        super().on_resize()
        self.look_changed()

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look = host(self).look
        return columns(width, *row_parts(width, self._listed.entries[index], host(self).who, look), blank=look.base)

    # -- work in a thread ------------------------------------------------------------------------------------------

    async def _in_thread(self, doing: str, act: Callable[[Progress], Result]) -> Result:
        """What ACT returns. It runs in a thread, where it can be watched and stopped. Whatever it raises."""
        self._doing, self._progress = doing, Progress()
        if self._timer is not None:
            self._timer.resume()
        try:
            return await asyncio.to_thread(act, self._progress)
        finally:
            self._doing, self._progress = "", None
            if self._timer is not None:
                self._timer.pause()
            self._show_status()

    def _is_free(self) -> bool:
        """Whether nothing is under way; else that is said."""
        if self._doing:
            self.say(f"{self._doing}; please wait", "bad")
        return not self._doing

    def _show_progress(self) -> None:
        progress = self._progress
        if progress is not None:
            look = host(self).look
            pieces = [
                (f" {self._doing}", look.bar),
                *progress.pieces(look, self.size.width - width_of(self._doing) - 1),
            ]
            self.query_one("#status", Line).show(pieces)

    # -- merging ---------------------------------------------------------------------------------------------------

    def action_merge(self) -> None:
        """Let a rule decide what is open, in all documents or in those listed, as one step."""
        if not self._is_free():
            return
        if self._listed.entries:
            self._ask_and_merge()
        else:
            self.say("there is nothing to merge", "bad")

    @work(group="dialog")
    async def _ask_and_merge(self) -> None:
        scopes = self._scopes()
        people = sorted(self._known.people)

        def preview(choice: Choice, progress: Progress) -> Preview:
            found = self._merge(choice.rule, scopes[choice.scope][1], progress, dry_run=True)
            return Preview(found.decided, found.left_open, found.documents, found.begun, found.skipped)

        ask = AskRule(people, preview, scopes=[title for title, _ in scopes], least=_LEAST)
        chosen = await self.app.push_screen_wait(ask)
        if chosen is None or not self._is_free():
            return
        self._compare_no_more()
        try:
            found = await self._in_thread(
                "merging", lambda progress: self._merge(chosen.rule, scopes[chosen.scope][1], progress)
            )
            self.touched = True
        except AnnotatorError as error:
            self.say(str(error), "bad")
        else:
            self.say(self._told(found))
        self.load()

    def _compare_no_more(self) -> None:
        """Something is changed, and then all looked at anew."""
        self.workers.cancel_group(self, "load")

    def _told(self, found: MergeReport) -> str:
        """What was merged."""
        left = f"{found.left_open.total():,} left open" if found.left_open else "nothing left open"
        out = f", {counted(len(found.skipped), 'document')} left out" if found.skipped else ""
        if not found.changed:
            return f"nothing was merged, {left}{out}"
        decided = counted(found.decided.total(), "item")
        undo = undoes("queue.undo", host(self).user_keys)
        return f"decided {decided} in {counted(found.documents, 'document')}, {left}{out}{undo}"

    def _scopes(self) -> list[tuple[str, Sequence[str]]]:
        """What can be merged: how it is called, and the ids, none of them for all documents."""
        every: tuple[str, Sequence[str]] = "all documents", ()
        listed = self._listed.entries
        if not self._listed.is_filtered and self._wanted == QueueFilter():
            return [every]
        return [(f"the {len(listed):,} listed", [entry.document for entry in listed]), every]

    def _merge(self, rule: Rule, documents: Sequence[str], progress: Progress, *, dry_run: bool = False) -> MergeReport:
        app = host(self)
        return merge_documents(
            app.store(),
            app.schema,
            rule,
            app.who,
            documents=documents,
            dry_run=dry_run,
            progress=progress.report,
        )

    # -- keys ------------------------------------------------------------------------------------------------------

    async def changed(self, change: Callable[[Store], Entry | None]) -> Entry | None:
        """Undo or redo in a thread, then look again."""
        app = host(self)
        self._compare_no_more()
        try:
            entry = await self._in_thread("changing", lambda _: change(app.store()))
        finally:
            self.load()
        self.touched = self.touched or entry is not None
        return entry

    def action_undo(self) -> None:
        """Take back this person's last step, a merge among them, in whatever documents it was."""
        if self._is_free():
            super().action_undo()

    def action_redo(self) -> None:
        """Do again what was taken back."""
        if self._is_free():
            super().action_redo()

    def chosen(self) -> None:
        """Adjudicate the document under the cursor."""
        cursor, entries = self.query_one(Rows).cursor, self._listed.entries
        self._open_then = self._matching
        if not self._matching and cursor is not None and cursor < len(entries) and self._is_free():
            self.dismiss(entries[cursor].document)

    def action_open(self) -> None:
        """Adjudicate the document under the cursor."""
        self.chosen()

    def action_filter(self) -> None:
        """To the field."""
        self.query_one(ArabicInput).focus()

    def action_refresh(self) -> None:
        """Look again."""
        if self._is_free():
            self.load()

    def action_back(self) -> None:
        """Stop merging; or back to all documents, or to the text."""
        field = self.query_one(ArabicInput)
        if self._doing == "merging" and self._progress is not None:
            self._progress.stop()
        elif self._doing == "changing":
            self._is_free()
        elif field.value:
            field.value = ""
            self._show_rows()
            self.query_one(Rows).focus()
        else:
            self.dismiss(None)


def _left_out(damaged: Sequence[str]) -> str:
    """Which documents are not listed because their records cannot be read, and where more is said."""
    named = ", ".join(damaged[:_NAMED]) + (" …" if len(damaged) > _NAMED else "")
    said = "the record of its adjudication is damaged" if len(damaged) == 1 else "their records are damaged"
    return f"left out: {named} ({said}; 'annotator check' tells more)"
