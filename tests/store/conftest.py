"""Documents, annotations, edits and databases for the tests of the store."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.model.annotations import Annotation, Argument, Chain, Entity, Event, Fragment, Note, Provenance, Relation
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.workflow.ports import LayerEdit, LayerKey, Person, Store

TEXT = "زار محمود درويش بيروت في صيف عام 1972 وكتب فيها قصيدة.\r\n\u200fhello\u202e\x1b[31m 😀\n"


class Build:
    """Short names for what the tests are made of."""

    at = "2026-01-02T03:04:05.678Z"
    text = TEXT
    key = LayerKey("one", "amal")
    other = LayerKey("two", "amal")

    def document(self, id: str, text: str = TEXT) -> Document:
        return Document.of(text, id=id, title=f"عنوان {id}", source=f"{id}.txt", encoding="utf-16-le", bom=True)

    def entity(self, id: str, start: int = 0, label: str = "PERS") -> Entity:
        provenance = Provenance("human", "أمل", self.at, tool="t 1", score=0.5, derived_from=("x",))
        fragments = (Fragment(start, start + 3), Fragment(start + 5, start + 6))
        return Entity(id, label, fragments, (("definite", True), ("gender", "f")), ("Q:1",), provenance)

    def event(self, id: str, *targets: str) -> Event:
        return Event(id, "VISIT", (Fragment(0, 3),), tuple(Argument("Agent", target) for target in targets))

    def relation(self, id: str, source: str, target: str) -> Relation:
        return Relation(id, "IN", source, target)

    def chain(self, id: str, *members: str) -> Chain:
        return Chain(id, members)

    def note(self, id: str, text: str = "ملاحظة\0\n") -> Note:
        return Note(id, text, flagged=True)

    def add(self, *items: Annotation, name: str = "Add") -> Edit:
        return Edit(name, tuple(Replacement(None, item) for item in items))

    def remove(self, *items: Annotation) -> Edit:
        return Edit("Remove", tuple(Replacement(item, None) for item in items))

    def change(self, before: Annotation, after: Annotation, name: str = "Change") -> Edit:
        return Edit(name, (Replacement(before, after),))

    def on(self, base: int, edit: Edit, key: LayerKey | None = None) -> LayerEdit:
        return LayerEdit(key or self.key, base, edit)


@pytest.fixture
def build() -> Build:
    return Build()


POSTGRESQL = os.environ.get("ANNOTATOR_TEST_POSTGRESQL", "")


@pytest.fixture(params=["file", "memory", *(["postgresql"] if POSTGRESQL else [])])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store of each kind; PostgreSQL where $ANNOTATOR_TEST_POSTGRESQL is the URL of a database to wipe."""
    if request.param == "postgresql":
        wipe(POSTGRESQL)
    url = {"file": str(tmp_path / "corpus.db"), "memory": "sqlite://", "postgresql": POSTGRESQL}[request.param]
    store = open_store(url, create=True)
    yield store
    store.close()


@pytest.fixture
def server() -> str:
    """The URL of an empty database on a server; the tests that need one are skipped without."""
    if not POSTGRESQL:
        pytest.skip("$ANNOTATOR_TEST_POSTGRESQL names no database to wipe")
    wipe(POSTGRESQL)
    return POSTGRESQL


def wipe(url: str) -> None:
    """Drop the tables of a database on a server."""
    from sqlalchemy import create_engine

    from annotator.store.tables import metadata, version

    engine = create_engine(url)
    metadata.drop_all(engine)
    version.drop(engine, checkfirst=True)
    engine.dispose()


@pytest.fixture
def store(empty_store: Store, build: Build) -> Store:
    """A store with the documents "one" and "two"."""
    empty_store.add_documents([build.document("one"), build.document("two", "abc def ghi jkl mno")], build.at)
    return empty_store


@pytest.fixture
def database(tmp_path: Path, build: Build) -> Path:
    """The file of a closed store with amal, the documents "one" and "two" and one entity of amal's in "one"."""
    path = tmp_path / "corpus.db"
    store = open_store(path, create=True)
    store.put_person(Person("amal"), build.at)
    store.add_documents([build.document("one"), build.document("two")], build.at)
    store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")))])
    store.close()
    return path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte that can be filled, or remounted read-only."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root can mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
