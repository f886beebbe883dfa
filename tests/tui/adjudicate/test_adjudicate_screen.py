"""What the adjudicate screen shows, and moving in it by keys and mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.adjudication.gold import UNANIMOUS
from annotator.adjudication.items import KINDS
from annotator.tui.screens.adjudicate_dialogs import Choose
from annotator.tui.screens.adjudicate_jump import JumpList
from annotator.tui.widgets.buttons import Buttons
from annotator.tui.widgets.rows import Rows
from annotator.workflow.adjudication_queue import QueueFilter

Open = Callable[..., Any]
SIZES = [(80, 24), (120, 40), (160, 50)]


@pytest.mark.parametrize("size", SIZES)
async def test_every_kind_is_named_and_shown(desk: Open, size: tuple[int, int]) -> None:
    its = desk()
    async with its.app.run_test(size=size) as pilot:
        screen = await its.opened(pilot)
        assert {item.kind for item in screen.ledger.items} == set(KINDS)
        for kind in KINDS:
            await its.go_to(pilot, kind)
            assert kind in its.text()
            assert "agreement 67%" in its.text()


async def test_what_all_agree_on_is_gold_already(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert ("ARMED", "الجيش") in its.gold()
        assert all(item.provenance.tool == UNANIMOUS for item in screen.session.annotations.values())
        assert "11 of 11 open" in its.text()


async def test_moving(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        places = []
        for key in ("N", "N", "P", "left", "right", "end", "N", "home", "P", "n", "p", "p", "n"):
            await pilot.press(key)
            places.append(screen._place)
        assert places == [1, 2, 1, 2, 1, 10, 10, 0, 0, 1, 0, 10, 0]
        await pilot.press("pagedown", "pageup")


async def test_next_skips_what_is_decided(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("k")
        assert "stay" in its.status()
        await pilot.press("1")
        assert screen._place == 0
        await pilot.press("k", "N", "1", "home", "n")
        assert its.kind == "filler"


async def test_names_or_letters(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert "badr, sara" in its.text()
        await pilot.press("i")
        before = its.text()
        assert "badr" not in before
        assert "sara" not in before
        await pilot.press("N", "P")
        orders = set()
        for place in range(9):
            screen.show_item(place)
            orders.add(tuple(screen._make_card(screen.session, screen.item).__self__.who(n) for n in ("ali", "badr")))
        assert len(orders) > 1  # shuffled anew for each item
        screen.show_item(0)
        await pilot.press("i")
        assert "badr, sara" in its.text()


async def test_filters(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)

        async def choose(title: str) -> None:
            await pilot.press("f")
            await its.until(pilot, lambda: isinstance(its.app.screen, Choose))
            rows = its.app.screen._rows
            its.app.screen.dismiss(next(n for n, row in enumerate(rows) if row.title == title))
            await its.until(pilot, lambda: its.app.screen is screen)
            await pilot.pause()

        await choose("boundary")
        assert [item.kind for item in screen.ledger.shown] == ["boundary"]
        assert "filtered" in its.text()
        await choose("boundary")
        assert len(screen.ledger.shown) == 11
        await choose("ali")
        assert all(item.kind != "label" for item in screen.ledger.shown)
        await choose("everything")
        await choose("MEDIA")
        assert [item.kind for item in screen.ledger.shown] == ["missing"]
        await choose("everything")
        await pilot.press("home", "1")
        await choose("only what is open")
        assert len(screen.ledger.shown) == 10
        await pilot.press("1")
        assert len(screen.ledger.shown) == 10  # nothing vanishes under one's fingers
        await choose("everything")
        await choose("at most 67%")
        assert len(screen.ledger.shown) == 11


async def test_the_list_and_the_panel(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("tab", "down", "down")
        assert its.kind == "filler"
        await pilot.press("2", "enter")
        assert its.app.focused is screen.pane
        await pilot.press("f6")
        assert not screen.has_class("list")
        await pilot.press("tab")
        assert its.app.focused is screen.pane
        await pilot.press("f6", "tab", "f6")
        assert its.app.focused is screen.pane


async def test_the_mouse(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.click("Versions", offset=(5, 5))
        assert screen._version == 1
        assert len(screen.session.adjudication.open) == 11
        await pilot.click("Versions", offset=(5, 5), times=2)
        assert ("ORG", "وزارة") in its.gold()
        await pilot.click("#items", offset=(8, 3))
        assert its.kind == "label"
        await pilot.click("#items", offset=(8, 4), times=2)
        assert its.kind == "attribute"
        assert its.app.focused is screen.pane
        pane = screen.pane
        column = pane.size.width - 3 - "أعلنت وزارة".index("ز")
        await pilot.click(pane, offset=(column, 0))
        assert its.kind == "boundary"
        await pilot.click(pane, offset=(column, 0), times=2)
        assert pane.state.selection is None
        await pilot.click(pane, offset=(3, 20))
        assert its.kind == "boundary"
        await pilot.click("HintBar", offset=(10, 0))
        assert its.kind == "role"


async def test_comments_of_annotators(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert "! ali" in its.text()
        assert screen.ledger.has_notes
        await pilot.press("N")
        assert "! ali" not in its.text()


async def test_the_view(desk: Open, resize: Any) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        for key, words in (
            ("f5", "colour only"),
            ("f10", "harakat"),
            ("f11", "control characters"),
            ("ctrl+l", "between the lines"),
            ("ctrl+t", "Latin"),
        ):
            await pilot.press(key)
            assert words in its.status()
        await pilot.press("f9")
        assert its.app.look.name == "light"
        await pilot.press("f3")
        await its.until(pilot, lambda: its.app.screen is not screen)
        await pilot.press("escape", "f12")
        await its.until(pilot, lambda: its.app.screen is not screen)
        await pilot.press("escape")
        await resize(pilot, 59, 14)
        assert "60x15 needed, this is 59x14" in its.text()
        await resize(pilot, 80, 24)
        assert screen.has_class("narrow")


async def test_to_any_item(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("1", "1", "j")
        await its.until(pilot, lambda: isinstance(its.app.screen, JumpList) and its.app.screen._folded is not None)
        assert "open 9" in its.text()
        assert "decided 2" in its.text()
        assert "< all 11 >" in its.text()
        assert its.app.screen.query_one(Rows).cursor == screen._place == 2
        await pilot.press(*"وكاله سانا")  # as it is typed in a hurry
        await its.until(pilot, lambda: "all 1 " in its.text())
        await pilot.press("enter")
        await its.until(pilot, lambda: its.app.screen is screen)
        assert its.kind == "missing"
        await pilot.press("j")
        await its.until(pilot, lambda: isinstance(its.app.screen, JumpList))
        await pilot.press("tab", "tab")
        await its.until(pilot, lambda: "< decided 2 >" in its.text())
        await pilot.press("down", "enter")
        await its.until(pilot, lambda: its.app.screen is screen)
        assert screen._place == 1
        await pilot.press("slash")
        await its.until(pilot, lambda: isinstance(its.app.screen, JumpList) and its.app.screen._folded is not None)
        await pilot.press(*"9", "enter")
        await its.until(pilot, lambda: its.app.screen is screen)
        assert screen._place == 8


async def test_to_any_item_by_mouse_past_the_filter(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(80, 24)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("1")
        screen.wanted = QueueFilter(kind="label")
        screen.ledger.filter(screen.wanted, open_only=False)
        screen.list_items("")
        await pilot.press("j")
        await its.until(pilot, lambda: isinstance(its.app.screen, JumpList) and its.app.screen._folded is not None)
        await pilot.click(Buttons, offset=(15, 0))
        await its.until(pilot, lambda: "< decided 1 >" in its.text())
        await pilot.click(its.app.screen.query_one(Rows), offset=(5, 0))
        await its.until(pilot, lambda: its.app.screen is screen)
        assert its.kind == "boundary"
        assert len(screen.ledger.shown) == 11
        assert "listed again" in its.status()
        await pilot.press("j")
        await its.until(pilot, lambda: isinstance(its.app.screen, JumpList))
        await pilot.press("x", "x", "x")
        await its.until(pilot, lambda: "No item is like that" in its.text())
        await pilot.press("enter", "escape")
        await its.until(pilot, lambda: its.app.screen is screen)
