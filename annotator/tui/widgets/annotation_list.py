"""The annotations of the open layer in text order, a tree beside the text: under each event, what fills its roles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from annotator.model.annotations import Annotation, Event, fragments_of, quoted
from annotator.model.span_index import Span, spans_of
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR, colours_of
from annotator.tui.widgets.pieces import Piece, fit, width_of
from annotator.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from annotator.tui.look import Look
    from annotator.workflow.session import Session


class Branch(NamedTuple):
    """A row under an event: a role and the id of what fills it; no id: the role is required and empty."""

    role: str
    target: str


class Tree:
    """Spans in text order, with branches under some: which row is which. Both ways in the time of a bisection."""

    def __init__(self, spans: Sequence[Span], branches: Sequence[tuple[Span, Sequence[Branch]]]) -> None:
        """BRANCHES holds some of SPANS, in their order, and what is under each."""
        self.spans = spans
        self._parents = [span for span, _ in branches]
        self._branches = [found for _, found in branches]
        self._before = [0, *accumulate(map(len, self._branches))]

    def __len__(self) -> int:
        return len(self.spans) + self._before[-1]

    def row_of(self, place: int) -> int:
        """The row of the span at PLACE."""
        return place + self._before[bisect_left(self._parents, self.spans[place])]

    def _row(self, number: int) -> int:
        return bisect_left(self.spans, self._parents[number]) + self._before[number]

    def at(self, row: int) -> tuple[Span, Branch | None]:
        """The span of ROW; for a branch the span it is under, and the branch."""
        number = bisect_right(range(len(self._parents)), row, key=self._row) - 1
        if number < 0:
            return self.spans[row], None
        under = row - self._row(number)
        if under <= len(self._branches[number]):
            return self._parents[number], self._branches[number][under - 1] if under else None
        return self.spans[row - self._before[number + 1]], None


class AnnotationList(Rows):
    """One row an entity or event: its words at the right edge, its type at the left."""

    NAMED = True

    def __init__(self, *, id: str | None = None) -> None:
        empty = "No annotations yet. Put the caret on a word and press a label's key."
        super().__init__(id=id, panel=True, click_chooses=True, empty=empty)
        self._session: Session | None = None
        self._tree = Tree((), ())
        self._known: dict[str, tuple[Annotation, Sequence[Branch]]] = {}
        self._colours: dict[str, str] = {}

    def open(self, session: Session) -> None:
        """Show the annotations of SESSION."""
        self._session = session
        self._known = {}
        self._colours = colours_of(session.schema)
        self.refresh_rows()  # what they said is about another text
        self.reload()

    def reload(self, same_places: Collection[str] = ()) -> None:
        """The annotations have changed; SAME_PLACES are their ids when none of them moved, came or went."""
        session = self._session
        if session is None:
            return
        spans = session.index.in_order()
        events = session.index.events()
        known = self._known = {span.id: self._branches_of(session, span.id) for span in events}
        self._tree = Tree(spans, [(span, found) for span in events if (found := known[span.id][1])])
        if same_places and len(self._tree) == self.count:
            self.refresh_where(lambda row: self._shows(row, same_places))
            return
        self.set_source(len(self._tree), self._row_pieces, keep_cursor=True)

    def _shows(self, row: int, ids: Collection[str]) -> bool:
        span, branch = self._tree.at(row)
        return span.id in ids or (branch is not None and branch.target in ids)

    def _branches_of(self, session: Session, id: str) -> tuple[Annotation, Sequence[Branch]]:
        """The annotation ID and what is under it: as it was, unless the annotation is another one by now."""
        event = session.annotations[id]
        known = self._known.get(id)
        return known if known is not None and known[0] is event else (event, self._under(session, event))

    def _under(self, session: Session, event: Annotation) -> Sequence[Branch]:
        kind = session.schema.event.get(event.type) if isinstance(event, Event) else None
        if not isinstance(event, Event) or kind is None:
            return ()
        found: list[Branch] = []
        for role in kind.roles:
            filled = [Branch(role.name, argument.target) for argument in event.arguments if argument.role == role.name]
            found += filled or ([Branch(role.name, "")] if role.required else [])
        return found

    def span(self, index: int) -> Span:
        """The span of row INDEX: the annotation's own, or for a filled role the filler's."""
        span, branch = self._tree.at(index)
        session = self._session
        if branch is None or not branch.target or session is None:
            return span
        return next(spans_of(session.annotations[branch.target]), span)

    def show_current(self, id: str, start: int) -> None:
        """Put the cursor on the annotation ID, whose span starts at offset START; no cursor when it is not there."""
        spans = self._tree.spans
        at = bisect_left(spans, (start,))
        while at < len(spans) and spans[at].start == start:
            if spans[at].id == id:
                self.move_cursor(self._tree.row_of(at))
                return
            at += 1
        self.move_cursor(None)

    def _content(self, index: int) -> Hashable:
        """An annotation more or less moves the rows below it, and they look as they did."""
        session = self._session
        if session is None:
            return index
        span, branch = self._tree.at(index)
        if branch is None:
            return span.type, span.is_event, fragments_of(session.annotations[span.id])
        return branch.role, fragments_of(session.annotations[branch.target]) if branch.target else None

    def _row_pieces(self, index: int, width: int) -> list[Piece]:
        look: Look = self._look
        session = self._session
        assert session is not None  # noqa: S101 - rows exist only for an open session
        span, branch = self._tree.at(index)
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        if branch is None:
            name, id, style = f"{'*' if span.is_event else ''}{span.type}", span.id, None
        else:
            name, id, style = f"  {branch.role}", branch.target, look.panel_dim
        words = quoted(session.document.text, fragments_of(session.annotations[id])) if id else "—"
        label = fit(name, min(12, width // 2)) if branch is None else name[: min(14, width // 2)]
        ready = fit(words, width - width_of(label) - 2)
        gap = " " * max(0, width - width_of(label) - width_of(ready) - 1)
        style = style or label_style(look.name, self._colours.get(span.type, UNKNOWN_COLOUR), ground)
        ink = look.panel if id else look.panel_title
        return [(label, style), (gap, look.panel), (ready, ink), (" ", look.panel)]
