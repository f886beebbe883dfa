"""A document on which three people differ in every way there is, and the program adjudicating it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from annotator.model.annotations import (
    Annotation,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Note,
    Relation,
    make_fragments,
    quoted,
)
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.launch import Launch
from annotator.tui.screens.adjudicate import AdjudicateScreen
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.widgets.rows import Rows
from annotator.workflow.access import Guarded
from annotator.workflow.people import at_work
from annotator.workflow.ports import LayerEdit, LayerKey, Person, Role, Store
from annotator.workflow.project import Project, init_project

NOW = "2026-01-01T00:00:00.000Z"
TEXT = (
    "أعلنت وزارة الدفاع أن الجيش هاجم مدينة حلب صباح الجمعة بصواريخ.\n"
    "وقال اللواء بشير اسماعيل إن القوات دخلت المدينة، وقتل الهجوم عشرة مدنيين.\n"
    "وكتب مراسل وكالة سانا من دمشق أن الرئيس زار الجامعة مع وفد من روسيا والصين.\n"
)
Layers = Mapping[str, Iterable[Annotation]]


def place(words: str, text: str = TEXT) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def entity(id: str, kind: str, words: str, level: str = "") -> Entity:
    return Entity(id, kind, make_fragments([place(words)]), (("level", level),) if level else ())


def event(id: str, kind: str, words: str, *arguments: tuple[str, str]) -> Event:
    return Event(id, kind, make_fragments([place(words)]), tuple(Argument(*argument) for argument in arguments))


def opinions() -> dict[str, list[Annotation]]:
    """All agree on الجيش, حلب and the trigger هاجم; every other thing is seen in two or three ways."""
    layers: dict[str, list[Annotation]] = {}
    for name in ("ali", "badr", "sara"):
        a, b = name == "ali", name == "badr"
        layers[name] = [
            entity("army", "ARMED", "الجيش"),
            entity("aleppo", "GPE", "حلب"),
            entity("ministry", "ORG", "وزارة" if a else "وزارة الدفاع"),  # boundary
            entity("general", "OCC" if b else "PERS", "اللواء"),  # label
            *([entity("sana", "MEDIA", "وكالة سانا")] if a else []),  # missing
            *(
                [entity("both", "GPE", "روسيا والصين")]
                if b
                else [entity("russia", "GPE", "روسيا"), entity("china", "GPE", "الصين")]
            ),  # split
            entity("bashir", "PERS", "بشير اسماعيل", "NOM" if a else ""),  # attribute
            entity("troops", "ARMED", "القوات"),
            entity("friday", "DATE", "الجمعة"),
            entity("rockets", "WEAPON", "صواريخ"),
            event(
                "attack",
                "Attack",
                "هاجم",
                ("Target" if b else "Attacker", "army"),  # role
                ("Place", "aleppo"),
                *([("Time", "friday")] if not a else []),  # filler
            ),
            event("death", "Attack" if a else "Die", "وقتل"),  # trigger type
            *([Relation("r1", "PartOf", "troops", "army")] if not b else []),  # relation
            Chain("c1", ("army", "troops") if not a else ("army", "aleppo")),  # chain
            DocumentLabel("l1", "genre", "report" if b else "news"),  # document label
        ]
    layers["ali"].append(Note("n1", "هل الوزارة وحدها؟", "ministry", flagged=True))
    return layers


def write(store: Store, document: Document, layers: Layers, *, submit: bool = True) -> None:
    """Keep DOCUMENT and everybody's layer of it."""
    store.add_documents([document], NOW)
    for name, items in layers.items():
        key = LayerKey(document.id, name)
        store.commit(name, NOW, [LayerEdit(key, 0, Edit("Add", tuple(Replacement(None, item) for item in items)))])
        if submit:
            store.set_layer_state(key, "submitted", name, NOW)


