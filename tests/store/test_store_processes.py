"""Several programs and threads at one database, and programs that are killed while they write."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import pytest

import annotator
from annotator.errors import StaleRevisionError
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.workflow.ports import LayerKey, Store

COMMITTER = str(Path(__file__).with_name("committer.py"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(annotator.__file__).parents[1])}
KILLS = int(os.environ.get("ANNOTATOR_TEST_KILLS", "280"))


def test_two_stores_see_each_other(database: Path, build: Any) -> None:
    one, two = open_store(database), open_store(database)
    one.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))])
    assert list(two.layer(build.key).annotations) == ["a", "b"]
    with pytest.raises(StaleRevisionError):
        two.commit("badr", build.at, [build.on(1, build.add(build.entity("c")))])
    two.commit("badr", build.at, [build.on(2, build.add(build.entity("c")))])
    assert list(one.layer(build.key).annotations) == ["a", "b", "c"]
    assert two.undo("amal", build.at) is not None
    assert one.can_undo("amal") == ("Add", "Add")
    one.close()
    two.close()


def test_processes_that_write_at_the_same_time(database: Path) -> None:
    command = [sys.executable, COMMITTER, "race", str(database)]
    writers = [subprocess.Popen([*command, name, "40"], env=ENVIRONMENT) for name in "pqr"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    store = open_store(database)
    layer = store.layer(LayerKey("one", "gold"))
    assert layer.revision == 120
    assert set(layer.annotations) == {f"{name}-{step}" for name in "pqr" for step in range(40)}
    assert store.problems() == []
    store.close()


def test_threads(database: Path, build: Any) -> None:
    store = open_store(database)

    def work(name: str) -> None:
        key = LayerKey("one", name)
        for step in range(20):
            store.commit(name, build.at, [build.on(step, build.add(build.entity(f"e{step}", step)), key)])
            assert len(store.layer(key).annotations) == step + 1
            store.set_state(name, "place", str(step))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, "pqrs"))
    assert store.layers("one") == ["amal", "p", "q", "r", "s"]
    assert store.problems() == []
    store.close()


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "error", COMMITTER, "serve"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    with process:
        assert lines_until("ready", process.stdout) == [["ready"]]
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def lines_until(last: str, stream: IO[str] | None) -> list[list[str]]:
    assert stream is not None
    found: list[list[str]] = []
    for line in stream:
        found.append(line.split())
        if found[-1][0] == last:
            return found
    raise AssertionError(f"the program ended without saying {last!r}")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment(server: subprocess.Popen[str], tmp_path: Path) -> None:
    """SIGKILL often enough to hit every step, opening included: what was reported as saved is there, and whole."""
    assert server.stdin is not None
    dice = random.Random(2026)
    saved = 0
    for kill in range(KILLS):
        path = tmp_path / f"{kill // 8}.db"  # new ones, too: a kill may hit their creation
        server.stdin.write(f"go {path} k{kill}\n")
        server.stdin.flush()
        ((_, pid),) = lines_until("child", server.stdout)
        said = lines_until("saved", server.stdout) if kill % 4 else []  # every fourth is killed while it opens
        time.sleep(dice.random() * 0.06)
        os.kill(int(pid), signal.SIGKILL)
        server.stdin.write("wait\n")
        server.stdin.flush()
        saved += check_after_kill(path, said + lines_until("ended", server.stdout))
    print(f"{KILLS} kills, {saved} edits saved before them")
    assert saved > KILLS


def check_after_kill(path: Path, said: list[list[str]]) -> int:
    """How many edits the child had reported as saved, all of which must be in the database at PATH."""
    said = [words for words in said if words[0] == "saved"]
    first = read_first(path, "amal", "gold", "one")  # reads over the log that the killed program left
    store = open_store(path, create=True)
    assert store.problems() == []
    if first is not None:
        assert first.layer == (store.layer(LayerKey("one", "gold")) if first.document else None)
    if said:
        assert first is not None
        assert [document.id for document in store.documents()] == ["one", "two"]
    entries = [(int(words[2]), words[3]) for words in said if words[1] == "entry"]
    states = [words[2] for words in said if words[1] == "state"]
    journal = {entry.id: entry.kind for entry in store.history(limit=len(entries) + 1)}
    assert entries == sorted(entries)
    for id, kind in entries:
        assert journal[id] == kind
    if entries:
        assert max(journal) <= entries[-1][0] + 1  # at most the one that was under way
    if states:
        prefix, _, number = states[-1].rpartition("-")
        found, _, at = str(store.get_state("amal", "place")).rpartition("-")
        assert (found, int(at) >= int(number)) == (prefix, True)
    check_undo(store)
    store.close()
    return len(entries)


def check_undo(store: Store) -> None:
    undoable, _ = store.can_undo("amal")
    layers = [LayerKey(summary.id, name) for summary in store.documents() for name in store.layers(summary.id)]
    before = {key: store.layer(key).annotations for key in layers}
    entry = store.undo("amal", "after")
    assert (entry is None) == (undoable == "")
    if entry is not None:
        assert {key: store.layer(key).annotations for key in layers} != before
        assert store.redo("amal", "after") is not None
        assert {key: store.layer(key).annotations for key in layers} == before
    assert store.problems() == []
