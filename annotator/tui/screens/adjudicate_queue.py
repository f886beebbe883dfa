"""The documents to adjudicate: how far it is, who annotated them, on how much they differ, who is at it; merging."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from textual import work

from annotator.errors import AnnotatorError
from annotator.text.normalise import fold
from annotator.tui.background import Progress
from annotator.tui.commands import key_title
from annotator.tui.host import host
from annotator.tui.screens.adjudicate_rules import AskRule, Choice, Preview, kinds_words
from annotator.tui.screens.listing import Listing
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, counted, fit, width_of
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.workflow.adjudication_queue import MergeReport, QueueEntry, QueueFilter, merge_documents, queue

if TYPE_CHECKING:
    from rich.style import Style
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.adjudication.answers import Rule
    from annotator.workflow.ports import Entry, Store

Result = TypeVar("Result")

ROOMY: Final = 100
_BAR: Final = 30  # cells of the progress bar, where there is room
_LEAST: Final = 2.0
"""The weight that an answer needs unless somebody says otherwise, as on the command line."""
_SHOWN: Final = 0.1  # seconds between two looks at how far the work is
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
        self._entries: Sequence[QueueEntry] = ()
        self._listed: Sequence[QueueEntry] = ()
        self._loaded = False
        self._doing = ""
        """What a thread is at: looking, merging, undoing."""
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
        unfinished = [entry for entry in self._listed if entry.open]
        said = f"{counted(len(unfinished), 'document')} · {counted(sum(e.open for e in unfinished), 'open item')}"
        only = f" · {len(self._listed):,} of {len(self._entries):,} listed" if self._is_filtered else ""
        left = [(" to adjudicate ", look.bar_strong), (f" {said}{only} " if self._loaded else " … ", look.bar_dim)]
        return left, [(fit(host(self).project.title, max(10, self.size.width - 70)), look.bar_strong), (" ", look.bar)]

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

    @property
    def _is_filtered(self) -> bool:
        return len(self._listed) < len(self._entries)

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Work the queue out in a thread."""
        try:
            await self._read()
        except AnnotatorError as error:
            self._loaded = True
            self.query_one(Rows).empty = str(error)
            self.query_one(Rows).refresh_rows()
            self.say(str(error), "bad")

    async def _read(self) -> None:
        app, wanted = host(self), self._wanted
        self._entries = await self._in_thread(
            "looking", lambda progress: queue(app.store(), app.schema, wanted, progress.report)
        )
        self._loaded = True
        self._show_rows()

    def typed(self, text: str) -> None:  # noqa: ARG002 - the field is asked
        """Documents of that title, name or people."""
        self._show_rows()

    def _show_rows(self) -> None:
        rows, words = self.query_one(Rows), fold(self.query_one(ArabicInput).value).text.split()
        here = self._listed[rows.cursor].document if rows.cursor is not None and self._listed else ""
        self._listed = [entry for entry in self._entries if all(word in _folded(entry) for word in words)]
        rows.empty = _NO_MATCH if self._entries else _NONE if self._loaded else _LOOKING
        rows.set_source(len(self._listed), self._row)
        rows.move_cursor(next((n for n, entry in enumerate(self._listed) if entry.document == here), 0))
        self.look_changed()

    def look_changed(self) -> None:
        """Headings and the bar too."""
        super().look_changed()
        look, width = host(self).look, self.size.width - 2
        if width > 0:
            names = ("state", "agree", "open", "of", "people", "kinds", "document")
            parts = self._parts(width, names, [look.bar_dim] * len(names))
            self.query_one("#headings", Line).show([(" ", look.bar), *columns(width, *parts, blank=look.bar)])
            self.query_one("#progress", Line).show(self._bar(width))

    def _bar(self, width: int) -> list[Piece]:
        """How much of what is listed is decided."""
        look = host(self).look
        items, left = sum(entry.items for entry in self._listed), sum(entry.open for entry in self._listed)
        done = sum(entry.state == "done" for entry in self._listed)
        if not self._loaded or not self._listed:
            return []
        share = (items - left) / items if items else 1.0
        said = f" {int(share * 100)}% decided"
        of = counted(len(self._listed), "document")
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

    def _parts(self, width: int, texts: Sequence[str], styles: Sequence[Style]) -> list[Part]:
        """The columns; those of people and kinds where there is room."""
        widths = (8, 5, 6, 6, 24, width // 4, 0)
        right = (False, True, True, True, False, False, True)
        found = [Part(*part) for part in zip(texts, styles, widths, right, strict=True)]
        return found if width >= ROOMY else [*found[:4], found[6]]

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, entry = host(self).look, self._listed[index]
        claim = entry.claim if entry.claim is not None and entry.claim.who != host(self).who else None
        state: str = "✓ done" if entry.state == "done" else entry.state
        people = ", ".join(entry.people)
        if claim is not None:
            until = datetime.fromisoformat(claim.until).astimezone()
            state, people = "taken", f"{claim.who} until {until:%H:%M}"
        texts = (
            state,
            f"{entry.agreement:.0%}",
            f"{entry.open:,}",
            f"{entry.items:,}",
            people,
            kinds_words(entry.kinds),
            entry.title,
        )
        base, dim = look.base, look.dim
        styles = (dim if claim or entry.state == "done" else base, base, base, dim, dim, dim, base)
        return columns(width, *self._parts(width, texts, styles), blank=look.base)

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
        if self._listed:
            self._ask_and_merge()
        else:
            self.say("there is nothing to merge", "bad")

    @work(group="dialog")
    async def _ask_and_merge(self) -> None:
        scopes = self._scopes()
        people = sorted({name for entry in self._entries for name in entry.people})

        def preview(choice: Choice, progress: Progress) -> Preview:
            found = self._merge(choice.rule, scopes[choice.scope][1], progress, dry_run=True)
            return Preview(found.decided, found.left_open, found.documents, found.begun, found.skipped)

        ask = AskRule(people, preview, scopes=[title for title, _ in scopes], least=_LEAST)
        chosen = await self.app.push_screen_wait(ask)
        if chosen is None or not self._is_free():
            return
        try:
            found = await self._in_thread(
                "merging", lambda progress: self._merge(chosen.rule, scopes[chosen.scope][1], progress)
            )
            self.touched = True
            await self._read()
        except AnnotatorError as error:
            self.say(str(error), "bad")
        else:
            self.say(self._told(found))

    def _told(self, found: MergeReport) -> str:
        """What was merged."""
        keys = {command.id: key for key, command in reversed(self.keys.items())}
        undo = f" · {key_title(keys['queue.undo'])} undoes" if "queue.undo" in keys else ""
        left = f"{found.left_open.total():,} left open" if found.left_open else "nothing left open"
        out = f", {counted(len(found.skipped), 'document')} left out" if found.skipped else ""
        decided = counted(found.decided.total(), "item")
        return f"decided {decided} in {counted(found.documents, 'document')}, {left}{out}{undo}"

    def _scopes(self) -> list[tuple[str, Sequence[str]]]:
        """What can be merged: how it is called, and the ids, none of them for all documents."""
        every: tuple[str, Sequence[str]] = "all documents", ()
        if not self._is_filtered and self._wanted == QueueFilter():
            return [every]
        return [(f"the {len(self._listed):,} listed", [entry.document for entry in self._listed]), every]

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
        entry = await self._in_thread("changing", lambda _: change(app.store()))
        if entry is not None:
            self.touched = True
            await self._read()
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
        cursor = self.query_one(Rows).cursor
        if cursor is not None and cursor < len(self._listed) and self._is_free():
            self.dismiss(self._listed[cursor].document)

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


def _folded(entry: QueueEntry) -> str:
    """What a document is found by."""
    return fold(f"{entry.title} {entry.document} {' '.join(entry.people)}").text
