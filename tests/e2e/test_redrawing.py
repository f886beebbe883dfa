"""Only what changed is sent; what a terminal then shows is what all of it would show."""

from __future__ import annotations

import random
from typing import Any

import pytest

pytestmark = pytest.mark.pty

HANDS = (
    *("left", "right", "up", "ctrl+left", "shift+left", "alt+left", "end", "f10", "f11", "ctrl+l", "v", "escape"),
    *("down", "pagedown", "pageup") * 4,
    *("p", "g", "o", "u", "n", "delete", "f5", "f6"),
)


@pytest.mark.parametrize(("seed", "size"), [(1, (120, 40)), (2, (80, 24)), (3, (100, 30))])
def test_after_any_keys_drawing_anew_changes_nothing(place: Any, seed: int, size: tuple[int, int]) -> None:
    window = place.open("--as", "sara", size=size)
    chance = random.Random(seed)
    for _ in range(12):
        for _ in range(chance.randint(3, 12)):
            window.type(chance.choice(HANDS))
            window._read(chance.choice((0.0, 0.03)))
        window.settle()
        shown = window.cells()
        for y in range(size[1]):  # something else writes on the screen
            window.screen.buffer[y][y] = window.screen.buffer[y][y]._replace(data="#")
        window.type("shift+f9")
        window.until(lambda shown=shown: window.cells() == shown)
