"""Fields that ask for one line keep what was typed until it can be kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from annotator.model.annotations import Annotation, Entity, Fragment, Note
from annotator.model.schema import KnowledgeBase
from annotator.tui.screens.notes import NotesScreen
from annotator.tui.screens.prompt import Prompt
from annotator.tui.widgets.arabic_input import ArabicInput

Make = Callable[..., Any]
Broken = Callable[..., None]
SIZE = (140, 30)
TEXT = "قصف الجيش مدينة حلب أمس"
ARMY = Entity("army", "ARMED", (Fragment(4, 9),))
LAYERS: Mapping[str, tuple[Annotation, ...]] = {"d1": (ARMY, Note("note", "أي جيش؟", "army"))}


async def asked(app: Any, pilot: Any, key: str) -> ArabicInput:
    """Press KEY and wait for the field; what is typed from now on is in it."""
    await pilot.press(key)
    await app.until(lambda: isinstance(app.screen, Prompt) and isinstance(app.focused, ArabicInput))
    field: ArabicInput = app.focused
    return field


async def test_an_identifier_can_be_corrected(program: Make) -> None:
    app = program({"d1": TEXT}, LAYERS)
    app.schema = replace(app.schema, knowledge_bases=(KnowledgeBase("ICD", "ICD-10", "[A-Z][0-9]{2}"),))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab")
        field = await asked(app, pilot, "number_sign")
        await pilot.press(*"ICD:j45", "enter")
        await app.until(lambda: "✗ not done: 'j45' is no identifier of ICD-10" in prompted(app))
        assert field.value == "ICD:j45"
        await pilot.press("backspace", "backspace", "backspace")
        await app.until(lambda: "Enter keep" in prompted(app))
        await pilot.press(*"J45", "enter")
        await app.until(lambda: app.screen is app.ground)
        assert app.layer["army"].identifiers == ("ICD:J45",)
        assert "✓ saved · 1 linked to ICD:J45" in app.text()


def prompted(app: Any) -> str:
    """The last line of the box."""
    text: str = app.text()
    line: int = app.screen.query_one("#prompt-hints").region.y
    return text.split("\n")[line]


@pytest.mark.parametrize(("key", "words"), [("semicolon", "أي جيش؟ب"), ("alt+semicolon", "ب")])
async def test_a_note_is_not_lost(program: Make, broken: Broken, key: str, words: str) -> None:
    app = program({"d1": TEXT}, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab")
        field = await asked(app, pilot, key)
        commit = app.store().commit
        broken(app, "commit")
        await pilot.press("end", "ب", "enter")
        await app.until(lambda: "✗ not done: the database is busy" in prompted(app))
        assert field.value == words
        app.store().commit = commit
        await pilot.press("enter")
        await app.until(lambda: app.screen is app.ground)
        assert words in {note.text for note in app.layer.of(Note)}


async def test_what_is_being_kept_is_waited_for(program: Make) -> None:
    app = program({"d1": TEXT}, LAYERS)
    kept: list[str] = []
    given: list[str | None] = []
    go_on = asyncio.Event()

    async def keep(value: str) -> str:
        kept.append(value)
        await go_on.wait()
        return "not that" if value == "a" else ""

    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(Prompt("Which?", rtl=False, keep=keep), given.append)
        await app.until(lambda: isinstance(app.focused, ArabicInput))
        await pilot.press("a", "enter", "enter", "escape")
        await app.until(lambda: "saving …" in prompted(app))
        assert isinstance(app.screen, Prompt)
        go_on.set()
        await app.until(lambda: "✗ not that" in prompted(app))
        assert kept == ["a"]
        go_on.clear()
        await pilot.press("b", "enter", "escape")
        await app.until(lambda: kept == ["a", "ab"])
        go_on.set()
        await app.until(lambda: given == ["ab"])


async def test_a_note_of_the_list_is_not_lost(program: Make, broken: Broken) -> None:
    app = program({"d1": TEXT}, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("colon")
        await app.until(lambda: isinstance(app.screen, NotesScreen) and app.screen._shown)
        field = await asked(app, pilot, "semicolon")
        commit = app.store().commit
        broken(app, "commit")
        await pilot.press("end", "ب", "enter")
        await app.until(lambda: "✗ not done: the database is busy" in prompted(app))
        assert field.value == "أي جيش؟ب"
        app.store().commit = commit
        await pilot.press("enter")
        await app.until(lambda: isinstance(app.screen, NotesScreen) and "✓ written" in app.text())
        assert [remark.note.text for remark in app.screen._shown] == ["أي جيش؟ب"]


async def test_esc_leaves_it_all_the_same(program: Make, broken: Broken) -> None:
    app = program({"d1": TEXT}, LAYERS)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("tab")
        await asked(app, pilot, "semicolon")
        broken(app, "commit")
        await pilot.press("end", "ب", "enter")
        await app.until(lambda: "✗ not done" in prompted(app))
        await pilot.press("escape")
        await app.until(lambda: app.screen is app.ground)
        assert [note.text for note in app.layer.of(Note)] == ["أي جيش؟"]
