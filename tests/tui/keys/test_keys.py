"""A person's own keys, an Arabic keyboard, and letters that move the caret."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.events import Key
from textual.screen import Screen

from annotator.model.documents import Document
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.commands import BY_ID, COMMANDS, commands_of, key_map
from annotator.tui.keys import MOVES, UserKeys, key_name, latin, load, normal_name, own_characters, settle
from annotator.tui.launch import Launch
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.guideline import GuidelineScreen
from annotator.tui.screens.help import HelpScreen
from annotator.tui.screens.pick_label import PickLabel
from annotator.tui.screens.schema_browser import SchemaBrowser
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.label_palette import LabelPalette
from annotator.workflow.key_file import KeyFile
from annotator.workflow.ports import Store
from annotator.workflow.preferences import View
from annotator.workflow.project import Project, init_project

TEXT = "قال محمد في دمشق إن C++ لغة\nوكتب علي في حلب"
LABELS = {"p": "PERS", "A": "Attack"}
Make = Callable[..., AnnotatorApp]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "project")


@pytest.fixture
def make(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """The program on one small text, with these keys."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    opened: list[Store] = []

    def opener() -> Store:
        opened.append(open_store(project.database))
        return opened[-1]

    def app(keys: UserKeys | None = None) -> AnnotatorApp:
        path = Path(project.database)
        if not path.exists():
            store = open_store(path, create=True)
            store.add_documents([Document.of(TEXT, id="d")], "2026-01-01T00:00:00.000Z")
            store.close()
        made = AnnotatorApp(Launch(project, "sara", opener, read_first(path, "sara", "sara", None)))
        if keys is not None:
            made.take_keys(keys)
        return made

    yield app
    for store in opened:
        store.close()


def screen_of(app: AnnotatorApp) -> AnnotateScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, AnnotateScreen)
    return screen


def labelled(app: AnnotatorApp) -> list[tuple[str, str]]:
    session = screen_of(app).session
    assert session is not None
    return [(span.type, session.document.text[span.start : span.end]) for span in session.index.in_order()]


# -- the file --------------------------------------------------------------------------------------------------------


def asked(**keys: list[str] | tuple[str, ...]) -> KeyFile:
    return KeyFile(keys={id.replace("_", ".", 1).replace("_", "-"): tuple(names) for id, names in keys.items()})


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("d", "d"),
        ("Delete", "delete"),
        ("del", "delete"),
        ("Ctrl+Z", "ctrl+z"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("Shift+D", "D"),
        ("alt+A", "alt+shift+a"),
        ("/", "slash"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("`", "grave_accent"),
        ("grave_accent", "grave_accent"),
        ("F3", "f3"),
        ("Esc", "escape"),
        ("ctrl+i", "tab"),
        (" ", "space"),
        ("ح", "ح"),
    ],
)
def test_keys_may_be_written_as_people_say_them(written: str, name: str) -> None:
    assert normal_name(written) == name


@pytest.mark.parametrize("written", ["", "nonsense", "hyper+", "ctrl+nothing", "win+a", "\x07", "ctrl+\n"])
def test_what_is_no_key_is_named(written: str) -> None:
    found = settle(asked(annotate_delete=["d", written]), {})
    assert found.keys == {"annotate.delete": ("d",)}
    assert found.problems == (f"annotate.delete: {written!r} is no key",)


def test_an_unknown_command_is_named_with_the_nearest() -> None:
    found = settle(KeyFile(keys={"annotate.delet": ("d",)}), {})
    assert found.keys == {}
    assert found.problems == ("annotate.delet: there is no such command; is it annotate.delete?",)


def test_a_key_of_another_command_stays_with_it() -> None:
    found = settle(asked(annotate_delete=["d", "u"]), {})
    assert found.keys == {"annotate.delete": ("d",)}
    assert found.problems == ("annotate.delete: u belongs to annotate.undo",)


def test_two_commands_can_change_keys() -> None:
    found = settle(asked(annotate_undo=["v"], annotate_mark=["u"]), {})
    assert found == UserKeys(keys={"annotate.undo": ("v",), "annotate.mark": ("u",)})


