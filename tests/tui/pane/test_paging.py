"""Where a line comes on the screen that was off it: at the edge, or amid it where the screen turns by pages."""

from __future__ import annotations

from annotator.text.document_layout import DocumentLayout
from annotator.tui.viewport import LineId, Viewport

TEXT = "".join(f"سطر رقم {number}\n" for number in range(200))
STARTS = [at for at, letter in enumerate(TEXT) if not at or TEXT[at - 1] == "\n"]
HEIGHT = 20


def viewport(*, paged: bool) -> Viewport:
    found = Viewport(DocumentLayout(TEXT, 40), lambda _start, _end: [], HEIGHT)
    found.lanes, found.paged = False, paged
    found.fill()
    return found


def scrolls(found: Viewport, lines: range) -> int:
    """How often the screen scrolls on the way over LINES, each of which is then on it."""
    count = 0
    for line in lines:
        count += found.reveal(STARTS[line])
        assert found.wholly_visible(LineId(line, 0))
    return count


def test_line_by_line_every_step_beyond_the_edge_scrolls() -> None:
    found = viewport(paged=False)
    assert scrolls(found, range(100)) == 100 - HEIGHT
    assert scrolls(found, range(99, 0, -1)) == 99 - HEIGHT


def test_by_pages_few_steps_scroll_either_way() -> None:
    found = viewport(paged=True)
    assert scrolls(found, range(100)) <= 100 / (HEIGHT / 2)
    assert scrolls(found, range(99, 0, -1)) <= 100 / (HEIGHT / 2)


def test_by_pages_a_line_comes_with_more_room_where_the_way_goes_on() -> None:
    found = viewport(paged=True)
    found.reveal(STARTS[HEIGHT])
    assert found.row_of(LineId(HEIGHT, 0)) == HEIGHT // 3 - 1
    above = found.top.paragraph - 1
    found.reveal(STARTS[above])
    assert found.row_of(LineId(above, 0)) == HEIGHT * 2 // 3 - 1
