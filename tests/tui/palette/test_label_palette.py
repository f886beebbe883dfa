"""How labels share the side panel with the list of annotations."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.model.schema import EntityType, EventType, Schema, Titles
from annotator.tui.widgets.label_palette import SPARED, Cell, arranged, most_rows

WIDTH = 36


def schema(entities: int, events: int, length: int = 5) -> Schema:
    titles = Titles("x", "س")
    return Schema(
        "test",
        "1",
        entities=tuple(EntityType(f"E{n:0{length - 1}}", titles, "#336699") for n in range(entities)),
        events=tuple(EventType(f"V{n:0{length - 1}}", titles, "#336699") for n in range(events)),
    )


def names(rows: list[list[Cell]]) -> list[list[str]]:
    return [[cell if isinstance(cell, str) else cell.name if cell else "" for cell in row] for row in rows]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(2, 20), st.integers(1, 80))
def test_every_label_has_a_place_and_the_list_has_its_share(entities: int, events: int, length: int, room: int) -> None:
    made = schema(entities, events, length)
    rows = names(arranged(made, WIDTH, room))
    shown = [name for row in rows for name in row if name and name not in {"Entities", "Events"}]
    assert sorted(shown) == sorted(label.name for label in made.labels())
    assert rows[-1] == []
    taken = min(len(rows), most_rows(room))
    assert room - taken >= min(SPARED, room // 2)


def test_beside_each_other_where_that_leaves_half() -> None:
    rows = names(arranged(schema(3, 2), WIDTH, 10))
    assert rows == [["Entities", "Events"], ["E0000", "V0000"], ["E0001", "V0001"], ["E0002", ""], []]


def test_above_each_other_in_columns_where_it_does_not() -> None:
    rows = names(arranged(schema(9, 2), WIDTH, 14))
    assert rows == [
        ["Entities"],
        ["E0000", "E0003", "E0006", ""],
        ["E0001", "E0004", "E0007", ""],
        ["E0002", "E0005", "E0008", ""],
        ["Events"],
        ["V0000", "V0001", "", ""],
        [],
    ]
