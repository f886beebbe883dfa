"""The screen of people: managers register, promote and let go; others are told who can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from annotator.tui.screens.adjudicate_dialogs import Choose
from annotator.tui.screens.dialogs import Confirm, Message
from annotator.tui.screens.people import ABOUT, PeopleScreen
from annotator.tui.screens.prompt import Prompt
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.lines import HintBar
from annotator.tui.widgets.rows import Rows
from annotator.workflow.ports import ROLES, Role, Store

Make = Callable[..., Any]
Beside = Callable[[], Store]
TEAM: Mapping[str, Role] = {"huda": "manager", "layla": "reviewer", "omar": "annotator", "sara": "annotator"}


def registered(store: Store) -> dict[str, str]:
    return {person.name: person.role if person.active else "out" for person in store.people()}


async def opened(app: Any, pilot: Any) -> Rows:
    await pilot.press("shift+f5")
    await app.until(lambda: isinstance(app.screen, PeopleScreen))
    rows: Rows = app.screen.query_one(Rows)
    await app.until(lambda: rows.count)
    return rows


async def test_everybody_is_listed_with_role_and_progress(program: Make) -> None:
    app = program({"d1": "نص", "d2": "آخر"}, who="huda", people=TEAM)
    async with app.run_test(size=(120, 24)) as pilot:
        await opened(app, pilot)
        await app.until(lambda: "4 at work: 2 annotators · 1 reviewer · 1 manager" in app.text())
        lines = app.text().split("\n")
        assert [line.split()[0].lstrip("▸") for line in lines[2:6]] == ["huda", "layla", "omar", "sara"]
        assert "you" in lines[2]
        assert "0 of 2" in lines[4]
        assert "2026-01-01" in lines[4]
        await pilot.press("shift+f5", "escape")  # it opens once
        await app.until(lambda: app.screen is app.ground)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (160, 50)])
async def test_it_fits_every_size(program: Make, size: tuple[int, int]) -> None:
    app = program({"d1": "نص"}, who="huda", people={**TEAM, "x" * 64: "annotator"})
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot)
        await app.until(lambda: "huda" in app.text())
        for line in app.text().split("\n"):
            assert len(line) == size[0]


async def test_register_somebody_as_a_reviewer(program: Make, beside: Beside) -> None:
    app = program({"d1": "نص"}, who="huda", people=TEAM)
    async with app.run_test(size=(100, 24)) as pilot:
        rows = await opened(app, pilot)
        await pilot.press("a")
        await app.until(lambda: isinstance(app.screen, Prompt))
        await pilot.pause()
        await pilot.press(*"rana", "enter")
        await app.until(lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        await pilot.press("2")
        await app.until(lambda: "✓ rana: registered as reviewer" in app.text())
        assert rows.cursor == 3
        assert registered(beside())["rana"] == "reviewer"
        await pilot.press("a")
        await app.until(lambda: isinstance(app.screen, Prompt))
        await pilot.pause()
        await pilot.press(*"gold", "enter")
        await app.until(lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        await pilot.press("enter")
        await app.until(lambda: "✗ gold: 'gold' is a layer that adjudication writes" in app.text())
        await app.until(lambda: isinstance(app.screen, Prompt))  # with what was typed
        assert app.screen.query_one(ArabicInput).value == "gold"
        await pilot.press("escape")
        await app.until(lambda: isinstance(app.screen, PeopleScreen))
        for key in ("enter", "escape"):  # nothing typed, or thought better of it
            await pilot.press("a")
            await app.until(lambda: isinstance(app.screen, Prompt))
            await pilot.press(key)
            await app.until(lambda: isinstance(app.screen, PeopleScreen))
        assert set(registered(beside())) == {*TEAM, "rana"}


async def test_another_role_by_key_and_by_mouse(program: Make, beside: Beside) -> None:
    app = program({"d1": "نص"}, who="huda", people=TEAM)
    async with app.run_test(size=(100, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("end", "enter")
        await app.until(lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        await pilot.press("down", "enter")
        await app.until(lambda: "✓ sara: now reviewer" in app.text())
        await pilot.click(Rows, offset=(5, 2), times=2)
        await app.until(lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        await pilot.click(Rows, offset=(5, 2))
        await app.until(lambda: "✓ omar: now manager" in app.text())
        found = registered(beside())
        assert (found["sara"], found["omar"]) == ("reviewer", "manager")


async def test_out_and_back_in(program: Make, beside: Beside) -> None:
    app = program({"d1": "نص"}, who="huda", people=TEAM)
    async with app.run_test(size=(100, 24)) as pilot:
        rows = await opened(app, pilot)
        await pilot.press("down", "down", "x")
        await app.until(lambda: isinstance(app.screen, Confirm))
        await pilot.pause()
        await pilot.press("enter")  # what is asked first keeps things as they are
        await app.until(lambda: isinstance(app.screen, PeopleScreen))
        assert registered(beside())["omar"] == "annotator"
        await pilot.press("x")
        await app.until(lambda: isinstance(app.screen, Confirm))
        await pilot.pause()
        await pilot.press("k")
        await app.until(lambda: "✓ omar: out; the annotations stay" in app.text())
        assert rows.cursor == 3  # at the end
        assert registered(beside())["omar"] == "out"
        await pilot.press("x")
        await app.until(lambda: "✓ omar: back, as annotator" in app.text())
        assert registered(beside())["omar"] == "annotator"


async def test_somebody_is_left_to_manage(program: Make, beside: Beside) -> None:
    app = program({"d1": "نص"}, who="huda", people=TEAM)
    async with app.run_test(size=(100, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("x")
        await app.until(lambda: isinstance(app.screen, Confirm))
        await app.until(lambda: "Keep yourself out of this project?" in app.text())
        await pilot.press("k")
        await app.until(lambda: "✗ huda: " in app.text())
        assert registered(beside())["huda"] == "manager"


@pytest.mark.parametrize("who", ["sara", "layla"])
async def test_others_are_told_who_can(program: Make, who: str) -> None:
    app = program({"d1": "نص"}, who=who, people=TEAM)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("shift+f5")
        await app.until(lambda: isinstance(app.screen, Message))
        await app.until(lambda: "only a manager can register people" in app.text())
        assert "Ask huda" in app.text()
        await pilot.press("escape")
        await app.until(lambda: app.screen is app.ground)


async def test_hints_can_be_clicked(program: Make) -> None:
    app = program({"d1": "نص"}, who="huda", people=TEAM)
    async with app.run_test(size=(100, 24)) as pilot:
        await opened(app, pilot)
        await pilot.click(HintBar, offset=(2, 0))
        await app.until(lambda: isinstance(app.screen, Prompt))


def test_every_role_is_explained() -> None:
    assert set(ABOUT) == set(ROLES)