def test_of_two_that_ask_for_one_key_the_first_gets_it() -> None:
    found = settle(asked(annotate_undo=["d"], annotate_mark=["d"]), {})
    assert found.keys == {"annotate.undo": ("d",)}
    assert found.problems == ("annotate.mark: d belongs to annotate.undo",)


def test_who_falls_back_to_its_own_key_takes_it_back() -> None:
    """`mark` does not get p, so v stays its own, and `undo` cannot have it."""
    found = settle(asked(annotate_undo=["v", "d"], annotate_mark=["p"]), LABELS)
    assert found.keys == {"annotate.undo": ("d",)}
    assert found.problems == (
        "annotate.mark: p belongs to the label PERS",
        "annotate.undo: v belongs to annotate.mark",
    )


@pytest.mark.parametrize(("key", "label"), [("p", "PERS"), ("alt+p", "PERS"), ("A", "Attack"), ("alt+A", "Attack")])
def test_a_key_of_a_label_stays_with_it(key: str, label: str) -> None:
    found = settle(asked(annotate_delete=[key]), LABELS)
    assert found.keys == {}
    assert len(found.problems) == 1
    assert f"belongs to the label {label}" in found.problems[0]


def test_screens_do_not_stand_in_each_others_way() -> None:
    assert settle(asked(documents_sort=["v"]), LABELS).problems == ()
    assert settle(asked(documents_sort=["p"]), LABELS).problems == ()
    assert settle(asked(app_theme=["v"]), {}).problems == ("app.theme: v belongs to annotate.mark",)


def test_an_empty_list_takes_the_keys_away() -> None:
    found = settle(asked(annotate_delete=[]), {})
    assert found == UserKeys(keys={"annotate.delete": ()})
    assert "x" not in key_map(commands_of("annotate"), found.keys)


def test_the_default_keys_clash_with_nothing(project: Project) -> None:
    """Written into a file as they are, they all hold, whatever the schema of the template uses."""
    labels = {key: label.name for key, label in project.schema.by_hotkey.items()}
    for command in COMMANDS:
        found = settle(KeyFile(keys={command.id: command.keys}), labels)
        assert [problem for problem in found.problems if "label" in problem] == []


def test_no_file_costs_nothing(tmp_path: Path, project: Project) -> None:
    assert load(tmp_path / "none.toml", project.schema) == UserKeys()


def test_a_file_is_read(tmp_path: Path, project: Project) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(
        'style = "vi"\n[keys]\n"annotate.delete" = ["p", "ctrl+d"]\n"annotate.copy" = "ctrl+k"\n', encoding="utf-8"
    )
    assert load(path, project.schema) == UserKeys(
        "vi",
        {"annotate.delete": ("ctrl+d",), "annotate.copy": ("ctrl+k",)},
        ("annotate.delete: p belongs to the label PERS",),
    )


