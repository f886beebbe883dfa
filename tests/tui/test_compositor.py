"""Drawing a part of the screen gives what drawing all of it gives there."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from annotator.tui.compositor import LeanCompositor, Pieces, Shown, Whole
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


CONSOLE = Console(color_system=None)
TAKEN = re.compile(r"\x1b\[(\d+);(\d+)H([^\x1b]*)")


def put(screen: dict[tuple[int, int], str], sent: str) -> None:
    """Do what a terminal does with SENT."""
    for row, column, text in TAKEN.findall(sent):
        for at, letter in enumerate(text):
            screen[int(row), int(column) + at] = letter


pieces = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.text("ab ", min_size=1, max_size=5)), max_size=4)


@given(st.lists(pieces, max_size=8))
def test_what_is_left_out_is_there_already(frames: list[list[tuple[int, int, str]]]) -> None:
    shown = Shown()
    all_sent: dict[tuple[int, int], str] = {}
    news_sent: dict[tuple[int, int], str] = {}
    for frame in frames:
        strips = [(y, x, Strip([Segment(text)])) for y, x, text in frame]
        put(all_sent, Pieces(strips).render_segments(CONSOLE))
        again = Pieces(strips)
        again.shown = shown
        put(news_sent, again.render_segments(CONSOLE))
        assert news_sent == all_sent


def test_a_row_that_looks_as_before_is_not_sent_until_the_screen_is_drawn_by_other_means() -> None:
    shown = Shown()

    def sent() -> str:
        frame = Pieces([(0, 3, Strip([Segment("abc")])), (2, 0, Strip([Segment("d")]))])
        frame.shown = shown
        return frame.render_segments(CONSOLE)

    whole = "\x1b[1;4Habc\x1b[3;1Hd"
    assert [sent(), sent()] == [whole, ""]
    assert shown.put(0, 5, 4, "wxyz")  # over its end
    assert [sent(), sent()] == ["\x1b[1;4Habc", ""]
    shown.forget()
    assert sent() == whole


def test_neighbours_of_one_style_are_sent_with_one() -> None:
    class Update(CompositorUpdate):
        def render_segments(self, console: Console) -> str:
            return strip.render(console)

    style = Style(bold=True)
    strip = Strip([Segment("a", style), Segment("b", style)])
    console = Console(color_system="truecolor")
    assert strip.render(console) == "\x1b[1ma\x1b[0m\x1b[1mb\x1b[0m"
    assert Whole(Update()).render_segments(console) == "\x1b[1mab\x1b[0m"
    assert Pieces([(0, 0, strip)]).render_segments(console) == "\x1b[1;1H\x1b[1mab\x1b[0m"


async def test_a_key_is_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Program()
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.pause(0.1)
        screen = app.screen
        assert isinstance(screen, Main)
        drawn: list[bool] = []
        refresh = screen._compositor_refresh

        def counted() -> None:
            drawn.append(True)
            refresh()

        monkeypatch.setattr(screen, "_compositor_refresh", counted)
        left, over = screen.query_one("#left", Lettered), screen.query_one("#over", Lettered)
        left.refresh(Region(0, 9, 4, 1))
        over.refresh()
        screen.draw_now()
        assert drawn == [True]
        assert not screen._compositor._dirty_regions
        await pilot.pause(0.1)
        assert drawn == [True]  # and not again
        screen.draw_now()
        assert drawn == [True]  # nothing has changed
        left.refresh()
        screen.draw_now()
        over.refresh()
        screen.draw_now()  # too soon after the one before
        assert drawn == [True, True]
        await pilot.pause(0.1)
        assert drawn == [True, True, True]


async def test_what_moves_things_is_left_to_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Program()
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.pause(0.1)
        screen = app.screen
        assert isinstance(screen, Main)
        left = screen.query_one("#left", Lettered)
        with monkeypatch.context() as patch:
            patch.setattr(screen, "_compositor_refresh", lambda: pytest.fail("drawn"))
            left.refresh(layout=True)
            screen.draw_now()
        await pilot.pause(0.1)
        assert not left._repaint_required
        await app.push_screen(Box())
        await pilot.pause(0.1)
        with monkeypatch.context() as patch:
            patch.setattr(screen, "_compositor_refresh", lambda: pytest.fail("drawn"))
            left.refresh()
            screen.draw_now()  # it is behind the box
        await pilot.pause(0.1)
