"""Several programs and threads at one database, and programs that are killed while they write."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

import pytest

import annotator
from annotator.errors import BusyError, StaleRevisionError
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.store.sqlite import use_log
from annotator.workflow.ports import Claim, LayerKey, Person, Store

T = TypeVar("T")
COMMITTER = str(Path(__file__).with_name("committer.py"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(annotator.__file__).parents[1])}
KILLS = int(os.environ.get("ANNOTATOR_TEST_KILLS", "280"))


SERVER_KILLS = int(os.environ.get("ANNOTATOR_TEST_SERVER_KILLS", "24"))
LATER = "2026-01-02T03:14:05.678Z"
MUCH_LATER = "2026-01-02T04:04:05.678Z"


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What CALLS give that all begin at the same moment."""
    barrier = threading.Barrier(len(calls))

    def call(one: Callable[[], T]) -> T:
        barrier.wait(60)
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def test_two_stores_see_each_other(shared: str, build: Any) -> None:
    one, two = open_store(shared), open_store(shared)
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


def test_processes_that_write_at_the_same_time(shared: str) -> None:
    command = [sys.executable, COMMITTER, "race", shared]
    writers = [subprocess.Popen([*command, name, "40"], env=ENVIRONMENT) for name in "pqr"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    store = open_store(shared)
    layer = store.layer(LayerKey("one", "gold"))
    assert layer.revision == 120
    assert set(layer.annotations) == {f"{name}-{step}" for name in "pqr" for step in range(40)}
    assert store.problems() == []
    store.close()


def test_threads(shared: str, build: Any) -> None:
    store = open_store(shared)

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


def test_one_makes_what_several_want_to_make(empty_shared: str, build: Any) -> None:
    stores = at_once([partial(open_store, empty_shared, create=True)] * 4)
    added = at_once(
        [partial(store.put_person, Person(name), build.at) for store, name in zip(stores, "abcd", strict=True)]
    )
    assert added == [True] * 4
    for store in stores:
        assert [person.name for person in store.people()] == list("abcd")
        assert store.problems() == []
        store.close()


def test_the_switch_to_the_log_waits_where_sqlite_does_not(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    reader, writer = (sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False) for _ in range(2))
    reader.executescript("CREATE TABLE t (x); BEGIN; SELECT * FROM t")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        use_log(writer, 0.05)
    with ThreadPoolExecutor(1) as pool:
        switched = pool.submit(use_log, writer, 60)
        time.sleep(0.05)
        assert not switched.done()
        reader.execute("COMMIT")
        switched.result(60)
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    reader.close()
    writer.close()


def test_one_reviewer_gets_what_several_claim(shared: str) -> None:
    names = ["rima", "nour", "hala", "samir"]
    stores = [open_store(shared) for _ in names]

    def all_claim(at: str, until: str) -> Claim:
        calls = [partial(store.claim, "one", name, at, until) for store, name in zip(stores, names, strict=True)]
        (claim,) = set(at_once(calls))
        assert [store.claims() for store in stores] == [[claim]] * len(stores)
        return claim

    first = all_claim("2026-01-02", LATER)
    assert first.until == LATER
    names.remove(first.who)  # went home
    stores.pop().close()
    assert all_claim("2026-01-02", MUCH_LATER) == first
    second = all_claim(LATER, MUCH_LATER)  # it has run out
    assert second.who in names
    stores[0].release("one", first.who)
    assert all_claim(LATER, MUCH_LATER) == second
    for store in stores:
        store.close()


def test_one_of_several_edits_at_the_same_revision_is_stored(shared: str, build: Any) -> None:
    stores = [open_store(shared) for _ in range(4)]

    def edit(store: Store, name: str) -> str:
        try:
            store.commit(name, build.at, [build.on(1, build.add(build.entity(name)))])
        except StaleRevisionError:
            return ""
        return name

    (name,) = filter(None, at_once([partial(edit, store, name) for store, name in zip(stores, "pqrs", strict=True)]))
    for store in stores:
        assert list(store.layer(build.key).annotations) == ["a", name]
        assert store.problems() == []
        store.close()


def test_killed_within_a_transaction(shared: str, build: Any) -> None:
    """Nothing of it is there, and nobody waits for it any longer."""
    store = open_store(shared, hurried=lambda: True)
    before = store.layer(build.key)
    command = [sys.executable, COMMITTER, "hold", shared]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as holder:
        lines_until("held", holder.stdout)
        assert store.layer(build.key) == before
        with pytest.raises(BusyError, match="another program"):
            store.commit("badr", build.at, [build.on(1, build.add(build.entity("b")))])
        holder.kill()
    patient = open_store(shared)
    patient.commit("badr", build.at, [build.on(1, build.add(build.entity("b")))])
    assert list(store.layer(build.key).annotations) == ["a", "b"]
    assert [entry.who for entry in store.history()] == ["badr", "amal", "amal"]
    assert store.problems() == []
    patient.close()
    store.close()


@pytest.fixture
def killable() -> Iterator[subprocess.Popen[str]]:
    """Starts children that commit, and tells what they say."""
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
def test_killed_at_any_moment(killable: subprocess.Popen[str], tmp_path: Path) -> None:
    """SIGKILL often enough to hit every step, opening included: what was reported as saved is there, and whole."""
    dice = random.Random(2026)
    saved = 0
    for kill in range(KILLS):
        path = tmp_path / f"{kill // 8}.db"  # new ones, too: a kill may hit their creation
        said = said_before_kill(killable, str(path), kill, dice.random() * 0.06)
        saved += check_after_kill(str(path), said)
    print(f"{KILLS} kills, {saved} edits saved before them")
    assert saved > KILLS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment_on_a_server(killable: subprocess.Popen[str], emptied: Callable[[], str]) -> None:
    dice = random.Random(2026)
    saved = 0
    server = ""
    for kill in range(SERVER_KILLS):
        server = server if kill % 8 else emptied()
        said = said_before_kill(killable, server, kill, dice.random() * 0.2)
        store = open_store(server, create=True)
        store.set_state("check", "turn", str(kill))  # comes after what the server was still at
        store.close()
        saved += check_after_kill(server, said)
    print(f"{SERVER_KILLS} kills, {saved} edits saved before them")
    assert saved


def said_before_kill(killable: subprocess.Popen[str], url: str, kill: int, after: float) -> list[list[str]]:
    """What a child said that was killed AFTER some seconds: of opening for every fourth, else of committing."""
    assert killable.stdin is not None
    killable.stdin.write(f"go {url} k{kill}\n")
    killable.stdin.flush()
    ((_, pid),) = lines_until("child", killable.stdout)
    said = lines_until("saved", killable.stdout) if kill % 4 else []
    time.sleep(after)
    os.kill(int(pid), signal.SIGKILL)
    killable.stdin.write("wait\n")
    killable.stdin.flush()
    return [words for words in said + lines_until("ended", killable.stdout) if words[0] == "saved"]


def check_after_kill(url: str, said: list[list[str]]) -> int:
    """How many edits the child had reported as saved, all of which must be in the database at URL."""
    first = read_first(Path(url), "amal", "gold", "one")  # over the log that was left; nothing is read of a server
    store = open_store(url, create=True)
    assert store.problems() == []
    if first is not None:
        assert first.layer == (store.layer(LayerKey("one", "gold")) if first.document else None)
    if said:
        assert first is not None or "://" in url
        assert [document.id for document in store.documents()] == ["one", "two"]
    entries = [(int(words[2]), words[3]) for words in said if words[1] == "entry"]
    states = [words[2] for words in said if words[1] == "state"]
    journal = {entry.id: entry.kind for entry in store.history(limit=len(entries) + 1)}
    assert entries == sorted(entries)
    for id, kind in entries:
        assert journal[id] == kind
    if entries:
        assert sum(id > entries[-1][0] for id in journal) <= 1  # at most the one that was under way
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
