"""Search in all documents, hits under each other in their context; tick some, and label or clear them all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.failures import failure
from annotator.tui.host import host
from annotator.tui.paint import colours_of
from annotator.tui.screens.concordance_rows import HitRow, states, summary
from annotator.tui.screens.concordance_search import NOTHING, Searching
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, counted
from annotator.tui.widgets.tick_rows import TickRows
from annotator.workflow.matching import WORDS, Query
from annotator.workflow.occurrences import Outcome, clear_hits, label_hits, state_of
from annotator.workflow.rereading import rereading
from annotator.workflow.search import Hit, renewed

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

    from annotator.tui.screens.annotate import AnnotateScreen
    from annotator.workflow.ports import Entry, Store

_WORDS: Final = {"anywhere": "anywhere", "words": "whole words", "clitics": "words with clitics"}
_SCOPE: Final = "concordance-scope"


@dataclass(frozen=True, slots=True)
class Place:
    """A hit to open: `[start, end)` of a document."""

    document: str
    start: int
    end: int


class ConcordanceScreen(Searching[Place | None]):
    """The result is the hit to open, None to go back.

    With a `label` (perhaps empty) it is about all occurrences of one thing: new ones are ticked, and Enter labels.
    """

    SCOPE = "concordance"

    def __init__(self, query: Query, *, here: str = "", label: str | None = None) -> None:
        """HERE is the document that the search can be narrowed to."""
        super().__init__(query)
        self._here = here
        self._label = label
        self._ticked: set[int] = set()
        self._saving = False
        self._colours: dict[str, str] = {}

    def content(self) -> Iterable[Widget]:
        """Query, options, hits."""
        yield ArabicInput(self._query.text, placeholder="ابحث في كل النصوص")
        yield Line(id="options")
        yield TickRows(empty=NOTHING)

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
        """Narrow the query as it was last time, then begin."""
        app = host(self)
        self._colours = colours_of(app.schema)
        if self._here and app.remembered.get(_SCOPE) == "document":
            self._query = replace(self._query, document=self._here)
        (self.query_one(TickRows) if self._query.text else self.query_one(ArabicInput)).focus()

    def look_changed(self) -> None:
        """The options too."""
        super().look_changed()
        self._show_options()

    def _show_options(self) -> None:
        query = self._query
        self.show_options(
            ("scope", "this document" if query.document else "all documents"),
            ("words", _WORDS[query.words]),
            ("spelling", "all spellings" if query.normalise else "exactly so"),
            ("regex", "regular expression" if query.regex else "plain text"),
            ("by-label", f"in {query.label}" if query.label else "any label"),
        )

    # Hits come.

    def row_pieces(self, index: int, width: int) -> Sequence[Piece]:
        """The hit in its context."""
        app = host(self)
        row = HitRow(app.look, self._colours, app.project.settings.direction, self._label)
        return row.pieces(self._hits[index], width, ticked=index in self._ticked)

    def began(self) -> None:
        """Nothing is ticked."""
        self._ticked = set()
        self.show_title()
        self._show_options()

    def came(self, new: Iterable[int]) -> None:
        """Tick what has no label yet."""
        if self._label is not None:
            label = self._label
            self._ticked.update(at for at in new if state_of(self._hits[at], label) == "new")

    def ended(self) -> str:
        """How many are new, where that matters."""
        return states(self._hits, self._label) if self._label is not None and self._hits else ""

    # Keys and mouse.

    def press_in_field(self, key: str) -> bool:
        """The arrow down goes to the hits."""
        return super().press_in_field("tab" if key == "down" else key)

    def press_in_rows(self, event: events.Key) -> bool:
        """A label's key labels."""
        kind = host(self).schema.by_hotkey.get(event.character or "") if event.key not in self.keys else None
        if kind is None:
            return super().press_in_rows(event)
        self._apply(kind.name)
        return True

    def typed(self, text: str) -> None:
        """Another query."""
        self._query = replace(self._query, text=text)
        self.start()

    def entered(self) -> None:
        """To the hits."""
        self.query_one(TickRows).focus()

    def chosen(self) -> None:
        """Open the hit, or label all that are ticked."""
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
        self.start(pause=0)

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
        if not self.stop():
            self.dismiss(None)

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
            with rereading():
                return outcome, renewed(store, hits, app.who)

        self.say("saving …", "busy")
        self._saving = True
        try:
            outcome, after = await asyncio.to_thread(run)
        except AnnotatorError as error:
            self.say(failure(error, "not done"), "bad")
            return
        finally:
            self._saving = False
        self._renew(hits, after)
        done = outcome.entry is not None and not outcome.refused
        self.say(summary(outcome, label, host(self).user_keys), "good" if done else "bad")

    def _renew(self, before: list[Hit], after: list[Hit]) -> None:
        if self._hits is before:  # no other search since
            self._hits, self._found = after, list(after)
            self.query_one(TickRows).refresh_rows()

    async def changed(self, change: Callable[[Store], Entry | None]) -> Entry | None:
        """Undo or redo, then show what the hits have now."""
        app, hits = host(self), self._hits

        def run() -> tuple[Entry | None, list[Hit]]:
            store = app.store()
            entry = change(store)
            with rereading():
                return entry, renewed(store, hits, app.who)

        entry, after = await asyncio.to_thread(run)
        if entry is not None:
            self._renew(hits, after)
        return entry


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
        screen.reread()  # the layer may have been edited from there
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
