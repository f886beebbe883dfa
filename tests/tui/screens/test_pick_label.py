from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.tui.screens.finder import fuzzy, ranked
from annotator.tui.screens.guideline import names_of
from annotator.tui.screens.pick_label import PickLabel
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Rows

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("query", "target", "distance"),
    [
        ("org", "org", 0),
        ("or", "org", 1),
        ("party", "political party", 2),
        ("art", "party", 3),
        ("ogz", "organization", 4 + 6),
        ("zo", "org", None),
    ],
)
def test_distance(query: str, target: str, distance: int | None) -> None:
    assert fuzzy(query, target) == distance


async def test_it_finds_names_titles_and_keys_in_both_scripts(stand: Make) -> None:
    app = stand()
    labels = list(app.schema.labels())
    for label in labels:
        for query in (label.name, label.name.lower(), label.titles.en, label.titles.ar, label.hotkey):
            assert not query or label in ranked(query, labels, names_of)[:3], (label.name, query)
    assert ranked("  ", labels, names_of) == labels
    assert ranked("qqqq", labels, names_of) == []


async def test_typing_filters_and_enter_chooses(stand: Make) -> None:
    app = stand()
    app._first = lambda: PickLabel(app.schema)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one(Rows)
        assert rows.count == len(list(app.schema.labels()))
        wanted = app.schema.entities[3]
        await pilot.press(*wanted.name.lower())
        assert rows.cursor == 0
        assert rows.count < len(list(app.schema.labels()))
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == [wanted.name]


async def test_arrows_move_while_typing_and_the_guideline_follows(stand: Make) -> None:
    app = stand()
    app._first = lambda: PickLabel(app.schema)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        first = app.text()
        await pilot.press("down", "down")
        await pilot.pause()
        assert app.screen.query_one(Rows).cursor == 2
        assert app.screen.query_one(ArabicInput).has_focus
        assert app.text() != first
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == [list(app.schema.labels())[2].name]


async def test_escape_chooses_nothing_and_a_click_does(stand: Make) -> None:
    app = stand()
    app._first = lambda: PickLabel(app.schema)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"zzzz", "enter", "escape")
        await pilot.pause()
        assert app.results == [None]
        app.push_screen(PickLabel(app.schema), app.results.append)
        await pilot.pause()
        await pilot.click(Rows, offset=(10, 4))
        await pilot.pause()
        assert app.results == [None, list(app.schema.labels())[4].name]
