"""Two documents on which three people differ, and the program with how far they agree on its screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from annotator.model.annotations import Annotation, Argument, Entity, Event, make_fragments
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.launch import Launch
from annotator.tui.screens.agreement import AgreementScreen
from annotator.tui.screens.agreement_list import DifferencesScreen
from annotator.tui.widgets.matrix import Matrix
from annotator.workflow.access import Guarded
from annotator.workflow.people import at_work
from annotator.workflow.ports import LayerEdit, LayerKey, Person, Role, Store
from annotator.workflow.project import Project, init_project

NOW = "2026-01-0{}T00:00:00.000Z"
TEXT = "أعلنت وزارة الدفاع أن الجيش هاجم مدينة حلب.\nوقال بشير إن القوات دخلت المدينة.\n"
OTHER = "زار الرئيس دمشق اليوم.\n"
Layers = Mapping[str, Sequence[Annotation]]
PEOPLE: Mapping[str, Role] = {
    "boss": "manager",
    "rima": "reviewer",
    "ali": "annotator",
    "badr": "annotator",
    "sara": "annotator",
}


def entity(id: str, label: str, words: str, text: str = TEXT) -> Entity:
    start = text.index(words)
    return Entity(id, label, make_fragments([(start, start + len(words))]))


def opinion(name: str) -> list[Annotation]:
    """All have حلب and بشير; badr has the ministry shorter, sara calls the army something else and misses the city."""
    start = TEXT.index("هاجم")
    role = "Target" if name == "sara" else "Attacker"
    return [
        entity("m", "ORG", "وزارة" if name == "badr" else "وزارة الدفاع"),
        entity("j", "ORG" if name == "sara" else "ARMED", "الجيش"),
        entity("h", "GPE", "حلب"),
        entity("b", "PERS", "بشير"),
        *([] if name == "sara" else [entity("c", "GPE", "دخلت المدينة")]),
        Event("e", "Attack", make_fragments([(start, start + 4)]), (Argument(role, "j"),)),
    ]


THREE: Layers = {name: opinion(name) for name in ("ali", "badr", "sara")}
SECOND: Layers = {
    "ali": [entity("p", "PERS", "الرئيس", OTHER), entity("d", "GPE", "دمشق", OTHER)],
    "badr": [entity("d", "GPE", "دمشق", OTHER)],
}


class Desk:
    """The program over a database, and its agreement screen."""

    def __init__(self, app: AnnotatorApp, project: Project) -> None:
        self.app = app
        self.project = project

    @property
    def screen(self) -> AgreementScreen:
        """The agreement screen, whatever lies over it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, AgreementScreen))

    @property
    def matrix(self) -> Matrix:
        """The numbers."""
        return self.screen.query_one(Matrix)

    def number(self, row: int, column: int) -> str:
        """One of them as it is shown."""
        return self.matrix.table.cell(row, column).text

    @contextmanager
    def beside(self) -> Iterator[Store]:
        """The database for somebody else."""
        store = open_store(Path(self.project.database))
        yield store
        store.close()

    def text(self) -> str:
        """The screen as text, without its colours."""
        return "\n".join("".join(part.text for part in line) for line in self.app.screen._compositor.render_strips())

    def status(self) -> str:
        """What the screen on top says."""
        return str(self.app.screen._message[0])  # type: ignore[attr-defined]  # every framed screen says something

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for what a thread does."""
        for _ in range(800):
            if holds():
                return
            await asyncio.sleep(0.0125)
        assert holds(), self.text()

    async def opened(self, pilot: Pilot[None]) -> AgreementScreen:
        """Wait for the numbers."""
        await self.until(lambda: isinstance(self.app.screen, AgreementScreen))
        await self.until(lambda: self.screen.made is not None)
        await pilot.pause()
        return self.screen

    async def differences(self, pilot: Pilot[None], *keys: str) -> DifferencesScreen:
        """Press KEYS, which open the differences, and wait for all of them."""
        await pilot.press(*keys)
        await self.until(lambda: isinstance(self.app.screen, DifferencesScreen))
        screen = self.app.screen
        assert isinstance(screen, DifferencesScreen)
        await self.until(lambda: not screen._busy)
        await pilot.pause(0.05)
        return screen

    async def chosen(self, pilot: Pilot[None], kind: type[Any]) -> Any:
        """Wait until a screen of KIND is on top."""
        await self.until(lambda: isinstance(self.app.screen, kind))
        await pilot.pause()
        return self.app.screen


@dataclass(frozen=True)
class News:
    """Two documents' texts, and what people say of them."""

    text: str = TEXT
    other: str = OTHER
    three: Layers = field(default_factory=lambda: THREE)
    second: Layers = field(default_factory=lambda: SECOND)
    opinion: Callable[[str], list[Annotation]] = opinion
    put: Callable[..., None] = field(default_factory=lambda: put)


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "corpus")


@pytest.fixture
def shown() -> Callable[..., Callable[[Pilot[None]], Any]]:
    """For pictures: what presses keys once the numbers are there."""

    def make(*keys: str) -> Callable[[Pilot[None]], Any]:
        async def run(pilot: Pilot[None]) -> None:
            app: Any = pilot.app
            desk = Desk(app, app.project)
            await desk.opened(pilot)
            await pilot.press(*keys)
            await pilot.pause(0.2)
            if "enter" in keys:
                await desk.until(lambda: "different" in desk.text())

        return run

    return make


Open = Callable[..., Desk]


@pytest.fixture
def desk(project: Project) -> Iterator[Open]:
    """The program as the person `who` beginning with agreement; `documents` have texts, and layers by name.

    A layer whose name ends in `_` is not submitted.
    """
    opened: list[Store] = []

    def make(
        documents: Mapping[str, tuple[str, Layers]] | None = None,
        who: str = "rima",
        *,
        start: str = "agreement",
        document: str | None = "made",
        reopen: Callable[[], Store] | None = None,
    ) -> Desk:
        path = Path(project.database)
        store = open_store(path, create=True)
        for name, role in PEOPLE.items():
            store.put_person(Person(name, role), NOW.format(1))
        given = documents if documents is not None else {"made": (TEXT, THREE), "two": (OTHER, SECOND)}
        for day, (id, (text, layers)) in enumerate(given.items(), 1):
            store.add_documents([Document.of(text, id=id, title=f"خبر {id}")], NOW.format(day))
            for name, items in layers.items():
                put(store, id, name.rstrip("_"), items, day, submit=not name.endswith("_"))
        store.close()

        def opener() -> Store:
            inner = open_store(path)
            opened.append(Guarded(inner, at_work(inner, who)))
            return opened[-1]

        first = read_first(path, who, who, document)
        launch = Launch(project, who, opener, first, document=document, start=start, reopen=reopen)  # type: ignore[arg-type]  # a name
        return Desk(AnnotatorApp(launch), project)

    yield make
    for store in opened:
        store.close()


def put(
    store: Store, document: str, name: str, items: Iterable[Annotation], day: int = 1, *, submit: bool = False
) -> None:
    """Add ITEMS to a layer, which is at revision 0, and submit it."""
    key = LayerKey(document, name)
    replacements = tuple(Replacement(None, item) for item in items)
    if replacements:
        store.commit("boss", NOW.format(day), [LayerEdit(key, 0, Edit("Add", replacements))])
    if submit:
        store.set_layer_state(key, "submitted", "boss", NOW.format(day))
