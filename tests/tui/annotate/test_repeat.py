"""The last edit again somewhere else; and where the next annotation is after an edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.model.annotations import Note, attribute
from annotator.tui.commands import BY_ID
from annotator.tui.keys import MOVES

MakeDesk = Callable[..., Any]
SIZE = (120, 40)
TEXT = "قصف الجيش مدينة حلب أمس وقتل أحمد في حلب"
AGAIN = BY_ID["annotate.repeat"].keys[0]


def test_its_keys_are_free(make_desk: MakeDesk) -> None:
    app = make_desk().app
    keys = set(BY_ID["annotate.repeat"].keys)
    beside = [command for command in BY_ID.values() if command.scope in {"annotate", "app"}]
    others = {key for command in beside if command.id != "annotate.repeat" for key in command.keys}
    assert not keys & others
    assert not keys & set(MOVES)
    assert not {"'", '"'} & set(app.schema.by_hotkey)


async def test_nothing_to_do_again(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        await pilot.press(AGAIN)
        assert desk.said[1]
        assert desk.spans() == []


async def test_a_label_for_words_and_selections(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.go("حلب")
        await pilot.press("g")
        desk.go("أحمد")
        await pilot.press(AGAIN)
        assert desk.spans() == [("حلب", "GPE"), ("أحمد", "GPE")]
        desk.screen.pane.select(TEXT.index("الجيش"), TEXT.index("حلب") + 3)
        await pilot.press(AGAIN)
        assert ("الجيش مدينة حلب", "GPE") in desk.spans()
        await pilot.press("u")
        assert desk.spans() == [("حلب", "GPE"), ("أحمد", "GPE")]
        await pilot.press("u", "u", AGAIN)  # undo takes away what was made, not what is remembered
        assert [kind for _, kind in desk.spans()] == ["GPE"]


async def test_a_trigger_and_a_second_label_on_the_same_words(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.go("قصف")
        await pilot.press("B")
        desk.go("وقتل")
        await pilot.press(AGAIN)
        assert desk.spans() == [("قصف", "Bombard"), ("وقتل", "Bombard")]
        desk.go("حلب")
        await pilot.press("g", "alt+l")
        desk.go("أحمد")
        await pilot.press("p", "u", "p", "alt+l", "u", AGAIN)
        assert ("أحمد", "LOC") in desk.spans()
        assert ("أحمد", "PERS") in desk.spans()


async def test_a_relabel_is_for_annotations_of_its_kind(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("الجيش", "o"), ("حلب", "l"), ("أحمد", "l")):
            desk.go(words)
            await pilot.press(key)
        desk.go("حلب")
        await pilot.press("g")
        desk.go("أحمد")
        await pilot.press(AGAIN)
        assert desk.spans() == [("قصف", "Bombard"), ("الجيش", "ORG"), ("حلب", "GPE"), ("أحمد", "GPE")]
        await pilot.press(AGAIN)
        assert desk.said == ("relabel as GPE: أحمد is GPE already", True)
        desk.go("قصف")
        await pilot.press(AGAIN)
        assert desk.said == ("relabel as GPE: Bombard is an event", True)
        desk.go("أمس")
        await pilot.press(AGAIN)  # what is not labelled gets the label
        assert ("أمس", "GPE") in desk.spans()
        await pilot.press("u", "u")
        assert ("أمس", "GPE") not in desk.spans()
        assert ("أحمد", "LOC") in desk.spans()


async def test_tab_and_relabel_go_through_the_text(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words in ("الجيش", "حلب", "أحمد"):
            desk.go(words)
            await pilot.press("o")
        await pilot.press("ctrl+home", "tab", "a", "tab", AGAIN, "tab", AGAIN)
        assert [kind for _, kind in desk.spans()] == ["ARMED"] * 3


@pytest.mark.parametrize("edit", ["a", "right_square_bracket", "right_parenthesis"])
async def test_the_next_annotation_after_an_edit_is_another_one(make_desk: MakeDesk, edit: str) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words in ("الجيش", "حلب", "أحمد"):
            desk.go(words)
            await pilot.press("o")
        pane = desk.screen.pane
        first, third = (desk.on(words).id for words in ("الجيش", "أحمد"))
        desk.go("حلب")
        await pilot.press(edit, "tab")
        assert pane.state.current == third
        desk.go("حلب")
        await pilot.press("g" if edit == "a" else edit, "shift+tab")
        assert pane.state.current == first
        desk.go("حلب")
        await pilot.press("g" if edit != "a" else "f", "right", "left", "tab")  # the caret has been elsewhere
        assert pane.state.selection is not None
        assert TEXT[: pane.state.selection[1]].endswith("حلب")


async def test_the_value_of_an_attribute_not_the_next_one(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("حلب", "g"), ("أحمد", "p")):
            desk.go(words)
            await pilot.press(key)
        desk.go("حلب")
        await pilot.press("b")
        mode = desk.screen._mode
        assert mode is not None
        key = next(choice.key for choice in mode.choices if choice.title.startswith("level="))
        await pilot.press(key, key, "escape")
        assert attribute(desk.on("حلب"), "level") == "PRO"
        desk.go("أحمد")
        await pilot.press(AGAIN)
        assert attribute(desk.on("أحمد"), "level") == "PRO"
        await pilot.press(AGAIN)
        assert desk.said == ("level=PRO: أحمد is that already", True)
        desk.go("قصف")
        await pilot.press(AGAIN)
        assert desk.said == ("level=PRO: Bombard has no such attribute", True)
        await pilot.press("u")
        assert attribute(desk.on("أحمد"), "level") is None


async def test_a_flag_is_put_not_turned(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words in ("الجيش", "حلب", "أحمد"):
            desk.go(words)
            await pilot.press("o")
        desk.go("حلب")
        await pilot.press("exclamation_mark")
        desk.go("أحمد")
        await pilot.press(AGAIN)
        assert len(desk.layer.of(Note)) == 2
        await pilot.press(AGAIN)
        assert desk.said == ("flag: أحمد is flagged already", True)
        await pilot.press("exclamation_mark")
        desk.go("الجيش")
        await pilot.press(AGAIN)
        assert desk.said == ("no flag: الجيش has none", True)
        desk.go("حلب")
        await pilot.press(AGAIN)
        assert desk.layer.of(Note) == []
        await pilot.press("u")
        assert len(desk.layer.of(Note)) == 1


async def test_it_is_remembered_across_documents(make_desk: MakeDesk) -> None:
    desk = make_desk(("a", TEXT), ("b", TEXT), document="a")
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.go("حلب")
        await pilot.press("g", "f8")
        session = desk.screen.session
        for _ in range(100):
            await pilot.pause(0.02)
            if desk.screen.session is not session:
                break
        desk.go("أحمد")
        await pilot.press(AGAIN)
        assert desk.spans() == [("أحمد", "GPE")]


async def test_a_note_with_the_same_text(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.go("الجيش")
        await desk.write(pilot, "semicolon", "شك")
        desk.go("حلب")
        await pilot.press(AGAIN)
        assert desk.notes() == [("الجيش", "شك"), ("حلب", "شك")]
        await pilot.press(AGAIN)
        assert desk.said == ("note شك: it has this note already", True)
        desk.go("أحمد")
        await pilot.press("p", "left", "right")
        await desk.write(pilot, "semicolon", "x")
        await pilot.press("u", "u", "u")
        assert desk.notes() == [("الجيش", "شك")]
