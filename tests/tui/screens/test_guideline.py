"""The guideline of a label, and the schema browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.model.schema import EventType, Schema
from annotator.text.display import display
from annotator.tui.screens.finder import ranked
from annotator.tui.screens.guideline import GuidelineScreen, about, items_of, kind_of, name_of, titles_of
from annotator.tui.screens.pick_label import PickLabel
from annotator.tui.screens.schema_browser import SchemaBrowser
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.text_block import TextBlock

Make = Callable[..., Any]


def said(schema: Schema, item: Any) -> str:
    return "\n".join(text for text, _ in about(schema, item))


def matching(query: str, schema: Schema) -> list[Any]:
    """What the browser shows of SCHEMA for QUERY."""
    return list(ranked(query, items_of(schema), SchemaBrowser(schema).names))


def shown(app: Any) -> str:
    """The paragraphs beside the list."""
    return "\n".join(text for text, _ in app.screen.query_one(TextBlock)._paragraphs)


async def test_everything_the_schema_says_is_told(stand: Make) -> None:
    schema: Schema = stand().schema
    for item in items_of(schema):
        text = said(schema, item)
        assert name_of(item) in text
        assert all(title in text for title in titles_of(item))
        assert getattr(item, "guideline", "").strip() in text
        assert getattr(item, "hotkey", "") in text
        for name in getattr(item, "attributes", ()):
            assert f"{name} · " in text
        for value in getattr(item, "values", ()):
            assert value in text
        if isinstance(item, EventType):
            for role in item.roles:
                assert role.titles.ar in text
                assert ", ".join(role.fillers) in text


async def test_required_and_single_roles_are_marked(stand: Make) -> None:
    schema: Schema = stand().schema
    for event in schema.events:
        lines = said(schema, event).split("\n")
        for role in event.roles:
            (line,) = (line for line in lines if line.startswith(f"{role.name} · {role.titles.en}"))
            assert ("required" in line) is role.required
            assert ("one filler only" in line) is not role.multiple


@pytest.mark.parametrize("kind", ["entity", "event", "relation", "attribute", "document", "links to"])
async def test_every_kind_is_found_by_its_name(stand: Make, kind: str) -> None:
    schema = stand().schema
    wanted = {name_of(item) for item in items_of(schema) if kind_of(item) == kind}
    assert wanted <= {name_of(item) for item in matching(kind, schema)}


async def test_filter_by_name_title_and_key(stand: Make) -> None:
    schema = stand().schema
    items = items_of(schema)
    assert matching(" ", schema) == items
    assert matching("qqqqq", schema) == []
    for item in items:
        for query in (name_of(item), *titles_of(item)):
            assert not query or item in matching(query, schema)[:8]
        hotkey = getattr(item, "hotkey", "")
        assert not hotkey or getattr(matching(hotkey, schema)[0], "hotkey", "") == hotkey


async def test_the_browser_tells_about_what_is_under_the_cursor(stand: Make) -> None:
    app = stand()
    app._first = lambda: SchemaBrowser(app.schema, "GPE")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert shown(app).startswith("GPE · ")
        await pilot.press("down")
        at = [item.name for item in app.schema.entities].index("GPE")
        assert shown(app).startswith(f"{app.schema.entities[at + 1].name} · ")
        await pilot.press(*"هجوم")
        assert shown(app).startswith("Attack · ")
        await pilot.press(*"qqqq")
        assert app.screen.query_one(Rows).count == 0
        assert shown(app).strip() == ""
        await pilot.press("f12")
    assert app.results == [None]


async def test_the_browser_scrolls_what_it_tells(stand: Make) -> None:
    app = stand()
    app._first = lambda: SchemaBrowser(app.schema, "Attack")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        block = app.screen.query_one(TextBlock)
        await pilot.press("ctrl+down", "ctrl+down")
        assert block._top == 2
        await pilot.press("ctrl+up")
        assert block._top == 1
        await pilot.press("escape")
    assert app.results == [None]


async def test_the_guideline_is_laid_out_from_the_right(stand: Make) -> None:
    app = stand()
    app._first = lambda: GuidelineScreen(app.schema, "Attack")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        row = next(line for line in app.text().split("\n") if display("هجوم") in line)
        assert row.index(display("هجوم")) > 50
        await pilot.press("right")
        assert shown(app).strip().startswith("Bombard · ")
        await pilot.press("left", "left")
        assert shown(app).strip().startswith(app.schema.entities[-1].name)
        await pilot.press("f3")
    assert app.results == [None]


async def test_an_empty_schema_has_a_guideline_screen_too(stand: Make) -> None:
    app = stand(lambda: GuidelineScreen(Schema("empty", "1")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right", "down")
        assert "no labels" in shown(app)


async def test_the_label_list_opens_the_guideline(stand: Make) -> None:
    app = stand()
    app._first = lambda: PickLabel(app.schema)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "f3")
        await pilot.pause()
        assert isinstance(app.screen, GuidelineScreen)
        assert shown(app).strip().startswith(list(app.schema.labels())[1].name)
