"""Ctrl+C during an import: what is in stays, and the program says so."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.output import ProgressLine
from annotator.store import open_store
from annotator.store.database import Database

Run = Callable[..., Any]


@pytest.fixture
def texts(place: Path) -> Path:
    folder = place / "texts"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"نص رقم {number}", encoding="utf-8")
    return folder


def interrupt(monkeypatch: pytest.MonkeyPatch, *at: int) -> None:
    """Press Ctrl+C when so many files are done, once for each AT."""
    presses = list(at)
    progress = ProgressLine.__call__

    def pressed(self: ProgressLine, done: int, total: int) -> bool:
        while presses and presses[0] == done:
            presses.pop(0)
            signal.raise_signal(signal.SIGINT)
        return progress(self, done, total)

    monkeypatch.setattr(ProgressLine, "__call__", pressed)


def stored(project: Path) -> int:
    store = open_store(project / "corpus.db")
    number = len(store.documents())
    store.close()
    return number


def test_what_was_read_is_stored(run: Run, project: Path, texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        interrupt(patched, 3)
        before = stored(project)
        result = run("import", texts)
    assert result.status == 130
    assert result.err == "annotator: interrupted; what is in stays, import again to add the rest\n"
    assert result.out.splitlines()[-1] == "3 files imported, 0 skipped, 0 failed"
    assert stored(project) == before + 3
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    again = run("import", texts)
    assert (again.status, again.out.splitlines()[-1]) == (0, "2 files imported, 3 skipped, 0 failed")


@pytest.mark.parametrize("names", [["0", "1"], ["0"]])
def test_in_the_last_file(
    run: Run, project: Path, texts: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    """What is in is in, and nothing else is begun."""
    monkeypatch.setattr(Database, "index_texts", lambda *_: pytest.fail("the index was begun"))
    with monkeypatch.context() as patched:
        interrupt(patched, len(names))
        result = run("import", *(texts / f"{name}.txt" for name in names))
    assert (result.status, result.err) == (130, "annotator: interrupted; every file is in\n")
    assert result.out.splitlines()[-1].startswith(f"{len(names)} file")


def test_a_second_press_stops_at_once(run: Run, project: Path, texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(monkeypatch, 2, 2)
    before = stored(project)
    result = run("import", texts)
    assert (result.status, result.out, result.err) == (130, "", "annotator: interrupted\n")
    assert stored(project) == before


def test_who_ignores_interrupts_is_not_interrupted(
    run: Run, project: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(monkeypatch, 1)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert run("import", texts).status == 0
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
