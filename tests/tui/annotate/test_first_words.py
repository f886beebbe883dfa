"""What the program says when it starts, on whichever screen that is; and the keys of what lies over the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotator.tui.app import AnnotatorApp
from annotator.tui.keys import UserKeys
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.help import HelpScreen
from annotator.tui.screens.prompt import Prompt
from annotator.workflow.project import Project, open_project

MakeApp = Callable[..., AnnotatorApp]
PROBLEM = "annotate.delete: p belongs to the label PERS"


@pytest.mark.parametrize("document", ["a", None])
@pytest.mark.parametrize(
    ("problems", "hint", "said"),
    [
        ((PROBLEM,), "", (f"keys: {PROBLEM}", "bad")),
        (
            (PROBLEM, "x: there is no such command"),
            "this terminal can do more",
            (f"keys: {PROBLEM} (and 1 more; 'annotator check' lists them)", "bad"),
        ),
        ((), "this terminal can do more", ("this terminal can do more", "good")),
        ((), "", ("", "")),
    ],
)
async def test_it_is_said_on_the_first_screen(
    make_app: MakeApp, document: str | None, problems: tuple[str, ...], hint: str, said: tuple[str, str]
) -> None:
    app = make_app(("a", "قصف الجيش"), ("b", "مدينة حلب"), document=document)
    app.take_keys(UserKeys(problems=problems))
    app.hint = hint
    async with app.run_test(size=(120, 30)) as pilot:
        for _ in range(100):
            await pilot.pause(0.02)
            if document is not None or isinstance(app.screen, DocumentsScreen):
                break
        await pilot.pause()
        assert isinstance(app.screen, AnnotateScreen if document else DocumentsScreen)
        assert app.screen._message == said
        if document is None:  # and once only
            await pilot.press("enter")
            for _ in range(100):
                await pilot.pause(0.02)
                if isinstance(app.screen, AnnotateScreen) and app.screen.session is not None:
                    break
            await pilot.press("f2")
            await pilot.pause()
            assert isinstance(app.screen, DocumentsScreen)
            assert app.screen._message == ("", "")


async def test_a_hotkey_that_a_command_has_is_none(project: Project, make_app: MakeApp) -> None:
    file = project.root / "schema.toml"
    schema = (
        'format = 1\nname = "medical"\nversion = "1"\n[entities.Test]\nhotkey = "x"\n[entities.Dose]\nhotkey = "q"\n'
    )
    file.write_text(schema, encoding="utf-8")
    app = make_app(("a", "سعال شديد"))
    app.project = open_project(project.root)
    app.take_keys(UserKeys())
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, AnnotateScreen)
        said = "keys: entities.Test: its hotkey 'x' is the key of the command annotate.delete"
        assert screen._message == (said, "bad")
        assert app.schema.by_hotkey.keys() == {"q"}
        app.take_keys(UserKeys(keys={"annotate.delete": ("delete",)}))
        assert app.schema.by_hotkey.keys() == {"q", "x"}
        assert app.key_problems == ()


async def test_help_over_a_question(make_app: MakeApp) -> None:
    app = make_app(("a", "قصف الجيش"), document="a")
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("g", "number_sign")
        await pilot.pause()
        assert isinstance(app.screen, Prompt)
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert ("Enter", "keep") in app.screen._items
        assert ("Esc", "leave") in app.screen._items
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, Prompt)
