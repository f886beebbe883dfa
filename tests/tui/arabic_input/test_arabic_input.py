from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.events import Paste

from annotator.tui.look import LIGHT
from annotator.tui.widgets.arabic_input import ArabicInput

Make = Callable[..., Any]


async def test_typing(field_app: Make) -> None:
    app = field_app()
    async with app.run_test() as pilot:
        await pilot.press("س", "ل", "ا", "م")
        assert app.field.value == "سلام"
        assert app.said[-1] == ("changed", "سلام")
        assert app.strip_text == " " * 16 + "ﻡﻼﺳ" + " "
        assert app.caret_cell == 15
        await pilot.press("enter")
        assert app.said[-1] == ("submitted", "سلام")
        await pilot.press("ctrl+u")
        assert app.said[-1] == ("changed", "")


async def test_keys_it_does_not_know_go_to_the_screen(field_app: Make) -> None:
    app = field_app()
    async with app.run_test() as pilot:
        await pilot.press("a", "escape", "up", "f4", "ctrl+f", "left")
        assert app.keys == ["escape", "up", "f4", "ctrl+f"]
        assert app.field.value == "a"


async def test_the_placeholder_gives_way(field_app: Make) -> None:
    app = field_app(placeholder="ابحث")
    async with app.run_test() as pilot:
        assert app.strip_text.rstrip() == " " * 15 + "ﺚﺤﺑﺍ"
        assert app.caret_cell == 18
        await pilot.press("x")
        assert app.strip_text.rstrip() == " x"
        assert app.caret_cell == 2


async def test_a_left_to_right_field(field_app: Make) -> None:
    app = field_app(placeholder="path 漢🇸🇦", rtl=False)
    async with app.run_test() as pilot:
        assert app.strip_text.startswith(" path 漢🇸🇦")
        assert app.caret_cell == 1
        await pilot.press("م")
        assert app.strip_text.endswith("ﻡ ")


async def test_long_text_scrolls(field_app: Make) -> None:
    app = field_app("ابجدهوزحطيكلمنسعفصقرشتثخذضظغ")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.caret_cell == 0
        assert app.strip_text[-1] == "›"
        await pilot.press("home")
        assert app.caret_cell == 18
        assert app.strip_text[0] == "‹"
        assert app.strip_text[-1] == " "
        for _ in range(40):
            await pilot.press("left")
            assert app.caret_cell is not None
        assert app.caret_cell == 0
        app.field.value = "abcdefghijklmnopqrstuvwxyz"
        await pilot.pause()
        assert app.strip_text == "‹ijklmnopqrstuvwxyz "
        assert app.caret_cell == 19


async def test_every_width_is_filled_exactly(field_app: Make) -> None:
    app = field_app("漢字😀" * 9 + "عربي" * 4)
    async with app.run_test() as pilot:
        for width in range(1, 30):
            app.field.styles.width = width
            await pilot.pause()
            for key in ("home", "right", "right", "end", "left"):
                await pilot.press(key)
                strip = app.field.render_lines(app.field.size.region)[0]
                assert sum(segment.cell_length for segment in strip) == width


async def test_paste_and_clipboard(field_app: Make) -> None:
    app = field_app()
    async with app.run_test() as pilot:
        app.field.post_message(Paste("سطر\nثان\x1b"))
        await pilot.pause()
        assert app.field.value == "سطر ثان"
        await pilot.press("ctrl+a", "ctrl+x")
        assert app.field.value == ""
        assert app.clipboard == "سطر ثان"
        await pilot.press("ctrl+v", "ctrl+v")
        assert app.field.value == "سطر ثانسطر ثان"
        await pilot.press("ctrl+z")
        assert app.field.value == "سطر ثان"
        await pilot.press("shift+home", "ctrl+c", "delete")
        assert app.field.value == ""


async def test_mouse(field_app: Make) -> None:
    app = field_app("كتاب جديد")
    async with app.run_test() as pilot:
        await pilot.click(ArabicInput, offset=(18, 0))
        assert app.field.caret == 0
        await pilot.click(ArabicInput, offset=(16, 0))
        assert app.field.caret == 2
        await pilot.click(ArabicInput, offset=(2, 0))
        assert app.field.caret == 9
        await pilot.mouse_down(ArabicInput, offset=(18, 0))
        await pilot.hover(ArabicInput, offset=(14, 0))
        await pilot.mouse_up(ArabicInput, offset=(14, 0))
        assert app.field.selection == (0, 4)
        await pilot.click(ArabicInput, offset=(12, 0), times=2)
        assert app.field.selection == (5, 9)


async def test_the_caret_is_there_only_with_the_focus(field_app: Make) -> None:
    app = field_app("abc")
    async with app.run_test() as pilot:
        assert app.caret_cell is not None
        app.set_focus(None)
        await pilot.pause()
        assert app.caret_cell is None
        app.look = LIGHT
        app.field.look_changed()
        strip = app.field.render_lines(app.field.size.region)[0]
        assert {segment.style.bgcolor for segment in strip} == {LIGHT.field.bgcolor}


async def test_setting_the_value_says_nothing(field_app: Make) -> None:
    app = field_app()
    async with app.run_test() as pilot:
        app.field.value = "قيمة"
        await pilot.pause()
        assert app.field.value == "قيمة"
        assert app.field.caret == 4
        assert app.said == []
