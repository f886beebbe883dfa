from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.layout import Affinity
from annotator.tui.widgets.line_editor import LIMIT, LineEditor, clean

ALPHABET = "ابتلأمآهوـً َّabc 12(),«»\u200f\u200e\u2067\u2069\u200d\u200c漢😀e\u0301\u1100\u1161\U0001f1f8\U0001f1e6"
texts = st.text(st.sampled_from(ALPHABET), max_size=24)
motions: list[Callable[..., None]] = [
    LineEditor.left,
    LineEditor.right,
    LineEditor.word_left,
    LineEditor.word_right,
    LineEditor.home,
    LineEditor.end,
]
edits: list[Callable[[LineEditor], bool]] = [
    LineEditor.backspace,
    LineEditor.delete,
    LineEditor.delete_word_back,
    LineEditor.delete_word_forward,
    LineEditor.clear,
]
steps = st.one_of(
    st.tuples(st.just("type"), st.sampled_from(ALPHABET)),
    st.tuples(st.just("paste"), st.text(max_size=8)),
    st.tuples(st.just("move"), st.sampled_from(motions), st.booleans()),
    st.tuples(st.just("edit"), st.sampled_from(edits)),
    st.tuples(st.just("click"), st.integers(-3, 30), st.booleans()),
    st.tuples(st.just("all")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


@given(texts, st.lists(steps, max_size=40))
def test_any_sequence_keeps_the_caret_inside_and_the_text_true(start: str, sequence: list[tuple[object, ...]]) -> None:
    editor = LineEditor(start)
    typed, undone = editor.value, False
    for step in sequence:
        before, (first, last) = editor.value, editor.selection
        match step:
            case ("type" | "paste", str(text)):
                changed = editor.insert(text)
                assert editor.value == before[:first] + clean(text) + before[last:]
                assert changed == bool(clean(text) or first < last)
                assert editor.caret == first + len(clean(text))
            case ("move", move, bool(select)):
                move(editor, select=select)  # type: ignore[operator]  # one of `motions`
                assert editor.value == before
                assert select or editor.anchor is None
            case ("edit", edit):
                edit(editor)  # type: ignore[operator]  # one of `edits`
                kept = len(before) - len(editor.value)
                assert editor.value == before[: editor.caret] + before[editor.caret + kept :]
                if first < last and edit is not LineEditor.clear:
                    assert editor.value == before[:first] + before[last:]
            case ("click", int(column), bool(select)):
                editor.click(column, select=select)
                assert editor.value == before
            case ("all",):
                editor.select_all()
                assert editor.selected == before
            case ("undo",):
                undone = editor.undo() or undone
            case ("redo",):
                editor.redo()
        assert 0 <= editor.caret <= len(editor.value)
        assert editor.anchor is None or 0 <= editor.anchor <= len(editor.value)
        assert editor.anchor != editor.caret
        assert -1 <= editor.column <= editor.line.width
        assert "\n" not in editor.value
    final = editor.value
    while editor.undo():
        pass
    assert editor.value == typed
    while editor.redo():
        pass
    assert editor.value == final or undone


@given(texts)
def test_right_and_left_visit_every_place_once(text: str) -> None:
    editor = LineEditor(text)
    editor.click(-1)
    places = [(editor.caret, editor.affinity, editor.column)]
    while True:
        editor.right()
        place = (editor.caret, editor.affinity, editor.column)
        if place == places[-1]:
            break
        places.append(place)
        assert len(places) <= len(text) + 2
    glyphs = len(places) - 1
    back = [editor.caret]
    for _ in range(glyphs):
        editor.left()
        back.append(editor.caret)
    editor.left()
    assert editor.caret == back[-1]
    assert set(back) <= set(range(len(text) + 1))


def test_steps_cross_one_cluster_in_the_direction_of_the_key() -> None:
    editor = LineEditor("كتاب abc")
    assert editor.rtl
    visited = []
    editor.home()
    for _ in range(9):
        visited.append(editor.caret)
        editor.left()
    # Right to left over the Arabic and the space, then into "abc" from its right end.
    assert visited == [0, 1, 2, 3, 4, 5, 7, 6, 5]


def test_at_a_change_of_direction_the_caret_stands_by_what_was_typed() -> None:
    editor = LineEditor()
    assert editor.rtl
    assert editor.column == -1
    editor.insert("ك")
    assert editor.column == -1  # on the screen: caret, kaf
    editor.insert(" ")
    editor.insert("a")
    assert editor.line.glyphs[0].text == "a"
    assert editor.column == 1  # right of the "a", where a "b" would come
    editor.insert("b")
    assert [glyph.text for glyph in editor.line.glyphs][:2] == ["a", "b"]
    assert editor.column == 2
    editor.insert("م")
    assert editor.column == -1


@pytest.mark.parametrize(("text", "caret", "width"), [("لا", 1, 2), ("لا", 2, 1), ("لا", 0, 1), ("بلا", 2, 3)])
def test_lam_and_alef_part_only_around_the_caret(text: str, caret: int, width: int) -> None:
    editor = LineEditor(text)
    editor.home()
    for _ in range(caret):
        editor.left()
    assert editor.caret == caret
    assert editor.line.width == width


def test_lam_and_alef_part_at_a_selection_edge() -> None:
    editor = LineEditor("سلام")
    editor.home()
    editor.left()
    editor.left()
    editor.end(select=True)
    assert editor.selected == "ام"
    assert editor.line.width == 4
    editor.end()
    assert editor.line.width == 3


def test_backspace_takes_a_haraka_and_delete_a_cluster() -> None:
    editor = LineEditor("مُحَ")
    editor.backspace()
    assert editor.value == "مُح"
    editor.backspace()
    assert editor.value == "مُ"
    editor.home()
    editor.delete()
    assert editor.value == ""
    assert not editor.delete()
    assert not editor.backspace()
    assert not editor.clear()


def test_words() -> None:
    editor = LineEditor("قال محمد اليوم")
    editor.home()
    places = []
    for _ in range(4):
        editor.word_left()
        places.append(editor.caret)
    assert places == [4, 9, 14, 14]
    for _ in range(4):
        editor.word_right()
        places.append(editor.caret)
    assert places[4:] == [9, 4, 0, 0]
    editor.end()
    editor.delete_word_back()
    assert editor.value == "قال محمد "
    editor.home()
    editor.delete_word_forward()
    assert editor.value == "محمد "
    editor.select_word(editor.line.width - 1)
    assert editor.selected == "محمد"


def test_left_to_right_text() -> None:
    editor = LineEditor("one two", rtl=True)
    assert not editor.rtl
    editor.home()
    editor.right()
    assert (editor.caret, editor.column) == (1, 1)
    editor.word_right()
    assert editor.caret == 4
    editor.word_right(select=True)
    assert editor.selected == "two"
    editor.left()
    assert (editor.caret, editor.anchor) == (4, None)


def test_moving_without_select_leaves_the_selection_at_its_side() -> None:
    editor = LineEditor("كتاب")
    editor.select_all()
    editor.right()
    assert editor.caret == 0
    editor.select_all()
    editor.left()
    assert editor.caret == 4
    editor.select_all()
    editor.insert("ق")
    assert editor.value == "ق"


def test_undo_takes_back_a_word_typed() -> None:
    editor = LineEditor()
    for letter in "abc":
        editor.insert(letter)
    editor.home()
    editor.insert("x")
    assert editor.undo()
    assert (editor.value, editor.caret) == ("abc", 0)
    assert editor.undo()
    assert editor.value == ""
    assert not editor.undo()
    assert editor.redo()
    assert editor.value == "abc"
    editor.insert("d")
    assert not editor.redo()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\nb", "a b"),
        ("a\r\nb\n", "a b"),
        ("\x1b[31mred\x07", "[31mred"),
        ("tab\there", "tab here"),
        ("\ud800x\udfff", "x"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("مي\u200cخواهم", "مي\u200cخواهم"),
    ],
)
def test_pasted_text_becomes_one_line(given: str, kept: str) -> None:
    assert clean(given) == kept


def test_a_line_has_a_longest_length() -> None:
    editor = LineEditor()
    editor.insert("ا" * (2 * LIMIT))
    assert len(editor.value) == LIMIT
    assert not editor.insert("ب")
    editor.select_all()
    assert editor.insert("ب")
    assert editor.value == "ب"


def test_the_affinity_after_motion_is_that_of_the_cluster_crossed() -> None:
    editor = LineEditor("ab كت")
    editor.home()
    editor.right()
    places = [editor.affinity]
    editor.left()
    assert [*places, editor.affinity] == [Affinity.BEFORE, Affinity.AFTER]
