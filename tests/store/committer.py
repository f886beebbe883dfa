"""Run by the tests as programs of their own, which commit edits until they are done, or killed.

`serve`   for each line "go PATH NAME" on standard input: fork a child that commits random edits to PATH as NAME for
          ever, printing one line after each call that returned; for each line "wait": wait for the child's end.
`race`    PATH NAME NUMBER: add NUMBER entities to a layer that others add to at the same time.
`hold`    PATH: edit within a transaction, say so, and stay in it for ever.

PATH is the path of a file, or the URL of a database on a server.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path

from annotator.errors import StaleRevisionError
from annotator.model.annotations import Entity, Fragment
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import journal, open_store
from annotator.store.database import Database
from annotator.store.sqlite import settle_log
from annotator.workflow.ports import Entry, LayerEdit, LayerKey, Store

AT = "2026-01-02T03:04:05.678Z"
TEXT = "abc def ghi " * 20
LAYERS = (LayerKey("one", "amal"), LayerKey("one", "gold"), LayerKey("two", "gold"))


def say(*words: object) -> None:
    """One whole line, at once, without Python's buffers."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def prepare(path: str) -> Store:
    store = open_store(path, create=True)
    for id in ("one", "two"):
        if not store.has_document(id):
            store.add_documents([Document.of(TEXT, id=id)], AT)
    return store


def commit_for_ever(path: str, name: str, limit: int | None = None) -> None:
    store = prepare(path)
    say("saved", "documents")
    dice = random.Random(name)
    for number in count() if limit is None else range(limit):
        what = dice.random()
        if number == 3:
            key = LAYERS[0]
            store.rehearse("amal", AT, [change(store, key, f"{name}-never", dice)])  # makes room in the log
        if what > 0.9 and "://" not in path:
            settle_log(Path(path))
        entry: Entry | None = None
        if what < 0.15:
            entry = store.undo("amal", AT)
        elif what < 0.25:
            entry = store.redo("amal", AT)
        elif what < 0.3:
            store.set_state("amal", "place", f"{name}-{number}")
            say("saved", "state", f"{name}-{number}")
        else:
            keys = dice.sample(LAYERS, dice.randint(1, len(LAYERS)))
            entry = store.commit("amal", AT, [change(store, key, f"{name}-{number}", dice) for key in keys])
        if entry is not None:
            say("saved", "entry", entry.id, entry.kind)
    store.close()


def change(store: Store, key: LayerKey, id: str, dice: random.Random) -> LayerEdit:
    layer = store.layer(key)
    entities = layer.annotations.entities
    if len(entities) > 2 and dice.random() < 0.4:
        one, two = dice.sample(entities, 2)
        steps = [Replacement(one, None), Replacement(two, replace(two, type=id))]
    else:
        start = dice.randrange(100)
        new = (Entity(f"{id}-{part}", "PERS", (Fragment(start + part, start + 9),)) for part in range(3))
        steps = [Replacement(None, entity) for entity in new]
    return LayerEdit(key, layer.revision, Edit("Change", tuple(steps)))


def race(path: str, name: str, number: int) -> None:
    store = open_store(path)
    for step in range(number):
        edit = Edit("Add", (Replacement(None, Entity(f"{name}-{step}", "PERS", (Fragment(step, step + 1),))),))
        while True:
            try:
                store.commit(name, AT, [LayerEdit(LAYERS[1], store.layer(LAYERS[1]).revision, edit)])
                break
            except StaleRevisionError:
                continue
    store.close()


def hold(path: str) -> None:
    store = open_store(path)
    assert isinstance(store, Database)
    edits = [change(store, LAYERS[0], "held", random.Random(1))]
    with store._transaction(store._backend.begin_write) as connection:
        journal.do(connection, "amal", AT, edits)
        say("held")
        sys.stdin.read()


def warm_up() -> None:
    """Import and compile all that a commit needs, so that the children begin at once."""
    with tempfile.TemporaryDirectory() as folder:
        commit_for_ever(str(Path(folder, "warm.db")), "warm", 40)


def serve() -> None:
    quiet = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    warm_up()
    os.dup2(quiet, 1)
    say("ready")
    child = 0
    while line := sys.stdin.readline().split():
        if line[0] == "go":
            child = os.fork()
            if child == 0:
                say("child", os.getpid())
                commit_for_ever(*line[1:])
        else:
            os.waitpid(child, 0)
            say("ended")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["hold", where]:
            hold(where)
        case [_, where, name, number]:
            race(where, name, int(number))
