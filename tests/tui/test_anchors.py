"""Every cell is in its column on terminals that give other widths to some clusters."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from annotator.text.layout import lay_out
from annotator.tui.anchors import is_doubtful
from annotator.tui.compositor import Pieces, Whole
from annotator.tui.paint import counted_alike
from annotator.tui.widgets.pieces import segments

CONSOLE = Console(color_system="truecolor")
TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[[\d;]*m|(.)", re.DOTALL)
STYLE = Style(color="red")
CLUSTERS = ("👨‍👩‍👧", "🇸🇾", "👍🏽", "❤️", "1️⃣", "۝١", "\u06dd", "\u06de", "漢", "\u0870")
AWAY = 40


def apart(ch: str) -> int:
    """Widths of a terminal that knows no sequences and no signs before digits, as VTE."""
    if unicodedata.category(ch) in {"Mn", "Cf"}:
        return 0
    return 2 if ch == "漢" or ch > "\U0001f000" else 1


def narrow(ch: str) -> int:
    """Widths of one that knows no emoji at all and old tables."""
    return 0 if unicodedata.category(ch) == "Mn" or ch == "\u06de" else 2 if ch == "漢" else 1


def screen_after(sent: str, width_of) -> dict[int, str]:  # type: ignore[no-untyped-def]  # one of the two above
    """The first row of a terminal full of old text that got SENT."""
    row = dict.fromkeys(range(AWAY), "old")
    column = 0
    for found in TOKEN.finditer(sent):
        if found[2]:
            assert found[1] == "1"
            column = int(found[2]) - 1
        elif found[3]:
            width = width_of(found[3])
            row.update(dict.fromkeys(range(column, column + width), found[3]))
            column += width
    return row


def updates(text: str) -> tuple[Strip, list[CompositorUpdate]]:
    made, used = segments([(text[: len(text) // 2], STYLE), (text[len(text) // 2 :], Style())], AWAY)
    strip = Strip(made, used)
    whole = LayoutUpdate([[Strip([Segment("<")]), strip]], Region(2, 0, AWAY, 1))
    return strip, [Pieces([(0, 3, strip)]), Whole(whole)]


words = st.lists(st.sampled_from(("ab ", "سلام", "قَالَ", " ", *CLUSTERS)), max_size=4)


@pytest.mark.parametrize("width_of", [apart, narrow])
@given(words=words)
def test_what_follows_such_a_cluster_is_in_its_column_and_nothing_old_shows(width_of, words: list[str]) -> None:  # type: ignore[no-untyped-def]  # as above
    strip, both = updates("".join([*words, "|"]))
    for update in both:
        row = screen_after(update.render_segments(CONSOLE), width_of)
        assert row[3 + strip.cell_length - 1] == "|"
        assert "old" not in {row[column] for column in range(3, 3 + strip.cell_length)}


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_each_of_them_has_blanks_of_its_own(cluster: str) -> None:
    strip = Strip([Segment("س", STYLE), Segment(cluster, STYLE), Segment("ل", STYLE)])
    sent = Pieces([(4, 2, strip)]).render_segments(CONSOLE)
    width, red, reset = strip.cell_length - 2, "\x1b[31m", "\x1b[0m"
    if cluster == "漢":
        assert sent == f"\x1b[5;3H{red}س漢ل{reset}"
    else:
        blank, after = f"{red}س{' ' * width}{reset}", f"\x1b[5;{4 + width}H{red}ل{reset}"
        assert sent == f"\x1b[5;3H{blank}\x1b[5;4H{red}{cluster}{reset}{after}"


def test_the_digits_of_one_number_stay_together() -> None:
    strip = Strip([Segment("\u06dd١", STYLE), Segment("٢٣", STYLE), Segment(" ل", STYLE)])
    row = screen_after(Pieces([(0, 0, strip)]).render_segments(CONSOLE), apart)
    assert [row[column] for column in range(6)] == ["١", "٢", "٣", " ", " ", "ل"]


@pytest.mark.parametrize("text", ["أَهْلًا، «قال» لا (24/11) ٪ ۱۲", "│ ▸ ● ✓ … ← └──ORG ␛", "漢字 カナ 한글", "ﻻ ﷲ ﷺ"])
def test_what_every_terminal_agrees_on_is_sent_as_it_is(text: str) -> None:
    assert not is_doubtful(text)


def test_a_row_with_an_emoji_is_never_painted_in_part() -> None:
    assert counted_alike(lay_out("وقَالَ 漢", 40).lines[0].glyphs)
    assert not counted_alike(lay_out("قال 👍🏽", 40).lines[0].glyphs)
