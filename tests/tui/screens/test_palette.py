"""The command palette: what it lists, finds and runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.tui.commands import commands_of
from annotator.tui.screens.palette import PaletteScreen
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Rows

Make = Callable[..., Any]
SIZE = (80, 24)


def found(query: str, scope: str = "annotate") -> list[str]:
    return [command.id for command in PaletteScreen(scope).found(query)]


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("annotate.find-next", "annotate.find-next"),
        ("find-next", "annotate.find-next"),
        ("find next", "annotate.find-next"),
        ("next hit", "annotate.find-next"),
        ("HARAKAT", "annotate.harakat"),
        ("guidl", "annotate.guideline"),
        ("leave the", "app.quit"),
        ("word to the end of the year", ""),
        ("٪ُ", ""),
        ("اشقشنشف", "annotate.harakat"),  # the keys of "harakat" on an Arabic keyboard
    ],
)
def test_a_command_is_found_by_title_and_id(query: str, id: str) -> None:
    assert found(query)[:1] == ([id] if id else [])


def test_everything_but_itself_is_listed_in_the_order_of_the_table() -> None:
    for scope in ("annotate", "documents", "guideline", "nothing"):
        assert found("", scope) == [command.id for command in commands_of(scope) if command.id != "app.palette"]


def test_letters_scattered_over_a_sentence_are_not_found() -> None:
    ids = found("note")
    about = {f"annotate.{name}" for name in ("note", "another-note", "notes", "next-note", "previous-note", "repeat")}
    assert set(ids[: len(about)]) == about
    assert len(ids) < 10


async def test_it_shows_the_keys_that_hold_now(stand: Make) -> None:
    app = stand(lambda: PaletteScreen("documents"))
    app.user_keys = {"documents.sort": ("f7",), "documents.by-state": ()}
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"sort by")
        await app.until(lambda: "F7" in app.text())
        assert " O " not in app.text()


async def test_a_command_is_run_on_the_screen_below(program: Make) -> None:
    app = program({"d": "قال محمد"})
    async with app.run_test(size=SIZE) as pilot:
        assert not app.ground.has_class("panel")
        await pilot.press("ctrl+p")
        await app.until(lambda: isinstance(app.focused, ArabicInput))
        await pilot.press(*"side panel", "enter")
        await app.until(lambda: app.ground.has_class("panel"))
        assert app.screen is app.ground
        await pilot.press("ctrl+p")
        await app.until(lambda: isinstance(app.screen, PaletteScreen))
        await pilot.press("ctrl+p")
        await app.until(lambda: app.screen is app.ground)


async def test_by_mouse(stand: Make) -> None:
    app = stand(lambda: PaletteScreen("documents"))
    async with app.run_test(size=(100, 30)) as pilot:
        await app.until(lambda: any(rows.size.height for rows in app.screen.query(Rows)))
        await pilot.click(Rows, offset=(10, 2))
        await app.until(lambda: app.results)
        assert app.results == [commands_of("documents")[2].id]
        app.push_screen(PaletteScreen("documents"), app.results.append)
        await app.until(lambda: any(rows.size.height for rows in app.screen.query(Rows)))
        await pilot.click(offset=(1, 1))
        await app.until(lambda: len(app.results) == 2)
        assert app.results[1] is None


async def test_arabic_is_joined_and_in_its_order(stand: Make) -> None:
    app = stand(lambda: PaletteScreen("documents"))
    async with app.run_test(size=SIZE) as pilot:
        await app.until(lambda: isinstance(app.focused, ArabicInput))
        await pilot.press(*"حلب")
        await app.until(lambda: "\ufe90\ufee0\ufea3" in app.text())  # final beh, medial lam, initial hah


async def test_nothing_is_like_that(stand: Make) -> None:
    app = stand(lambda: PaletteScreen("documents"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"zzzz", "enter")
        await app.until(lambda: "No command has these letters." in app.text())
        await pilot.press("escape")
        await app.until(lambda: app.results == [None])
