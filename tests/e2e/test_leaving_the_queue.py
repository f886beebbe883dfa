"""Leaving while very many documents are compared: at once, nothing half-written, and the next start goes on there."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from annotator.model.annotations import Entity, Fragment
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.workflow.adjudication_queue import QueueEntry, queue, queue_steps
from annotator.workflow.ports import LayerEdit, LayerKey
from annotator.workflow.project import open_project

pytestmark = pytest.mark.pty

AT: Final = "2026-01-01T00:00:00.000Z"
DOCUMENTS: Final = 400
SLOW: Final = """
import sys, time
from annotator.cli import main
from annotator.workflow import adjudication_standing

def compare(*arguments, real=adjudication_standing.compare):
    time.sleep(0.03)
    return real(*arguments)

adjudication_standing.compare = compare
sys.exit(main(sys.argv[1:]))
"""
"""All documents together take longer than anybody waits."""


@pytest.fixture
def many(empty: Any) -> Any:
    """A project of documents that two people submitted, on a machine that compares slowly."""
    empty.add(article="abc def ghi")
    (empty.folder / "slow.py").write_text(SLOW, encoding="utf-8")
    store = open_store(empty.project / "corpus.db")
    ids = [f"d{number:03}" for number in range(DOCUMENTS)]
    store.add_documents([Document.of(f"abc def {id}", id=id) for id in ids], AT)
    for name, kind in (("sara", "PERS"), ("omar", "ORG")):
        edit = Edit("Add", (Replacement(None, Entity("e1", kind, (Fragment(0, 3),))),))
        store.commit(name, AT, [LayerEdit(LayerKey(id, name), 0, edit) for id in ids])
        for id in ids:
            store.set_layer_state(LayerKey(id, name), "submitted", name, AT)
    store.close()
    return empty


def open_queue(many: Any) -> Any:
    """A window that compares, a while after it began."""
    command = [sys.executable, many.folder / "slow.py", "--project", many.project, "--as", "sara", "adjudicate"]
    window = many.run(command)
    window.until("1 of 1 open")
    window.press("w", "to go")
    before = to_go(window)
    window.until(lambda: to_go(window) < before - 20)
    return window


def to_go(window: Any) -> int:
    """How many documents are to be compared yet."""
    found = re.search(r"comparing, (\d+) to go", window.rows[0])
    return int(found[1]) if found is not None else DOCUMENTS + 1


def kept(project: Path) -> list[QueueEntry]:
    """What is kept of comparing, read without comparing anything."""
    store = open_store(project / "corpus.db")
    try:
        assert store.problems() == []
        found: list[QueueEntry] = []
        for step in queue_steps(store, open_project(project).schema):
            if step.listed:
                assert len(found) + step.remaining == DOCUMENTS
                return found
            found += step.entries
    finally:
        store.close()
    raise AssertionError("the queue says nothing")


def by_key(window: Any) -> int:
    window.type("ctrl+q")
    return 0


def by_closing(window: Any) -> int:
    window.close()
    return 128 + int(signal.SIGHUP)


def by_killing(window: Any) -> int:
    window.signal(signal.SIGKILL)
    return 128 + int(signal.SIGKILL)


def by_another_screen(window: Any) -> int:
    window.press("escape", "1 of 1 open")
    window.press("f2", "filter")
    return by_key(window)


@pytest.mark.parametrize("leave", [by_key, by_closing, by_killing, by_another_screen])
def test_the_next_start_goes_on(many: Any, leave: Callable[[Any], int]) -> None:
    window = open_queue(many)
    status = leave(window)
    assert window.wait() == status
    first = kept(many.project)
    assert 0 < len(first) < DOCUMENTS  # it did not wait for the others
    assert all((entry.items, entry.open, entry.agreement) == (1, 1, 0.5) for entry in first)
    window = open_queue(many)
    assert to_go(window) < DOCUMENTS - len(first)
    assert by_key(window) == window.wait()
    assert {entry.document for entry in first} < {entry.document for entry in kept(many.project)}
    store = open_store(many.project / "corpus.db")
    found = queue(store, open_project(many.project).schema)
    store.close()
    assert sorted(entry.document for entry in found) == [f"d{number:03}" for number in range(DOCUMENTS)]
