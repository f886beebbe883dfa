"""The adjudicate screen: the text with gold in it, what people differ on, and the versions to choose from."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult

from annotator.model.annotations import fragments_of
from annotator.tui.paint import colours_of
from annotator.tui.screens.adjudicate_card import CardMaker
from annotator.tui.screens.adjudicate_documents import LOOK, Opened
from annotator.tui.screens.adjudicate_items import Ledger, aliases, region_of
from annotator.tui.screens.adjudicate_view import ItemView
from annotator.tui.screens.adjudicate_words import told
from annotator.tui.widgets.boxes import Column, Row
from annotator.tui.widgets.find_bar import FindBar
from annotator.tui.widgets.gold_pane import GoldPane
from annotator.tui.widgets.lines import HintBar, Line
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.too_small import TooSmall
from annotator.tui.widgets.versions import CardLine, Versions

if TYPE_CHECKING:
    from annotator.adjudication.items import Item
    from annotator.workflow.adjudication import AdjudicationSession
    from annotator.workflow.ports import Claim
    from annotator.workflow.session import Change


class AdjudicateScreen(ItemView):
    """One reviewer, one document at a time."""

    AUTO_FOCUS = "GoldPane"
    DEFAULT_CSS = """
    AdjudicateScreen #body { height: 1fr; }
    AdjudicateScreen #side { width: 46; }
    AdjudicateScreen #items { display: none; }
    AdjudicateScreen.list #items { display: block; }
    AdjudicateScreen.narrow #side { dock: bottom; width: 100%; height: 9; }
    AdjudicateScreen.narrow.list #side { height: 15; }
    AdjudicateScreen.small Line, AdjudicateScreen.small #body, AdjudicateScreen.small FindBar { display: none; }
    AdjudicateScreen.small TooSmall { display: block; }
    """

    def __init__(self, document: str = "", at: int | None = None) -> None:
        """DOCUMENT is the id of the one to begin with, else it is the first of the queue; AT an offset in it."""
        super().__init__()
        self._first = document, at
        self.session: AdjudicationSession | None = None
        self.ledger: Ledger | None = None
        self.holder: Claim | None = None
        self.busy = ""
        self._place = self._version = 0
        self._advance = self._app.remembered.get("adjudicate-advance") != "0"
        self._anonymous = self._app.remembered.get("adjudicate-anonymous") == "1"
        self._held = deque()
        self._colours = colours_of(self._app.schema)
        self._message: tuple[str, str] = ("", "")
        self._last_label = ""
        self._search_from = 0
        self._letters = False
        self._keys = self._key_map()

    # -- what is on it ---------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title; versions and items beside the text; find field, status, hints."""
        yield Line(id="title")
        with Row(id="body"):
            with Column(id="side"):
                yield Versions()
                yield Rows(id="items", panel=True, empty="No document is open.")
            yield GoldPane(id="pane")
        yield FindBar(id="find")
        yield Line(id="status")
        yield HintBar(id="hints")
        yield TooSmall(id="small")

    def on_mount(self) -> None:
        """Open the document asked for, or the first of the queue."""
        self.pane = self.query_one(GoldPane)
        self._card = self.query_one(Versions)
        self._rows = self.query_one("#items", Rows)
        self._title = self.query_one("#title", Line)
        self._status = self.query_one("#status", Line)
        self._find = self.query_one(FindBar)
        self._hint_bar = self.query_one(HintBar)
        self.pane.on_key_press = self.press
        self.pane.on_state = self._moved
        self.pane.on_pick = self._pick
        self.pane.set_view(self._app.view)
        self._arrange()
        self._show_hints()
        self._show_title()
        self._show_state()
        self.set_interval(LOOK, self.look_late)
        document, at = self._first
        if document:
            self.open_document(document, at)
        else:
            self.next_document()

    def on_unmount(self) -> None:
        """Leave the document to others."""
        if self.session is not None and self.holder is None:
            self.release(self.session.key.document)

    def show_opened(self, opened: Opened, key: str, at: int | None) -> None:
        """Show a document at the item KEY, or the one nearest to the offset AT, or the first open one."""
        self.session = session = opened.session
        self.ledger, self.holder, self.late = opened.ledger, opened.holder, opened.late
        session.listeners.append(self._edited)
        if self.open_only or self.wanted != type(self.wanted)():
            opened.ledger.filter(self.wanted, open_only=self.open_only)
        self._message = ("", "")
        self.pane.open(session, at or 0, self._app.project.settings.direction)
        self.renew()
        ledger = opened.ledger
        place = ledger.places.get(key)
        if place is None and at is not None:
            place = next((n for n, item in enumerate(ledger.shown) if item.end > at and item.aspect == "span"), None)
        if place is None:
            place = ledger.next_open(-1, 1) or 0
        self.show_item(place)
        self._app.remember("last_document", session.key.document)
        if self.holder is not None:
            self.may_write()
        elif not session.adjudication.open:
            self.say(f"everything is decided in this document{self._to_next()}")

    def renew(self) -> None:
        """Show what the session has now: another adjudication, or the same with much of it changed."""
        session, ledger = self.session, self.ledger
        if session is None or ledger is None:
            return
        item = self.item
        if ledger.adjudication is not session.adjudication:
            self.ledger = ledger = ledger.renewed(session.adjudication)
        else:
            ledger.count_open()
        self.pane.mark_items(ledger.marks, session.adjudication.open)
        self.pane.edited(((0, len(session.document.text)),))
        self.list_items(item.key if item is not None else "")

    def list_items(self, key: str) -> None:
        """The items listed are others; KEY stays the current one if it is among them."""
        ledger = self.ledger
        if ledger is None:
            return
        self._rows.set_source(len(ledger.shown), self._row)
        self._rows.empty = self._why_empty(ledger)
        self.show_item(ledger.places.get(key, min(self._place, max(0, len(ledger.shown) - 1))))

    def _why_empty(self, ledger: Ledger) -> str:
        if self.session is not None and not self.session.begun:
            return f"N{self.not_begun()[1:]}."
        return "No item passes the filter." if ledger.is_filtered else "Nobody differs in this document."

    def show_item(self, place: int, version: int | None = None) -> None:
        """Make the item at PLACE of those listed the current one, with the cursor on one of its versions."""
        session, ledger = self.session, self.ledger
        if session is None or ledger is None:
            return
        self._place = place
        item = self.item
        grouped = self.versions()
        if version is None:
            decision = session.adjudication.decisions.get(item.key) if item is not None else None
            taken = (n for n, v in enumerate(grouped) if decision is not None and v.outcome == decision.outcome)
            version = next(taken, 0)
        self._version = version
        self._card.show(self._make_card(session, item), version)
        if item is not None:
            self._show_row(place)
        self._point()
        following = ledger.next_open(place, 1)
        if following is not None:
            self.pane.expect(ledger.shown[following].start)
        self._show_title()
        self._show_state()

    def _show_row(self, place: int) -> None:
        """Put the list's cursor on PLACE; off the screen it comes to the middle, so that not every step scrolls."""
        rows = self._rows
        height = rows.size.height
        if height and not rows.top <= place < rows.top + height:
            ahead = height // 2 if place > rows.top else -(height // 2)
            rows.show_row(max(0, min(place + ahead, rows.count - 1)))
        rows.move_cursor(place)

    def _make_card(self, session: AdjudicationSession, item: Item | None) -> Callable[[int], Sequence[CardLine]]:
        if item is None:
            return lambda _width: ()
        names = aliases(item.key, sorted(item.opinions))
        comments = session.comments(item) if self.ledger is not None and self.ledger.has_notes else ()
        return CardMaker(
            session.adjudication,
            session.document.text,
            item,
            self.look,
            self._colours,
            (lambda name: names.get(name, "?")) if self._anonymous else (lambda name: name),
            comments,
        ).lines

    def _point(self) -> None:
        """Show in the text where the current item is, and exactly what the version under the cursor takes."""
        session, item, grouped = self.session, self.item, self.versions()
        if session is None or self.editing:
            return
        if item is None:
            self.pane.point((), (), at=self.pane.state.caret)
            return
        exact = []
        if self._version < len(grouped):
            outcome = grouped[self._version].outcome
            said = told(session.adjudication, session.document.text, item, outcome)
            exact = [found for one in said for found in one.ranges]
        region = region_of(session.adjudication, item)
        self.pane.point(region, exact, self.gold_id(), at=region[0][0] if region else self.pane.state.caret)

    # -- edits come back -------------------------------------------------------------------------------------------

    def _edited(self, change: Change) -> None:
        """The session has taken a step: show it."""
        session, ledger = self.session, self.ledger
        if session is None or ledger is None or self.busy or ledger.adjudication is not session.adjudication:
            return  # much has changed; `renew` shows it
        touched = session.adjudication.touched
        ledger.follow(touched)
        known = session.adjudication.comparison.items
        items = [known[key] for key in touched if key in ledger.places]
        if self.item is not None:
            items.append(self.item)
        ranges = {found for item in items for found in ledger.ranges_of(item)}
        ids = (step.after or step.before for step in change.edit.replacements)
        ranges |= {(start, end) for found in ids if found is not None for start, end in fragments_of(found)}
        self.pane.edited(sorted({*ranges, *change.touched}))
        here = self._place
        self._rows.refresh_where(lambda row: row == here or ledger.shown[row].key in touched)
        self.work_goes_on()
        if self.editing:
            self._card.show(self._make_card(session, self.item), self._version)
            self._show_title()

    # -- other screens ---------------------------------------------------------------------------------------------

    @work(exclusive=True, group="documents")
    async def action_documents(self) -> None:
        """Show all documents, then adjudicate the one chosen."""
        from annotator.tui.screens.documents import DocumentsScreen  # noqa: PLC0415 - only when asked for

        chosen = await self._app.push_screen_wait(DocumentsScreen())
        if chosen is not None:
            self.open_document(chosen)
        elif self.session is not None:
            await self.show_anew(self.session)  # something may have been undone from there

    @work(exclusive=True, group="documents")
    async def action_queue(self) -> None:
        """Show the documents to adjudicate, then open the one chosen."""
        from annotator.tui.screens.adjudicate_queue import QueueScreen  # noqa: PLC0415 - only when asked for

        found = QueueScreen(self.wanted)
        chosen = await self._app.push_screen_wait(found)
        if found.touched:
            self._visited = frozenset()
        if chosen is not None:
            self.open_document(chosen)
        elif found.touched and self.session is not None:
            await self.show_anew(self.session)
