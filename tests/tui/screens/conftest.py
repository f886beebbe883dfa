from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from textual.app import App

from annotator.errors import StoreError
from annotator.model.annotations import Annotation, Annotations, Entity, Fragment, Provenance
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.commands import BY_ID
from annotator.tui.launch import Launch
from annotator.tui.look import DARK, Look
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.workflow.access import Guarded
from annotator.workflow.match_pool import Crew
from annotator.workflow.people import at_work
from annotator.workflow.ports import (
    GOLD,
    Adjudication,
    DocumentSummary,
    Entry,
    Layer,
    LayerCount,
    LayerEdit,
    LayerKey,
    LayerSummary,
    Person,
    Role,
    Store,
    Tally,
)
from annotator.workflow.project import Project, init_project

PLACES = ("لأورينت نت", "دمشق", "حلب", "القاهرة", "مدينة نصر الجديدة في ضواحي العاصمة")


class MemoryStore:
    """A store without a database: what the screens call of it."""

    def __init__(self) -> None:
        self.texts: dict[str, Document] = {}
        self.layers_: dict[LayerKey, Layer] = {}
        self.edited: dict[LayerKey, str] = {}
        self.entries: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.error: StoreError | None = None
        self.adjudicated: dict[str, Adjudication] = {}
        self.registered = [Person("sara", "manager")]

    def people(self) -> list[Person]:
        return self.registered

    def adjudications(self, document: str | None = None) -> dict[str, Adjudication]:
        return self.adjudicated

    def fill(self, count: int, who: str) -> None:
        for number in range(count):
            text = f"قالت {PLACES[number % len(PLACES)]} اليوم {number} (خبر رقم {number})\n" * (number % 7 + 1)
            document = Document.of(text, id=f"doc-{number:03}")
            self.texts[document.id] = document
            if number % 3 == 0:
                self.annotate(document.id, who, f"2026-11-{number % 28 + 1:02}T09:30:00.000Z", number % 4 + 1)
            if number % 6 == 0:
                self.annotate(document.id, "gold", "2026-11-30T10:00:00.000Z", 1)

    def annotate(self, document: str, layer: str, at: str, count: int) -> None:
        key = LayerKey(document, layer)
        spans = [
            Entity(f"e-{index}", "LOC", (Fragment(5 * index, 5 * index + 4),), provenance=Provenance(agent=layer))
            for index in range(count)
        ]
        self.layers_[key] = Layer(key, count, Annotations(spans))
        self.edited[key] = at

    def documents(self) -> Sequence[DocumentSummary]:
        self.gate.wait(10)
        if self.error is not None:
            raise self.error
        layers: dict[str, list[LayerSummary]] = {}
        for key, layer in self.layers_.items():
            counts = (len(layer.annotations), 0, 0)
            summary = LayerSummary(key, layer.revision, *counts, self.edited[key], layer.state, self.edited[key])
            layers.setdefault(key.document, []).append(summary)
        return [
            DocumentSummary(
                document.id,
                document.title,
                document.sha256,
                document.source,
                len(document.text),
                "2026-11-01T00:00:00.000Z",
                tuple(layers.get(document.id, ())),
            )
            for document in self.texts.values()
        ]

    def summaries(self, documents: Iterable[str]) -> list[DocumentSummary]:
        wanted = set(documents)
        return [summary for summary in self.documents() if summary.id in wanted]

    def document_ids(self) -> list[str]:
        return [summary.id for summary in self.documents()]

    def layer_names(self) -> list[str]:
        return sorted({key.name for key in self.layers_})

    def adjudications_of(self, documents: Iterable[str]) -> dict[str, Adjudication]:
        return {id: self.adjudicated[id] for id in documents if id in self.adjudicated}

    def documents_with(self, layer: str, *, noted: bool = False, most: int | None = None) -> list[str]:
        self.gate.wait(10)
        return [id for id in self.texts if LayerKey(id, layer) in self.layers_][:most]

    def tally(self) -> Tally:
        self.gate.wait(10)
        if self.error is not None:
            raise self.error
        return Tally(len(self.texts), len(self.texts), 0, tuple(map(self._count, self.layers_.values())))

    def _count(self, layer: Layer) -> LayerCount:
        key, known = layer.key, self.adjudicated.get(layer.key.document)
        how: Literal["", "open", "done"] = ""
        if known is not None and key.name == GOLD:
            how = "done" if known.done else "open"
        return LayerCount(key.name, 1, len(layer.annotations), 0, bool(layer.revision), layer.state, how)

    def document(self, id: str) -> Document:
        return self.texts[id]

    def has_document(self, id: str) -> bool:
        return id in self.texts

    def document_with_digest(self, sha256: str) -> str | None:
        self.gate.wait(10)
        return next((document.id for document in self.texts.values() if document.sha256 == sha256), None)

    def add_documents(self, documents: Iterable[Document], at: str) -> list[str]:
        if self.error is not None:
            raise self.error
        added = list(documents)
        self.texts.update({document.id: document for document in added})
        return [document.id for document in added]

    def layer(self, key: LayerKey) -> Layer:
        self.gate.wait(10)
        return self.layers_.get(key, Layer(key, 0, Annotations()))

    def commit(self, who: str, at: str, edits: Sequence[LayerEdit]) -> Entry:
        raise NotImplementedError

    def undo(self, who: str, at: str) -> Entry | None:
        return self._travel()

    def redo(self, who: str, at: str) -> Entry | None:
        return self._travel()

    def _travel(self) -> Entry | None:
        if self.error is not None:
            raise self.error
        return Entry(1, "", "", self.entries.pop(), "undo", 0, ()) if self.entries else None


