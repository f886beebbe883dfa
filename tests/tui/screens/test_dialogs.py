from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.errors import SchemaError, UsageError
from annotator.tui.commands import COMMANDS
from annotator.tui.look import LIGHT
from annotator.tui.screens.dialogs import Confirm, Message
from annotator.tui.screens.export import ExportScreen
from annotator.tui.screens.guideline import GuidelineScreen
from annotator.tui.screens.help import HelpScreen
from annotator.tui.screens.importing import ImportScreen
from annotator.tui.screens.palette import PaletteScreen
from annotator.tui.screens.pick_label import PickLabel
from annotator.tui.screens.prompt import Prompt
from annotator.tui.screens.schema_browser import SchemaBrowser
from annotator.tui.widgets.buttons import Button, Buttons
from annotator.tui.widgets.rows import Rows
from annotator.tui.widgets.text_block import plain

Make = Callable[..., Any]
BUTTONS = (Button("delete", "Delete", "d"), Button("keep", "Keep", "k"))


def ask() -> Confirm:
    return Confirm("Delete the layer?", ["Layer gold of أورينت نت has 12 annotations."], BUTTONS, chosen=1)


async def test_confirm_by_keys(stand: Make) -> None:
    app = stand(ask)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await app.until(lambda: "< k Keep >" in app.text())
        await app.until(lambda: "[ d Delete ]" in app.text())
        await pilot.press("enter")
        for keys in (["left", "enter"], ["d"], ["k"], ["right", "space"], ["escape"]):
            app.push_screen(ask(), app.results.append)
            await pilot.pause()
            await pilot.press(*keys)
        await pilot.pause()
        assert app.results == ["keep", "delete", "delete", "keep", "delete", None]


async def test_confirm_by_mouse(stand: Make) -> None:
    app = stand(ask)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(Buttons, offset=(60, 0))
        assert app.results == []
        await pilot.click(Buttons, offset=(3, 0))
        await pilot.pause()
        assert app.results == ["delete"]


async def test_an_error_says_what_where_and_what_to_do(stand: Make) -> None:
    error = UsageError("there is no format 'xml'", where="--format", hint="There are: json, conll")
    app = stand(lambda: Message.of(error))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for part in (error.what, error.where, error.hint):
            await app.until(lambda part=part: part in app.text())
        await pilot.press("enter")
        await pilot.pause()
        app.push_screen(Message.of(ValueError("odd")))
        await pilot.pause()
        await app.until(lambda: "odd" in app.text())
        await pilot.click(Buttons, offset=(3, 0))
        await pilot.pause()
        assert not isinstance(app.screen, Message)


async def test_a_long_message_scrolls(stand: Make) -> None:
    error = SchemaError("the schema has problems", problems=tuple(f"entities.E{n}: wrong" for n in range(100)))
    app = stand(lambda: Message.of(error))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await app.until(lambda: "E0:" in app.text())
        await app.until(lambda: "▼" in app.text())
        await app.until(lambda: "Close" in app.text())
        await pilot.press("end")
        await pilot.pause()
        await app.until(lambda: "E99:" in app.text())
        await app.until(lambda: "▲" in app.text())
        await pilot.press("q")
        await pilot.pause()
        assert not isinstance(app.screen, Message)


async def test_a_message_with_controls_and_arabic_is_harmless(stand: Make) -> None:
    app = stand(lambda: Message("\x1b[2Jلأورينت", [("\x1b]0;title\x07 \u202eabc\ud800", plain)]))
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.pause()
        await app.until(lambda: "\x1b" not in app.text())
        await app.until(lambda: "\u202e" not in app.text())
        await app.until(lambda: "ﺖﻨﻳﺭﻭﻷ" in app.text())


async def test_another_look(stand: Make) -> None:
    app = stand(ask)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.look = LIGHT
        for node in (app.screen, *app.screen.walk_children()):
            if hasattr(node, "look_changed"):
                node.look_changed()
        await pilot.pause()
        ground = LIGHT.panel.bgcolor
        assert ground is not None
        assert app.screen.query_one("#box").styles.background.hex.lower() == ground.name


