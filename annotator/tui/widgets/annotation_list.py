"""The annotations of the open layer in text order, a tree beside the text.

Under each event stands what fills its roles, and under everything the relations and the chain it is in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from annotator.model.annotations import Annotation, Entity, Event, Relation, fragments_of, quoted
from annotator.model.span_index import Span, spans_of
from annotator.tui.links import Link, Links
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR, colours_of
from annotator.tui.widgets.pieces import Piece, fit, width_of
from annotator.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from annotator.model.operations import Edit
    from annotator.tui.look import Look
    from annotator.workflow.session import Session


class Branch(NamedTuple):
    """A row under an annotation: a role, a relation or the chain, and the id of what stands at its other end.

    No id: the role is required and empty. The other end of a chain is its next mention.
    """

    role: str
    target: str


class Known(NamedTuple):
    """What the rows of one annotation were made of, and what is under it."""

    annotation: Annotation
    links: Sequence[Link]
    span: Span
    branches: Sequence[Branch]


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
        self._known: dict[str, Known] = {}
        self._linked: dict[str, Known] = {}
        """What is known of entities with links; events are in `_known`."""
        self._links = Links()
        self._colours: dict[str, str] = {}

    def open(self, session: Session) -> None:
        """Show the annotations of SESSION."""
        self._session = session
        self._known = {}
        self._colours = colours_of(session.schema)
        self.refresh_rows()  # what they said is about another text
        self._read(session)

    def _read(self, session: Session) -> None:
        self._links, self._linked = Links(session.annotations.values()), {}
        self._find_linked(session, self._links.ids())
        self.reload()

    def edited(self, edit: Edit) -> None:
        """The session has committed EDIT, or, where that changes nothing, has read the layer anew."""
        session = self._session
        if session is None:
            return
        if not edit.replacements:
            self._read(session)
            return
        linked = {id for it in edit.replacements for id in self._links.replace(it.before, it.after)}
        pairs = [(it.before, it.after) for it in edit.replacements]
        self._find_linked(session, linked | {it.id for it in edit.replacements if it.id in self._linked})
        stay = not linked and all(a and b and fragments_of(a) == fragments_of(b) for a, b in pairs)
        self.reload({b.id for _, b in pairs if b is not None} if stay else ())

    def reload(self, same_places: Collection[str] = ()) -> None:
        """The annotations have changed; SAME_PLACES are their ids when none of them moved, came or went."""
        session = self._session
        if session is None:
            return
        spans = session.index.in_order()
        events = session.index.events()
        known = self._known = {span.id: self._known_of(session, span.id, self._known, span) for span in events}
        branches = [(span, found) for span in events if (found := known[span.id].branches)]
        if self._linked:
            branches += [(it.span, it.branches) for it in self._linked.values()]
            branches.sort(key=itemgetter(0))
        self._tree = Tree(spans, branches)
        if same_places and len(self._tree) == self.count:
            self.refresh_where(lambda row: self._shows(row, same_places))
            return
        self.set_source(len(self._tree), self._row_pieces, keep_cursor=True)

    def _shows(self, row: int, ids: Collection[str]) -> bool:
        span, branch = self._tree.at(row)
        return span.id in ids or (branch is not None and branch.target in ids)

    def _find_linked(self, session: Session, ids: Iterable[str]) -> None:
        """Find out anew what is under the entities among IDS."""
        for id in ids:
            if self._links.of(id) and isinstance(session.annotations.get(id), Entity):
                self._linked[id] = self._known_of(session, id, self._linked)
            else:
                self._linked.pop(id, None)

    def _known_of(self, session: Session, id: str, before: Mapping[str, Known], span: Span | None = None) -> Known:
        """The annotation ID and what is under it: as BEFORE, unless it is another one, or linked otherwise, by now."""
        annotation, links = session.annotations[id], self._links.of(id)
        known = before.get(id)
        if known is not None and known.annotation is annotation and known.links is links:
            return known
        under = [*self._roles_of(session, annotation), *self._links_of(session, id, links)]
        return Known(annotation, links, span or next(spans_of(annotation)), under)

    def _roles_of(self, session: Session, event: Annotation) -> Iterator[Branch]:
        kind = session.schema.event.get(event.type) if isinstance(event, Event) else None
        if not isinstance(event, Event) or kind is None:
            return
        for role in kind.roles:
            filled = [Branch(role.name, argument.target) for argument in event.arguments if argument.role == role.name]
            yield from filled or ([Branch(role.name, "")] if role.required else [])

    def _links_of(self, session: Session, id: str, links: Sequence[Link]) -> Iterator[Branch]:
        for link in links:
            if isinstance(link, Relation):
                kind = session.schema.relation.get(link.type)
                out = link.source == id
                arrow = "↔" if kind is not None and kind.symmetric else "→" if out else "←"
                yield Branch(f"{arrow} {link.type}", link.target if out else link.source)
            else:
                at = self._links.place(link, id) + 1
                yield Branch(f"= {at} of {len(link.members)}", link.members[at % len(link.members)])

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
