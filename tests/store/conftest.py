"""Documents, annotations, edits and databases for the tests of the store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest
from sqlalchemy import create_engine, make_url

from annotator.model.annotations import Annotation, Argument, Chain, Entity, Event, Fragment, Note, Provenance, Relation
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.workflow.ports import LayerEdit, LayerKey, Person, Store

SERVER = str(Path(__file__).with_name("postgresql_server.py"))
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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a database of this process's own: on the server that is given, or on one that lives as long as it."""
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed (pip install 'psycopg[binary]')")
    given, worker = os.environ.get("ANNOTATOR_TEST_POSTGRESQL", ""), os.environ.get("PYTEST_XDIST_WORKER", "")
    if given and not worker:
        yield given
    elif given:
        with created(given, f"{make_url(given).database}_{worker}") as url:
            yield url
    else:
        with started() as server, created(server, "corpus") as url:
            yield url


@contextmanager
def started() -> Iterator[str]:
    """The URL of a new server, which ends when its standard input does: at the latest when this process is killed."""
    program = [sys.executable, SERVER, "serve"]
    with subprocess.Popen(program, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        word, _, said = process.stdout.readline().strip().partition(" ")
        if word == "none":
            pytest.skip(said)
        assert word == "ready"
        yield said


@contextmanager
def created(server: str, name: str) -> Iterator[str]:
    """The URL of a new database called NAME, beside the one that SERVER names."""

    def run(*statements: str) -> None:
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    remove = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    run(remove, f'CREATE DATABASE "{name}"')
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    run(remove)


@pytest.fixture
def emptied(postgresql: str) -> Callable[[], str]:
    """Takes everything out of a database on a server, and gives its URL."""

    def emptied() -> str:
        engine = create_engine(postgresql)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA IF EXISTS public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
        return postgresql

    return emptied


@pytest.fixture
def server(emptied: Callable[[], str]) -> str:
    """The URL of an empty database on a server; the tests that need one are skipped where there is none."""
    return emptied()


@pytest.fixture(params=["file", "memory", "server"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store of each kind."""
    url = "sqlite://" if request.param == "memory" else address(request, tmp_path)
    store = open_store(url, create=True)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store, build: Build) -> Store:
    """A store with the documents "one" and "two"."""
    empty_store.add_documents([build.document("one"), build.document("two", "abc def ghi jkl mno")], build.at)
    return empty_store


@pytest.fixture
def database(tmp_path: Path, build: Build) -> Path:
    """The file of a closed store with amal, the documents "one" and "two" and one entity of amal's in "one"."""
    path = tmp_path / "corpus.db"
    begin(str(path), build)
    return path


@pytest.fixture(params=["file", "server"])
def empty_shared(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database to be made, of each kind that several programs can open."""
    return address(request, tmp_path)


@pytest.fixture
def shared(empty_shared: str, build: Build) -> str:
    """The address of a database as in `database`, of each kind that several programs can open."""
    begin(empty_shared, build)
    return empty_shared


def address(request: pytest.FixtureRequest, folder: Path) -> str:
    return str(folder / "corpus.db") if request.param == "file" else str(request.getfixturevalue("server"))


def begin(url: str, build: Build) -> None:
    store = open_store(url, create=True)
    store.put_person(Person("amal"), build.at)
    store.add_documents([build.document("one"), build.document("two")], build.at)
    store.commit("amal", build.at, [build.on(0, build.add(build.entity("a")))])
    store.close()


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
