"""Cases that the laws of the text pane once failed, or that are too rare for them to meet."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.model.annotations import Argument, Entity, Event, Fragment
from annotator.model.operations import Add, Edit, Replacement, SetArgument
from annotator.workflow.ports import LayerEdit


def row(pane: Any, y: int) -> str:
    return "".join(text for text, _ in pane.shown[y])


def shown_right(pane: Any) -> bool:
    pane.update()
    return bool(pane.shown == pane.from_scratch().shown)


@pytest.mark.parametrize("width", range(12, 40))
def test_a_split_lam_alef_moves_the_lines_below(bench: Any, width: int) -> None:
    """A boundary between lam and alef takes a cell more: words go to the next line, the number of rows stays."""
    text = "سلام عليكم ورحمة الله وبركاته " * 8
    pane = bench.pane(text, (width, 30))
    pane.session.submit(Add(Entity("e-1", "PERS", (Fragment(0, text.index("لا") + 1),))))
    assert shown_right(pane)
    pane.session.undo()
    assert shown_right(pane)


def test_what_another_program_added_is_shown_after_a_reload(bench: Any) -> None:
    pane = bench.pane("سلام عليكم", (40, 5))
    session = pane.session
    other = Edit("Add", (Replacement(None, Entity("x-1", "ORG", (Fragment(5, 10),))),))
    session._store().commit("omar", "", [LayerEdit(session.key, session.revision, other)])
    session.reload()
    assert shown_right(pane)
    assert "ORG" in row(pane, 1)


def test_going_from_one_annotation_to_another_on_the_same_range_is_seen(bench: Any) -> None:
    pane = bench.pane("سلام عليكم", (40, 5))
    for id, label in (("e-1", "PERS"), ("e-2", "ORG")):
        pane.session.submit(Add(Entity(id, label, (Fragment(0, 4),))))
    for id in ("e-1", "e-2", "e-1"):
        pane.select(0, 4, id)
        assert shown_right(pane)
        pane.work_on(id)
        assert shown_right(pane)


def test_a_new_argument_is_seen_where_its_filler_is(bench: Any) -> None:
    pane = bench.pane("هجوم\n\n\nالجيش", (40, 12))
    pane.session.submit(Add(Event("v-1", "Attack", (Fragment(0, 4),))))
    pane.session.submit(Add(Entity("e-1", "ARMED", (Fragment(7, 12),))))
    pane.work_on("v-1")
    pane.update()
    pane.session.submit(SetArgument("v-1", Argument("Attacker", "e-1")))
    assert shown_right(pane)


@pytest.mark.parametrize("text", ["سلامم" * 4, "abcde" * 4])
def test_the_caret_at_the_end_of_a_full_line_hides_no_letter(bench: Any, text: str) -> None:
    pane = bench.pane(text, (22, 3))
    before = row(pane, 0)
    pane.go_to(len(text))
    assert shown_right(pane)
    assert row(pane, 0) == before
    assert any(style == pane.look.caret for _, style in pane.shown[0])


def test_the_caret_on_a_hidden_character_shows_on_the_next_letter(bench: Any) -> None:
    text = "ab\u200fcd ef"
    pane = bench.pane(text, (30, 3))
    pane.set_view(pane.view.__class__(controls=False))
    pane.go_to(2)
    pane.update()
    assert [cell for cell, style in pane.shown[0] if style == pane.look.caret] == ["c"]


@pytest.mark.parametrize("text", ["🇦 ب", "\U0001f3fd ب", "ṭक्षा ब", "\u093e\u093e a"])
def test_clusters_that_rich_counts_otherwise_are_cut_nowhere(bench: Any, text: str) -> None:
    pane = bench.pane(text * 3, (40, 4))
    for offset in range(len(text) * 3):
        pane.go_to(offset)
        assert shown_right(pane)
