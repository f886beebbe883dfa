from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.events import MouseScrollDown
from textual.geometry import Region

from annotator.tui.look import LIGHT
from annotator.tui.widgets.rows import Rows

Make = Callable[..., Any]


async def test_only_what_is_on_screen_is_asked_for(list_app: Make) -> None:
    app = list_app(1_000_000)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert set(app.asked) <= set(range(10))
        assert app.screen_text()[0].startswith("▸row 0")
        await pilot.press("end")
        assert app.rows.cursor == 999_999
        assert set(app.asked) <= {*range(10), *range(999_990, 1_000_000)}
        assert app.screen_text()[9].startswith("▸row 999999")


async def test_keys(list_app: Make) -> None:
    app = list_app()
    async with app.run_test() as pilot:
        for key, row, top in [
            ("up", 0, 0),
            ("down", 1, 0),
            ("pagedown", 10, 1),
            ("pagedown", 19, 10),
            ("up", 18, 10),
            ("pageup", 9, 9),
            ("home", 0, 0),
            ("end", 99, 90),
            ("down", 99, 90),
        ]:
            await pilot.press(key)
            assert (app.rows.cursor, app.rows.top) == (row, top), key
        assert app.said == [("moved", row) for row in (1, 10, 19, 18, 9, 0, 99)]
        await pilot.press("enter")
        await pilot.pause()
        assert app.said[-1] == ("chosen", 99)
        assert app.rows.press("x") is False


async def test_a_step_repaints_two_rows(list_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    app = list_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        regions: list[tuple[Region, ...]] = []
        refresh = Rows.refresh

        def noted(self: Rows, *wanted: Region, **how: bool) -> Rows:
            regions.append(wanted)
            assert not how.get("layout")
            return refresh(self, *wanted, **how)

        monkeypatch.setattr(Rows, "refresh", noted)
        app.asked.clear()
        await pilot.press("down")
        await pilot.pause()
        assert regions == [(Region(0, 0, 20, 1),), (Region(0, 1, 20, 1),)]
        assert app.asked == [0, 1]


async def test_mouse(list_app: Make) -> None:
    app = list_app()
    async with app.run_test() as pilot:
        await pilot.click(Rows, offset=(3, 4))
        assert app.said == [("moved", 4)]
        await pilot.click(Rows, offset=(3, 6), times=2)
        await pilot.pause()
        assert app.said == [("moved", 4), ("moved", 6), ("chosen", 6)]
        await pilot._post_mouse_events([MouseScrollDown], Rows, offset=(3, 3))
        assert (app.rows.top, app.rows.cursor) == (3, 6)


async def test_one_click_chooses_where_asked(list_app: Make) -> None:
    app = list_app(click_chooses=True)
    async with app.run_test() as pilot:
        await pilot.click(Rows, offset=(3, 2))
        await pilot.pause()
        assert app.said == [("moved", 2), ("chosen", 2)]


async def test_the_position_bar_is_there_when_rows_overflow(list_app: Make) -> None:
    app = list_app(20)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert [line[-1] for line in app.screen_text()] == ["┃"] * 5 + ["│"] * 5
        await pilot.mouse_down(Rows, offset=(19, 9))
        await pilot.mouse_up(Rows, offset=(19, 9))
        assert app.rows.top == 10
        assert [line[-1] for line in app.screen_text()] == ["│"] * 5 + ["┃"] * 5
        assert app.said == []
        app.rows.set_source(10, app.row)
        await pilot.pause()
        assert app.rows.top == 0
        assert {line[-1] for line in app.screen_text()} == {" "}


async def test_an_empty_list_says_so(list_app: Make) -> None:
    app = list_app(0)
    async with app.run_test() as pilot:
        await pilot.press("down", "enter", "end", "pagedown")
        assert app.rows.cursor is None
        assert app.said == []
        assert "nothing here" in "\n".join(app.screen_text())
        await pilot.click(Rows, offset=(1, 1))
        assert app.said == []


async def test_another_source_can_keep_the_cursor(list_app: Make) -> None:
    app = list_app()
    async with app.run_test() as pilot:
        app.rows.move_cursor(50)
        app.rows.set_source(80, app.row, keep_cursor=True)
        assert app.rows.cursor == 50
        app.rows.set_source(30, app.row, keep_cursor=True)
        assert app.rows.cursor == 29
        assert app.rows.top == 20
        app.rows.set_source(30, app.row)
        assert (app.rows.cursor, app.rows.top) == (0, 0)
        app.rows.move_cursor(None)
        app.rows.set_source(30, app.row, keep_cursor=True)
        cursors = [app.rows.cursor]
        await pilot.press("down")
        assert [*cursors, app.rows.cursor] == [None, 0]
        assert app.said[-1:] == [("moved", 0)]


async def test_the_cursor_shows_where_the_keys_go_without_colours(list_app: Make) -> None:
    app = list_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.screen_text()[0][0] == "▸"
        app.set_focus(None)
        await pilot.pause()
        assert app.screen_text()[0][0] == "▹"


async def test_a_smaller_terminal_keeps_the_cursor_on_screen(list_app: Make) -> None:
    app = list_app()
    async with app.run_test() as pilot:
        app.rows.move_cursor(9)
        app.rows.styles.height = 4
        await pilot.pause()
        assert app.rows.size.height == 4
        assert app.rows.top == 6


async def test_another_look(list_app: Make) -> None:
    app = list_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.look = LIGHT
        app.rows.look_changed()
        strip = app.rows.render_lines(Region(0, 2, 20, 1))[0]
        assert {segment.style.bgcolor.name for segment in strip} == {LIGHT.ground}


async def test_every_row_is_as_wide_as_the_list(list_app: Make) -> None:
    app = list_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.rows.set_source(
            3, lambda index, width: [("a\u0301" * (15 * index), app.look.base), ("漢" * 9, app.look.base)]
        )
        for strip in app.rows.render_lines(app.rows.size.region):
            assert strip.cell_length == 20
            assert sum(segment.cell_length for segment in strip) == 20
        assert [strip.cell_length for strip in app.rows.render_lines(Region(5, 0, 7, 3))] == [7, 7, 7]
