"""Lanes under a line: who lies where, what is drawn of it, and what is said of those there is no room for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.model.span_index import Span
from annotator.text.layout import Base, VisualLine, lay_out
from annotator.tui.lanes import MAX_LANES, Lane, lane_strip, lanes_of
from annotator.tui.look import LOOKS, PLAIN

ARABIC = "قال نائب رئيس مجلس إدارة شركة النفط الوطنية"
TEXTS = st.lists(
    st.sampled_from(("سلام ", "لا ", "word ", "(C++) ", "مُحَمَّد ", "漢字 ", "24/11 ", "\u200f", "\u202b", "ب")),
    min_size=1,
).map("".join)
PLACES = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 30), st.integers(0, 12)), max_size=24)


def lines_of(text: str, width: int = 78, base: Base = "auto") -> Sequence[VisualLine]:
    return lay_out(text, width, base).lines


def span(text: str, piece: str, name: str = "PERS", part: int = 0, parts: int = 1, id: str = "") -> Span:
    start = text.index(piece)
    return Span(start, start + len(piece), id or f"{name}-{piece}", name, name[0] == "*", part, parts)


def drawn(line: VisualLine, lane: Lane, width: int = 0, current: str = "", **roles: str) -> str:
    strip = lane_strip(line, lane, LOOKS["dark"], {}, current, width or line.width, roles)
    assert strip.cell_length == (width or line.width)
    return strip.text


def rows(text: str, spans: Sequence[Span], width: int = 78, line: int = 0) -> list[str]:
    there = lines_of(text, width)[line]
    found = [found for found in spans if found.start < there.end and there.start < found.end]
    return [drawn(there, lane) for lane in lanes_of(there, found, there.width)]


def test_the_innermost_is_nearest_to_the_text_and_named_where_reading_starts() -> None:
    words = ARABIC.split()
    spans = [span(ARABIC, " ".join(words[1 : 1 + count]), f"T{count}") for count in range(1, 8)]
    found = rows(ARABIC, spans[::-1])
    assert [row.rstrip()[-2:] for row in found] == [f"T{count}" for count in range(1, 8)]
    assert found[0] == "└─T1".rjust(len(found[0]) - 4) + "    "
    assert [row.index("└") for row in found] == sorted((row.index("└") for row in found), reverse=True)


def test_a_line_from_left_to_right_is_mirrored() -> None:
    text = "The minister of defence said"
    assert rows(text, [span(text, "minister of defence", "OCC"), span(text, "minister", "PERS")]) == [
        "    PERS───┘                ",
        "    OCC───────────────┘     ",
    ]


def test_a_bar_without_a_corner_goes_on_and_one_with_an_ellipsis_began_before() -> None:
    text = "aaa bbb ccc ddd eee"
    long = [span(text, "bbb ccc ddd", "ORG")]
    assert [rows(text, long, 8, line) for line in (0, 1, 2)] == [["    ORG─"], ["…ORG──┘ "], []]
    arabic = "سلام عليكم ورحمة الله وبركاته"
    spans = [span(arabic, "عليكم ورحمة الله", "ORG")]
    assert [rows(arabic, spans, 12, line) for line in (0, 1)] == [["───ORG    "], [" └─────ORG…"]]


def test_pieces_of_one_annotation_share_a_lane_and_are_tied() -> None:
    text = "aaaa bbbb cccc dddd"
    pieces = [span(text, "aaaa", "ORG", 0, 2, "x"), span(text, "cccc", "ORG", 1, 2, "x")]
    assert rows(text, pieces) == ["ORG─╌╌╌╌╌╌───┘     "]
    inside = span(text, "bbbb", "GPE")
    assert rows(text, [*pieces, inside]) == ["     GPE┘          ", "ORG─╌╌╌╌╌╌───┘     "]


def test_a_second_fragment_alone_on_its_line_says_that_it_is_not_the_first() -> None:
    text = "aaaa bbbb cccc dddd"
    pieces = [span(text, "aaaa", "ORG", 0, 2, "x"), span(text, "dddd", "ORG", 1, 2, "x")]
    assert rows(text, pieces, 10, 0) == ["ORG─      "]
    assert rows(text, pieces, 10, 1) == ["     …ORG"]


def test_what_a_change_of_direction_tears_apart_is_tied_and_named_where_it_starts() -> None:
    text = "نشرت وكالة Reuters World News العالمية"
    (row,) = rows(text, [span(text, "وكالة Reuters World", "MEDIA")])
    line = lines_of(text)[0]
    assert row[line.column_of(text.index("وكالة") + 5) :].rstrip() == "─MEDIA"
    assert row.count("╌") == len(" News")
    assert row[line.column_of(text.index("World") + 4)] == "┘"
    (island,) = rows(text, [span(text, "World News", "ORG")])
    assert island[line.column_of(text.index("World")) :].startswith("ORG──────┘")


def test_a_name_longer_than_its_bar_goes_on_over_free_cells() -> None:
    text = "aa bbbbbb cc dd"
    assert rows(text, [span(text, "aa", "VEHICLE")]) == ["VEHICLE        "]
    assert rows(text, [span(text, "aa", "VEHICLE"), span(text, "bbbbbb", "ORG")]) == ["VE ORG──┘      "]
    assert rows(text, [span(text, "cc", "VEHICLE"), span(text, "bbbbbb", "ORG")]) == ["   ORG──┘ VEHIC"]
    assert rows(text, [span(text, "dd", "VEHICLE")]) == ["        VEHICLE"]  # at the edge to the other side
    assert rows("سلام في", [span("سلام في", "سلام", "VEHICLE")]) == ["VEHICL"]


def test_a_name_that_its_neighbour_cuts_goes_to_a_lower_lane_with_room() -> None:
    text = "aa bbbbbb cc dddd"
    outer, inner = span(text, "cc dddd", "ORG"), span(text, "dddd", "GPE")
    crowd = [span(text, "aa", "VEHICLE"), span(text, "bbbbbb", "LOC")]
    assert rows(text, [*crowd, outer, inner]) == ["   LOC──┘    GPE┘", "VEHICLE   ORG───┘"]
    around = span(text, "aa bbbbbb", "FAC")
    assert rows(text, [*crowd, around, outer, inner])[0] == "VE LOC──┘    GPE┘"  # FAC is below, with room or not


def test_the_current_annotation_is_reversed_with_all_of_its_name() -> None:
    text = "aa bbbbbb"
    line = lines_of(text)[0]
    here = span(text, "aa", "VEHICLE")
    (lane,) = lanes_of(line, [here], line.width)
    strip = lane_strip(line, lane, PLAIN, {}, here.id, line.width, {})
    assert [(segment.text, bool(segment.style and segment.style.reverse)) for segment in strip] == [
        ("VEHICLE", True),
        ("  ", False),
    ]


def test_a_role_stands_for_the_type() -> None:
    text = "aaaaaaaaaaaa"
    line = lines_of(text)[0]
    (lane,) = lanes_of(line, [span(text, text, "ARMED", id="x")], line.width)
    assert drawn(line, lane, x="Attacker") == "Attacker───┘"


def test_a_name_in_arabic_reads_right_and_wide_letters_keep_their_cells() -> None:
    text = "aaaaaaaa bb"
    line = lines_of(text)[0]
    (lane,) = lanes_of(line, [span(text, "aaaaaaaa", "شخص")], line.width)
    assert drawn(line, lane) == "ﺺﺨﺷ────┘   "
    (lane,) = lanes_of(line, [span(text, "bb", "漢字")], line.width)
    assert drawn(line, lane, 20) == "         漢字       "


def test_those_without_a_lane_are_counted() -> None:
    text = "a" * 20
    line = lines_of(text)[0]
    spans = [Span(0, 20 - number, str(number), "ORG", is_event=False) for number in range(MAX_LANES + 3)]
    lanes = lanes_of(line, spans, 30)
    assert len(lanes) == MAX_LANES + 1
    assert drawn(line, lanes[-1], 30).rstrip() == "+3"


def test_bars_never_touch() -> None:
    text = "aaabbb ccc"
    spans = [Span(0, 3, "a", "ORG", is_event=False), Span(3, 6, "b", "GPE", is_event=False)]
    assert len(lanes_of(lines_of(text)[0], spans, 78)) == 2


@pytest.mark.parametrize("base", ["auto", "ltr", "rtl"])
@given(TEXTS, PLACES)
def test_every_annotation_is_in_one_lane_and_found_under_its_bar(
    base: Base, text: str, places: list[tuple[float, int, int]]
) -> None:
    made: dict[str, list[tuple[int, int]]] = {}
    for share, length, number in places:
        start = min(int(share * len(text)), len(text) - 1)
        made.setdefault(str(number), []).append((start, min(start + length, len(text))))
    spans = []
    for id, ranges in made.items():
        kept: list[tuple[int, int]] = []
        for start, end in sorted(ranges):
            if not kept or kept[-1][1] < start:
                kept.append((start, end))
        spans += [
            Span(*found, id, "PERS", is_event=False, part=part, parts=len(kept)) for part, found in enumerate(kept)
        ]
    for line in lines_of(text, 40, base):
        here = sorted(found for found in spans if found.start < line.end and line.start < found.end)
        lanes = lanes_of(line, here, 40)
        bars = [bar for lane in lanes for bar in lane.bars]
        ids = [bar.spans[0].id for bar in bars]
        seen = {found.id for found in here if line.columns(max(found.start, line.start), min(found.end, line.end))}
        assert len(ids) == len(set(ids))
        assert set(ids) <= seen
        assert len(ids) + sum(lane.more for lane in lanes) == len(seen)
        for lane in lanes:
            for before, after in zip(lane.bars, lane.bars[1:], strict=False):
                assert before.last < after.first
            for bar in lane.bars:
                for first, last in bar.runs:
                    under = {lane.span_at(line, column) for column in range(first, last)}
                    assert under <= set(bar.spans)
                    assert None not in under
            for width in (line.width, 40):
                if width:
                    drawn(line, lane, width, ids[0] if ids else "", **dict.fromkeys(ids[:2], "Instrument"))
