"""Labels of the whole document, on the annotate screen: ticked by keys and clicks, shown, undone, exported, checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotator import formats
from annotator.formats.interface import Annotated
from annotator.model.annotations import DocumentLabel, Entity, Fragment
from annotator.model.schema import Schema
from annotator.tui.commands import commands_of, key_map
from annotator.tui.screens.document_labels import DocumentLabels
from annotator.tui.widgets.rows import Rows
from annotator.workflow.checking import check_store
from annotator.workflow.project import Project

Make = Callable[..., Any]
SIZE = (110, 30)
TEXTS = {"one": "قصف الجيش مدينة حلب أمس", "two": "نص آخر"}


def labels(app: Any) -> list[str]:
    return sorted(f"{item.type}={item.value}" for item in app.layer.of(DocumentLabel))


def title(app: Any) -> str:
    line: str = app.text().split("\n")[0]
    return line


def key_of(app: Any, name: str) -> str:
    """The key that stands before the value NAME."""
    dialog = app.screen
    assert isinstance(dialog, DocumentLabels)
    at = next(index for index, value in enumerate(dialog._values) if f"{value.type}={value.value}" == name)
    return dialog._keys[at]


async def test_one_genre_and_several_topics(program: Make) -> None:
    app = program(TEXTS)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("percent_sign")
        await app.until(lambda: "○ news" in app.text() and "□ politics" in app.text())
        await pilot.press(key_of(app, "genre=news"), key_of(app, "topic=conflict"), key_of(app, "topic=politics"))
        await app.until(lambda: "● news" in app.text() and "■ conflict" in app.text())
        assert labels(app) == ["genre=news", "topic=conflict", "topic=politics"]
        await pilot.press(key_of(app, "genre=report"))
        await app.until(lambda: "○ news" in app.text() and "● report" in app.text())
        assert "genre is report" in app.text()
        await pilot.press("escape")
        await app.until(lambda: "report · conflict, politics" in title(app))
        await pilot.press("u")
        assert labels(app) == ["genre=news", "topic=conflict", "topic=politics"]
        await app.until(lambda: "news · conflict, politics" in title(app))
        await pilot.press("u", "u", "u")
        assert labels(app) == []
        await app.until(lambda: "news" not in title(app))
        await pilot.press("U")
        assert labels(app) == ["genre=news"]


async def test_by_cursor_and_by_clicks(program: Make) -> None:
    app = program(TEXTS)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click("#title", offset=(3, 0))
        await app.until(lambda: "○ news" in app.text())
        rows = app.screen.query_one(Rows)
        await pilot.click(rows, offset=(6, 1))
        await app.until(lambda: labels(app) == ["genre=report"])
        await pilot.press("down", "space", "up", "enter")
        await app.until(lambda: labels(app) == ["genre=report"])  # analysis, then report instead of it
        await pilot.click(rows, offset=(6, 1))
        await app.until(lambda: labels(app) == [])
        assert "what" in app.text().lower()  # the guideline
        await pilot.press("percent_sign")
        await app.until(lambda: app.screen is app.ground)


async def test_every_value_has_a_key_and_fits_a_small_window(program: Make) -> None:
    app = program(TEXTS)
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.press("percent_sign", "end")
        await app.until(lambda: isinstance(app.screen, DocumentLabels) and "other" in app.text())
        keys = app.screen._keys
        assert all(keys)
        assert len(set(keys)) == len(keys)
        await pilot.press("enter")
        assert labels(app) == ["topic=other"]


async def test_what_the_schema_does_not_have(program: Make) -> None:
    app = program(TEXTS, {"one": [DocumentLabel("l-1", "mood", "glad\x1b[31m\u202e")]})
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("percent_sign", "end")
        await app.until(lambda: "not in the schema" in app.text())
        assert "\x1b" not in app.text()
        await pilot.press("space")
        assert labels(app) == []
        await app.until(lambda: "not in the schema" not in app.text())


async def test_a_schema_without_document_labels(program: Make, project: Project) -> None:
    app = program(TEXTS)
    app.schema = Schema("s", "1", entities=project.schema.entities)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("percent_sign", "down", "space", "enter", "1")
        await app.until(lambda: "The schema has no document labels" in app.text())
        assert labels(app) == []


async def test_they_belong_to_the_document_and_survive_its_leaving(program: Make) -> None:
    app = program(TEXTS)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("percent_sign")
        await app.until(lambda: isinstance(app.screen, DocumentLabels))
        await pilot.press(key_of(app, "genre=opinion"), "escape", "f8")
        await app.until(lambda: app.ground.session.document.id == "two")
        assert "opinion" not in title(app)
        await pilot.press("f7")
        await app.until(lambda: app.ground.session.document.id == "one" and "opinion" in title(app))


async def test_exported_and_checked(program: Make, project: Project) -> None:
    app = program(TEXTS, {"one": [Entity("e-1", "GPE", (Fragment(16, 19),))]})
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("percent_sign")
        await app.until(lambda: isinstance(app.screen, DocumentLabels))
        await pilot.press(key_of(app, "genre=news"), key_of(app, "topic=conflict"), "escape")
        session = app.ground.session
        item = Annotated(session.document, "sara", session.annotations, project.schema, "annotator", session.revision)
        (data,) = formats.write("json", item).files.values()
        (back,) = formats.read("json", data).documents
        found = [label for label in back.layers[0].annotations.values() if isinstance(label, DocumentLabel)]
        assert {(label.type, label.value) for label in found} == {("genre", "news"), ("topic", "conflict")}
        assert all(label.provenance.agent == "sara" for label in found)
        assert list(check_store(project.schema, app.store())) == []
        report = formats.write("conll", item).report
        assert any("label" in line for line in map(str, report.lines()))


def test_its_key_is_no_hotkey_of_the_schema(project: Project) -> None:
    keys = key_map(commands_of("annotate"))
    hotkeys = {label.hotkey for label in project.schema.labels()}
    for id in ("document-labels", "notes", "next-note", "previous-note"):
        own = [key for key, command in keys.items() if command.id == f"annotate.{id}"]
        assert own, id
        assert not hotkeys & set(own), id
