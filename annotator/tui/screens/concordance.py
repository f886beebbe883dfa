"""Search in all documents, hits under each other in their context; tick some, and label or clear them all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.background import Progress
from annotator.tui.commands import key_title
from annotator.tui.host import host
from annotator.tui.paint import colours_of
from annotator.tui.screens.concordance_rows import HitRow, states, summary
from annotator.tui.screens.framed import Framed
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, counted
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.tick_rows import TickRows
from annotator.workflow.occurrences import Outcome, clear_hits, label_hits, state_of
from annotator.workflow.search import LIMIT, WORDS, Hit, Query, renewed, search

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.tui.screens.annotate import AnnotateScreen
    from annotator.workflow.ports import Entry

_NOTHING: Final = "Type what to look for; spellings that differ in hamza, ة, ى, harakat or tatweel are the same."
_BUSY: Final = "Searching …"
_NO_HITS: Final = "No hits. F5, F6 and F8 look wider: parts of words, other spellings, all documents."
_WORDS: Final = {"anywhere": "anywhere", "words": "whole words", "clitics": "words with clitics"}
_SCOPE: Final = "concordance-scope"
_PAUSE: Final = 0.15  # seconds without a key before a search begins
_SHOWN: Final = 0.1  # seconds between two looks at what was found


@dataclass(frozen=True, slots=True)
class Place:
    """A hit to open: `[start, end)` of a document."""

    document: str
    start: int
    end: int


class ConcordanceScreen(Framed[Place | None]):
    """The result is the hit to open, None to go back.

    With a `label` (perhaps empty) it is about all occurrences of one thing: new ones are ticked, and Enter labels.
    """

    SCOPE = "concordance"
    DEFAULT_CSS = """
    ConcordanceScreen Rows { height: 1fr; }
    """

    def __init__(self, query: Query, *, here: str = "", label: str | None = None) -> None:
        """HERE is the document that the search can be narrowed to."""
        super().__init__()
        self._query = query
        self._here = here
        self._label = label
        self._hits: list[Hit] = []
        self._found: list[Hit] = []
        self._ticked: set[int] = set()
        self._progress: Progress | None = None
        self._index = Progress()
        self._indexing = False
        self._complete = True
        self._busy = False
        self._saving = False
        self._timer: Timer | None = None
        self._colours: dict[str, str] = {}

    def content(self) -> Iterable[Widget]:
        """Query, options, hits."""
        yield ArabicInput(self._query.text, placeholder="ابحث في كل النصوص")
        yield Line(id="options")
        yield TickRows(empty=_NOTHING)

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """What is shown, how many hits, in how many documents."""
        look = host(self).look
        name = " concordance " if self._label is None else " everywhere "
        more = "" if self._complete else "+"
        documents = len({hit.document for hit in self._hits})
        counts = f" {len(self._hits):,}{more} in {counted(documents, 'document')} " if self._hits else ""
        ticked = f" {len(self._ticked):,} ticked " if self._ticked else ""
        left = [(name, look.bar_strong), (counts, look.bar_dim), (ticked, look.key)]
        right = [(f"{self._label} ", look.bar_strong)] if self._label else []
        return [piece for piece in left if piece[0]], right

    def on_mount(self) -> None:
        """Begin with the query there is, and with the index."""
        app = host(self)
        self._colours = colours_of(app.schema)
        if self._here and app.remembered.get(_SCOPE) == "document":
            self._query = replace(self._query, document=self._here)
        super().on_mount()
        self._timer = self.set_interval(_SHOWN, self._look, pause=True)
        (self.query_one(TickRows) if self._query.text else self.query_one(ArabicInput)).focus()
        self._make_index()
        if self._query.text:
            self._start(pause=0)

    def on_unmount(self) -> None:
        """Nobody waits for an answer any more."""
        self._index.stop()
        if self._progress is not None:
            self._progress.stop()

    def look_changed(self) -> None:
        """The options too."""
        super().look_changed()
        self._show_options()

    def _show_options(self) -> None:
        look, query = host(self).look, self._query
        shown = (
            ("scope", "this document" if query.document else "all documents"),
            ("words", _WORDS[query.words]),
            ("spelling", "all spellings" if query.normalise else "exactly so"),
            ("regex", "regular expression" if query.regex else "plain text"),
            ("by-label", f"in {query.label}" if query.label else "any label"),
        )
        pieces: list[Piece] = []
        keys = {command.id: key for key, command in reversed(self.keys.items())}
        for name, value in shown:
            key = keys.get(f"concordance.{name}", "")
            pieces += [(f" {key_title(key)}", look.key), (f" {value} ", look.bar)]
        self.query_one("#options", Line).show(pieces)

    # Searching.

    @work(exclusive=True, group="index")
    async def _make_index(self) -> None:
        self._indexing = True
        if self._timer is not None:
            self._timer.resume()
        try:
            await asyncio.to_thread(lambda: host(self).store().index_texts(self._index.report))
        except AnnotatorError as error:
            self.say(f"searching without an index: {error}", "bad")
        self._indexing = False

    def _start(self, pause: float = _PAUSE) -> None:
        """Forget what was found and search anew."""
        if self._progress is not None:
            self._progress.stop()
        self._progress = progress = Progress()
        self._hits, self._found, self._ticked = [], [], set()
        self._complete = True
        self._busy = False
        wanted = bool(self._query.text or self._query.label)
        rows = self.query_one(TickRows)
        rows.empty = _BUSY if wanted else _NOTHING
        rows.set_source(0, self._row_pieces)
        self.say("")
        self.show_title()
        self._show_options()
        if wanted:
            self._search(progress, self._query, self._found, pause)

    @work(exclusive=True, group="search")
    async def _search(self, progress: Progress, query: Query, found: list[Hit], pause: float) -> None:
        await asyncio.sleep(pause)
        app = host(self)
        if self._timer is not None:
            self._timer.resume()

        def run() -> bool:
            searching = search(app.store(), query, layer=app.who, progress=progress.report)
            for hit in searching:
                found.append(hit)
                if progress.stopping:
                    break
            return searching.complete

        self._busy = True
        error: AnnotatorError | None = None
        complete = False
        try:
            complete = await asyncio.to_thread(run)
        except AnnotatorError as failure:
            error = failure
        if progress is not self._progress:
            return
        self._busy = False
        self._complete = complete
        rows = self.query_one(TickRows)
        rows.empty = str(error) if error is not None else _NO_HITS
        self._look()
        rows.refresh_rows()
        if error is not None:
            self.say(error.what, "bad")
        elif progress.stopping:
            self.say("stopped; there may be more", "bad")
        elif not complete:
            self.say(f"the first {LIMIT:,} hits; a longer query finds the others", "busy")
        elif self._label is not None and self._hits:
            self.say(states(self._hits, self._label), "busy")

    def _look(self) -> None:
        """Show what was found since the last look, and how far the work is."""
        count = len(self._found)
        if count != len(self._hits):
            before = len(self._hits)
            self._hits = self._found[:count]
            if self._label is not None:
                new = range(before, count)
                self._ticked.update(at for at in new if state_of(self._hits[at], self._label) == "new")
            rows = self.query_one(TickRows)
            rows.set_source(count, self._row_pieces, keep_cursor=bool(before))
            self.show_title()
        if self._busy and self._progress is not None and self._progress.done:
            self._show_progress("searching", self._progress)
        elif self._indexing and self._index.total:
            self._show_progress("indexing", self._index)
        elif not self._busy:
            if not self._indexing and self._timer is not None:
                self._timer.pause()
            self._show_status()

    def _show_progress(self, what: str, progress: Progress) -> None:
        look = host(self).look
        pieces = [(f" {what}", look.bar), *progress.pieces(look, self.size.width - len(what) - 2)]
        self.query_one("#status", Line).show(pieces)

    # Painting.

    def _row_pieces(self, index: int, width: int) -> Sequence[Piece]:
        app = host(self)
        row = HitRow(app.look, self._colours, app.project.settings.direction, self._label)
        return row.pieces(self._hits[index], width, ticked=index in self._ticked)

    # Keys and mouse.

    def on_key(self, event: events.Key) -> None:
        """Keys of the list work while the field has the focus; a label's key labels."""
        field, rows = self.query_one(ArabicInput), self.query_one(TickRows)
        if field.has_focus and event.key in {"down", "tab"}:
            rows.focus()
        elif not field.has_focus and event.key == "tab":
            field.focus()
        elif event.key in self.keys:
            super().on_key(event)
            return
        elif rows.has_focus and (kind := host(self).schema.by_hotkey.get(event.character or "")) is not None:
            self._apply(kind.name)
        else:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Another query."""
        event.stop()
        self._query = replace(self._query, text=event.value)
        self._start()

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """To the hits."""
        event.stop()
        self.query_one(TickRows).focus()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Open the hit, or label all that are ticked."""
        event.stop()
        self.action_choose()

    def on_tick_rows_ticked(self, event: TickRows.Ticked) -> None:
        """A click on the box."""
        event.stop()
        self._tick(event.index)

    # Commands.

    def action_choose(self) -> None:
        """Open the hit under the cursor; with all occurrences of something, label those that are ticked."""
        if self._label is None:
            self.action_open()
        elif self._label:
            self._apply(self._label)
        else:
            self.action_pick_label()

    def action_open(self) -> None:
        """Open the document at the hit under the cursor."""
        cursor = self.query_one(TickRows).cursor
        if cursor is not None:
            hit = self._hits[cursor]
            self.dismiss(Place(hit.document, hit.start, hit.end))

    def action_tick(self) -> None:
        """Tick the hit under the cursor, or not, and go to the next."""
        rows = self.query_one(TickRows)
        if rows.cursor is not None:
            self._tick(rows.cursor)
            rows.move_cursor(rows.cursor + 1)

    def _tick(self, index: int) -> None:
        self._ticked ^= {index}
        self.query_one(TickRows).refresh_row(index)
        self.show_title()

    def action_tick_all(self) -> None:
        """Tick all hits; none, when all are."""
        everything = set(range(len(self._hits)))
        self._ticked = set() if self._ticked == everything else everything
        self.query_one(TickRows).refresh_rows()
        self.show_title()

    @work(exclusive=True, group="dialog")
    async def action_pick_label(self) -> None:
        """Choose a label for the ticked hits."""
        from annotator.tui.screens.pick_label import PickLabel  # noqa: PLC0415 - only when asked for

        name = await self.app.push_screen_wait(PickLabel(host(self).schema))
        if name is not None:
            self._apply(name)

    @work(exclusive=True, group="dialog")
    async def action_by_label(self) -> None:
        """Search inside annotations of one label only, or again everywhere."""
        from annotator.tui.screens.pick_label import PickLabel  # noqa: PLC0415 - only when asked for

        if self._query.label:
            self._ask(replace(self._query, label=""))
            return
        name = await self.app.push_screen_wait(PickLabel(host(self).schema))
        if name is not None:
            self._ask(replace(self._query, label=name))

    def action_delete(self) -> None:
        """Delete the annotations on the ticked hits."""
        self._apply(None)

    def action_query(self) -> None:
        """Change the query."""
        self.query_one(ArabicInput).focus()

    def _ask(self, query: Query) -> None:
        self._query = query
        self._start(pause=0)

    def action_words(self) -> None:
        """Anywhere, whole words, or whole words with clitics."""
        self._ask(replace(self._query, words=WORDS[(WORDS.index(self._query.words) + 1) % len(WORDS)]))

    def action_spelling(self) -> None:
        """All spellings, or exactly as typed."""
        self._ask(replace(self._query, normalise=not self._query.normalise))

    def action_regex(self) -> None:
        """A regular expression, or plain text."""
        self._ask(replace(self._query, regex=not self._query.regex))

    def action_scope(self) -> None:
        """This document, or all."""
        if self._here:
            narrow = not self._query.document
            host(self).remember(_SCOPE, "document" if narrow else "all")
            self._ask(replace(self._query, document=self._here if narrow else ""))

    def action_back(self) -> None:
        """Stop the search, or go back to the text."""
        if self._busy and self._progress is not None and not self._progress.stopping:
            self._progress.stop()
        else:
            self.dismiss(None)

    def action_undo(self) -> None:
        """Take back this person's last edit."""
        self._travel("undo")

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._travel("redo")

    # Edits.

    def _chosen(self) -> list[Hit]:
        """The ticked hits; the one under the cursor when none is."""
        cursor = self.query_one(TickRows).cursor
        ticked = sorted(self._ticked) or ([cursor] if cursor is not None else [])
        return [self._hits[at] for at in ticked]

    @work(group="edit")
    async def _apply(self, label: str | None) -> None:
        """Label the chosen hits as LABEL; None deletes what is there."""
        app, chosen, hits = host(self), self._chosen(), self._hits
        if self._busy:
            self.say("wait until the search has ended, or stop it with Esc", "bad")
            return
        if not chosen or self._saving:
            self.say("still saving" if self._saving else "nothing is ticked", "bad")
            return

        def run() -> tuple[Outcome, list[Hit]]:
            store = app.store()
            if label is None:
                outcome = clear_hits(store, app.schema, app.who, chosen)
            else:
                outcome = label_hits(store, app.schema, app.who, chosen, label)
            return outcome, renewed(store, hits, app.who)

        self.say("saving …", "busy")
        self._saving = True
        try:
            outcome, after = await asyncio.to_thread(run)
        except AnnotatorError as error:
            self.say(f"not done: {error}", "bad")
            return
        finally:
            self._saving = False
        self._renew(hits, after)
        self.say(summary(outcome, label), "good" if outcome.entry is not None and not outcome.refused else "bad")

    def _renew(self, before: list[Hit], after: list[Hit]) -> None:
        if self._hits is before:  # no other search since
            self._hits, self._found = after, list(after)
            self.query_one(TickRows).refresh_rows()

    @work(exclusive=True, group="edit")
    async def _travel(self, way: str) -> None:
        app, hits = host(self), self._hits

        def run() -> tuple[Entry | None, list[Hit]]:
            from annotator.workflow.session import now  # noqa: PLC0415 - only when asked for

            store = app.store()
            entry = store.undo(app.who, now()) if way == "undo" else store.redo(app.who, now())
            return entry, renewed(store, hits, app.who)

        try:
            entry, after = await asyncio.to_thread(run)
        except AnnotatorError as error:
            self.say(str(error), "bad")
            return
        if entry is None:
            self.say(f"nothing to {way}", "bad")
            return
        self._renew(hits, after)
        documents = counted(len({change.key.document for change in entry.edits}), "document")
        self.say(f"{'undone' if way == 'undo' else 'done again'}: {entry.name} in {documents}")


