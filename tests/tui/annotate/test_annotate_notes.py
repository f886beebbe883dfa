"""Notes on words, places and selections: written, changed, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotator.model.annotations import Note

MakeDesk = Callable[..., Any]
SIZE = (120, 40)
TEXT = "قصف الجيش مدينة حلب أمس وقتل أحمد في حلب"


async def test_a_note_on_a_word_is_changed_where_there_is_one(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.go("حلب")
        await desk.write(pilot, "semicolon", "شك")
        await desk.write(pilot, "semicolon", "يقين")
        assert desk.notes() == [("حلب", "يقين")]
        screen = await desk.prompt(pilot, "semicolon")
        assert screen.heading == "Note on حلب · Alt+; writes another one"
        await pilot.press("escape")
        await desk.write(pilot, "alt+semicolon", "ثان")
        assert desk.notes() == [("حلب", "ثان"), ("حلب", "يقين")]
        screen = await desk.prompt(pilot, "semicolon")
        assert screen.heading.startswith("Note 1 of 2 on حلب")
        await pilot.press("escape")
        await desk.write(pilot, "semicolon", "")
        assert len(desk.notes()) == 1
        assert desk.said[0].startswith("note deleted")


async def test_a_note_around_the_caret_is_changed_but_a_selection_gets_its_own(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        first, last = TEXT.index("الجيش"), TEXT.index("حلب") + 3
        desk.screen.pane.select(first, last)
        await desk.write(pilot, "semicolon", "شك")
        desk.go("مدينة")
        await desk.write(pilot, "semicolon", "يقين")
        assert desk.notes() == [("الجيش مدينة حلب", "يقين")]
        desk.screen.pane.select(TEXT.index("مدينة"), last)
        await desk.write(pilot, "semicolon", "آخر")
        assert desk.notes() == [("الجيش مدينة حلب", "يقين"), ("مدينة حلب", "آخر")]
        desk.go("حلب")
        await desk.write(pilot, "semicolon", "أقرب")  # the tighter one
        assert ("مدينة حلب", "أقرب") in desk.notes()
        desk.go("أحمد")
        await desk.write(pilot, "semicolon", "جديد")
        assert ("أحمد", "جديد") in desk.notes()


async def test_a_cleared_note_keeps_its_flag(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.go("حلب")
        await pilot.press("g", "exclamation_mark")
        await desk.write(pilot, "semicolon", "شك")
        await desk.write(pilot, "semicolon", "")
        (note,) = desk.layer.of(Note)
        assert isinstance(note, Note)
        assert (note.text, note.flagged) == ("", True)
