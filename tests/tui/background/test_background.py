"""Work beside the screen: progress that can be stopped, and the index that is made while nobody types."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.errors import BusyError, StoreError
from annotator.model.documents import Document
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui import background
from annotator.tui.app import AnnotatorApp
from annotator.tui.background import IdleIndexing, Progress
from annotator.tui.launch import Launch
from annotator.tui.look import DARK
from annotator.workflow.project import init_project
from annotator.workflow.search_port import TextQuery

AT = "2026-01-01T00:00:00.000Z"


class Texts:
    """A store that has some steps of indexing to do, each let through by the test."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.calls = 0
        self.settled = 0
        self.gate = threading.Semaphore(0)
        self.error: StoreError | None = None
        self.possible = True

    def settle(self) -> None:
        self.settled += 1

    def index_texts(self, progress: Callable[[int, int], bool]) -> bool:
        self.calls += 1
        if self.error is not None:
            raise self.error
        while self.steps and self.possible:
            self.gate.acquire()
            self.steps -= 1
            if not progress(1, 1):
                return False
        return self.possible


def made(texts: Texts) -> IdleIndexing:
    return IdleIndexing(lambda: texts)  # type: ignore[arg-type,return-value]  # two methods are enough


def wait(indexing: IdleIndexing) -> None:
    assert indexing._thread is not None
    indexing._thread.join(10)
    assert not indexing._thread.is_alive()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_IDLE", 0.0)


def test_progress() -> None:
    progress = Progress()
    assert "starting" in "".join(text for text, _ in progress.pieces(DARK, 60))
    assert progress.report(1, 4)
    assert "25% 1 of 4" in "".join(text for text, _ in progress.pieces(DARK, 60))
    progress.stop()
    assert not progress.report(2, 4)
    assert "stopping" in "".join(text for text, _ in progress.pieces(DARK, 60))


def test_nothing_is_begun_while_somebody_types() -> None:
    texts = Texts(1)
    indexing = made(texts)
    indexing.look()
    assert indexing._thread is None
    assert not texts.calls


def test_the_next_key_ends_it_and_later_it_goes_on(at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = Texts(3)
    indexing = made(texts)
    indexing.look()
    monkeypatch.setattr(background, "_IDLE", 60.0)
    indexing.touch()
    texts.gate.release()
    wait(indexing)
    assert texts.steps == 2
    indexing.look()
    assert texts.calls == 1
    monkeypatch.setattr(background, "_IDLE", 0.0)
    indexing.look()
    indexing.look()  # one at a time
    texts.gate.release(2)
    wait(indexing)
    assert (texts.steps, texts.calls) == (0, 2)
    indexing.look()  # nobody was here since
    assert texts.calls == 2
    indexing.touch()
    indexing.look()
    wait(indexing)
    assert texts.calls == 3


@pytest.mark.parametrize("error", [StoreError("the disk is gone"), None])
def test_where_there_can_be_none_it_is_not_tried_again(at_once: None, error: StoreError | None) -> None:
    texts = Texts(1)
    texts.possible, texts.error = False, error
    indexing = made(texts)
    indexing.look()
    wait(indexing)
    assert texts.settled == 1
    indexing.look()
    assert texts.settled == 1
    indexing.touch()
    indexing.look()
    wait(indexing)
    assert (texts.calls, texts.settled) == (1, 2)  # what was put off is done all the same


def test_while_somebody_else_writes_it_is_put_off(at_once: None) -> None:
    texts = Texts(0)
    texts.error = BusyError("another program writes")
    indexing = made(texts)
    indexing.look()
    wait(indexing)
    texts.error = None
    indexing.look()  # the same pause goes on
    wait(indexing)
    assert texts.calls == 2
    indexing.look()
    assert texts.calls == 2


def test_the_program_stops_it(at_once: None) -> None:
    texts = Texts(9)
    indexing = made(texts)
    indexing.look()
    indexing.stop()
    texts.gate.release()
    wait(indexing)
    assert texts.steps == 8
    indexing.look()
    assert texts.calls == 1


async def test_the_program_makes_the_index_when_nobody_types(tmp_path: Path, at_once: None) -> None:
    project = init_project(tmp_path / "corpus")
    path = Path(project.database)
    with_texts = open_store(path, create=True)
    with_texts.add_documents([Document.of(text, id=text) for text in ("داعش", "شيء")], AT)
    with_texts.close()
    other = open_store(path)
    wanted = TextQuery(folded=(("داعش",),))
    app = AnnotatorApp(Launch(project, "sara", lambda: open_store(path), read_first(path, "sara", "sara")))
    async with app.run_test() as pilot:
        for _ in range(800):
            if len(other.texts(wanted).texts) == 1:
                break
            await pilot.pause(0.0125)
        assert [text.id for text in other.texts(wanted).texts] == ["داعش"]
        app._indexing._touched = 0.0
        await pilot.press("escape")
        assert app._indexing._touched > 0
    other.close()
