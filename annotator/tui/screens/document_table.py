"""The rows of the documents screen as values: what is shown of a document, in which order, and which match a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from annotator.text.normalise import fold
from annotator.tui.widgets.rows import Part
from annotator.workflow.ports import GOLD

if TYPE_CHECKING:
    from rich.style import Style

    from annotator.tui.look import Look
    from annotator.workflow.ports import DocumentSummary, LayerSummary


@dataclass(frozen=True, slots=True)
class Item:
    """A document as its row needs it. `mine` is this person's layer, None before their first edit."""

    summary: DocumentSummary
    number: int
    mine: LayerSummary | None
    others: tuple[LayerSummary, ...]
    folded: str
    """Title and id as the filter looks at them."""

    @property
    def state(self) -> str:
        """How far this document is: settled in the gold layer, begun by this person, or new to them."""
        if any(
            layer.key.name == GOLD and layer.revision for layer in (*self.others, *([self.mine] if self.mine else []))
        ):
            return "gold"
        return "started" if self.mine is not None else "new"

    @property
    def count(self) -> int:
        """Entities and events of this person."""
        return self.mine.entities + self.mine.events if self.mine is not None else 0

    @property
    def edited_at(self) -> str:
        """This person's last edit, empty before any."""
        return self.mine.edited_at if self.mine is not None else ""


SIGNS: Final = {"new": "○", "started": "◐", "gold": "●"}


def items_of(summaries: Iterable[DocumentSummary], who: str) -> list[Item]:
    """SUMMARIES as rows for the person WHO; folding every title takes a while with many of them."""
    made = []
    for number, summary in enumerate(summaries):
        layers = [layer for layer in summary.layers if layer.revision]
        mine = next((layer for layer in layers if layer.key.name == who), None)
        others = tuple(layer for layer in layers if layer is not mine)
        made.append(Item(summary, number, mine, others, fold(f"{summary.title} {summary.id}").text))
    return made


def matching(items: Sequence[Item], query: str) -> list[Item]:
    """Those of ITEMS that have every word of QUERY in their title or id, however it is spelt."""
    words = fold(query).text.split()
    return [item for item in items if all(word in item.folded for word in words)] if words else list(items)


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort the table."""

    name: str
    title: str
    key: Callable[[Item], Any]
    reverse: bool = False


ORDERS: Final = (
    Order("added", "order of import", lambda item: item.number),
    Order("title", "title", lambda item: (item.folded, item.number)),
    Order("id", "id", lambda item: item.summary.id),
    Order("length", "length, longest first", lambda item: item.summary.length, reverse=True),
    Order("count", "annotations, most first", lambda item: item.count, reverse=True),
    Order("state", "state, new ones first", lambda item: (list(SIGNS).index(item.state), item.number)),
    Order("edited", "last edit, newest first", lambda item: item.edited_at, reverse=True),
)


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


def _others(item: Item) -> str:
    return ", ".join(f"{layer.key.name} {layer.entities + layer.events}" for layer in item.others)


def columns_for(width: int) -> list[Column]:
    """The columns that find room in WIDTH cells; the title, which takes what is left, comes last."""
    wide, roomy = width >= 100, width >= 130
    found = [
        Column("State", 9, lambda item: f"{SIGNS[item.state]} {item.state}", order="state"),
        Column("Id", 28 if roomy else 20 if wide else 13, lambda item: item.summary.id, order="id", dim=True),
        Column(
            "Length", 9 if wide else 7, lambda item: f"{item.summary.length:,}", right=True, order="length", dim=True
        ),
        Column("Ent", 5 if wide else 4, _mine(lambda layer: layer.entities), right=True, order="count"),
        Column("Ev", 5 if wide else 4, _mine(lambda layer: layer.events), right=True, order="count"),
    ]
    if wide:
        found.append(Column("Last edit", 16, lambda item: local_time(item.edited_at), order="edited", dim=True))
        found.append(Column("Other layers", 24 if roomy else 14, _others, dim=True))
    found.append(Column("Title", 0, lambda item: item.summary.title, right=True, order="title"))
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


def column_at(table: Sequence[Column], x: int, width: int) -> Column | None:
    """The column under the cell X of a row of WIDTH cells."""
    start = 0
    for column in table:
        end = start + (column.width or width - start)
        if start <= x < end:
            return column
        start = end + 1
    return None
