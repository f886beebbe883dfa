"""Run by the tests as a program of its own that adjudicates until it is done, or killed.

For each line "go decide PATH NAME" or "go merge PATH NAME" on standard input: fork a child that takes random steps in
one document for ever, printing what is stored after each, or that merges all documents once. For each line "wait":
wait for the child's end.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from dataclasses import replace
from hashlib import blake2b
from itertools import count
from pathlib import Path

from annotator.adjudication.answers import Rule
from annotator.errors import OperationError
from annotator.model.annotations import Annotation, Annotations, Argument, Entity, Event, Fragment, Record
from annotator.model.documents import Document
from annotator.model.operations import Add, Edit, Remove, Replacement, Resize
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.workflow.adjudication import AdjudicationSession, begin, open_adjudication
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.ports import DECISIONS, GOLD, LayerEdit, LayerKey, Store

AT = "2026-01-02T03:04:05.678Z"
TEXT = "abc def ghi " * 20
PEOPLE = ("amal", "badr", "dana")
RULE = Rule(2)
REVIEWER = "rima"


def schema() -> Schema:
    return read_schema(
        'name = "x"\nversion = "1"\n[entities.PERS]\n[entities.GPE]\n[events.Attack.roles.Place]\nfillers = ["GPE"]\n'
    )


def say(*words: object) -> None:
    """One whole line, at once, without Python's buffers."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def fill(path: str, documents: int, *, begun: bool = False) -> None:
    """Make a database of DOCUMENTS that three people submitted, who see many things differently."""
    store = open_store(path, create=True)
    store.add_documents([Document.of(f"{TEXT}{number}", id=f"d{number}") for number in range(documents)], AT)
    for number in range(documents):
        for name in PEOPLE:
            key, edit = LayerKey(f"d{number}", name), opinion(random.Random(f"{number} {name}"))
            store.commit(name, AT, [LayerEdit(key, 0, edit)])
            store.set_layer_state(key, "submitted", name, AT)
        if begun:
            begin(store, schema(), f"d{number}", REVIEWER)
    store.close()


def opinion(dice: random.Random) -> Edit:
    items: list[Annotation] = []
    for place in range(12):
        if dice.random() > 0.2:
            ends = place * 12, place * 12 + dice.choice((3, 3, 7))
            items.append(Entity(f"e{place}", dice.choice(("PERS", "GPE", "GPE")), (Fragment(*ends),)))
    target = dice.choice(items)
    items.append(Event("v", "Attack", (Fragment(4, 7),), (Argument("Place", target.id),)))
    return Edit("Import", tuple(Replacement(None, item) for item in items))


def digest(annotations: Annotations) -> str:
    """What annotations or records say, whoever and whenever."""
    found = blake2b(digest_size=8)
    for item in sorted(annotations.values(), key=lambda item: item.id):
        made = replace(item.provenance, at="")
        data = item.data.replace("\n", " ") if isinstance(item, Record) else ""
        found.update(repr((replace(item, provenance=made), data)).encode())
    return found.hexdigest()


def state(store: Store, document: str, revisions: tuple[int, int] | None = None) -> tuple[int, int, str]:
    """The revisions of decisions and gold, and what they say; with REVISIONS as they were then."""
    of = revisions or (None, None)
    layers = [store.layer(LayerKey(document, name), at) for name, at in zip((DECISIONS, GOLD), of, strict=True)]
    return layers[0].revision, layers[1].revision, "".join(digest(layer.annotations) for layer in layers)


def decide_for_ever(path: str, name: str, limit: int | None = None) -> None:
    store = open_store(path)
    session = open_adjudication(lambda: store, schema(), "d0", REVIEWER)
    dice = random.Random(name)
    for number in count() if limit is None else range(limit):
        step(session, dice, f"{name}-{number}")
        shown = "".join(digest(Annotations(layer)) for layer in (records(session), session.annotations.values()))
        say("saved", session.decisions_revision, session.revision, shown)
    store.close()


def records(session: AdjudicationSession) -> list[Annotation]:
    """What the decisions' layer holds, as the session shows it."""
    return [session.basis.record(), *(decision.record() for decision in session.adjudication.decisions.values())]


def step(session: AdjudicationSession, dice: random.Random, id: str) -> None:
    made = session.adjudication
    item = dice.choice(made.items())
    what = dice.random()
    gold = [annotation.id for annotation in session.annotations.entities]
    try:
        if what < 0.35:
            outcome = dice.choice(list(item.opinions.values()))
            session.take(item, outcome, reason=dice.choice(("", "slip", "gap")), note=id)
        elif what < 0.45 and made.decisions:
            session.take_back(dice.choice(sorted(made.decisions)))
        elif what < 0.5:
            session.adopt(dice.choice(PEOPLE), everything=dice.random() < 0.5)
        elif what < 0.55:
            session.merge(RULE)
        elif what < 0.65:
            session.submit(Add(Entity(id, "PERS", (Fragment(dice.randrange(90), 99),))))
        elif what < 0.7 and gold:
            session.submit(dice.choice((Remove((gold[0],)), Resize(gold[-1], (Fragment(dice.randrange(90), 99),)))))
        elif what < 0.9 and made.decisions:  # never the beginning
            session.undo()
        else:
            session.redo()
    except OperationError:
        pass  # what cannot be said of one of several pieces


def merge(path: str) -> None:
    store = open_store(path)

    def told(done: int, of: int) -> bool:
        if done in {0, of}:
            say("begun" if done < of else "committing")
        return True

    merge_documents(store, schema(), RULE, REVIEWER, progress=told)
    say("saved")
    store.close()


def warm_up() -> None:
    """Import and compile all that a step needs, so that the children begin at once."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "warm.db"))
        fill(path, 1, begun=True)
        decide_for_ever(path, "warm", 60)
        merge(path)


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
                if line[1] == "decide":
                    decide_for_ever(line[2], line[3])
                merge(line[2])
                os._exit(0)
        else:
            os.waitpid(child, 0)
            say("ended")


if __name__ == "__main__":
    serve()
