"""Motions over real layouts: where keys lead, and that they always lead somewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.caret import (
    Flow,
    Unit,
    document_edge,
    left,
    line_edge,
    next_,
    previous,
    right,
    vertical,
)
from annotator.text.document_layout import DocumentLayout
from annotator.text.layout import Options
from annotator.text.tokens import sentences, tokens
from annotator.text.units import unit_at

Step: TypeAlias = Callable[[DocumentLayout, str, int, Unit], int]

ARTICLE = next((Path(__file__).parents[3] / "seeds").glob("*.txt")).read_text(encoding="utf-8")
WORDS = ["و", "لا", "كتاب", "دير الزور", "لأورينت", "12", "abc", "a-b C", "😂"]
SIGNS = [" ", ". ", "، ", "(", '"', "\n", "\n\n", "\t", "\x1b", "\u2028", "\u064e", "\u200f", "\u202e", "\u2066x"]
TEXTS = st.lists(st.one_of(st.sampled_from([*WORDS, *SIGNS]), st.characters(codec=None)), max_size=25).map("".join)
WIDTHS = st.integers(1, 30)
UNITS = st.sampled_from(Unit)


def leftwards(flow: Flow | None) -> Step:
    return lambda layout, text, offset, unit: left(layout, text, offset, unit, flow)


def rightwards(flow: Flow | None) -> Step:
    return lambda layout, text, offset, unit: right(layout, text, offset, unit, flow)


def walk(layout: DocumentLayout, step: Step, unit: Unit, offset: int) -> list[int]:
    """Press one key until nothing moves."""
    path = [offset]
    while (offset := step(layout, layout.text, offset, unit)) != path[-1]:
        path.append(offset)
        assert len(path) <= 2 * len(layout.text) + 2, f"{path[-6:]} goes round"
    return path


def stops(layout: DocumentLayout, unit: Unit) -> list[int]:
    """Give every offset a motion can stop at, in the text's order."""
    found: list[int] = []
    for number in range(layout.paragraph_count):
        start, end = layout.paragraph_range(number)
        units = {at[0] for at in (unit_at(layout.text, offset, unit) for offset in range(start, end)) if at}
        found += sorted(units) or ([start] if unit is not Unit.SENTENCE else [])
    return found


@pytest.mark.parametrize("width", [20, 40, 80, 4000])
def test_left_visits_every_token_of_an_arabic_paragraph_in_order(width: int) -> None:
    paragraph = next(line for line in ARTICLE.splitlines() if "لأورينت" in line)
    layout = DocumentLayout(paragraph, width)
    starts = [start for start, _ in tokens(paragraph)]
    assert walk(layout, left, Unit.WORD, 0) == starts
    assert walk(layout, right, Unit.WORD, starts[-1]) == starts[::-1]


@pytest.mark.parametrize("width", [30, 100])
def test_left_visits_the_whole_article(width: int) -> None:
    layout = DocumentLayout(ARTICLE, width, "rtl")
    path = walk(layout, left, Unit.WORD, document_edge(layout, end=False))
    assert sorted(path) == stops(layout, Unit.WORD)
    assert walk(layout, right, Unit.WORD, path[-1]) == path[::-1]


@pytest.mark.parametrize("unit", Unit)
def test_the_next_units_of_the_article(unit: Unit) -> None:
    layout = DocumentLayout(ARTICLE, 60)
    every = stops(layout, unit)
    assert walk(layout, next_, unit, every[0]) == every
    assert walk(layout, previous, unit, every[-1]) == every[::-1]
    if unit is not Unit.SENTENCE:
        assert [document_edge(layout, end=end, unit=unit) for end in (False, True)] == [every[0], every[-1]]


def test_sentences_are_stops() -> None:
    layout = DocumentLayout("قال الرجل. ثم عاد.\nنص", 60)
    assert walk(layout, left, Unit.SENTENCE, 0) == [start for start, _ in sentences(layout.text)] == [0, 11, 19]
    assert previous(layout, layout.text, 14, Unit.SENTENCE) == 11


def names(layout: DocumentLayout, path: list[int]) -> list[str]:
    spans = [unit_at(layout.text, offset, Unit.WORD) for offset in path]
    return [layout.text[slice(*span)] if span else "" for span in spans]


def test_a_line_of_both_directions_is_walked_as_it_looks() -> None:
    layout = DocumentLayout("قال Mark Z لنا 12 34 مرة", 80)
    path = walk(layout, left, Unit.WORD, 0)
    assert names(layout, path) == ["قال", "Z", "Mark", "لنا", "12", "34", "مرة"]
    assert walk(layout, right, Unit.WORD, path[-1]) == path[::-1]
    layout = DocumentLayout("He said قال لنا twice", 80)
    assert names(layout, walk(layout, right, Unit.WORD, 0)) == ["He", "said", "لنا", "قال", "twice"]


