"""Containers that are covered by what is in them: painting their own ground costs nothing.

Textual asks every container for its cells in each frame, and works them out from its style sheet each time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip

if TYPE_CHECKING:
    from rich.style import Style

    from annotator.tui.look import Look


@lru_cache(maxsize=64)
def _ground(width: int, style: Style) -> Strip:
    return Strip([Segment(" " * width, style)], width)


class Covered:
    """Mixed into a widget whose cells are all covered by others, or plain ground.

    No widget itself: Textual takes the style sheet from the first base that is one.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Plain ground."""
        look: Look = self.app.look  # type: ignore[attr-defined]  # the widget it is mixed into has an app with a look
        return [_ground(crop.width, look.base)] * crop.height


class Row(Covered, Horizontal):
    """Widgets beside each other."""


class Column(Covered, Vertical):
    """Widgets below each other."""
