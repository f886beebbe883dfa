"""Editing gold by hand on the adjudicate screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.tui.screens.help import HelpScreen
from annotator.tui.screens.palette import PaletteScreen

Open = Callable[..., Any]


async def test_editing_by_the_keys_of_annotating(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("e")
        assert screen.editing
        assert ("ORG", "وزارة الدفاع") in its.gold()  # taken first
        await pilot.press("left_square_bracket")
        assert ("ORG", "وزارة") in its.gold()
        await pilot.press("M")
        assert ("ORG", "وزارة") in its.gold()
        await pilot.press("f1")
        await its.until(pilot, lambda: isinstance(its.app.screen, HelpScreen))
        await pilot.press("escape")
        await pilot.press("escape")
        assert not screen.editing
        assert its.kind == "role"
        assert "gold is as you made it" in its.status()
        await pilot.press("2")  # a version again, no label
        assert its.kind == "filler"


async def test_editing_relabels_selects_and_deletes(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await its.go_to(pilot, "label")
        await pilot.press("e", "r")
        assert ("NORP", "اللواء") in its.gold()
        await pilot.press("x", "escape")
        assert not {pair for pair in its.gold() if pair[1] == "اللواء"}
        await its.go_to(pilot, "missing")
        await pilot.press("E", "escape", "m")
        assert not screen.editing or ("MEDIA", "وكالة سانا") not in its.gold()


async def test_editing_an_open_item_without_taking(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await its.go_to(pilot, "missing")
        await pilot.press("E")
        assert screen.pane.state.selection == (screen.item.start, screen.item.end)
        await pilot.press("o")  # the label ORG
        assert ("ORG", "وكالة سانا") in its.gold()
        await pilot.press("escape")
        assert not screen.editing


async def test_editing_parts_opens_their_modes(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(160, 50)) as pilot:
        screen = await its.opened(pilot)
        for kind, words in (("filler", "which role?"), ("attribute", "next value"), ("chain", "the same as?")):
            await its.go_to(pilot, kind)
            await pilot.press("e")
            assert words in its.text()
            await pilot.press("escape", "escape")
            assert not screen.editing
            await pilot.press("escape")  # one too many
            assert "once more" in its.status()


async def test_undo_while_editing(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("e", "left_square_bracket", "u")
        await its.until(pilot, lambda: ("ORG", "وزارة الدفاع") in its.gold())
        await pilot.press("escape")
        assert not screen.editing


async def test_find_while_editing(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("E", "slash", *"دمشق", "enter")
        await pilot.press("g")
        assert ("GPE", "دمشق") in its.gold()
        await pilot.press("escape", "escape")
        assert not screen.editing


async def test_an_answer_of_ones_own_is_above_the_versions(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.opened(pilot)
        await its.go_to(pilot, "label")
        await pilot.press("e", "r", "escape")
        await its.go_to(pilot, "label")
        rows = its.text().split("\n")
        own = next(y for y, row in enumerate(rows) if "✓ NORP" in row)
        assert own < next(y for y, row in enumerate(rows) if "▸1   PERS" in row)


@pytest.mark.parametrize("key", ["ctrl+s", "ctrl+c"])
async def test_submitting_is_not_offered_and_copying_works(desk: Open, key: str) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await its.go_to(pilot, "missing")
        await pilot.press("E", key)
        assert screen.editing
        assert ("copied" in its.status()) == (key == "ctrl+c")
        assert its.app.clipboard == ("وكالة سانا" if key == "ctrl+c" else "")
        assert " submit " not in its.text().split("\n")[-1]


async def test_what_editing_does_not_do_is_neither_found_nor_helped_with(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        for editing in (False, True):
            await pilot.press("ctrl+p")
            await its.until(pilot, lambda: isinstance(its.app.screen, PaletteScreen))
            listed = {command.id for command in its.app.screen._items}
            assert "annotate.submit" not in listed
            assert ("annotate.delete" in listed) is editing
            assert ("adjudicate.queue" in listed) is not editing
            await pilot.press("escape")
            await its.until(pilot, lambda: its.app.screen is its.screen)
            await pilot.press("E")
        await pilot.press("f1")
        await its.until(pilot, lambda: isinstance(its.app.screen, HelpScreen))
        titles = [item[1] for item in its.app.screen._items if isinstance(item, tuple)]
        assert "Delete the current annotation" in titles
        assert not [title for title in titles if title.startswith("Submit")]
