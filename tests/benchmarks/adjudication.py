"""Several people, one gold: comparing what they say, deciding, merging a corpus, and how far they agree."""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from inputs import AT, article, million, random_ranges, repeated
from report import Row, Timing, number, timed
from screens import Bench, Program
from screens import Effort as OfScreen

from annotator.adjudication.answers import Rule, merge
from annotator.adjudication.comparison import compare
from annotator.adjudication.decisions import Decision
from annotator.adjudication.gold import Adjudication
from annotator.model.annotations import Annotation, Annotations, Argument, Entity, Event, Fragment
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.tui.screens.adjudicate_items import Ledger
from annotator.workflow.adjudication import AdjudicationSession, begin, open_adjudication
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.adjudication_queue import queue
from annotator.workflow.agreement import StudyRequest, study
from annotator.workflow.ports import LayerEdit, LayerKey, Person, Store
from annotator.workflow.project import SCHEMA_FILE, init_project

PEOPLE: Final = ("amal", "badr", "dana", "hadi", "zaid")
REVIEWER: Final = "rana"
PROJECT: Final = "of-one"
ANNOTATIONS: Final = 10_000
_SCHEMA: Final = """
name = "benchmark"
version = "1"
[entities.PERS]
[entities.ORG]
[entities.GPE]
[events.Attack]
[events.Attack.roles.Agent]
fillers = ["PERS", "ORG"]
[events.Attack.roles.Place]
fillers = ["GPE"]
"""
_TYPES: Final = ("PERS", "ORG", "GPE")


@dataclass(frozen=True, slots=True)
class Effort:
    """How many `documents` the corpus has, how often things are repeated, and how many `steps` a reviewer takes."""

    documents: int = 1000
    runs: int = 5
    steps: int = 300


QUICK: Final = Effort(documents=300, runs=3, steps=100)


