"""Submitting a document from the annotate screen, and working on one that is locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotator.adjudication.answers import Rule
from annotator.model.annotations import Annotation, Entity, Event, Fragment, Note
from annotator.tui.screens.dialogs import Confirm
from annotator.tui.screens.feedback import FeedbackScreen
from annotator.tui.screens.problem_list import ProblemList
from annotator.tui.widgets.rows import Rows
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.ports import LayerKey, Role, Store
from annotator.workflow.submission import reopen, submit

Make = Callable[..., Any]
Beside = Callable[[], Store]

TEXT = "قتل خمسة في دمشق\nومات ثلاثة في حلب أمس"
NOW = "2026-11-20T10:00:00.000Z"
DIED = TEXT.index("مات")
DEATHS = (Event("v-1", "Die", (Fragment(0, 3),)), Event("v-2", "Die", (Fragment(DIED, DIED + 3),)))
SOUND = (Entity("e-1", "GPE", (Fragment(12, 16),)), Note("n-1", "", "e-1", flagged=True))
TEAM: dict[str, Role] = {"sara": "annotator", "omar": "annotator", "layla": "reviewer"}


def state(store: Store, document: str = "d1", layer: str = "sara") -> str:
    return store.layer(LayerKey(document, layer)).state


def make(program: Make, items: tuple[Annotation, ...], **texts: str) -> Any:
    return program({"d1": TEXT, **texts}, {"d1": items}, people=TEAM)


async def test_what_is_missing_is_listed_and_gone_to(program: Make, beside: Beside) -> None:
    app = make(program, DEATHS)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("ctrl+s")
        await app.until(lambda: isinstance(app.screen, ProblemList))
        await app.until(lambda: app.text().count("its Victim is still empty") == 2)
        assert "2 things to mend before this can be submitted" in app.text()
        await pilot.press("down", "enter")
        await app.until(lambda: app.screen is app.ground)
        assert app.ground.pane.state.current == "v-2"
        assert app.ground.pane.state.caret == DIED
        assert "✗ to mend: its Victim is still empty" in app.text()
        assert state(beside()) == ""
        await pilot.press("ctrl+s")  # where it was left, the list goes on
        await app.until(lambda: isinstance(app.screen, ProblemList))
        await app.until(lambda: app.screen.query_one(Rows).cursor == 1)
        await pilot.press("escape")
        await app.until(lambda: app.screen is app.ground)
        assert app.ground.pane.state.current == "v-2"
        await pilot.press("delete", "tab", "delete", "ctrl+s")
        await app.until(lambda: isinstance(app.screen, Confirm))


async def test_the_list_of_problems_takes_the_mouse_and_small_screens(program: Make) -> None:
    many = [Event(f"v-{n}", "Die", (Fragment(n, n + 1),)) for n in range(3)]
    app = make(program, tuple(many))
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("ctrl+s")
        await app.until(lambda: isinstance(app.screen, ProblemList))
        await pilot.pause()
        await pilot.click(Rows, offset=(5, 2), times=2)
        await app.until(lambda: app.screen is app.ground)
        assert app.ground.pane.state.current == "v-2"


async def test_submitting_asks_once_and_locks(program: Make, beside: Beside) -> None:
    app = make(program, SOUND, d2="نص آخر")
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("ctrl+s")
        await app.until(lambda: isinstance(app.screen, Confirm))
        await app.until(lambda: "1 entity, 1 other; nothing is missing. 1 flag left." in app.text())
        await pilot.press("escape")
        await app.until(lambda: app.screen is app.ground)
        assert state(beside()) == ""
        await pilot.press("shift+f4")
        await app.until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await app.until(lambda: "submitted · F8 next document" in app.text())
        assert "sara  ● submitted" in app.text().split("\n")[0]
        assert state(beside()) == "submitted"
        await pilot.press("left")
        await app.until(lambda: "● submitted, locked" in app.text())
        before = app.ground.pane.state.caret
        for key in ("p", "u", "x"):
            await pilot.press(key)
            if key == "p":
                await app.until(lambda: "✗ not done: sara submitted this on" in app.text())
        assert len(app.layer) == 2
        await pilot.press("left")
        assert app.ground.pane.state.caret != before
        await pilot.press("ctrl+s")
        await app.until(lambda: "submitted already; a reviewer can reopen it" in app.text())


async def test_nothing_to_annotate_is_an_answer(program: Make, beside: Beside) -> None:
    app = program({"d1": TEXT}, people=TEAM)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await app.until(lambda: isinstance(app.screen, Confirm))
        await app.until(lambda: "It has no annotations: there is nothing to annotate." in app.text())
        await pilot.press("s")
        await app.until(lambda: "● submitted" in app.text())
        assert state(beside()) == "submitted"


async def test_once_reopened_the_next_edit_goes_through(program: Make, beside: Beside) -> None:
    app = make(program, SOUND)
    key = LayerKey("d1", "sara")
    submit(beside(), app.schema, key, "sara")
    app = make_again(program, app)
    async with app.run_test(size=(100, 24)) as pilot:
        await app.until(lambda: "● submitted, locked" in app.text())
        reopen(beside(), key, "layla")
        await pilot.press("p")
        await app.until(lambda: "PERS: " in app.text())
        assert len(app.layer) == 3
        assert "↺ reopened" in app.text().split("\n")[0]
        assert app.ground.session.state == "reopened"
        await pilot.press("u")
        await app.until(lambda: len(app.layer) == 2)


async def test_a_look_from_time_to_time_sees_that_it_was_reopened(program: Make, beside: Beside) -> None:
    app = make(program, SOUND)
    key = LayerKey("d1", "sara")
    submit(beside(), app.schema, key, "sara")
    app = make_again(program, app)
    async with app.run_test(size=(100, 24)):
        await app.until(lambda: "● submitted" in app.text())
        reopen(beside(), key, "layla")
        app.ground.look_again()
        await app.until(lambda: "✓ saved · this document was reopened" in app.text())
        assert "↺ reopened" in app.text().split("\n")[0]


async def test_submitted_elsewhere_meanwhile(program: Make, beside: Beside) -> None:
    app = make(program, SOUND)
    async with app.run_test(size=(100, 24)) as pilot:
        submit(beside(), app.schema, LayerKey("d1", "sara"), "sara")
        await pilot.press("p")
        await app.until(lambda: "✗ not done: sara submitted this on" in app.text())
        assert "● submitted" in app.text().split("\n")[0]
        assert len(app.layer) == 2


async def test_a_document_that_is_done_opens_with_what_gold_says(program: Make, beside: Beside) -> None:
    app = make(program, SOUND, d2="نص آخر")
    store = beside()
    for name in ("sara", "omar"):
        submit(store, app.schema, LayerKey("d2", name), name)
    assert merge_documents(store, app.schema, Rule(2.0), "layla").documents == 1
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("f2")
        await app.until(lambda: "✓ done" in app.text())
        await pilot.press("down", "enter")
        await app.until(lambda: isinstance(app.screen, FeedbackScreen))
        await pilot.press("escape")
        await app.until(lambda: "✓ done, locked" in app.text())
        await pilot.press("f7")  # from one text to the next nothing comes between
        await app.until(lambda: app.ground.session.document.id == "d1")
        await pilot.press("f8")
        await app.until(lambda: app.ground.session.document.id == "d2")
        assert app.screen is app.ground


def make_again(program: Make, before: Any) -> Any:
    """The same project, opened as it is now."""
    from pathlib import Path

    from annotator.store.first import read_first
    from annotator.tui.launch import Launch

    launch = before.launch
    first = read_first(Path(launch.project.database), "sara", "sara", "d1")
    return type(before)(Launch(launch.project, "sara", launch.open_store, first))
