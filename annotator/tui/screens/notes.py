"""Every note and flag, of the open document or of all: found by typing, gone to, changed, deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from rich.style import Style
from textual import work

from annotator.errors import AnnotatorError, UnreadError
from annotator.tui.background import Progress
from annotator.tui.failures import failure
from annotator.tui.host import host
from annotator.tui.key_titles import keyed, undoes
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR, colours_of
from annotator.tui.screens.listing import Filtered
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Part, Piece, columns, counted, is_rtl
from annotator.tui.widgets.rows import Rows
from annotator.workflow.notes import (
    KINDS,
    Kind,
    Remark,
    all_remarks,
    document_remarks,
    matching,
    remove,
    renewed,
    rewrite,
)
from annotator.workflow.rereading import rereading

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.workflow.ports import Entry, Store

_SCOPE: Final = "notes-scope"
_LOADING: Final = "Looking for notes and flags …"
_NONE: Final = "No notes and no flags here. In the text, ; writes a note and ! flags an annotation."
_OTHERS: Final = {"back": "all again", "kind": "other kinds", "scope": "other documents"}
"""What else can be looked at when nothing was found, by the name of the command that does."""
_KIND_NAMES: Final[dict[Kind, str]] = {"all": "notes and flags", "flags": "flags only", "notes": "notes only"}
_SHOWN: Final = 0.1  # seconds between two looks at how far the reading is
_WIDE: Final = 100


class NotesScreen(Filtered[Remark | None]):
    """The result is the note to go to, None to go back."""

    SCOPE = "notes"

    def __init__(self, *, here: str = "", note: str = "") -> None:
        """HERE is the open document; the cursor begins on its note with the id NOTE."""
        super().__init__()
        self._here = here
        self._wanted = note
        self._remarks: list[Remark] = []
        self._coming: list[Remark] = []  # what the reading that is under way has found so far
        self._shown: list[Remark] = []
        self._kind: Kind = "all"
        self._everywhere = not here
        self._loaded = False
        self._progress: Progress | None = None  # of the reading that is under way
        self._timer: Timer | None = None
        self._colours: dict[str, str] = {}

    def content(self) -> Iterable[Widget]:
        """Filter, options, rows."""
        yield ArabicInput(placeholder="صفِّ الملاحظات")
        yield Line(id="options")
        yield Rows(empty=_LOADING)

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """How many there are, and whose."""
        app = host(self)
        look = app.look
        count = f"{len(self._shown):,} of " if len(self._shown) != len(self._remarks) else ""
        flags = sum(remark.note.flagged for remark in self._remarks)
        documents = len({remark.document for remark in self._remarks})
        total = counted(len(self._remarks), "note") + (f" in {counted(documents, 'document')}" if documents > 1 else "")
        shown = f" {count}{total}, {flags:,} flagged " if self._loaded else " … "
        return [(" notes ", look.bar_strong), (shown, look.bar_dim)], [(f"{app.who[:20]} ", look.bar_dim)]

    def on_mount(self) -> None:
        """Read the notes."""
        app = host(self)
        self._colours = colours_of(app.schema)
        self._everywhere = self._everywhere or app.remembered.get(_SCOPE) == "all"
        super().on_mount()
        self._timer = self.set_interval(_SHOWN, self._look, pause=True)
        self.query_one(Rows).focus()
        self.load()

    def on_unmount(self) -> None:
        """Nobody waits for an answer any more."""
        if self._progress is not None:
            self._progress.stop()

    def look_changed(self) -> None:
        """The options too."""
        super().look_changed()
        self._show_options()

    def _show_options(self) -> None:
        where = "all documents" if self._everywhere else "this document"
        self.show_options(("scope", where), ("kind", _KIND_NAMES[self._kind]))

    # Reading.

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read the notes in a thread; what is on screen stays there until they have come.

        Where nothing is yet, they are shown as they come.
        """
        app = host(self)
        if self._progress is not None:
            self._progress.stop()
        self._progress = progress = Progress()
        if self._timer is not None:
            self._timer.resume()
        here = "" if self._everywhere else self._here
        self._coming = found = []

        def read() -> None:
            store = app.store()
            coming = document_remarks(store, app.who, here) if here else all_remarks(store, app.who, progress.report)
            for remark in coming:
                found.append(remark)  # noqa: PERF402 - one by one: they are looked at meanwhile

        try:
            await asyncio.to_thread(read)
        except AnnotatorError as error:
            self.query_one(Rows).empty = str(error)
            self.query_one(Rows).refresh_rows()
            self.say(error.what, "bad")
            return
        finally:
            if self._progress is progress:
                self._progress = None
            if self._timer is not None and self._progress is None:
                self._timer.pause()
        self._remarks, self._loaded = found, True
        self._show_status()
        self.show_rows()

    def _look(self) -> None:
        progress = self._progress
        if progress is not None and progress.done:
            look = host(self).look
            pieces = [(" reading", look.bar), *progress.pieces(look, self.size.width - 9)]
            self.query_one("#status", Line).show(pieces)
        if not self._loaded and len(self._coming) > 2 * len(self._remarks):  # all work together is that of showing all
            self._remarks = self._coming[:]
            self.show_rows()

    def show_rows(self) -> None:
        """Filter; the cursor stays on its note, or where it was when that has gone."""
        rows = self.query_one(Rows)
        before = rows.cursor
        if before:  # the cursor was moved meanwhile
            self._wanted = ""
        here = self._wanted or (self._shown[before].note.id if before is not None else "")
        self._shown = matching(self._remarks, self.query_one(ArabicInput).value, self._kind)
        others = keyed("notes", _OTHERS, host(self).user_keys)
        none = f"No note or flag is like that. Show {others}."
        rows.empty = none if self._remarks else _NONE if self._loaded else _LOADING
        rows.set_source(len(self._shown), self._row)
        there = next((index for index, remark in enumerate(self._shown) if remark.note.id == here), None)
        if there is not None or self._loaded:  # else it may still come
            self._wanted = ""
        at = before if there is None else there
        if at is not None:
            rows.move_cursor(at)
        self.show_title()
        self._show_options()

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        remark, look = self._shown[index], host(self).look
        wide = width >= _WIDE
        colour = self._colours.get(remark.about, UNKNOWN_COLOUR)
        start = remark.start
        place = "document" if start is None else f"[{start}, {remark.fragments[-1].end})"
        text = remark.note.text[: 8 * width]  # what lies further on cannot be seen
        parts = [
            Part("!" if remark.note.flagged else "", look.base + Style(color=look.warn.color), 1),
            Part(remark.about, label_style(look.name, colour, look.ground), 12 if wide else 7),
            Part(place, look.dim, 16 if wide else 12),
            Part(remark.words, look.base, width // 4, right=is_rtl(remark.words)),
            Part(text or "—", look.base, right=is_rtl(text)),
        ]
        if self._everywhere:
            parts.append(Part(remark.document, look.dim, 20 if wide else 10, right=True))
        return columns(width, *parts, gap=2 if wide else 1, blank=look.base)

    # Commands.

    def _under_cursor(self) -> Remark | None:
        cursor = self.query_one(Rows).cursor
        return self._shown[cursor] if cursor is not None and cursor < len(self._shown) else None

    def action_open(self) -> None:
        """To the place of the note under the cursor."""
        remark = self._under_cursor()
        if remark is not None:
            self.dismiss(remark)

    def action_scope(self) -> None:
        """This document, or all."""
        if self._here:
            self._everywhere = not self._everywhere
            host(self).remember(_SCOPE, "all" if self._everywhere else "document")
            self._show_options()
            self.load()

    def action_kind(self) -> None:
        """Notes and flags, flags only, or notes only."""
        self._kind = KINDS[(KINDS.index(self._kind) + 1) % len(KINDS)]
        self.show_rows()

    def action_back(self) -> None:
        """Show all notes again, or go back to the text."""
        if self.query_one(ArabicInput).value:
            self.leave_filter()
        else:
            self.dismiss(None)

    # Edits.

    def action_delete(self) -> None:
        """Delete the note under the cursor with its flag."""
        remark = self._under_cursor()
        if remark is not None:
            who = host(self).who
            self._edit("deleted", remark, lambda store: remove(store, who, [remark]))

    def action_flag(self) -> None:
        """Flag the note under the cursor, or take its flag away; without a text it goes with it."""
        remark = self._under_cursor()
        if remark is not None:
            word = "no flag any more" if remark.note.flagged else "flagged"
            self._edit(word, remark, self._rewriting(remark, remark.note.text, flip=True))

    @work(exclusive=True, group="dialog")
    async def action_edit(self) -> None:
        """Write the text of the note under the cursor; with no text and no flag it goes."""
        from annotator.tui.screens.prompt import Prompt  # noqa: PLC0415 - only when asked for

        remark = self._under_cursor()
        if remark is None:
            return
        title = f"Note on {remark.words[:40] or 'the document'}"

        async def keep(text: str) -> str:
            return await self._keep("written", remark, self._rewriting(remark, text))

        await self.app.push_screen_wait(Prompt(title, remark.note.text, keep=keep))

    def _rewriting(self, remark: Remark, text: str, *, flip: bool = False) -> Callable[[Store], Entry | None]:
        who, flagged = host(self).who, remark.note.flagged ^ flip
        return lambda store: rewrite(store, who, remark, text, flagged=flagged)

    @work(group="edit")
    async def _edit(self, word: str, remark: Remark, change: Callable[[Store], Entry | None]) -> None:
        await self._keep(word, remark, change)

    async def _keep(self, word: str, remark: Remark, change: Callable[[Store], Entry | None]) -> str:
        """Do it, and say so. What speaks against it; empty where it is done."""
        try:
            entry = await self.changed(change, also=remark.document)
        except AnnotatorError as error:
            self.say(why := failure(error, "not done"), "bad")
            return "" if isinstance(error, UnreadError) else why
        undo = undoes("notes.undo", host(self).user_keys)
        about = remark.note.text or remark.words or remark.document
        self.say(f"{word}: {about[:40]}{undo}" if entry is not None else "it was so already")
        return ""

    async def changed(self, change: Callable[[Store], Entry | None], also: str = "") -> Entry | None:
        """CHANGE something in a thread, and show what its documents, and the document ALSO, have then."""
        app, before = host(self), self._remarks

        def run() -> tuple[Entry | None, list[Remark]]:
            store = app.store()
            entry = change(store)
            documents = {*(edit.key.document for edit in entry.edits)} if entry is not None else set()
            shown = sorted({*documents, *([also] if also else [])} if self._everywhere else {self._here})
            with rereading():
                return entry, renewed(store, app.who, before, shown)

        entry, after = await asyncio.to_thread(run)
        if self._remarks is before and self._progress is None:
            self._remarks = after
            self.show_rows()
        else:  # others are being read, perhaps from before the change
            self.load()
        return entry
