"""Drawing a part of the screen gives what drawing all of it gives there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from annotator.tui.compositor import LeanCompositor, Pieces
from annotator.tui.screens.ground import Ground


class Lettered(Widget):
    """Each cell tells where it is."""

    asked: list[Region]

    def on_mount(self) -> None:
        self.asked = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked.append(crop)
        rows = ("".join(letter(x, y) for x in range(self.size.width)) for y in range(crop.y, crop.bottom))
        return [Strip([Segment(row)]).crop(crop.x, crop.right) for row in rows]


def letter(x: int, y: int) -> str:
    """Narrow ones, and now and then a wide one in two columns."""
    wide = x // 2 % 3 == 1
    return ("" if x % 2 else chr(0x4E00 + x + y)) if wide else chr(65 + (x + 3 * y) % 26)


class Main(Ground, Screen[None]):
    """Widgets side by side, inside each other, over each other, and partly outside."""

    DEFAULT_CSS = """
    Main { layers: default above; }
    #left { width: 1fr; } #right { width: 20; }
    #over { layer: above; width: 15; height: 5; offset: 12 3; }
    #out { layer: above; width: 15; height: 5; offset: 50 10; }
    """

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Lettered(id="left")
            with Vertical(id="right"):
                yield Static("one")
                yield Lettered()
        yield Lettered(id="over")
        yield Lettered(id="out")


class Box(Ground, ModalScreen[None]):
    """A box over what is dimmed."""

    DEFAULT_CSS = "Box { align: center middle; } Box Lettered { width: 20; height: 6; }"

    def compose(self) -> ComposeResult:
        yield Lettered()


class Program(App[None]):
    def get_default_screen(self) -> Screen[Any]:
        return Main()


def cells(strip: Strip) -> list[str]:
    """The text of each column; a wide one is followed by nothing."""
    found: list[str] = []
    for segment in strip:
        for letter in segment.text:
            found += [letter, ""] if ord(letter) > 0x4000 else [letter]
    return found


def some_regions(chance: random.Random) -> Iterator[Region]:
    for _ in range(chance.randint(1, 5)):
        x, y = chance.randint(-5, 59), chance.randint(-3, 14)
        yield Region(x, y, chance.choice((1, 7, 60)), chance.choice((1, 1, 2, 9)))


async def check(screen: Screen[Any]) -> None:
    compositor = screen._compositor
    assert isinstance(compositor, LeanCompositor)
    full = [cells(strip) for strip in compositor.render_strips()]
    chance = random.Random(7)  # the same ones each time
    for _ in range(150):
        regions = list(some_regions(chance))
        compositor._dirty_regions = set(regions)
        update = compositor.render_partial_update()
        dirty = {
            (y, x) for region in regions for y in region.line_range for x in range(*region.column_span)
            if 0 <= y < 15 and 0 <= x < 60
        }  # fmt: skip
        drawn: set[tuple[int, int]] = set()
        for y, x, strip in update.pieces if isinstance(update, Pieces) else ():
            columns = [(y, x + at) for at in range(strip.cell_length)]
            assert drawn.isdisjoint(columns)
            drawn.update(columns)
            shown = cells(strip)
            whole = range(1 if full[y][x] == "" else 0, len(shown) - 1)  # half a wide letter becomes a space
            assert [shown[at] for at in whole] == [full[y][x + at] for at in whole]
        assert drawn == dirty
        assert not compositor._dirty_regions


async def test_a_part_of_the_screen() -> None:
    app = Program()
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.pause()
        await check(app.screen)


async def test_a_part_of_a_box_over_a_dimmed_screen() -> None:
    app = Program()
    async with app.run_test(size=(60, 15)) as pilot:
        await app.push_screen(Box())
        await pilot.pause()
        await check(app.screen)


async def test_only_what_changed_is_asked_for() -> None:
    app = Program()
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.pause()
        left, over = app.screen.query_one("#left", Lettered), app.screen.query_one("#over", Lettered)
        left.asked.clear()
        over.asked.clear()
        app.screen._compositor._dirty_regions = {Region(0, 9, 40, 1), Region(0, 14, 5, 1)}
        app.screen._compositor.render_partial_update()
        assert left.asked == [Region(0, 9, 40, 6)]
        assert not over.asked
        left.asked.clear()
        app.screen._compositor._dirty_regions = {Region(14, 4, 5, 1)}
        app.screen._compositor.render_partial_update()
        assert over.asked == [Region(0, 1, 15, 1)]
        assert not left.asked  # it is behind
        assert app.screen._compositor.render_partial_update() is None
