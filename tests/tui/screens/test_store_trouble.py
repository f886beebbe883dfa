"""A database that refuses: it is said, nothing ends, and what was stored is not called undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.errors import StaleRevisionError
from annotator.model.annotations import Entity, Fragment, Note
from annotator.tui.screens.adjudicate_dialogs import Choose
from annotator.tui.screens.concordance import ConcordanceScreen
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.notes import NotesScreen
from annotator.tui.screens.people import PeopleScreen, refusal
from annotator.tui.screens.prompt import Prompt
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.tick_rows import TickRows
from annotator.workflow.ports import LayerKey, Role, Store
from annotator.workflow.submission import submit

Make = Callable[..., Any]
Broken = Callable[..., None]
SIZE = (140, 30)
TEXT = "قصف الجيش مدينة حلب أمس"
ARMY = Entity("army", "ARMED", (Fragment(4, 9),))
NOTE = Note("note", "أي جيش؟", "army")
TEAM: dict[str, Role] = {"layla": "reviewer", "omar": "annotator", "sara": "annotator"}
BUSY = "the database is busy. Try again"


def made(program: Make, **people: Any) -> Any:
    return program({"d1": TEXT, "d2": TEXT}, {"d1": (ARMY, NOTE)}, **people)


async def over(app: Any, pilot: Any, key: str, screen: type) -> Any:
    """Press KEY, and wait for the SCREEN it opens."""
    await pilot.press(key)
    await app.until(lambda: isinstance(app.screen, screen))
    if screen is DocumentsScreen:
        await app.until(lambda: app.screen.query_one(Rows).count)
    if screen is NotesScreen:
        await app.until(lambda: app.screen._loaded)
    return app.screen


@pytest.mark.parametrize(
    ("key", "screen"), [("f2", DocumentsScreen), ("ctrl+g", ConcordanceScreen), ("colon", NotesScreen)]
)
async def test_on_the_way_back_to_the_text(program: Make, broken: Broken, key: str, screen: type) -> None:
    app = made(program)
    async with app.run_test(size=SIZE) as pilot:
        await over(app, pilot, key, screen)
        broken(app, "layer")
        await pilot.press("escape")
        await app.until(lambda: f"✗ this document cannot be read anew: {BUSY}" in app.text())
        assert app.is_running
        await pilot.press("right")
        assert app.layer["army"] == ARMY


async def test_after_somebody_elses_edit(program: Make, broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    app = made(program)
    async with app.run_test(size=SIZE) as pilot:

        def stale(*_: Any) -> None:
            raise StaleRevisionError("it was changed")

        monkeypatch.setattr(app.store(), "commit", stale)
        broken(app, "layer")
        await pilot.press("p")
        said = "✗ not done: this layer was changed elsewhere, and cannot be shown anew: the database is busy"
        await app.until(lambda: said in app.text())


async def test_a_locked_layer_that_cannot_be_read(program: Make, broken: Broken, beside: Callable[[], Store]) -> None:
    app = made(program, people=TEAM)
    async with app.run_test(size=SIZE) as pilot:
        assert submit(beside(), app.schema, LayerKey("d1", "sara"), "sara") == []
        broken(app, "layer")
        await pilot.press("p")
        await app.until(lambda: "✗ not done:" in app.text() and "submitted" in app.text())


async def test_submitted_but_not_shown(program: Make, broken: Broken, beside: Callable[[], Store]) -> None:
    app = made(program, people=TEAM)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+s")
        await app.until(lambda: "Submit this document?" in app.text())
        broken(app, "layer", after=1)  # the one it is submitted by
        await pilot.press("s")
        await app.until(lambda: f"✗ submitted, but it cannot be shown: {BUSY}" in app.text())
        assert beside().layer(LayerKey("d1", "sara")).state == "submitted"


async def test_an_edit_of_what_was_reopened_meanwhile(program: Make, broken: Broken) -> None:
    app = made(program, people=TEAM)
    async with app.run_test(size=SIZE) as pilot:
        app.ground.session.state = "submitted"  # as far as this screen knows
        broken(app, "layer")
        await pilot.press("p")
        await app.until(lambda: "✓ saved · PERS: " in app.text())
        assert len(app.layer) == 3


async def test_undone_but_not_shown(program: Make, broken: Broken) -> None:
    app = made(program)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
        await app.until(lambda: len(app.layer) == 3)
        app.ground.session.revision += 1  # somebody else's step, as it seems
        broken(app, "layer")
        await pilot.press("u")
        await app.until(lambda: f"✗ done, but it cannot be shown: {BUSY}" in app.text())


@pytest.mark.parametrize(
    ("method", "said"), [("layers_named", "✗ not done: "), ("layer", "✗ done, but it cannot be shown: ")]
)
async def test_notes(program: Make, broken: Broken, method: str, said: str) -> None:
    app = made(program)
    async with app.run_test(size=SIZE) as pilot:
        await over(app, pilot, "colon", NotesScreen)
        broken(app, method)
        await pilot.press("exclamation_mark")
        await app.until(lambda: f"{said}{BUSY}" in app.text())


async def test_undo_in_a_list(program: Make, broken: Broken) -> None:
    app = made(program)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
        await app.until(lambda: len(app.layer) == 3)
        await over(app, pilot, "colon", NotesScreen)
        broken(app, "layer")
        await pilot.press("u")
        await app.until(lambda: f"✗ done, but it cannot be shown: {BUSY}" in app.text())
        assert app.store().inner.layer(LayerKey("d1", "sara")).annotations.keys() == {"army", "note"}


async def test_everywhere(program: Make, broken: Broken, beside: Callable[[], Store]) -> None:
    app = made(program)
    async with app.run_test(size=SIZE) as pilot:
        app.ground.pane.go_to(TEXT.index("مدينة"))
        screen = await over(app, pilot, "asterisk", ConcordanceScreen)
        await app.until(lambda: screen._hits and not screen._busy)
        screen.query_one(TickRows).focus()
        broken(app, "layers_named", after=1)
        await pilot.press("p")
        await app.until(lambda: f"✗ done, but it cannot be shown: {BUSY}" in app.text())
        assert len(beside().layer(LayerKey("d2", "sara")).annotations) == 1


@pytest.mark.parametrize(
    ("method", "after", "said"),
    [
        ("set_layer_state", 0, "✗ not reopened: "),
        ("set_layer_state", 1, "✗ reopened for omar, and for nobody else: "),
        ("tally", 0, "✗ done, but it cannot be shown: "),
    ],
)
async def test_reopening(program: Make, broken: Broken, beside: Any, method: str, after: int, said: str) -> None:
    app = made(program, who="layla", people=TEAM)
    for name in ("omar", "sara"):
        assert submit(beside(), app.schema, LayerKey("d1", name), name) == []
    async with app.run_test(size=SIZE) as pilot:
        await over(app, pilot, "f2", DocumentsScreen)
        await pilot.press("home", "r")
        await app.until(lambda: isinstance(app.screen, Choose) and "all of them" in app.text())
        broken(app, method, after=after)
        await pilot.press("3")
        await app.until(lambda: f"{said}{BUSY}" in app.text())
        reopened = [beside().layer(LayerKey("d1", name)).state == "reopened" for name in ("omar", "sara")]
        assert reopened == [bool(after) or method == "tally", method == "tally"]


async def test_a_person_who_is_registered_all_the_same(program: Make, broken: Broken, beside: Any) -> None:
    app = made(program)
    async with app.run_test(size=SIZE) as pilot:
        await over(app, pilot, "shift+f5", PeopleScreen)
        await pilot.press("a")
        await app.until(lambda: isinstance(app.screen, Prompt))
        app.screen.query_one(ArabicInput).value = "rana"
        await pilot.press("enter")
        await app.until(lambda: isinstance(app.screen, Choose))
        broken(app, "tally")
        await pilot.press("enter")
        await app.until(lambda: app.screen.query(Rows) and f"✗ done, but it cannot be shown: {BUSY}" in app.text())
        assert isinstance(app.screen, PeopleScreen)
        assert "rana" in {person.name for person in beside().people()}


async def test_who_could_help_is_not_known(program: Make, broken: Broken) -> None:
    app = made(program, people=TEAM)
    async with app.run_test(size=SIZE):
        assert app.person.role == "annotator"
        broken(app, "people")
        refused = refusal(app)
        assert refused is not None
        assert "only a manager" in str(refused)
