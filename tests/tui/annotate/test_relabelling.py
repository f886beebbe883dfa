"""Which annotation a label's key is for: the one on exactly these words, or in the word; the tint shows which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tui.annotate.conftest import TEXT, Desk

MakeDesk = Callable[..., Desk]


async def test_a_word_inside_what_was_just_labelled_is_labelled_by_itself(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=(120, 40)) as pilot:
        desk.go("مدينة")
        await pilot.press("shift+left", "l")
        target = desk.screen.pane.target()
        assert target is not None
        assert TEXT[slice(*target)] == "حلب"  # which is tinted
        await pilot.press("g")
        assert desk.spans() == [("مدينة حلب", "LOC"), ("حلب", "GPE")]
        await pilot.press("o")
        assert desk.spans() == [("مدينة حلب", "LOC"), ("حلب", "ORG")]
        await pilot.press("alt+g")
        assert sorted(desk.spans()) == sorted([("مدينة حلب", "LOC"), ("حلب", "ORG"), ("حلب", "GPE")])


async def test_the_last_one_of_another_kind_stays(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("shift+left", "p", "B")
        assert desk.spans() == [("قصف الجيش", "PERS"), ("الجيش", "Bombard")]


@pytest.mark.parametrize(
    ("keys", "found", "said"),
    [
        ("ApD", ["Die", "PERS"], "Die instead of Attack: قصف"),
        ("ApA", ["Attack", "PERS"], "قصف is Attack already"),
        ("pAo", ["Attack", "ORG"], "ORG instead of PERS: قصف"),
        ("pAp", ["Attack", "PERS"], "قصف is PERS already"),
    ],
)
async def test_a_mention_and_its_trigger_are_both_changed(
    make_desk: MakeDesk, keys: str, found: list[str], said: str
) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*keys)
        assert sorted(kind for _, kind in desk.spans()) == found
        assert desk.said[0].startswith(said)


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
