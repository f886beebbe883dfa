"""What the adjudicate screen shows around the text: room, title, status, hints, the list of items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotator.adjudication.feedback import label_of
from annotator.tui.commands import commands_of, first_keys
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR
from annotator.tui.screens.adjudicate_moves import ItemMoves
from annotator.tui.screens.adjudicate_words import summary
from annotator.tui.screens.annotate import WIDE
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, fit, width_of
from annotator.tui.widgets.too_small import SMALLEST, TooSmall

if TYPE_CHECKING:
    from rich.style import Style

    from annotator.adjudication.items import Item
    from annotator.tui.look import Look


class ItemView(ItemMoves):
    """What is shown; a part of the adjudicate screen."""

    _title: Line
    _status: Line
    _colours: dict[str, str]
    _anonymous: bool
    _listed: bool | None = None
    """Whether the person wants the list; None: where there is room."""

    # -- size and look ---------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """The versions stand beside the text, or below it."""
        self._arrange()
        self._show_title()

    def _arrange(self) -> None:
        columns, rows = self._app.size
        small = self.query_one(TooSmall).measure(columns, rows)
        if self.has_class("small") and not small:  # what is hidden loses the keys
            self.call_after_refresh(self.pane.focus)
        narrow = columns < WIDE
        listed = (not narrow if self._listed is None else self._listed) and (not narrow or rows >= 2 * SMALLEST[1] - 8)
        self.set_class(small, "small")
        self.set_class(narrow, "narrow")
        self.set_class(listed, "list")

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
        if not session.begun:
            left.append(("not begun", look.bar))
        elif left_open:
            left.append((f"{left_open:,} of {count:,} open · {done}", look.bar))
        else:
            left.append((f"✓ done · {done}", look.good))
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
        self._status.show([(f" {sign} ", style), (fit(text, max(20, room), "ltr"), style)], right)

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
            pieces.append(
                (f" {min(self._place + 1, len(self.ledger.shown))}/{len(self.ledger.shown)}{sign} ", look.bar_dim)
            )
        return pieces

    def show_late(self) -> None:
        """Late edits have come or gone."""
        self._show_state()

    # -- the list --------------------------------------------------------------------------------------------------

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        return self.item_row(self.ledger.shown[index], width) if self.ledger is not None else ()

    def item_row(self, item: Item, width: int) -> Sequence[Piece]:
        """ITEM in one row of WIDTH cells: whether it is open, its kind, label and words."""
        session, look = self.session, self.look
        if session is None:
            return ()
        made = session.adjudication
        sign, ink = self._sign(item)
        said = summary(made, session.document.text, item)
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        name = fit(said.label, 14)
        style = (
            label_style(look.name, self._colours.get(said.type, UNKNOWN_COLOUR), ground) if said.type else look.panel
        )
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

    def action_anonymise(self) -> None:
        """Show annotators by name, or as letters."""
        self._anonymous = not self._anonymous
        self._app.remember("adjudicate-anonymous", "1" if self._anonymous else "0")
        self.show_item(self._place, self._version)
        self.say("letters stand for annotators, others at each item" if self._anonymous else "annotators by name")

    def _label_here(self) -> str:
        """The label whose guideline is wanted."""
        item, session = self.item, self.session
        if item is None or session is None or self.editing:
            return super()._label_here()
        return label_of(session.adjudication, item)