def measure(folder: Path, effort: Effort) -> Iterator[Row]:
    """Every number; FOLDER is empty and on the disk that databases are on."""
    schema = read_schema(_SCHEMA)
    gc.collect()
    gc.freeze()  # the collector would walk the harness, not what is measured
    for each, target in ((ANNOTATIONS // len(PEOPLE), 1.0), (ANNOTATIONS, None)):
        yield from _engine(opinions(million(), each), schema, effort, target)
    yield from _session(folder, schema, effort)
    yield from _screen(folder, effort)
    yield from _corpus(folder, schema, effort)


def opinions(text: str, count: int) -> dict[str, Annotations]:
    """What five people say on nearly the same COUNT ranges of TEXT: a quarter events, one in eight different."""
    ranges = random_ranges(text, count)
    return {name: _opinion(ranges, random.Random(name)) for name in PEOPLE}


def _opinion(ranges: Sequence[tuple[int, int]], choose: random.Random) -> Annotations:
    items: list[Annotation] = []
    before: list[Entity] = []
    for place, (start, end) in enumerate(ranges):
        dice = choose.random()
        if dice < 0.04:
            continue  # overlooked
        fragments = (Fragment(start, max(start + 1, end - 2) if dice < 0.08 else end),)
        if place % 4 == 0:
            ends = zip(("Agent", "Place"), before[-2:], strict=False)
            arguments = tuple(Argument(role, entity.id) for role, entity in ends)
            items.append(Event(f"v{place}", "Attack", fragments, arguments if dice > 0.2 else arguments[:1]))
            continue
        type_name = choose.choice(_TYPES) if dice < 0.12 else _TYPES[place % 3]
        before.append(Entity(f"e{place}", type_name, fragments))
        items.append(before[-1])
    return Annotations(items)


# -- the engine ----------------------------------------------------------------------------------------------------


def _engine(given: dict[str, Annotations], schema: Schema, effort: Effort, target: float | None) -> Iterator[Row]:
    count = sum(map(len, given.values()))
    group = f"adjudication, {count:,} annotations of {len(given)} people in one document"
    timing = timed(lambda layers: Adjudication(compare(layers, schema), {}), [given] * effort.runs)
    yield timing.row(group, "compare them, and what all agree on as gold", "s", 1, target)
    made = Adjudication(compare(given, schema), {})
    steps = [decision for item in made.items() if (decision := _decision(made, item.key)) is not None]
    some = random.Random(1).sample(steps, min(effort.steps, len(steps)))
    yield from _percentiles(timed(lambda step: made.decide({step.key: step}), some), group, "decide", 2, 8)
    timing = timed(lambda least: merge(made, Rule(least), REVIEWER, AT), [3.0] * effort.runs)
    yield timing.row(group, "merge by a majority", "s", 1)


def _decision(made: Adjudication, key: str) -> Decision | None:
    """The answer of most people to an item; None where nobody has a say any more."""
    versions = made.versions(made.comparison.items[key])
    return Decision(key, versions[0].outcome, versions[0].names, REVIEWER, AT) if versions else None


def _percentiles(timing: Timing, group: str, what: str, p50: float | None, p99: float | None) -> Iterator[Row]:
    least = f"min {timing.least * 1e3:.2f}"
    yield Row(group, f"{what}, p50", "ms", timing.at(50) * 1e3, p50, more=least)
    yield Row(group, f"{what}, p99", "ms", timing.at(99) * 1e3, p99, more=f"max {timing.at(100) * 1e3:.2f}")


# -- a reviewer ----------------------------------------------------------------------------------------------------


def _session(folder: Path, schema: Schema, effort: Effort) -> Iterator[Row]:
    group = f"adjudication, a reviewer in a document of {ANNOTATIONS:,} annotations each"
    project = init_project(folder / PROJECT)
    (project.root / SCHEMA_FILE).write_text(_SCHEMA, encoding="utf-8")
    store = open_store(project.database, create=True)
    try:
        store.put_person(Person(REVIEWER, "manager"), AT)
        _add(store, "one", million(), opinions(million(), ANNOTATIONS))
        timing = timed(lambda _: begin(store, schema, "one", REVIEWER), [0])
        yield Row(group, "begin, durable", "s", timing.least)
        timing = timed(lambda _: open_adjudication(lambda: store, schema, "one", REVIEWER), range(effort.runs))
        yield timing.row(group, "open it again", "s", 1)
        session = open_adjudication(lambda: store, schema, "one", REVIEWER)
        gc.collect()
        gc.freeze()
        keys = random.Random(1).sample(sorted(session.adjudication.open), effort.steps)
        yield from _percentiles(timed(partial(_take, session), keys), group, "decide, durable", 3, 8)
        ledger = Ledger(session.adjudication)
        places = [random.Random(place).randrange(len(ledger.shown)) for place in range(effort.steps)]
        yield from _percentiles(timed(lambda place: ledger.next_open(place, 1), places), group, "next open item", 1, 3)
        yield from _percentiles(timed(lambda _: session.undo(), range(effort.steps // 2)), group, "undo", 10, 50)
        yield from _percentiles(timed(lambda _: session.redo(), range(effort.steps // 2)), group, "redo", 10, 50)
        began = time.perf_counter()
        session.merge(Rule(3))
        yield Row(group, "merge by a majority, durable", "s", time.perf_counter() - began)
        began = time.perf_counter()
        session.undo()
        yield Row(group, "undo that", "s", time.perf_counter() - began)
    finally:
        store.close()


def _screen(folder: Path, effort: Effort) -> Iterator[Row]:
    """The same document on a pseudo-terminal."""
    group = f"adjudication, the screen with a document of {ANNOTATIONS:,} annotations each"
    steps = {
        "next open item (n)": f"n*{effort.steps}",
        "take a version, durable (1)": f"1*{effort.steps}",
        "open item before (p)": f"p*{effort.steps}",
    }
    command = [sys.executable, "-m", "annotator.cli", "--project", str(folder / PROJECT), "--as", REVIEWER]
    program = Program([*command, "adjudicate", "one"], steps, ready=b" open ")
    (found,) = Bench(folder, OfScreen()).run(program, times=1)
    for name in steps:
        result = found.step(name)
        if result is not None:
            wall, cpu = (Timing(tuple(ms / 1e3 for ms in result.values(what))) for what in ("last_ms", "cpu_ms"))
            yield from _percentiles(wall, group, f"{name}, key to paint", None, 16)
            yield from _percentiles(cpu, group, f"{name}, CPU", None, None)


def _take(session: AdjudicationSession, key: str) -> None:
    item = session.adjudication.comparison.items[key]
    version = next(iter(session.adjudication.versions(item)), None)
    if version is not None:
        session.take(item, version.outcome, version.names)


def _add(store: Store, document: str, text: str, given: dict[str, Annotations]) -> None:
    store.add_documents([Document.of(text, id=document)], AT)
    for name, layer in given.items():
        key = LayerKey(document, name)
        edit = Edit("Import", tuple(Replacement(None, item) for item in layer.values()))
        store.commit(name, AT, [LayerEdit(key, 0, edit)])
        store.set_layer_state(key, "submitted", name, AT)


# -- a corpus ------------------------------------------------------------------------------------------------------


def _corpus(folder: Path, schema: Schema, effort: Effort) -> Iterator[Row]:
    each = 40
    group = f"adjudication, {effort.documents:,} documents of {len(PEOPLE)} people, {each} annotations each"
    path = folder / "corpus.db"
    store = open_store(path, create=True)
    try:
        text = repeated(article(), 3000)
        for place in range(effort.documents):
            _add(store, f"d{place:05}", f"{place}\n{text}", opinions(text, each))
        timing = timed(lambda _: queue(store, schema), [0])
        yield Row(group, "the queue", "s", timing.least)
        request = StudyRequest()
        began = time.perf_counter()
        found = study(store, "benchmark", schema, request, reopen=partial(open_store, path))
        took = time.perf_counter() - began
        documents = len(found.documents) if found is not None else 0
        yield Row(group, "agreement of everybody", "s", took, 10, more=f"{documents:,} documents")
        began = time.perf_counter()
        report = merge_documents(store, schema, Rule(3), REVIEWER, dry_run=True)
        yield Row(group, "preview of a merge by a majority", "s", time.perf_counter() - began)
        began = time.perf_counter()
        report = merge_documents(store, schema, Rule(3), REVIEWER)
        took = time.perf_counter() - began
        decided, left = report.decided.total(), report.left_open.total()
        yield Row(group, "merge, durable", "s", took, more=f"{number(decided)} decided, {number(left)} open")
        began = time.perf_counter()
        store.undo(REVIEWER, AT)
        yield Row(group, "undo it", "s", time.perf_counter() - began)
    finally:
        store.close()
