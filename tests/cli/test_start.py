"""The way to the screen: which project, the first run, and what the screen is handed."""

from __future__ import annotations

import sqlite3
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import open as opening
from annotator.errors import UnwritableError
from annotator.store.database import Database

Run = Callable[..., Any]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the screen was started with, each time; a person sits at a terminal."""
    launched: list[Any] = []
    fake = types.ModuleType("annotator.tui.app")

    def run_screen(launch: Any) -> int:
        launched.append(launch)
        return 0

    fake.run = run_screen  # type: ignore[attr-defined]  # a module made here has no declared names
    monkeypatch.setitem(sys.modules, "annotator.tui.app", fake)
    monkeypatch.setattr(opening, "has_terminal", lambda: True)
    return launched


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def prepare(*replies: str) -> None:
        waiting = iter(replies)
        monkeypatch.setattr("builtins.input", lambda _="": next(waiting))

    return prepare


def test_the_screen_needs_a_terminal(run: Run, project: Path) -> None:
    result = run()
    assert result.status == 2
    assert result.err == (
        "annotator: the screen needs a terminal for input and output. "
        "'annotator --help' lists the commands that work without one\n"
    )


def test_no_project_and_nobody_to_ask(run: Run, place: Path) -> None:
    result = run()
    assert result.status == 2
    assert "there is no project here" in result.err
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("reply", ["", "y", "YES"])
def test_a_project_is_made_on_request(
    run: Run, place: Path, screen: list[Any], answers: Callable[..., None], reply: str
) -> None:
    (place / "seeds").mkdir()
    (place / "seeds" / "a.txt").write_text("خبر", encoding="utf-8")
    answers("what?", reply)
    result = run()
    assert result.status == 0
    (launch,) = screen
    assert launch.project.root == place / "corpus"
    assert launch.first.documents == 1
    assert launch.first.document.id == "a"
    assert "seeds/a.txt: imported as a\n" in result.out


def test_no_project_is_made_when_declined(
    run: Run, place: Path, screen: list[Any], answers: Callable[..., None]
) -> None:
    answers("n")
    assert run().status == 2
    assert list(place.iterdir()) == []
    assert screen == []


def test_a_folder_that_was_named_becomes_the_project(
    run: Run, place: Path, screen: list[Any], answers: Callable[..., None]
) -> None:
    answers("y")
    assert run("--project", "news").status == 0
    assert screen[0].project.root == place / "news"


def test_first_run_makes_the_database_and_imports_the_seeds_once(run: Run, place: Path, screen: list[Any]) -> None:
    (place / "seeds").mkdir()
    for name in ("a", "b"):
        (place / "seeds" / f"{name}.txt").write_text(f"خبر {name}", encoding="utf-8")
    (place / "seeds" / "bad.txt").write_bytes(b"\xff")
    run("init")
    result = run()
    assert result.status == 0
    assert "Made the database corpus/corpus.db" in result.out
    assert "2 files imported, 0 skipped, 1 failed" in result.out
    assert "annotator: " in result.err
    assert screen[0].first.documents == 2
    second = run()
    assert (second.status, second.out, second.err) == (0, "", "")
    assert screen[1].first.documents == 2


def test_interrupted_first_run_is_completed(run: Run, place: Path, screen: list[Any]) -> None:
    run("init")
    assert run().status == 0
    assert screen[0].first.documents == 0
    (place / "seeds").mkdir()
    (place / "seeds" / "a.txt").write_text("خبر", encoding="utf-8")
    assert run().status == 0
    assert screen[1].first.documents == 1


def test_project_without_seeds_starts_empty(run: Run, place: Path, screen: list[Any]) -> None:
    run("init")
    (place / "corpus" / "project.toml").write_text('name = "a"\n', encoding="utf-8")
    assert run().status == 0
    assert screen[0].first.documents == 0
    store = screen[0].open_store()
    assert store.documents() == []
    store.close()


def test_what_the_screen_is_handed(run: Run, project: Path, screen: list[Any]) -> None:
    assert run("--document", "d1", "--as", "amal", "--rtl", "visual").status == 0
    (launch,) = screen
    assert (launch.who, launch.rtl, launch.document) == ("amal", "visual", "d1")
    assert launch.first.document.id == "d1"
    assert launch.first.layer.key.name == "amal"
    assert launch.first.person.role == "manager"
    assert len(launch.first.layer.annotations) == 3
    store = launch.open_store()
    assert store.has_document("d1")
    store.close()


def test_only_registered_people_reach_the_screen(run: Run, project: Path, screen: list[Any]) -> None:
    refused = run("--as", "badr")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.startswith("annotator: 'badr' is not registered for this project")
    assert screen == []
    run("people", "add", "badr")
    assert run("--as", "badr").status == 0
    assert screen[0].first.person.role == "annotator"
    store = screen[0].open_store()
    assert store.documents()[0].layers == ()
    store.close()


def test_whoever_opens_a_project_without_people_manages_it(run: Run, project: Path, screen: list[Any]) -> None:
    with sqlite3.connect(project / "corpus.db") as raw:
        raw.execute("DELETE FROM person")
    raw.close()
    assert run("--as", "badr").status == 0
    assert screen[0].first.person.role == "manager"
    assert run().status == 2


def test_a_project_without_people_that_can_only_be_read(
    run: Run, project: Path, screen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(project / "corpus.db") as raw:
        raw.execute("DELETE FROM person")
    raw.close()

    def refuse(*_: object, **__: object) -> bool:
        raise UnwritableError("the database cannot be written")

    monkeypatch.setattr(Database, "put_person", refuse)
    assert run().status == 0
    assert screen[0].first.person is None
    assert screen[0].first.document.id == "d1"
    store = screen[0].open_store()
    assert [layer.key.name for layer in store.documents()[0].layers] == ["amal"]
    store.close()


def test_document_that_does_not_exist(run: Run, project: Path, screen: list[Any]) -> None:
    result = run("--document", "d2")
    assert result.status == 2
    assert "d2" in result.err
    assert screen == []