def open_concordance(screen: AnnotateScreen, *, everywhere: bool = False) -> None:
    """Lay the concordance over SCREEN, with EVERYWHERE for what is selected there; then go to the hit chosen."""
    session, pane = screen.session, screen.pane
    if session is None:
        return
    document = session.document
    if everywhere:
        here = session.index.at(pane.state.caret)
        current = next((span for span in here if span.id == pane.state.current and span.parts == 1), None)
        target = pane.state.selection or ((current.start, current.end) if current is not None else pane.target())
        if target is None or not document.text[slice(*target)].strip():
            screen.say("put the caret on a word or an annotation, or select text", bad=True)
            return
        there = [current, *here] if current is not None else here
        label = next((span.type for span in there if (span.start, span.end) == tuple(target) and span.parts == 1), "")
        query = Query(document.text[slice(*target)], words="clitics")
        made = ConcordanceScreen(query, here=document.id, label=label)
    else:
        selected = pane.state.selection
        text = fit_query(document.text[slice(*selected)]) if selected is not None else ""
        made = ConcordanceScreen(Query(text), here=document.id)

    def back(place: Place | None) -> None:
        session.reload()  # the layer may have been edited from there
        if place is None:
            return
        if place.document == document.id:
            pane.select(place.start, place.end)
        else:
            screen.open_document(place.document, place.start)

    screen.app.push_screen(made, back)


def fit_query(text: str) -> str:
    """TEXT as the field can hold it: one line."""
    return " ".join(text.split())
