"""How far people agree, on the screen: numbers and views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotator.tui.screens.agreement_measures import PickMeasure
from annotator.tui.widgets.rows import Rows

Open = Callable[..., Any]


async def test_annotators_against_each_other(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert made.matrix.table.rows == ("ali", "badr", "sara")
        # ali and badr: 4 of 5 and 5, 1 of 2 and 1.
        assert made.number(0, 1) == made.number(1, 0) == f"{2 * 5 / 13:.3f}"
        assert made.number(0, 0) == "·"
        assert "Mean over the pairs" in made.text()
        assert "submitted only" in made.text()
        await pilot.press("right")
        assert f"ali and badr: {2 * 5 / 13:.3f}" in made.text()
        assert "13 entity mentions of both sides in 2 documents" in made.text()
        await pilot.press("right")
        assert "Left out: 1 document: not worked on by both" in made.text()


async def test_every_view_shows_what_the_study_says(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(120, 40)) as pilot:
        screen = await made.opened(pilot)
        result = screen.made.study.result("span-exact") if screen.made is not None else None
        assert result is not None
        await pilot.press("2")
        assert list(made.matrix.table.rows) == [cell.name for cell in result.labels]
        assert made.matrix.table.columns == ["mean", "ali–badr", "ali–sara", "badr–sara"]
        assert "PERS, mean" in made.text()
        await pilot.press("3")
        values = [float(made.number(row, 0)) for row in range(2)]
        assert values == sorted(values)
        await pilot.press("4")
        assert "There is no gold to compare with" in made.text()
        await pilot.press("5")
        assert made.matrix.table.rows == ["2026-01-01", "2026-01-02"]
        await pilot.press("6")
        assert made.matrix.table.rows[-1] == "nothing"
        assert "Matrix 1 of 4" in made.text()
        await pilot.press("w")
        assert "ali ↓ badr →" in made.text()
        await pilot.press("tab")
        assert screen._view_name == "pairs"
        await pilot.press("shift+tab")
        assert screen._view_name == "confusion"
        await pilot.click("#views", offset=(13, 0))
        assert screen._view_name == "labels"


async def test_measures_are_stepped_through_and_chosen(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        screen = await made.opened(pilot)
        await pilot.press("n")
        assert "Mentions, overlap F1" in made.text()
        await pilot.press("p", "p")
        assert "Relations, F1" in made.text()
        await pilot.press("m")
        dialog = await made.chosen(pilot, PickMeasure)
        rows = dialog.query_one(Rows)
        ids = [measure.id for measure in dialog._measures]
        assert rows.cursor == ids.index("relation")
        rows.move_cursor(ids.index("argument-kappa"))
        await pilot.press("enter")
        await made.until(lambda: screen._measure == "argument-kappa")
        await pilot.pause()
        assert "Cohen's kappa, roles of candidates" in made.text()
        assert made.number(0, 1) == "1.000"
        await pilot.press("2")
        assert made.matrix.table.rows == ["Attack"]  # what was asked for by itself has its labels
        await pilot.press("m")
        await made.chosen(pilot, PickMeasure)
        await pilot.press("home", "enter")
        await made.until(lambda: screen._measure == "span-exact")


async def test_labels_that_are_not_computed_yet_are_on_demand(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)
        await pilot.press("n", "n", "2")
        assert "Not computed for each label yet" in made.text()
        await pilot.press("enter")
        await made.until(lambda: "PERS" in list(made.matrix.table.rows))
