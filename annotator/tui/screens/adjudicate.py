"""The adjudicate screen: the text with gold in it, what people differ on, and the versions to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from annotator.adjudication.feedback import label_of
from annotator.model.annotations import fragments_of
from annotator.tui.commands import commands_of, first_keys
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR, colours_of
from annotator.tui.screens.adjudicate_base import OnItem
from annotator.tui.screens.adjudicate_card import CardMaker
from annotator.tui.screens.adjudicate_documents import LOOK, DocumentActions, Opened
from annotator.tui.screens.adjudicate_edit import EditActions
from annotator.tui.screens.adjudicate_items import Ledger, aliases, region_of
from annotator.tui.screens.adjudicate_words import summary, told
from annotator.tui.screens.annotate import SMALLEST, WIDE, TooSmall
from annotator.tui.screens.annotate_actions import LabelActions
from annotator.tui.screens.annotate_repeat import RepeatActions
from annotator.tui.screens.annotate_view import ViewActions
from annotator.tui.widgets.boxes import Column, Covered, Row
from annotator.tui.widgets.find_bar import FindBar
from annotator.tui.widgets.gold_pane import GoldPane, Marks
from annotator.tui.widgets.lines import HintBar, Line
from annotator.tui.widgets.pieces import Piece, fit, width_of
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.versions import CardLine, Versions

if TYPE_CHECKING:
    from rich.style import Style

    from annotator.adjudication.items import Item
    from annotator.tui.app import AnnotatorApp
    from annotator.tui.look import Look
    from annotator.workflow.adjudication import AdjudicationSession
    from annotator.workflow.ports import Claim
    from annotator.workflow.session import Change


class AdjudicateScreen(
    OnItem,
    DocumentActions,
    EditActions,
    ViewActions,
    LabelActions,
    RepeatActions,
    Covered,
    Screen[None],
):
    """One reviewer, one document at a time."""

    SCOPE: str = "adjudicate"
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
        self._before_edit = 0
        self._advance = self._app.remembered.get("adjudicate-advance") != "0"
        self._anonymous = self._app.remembered.get("adjudicate-anonymous") == "1"
        self._listed: bool | None = None
        self._open_before: set[str] = set()
        self._colours = colours_of(self._app.schema)
        self._message: tuple[str, str] = ("", "")
        self._last_label = ""
        self._search_from = 0
        self._letters = False
        self._keys = self._key_map()

    @property
    def _app(self) -> AnnotatorApp:
        return self.app  # type: ignore[return-value]  # this screen is only used by that app

    @property
    def look(self) -> Look:
        """The look of the program."""
        return self._app.look

    # -- what is on it ---------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title; versions and items beside the text; find field, status, hints."""
        yield Line(id="title")
        with Row(id="body"):
            with Column(id="side"):
                yield Versions()
                yield Rows(id="items", panel=True, empty="Nobody differs.")
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
            self.say(f"everything is decided in this document{self._if_done()}")

    def renew(self) -> None:
        """Show what the session has now: another adjudication, or the same with much of it changed."""
        session, ledger = self.session, self.ledger
        if session is None or ledger is None:
            return
        item = self.item
        if ledger.adjudication is not session.adjudication:
            self.ledger = ledger = ledger.renewed(session.adjudication)
        self._open_before = set(session.adjudication.open)
        self.pane.mark_items(ledger.marks, session.adjudication.open)
        self.pane.edited(((0, len(session.document.text)),))
        self.list_items(item.key if item is not None else "")

    def list_items(self, key: str) -> None:
        """The items listed are others; KEY stays the current one if it is among them."""
        ledger = self.ledger
        if ledger is None:
            return
        self._rows.set_source(len(ledger.shown), self._row)
        self._rows.empty = "No item passes the filter." if ledger.is_filtered else "Nobody differs in this document."
        self.show_item(ledger.places.get(key, min(self._place, max(0, len(ledger.shown) - 1))))

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
            self._rows.move_cursor(place)
        self._point()
        self._show_title()
        self._show_state()

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

    # -- size and look ---------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """The versions stand beside the text, or below it."""
        self._arrange(event.size.width, event.size.height)
        self._show_title()

    def _arrange(self, width: int | None = None, height: int | None = None) -> None:
        columns, rows = width or self._app.size.width, height or self._app.size.height
        small = columns < SMALLEST[0] or rows < SMALLEST[1]
        if self.has_class("small") and not small:  # what is hidden loses the keys
            self.call_after_refresh(self.pane.focus)
        narrow = columns < WIDE
        listed = (not narrow if self._listed is None else self._listed) and (not narrow or rows >= 2 * SMALLEST[1] - 8)
        self.set_class(small, "small")
        self.set_class(narrow, "narrow")
        self.set_class(listed, "list")
        if small:
            line = self.query_one(TooSmall)
            text = f" {columns}x{rows}: please make the window at least {SMALLEST[0]}x{SMALLEST[1]} "
            line.show([(text, line.look.warn)])

    def action_panel(self) -> None:
        """Show or hide the list of items."""
        self._listed = not self.has_class("list")
        if not self._listed and self._rows.has_focus:
            self.pane.focus()
        self._arrange()

    def look_changed(self) -> None:
        """Fill the lines in the new look."""
        self._show_hints()
        if self.session is not None:
            self.show_item(self._place, self._version)

    def _show_hints(self) -> None:
        by_id = first_keys(self._keys)
        hinted = [command for command in commands_of(self.SCOPE) if command.hint and command.id in by_id]
        hinted.sort(key=lambda command: command.id != "app.help")
        self._hint_bar.show_commands([(command, by_id[command.id]) for command in hinted])

    def _show_title(self) -> None:
        session, look = self.session, self.look
        left: list[Piece] = [(" adjudicate ", look.bar_strong), (f" {fit(self._app.who, 20)}  ", look.bar_dim)]
        if session is None or self.ledger is None:
            self._title.show(left)
            return
        count, left_open = len(self.ledger.items), len(session.adjudication.open)
        done = f"{(count - left_open) / count:.0%} decided" if count else "nobody differs"
        left.append((f"{left_open:,} of {count:,} open · {done}", look.bar) if left_open else (f"✓ done · {done}", look.good))
        id = f"  {session.document.id[:24]}  "
        used = sum(width_of(text) for text, _ in left) + width_of(id)
        title = fit(session.document.title, max(10, self._app.size.width - used - 2))
        self._title.show(left, [(id, look.bar_dim), (title, look.bar), (" ", look.bar)])

    # -- status ----------------------------------------------------------------------------------------------------

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        self._message = (text, "bad" if bad else "good")
        self._show_state()

    def _moved(self) -> None:
        if self.editing:
            self._show_state()

    def _show_state(self) -> None:
        look = self.look
        text, kind = self._message
        style = look.bad if kind == "bad" else look.good
        sign = "✗" if kind == "bad" else "✓ saved ·" if text else "✓ saved"
        right = self._position(look)
        room = self._app.size.width - sum(width_of(piece) for piece, _ in right) - 12
        self._status.show([(f" {sign} ", style), (fit(text, max(20, room)), style)], right)

    def _position(self, look: Look) -> list[Piece]:
        pieces: list[Piece] = []
        if self.holder is not None:
            pieces.append((f" read only: {fit(self.holder.who, 16)} ", look.warn))
        if self.late:
            pieces.append((f" late edits: {fit(', '.join(edit.name for edit in self.late), 20)} (l) ", look.warn))
        if self.editing:
            caret = self.pane.state.caret
            pieces.append((f" editing gold, Esc ends · {caret} ", look.warn))
        elif self.ledger is not None:
            sign = " · filtered" if self.ledger.is_filtered else ""
            pieces.append((f" {min(self._place + 1, len(self.ledger.shown))}/{len(self.ledger.shown)}{sign} ", look.bar_dim))
        return pieces

    def show_late(self) -> None:
        """Late edits have come or gone."""
        self._show_state()

    # -- the list --------------------------------------------------------------------------------------------------

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        session, ledger, look = self.session, self.ledger, self.look
        if session is None or ledger is None:
            return ()
        made, item = session.adjudication, ledger.shown[index]
        sign, ink = self._sign(item)
        said = summary(made, session.document.text, item)
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        name = fit(said.label, 14)
        style = label_style(look.name, self._colours.get(said.type, UNKNOWN_COLOUR), ground) if said.type else look.panel
        kind = f"{'  ' if item.parent else ''}{item.kind or item.aspect}"
        left = [(f"{sign} ", ink), (f"{kind} ", look.panel_dim), (name, style)]
        room = width - sum(width_of(text) for text, _ in left) - 1
        words = fit(said.words[: 4 * max(1, room)], max(1, room))
        return [*left, (" " * max(1, room + 1 - width_of(words)), look.panel), (words, look.panel)]

    def _sign(self, item: Item) -> tuple[str, Style]:
        session, look = self.session, self.look
        assert session is not None  # noqa: S101 - rows exist only for an open session
        if item.key in session.adjudication.open:
            return "○", look.panel_title
        return ("✓" if item.key in session.adjudication.decisions else "·"), look.panel_dim

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """The text follows the list."""
        self.leave_edit()
        self._message = ("", "")
        self.show_item(event.index)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a double click: to the text."""
        self.leave_edit()
        self.show_item(event.index)
        self.pane.focus()

    # -- edits come back -------------------------------------------------------------------------------------------

    def _edited(self, change: Change) -> None:
        """The session has taken a step: show it."""
        session, ledger = self.session, self.ledger
        if session is None or ledger is None or self.busy or ledger.adjudication is not session.adjudication:
            return  # much has changed; `renew` shows it
        is_open = session.adjudication.open
        changed = self._open_before ^ is_open
        self._open_before = set(is_open)
        items = [session.adjudication.comparison.items[key] for key in changed]
        if self.item is not None:
            items.append(self.item)
        ranges = {found for item in items for found in ledger.ranges_of(item)}
        ids = (step.after or step.before for step in change.edit.replacements)
        ranges |= {(start, end) for found in ids if found is not None for start, end in fragments_of(found)}
        self.pane.edited(sorted({*ranges, *change.touched}))
        here = self._place
        self._rows.refresh_where(lambda row: row == here or ledger.shown[row].key in changed)
        self.work_goes_on()
        if self.editing:
            self._card.show(self._make_card(session, self.item), self._version)
            self._show_title()

    # -- moving ----------------------------------------------------------------------------------------------------

    def action_next_open(self) -> None:
        """To the next open item; to the next document where none is left here."""
        place = self.ledger.next_open(self._place, 1) if self.ledger is not None else None
        if place is None:
            self.next_document()
        elif place == self._place:
            self.say("this is the only open one")
        else:
            self.show_item(place)

    def action_previous_open(self) -> None:
        """To the previous open item."""
        place = self.ledger.next_open(self._place, -1) if self.ledger is not None else None
        if place is None:
            self.say("nothing is open here")
        else:
            self.show_item(place)

    def _go(self, place: int) -> None:
        count = len(self.ledger.shown) if self.ledger is not None else 0
        if 0 <= place < count:
            self.show_item(place)
        elif count:
            self.say("this is the last item" if place else "this is the first item")

    def action_next_item(self) -> None:
        """To the next item."""
        self._go(self._place + 1)

    def action_previous_item(self) -> None:
        """To the previous item."""
        self._go(self._place - 1)

    def action_item_left(self) -> None:
        """To the item on the left."""
        self._go(self._place + (1 if self.pane.flow == "rtl" else -1))

    def action_item_right(self) -> None:
        """To the item on the right."""
        self._go(self._place + (-1 if self.pane.flow == "rtl" else 1))

    def action_first_item(self) -> None:
        """To the first item."""
        self._go(0)

    def action_last_item(self) -> None:
        """To the last item."""
        if self.ledger is not None:
            self._go(len(self.ledger.shown) - 1)

    def action_version_up(self) -> None:
        """Look at the version above."""
        self._look_at(self._version - 1)

    def action_version_down(self) -> None:
        """Look at the version below."""
        self._look_at(self._version + 1)

    def _look_at(self, version: int) -> None:
        count = len(self.versions())
        if count:
            self._version = version % count
            self._card.move_cursor(self._version)
            self._point()
            self._show_state()

    def action_scroll_up(self) -> None:
        """Scroll the text up."""
        self.pane.scroll_page(-1)

    def action_scroll_down(self) -> None:
        """Scroll the text down."""
        self.pane.scroll_page(1)

    def action_switch(self) -> None:
        """From the text to the list, or back."""
        if self._rows.has_focus or not self.has_class("list"):
            self.pane.focus()
        else:
            self._rows.focus()
