"""The list of notes and flags over the whole program: shown, filtered, gone to, changed, deleted, undone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from wcwidth import wcswidth

from annotator.errors import StoreError
from annotator.model.annotations import Annotation, Chain, Entity, Event, Fragment, Note, Relation
from annotator.tui.screens import notes as screen
from annotator.tui.screens.notes import NotesScreen
from annotator.tui.screens.prompt import Prompt
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.text_pane import TextPane
from annotator.workflow.notes import Remark, all_remarks
from annotator.workflow.ports import Store

Make = Callable[..., Any]
SIZE = (120, 30)
TEXT = "قصف الجيش مدينة حلب أمس"
TEXTS = {"one": TEXT, "two": f"خبر\nثم {TEXT}", "three": "لا شيء"}
ITEMS: tuple[Annotation, ...] = (
    Entity("army", "ARMED", (Fragment(4, 9),)),
    Entity("city", "GPE", (Fragment(16, 19),)),
    Event("blow", "Bombard", (Fragment(0, 3),)),
    Relation("rel", "LocatedIn", "army", "city"),
)
NOTES: tuple[Note, ...] = (
    Note("n-city", "أي حلب؟", "city", flagged=True),
    Note("n-blow", "", "blow", flagged=True),
    Note("n-place", "متى؟", fragments=(Fragment(20, 23),)),
    Note("n-doc", "منقول", ""),
)
LAYERS = {
    "one": (*ITEMS, *NOTES),
    "two": (Entity("army", "ARMED", (Fragment(11, 16),)), Note("n-two", "كم واحدا؟", "army")),
}


def shown(app: Any) -> list[str]:
    return [remark.note.id for remark in app.screen._shown]


def notes(app: Any) -> list[str]:
    return [item.id for item in app.layer.of(Note)]


async def listed(app: Any, pilot: Any, count: int = 4) -> None:
    """Open the list and wait for its rows."""
    await pilot.press("colon")
    await app.until(lambda: isinstance(app.screen, NotesScreen) and len(app.screen._shown) == count)


async def test_the_list_of_this_document(program: Make) -> None:
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await listed(app, pilot)
        assert shown(app) == ["n-blow", "n-city", "n-place", "n-doc"]
        await app.until(lambda: "4 notes, 2 flagged" in app.text())
        lines = app.text().split("\n")
        row = next(line for line in lines if "GPE" in line)
        assert "!" in row
        assert "[16, 19)" in row
        assert "ﺐﻠﺣ" in row
        assert next(line for line in lines if "[20, 23)" in line)
        assert next(line for line in lines if "document " in line and "ﻝﻮﻘﻨﻣ" in line)
        await pilot.press("escape")
        await app.until(lambda: app.screen is app.ground)


async def test_enter_goes_to_the_place(program: Make) -> None:
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        pane = app.ground.query_one(TextPane)
        await listed(app, pilot)
        await pilot.press("down", "enter")
        await app.until(lambda: app.screen is app.ground and pane.state.current == "city")
        assert pane.state.selection == (16, 19)
        await app.until(lambda: "note: ! " in app.text())
        await pilot.press("escape")
        await listed(app, pilot)
        assert app.screen.query_one(Rows).cursor == 1  # on the note that was gone to
        await pilot.press("down", "enter")
        await app.until(lambda: pane.state.selection == (20, 23))
        assert pane.state.current == ""
        await listed(app, pilot)
        await pilot.press("end", "enter")
        await app.until(lambda: "note on the document" in app.text())


async def test_a_double_click_goes_there_and_hints_are_clicked(program: Make) -> None:
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await listed(app, pilot)
        hints = app.text().split("\n")[-1]
        await pilot.click("#hints", offset=(hints.index("delete"), 0))
        await app.until(lambda: shown(app) == ["n-city", "n-place", "n-doc"])
        await pilot.click(Rows, offset=(8, 1), times=2)
        await app.until(lambda: app.ground.query_one(TextPane).state.selection == (20, 23))
        await app.until(lambda: notes(app) == ["n-city", "n-place", "n-doc"])


async def test_other_documents(program: Make) -> None:
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await listed(app, pilot)
        await pilot.press("f8")
        await app.until(lambda: "5 notes in 2 documents" in app.text())
        assert shown(app) == ["n-blow", "n-city", "n-place", "n-doc", "n-two"]
        await pilot.press("end", "enter")
        await app.until(lambda: app.ground.session.document.id == "two")
        pane = app.ground.query_one(TextPane)
        await app.until(lambda: pane.state.selection == (11, 16) and pane.state.current == "army")
        await pilot.press("f8")
        await app.until(lambda: app.ground.session.document.id == "three")
        await listed(app, pilot, 5)  # what was asked for last is remembered
        await pilot.press("f8")
        await app.until(lambda: "No notes and no flags here" in app.text())


async def test_filter_and_kinds(program: Make) -> None:
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await listed(app, pilot)
        await pilot.press("f5")
        await app.until(lambda: shown(app) == ["n-blow", "n-city"] and "2 of 4 notes" in app.text())
        await pilot.press("f5")
        await app.until(lambda: shown(app) == ["n-city", "n-place", "n-doc"])
        await pilot.press("f5", "slash", *"اي حلب")
        await app.until(lambda: shown(app) == ["n-city"])
        await pilot.press("x")  # typed, not run
        await app.until(lambda: "No note or flag is like that" in app.text())
        await pilot.press("escape")
        await app.until(lambda: len(shown(app)) == 4)
        assert app.screen.query_one(ArabicInput).value == ""
        await pilot.press("slash", *"bomb", "enter")
        await app.until(lambda: app.ground.query_one(TextPane).state.current == "blow")


async def test_delete_and_undo(program: Make) -> None:
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await listed(app, pilot)
        await pilot.press("f8")
        await app.until(lambda: len(shown(app)) == 5)
        await pilot.press("down", "x")
        await app.until(lambda: shown(app) == ["n-blow", "n-place", "n-doc", "n-two"])
        assert app.screen.query_one(Rows).cursor == 1
        await app.until(lambda: "u undoes" in app.text())
        await pilot.press("end", "delete")
        await app.until(lambda: shown(app) == ["n-blow", "n-place", "n-doc"])
        assert app.screen.query_one(Rows).cursor == 2
        await pilot.press("u")
        await app.until(lambda: "n-two" in shown(app))
        await pilot.press("u")
        await app.until(lambda: "n-city" in shown(app))
        await pilot.press("U")
        await app.until(lambda: "n-city" not in shown(app))
        await pilot.press("colon")
        await app.until(lambda: app.screen is app.ground)
        assert notes(app) == ["n-blow", "n-place", "n-doc"]
        assert "city" in app.layer
        await pilot.press("u")
        await app.until(lambda: "n-city" in notes(app))


async def test_flag_and_write(program: Make) -> None:
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await listed(app, pilot)
        await pilot.press("end", "exclamation_mark")
        await app.until(lambda: app.screen._remarks[-1].note.flagged)
        await pilot.press("semicolon")
        await app.until(lambda: isinstance(app.screen, Prompt))
        await pilot.press(*" عنهم", "enter")
        await app.until(lambda: isinstance(app.screen, NotesScreen) and shown(app))
        await app.until(lambda: app.screen._remarks[-1].note.text == "منقول عنهم")
        assert app.screen._remarks[-1].note.flagged
        await pilot.press("home", "exclamation_mark")  # a flag without a text goes with it
        await app.until(lambda: shown(app) == ["n-city", "n-place", "n-doc"])
        await pilot.press("semicolon")
        await app.until(lambda: isinstance(app.screen, Prompt))
        await pilot.press("escape")
        await app.until(lambda: isinstance(app.screen, NotesScreen))
        assert len(shown(app)) == 3


async def test_messages_name_a_persons_own_keys(program: Make) -> None:
    app = program(TEXTS, LAYERS)
    app.user_keys = {"notes.undo": ("ctrl+e",), "notes.kind": (), "notes.scope": ("f3",)}
    async with app.run_test(size=SIZE) as pilot:
        await listed(app, pilot)
        await pilot.press("x")
        await app.until(lambda: "Ctrl+E undoes" in app.text())
        await pilot.press("slash", *"zzz")
        await app.until(lambda: "Show all again (Esc), other kinds, other documents (F3)." in app.text())


async def test_nothing_under_the_cursor(program: Make) -> None:
    app = program({"three": "لا شيء"})
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("full_stop")
        await app.until(lambda: "no notes and no flags" in app.text())
        await pilot.press("colon")
        await app.until(lambda: "No notes and no flags here" in app.text())
        await pilot.press("enter", "x", "exclamation_mark", "semicolon", "u", "f2")
        await app.until(lambda: app.screen is app.ground)


async def test_a_database_that_says_no(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await listed(app, pilot)
        store = app.store()

        def refuse(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        for name in ("commit", "undo"):
            monkeypatch.setattr(store, name, refuse)
        await pilot.press("x")
        await app.until(lambda: "not done: the disk is full" in app.text())
        await pilot.press("u")
        await app.until(lambda: "the disk is full" in app.text())
        assert len(shown(app)) == 4
        monkeypatch.setattr(store, "documents", refuse)
        await pilot.press("f8")
        await app.until(lambda: "✗ the disk is full" in app.text())


async def test_from_one_to_the_next(program: Make) -> None:
    on_relation = Note("n-rel", "حقا؟", "rel")
    app = program(TEXTS, {"one": (*ITEMS, *NOTES, on_relation, Note("z-city", "ثانية", "city"))})
    async with app.run_test(size=SIZE) as pilot:
        pane = app.ground.query_one(TextPane)
        seen = []
        for _ in range(7):
            await pilot.press("full_stop")
            seen.append((app.ground._noted, pane.state.selection))
        assert seen == [
            ("n-blow", (0, 3)),
            ("n-rel", (4, 9)),
            ("n-city", (16, 19)),
            ("z-city", (16, 19)),
            ("n-place", (20, 23)),
            ("n-blow", (0, 3)),
            ("n-rel", (4, 9)),
        ]
        await pilot.press("comma")
        await app.until(lambda: "note 1 of 5: !" in app.text())
        await pilot.press("comma")
        await app.until(lambda: "note 5 of 5 · past the start" in app.text())
        await pilot.press("comma", "escape", "ctrl+home", "left")
        assert app.ground._noted == "z-city"
        await pilot.press("comma")  # from where the caret is, not from the last note
        assert app.ground._noted == "n-rel"
        assert pane.state.current == "army"  # a relation has no place of its own


async def test_only_notes_without_a_place(program: Make) -> None:
    app = program(TEXTS, {"one": [Note("n", "منقول")]})
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("full_stop")
        await app.until(lambda: "on places of this text" in app.text())


async def test_hostile_notes_in_a_small_window(program: Make) -> None:
    long = "ا" * 50_000
    items = [
        Entity("e", "GPE", (Fragment(0, 50_000),)),
        Note("a", "\x1b[31m\u202e\x07" + "س" * 50_000, "e"),
        Note("b", "\n\t" * 100, "e", flagged=True),
        Chain("c", ("e", "f")),
        Entity("f", "GPE", (Fragment(50_001, 50_004),)),
        Note("d", "C++ ثم (2020)", "c"),
    ]
    app = program({"d": f"{long} نعم"}, {"d": items})
    async with app.run_test(size=(60, 15)) as pilot:
        await listed(app, pilot, 3)
        await pilot.press("f8")
        await app.until(lambda: "all documents" in app.text())
        assert "\x1b" not in app.text()
        assert "\u202e" not in app.text()
        assert {wcswidth(line) for line in app.text().split("\n")} == {60}


@pytest.mark.parametrize(("keys", "under"), [((), "n-two"), (("down",), "n-city")])
async def test_notes_are_shown_as_they_come(
    program: Make, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], under: str
) -> None:
    gate = threading.Event()

    def slow(store: Store, layer: str, progress: Callable[[int, int], bool]) -> Iterator[Remark]:
        progress(1, 2)
        for remark in all_remarks(store, layer):
            if remark.document != "one":
                assert gate.wait(20)
            yield remark

    monkeypatch.setattr(screen, "all_remarks", slow)
    app = program(TEXTS, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await app.until(lambda: app.ground.session is not None)
        await app.push_screen(NotesScreen(note="n-two"))
        await app.until(lambda: shown(app) == ["n-blow", "n-city", "n-place", "n-doc"])
        await app.until(lambda: "1 of 2" in app.text())
        assert not app.screen._loaded
        await pilot.press(*keys)
        gate.set()
        await app.until(lambda: app.screen._loaded)
        await app.until(lambda: shown(app) == ["n-blow", "n-city", "n-place", "n-doc", "n-two"])
        assert (
            shown(app)[app.screen.query_one(Rows).cursor] == under
        )  # the one to begin on, unless the cursor was moved
