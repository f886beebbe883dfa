"""A project with the seed article, or a short text, and the program over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from annotator.model.annotations import Annotations, Entity, Event, Fragment, Note, fragments_of, quoted
from annotator.model.documents import Document
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.launch import Launch
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.prompt import Prompt
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.workflow.ports import Store
from annotator.workflow.project import Project, init_project

SEED = Path(__file__).parents[3] / "seeds" / "000_e0d21f5c204a8027.txt"
NOW = "2026-01-01T00:00:00.000Z"
TEXT = "قصف الجيش مدينة حلب أمس وقتل أحمد في حلب"
MakeApp = Callable[..., AnnotatorApp]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "project")


@pytest.fixture
def make_app(project: Project) -> Iterator[MakeApp]:
    """The program on documents given as id and text (default: the article), opened as the person `who`."""
    opened: list[Store] = []

    def opener() -> Store:
        opened.append(open_store(project.database))
        return opened[-1]

    def make(*texts: tuple[str, str], who: str = "sara", document: str | None = None) -> AnnotatorApp:
        path = Path(project.database)
        if not path.exists():
            documents = texts or (("article", SEED.read_text(encoding="utf-8")),)
            store = open_store(path, create=True)
            store.add_documents([Document.of(text, id=name) for name, text in documents], NOW)
            store.close()
        return AnnotatorApp(Launch(project, who, opener, read_first(path, who, who, document)))

    yield make
    for store in opened:
        store.close()


class Desk:
    """The program on the document `TEXT`: what is done to its words, and what is seen of it."""

    def __init__(self, app: AnnotatorApp) -> None:
        self.app = app

    @property
    def screen(self) -> AnnotateScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, AnnotateScreen)
        return screen

    @property
    def layer(self) -> Annotations:
        session = self.screen.session
        assert session is not None
        return session.annotations

    @property
    def said(self) -> tuple[str, bool]:
        """The status line's message, and whether it is a refusal."""
        text, kind = self.screen._message
        return text, kind == "bad"

    def spans(self) -> list[tuple[str, str]]:
        """Words and type of every entity and event, in the order of the text."""
        found: list[Entity | Event] = [*self.layer.entities, *self.layer.events]
        found.sort(key=lambda item: item.fragments)
        return [(quoted(TEXT, item.fragments), item.type) for item in found]

    def on(self, words: str) -> Entity | Event:
        """The annotation on the first of WORDS."""
        at = TEXT.index(words)
        here = Fragment(at, at + len(words))
        found = next(item for item in self.layer.values() if here in getattr(item, "fragments", ()))
        assert isinstance(found, Entity | Event)
        return found

    def fillers(self, trigger: str) -> list[tuple[str, str]]:
        """Role and words of each argument of the event on TRIGGER."""
        event = self.on(trigger)
        assert isinstance(event, Event)
        found = []
        for argument in event.arguments:
            filler = self.layer[argument.target]
            assert isinstance(filler, Entity | Event)
            found.append((argument.role, quoted(TEXT, filler.fragments)))
        return found

    def notes(self) -> list[tuple[str, str]]:
        """What each note is on, and its text."""
        found = []
        for note in self.layer.values():
            if isinstance(note, Note):
                target = self.layer.get(note.target)
                found.append((quoted(TEXT, note.fragments or (fragments_of(target) if target else ())), note.text))
        return sorted(found, key=lambda pair: (TEXT.find(pair[0]), pair[1]))

    def go(self, words: str) -> None:
        """Put the caret on the first of WORDS."""
        self.screen.pane.go_to(TEXT.index(words))

    async def press_hint(self, pilot: Pilot[None], words: str) -> None:
        """Choose the letter that stands on WORDS."""
        mode = self.screen._mode
        assert mode is not None
        at = TEXT.index(words)
        await pilot.press(next(hint.keys for hint in mode.hints if hint.at == at))

    async def fill(self, pilot: Pilot[None], role: str, words: str) -> None:
        """Link WORDS to the event under the caret as its ROLE."""
        event = self.layer[self.screen.pane.state.current]
        assert isinstance(event, Event)
        kind = self.app.schema.event[event.type].role(role)
        assert kind is not None
        await pilot.press("e", kind.hotkey)
        await self.press_hint(pilot, words)
        await pilot.press("escape")

    async def prompt(self, pilot: Pilot[None], key: str) -> Prompt:
        """Open the field for a note with KEY."""
        await pilot.press(key)
        for _ in range(400):
            if isinstance(pilot.app.focused, ArabicInput):
                break
            await pilot.pause(0.01)
        assert isinstance(pilot.app.screen, Prompt)
        return pilot.app.screen

    async def write(self, pilot: Pilot[None], key: str, text: str) -> None:
        """Open the field for a note with KEY, write TEXT instead of what is there, and keep it."""
        screen = await self.prompt(pilot, key)
        screen.query_one(ArabicInput).value = text
        await pilot.press("enter")
        for _ in range(400):
            if not isinstance(pilot.app.screen, Prompt):
                break
            await pilot.pause(0.01)
        await pilot.pause()


@pytest.fixture
def make_desk(make_app: MakeApp) -> Callable[..., Desk]:
    """A desk over `TEXT`, or over the texts that are given as for `make_app`."""

    def make(*texts: tuple[str, str], document: str | None = None) -> Desk:
        return Desk(make_app(*texts or (("d", TEXT),), document=document))

    return make