def test_lines_follow_the_base_direction() -> None:
    layout = DocumentLayout("one two three four", 8)  # one two / three / four
    assert names(layout, walk(layout, right, Unit.WORD, 0)) == ["one", "two", "three", "four"]
    assert left(layout, layout.text, 8, Unit.WORD) == 4  # at the left edge of a left-to-right line: the line before
    layout = DocumentLayout("واحد اثنان ثلاثة", 10)
    assert left(layout, layout.text, 5, Unit.WORD) == 11
    assert right(layout, layout.text, 11, Unit.WORD) == 5


def test_a_word_on_two_lines_is_one_stop() -> None:
    layout = DocumentLayout("قبل " + "م" * 25 + " بعد", 10)
    assert walk(layout, left, Unit.WORD, 0) == [0, 4, 30]
    assert walk(layout, right, Unit.WORD, 30) == [30, 4, 0]
    assert left(layout, layout.text, 20, Unit.WORD) == 30
    assert right(layout, layout.text, 20, Unit.WORD) == 0


def test_empty_paragraphs_are_stops() -> None:
    layout = DocumentLayout("قبل\n\n \nبعد\n", 10, "rtl")
    assert walk(layout, left, Unit.WORD, 0) == [0, 4, 5, 7]
    assert walk(layout, right, Unit.WORD, 7) == [7, 5, 4, 0]
    assert walk(layout, previous, Unit.WORD, 7) == [7, 5, 4, 0]


def test_clitics_and_letters_inside_a_word() -> None:
    text = "وقالت لأورينت"
    layout = DocumentLayout(text, 40)
    assert walk(layout, left, Unit.CLITIC, 0) == [0, 1, 6, 7]
    assert walk(layout, right, Unit.CLITIC, 7) == [7, 6, 1, 0]
    assert walk(layout, left, Unit.CLUSTER, 0) == [*range(len(text))]  # lam and alef of one cell are two stops
    layout = DocumentLayout("كَتَبَ", 40)
    assert walk(layout, left, Unit.CLUSTER, 0) == [0, 2, 4]


def test_from_white_space_the_neighbours_are_the_words_beside_it() -> None:
    layout = DocumentLayout("قال نعم", 40)
    assert left(layout, layout.text, 3, Unit.WORD) == 4
    assert right(layout, layout.text, 3, Unit.WORD) == 0


@pytest.mark.parametrize("flow", ["ltr", "rtl"])
def test_one_flow_leads_through_a_document_of_both_directions(flow: Flow) -> None:
    layout = DocumentLayout("نص أول\nan English line\n0\nنص ثان", 10)
    forwards, backwards = (leftwards(flow), rightwards(flow)) if flow == "rtl" else (rightwards(flow), leftwards(flow))
    first = min(stops(layout, Unit.WORD), key=lambda at: len(walk(layout, backwards, Unit.WORD, at)))
    assert sorted(walk(layout, forwards, Unit.WORD, first)) == stops(layout, Unit.WORD)


def test_vertical_keeps_its_distance_from_the_starting_edge() -> None:
    text = "واحد اثنان\nا\nثلاثة أربعة"
    layout = DocumentLayout(text, 40)
    offset, goal = vertical(layout, 5, 1)
    assert (offset, goal) == (11, 5)  # a short line: its end
    assert vertical(layout, offset, 1, goal) == (19, 5)  # the sixth cell from the right; lam-alef is one
    assert vertical(layout, 19, -2, 5) == (5, 5)
    assert vertical(layout, 5, -1) == (5, 5)
    assert vertical(layout, 19, 9) == (19, 5)
    assert vertical(layout, 5, 9)[0] == 19  # pages stop at the last line


def test_vertical_over_empty_paragraphs_and_left_to_right() -> None:
    layout = DocumentLayout("abcdef\n\nxyz", 40)
    assert vertical(layout, 4, 1) == (7, 4)
    assert vertical(layout, 7, 1, 4) == (10, 4)
    assert vertical(layout, 10, -2, 4) == (4, 4)


def test_line_edges() -> None:
    layout = DocumentLayout("واحد اثنان ثلاثة", 11)
    assert line_edge(layout, 7, end=False) == 0
    assert line_edge(layout, 7, end=True) == 9
    assert line_edge(layout, 12, end=False) == 11
    assert line_edge(layout, 12, end=True) == 15
    assert line_edge(DocumentLayout("", 5), 0, end=True) == 0
    assert line_edge(DocumentLayout("   ", 5), 1, end=True) == 2


