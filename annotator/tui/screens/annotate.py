"""The annotate screen: the text fills it; labels, annotations, title and status are beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from annotator.errors import AnnotatorError, LockedError, StaleRevisionError
from annotator.model.annotations import DocumentLabel
from annotator.tui.commands import BY_ID, commands_of, first_keys
from annotator.tui.failures import failure
from annotator.tui.screens.annotate_actions import LabelActions
from annotator.tui.screens.annotate_details import DetailActions
from annotator.tui.screens.annotate_documents import DocumentActions
from annotator.tui.screens.annotate_find import FindActions
from annotator.tui.screens.annotate_links import LinkActions
from annotator.tui.screens.annotate_modes import ModeActions
from annotator.tui.screens.annotate_moves import MoveActions
from annotator.tui.screens.annotate_notes import NoteActions
from annotator.tui.screens.annotate_repeat import RepeatActions
from annotator.tui.screens.annotate_submit import LOOK, SubmitActions
from annotator.tui.screens.annotate_view import ViewActions
from annotator.tui.screens.ground import Ground
from annotator.tui.widgets.annotation_list import AnnotationList
from annotator.tui.widgets.boxes import Column, Covered, Row
from annotator.tui.widgets.find_bar import FindBar
from annotator.tui.widgets.label_palette import LabelLine, LabelPalette
from annotator.tui.widgets.lines import HintBar, Line
from annotator.tui.widgets.pieces import Piece, fit, width_of
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.text_pane import TextPane
from annotator.tui.widgets.too_small import SMALLEST, TooSmall
from annotator.workflow.session import Change, Session

if TYPE_CHECKING:
    from annotator.model.documents import Document
    from annotator.tui.app import AnnotatorApp
    from annotator.tui.look import Look
    from annotator.workflow.ports import Adjudication, Layer

WIDE = 100
"""Columns from which the side panel is shown unless it was hidden."""
MOST_WORDS, FEWEST_WORDS = 28, 8
"""Cells for the words under the caret in the status line, and those that they keep beside a long message."""


class AnnotateScreen(
    MoveActions,
    FindActions,
    ViewActions,
    DocumentActions,
    LabelActions,
    ModeActions,
    LinkActions,
    DetailActions,
    NoteActions,
    RepeatActions,
    SubmitActions,
    Covered,
    Ground,
    Screen[None],
):
    """One person, one document, one layer."""

    SCOPE = "annotate"
    AUTO_FOCUS = "TextPane"
    DEFAULT_CSS = """
    AnnotateScreen #body { height: 1fr; }
    AnnotateScreen #side { width: 36; display: none; }
    AnnotateScreen.panel #side { display: block; }
    AnnotateScreen.panel #labels { display: none; }
    AnnotateScreen.small Line, AnnotateScreen.small #body, AnnotateScreen.small FindBar { display: none; }
    AnnotateScreen.small TooSmall { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        size = self._app.size
        self._start_view()
        shown = size.width >= WIDE if self._panel is None else self._panel
        self.set_class(shown and size.height >= SMALLEST[1], "panel")  # before the first layout
        self.session: Session | None = None
        self._message: tuple[str, str] = ("", "")
        self._search_from = 0
        self._documents = 0

    @property
    def _app(self) -> AnnotatorApp:
        return self.app  # type: ignore[return-value]  # this screen is only used by that app

    @property
    def look(self) -> Look:
        """The look of the program."""
        return self._app.look

    # -- what is on it ---------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title, side panel and text, find field, status, hints."""
        yield Line(id="title")
        with Row(id="body"):
            with Column(id="side"):
                yield LabelPalette(self.live_schema)
                yield AnnotationList(id="list")
            yield TextPane(id="pane")
        yield FindBar(id="find")
        yield LabelLine(self.live_schema, id="labels")
        yield Line(id="status")
        yield HintBar(id="hints")
        yield TooSmall(id="small")

    def on_mount(self) -> None:
        """Open what the command line found, or show the documents."""
        self.pane = self.query_one(TextPane)
        self._list = self.query_one(AnnotationList)
        self._title = self.query_one("#title", Line)
        self._status = self.query_one("#status", Line)
        self._find = self.query_one(FindBar)
        self._hint_bar = self.query_one(HintBar)
        self.pane.on_key_press = self.press
        self.pane.on_state = self._show_state
        self.pane.on_pick = self._pick
        self.pane.set_view(self._app.view)
        self.set_interval(LOOK, self.look_again)
        first = self._app.launch.first
        self._show_hints()
        self._arrange()
        if first is not None and first.document is not None and first.layer is not None:
            self._documents = first.documents
            self.show_document(first.document, first.layer)
            words, bad = self._first_words()
            if words:
                self.say(words, bad=bad)
        elif self._app.launch.start == "annotate":
            self.call_after_refresh(self.action_documents)

    def show_document(self, document: Document, layer: Layer, adjudication: Adjudication | None = None) -> None:
        """Open DOCUMENT and LAYER where this person left them; ADJUDICATION is the document's."""
        app = self._app
        if self._mode is not None:
            self.enter(None)
        self.session = session = Session(app.store, app.schema, document, layer, app.who)
        session.listeners.append(self._edited)
        self.adjudication = adjudication
        place = app.remembered.get(f"place:{document.id}", "0")
        self.pane.open(session, int(place) if place.isdecimal() else 0, app.project.settings.direction)
        self._list.open(session)
        self._show_title()
        self._show_state()
        if adjudication is None:
            self.call_after_refresh(self.look_again)

    # -- size and look ---------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """The side panel comes and goes with the room there is."""
        self._arrange()
        self._show_title()
        if self._mode is None:
            self._show_hints()

    def _arrange(self) -> None:
        columns, rows = self._app.size
        small = self.query_one(TooSmall).measure(columns, rows)
        if self.has_class("small") and not small:  # what is hidden loses the keys
            self.call_after_refresh(self.pane.focus)
        self.set_class(small, "small")
        self.set_class(not small and (columns >= WIDE if self._panel is None else self._panel), "panel")

    def look_changed(self) -> None:
        """Fill the lines in the new look."""
        self._show_title()
        self._show_state()
        self._show_hints()

    def _show_hints(self) -> None:
        by_id = first_keys(self._keys)
        hinted = [command for command in commands_of(self.SCOPE) if command.hint and command.id in by_id]
        hinted.sort(key=lambda command: command.id != "app.help")  # what leads to all the others is always there
        shown = [(command, by_id[command.id]) for command in hinted]
        self._hint_bar.show_commands(shown)
        self.query_one(LabelLine).show_list(BY_ID["annotate.pick-label"], by_id.get("annotate.pick-label", ""))

    def _show_labels(self) -> None:
        self.query_one(LabelPalette).show(self.live_schema)
        self.query_one(LabelLine).show_labels(self.live_schema)

    def _show_title(self) -> None:
        session, look = self.session, self.look
        if session is None:
            self._title.show([(" annotator", look.bar_strong)])
            return
        left: list[Piece] = [(" annotator ", look.bar_strong), (f" {fit(session.who, 20)} ", look.bar_dim)]
        left += self._state_pieces()
        id = f"{session.document.id[:24]}  "
        labels = self._document_labels()
        if labels:
            left.append((fit(labels, max(20, self._app.size.width // 3)), look.bar))
        used = sum(width_of(text) for text, _ in left) + width_of(id)
        right: list[Piece] = [
            (id, look.bar_dim),
            (fit(session.document.title, max(10, self._app.size.width - used - 2)), look.bar),
            (" ", look.bar),
        ]
        self._title.show(left, right)

    # -- keys ------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Keys of the annotation list and of nothing in particular."""
        if self.focused is not self.pane and isinstance(self.focused, AnnotationList | None) and event.key == "escape":
            self.pane.focus()
            event.stop()

    def on_hint_bar_pressed(self, event: HintBar.Pressed) -> None:
        """A click on a hint."""
        self._message = ("", "")
        self._app.run_command(event.command.id)

    def on_label_palette_pressed(self, event: LabelPalette.Pressed) -> None:
        """A click on a label."""
        self.pane.focus()
        self._last_label = event.name
        self.label(event.name)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """A click on an annotation, or Enter on it."""
        span = self._list.span(event.index)
        self.pane.focus()
        self.pane.select(span.start, span.end, span.id)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """The text follows the list."""
        span = self._list.span(event.index)
        self.pane.select(span.start, span.end, span.id)

    # -- status ----------------------------------------------------------------------------------------------------

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        self._message = (text, "bad" if bad else "good")
        self._show_state()

    def announce(self, text: str, *, bad: bool = False) -> bool:
        """What the program says stands there too."""
        self.say(text, bad=bad)
        return True

    def _show_state(self) -> None:
        """The status line and the list follow the caret."""
        session, look, state = self.session, self.look, self.pane.state
        text, kind = self._message
        style: Style = look.bad if kind == "bad" else look.good
        if session is None:
            self._status.show([(f" {text}", style)])
            return
        locked = self._locked_words()
        sign = " ✗ " if kind == "bad" else " ✓ saved · " if text else " ✓ saved "
        left: list[Piece] = [(sign, style)]
        right = self._position(session, look)
        rest = self.size.width - width_of(sign) - 1
        room = rest - sum(width_of(piece) for piece, _ in right)
        if (missing := width_of(text or locked) - room) > 0:
            right = self._position(session, look, max(FEWEST_WORDS, MOST_WORDS - missing))
            room = rest - sum(width_of(piece) for piece, _ in right)
        if kind == "bad" and width_of(text) > room:  # why it was refused comes before the place
            left.append((fit(text, rest, "ltr"), style))
            right = ()
        elif text:
            left.append((fit(text, room, "ltr"), style))
        elif locked:
            left = [(f" {fit(locked, room)} ", look.warn)]
        elif said := self._said_of_current():
            left.append((fit(f"· {said}", room, "ltr"), look.bar_dim))
        self._status.show(left, right)
        if self.has_class("panel") and self.focused is not self._list:
            span = next((span for span in session.index.at(state.caret) if span.id == state.current), None)
            start = span.start if span is not None and not span.part else state.selection[0] if state.selection else -1
            self._list.show_current(state.current, start)

    def _position(self, session: Session, look: Look, room: int = MOST_WORDS) -> Sequence[Piece]:
        state = self.pane.state
        target = self.pane.target()
        direction = "RTL" if self.pane.base_level() % 2 else "LTR"
        pieces: list[Piece] = []
        if target is not None:
            start, end = target
            words = session.document.text[start : min(end, start + 60)]
            sign = "mark " if state.marked else "selected " if state.selection is not None else ""
            pieces = [
                (f"{sign}[{start}, {end}) ", look.warn if sign else look.bar_dim),
                (fit(words, room), look.bar),
            ]
        if self._letters:
            pieces.append(("  hjkl", look.warn))
        percent = 100 * state.caret // max(1, len(session.document.text))
        pieces.append((f"  {state.caret} · {percent}% · {direction} ", look.bar_dim))
        return pieces

    # -- edits come back -------------------------------------------------------------------------------------------

    def _edited(self, change: Change) -> None:
        """The session has committed an edit: show it."""
        if change.edit.changed:
            self._edit_came_through()
        self.pane.edited(change.touched)
        self._list.edited(change.edit)
        replaced = change.edit.replacements
        if not replaced or any(isinstance(it.before or it.after, DocumentLabel) for it in replaced):
            self._show_title()

    def guarded(self, what: str, error: AnnotatorError) -> None:
        """Say why WHAT was not done; after somebody else's edit, show what is there now."""
        if isinstance(error, StaleRevisionError) and self.session is not None:
            if self.reread(f"{what}: this layer was changed elsewhere, and cannot be shown anew"):
                self.say(f"{what}: this layer was changed elsewhere; it is shown anew, please try again", bad=True)
        elif isinstance(error, LockedError) and self.session is not None:
            self.reread()
            self._show_title()
            here = self.session.state == "submitted"  # else undo is about another document
            self.say(f"{what}: {error.brief if here else error}", bad=True)
        else:
            self.say(failure(error, what), bad=True)

    # -- the screen ------------------------------------------------------------------------------------------------

    def action_concordance(self) -> None:
        """Search in all documents."""
        from annotator.tui.screens.concordance import open_concordance  # noqa: PLC0415 - not on the start-up path

        open_concordance(self)

    def action_everywhere(self) -> None:
        """Label the same thing everywhere."""
        from annotator.tui.screens.concordance import open_concordance  # noqa: PLC0415 - not on the start-up path

        open_concordance(self, everywhere=True)
