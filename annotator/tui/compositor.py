"""Puts on the terminal only what changed: no widget is asked for rows that stay, and no row is cut without need.

Textual's own compositor asks every widget between the first and the last change for all its rows, and cuts each row
at every edge of every widget. On a screen where a key changes a few rows, that is half of the work of a frame. And
what a widget paints again may look as it did, as most rows between the lines do when a text scrolls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._compositor import Compositor, CompositorUpdate, LayoutUpdate
from textual.geometry import Region

from annotator.terminal.stream import compact
from annotator.tui.anchors import rendered

if TYPE_CHECKING:
    from rich.console import Console
    from textual.strip import Strip


class Shown:
    """What the terminal shows where pieces were put since it was last drawn whole."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, tuple[int, str]]] = {}

    def forget(self) -> None:
        """The terminal was drawn by other means."""
        self._rows.clear()

    def put(self, y: int, x: int, width: int, text: str) -> bool:
        """Note that the WIDTH cells from column X of row Y on show TEXT; False when they did already."""
        row = self._rows.setdefault(y, {})
        before = row.get(x)
        if before is not None and before[0] == width and before[1] == text:
            return False
        for start in [start for start, (cells, _) in row.items() if start < x + width and x < start + cells]:
            del row[start]
        row[x] = width, text
        return True


class Pieces(CompositorUpdate):
    """Strips and where they begin: (row, column, strip)."""

    def __init__(self, pieces: list[tuple[int, int, Strip]]) -> None:
        self.pieces = pieces
        self.shown = Shown()
        """What need not be sent; whoever displays frame after frame gives each the same."""

    def render_segments(self, console: Console) -> str:
        """What is sent to the terminal, which will then show it."""
        put = self.shown.put
        return "".join(
            [
                f"\x1b[{y + 1};{x + 1}H{text}"
                for y, x, strip in self.pieces
                if put(y, x, strip.cell_length, text := rendered(strip, y, x, console))
            ]
        )


class Whole(CompositorUpdate):
    """Any other update of Textual's, its styles joined."""

    def __init__(self, update: CompositorUpdate) -> None:
        self.update = update

    def render_segments(self, console: Console) -> str:
        """What is sent to the terminal."""
        if not isinstance(self.update, LayoutUpdate):
            return compact(self.update.render_segments(console))
        rows: list[str] = []
        for y, strips in enumerate(self.update.strips, self.update.region.y):
            x = self.update.region.x
            rows.append(f"\x1b[{y + 1};{x + 1}H")
            for strip in strips:
                rows.append(rendered(strip, y, x, console))
                x += strip.cell_length
        return "".join(rows)


class LeanCompositor(Compositor):
    """Textual's compositor with a leaner way to redraw parts of the screen; whole screens are drawn as ever."""

    def render_partial_update(self) -> Pieces | None:  # type: ignore[override]  # the app needs a `CompositorUpdate`
        """What has changed since the last frame; None when nothing that is seen has."""
        screen = self.size.region
        dirty = [part for region in self._dirty_regions if (part := region.intersection(screen))]
        self._dirty_regions.clear()
        open_spans: dict[int, list[tuple[int, int]]] = {}  # by row, columns that nothing was put on yet
        for y, x1, x2 in self._regions_to_spans(dirty):
            open_spans.setdefault(y, []).append((x1, x2))
        pieces: list[tuple[int, int, Strip]] = []
        for widget, (region, clip) in self.visible_widgets.items():  # those in front come first
            if not open_spans:
                break
            seen = region.intersection(clip)
            wanted = [part for one in dirty if (part := seen.intersection(one))]
            rows = _open_rows(open_spans, Region.from_union(wanted)) if wanted else []
            if not rows:
                continue
            top = rows[0]
            crop = Region(seen.x - region.x, top - region.y, seen.width, rows[-1] + 1 - top)
            strips = widget.render_lines(crop)
            for y in rows:
                if y - top < len(strips):
                    left = _cover(pieces, y, strips[y - top], seen, open_spans.pop(y))
                    if left:
                        open_spans[y] = left
        return Pieces(sorted(pieces, key=_place)) if pieces else None


def _place(piece: tuple[int, int, Strip]) -> tuple[int, int]:
    return piece[0], piece[1]


def _open_rows(open_spans: dict[int, list[tuple[int, int]]], box: Region) -> list[int]:
    left, right = box.column_span
    return [y for y in box.line_range if y in open_spans and any(x1 < right and left < x2 for x1, x2 in open_spans[y])]


def _cover(
    pieces: list[tuple[int, int, Strip]], y: int, strip: Strip, seen: Region, spans: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Put what is in SPANS of STRIP, a row of what is SEEN of a widget, into PIECES; the spans that remain."""
    begin, end = seen.column_span
    if spans == [(begin, end)] and strip.cell_length == seen.width:  # most rows
        pieces.append((y, begin, strip))
        return []
    left: list[tuple[int, int]] = []
    for x1, x2 in spans:
        first, last = max(x1, begin), min(x2, end)
        if first >= last:
            left.append((x1, x2))
            continue
        whole = first == begin and last == end and strip.cell_length == seen.width
        pieces.append((y, first, strip if whole else strip.crop(first - begin, last - begin)))
        if x1 < first:
            left.append((x1, first))
        if last < x2:
            left.append((last, x2))
    return left
