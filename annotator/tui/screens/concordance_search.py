"""The search under the concordance: it runs in a thread, shows hits as they come, and can be stopped at any moment."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, Generic

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.background import Progress
from annotator.tui.host import host
from annotator.tui.key_titles import keyed
from annotator.tui.screens.framed import Result
from annotator.tui.screens.listing import Listing
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.tick_rows import TickRows
from annotator.workflow.matching import WORDS
from annotator.workflow.search import LIMIT, Hit, Search, search

if TYPE_CHECKING:
    from textual.timer import Timer

    from annotator.tui.widgets.pieces import Piece
    from annotator.workflow.matching import Query

NOTHING: Final = "Type what to look for; spellings that differ in hamza, ة, ى, harakat or tatweel are the same."
_BUSY: Final = "Searching …"
_WIDER: Final = {"words": "parts of words", "spelling": "other spellings", "scope": "all documents"}
"""What else can be looked at when nothing was found, by the name of the command that does."""
_PAUSE: Final = 0.15  # seconds without a key before a search begins
_SHOWN: Final = 0.1  # seconds between two looks at what was found
_NAMED: Final = 3


class Searching(Listing[Result], Generic[Result]):
    """A screen that shows the hits of one query after the other in its `TickRows`."""

    def __init__(self, query: Query) -> None:
        super().__init__()
        self._query = query
        self._hits: list[Hit] = []
        self._found: list[Hit] = []
        self._progress: Progress | None = None
        self._index = Progress()
        self._indexing = False
        self._complete = True
        self._busy = False
        self._timer: Timer | None = None

    @abstractmethod
    def row_pieces(self, index: int, width: int) -> Sequence[Piece]:
        """The hit INDEX in exactly WIDTH cells."""

    @abstractmethod
    def began(self) -> None:
        """Another query: there are no hits yet."""

    @abstractmethod
    def came(self, new: Iterable[int]) -> None:
        """The hits NEW have come."""

    @abstractmethod
    def ended(self) -> str:
        """All hits are there; what is to be said of them."""

    def on_mount(self) -> None:
        """Begin with the query there is, and with the index; Textual calls the handler of `Framed` too."""
        self._timer = self.set_interval(_SHOWN, self._look, pause=True)
        self._make_index()
        if self._query.text:
            self.start(pause=0)

    def on_unmount(self) -> None:
        """Nobody waits for an answer any more."""
        self._index.stop()
        if self._progress is not None:
            self._progress.stop()

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

    def start(self, pause: float = _PAUSE) -> None:
        """Forget what was found and, after PAUSE seconds, search anew."""
        if self._progress is not None:
            self._progress.stop()
        self._progress = progress = Progress()
        self._hits, self._found = [], []
        self._complete = True
        self._busy = False
        wanted = bool(self._query.text or self._query.label)
        rows = self.query_one(TickRows)
        rows.empty = _BUSY if wanted else NOTHING
        rows.set_source(0, self.row_pieces)
        self.say("")
        self.began()
        if wanted:
            self._search(progress, self._query, self._found, pause)

    def stop(self) -> bool:
        """Stop the search; False when none goes on."""
        if not self._busy or self._progress is None or self._progress.stopping:
            return False
        self._progress.stop()
        return True

    @work(exclusive=True, group="search")
    async def _search(self, progress: Progress, query: Query, found: list[Hit], pause: float) -> None:
        await asyncio.sleep(pause)
        app, crew = host(self), host(self).crew
        if self._timer is not None:
            self._timer.resume()

        def run() -> Search:
            searching = search(app.store(), query, layer=app.who, progress=progress.report, crew=crew)
            for hit in searching:
                found.append(hit)
                if progress.stopping:
                    break
            return searching

        self._busy = True
        error: AnnotatorError | None = None
        searched: Search | None = None
        try:
            searched = await asyncio.to_thread(run)
        except AnnotatorError as failure:
            error = failure
        if progress is not self._progress:
            return
        self._busy = False
        self._complete = searched is not None and searched.complete
        rows = self.query_one(TickRows)
        rows.empty = str(error) if error is not None else self._no_hits(query)
        self._look()
        self.show_title()
        rows.refresh_rows()
        if error is not None:
            self.say(error.what, "bad")
        elif progress.stopping:
            self.say("stopped; there may be more", "bad")
        elif searched is not None and searched.given_up:
            self.say(given_up(searched), "bad")
        elif not self._complete:
            self.say(f"the first {LIMIT:,} hits; a longer query finds the others", "busy")
        elif message := self.ended():
            self.say(message, "busy")

    def _no_hits(self, query: Query) -> str:
        narrow = {"words": query.words != WORDS[0], "spelling": not query.normalise, "scope": bool(query.document)}
        wider = {name: what for name, what in _WIDER.items() if narrow[name]}
        return f"No hits. Look wider: {keyed(self.SCOPE, wider, host(self).user_keys)}." if wider else "No hits."

    def _look(self) -> None:
        """Show what was found since the last look, and how far the work is."""
        count = len(self._found)
        if count != len(self._hits):
            before = len(self._hits)
            self._hits = self._found[:count]
            self.came(range(before, count))
            self.query_one(TickRows).set_source(count, self.row_pieces, keep_cursor=bool(before))
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


def given_up(searched: Search) -> str:
    """In which documents the regular expression took too long, and what that means for the hits."""
    ids = searched.given_up
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    rest = "the search ended there" if searched.looked_at < searched.total else "what it finds there is not shown"
    return f"the expression takes too long in {', '.join(ids[:_NAMED])}{more}; {rest}"
