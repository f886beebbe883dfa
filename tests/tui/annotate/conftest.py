"""A project with the seed article, and the program over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotator.model.documents import Document
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.launch import Launch
from annotator.workflow.ports import Store
from annotator.workflow.project import Project, init_project

SEED = Path(__file__).parents[3] / "seeds" / "000_e0d21f5c204a8027.txt"
NOW = "2026-01-01T00:00:00.000Z"
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