class Desk:
    """The program over a database, and its adjudicate screen."""

    def __init__(self, app: AnnotatorApp, project: Project) -> None:
        self.app = app
        self.project = project

    @property
    def screen(self) -> AdjudicateScreen:
        """The adjudicate screen, whatever lies over it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, AdjudicateScreen))

    @property
    def kind(self) -> str:
        """The kind of the current item."""
        item = self.screen.item
        assert item is not None
        return str(item.kind)

    def text(self) -> str:
        """The screen as text, without its colours."""
        return "\n".join("".join(part.text for part in line) for line in self.app.screen._compositor.render_strips())

    def gold(self) -> set[tuple[str, str]]:
        """The spans in gold: types and words."""
        session = self.screen.session
        assert session is not None
        spans = (item for item in session.annotations.values() if isinstance(item, Entity | Event))
        return {(item.type, quoted(session.document.text, item.fragments)) for item in spans}

    def is_listed(self) -> bool:
        """Whether the documents screen has its documents."""
        return isinstance(self.app.screen, DocumentsScreen) and self.app.screen.query_one(Rows).count > 0

    def status(self) -> str:
        """What the screen says."""
        return self.screen._message[0]

    async def until(self, pilot: Pilot[None], holds: Callable[[], object]) -> None:
        """Wait for what a thread does."""
        for _ in range(800):
            await pilot.pause()
            if holds():
                return
            await asyncio.sleep(0.0125)
        assert holds(), self.text()

    async def opened(self, pilot: Pilot[None], document: str = "") -> AdjudicateScreen:
        """Wait until a document is open."""

        def is_open() -> bool:
            found = [screen for screen in self.app.screen_stack if isinstance(screen, AdjudicateScreen)]
            session = found[0].session if found else None
            return session is not None and (not document or session.key.document == document)

        await self.until(pilot, is_open)
        return self.screen

    async def go_to(self, pilot: Pilot[None], kind: str) -> None:
        """Make the first item of KIND the current one."""
        ledger = self.screen.ledger
        assert ledger is not None
        self.screen.show_item(next(n for n, item in enumerate(ledger.shown) if item.kind == kind))
        await pilot.pause()


Open = Callable[..., Desk]


@pytest.fixture
def where() -> Callable[[str], tuple[int, int]]:
    """The range of offsets of some words of the text."""
    return place


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "project")


@pytest.fixture
def other() -> dict[str, list[Annotation]]:
    """What two people say on another document: one thing, and that with two labels."""
    return {
        "ali": [Entity("e1", "PERS", make_fragments([(4, 8)]))],
        "badr": [Entity("e1", "OCC", make_fragments([(4, 8)]))],
    }


@pytest.fixture
def desk(project: Project) -> Iterator[Open]:
    """The program as the person `who`, beginning with adjudication; `extra` are more documents with their layers."""
    opened: list[Store] = []

    def make(
        who: str = "rima",
        role: Role = "reviewer",
        *,
        extra: Mapping[str, tuple[str, Layers]] | None = None,
        layers: Layers | None = None,
        document: str | None = "made",
        start: str = "adjudicate",
        names: bool = False,
    ) -> Desk:
        its_project = replace(project, settings=replace(project.settings, feedback_names=names))
        path = Path(project.database)
        if not path.exists():
            store = open_store(path, create=True)
            store.put_person(Person("boss", "manager"), NOW)
            for name, its in (("ali", "annotator"), ("badr", "annotator"), ("sara", "annotator"), (who, role)):
                store.put_person(Person(name, its), NOW)  # type: ignore[arg-type]  # roles
            write(store, Document.of(TEXT, id="made", title="خبر مصنوع"), layers or opinions())
            for id, (text, its_layers) in (extra or {}).items():
                write(store, Document.of(text, id=id), its_layers)
            store.close()

        def opener() -> Store:
            store = open_store(path)
            opened.append(Guarded(store, at_work(store, who), names=names))
            return opened[-1]

        first = read_first(path, who, who, document)
        launch = Launch(its_project, who, opener, first, document=document, start=start)  # type: ignore[arg-type]  # a name
        return Desk(AnnotatorApp(launch), its_project)

    yield make
    for store in opened:
        store.close()
