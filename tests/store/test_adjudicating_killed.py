"""A reviewer's program that is killed: what was acknowledged is there, gold follows from it, merges are whole."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

import annotator
from annotator.store import open_store
from annotator.workflow.adjudication import open_adjudication
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.ports import Store

PROGRAM = Path(__file__).with_name("adjudicating.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(annotator.__file__).parents[1])}
KILLS = int(os.environ.get("ANNOTATOR_TEST_ADJUDICATION_KILLS", "120"))
MERGES = int(os.environ.get("ANNOTATOR_TEST_MERGE_KILLS", "20"))
DOCUMENTS = 1000

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]


@pytest.fixture(scope="module")
def program() -> Any:
    """What the killed program is made of."""
    spec = importlib.util.spec_from_file_location("adjudicating", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Server:
    """Starts children that adjudicate, reads what they say, and kills them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def tell(self, *words: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def until(self, *last: str) -> list[list[str]]:
        stream: IO[str] | None = self.process.stdout
        assert stream is not None
        found: list[list[str]] = []
        for line in stream:
            found.append(line.split())
            if found[-1][0] in last:
                return found
        raise AssertionError(f"the program ended without saying {last}")

    def start(self, *words: object) -> int:
        self.tell("go", *words)
        ((_, pid),) = self.until("child")
        return int(pid)

    def kill(self, pid: int) -> list[list[str]]:
        os.kill(pid, signal.SIGKILL)
        self.tell("wait")
        return self.until("ended")


@pytest.fixture
def server() -> Iterator[Server]:
    command = [sys.executable, "-W", "error", str(PROGRAM)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    with process:
        made = Server(process)
        made.until("ready")
        yield made
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def test_no_acknowledged_decision_is_lost(server: Server, program: Any, tmp_path: Path) -> None:
    """SIGKILL at random moments of deciding, editing, undoing and merging, again and again in one document."""
    dice = random.Random(2026)
    path = tmp_path / "corpus.db"
    program.fill(str(path), 1, begun=True)
    saved = 0
    for kill in range(KILLS):
        pid = server.start("decide", path, f"k{kill}")
        said = server.until("saved") if kill % 5 else []  # every fifth is killed while it opens
        time.sleep(dice.random() * 0.08)
        said += server.kill(pid)
        acknowledged = [words for words in said if words[0] == "saved"]
        saved += len(acknowledged)
        store = open_store(path)
        assert store.problems() == []
        found = program.state(store, "d0")
        if acknowledged:
            decisions, gold, shown = int(acknowledged[-1][1]), int(acknowledged[-1][2]), acknowledged[-1][3]
            assert program.state(store, "d0", (decisions, gold)) == (decisions, gold, shown)
            assert found[0] - decisions <= 1  # at most the one that was under way
            assert found == (decisions, gold, shown) or found[0] == decisions + 1
        session = open_adjudication(partial(lambda opened: opened, store), program.schema(), "d0", program.REVIEWER)
        assert session.annotations == session.adjudication.gold
        assert session.basis.opened == len(session.adjudication.open) == store.adjudications()["d0"].open
        store.close()
    print(f"{KILLS} kills, {saved} steps acknowledged before them")
    assert saved > KILLS


def outcome(store: Store, program: Any) -> list[str]:
    return [program.state(store, f"d{number}")[2] for number in range(DOCUMENTS)]


def test_a_merge_is_whole_or_not_at_all(server: Server, program: Any, tmp_path: Path) -> None:
    """SIGKILL at random moments of a merge, half of them while it is stored; then it is run once more."""
    dice = random.Random(2026)
    clean, path = tmp_path / "clean.db", tmp_path / "corpus.db"
    program.fill(str(clean), DOCUMENTS)
    restore(clean, path)
    pid = server.start("merge", path, "first")
    began = time.monotonic()
    server.until("committing")
    reading = time.monotonic() - began
    server.until("saved")
    storing = time.monotonic() - began - reading
    server.tell("wait")
    server.until("ended")
    store = open_store(path)
    expected = outcome(store, program)
    store.close()
    restore(clean, path)
    whole = 0
    for kill in range(MERGES):
        pid = server.start("merge", path, kill)
        if kill % 2:
            server.until("committing")
            time.sleep(dice.random() * storing * 1.1)
        else:
            time.sleep(dice.random() * reading)
        said = server.kill(pid)
        store = open_store(path)
        begun = store.adjudications()
        assert len(begun) in {0, DOCUMENTS}
        if begun:
            assert outcome(store, program) == expected
            whole += 1
        else:
            assert ["saved"] not in said
            assert not any(layer.key.name == "gold" for summary in store.documents() for layer in summary.layers)
            assert store.history(limit=1)[0].name == "Submit"
        store.close()
        if begun:
            restore(clean, path)
    store = open_store(path)
    assert store.problems() == []
    merge_documents(store, program.schema(), program.RULE, program.REVIEWER)
    assert outcome(store, program) == expected
    store.close()
    print(f"{MERGES} kills, {whole} of them after the merge was stored")


def restore(clean: Path, path: Path) -> None:
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copyfile(clean, path)