async def test_help_lists_every_command_of_the_screen_with_its_keys(stand: Make) -> None:
    app = stand(lambda: HelpScreen("annotate"))
    app.user_keys = {"annotate.undo": ("f3",), "annotate.mark": ()}
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        items = app.screen._items
        assert ("F3", "Undo") in items
        assert ("—", "Start or end a selection that follows the caret") in items
        assert ("F1, ?", "Show the keys of this screen") in items
        for label in app.schema.labels():
            assert not label.hotkey or label in items
        rows = app.screen.query_one(Rows)
        assert rows.has_focus
        await pilot.press("end")
        assert rows.cursor == len(items) - 1
        await pilot.press("q")
        await pilot.pause()
        for key in ("escape", "question_mark", "enter"):
            app.push_screen(HelpScreen("documents"))
            await pilot.pause()
            assert isinstance(app.screen, HelpScreen)
            assert app.schema.entities[0] not in app.screen._items
            await pilot.press(key)
            await pilot.pause()
            assert not isinstance(app.screen, HelpScreen)


@pytest.mark.parametrize(
    ("screen", "expected"),
    [
        (ExportScreen, [("Ctrl+S", "Write the files"), ("→", "To the next value of the choice under the cursor")]),
        (ImportScreen, [("Tab", "Complete the path as far as only one way is left")]),
        (ask, ["Delete the layer?", ("←→", "choose"), ("Esc", "cancel")]),
        (lambda: Prompt("Note on حلب"), ["Note on حلب", ("Enter", "keep"), ("Esc", "leave")]),
    ],
)
async def test_help_lists_the_keys_of_whatever_it_lies_over(
    stand: Make, screen: Callable[[], Any], expected: list[Any]
) -> None:
    app = stand(screen)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        app.push_screen(HelpScreen(app.screen.SCOPE))
        await pilot.pause()
        items = app.screen._items
        assert [item for item in expected if item not in items] == []
        assert ("F1, ?", "Show the keys of this screen") in items
        shown = [item for item in items if isinstance(item, str)]
        assert len(shown) == len(set(shown)), "a heading stands twice"


async def test_no_heading_of_help_stands_twice(stand: Make) -> None:
    app = stand(lambda: HelpScreen("annotate"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = [item for item in app.screen._items if isinstance(item, str)]
        assert len(shown) == len(set(shown))


async def test_without_colours_signs_say_it(stand: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = stand(ask)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.no_color
        await app.until(lambda: "< k Keep >" in app.text())
        app.push_screen(HelpScreen("documents"))
        await app.until(lambda: "▸Documents" in app.text())
        await pilot.press("down")
        await app.until(lambda: "▸Enter" in app.text())


async def test_what_a_note_is_on_is_joined_and_in_its_order(stand: Make) -> None:
    app = stand(lambda: Prompt(f"Note on حلب {'ب' * 80}"))
    async with app.run_test(size=(80, 24)):
        await app.until(lambda: "\ufe90\ufee0\ufea3" in app.text())  # final beh, medial lam, initial hah
        assert "…" in app.text()


async def test_help_says_which_keys_are_fixed(stand: Make) -> None:
    app = stand(ask)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.push_screen(HelpScreen(app.screen.SCOPE))
        await app.until(lambda: "These keys are fixed" in app.text())
        assert len([item for item in app.screen._items if "fixed" in str(item)]) == 1


async def test_keys_of_dialogs_can_be_changed_and_stand_in_help_and_hints(stand: Make) -> None:
    app = stand()
    app._first = lambda: GuidelineScreen(app.schema)
    app.user_keys = {"guideline.next": ("n",), "guideline.close": ("w",), "schema.read-on": ("f8",)}
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: "w close" in app.text())
        screen = app.screen
        await pilot.press("right")
        assert screen._at == 0
        await pilot.press("n")
        assert screen._at == 1
        app.push_screen(HelpScreen(screen.SCOPE))
        await app.until(lambda: "The next label" in app.text())
        assert ("n", "The next label") in app.screen._items
        assert ("w", "Close") in app.screen._items
        assert not [item for item in app.screen._items if "fixed" in str(item)]
        await pilot.press("escape")
        await app.until(lambda: app.screen is screen)
        await pilot.press("w")
        await app.until(lambda: app.results)
        app.push_screen(SchemaBrowser(app.schema, "PERS"))
        await app.until(lambda: "F8 read" in app.text())


@pytest.mark.parametrize("scope", ["guideline", "pick-label", "schema", "palette"])
def test_every_command_of_a_dialog_has_its_method(scope: str) -> None:
    kinds = {kind.SCOPE: kind for kind in (GuidelineScreen, PickLabel, SchemaBrowser, PaletteScreen)}
    for command in COMMANDS:
        if command.scope == scope:
            assert callable(getattr(kinds[scope], f"action_{command.action}", None)), command.id
