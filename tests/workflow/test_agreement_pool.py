"""A study in other processes: none is left behind, whatever ends it, and a silent one does not count."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement.study import Settings
from annotator.model.annotations import Entity, Fragment
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.workflow import agreement_pool, agreement_worker
from annotator.workflow.agreement_pool import NoProcessError, Pool, StoppedError, _portions
from annotator.workflow.agreement_task import AT_ONCE, Chosen, Task
from annotator.workflow.agreement_worker import pack, receive, send, serve, unpack
from annotator.workflow.ports import LayerEdit, LayerKey

SCHEMA = read_schema('name = "x"\nversion = "1"\n[entities.PERS]\n[entities.GPE]\n')
TASK = Task(
    ("span-exact", "char-kappa"),
    default=True,
    annotators=("amal", "sara"),
    reference="",
    schema=SCHEMA,
    settings=Settings(resamples=20),
)
AT = "2026-01-01T00:00:00.000Z"
DOCUMENTS = [Chosen(f"d{number}", 10, {"amal": "2026-01-01", "sara": "2026-01-02"}) for number in range(7)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.db"
    store = open_store(path, create=True)
    for number in range(7):
        store.add_documents([Document.of(f"وصل بشير {number}", id=f"d{number}")], AT)
        for end, name in ((8, "amal"), (8 - number % 2, "sara")):
            made = Replacement(None, Entity("e", "PERS", (Fragment(4, end),)))
            store.commit(name, AT, [LayerEdit(LayerKey(f"d{number}", name), 0, Edit("Add", (made,)))])
    store.close()
    return path


def always(_done: int) -> bool:
    return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pids: list[int]) -> bool:
    """Whether all of PIDS end; orphans are reaped by whoever adopts them, so a zombie counts as ended."""
    for _ in range(600):
        states = [Path(f"/proc/{pid}/stat") for pid in pids]
        if not any(
            state.exists() and state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
            for state in states
        ):
            return True
        time.sleep(0.05)
    return False


def pids_of(pool: Pool) -> list[int]:
    return [worker._process.pid for worker in pool._workers]


def test_the_same_as_alone_and_nothing_left(path: Path) -> None:
    store = open_store(path)
    alone = TASK.collected(store, DOCUMENTS).study("p", AT)
    store.close()
    with Pool(TASK, partial(open_store, path), always) as pool:
        found = pool.collected(DOCUMENTS).study("p", AT, (), pool.summarised)
        pids = pids_of(pool)
    assert found == alone
    assert pids
    assert not any(map(is_alive, pids))


def test_it_is_stopped_while_an_answer_is_waited_for(path: Path) -> None:
    asked = 0

    def some(_done: int) -> bool:
        nonlocal asked
        asked += 1
        return asked < 3

    with Pool(TASK, partial(time.sleep, 600), some) as pool:  # type: ignore[arg-type]  # it never opens
        with pytest.raises(StoppedError):
            pool.collected(DOCUMENTS)
        pids = pids_of(pool)
    assert not any(map(is_alive, pids))


def test_a_process_that_is_lost(path: Path) -> None:
    with Pool(TASK, partial(open_store, path), always) as pool:
        for pid in pids_of(pool):
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(NoProcessError):
            pool.collected(DOCUMENTS)
    with Pool(TASK, partial(open_store, path), always) as pool:
        collected = pool.collected(DOCUMENTS)
        for worker in pool._workers:
            worker._process.kill()
            worker._process.wait()
        with pytest.raises(NoProcessError):
            collected.study("p", AT, (), pool.summarised)


def test_answers_that_come_together(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small answers in one piece of the pipe: the second is not left where nothing says that it is there."""
    both = io.BytesIO()
    send(both, pack("first"))
    send(both, pack("second"))
    told = f"import sys; sys.stdout.buffer.write({both.getvalue()!r}); sys.stdout.flush(); sys.stdin.buffer.read()"

    def started(_arguments: object, **options: Any) -> subprocess.Popen[bytes]:
        return popen([sys.executable, "-c", told], **options)

    popen = subprocess.Popen
    monkeypatch.setattr(agreement_pool, "processors", lambda: 1)
    monkeypatch.setattr(subprocess, "Popen", started)
    latest = time.monotonic() + 30
    with Pool(TASK, partial(open_store, path), lambda _done: time.monotonic() < latest) as pool:
        assert list(pool._answers([b"one", b"two"], ahead=2)) == [(0, "first"), (1, "second")]


def test_no_process_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(NoProcessError):
        Pool(TASK, partial(open_store, path), always)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_no_process_outlives_the_program(path: Path) -> None:
    """Killed while its processes are busy: they see that nobody sends any more."""
    program = textwrap.dedent("""
        import sys, time
        from functools import partial
        from annotator.workflow.agreement_pool import Pool
        from annotator.workflow.agreement_worker import unpack
        pool = Pool(unpack(sys.stdin.buffer.read()), partial(time.sleep, 600), lambda done: True)
        print(*(worker._process.pid for worker in pool._workers), flush=True)
        time.sleep(600)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(pack(TASK))
        parent.stdin.close()
        pids = list(map(int, parent.stdout.readline().split()))
        parent.kill()
    assert pids
    assert gone(pids)


def test_a_worker_answers(path: Path) -> None:
    """What a process does, in this one."""
    requests: Iterator[bytes | None] = iter(
        [pack((TASK, partial(open_store, path))), pack(("collect", DOCUMENTS)), None]
    )
    answers = io.BytesIO()
    serve(lambda: next(requests), answers)
    answers.seek(0)
    data = receive(answers)
    assert data is not None
    collector, parts = unpack(data)
    assert len(parts) == 2
    assert collector.study("p", AT, (), lambda corpus: ()).documents == tuple(it.id for it in DOCUMENTS)
    serve(lambda: None, answers)


def test_messages_arrive_whole_or_not_at_all() -> None:
    stream = io.BytesIO()
    send(stream, b"one")
    send(stream, b"")
    stream.seek(0)
    assert [receive(stream) for _ in range(3)] == [b"one", b"", None]
    for size in range(11):
        assert receive(io.BytesIO(stream.getvalue()[:size])) is None


def test_whoever_stops_sending_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    taken: list[bytes | None] = []
    stream = io.BytesIO()
    send(stream, b"one")
    stream.seek(0)

    class Taken:
        put: Callable[[bytes | None], None] = staticmethod(taken.append)

    agreement_worker._listen(stream, Taken())  # type: ignore[arg-type]  # what it calls of a queue
    assert (taken, ended) == ([b"one"], [0])


@pytest.mark.parametrize(
    ("lengths", "sizes"),
    [([], [0]), ([5], [1]), ([1] * (2 * AT_ONCE + 1), [AT_ONCE, AT_ONCE, 1]), ([10**6, 1, 10**6, 5], [1, 1, 1, 1])],
)
def test_portions(lengths: list[int], sizes: list[int]) -> None:
    documents = [Chosen(f"d{at}", length, {}) for at, length in enumerate(lengths)]
    portions = list(_portions(documents))
    assert [len(portion) for portion in portions] == sizes
    assert [document for portion in portions for document in portion] == documents