def test_the_file_of_the_readme_holds(tmp_path: Path, project: Project) -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(style = .*?)```", readme, re.DOTALL)
    path = tmp_path / "keys.toml"
    path.write_text(example, encoding="utf-8")
    found = load(path, project.schema)
    assert found.problems == ()
    assert (found.style, len(found.keys)) == ("vi", 3)


# -- in the program --------------------------------------------------------------------------------------------------


async def test_own_keys_run_commands_and_problems_are_told(make: Make) -> None:
    app = make(UserKeys(keys={"annotate.delete": ("ctrl+d",), "app.theme": ("ctrl+e",)}, problems=("x: one", "y: two")))
    async with app.run_test(size=(120, 40)) as pilot:
        assert "x: one (and 1 more" in screen_of(app)._message[0]
        await pilot.press("left", "p")
        assert len(labelled(app)) == 1
        await pilot.press("x")
        assert len(labelled(app)) == 1
        await pilot.press("ctrl+d")
        assert labelled(app) == []
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert app.look.name == "light"
        await pilot.press("f9")
        await pilot.pause()
        assert app.look.name == "light"
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.screen, DocumentsScreen)
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert app.look.name == "contrast-dark"
        await pilot.press("f9")
        await pilot.pause()
        assert app.look.name == "contrast-dark"


def test_letters_that_move_name_commands() -> None:
    assert all(BY_ID[id].group == "Move" for id in MOVES.values())
    assert [key_name(key) if len(key) == 1 else key for key in MOVES] == list(MOVES)


async def test_letters_move_in_vi_style_until_the_toggle(make: Make) -> None:
    app = make(UserKeys("vi"))
    async with app.run_test(size=(120, 40)) as pilot:
        pane = screen_of(app).pane
        await pilot.press("h")
        assert pane.state.caret == TEXT.index("محمد")
        await pilot.press("w", "w")
        assert pane.state.caret == TEXT.index("دمشق")
        await pilot.press("b", "l")
        assert pane.state.caret == TEXT.index("محمد")
        await pilot.press("j", "0")
        assert pane.state.caret == TEXT.index("وكتب")
        await pilot.press("k", "dollar_sign")
        assert pane.state.caret == TEXT.index("\n") - 1
        assert labelled(app) == []
        assert "hjkl" in str(screen_of(app)._status._right)
        await pilot.press("0", "grave_accent", "l")
        assert "hjkl" not in str(screen_of(app)._status._right)
        assert labelled(app) == [("LOC", "قال")]
        await pilot.press("grave_accent", "h", "g")
        assert labelled(app) == [("LOC", "قال"), ("GPE", "محمد")]


async def test_what_is_shown_of_keys_is_what_holds_in_vi_style(make: Make) -> None:
    def shown() -> dict[str, str]:
        """Keys by what they do, as the help says."""
        screen = app.screen
        assert isinstance(screen, HelpScreen)
        items = [item for item in screen._items if not isinstance(item, str)]
        return {item[1]: item[0] for item in items if isinstance(item, tuple)} | {
            item.name: item.hotkey for item in items if not isinstance(item, tuple)
        }

    app = make(UserKeys("vi"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f1")
        offered = shown()
        assert "w" in offered[BY_ID["annotate.next-word"].title].split(", ")
        assert "b" not in offered[BY_ID["annotate.attributes"].title].split(", ")
        assert "LOC" not in offered
        assert offered["PERS"] == "p"
        await pilot.press("escape")
        palette = screen_of(app).query_one(LabelPalette)
        assert "l LOC" not in "\n".join(strip.text for strip in palette._strips)
        await pilot.press("grave_accent")
        await pilot.pause()
        assert "l LOC" in "\n".join(strip.text for strip in palette.render_lines(palette.region.reset_offset))
        await pilot.press("f1")
        assert (shown()["LOC"], shown()[BY_ID["annotate.next-word"].title]) == ("l", "—")


async def test_arrows_style_can_borrow_the_letters(make: Make) -> None:
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("grave_accent", "h")
        assert screen_of(app).pane.state.caret == TEXT.index("محمد")


# -- an Arabic keyboard ----------------------------------------------------------------------------------------------


def test_every_letter_has_its_key() -> None:
    typed = [chr(code) for code in [*range(0x600, 0x700), *range(0xFEF5, 0xFEFD), 0xD7, 0xF7] if latin(chr(code))]
    found = {latin(character) for character in typed}
    assert set(string.ascii_lowercase) <= found
    assert set(string.digits) <= found
    # On these shifted keys the Arabic layout types what is on other keys of a US keyboard.
    assert set(string.ascii_uppercase) - found == set("UDFZCVLM")
    assert latin("ح") == "p"
    assert latin("؟") == "?"
    assert latin("٤") == "4"
    assert all(latin(character) is None for character in string.printable)


def arabic(key: str, character: str) -> Key:
    return Key(key, character)


async def press(app: AnnotatorApp, *events: Key) -> None:
    for event in events:
        await app.on_event(event)


async def test_an_arabic_keyboard_labels_and_commands(make: Make) -> None:
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("left")
        await press(app, arabic("ح", "ح"))
        assert labelled(app) == [("PERS", "محمد")]
        await press(app, arabic("alt+ل", "ل"))
        assert sorted(labelled(app)) == [("GPE", "محمد"), ("PERS", "محمد")]
        await press(app, arabic("alt+arabic_kasra", "\u0650"), arabic("alt+arabic_kasra", "\u0650"))
        assert ("Attack", "محمد") in labelled(app)
        assert len(labelled(app)) == 4
        await press(app, *[arabic("ع", "ع")] * 4)
        assert labelled(app) == []
        await press(app, arabic("arabic_kasra", "\u0650"))
        assert labelled(app) == [("Attack", "محمد")]
        await press(app, arabic("arabic_question_mark", "؟"))
        await pilot.pause()
        assert getattr(app.screen, "SCOPE", "") == "dialog"


async def test_in_a_text_field_arabic_stays_arabic(make: Make) -> None:
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(app, arabic("ظ", "ظ"))
        await pilot.pause()
        assert isinstance(app.focused, ArabicInput)
        await pilot.press("ح", "ل", "ب")
        assert app.focused.value == "حلب"


def test_characters_of_the_schema_are_its_own(project: Project) -> None:
    own = own_characters(project.schema)
    assert set(project.schema.by_hotkey) <= own
    assert {role.hotkey for event in project.schema.events for role in event.roles} <= own


async def test_a_hotkey_in_arabic_is_not_translated(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make()
    monkeypatch.setattr(app, "_own_characters", frozenset("ح"))
    async with app.run_test(size=(120, 40)):
        await press(app, arabic("ح", "ح"))
        assert labelled(app) == []


# -- what is kept ----------------------------------------------------------------------------------------------------


async def test_the_view_is_kept_for_the_next_start(make: Make) -> None:
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f5", "f6", "f10", "f11", "ctrl+t", "ctrl+l", "ctrl+l", "f9", "f9")
        view = View(lanes=False, panel=False, marks=False, controls=False, islands=True, spacing=2)
        assert app.view == view
    again = make()
    assert again.view == view
    async with again.run_test(size=(120, 40)):
        screen = screen_of(again)
        assert not screen.has_class("panel")
        assert again.look.name == "contrast-dark"
        viewport = screen.pane._viewport
        assert viewport is not None
        assert (viewport.lanes, viewport.spacing) == (False, 2)
        assert screen.pane.options.islands


async def test_spacing_goes_round(make: Make) -> None:
    app = make()
    async with app.run_test(size=(120, 40)) as pilot:
        pane = screen_of(app).pane
        heights = []
        for _ in range(4):
            assert pane._viewport is not None
            heights.append(pane._viewport.view(pane._viewport.top).height)
            await pilot.press("ctrl+l")
        assert heights == [2, 3, 4, 2]


async def test_guideline_and_schema_open_on_the_label_here(make: Make) -> None:
    app = make()

    def top() -> Screen[object]:
        return app.screen

    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("left", "p", "f3")
        await pilot.pause()
        screen = top()
        assert isinstance(screen, GuidelineScreen)
        assert screen._items[screen._at].name == "PERS"
        await pilot.press("escape", "left", "f12")
        await pilot.pause()
        browser = top()
        assert isinstance(browser, SchemaBrowser)
        assert browser._first == "PERS"
        await pilot.press("escape", "enter", "f3")
        await pilot.pause()
        assert isinstance(top(), GuidelineScreen)
        await pilot.press("f3")
        await pilot.pause()
        assert isinstance(top(), PickLabel)


async def test_without_colours_spans_and_caret_are_seen(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make()
    monkeypatch.setenv("NO_COLOR", "1")
    app = make()
    assert app.look.name == "plain"
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("left", "p", "left", "left")
        await pilot.pause()
        lines = app.screen._compositor.render_strips()
        parts = [part for line in lines for part in line]
        assert all(part.style is None or part.style.color is None or part.style.color.is_default for part in parts)
        assert any(part.style is not None and part.style.underline and "ﺪ" in part.text for part in parts)
        assert any("PERS"[:4] in part.text for part in parts)
        assert any(part.style is not None and part.style.reverse and part.style.underline for part in parts)
        await pilot.press("f9")
        await pilot.pause()
        assert app.look.name == "plain"
        assert "NO_COLOR" in screen_of(app)._message[0]