class Stand(App[None]):
    """What the screens ask of the program, and no more."""

    def __init__(self, project: Project, screen: Callable[[], Any] | None = None, count: int = 0) -> None:
        super().__init__()
        self.look: Look = DARK
        self.project = project
        self.schema = project.schema
        self.who = "sara"
        self.person = Person("sara", "manager")
        self.user_keys: dict[str, tuple[str, ...]] = {}
        self.remembered: dict[str, str] = {}
        self.crew = Crew()
        self.ran: list[str] = []
        self.results: list[Any] = []
        self.memory = MemoryStore()
        self.memory.fill(count, self.who)
        self._first = screen

    def store(self) -> Any:
        return self.memory

    def remember(self, key: str, value: str) -> None:
        self.remembered[key] = value

    def run_command(self, id: str) -> None:
        self.ran.append(id)
        action = getattr(self.screen, f"action_{BY_ID[id].action}", None)
        if BY_ID[id].scope != "app" and action is not None:
            action()

    def on_mount(self) -> None:
        if self._first is not None:
            self.push_screen(self._first(), self.results.append)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for what a thread does."""
        for _ in range(800):
            if holds():
                return
            await asyncio.sleep(0.0125)
        assert holds(), self.text()

    def text(self) -> str:
        """The screen as text, without its colours."""
        return "\n".join("".join(part.text for part in line) for line in self.screen._compositor.render_strips())


class Program(AnnotatorApp):
    """The whole program, over a database, as the person sara."""

    @property
    def ground(self) -> AnnotateScreen:
        """The annotate screen, whatever lies over it."""
        screen = self.screen_stack[0]
        assert isinstance(screen, AnnotateScreen)
        return screen

    @property
    def layer(self) -> Annotations:
        """What the session shows."""
        session = self.ground.session
        assert session is not None
        return session.annotations

    text = Stand.text
    until = Stand.until


SARA_ALONE: Mapping[str, Role] = {"sara": "manager"}


@pytest.fixture
def program(project: Project) -> Iterator[Callable[..., Program]]:
    """The program as the person WHO, on texts by id, with layers of theirs where given; the first document is open."""
    opened: list[Store] = []

    def make(
        texts: Mapping[str, str],
        layers: Mapping[str, Iterable[Annotation]] | None = None,
        *,
        who: str = "sara",
        people: Mapping[str, Role] = SARA_ALONE,
    ) -> Program:
        def opener() -> Store:
            opened.append(open_store(project.database))
            return Guarded(opened[-1], at_work(opened[-1], who))

        path = Path(project.database)
        store = open_store(path, create=True)
        for name, role in people.items():
            store.put_person(Person(name, role), "2026-01-01T00:00:00.000Z")
        store.add_documents([Document.of(text, id=id) for id, text in texts.items()], "2026-01-01T00:00:00.000Z")
        for id, items in (layers or {}).items():
            edit = Edit("Add", tuple(Replacement(None, item) for item in items))
            store.commit("import", "2026-01-01T00:00:00.000Z", [LayerEdit(LayerKey(id, who), 0, edit)])
        store.close()
        return Program(Launch(project, who, opener, read_first(path, who, who, next(iter(texts)))))

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def beside(project: Project) -> Iterator[Callable[[], Store]]:
    """Another program's view of the same database, which must exist by then."""
    opened: list[Store] = []

    def make() -> Store:
        opened.append(open_store(project.database))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "corpus")


@pytest.fixture
def stand(project: Project) -> Callable[..., Stand]:
    def make(screen: Callable[[], Any] | None = None, count: int = 0) -> Stand:
        return Stand(project, screen, count)

    return make


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterable[None]:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
