"""The table with one cursor: grounds that can be read, names that stay, numbers that scroll, mouse and keys."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult

from annotator.tui.look import DARK, LOOKS, PLAIN, Look
from annotator.tui.widgets.matrix import Cell, Matrix, Table, contrast, heat, heat_style


class Bench(App[None]):
    """A matrix alone."""

    def __init__(self, table: Table, empty: str = "") -> None:
        super().__init__()
        self.look: Look = DARK
        self._table, self._empty = table, empty
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield Matrix(empty=self._empty)

    def on_mount(self) -> None:
        self.matrix.show(self._table)
        self.matrix.focus()

    @property
    def matrix(self) -> Matrix:
        return self.query_one(Matrix)

    def on_matrix_moved(self, _event: Matrix.Moved) -> None:
        self.said.append("moved")

    def on_matrix_chosen(self, _event: Matrix.Chosen) -> None:
        self.said.append("chosen")

    def rows(self) -> list[str]:
        """The screen as text."""
        strips: Any = self.screen._compositor.render_strips()
        return ["".join(part.text for part in line) for line in strips]


def numbered(rows: int, columns: int, **more: Any) -> Table:
    names = [f"row {at}" for at in range(rows)], [f"c{at}" for at in range(columns)]
    return Table(*names, lambda row, column: Cell(f"{row}/{column}", (row + column) / (rows + columns)), **more)


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_every_ground_can_be_read_on(look: Look) -> None:
    least = 7 if look.name.startswith("contrast") else 4.5
    found = heat(look)
    assert len(found) > 20
    assert len({style.bgcolor for style in found}) == len(found)
    for style in found:
        assert style.color is not None
        assert style.bgcolor is not None
        assert contrast(style.color.name, style.bgcolor.name) >= least
    assert found[0].bgcolor is not None
    assert found[0].bgcolor.name == look.ground


@given(st.floats(-2, 3), st.floats(-2, 3))
def test_more_is_never_fainter(one: float, other: float) -> None:
    low, high = sorted((one, other))
    found = heat(DARK)
    assert found.index(heat_style(DARK, low)) <= found.index(heat_style(DARK, high))


def test_without_colours_there_is_no_ground() -> None:
    assert heat_style(PLAIN, 0.0) == heat_style(PLAIN, 1.0)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


async def test_keys_move_and_choose() -> None:
    app = Bench(numbered(50, 30))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("down", "right", "right")
        assert app.matrix.cursor == (1, 2)
        assert "[1/2]" in app.rows()[2]
        await pilot.press("end")
        assert app.matrix.cursor == (1, 29)
        assert "c29" in app.rows()[0]
        assert "◂" in app.rows()[0]
        await pilot.press("ctrl+end")
        assert app.matrix.cursor == (49, 29)
        assert "row 49" in app.rows()[-1]
        assert "▲" in app.rows()[1]
        await pilot.press("pageup", "ctrl+left", "home", "up", "left")
        assert app.matrix.cursor == (49 - 11 - 1, 0)
        await pilot.press("ctrl+home", "pagedown", "ctrl+right", "enter")
        assert app.matrix.cursor is not None
        assert app.matrix.cursor[1] > 0
        assert app.said[-1] == "chosen"
        before = len(app.said)
        await pilot.press("ctrl+home", "ctrl+home", "x")
        assert len(app.said) == before + 1  # where nothing moves nothing is said


async def test_mouse() -> None:
    app = Bench(numbered(50, 30))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(Matrix, offset=(20, 3))
        cursor = app.matrix.cursor
        assert cursor is not None
        assert cursor[0] == 2
        assert f"[{cursor[0]}/{cursor[1]}]" in app.rows()[3]
        await pilot.click(Matrix, offset=(20, 3), times=2)
        assert "chosen" in app.said
        await pilot.click(Matrix, offset=(20, 0))
        assert app.matrix.cursor == cursor
        down = events.MouseScrollDown(app.matrix, 5, 5, 0, 0, 0, shift=False, meta=False, ctrl=False)
        app.matrix.on_mouse_scroll_down(down)
        await pilot.pause()
        assert "row 3" in app.rows()[1]
        app.matrix.on_mouse_scroll_up(
            events.MouseScrollUp(app.matrix, 5, 5, 0, 0, 0, shift=False, meta=False, ctrl=False)
        )
        app.matrix.on_mouse_scroll_down(
            events.MouseScrollDown(app.matrix, 5, 5, 0, 0, 0, shift=True, meta=False, ctrl=False)
        )
        await pilot.pause()
        assert "row 0" in app.rows()[1]
        assert "c1" in app.rows()[0]
        assert "c0" not in app.rows()[0]


async def test_names_of_any_kind_take_their_cells_and_no_more() -> None:
    names = ["a\x1b[31mred", "\u202eevil", "محمد", "ا" * 300, "", "x\ny", "\ud800"]
    app = Bench(Table(names, names, lambda _row, _column: Cell("0.123", 0.5), "corner"))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("down", "right")
        strips: Any = app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in map(type(app.matrix.render_line(0)), strips)} == {60}
        text = "".join(app.rows())
        assert "\x1b" not in text
        assert "\u202e" not in text


async def test_bars_are_as_long_as_the_share() -> None:
    app = Bench(Table(["half", "all"], ["v"], lambda row, _column: Cell("x", (row + 1) / 2), bars=True))
    async with app.run_test(size=(70, 6)):
        half, whole = (line.count("█") for line in app.rows()[1:3])
        assert whole > 30
        assert half == pytest.approx(whole / 2, abs=1)


async def test_nothing_says_why() -> None:
    app = Bench(Table((), (), lambda _row, _column: Cell("")), "ليس هنا شيء")
    async with app.run_test(size=(40, 5)) as pilot:
        assert app.matrix.cursor is None
        await pilot.press("down", "enter")
        assert not app.said
        assert app.rows()[1].strip()
