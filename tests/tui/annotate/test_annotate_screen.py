"""The annotate screen by keyboard and by mouse, on the seed article."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from annotator.model.annotations import Entity, Event, Fragment
from annotator.text.display import display
from annotator.tui.app import AnnotatorApp
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.pick_label import PickLabel
from annotator.tui.widgets.annotation_list import AnnotationList
from annotator.tui.widgets.label_palette import SPARED, LabelLine, LabelPalette
from annotator.tui.widgets.lines import HintBar, Line
from annotator.tui.widgets.text_pane import TextPane

MakeApp = Callable[..., AnnotatorApp]
SIZE = (120, 40)
HEADLINE = "خسائر جديدة لميليشيات أسد والقوات الرديفة في البادية السورية"


def screen_of(app: AnnotatorApp) -> AnnotateScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, AnnotateScreen)
    return screen


def words(app: AnnotatorApp) -> list[tuple[str, str]]:
    """Type and text of every span, in text order."""
    session = screen_of(app).session
    assert session is not None
    return [(span.type, session.document.text[span.start : span.end]) for span in session.index.in_order()]


async def settled(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_one_key_labels_the_word_under_the_caret(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "left", "left", "p")
        assert words(app) == [("PERS", "أسد")]
        assert "PERS: أسد" in screen_of(app)._message[0]


async def test_the_same_key_relabels_and_undo_takes_it_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "p", "o")
        assert words(app) == [("ORG", "جديدة")]
        await pilot.press("u")
        assert words(app) == [("PERS", "جديدة")]
        await pilot.press("u")
        assert words(app) == []
        await pilot.press("U", "U")
        assert words(app) == [("ORG", "جديدة")]


async def test_a_selection_by_shift_and_by_mark_is_labelled(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "left", "shift+left", "a")
        await pilot.press("left", "left", "v", "left", "v", "l")
        assert words(app) == [("ARMED", "لميليشيات أسد"), ("LOC", "الرديفة في")]


async def test_a_trigger_is_labelled_with_an_event_type(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("A")
        session = screen_of(app).session
        assert session is not None
        (event,) = session.annotations.events
        assert isinstance(event, Event)
        assert (event.type, event.fragments) == ("Attack", (Fragment(0, 5),))


async def test_alt_adds_a_second_label_on_the_same_range(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p", "alt+o")
        assert sorted(words(app)) == [("ORG", "خسائر"), ("PERS", "خسائر")]


async def test_an_end_moves_by_word_and_by_letter_without_losing_the_annotation(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "left", "p", "right_square_bracket")
        session = screen_of(app).session
        assert session is not None
        (first,) = session.annotations
        assert words(app) == [("PERS", "لميليشيات أسد")]
        await pilot.press("right_parenthesis")
        assert words(app) == [("PERS", "ميليشيات أسد")]
        await pilot.press("left_square_bracket")
        assert words(app) == [("PERS", "ميليشيات")]
        assert list(session.annotations) == [first]


async def test_a_clitic_step_leaves_the_prefix_out(make_app: MakeApp) -> None:
    app = make_app(("d", "وصل لدمشق أمس"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "alt+left", "g")
        assert words(app) == [("GPE", "دمشق")]


async def test_tab_goes_round_and_space_cycles_a_stack(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p", "left", "shift+left", "o", "right", "right", "escape", "tab")
        pane = app.query_one(TextPane)
        assert pane.state.selection == (0, 5)
        await pilot.press("tab")
        assert pane.state.selection == (6, 21)
        await pilot.press("tab")
        assert pane.state.selection == (0, 5)
        await pilot.press("tab", "escape", "g")
        assert ("GPE", "جديدة") in words(app)
        await pilot.press("space")
        assert pane.state.selection == (6, 11)
        await pilot.press("space")
        assert pane.state.selection == (6, 21)


async def test_delete_says_what_went_and_comes_back_by_undo(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p", "x")
        assert words(app) == []
        assert "deleted PERS" in screen_of(app)._message[0]
        await pilot.press("ctrl+z")
        assert words(app) == [("PERS", "خسائر")]


async def test_everything_is_there_after_a_restart_and_can_be_undone(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "left", "p", "ctrl+q")
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        assert words(app) == [("PERS", "لميليشيات")]
        assert app.query_one(TextPane).state.caret == HEADLINE.index("لميليشيات")
        await pilot.press("u")
        assert words(app) == []


async def test_two_people_have_layers_of_their_own(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
    app = make_app(who="omar")
    async with app.run_test(size=SIZE) as pilot:
        assert words(app) == []
        await pilot.press("u")
        assert "nothing to undo" in screen_of(app)._message[0]


async def test_find_is_normalised_and_selects_the_hit(make_app: MakeApp) -> None:
    app = make_app(("d", "قال مُحَمَّدٌ إن أحمد سافر إلى القاهرة"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"احمد", "enter")
        pane = app.query_one(TextPane)
        assert pane.text[slice(*(pane.state.selection or (0, 0)))] == "أحمد"
        await pilot.press("p", "slash")
        await pilot.press("ctrl+a", *"محمد", "enter", "p")
        assert words(app) == [("PERS", "مُحَمَّدٌ"), ("PERS", "أحمد")]


async def test_escape_leaves_the_search_where_it_began(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "slash", *"داعش", "escape")
        pane = app.query_one(TextPane)
        assert pane.state.caret == 6
        assert pane.hits == ()


async def test_a_click_places_the_caret_and_a_drag_selects_words(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = app.query_one(TextPane)
        line = pane._viewport.view(pane._viewport.rows[0].id).line  # type: ignore[union-attr]  # it is open
        pad = pane.size.width - 1 - line.width
        await pilot.click(TextPane, offset=(pad + line.column_of(7), 0))
        assert pane.state.caret == 7
        await pilot.mouse_down(TextPane, offset=(pad + line.column_of(13), 0))
        await pilot.hover(TextPane, offset=(pad + line.column_of(23), 0))
        await pilot.mouse_up(TextPane, offset=(pad + line.column_of(23), 0))
        await pilot.press("a")
        assert ("ARMED", "لميليشيات أسد") in words(app) or words(app) == [("ARMED", "أسد")]


async def test_a_label_and_an_annotation_are_clicked(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click("LabelPalette", offset=(5, 1))
        assert words(app) == [("PERS", "خسائر")]
        await pilot.press("ctrl+end")
        await pilot.click("AnnotationList", offset=(5, 0))
        assert app.query_one(TextPane).state.selection == (0, 5)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (100, 30), (250, 80)])
async def test_it_fits(make_app: MakeApp, size: tuple[int, int], resize: Any) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.press("p")
        assert not screen_of(app).has_class("small")
        assert words(app) == [("PERS", "خسائر")]
        await resize(pilot, 59, 14)
        assert screen_of(app).has_class("small")
        await resize(pilot, *size)
        await pilot.press("left", "o")
        assert len(words(app)) == 2


async def test_an_empty_document_and_a_document_of_newlines(make_app: MakeApp) -> None:
    app = make_app(("a", ""), ("b", "\n\n\n"), document="a")
    async with app.run_test(size=SIZE) as pilot:
        for key in ("left", "right", "up", "down", "pagedown", "end", "p", "x", "tab", "v", "s", "ctrl+down", "enter"):
            await pilot.press(key)
        await pilot.press("escape", "f8")
        await settled(pilot)
        session = screen_of(app).session
        assert session is not None
        assert session.document.id == "b"
        for key in ("left", "right", "up", "down", "pagedown", "end", "p", "x", "tab", "v", "s", "ctrl+down"):
            await pilot.press(key)
        assert words(app) == []


async def test_undo_goes_back_to_the_other_document(make_app: MakeApp) -> None:
    app = make_app(("a", "ذهب أحمد"), ("b", "عاد أحمد"), document="a")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "p", "f8")
        await settled(pilot)
        await pilot.press("u")
        await settled(pilot)
        session = screen_of(app).session
        assert session is not None
        assert session.document.id == "a"
        assert words(app) == []
        assert screen_of(app)._message[0].startswith("undone: ")  # not only where it was
        await pilot.press("f8")
        await settled(pilot)
        await pilot.press("U")
        await settled(pilot)
        assert screen_of(app)._message[0].startswith("done again: ")
        assert words(app) == [("PERS", "أحمد")]


async def test_an_edit_made_elsewhere_is_shown_and_nothing_is_overwritten(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
        other = make_app()
        session = screen_of(app).session
        assert session is not None
        from annotator.model.operations import Add
        from annotator.store import open_store
        from annotator.workflow.session import Session

        store = open_store(app.project.database)
        twin = Session(lambda: store, app.schema, session.document, store.layer(session.key), "sara")
        twin.submit(Add(Entity("x-1", "ORG", (Fragment(6, 11),))))
        store.close()
        assert other is not None
        await pilot.press("left", "left", "g")
        assert "changed elsewhere" in screen_of(app)._message[0]
        assert words(app) == [("PERS", "خسائر"), ("ORG", "جديدة")]
        await pilot.press("g")
        assert words(app) == [("PERS", "خسائر"), ("ORG", "جديدة"), ("GPE", "لميليشيات")]


async def test_views_are_switched_without_touching_offsets(make_app: MakeApp) -> None:
    app = make_app(("d", "قَالَ مُحَمَّدٌ\u200f نعم"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "p")
        before = words(app)
        for key in ("f5", "f6", "f9", "f10", "f11", "f5", "f6", "f9", "f10", "f11"):
            await pilot.press(key)
            await pilot.pause()
        assert words(app) == before


async def test_the_list_has_its_share_of_a_small_side_panel(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("l", "f6")
        await pilot.pause()
        palette = app.screen.query_one(LabelPalette)
        rows = app.screen.query_one(AnnotationList)
        assert rows.size.height >= SPARED
        assert palette.size.height + rows.size.height == 21
        (label,) = [label for label in app.schema.entities if label.hotkey == "d"]
        at = next((y, row.index(label)) for y, row in enumerate(palette._rows) if label in row)
        await pilot.click(LabelPalette, offset=(at[1] * palette.size.width // 3 + 1, at[0]))
        assert [kind for kind, _ in words(app)] == [label.name]


async def test_labels_that_do_not_fit_scroll(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 16)) as pilot:
        await pilot.press("f6")
        await pilot.pause()
        palette = app.screen.query_one(LabelPalette)
        top = palette.render_lines(palette.region.reset_offset)[0].text
        assert palette.size.height < len(palette._rows)
        for _ in range(20):
            palette.on_mouse_scroll_down(
                MouseScrollDown(palette, 1, 1, 0, 0, button=0, shift=False, meta=False, ctrl=False)
            )
        assert palette._top == len(palette._rows) - palette.size.height
        assert palette.render_lines(palette.region.reset_offset)[0].text != top
        for _ in range(20):
            palette.on_mouse_scroll_up(
                MouseScrollUp(palette, 1, 1, 0, 0, button=0, shift=False, meta=False, ctrl=False)
            )
        assert palette.render_lines(palette.region.reset_offset)[0].text == top


async def test_without_the_palette_labels_are_clicked_in_their_line_and_its_end_lists_all(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        line = screen_of(app).query_one(LabelLine)
        await pilot.pause()
        shown = "".join(segment.text for strip in line.render_lines(line.size.region) for segment in strip)
        assert shown.endswith("… Enter all ")
        assert await pilot.click(LabelLine, offset=(shown.index("o ORG") + 3, 0))
        await settled(pilot)
        assert words(app) == [("ORG", "خسائر")]
        assert await pilot.click(LabelLine, offset=(78, 0))
        await pilot.pause()
        assert isinstance(app.screen, PickLabel)


async def test_a_click_clears_the_message_as_a_key_does(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
        assert screen_of(app)._message[0]
        await pilot.click(TextPane, offset=(40, 2))
        await settled(pilot)
        assert screen_of(app)._message == ("", "")


async def test_a_message_has_the_room_that_the_place_leaves(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+left", "p")
        await settled(pilot)
        assert "· u undoes " in status_of(app)  # which 30 columns would not hold


def status_of(app: AnnotatorApp) -> str:
    line = screen_of(app).query_one("#status", Line)
    return "".join(segment.text for strip in line.render_lines(line.size.region) for segment in strip)


async def test_a_sentence_of_the_program_reads_from_left_to_right_also_when_it_begins_with_a_word(
    make_app: MakeApp,
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p", "p")
        await settled(pilot)
        assert f"· {display('خسائر')} is PERS already" in status_of(app)


async def test_a_refusal_does_not_outlive_the_next_key_while_roles_are_filled(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("left", "p", "right", "A", "e", "t", "z")
        await settled(pilot)
        assert "z is on nothing here" in status_of(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "z is on nothing here" not in status_of(app)


async def test_a_question_that_begins_with_a_word_reads_from_left_to_right(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p", "equals_sign")
        await settled(pilot)
        bar = screen_of(app).query_one(HintBar)
        shown = "".join(segment.text for strip in bar.render_lines(bar.size.region) for segment in strip)
        assert shown.lstrip().startswith(f"{display('خسائر')} (1 in its chain): the same as?")
