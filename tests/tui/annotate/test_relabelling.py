"""Which annotation a label's key is for: the one on exactly these words, or the one that is being worked on."""

from __future__ import annotations

from collections.abc import Callable

from tests.tui.annotate.conftest import Desk

MakeDesk = Callable[..., Desk]


async def test_the_one_just_made_gets_the_other_label(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=(120, 40)) as pilot:
        desk.go("مدينة")
        await pilot.press("shift+left", "l", "g")
        assert desk.spans() == [("مدينة حلب", "GPE")]
        await pilot.press("g")
        assert desk.said == ("مدينة حلب is GPE already", False)
        await pilot.press("alt+o")
        assert desk.spans() == [("مدينة حلب", "GPE"), ("حلب", "ORG")]
        await pilot.press("x", "x", "left", "right")
        desk.go("مدينة")
        await pilot.press("shift+left", "l", "left", "right", "g")  # whoever has moved means the word
        assert desk.spans() == [("مدينة حلب", "LOC"), ("حلب", "GPE")]


async def test_the_last_one_of_another_kind_stays(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("shift+left", "p", "B")
        assert desk.spans() == [("قصف الجيش", "PERS"), ("الجيش", "Bombard")]


async def test_letters_of_a_word(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+left", "ctrl+shift+left", "ctrl+shift+left", "p", "o")
        assert desk.spans() == [("صف", "ORG")]
        await pilot.press("end", "home", "g")  # the word it is the end of
        assert desk.said[0].startswith("GPE instead of ORG: صف")
        assert desk.spans() == [("صف", "GPE")]
        desk.screen.pane.select(0, 3, "")
        await pilot.press("g")  # selected, it is the whole word
        assert desk.spans() == [("قصف", "GPE"), ("صف", "GPE")]
        await pilot.press("x", "u", "end", "home", "o")
        assert desk.spans() == [("قصف", "ORG"), ("صف", "GPE")]


async def test_two_in_one_word(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=(120, 40)) as pilot:
        desk.screen.pane.select(0, 1, "")
        await pilot.press("p")
        desk.screen.pane.select(2, 3, "")
        await pilot.press("o")
        assert desk.spans() == [("ق", "PERS"), ("ف", "ORG")]
        await pilot.press("end", "home", "g")  # the one under the caret
        assert desk.spans() == [("ق", "GPE"), ("ف", "ORG")]