def test_document_edges() -> None:
    layout = DocumentLayout("\n قال نعم.\n", 20)
    assert document_edge(layout, end=False) == 0
    assert document_edge(layout, end=True) == 9
    assert document_edge(layout, end=True, unit=Unit.SENTENCE) == 2


@given(TEXTS, WIDTHS, UNITS, st.booleans())
def test_logical_motions_visit_every_stop(text: str, width: int, unit: Unit, controls: bool) -> None:
    layout = DocumentLayout(text, width, options=Options(controls=controls))
    every = stops(layout, unit) or [0]
    assert walk(layout, next_, unit, every[0]) == every
    assert walk(layout, previous, unit, every[-1]) == every[::-1]


@given(TEXTS, WIDTHS, UNITS)
def test_visual_motions_in_one_flow_visit_every_stop_once(text: str, width: int, unit: Unit) -> None:
    layout = DocumentLayout(text, width)
    every = stops(layout, unit) or [0]
    path = walk(layout, leftwards("rtl"), unit, _rightmost(layout, unit))
    assert len(set(path)) == len(path)
    assert {at for at in every if drawn(layout, at, unit)} <= set(path) <= set(every)
    assert walk(layout, rightwards("rtl"), unit, path[-1]) == path[::-1]


def drawn(layout: DocumentLayout, offset: int, unit: Unit) -> bool:
    """Say whether the line a unit starts on shows it: white space that hangs over a line's edge has no cell."""
    paragraph = layout.paragraph(layout.paragraph_of(offset))
    line = paragraph.line(paragraph.line_of(offset))
    span = unit_at(layout.text, offset, unit)
    return span is None or any(line.glyph_of(at) for at in range(span[0], min(span[1], line.end)))


def _rightmost(layout: DocumentLayout, unit: Unit) -> int:
    """Give the stop that Right reaches at last in a right-to-left flow: the right end of the first line."""
    every = stops(layout, unit)
    first = next((at for at in every if drawn(layout, at, unit)), every[0] if every else 0)
    return walk(layout, rightwards("rtl"), unit, first)[-1]


@given(TEXTS, WIDTHS, UNITS, st.integers(0, 60), st.sampled_from(["ltr", "rtl", None]), st.booleans())
def test_motions_from_anywhere_end(
    text: str, width: int, unit: Unit, offset: int, flow: Flow | None, controls: bool
) -> None:
    offset = min(offset, len(text))
    layout = DocumentLayout(text, width, "auto" if flow else "rtl", Options(controls=controls))
    for step in (leftwards(flow), rightwards(flow), next_, previous):
        assert all(0 <= at <= len(text) for at in walk(layout, step, unit, offset))


@given(TEXTS, WIDTHS, st.integers(0, 60), st.integers(-5, 5), st.integers(0, 40) | st.none())
def test_vertical_moves_stay_in_the_text(text: str, width: int, offset: int, lines: int, goal: int | None) -> None:
    offset = min(offset, len(text))
    layout = DocumentLayout(text, width)
    to, kept = vertical(layout, offset, lines, goal)
    assert 0 <= to <= len(text)
    assert kept >= 0
    assert goal is None or kept == goal
    assert line_edge(layout, to, end=False) <= max(to, line_edge(layout, to, end=True))


@given(TEXTS, WIDTHS)
def test_going_down_line_by_line_meets_every_line(text: str, width: int) -> None:
    layout = DocumentLayout(text, width)
    lines = sum(layout.paragraph(number).line_count for number in range(layout.paragraph_count))
    offset, goal, seen = 0, None, [_line(layout, 0)]
    for _ in range(lines - 1):
        offset, goal = vertical(layout, offset, 1, goal)
        seen.append(_line(layout, offset))
    assert len(set(seen)) == lines
    assert _line(layout, vertical(layout, 0, lines - 1)[0]) == seen[-1]
    assert _line(layout, vertical(layout, offset, -lines)[0]) == seen[0]


def _line(layout: DocumentLayout, offset: int) -> tuple[int, int]:
    number = layout.paragraph_of(offset)
    return number, layout.paragraph(number).line_of(offset)


def test_sentences_pass_over_empty_paragraphs() -> None:
    layout = DocumentLayout("قال.\n\n \nثم. عاد\n\n", 40)
    starts = [start for start, _ in sentences(layout.text)]
    assert walk(layout, left, Unit.SENTENCE, 0) == starts == [0, 8, 12]
    assert walk(layout, right, Unit.SENTENCE, 12) == starts[::-1]
    assert previous(layout, layout.text, 6, Unit.SENTENCE) == 0
    assert next_(layout, layout.text, 6, Unit.SENTENCE) == 8
    assert previous(layout, layout.text, len(layout.text), Unit.SENTENCE) == 12
