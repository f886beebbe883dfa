"""The rows of the documents screen as values: what is shown of a document, in which columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from annotator.text.normalise import fold
from annotator.tui.state_signs import SIGNS, titled
from annotator.tui.widgets.rows import Part
from annotator.workflow.people import reviews
from annotator.workflow.states import FINISHED, layer_of, state_of

if TYPE_CHECKING:
    from rich.style import Style

    from annotator.tui.look import Look
    from annotator.tui.screens.document_catalogue import Order
    from annotator.workflow.ports import Adjudication, DocumentSummary, LayerSummary, Person
    from annotator.workflow.states import State


@dataclass(frozen=True, slots=True)
class Item:
    """A document as its row needs it. `mine` is the layer of the person at work, None before their first edit.

    `state` is that of the document as a whole (see `state_of_all`), `states` that of each person's layer that the
    person at work may see. `others` are layers that are nobody's: gold, models'.
    """

    summary: DocumentSummary
    number: int
    mine: LayerSummary | None
    state: State
    states: Mapping[str, State]
    others: tuple[LayerSummary, ...]
    adjudication: Adjudication | None
    folded: str
    """Title and id as the filter looks at them."""

    @property
    def count(self) -> int:
        """Entities and events of the person at work."""
        return self.mine.entities + self.mine.events if self.mine is not None else 0

    @property
    def edited_at(self) -> str:
        """The last edit of the person at work, empty before any."""
        return self.mine.edited_at if self.mine is not None else ""

    @property
    def finished(self) -> int:
        """How many people have nothing left to do here."""
        return sum(state in FINISHED for state in self.states.values())

    @property
    def open(self) -> int:
        """Items that adjudication still has to decide."""
        return self.adjudication.open if self.adjudication is not None else 0


def items_of(
    summaries: Iterable[DocumentSummary],
    me: Person,
    names: Sequence[str],
    adjudications: Mapping[str, Adjudication],
    places: Mapping[str, int],
) -> list[Item]:
    """SUMMARIES as rows for the person ME; NAMES are the people who annotate, PLACES numbers documents by their ids."""
    known, made = frozenset(names), []
    for summary in summaries:
        adjudication = adjudications.get(summary.id)
        states = {name: state_of(layer_of(summary, name), adjudication) for name in names}
        others = tuple(layer for layer in summary.layers if layer.revision and layer.key.name not in known)
        mine = layer_of(summary, me.name)
        state = state_of_all(states.values(), adjudication) if reviews(me) else state_of(mine, adjudication)
        folded = fold(f"{summary.title} {summary.id}").text
        made.append(Item(summary, places[summary.id], mine, state, states, others, adjudication, folded))
    return made


def state_of_all(states: Iterable[State], adjudication: Adjudication | None = None) -> State:
    """The state of a document whose layers have these STATES: submitted when all are, reopened when one is."""
    found = set(states)
    if "reopened" in found:
        return "reopened"
    if adjudication is not None:
        return "done" if adjudication.done else "in adjudication"
    if not found or found == {"new"}:
        return "new"
    return "submitted" if found <= FINISHED else "in progress"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; `order` is the name of the order that a click on its heading sorts by."""

    heading: str
    width: int
    value: Callable[[Item], str]
    right: bool = False
    order: str = ""
    dim: bool = False


def local_time(at: str) -> str:
    """An RFC 3339 time as date and time of day where the person is; empty when there is none."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M") if at else ""
    except ValueError:
        return at[:16]


def _mine(pick: Callable[[LayerSummary], int]) -> Callable[[Item], str]:
    return lambda item: f"{pick(item.mine):,}" if item.mine is not None else "–"


def _of(name: str) -> Callable[[Item], str]:
    def value(item: Item) -> str:
        state, layer = item.states[name], layer_of(item.summary, name)
        return f"{SIGNS[state]} {layer.entities + layer.events:,}" if layer is not None else SIGNS[state]

    return value


def _others(item: Item) -> str:
    return ", ".join(f"{layer.key.name} {layer.entities + layer.events}" for layer in item.others)


def _decided(item: Item) -> str:
    found = item.adjudication
    return f"{found.open:,}/{found.items:,}" if found is not None else ""


_PERSON: Final = 7
"""Cells of a person's column."""
_TITLE: Final = 16
"""Cells that the title keeps at least."""


def columns_for(width: int, names: Sequence[str] = (), *, reviewing: bool = False) -> list[Column]:
    """The columns that find room in WIDTH cells; the title, which takes what is left, comes last.

    With REVIEWING those of each person of NAMES, or of how many have finished where there are too many; and that of
    open items of adjudication.
    """
    wide, roomy = width >= 100, width >= 130
    state = Column("State", 17 if width >= 80 else 13, lambda item: titled(item.state), order="state")
    id_width = 28 if roomy else 20 if wide else 13 if width >= 72 else 11
    id_ = Column("Id", id_width, lambda item: item.summary.id, order="id", dim=True)
    length = Column(
        "Length", 9 if wide else 7, lambda item: f"{item.summary.length:,}", order="length", dim=True, right=True
    )
    title = Column("Title", 0, lambda item: item.summary.title, right=True, order="title")
    found = [state, id_]
    if reviewing:
        open_ = Column("Open", 9 if wide else 7, _decided, right=True, order="open")
        room = width - sum(column.width + 1 for column in (*found, open_)) - _TITLE
        if names and len(names) * (_PERSON + 1) <= room:
            found += [Column(name, _PERSON, _of(name), order="finished") for name in names]
        elif names:
            found.append(Column("Finished", 8, lambda item: f"{item.finished}/{len(item.states)}", order="finished"))
        return [*_with_room(width, [*found, open_], [length]), title]
    counts = [
        Column("Ent", 5 if wide else 4, _mine(lambda layer: layer.entities), right=True, order="count"),
        Column("Ev", 5 if wide else 4, _mine(lambda layer: layer.events), right=True, order="count"),
    ]
    found += [length, *counts] if width >= 72 else counts
    if wide:
        found.append(Column("Last edit", 16, lambda item: local_time(item.edited_at), order="edited", dim=True))
    return [*_with_room(width, found, [Column("Other layers", 14, _others, dim=True)] if wide else []), title]


def _with_room(width: int, kept: Sequence[Column], more: Sequence[Column]) -> list[Column]:
    """KEPT, and those of MORE that leave the title half as much again as it needs."""
    found = list(kept)
    for column in more:
        if sum(one.width + 1 for one in (*found, column)) + 3 * _TITLE // 2 <= width:
            found.append(column)
    return found


def heading_parts(table: Sequence[Column], order: Order, style: Style) -> list[Part]:
    """The headings; the one sorted by has an arrow."""
    sign = "▾" if order.reverse else "▴"
    return [
        Part(column.heading + (sign if column.order == order.name else ""), style, column.width, column.right)
        for column in table
    ]


def row_parts(table: Sequence[Column], item: Item, look: Look) -> list[Part]:
    """The cells of a row."""
    return [
        Part(column.value(item), look.dim if column.dim else look.base, column.width, column.right) for column in table
    ]


def waiting_parts(table: Sequence[Column], id: str, look: Look) -> list[Part]:
    """The cells of the row of a document of which nothing but the ID is known yet."""
    return [Part(id if column.order == "id" else "…", look.dim, column.width, column.right) for column in table]


def column_at(table: Sequence[Column], x: int, width: int) -> Column | None:
    """The column under the cell X of a row of WIDTH cells."""
    start = 0
    for column in table:
        end = start + (column.width or width - start)
        if start <= x < end:
            return column
        start = end + 1
    return None
