"""A window too small to work in: what is shown then, and which size is the smallest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wcwidth import wcswidth

from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.too_small import SMALLEST, TooSmall

Make = Callable[..., Any]
COLUMNS, ROWS = SMALLEST


@pytest.mark.parametrize(
    ("size", "lines"),
    [
        ((40, 10), ["60x15 needed, this is 40x10"]),
        ((20, 5), ["60x15 needed, this", "is 20x5"]),
        ((COLUMNS - 1, 24), ["60x15 needed, this is 59x24"]),
        ((COLUMNS, ROWS - 1), ["60x15 needed, this is 60x14"]),
    ],
)
async def test_the_size_that_is_needed_comes_first_and_once(
    program: Make, size: tuple[int, int], lines: list[str]
) -> None:
    app = program({"d1": "قصف الجيش مدينة حلب"})
    async with app.run_test(size=size) as pilot:
        await app.until(lambda: [line.strip() for line in app.text().split("\n") if line.strip()] == lines)
        assert {wcswidth(line) for line in app.text().split("\n")} == {size[0]}
        app.run_command("annotate.documents")
        await app.until(lambda: isinstance(app.screen, DocumentsScreen))
        await app.until(lambda: [line.strip() for line in app.text().split("\n") if line.strip()] == lines)
        await pilot.press("f9")
        await app.until(lambda: app.screen.query_one(TooSmall).display)


async def test_the_smallest_is_enough(program: Make) -> None:
    app = program({"d1": "قصف الجيش مدينة حلب"})
    async with app.run_test(size=SMALLEST) as pilot:
        await pilot.press("p")
        await app.until(lambda: "PERS: " in app.text() and "needed" not in app.text())
        await pilot.press("f2")
        await app.until(lambda: isinstance(app.screen, DocumentsScreen) and app.screen.query_one(Rows).count)
        await app.until(lambda: " d1 " in app.text() and "Enter open" in app.text())
