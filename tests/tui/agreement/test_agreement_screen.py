"""The screen of agreement in every size and look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wcwidth import wcswidth

from annotator.tui.look import LIGHT, PLAIN
from annotator.tui.screens.agreement_views import VIEWS
from annotator.tui.widgets.too_small import SMALLEST

Open = Callable[..., Any]
Shown = Callable[..., Any]


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (250, 80), (40, 10)])
async def test_every_size(desk: Open, size: tuple[int, int]) -> None:
    made = desk()
    async with made.app.run_test(size=size) as pilot:
        await made.opened(pilot)
        for look in (LIGHT, PLAIN):
            made.app.look = look
            made.screen.look_changed()
            for key, name in zip("654321", reversed(VIEWS), strict=True):
                await pilot.press(key, "right", "down")
                await made.until(lambda name=name: made.screen._view_name == name)
                await made.until(lambda: is_filled(made, size))
        await made.differences(pilot, "enter")
        await pilot.press("down")
        await made.until(lambda: is_filled(made, size))
        await pilot.press("escape")
        await made.until(lambda: made.app.screen is made.screen)


def is_filled(made: Any, size: tuple[int, int]) -> bool:
    """Whether every row is as wide as the window, and the screen is shown with its tab, or why it is not."""
    lines = made.text().split("\n")
    if len(lines) != size[1] or {wcswidth(line) for line in lines} != {size[0]}:
        return False
    if size[0] < SMALLEST[0] or size[1] < SMALLEST[1]:
        return "60x15 needed" in lines[0]
    if made.app.screen is not made.screen:
        return "differences" in lines[0]
    return f"[{VIEWS[made.screen._view_name]}]" in lines[1]


async def test_it_comes_from_the_palette_and_its_keys_are_in_the_help(desk: Open) -> None:
    made = desk(start="annotate")
    async with made.app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        made.app.run_command("app.agreement")
        await made.opened(pilot)
        made.app.run_command("app.agreement")
        await pilot.press("f1")
        await made.until(lambda: "Annotators against each other" in made.text())


@pytest.mark.parametrize("size", [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")])
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("right",), id="pairs"),
        pytest.param(("2", "down"), id="labels"),
        pytest.param(("3",), id="documents"),
        pytest.param(("6", "down", "right"), id="confusion"),
        pytest.param(("right", "enter"), id="differences"),
        pytest.param(("m",), id="measures"),
    ],
)
def test_pictures(desk: Open, shown: Shown, snap_compare: Any, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    assert snap_compare(desk().app, terminal_size=size, run_before=shown(*keys))


def test_picture_in_light(desk: Open, shown: Shown, snap_compare: Any) -> None:
    made = desk()
    made.app.look = LIGHT
    assert snap_compare(made.app, terminal_size=(100, 30), run_before=shown("2"))
