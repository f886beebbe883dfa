"""How far five people agree on a corpus: the whole study, on two processors, with the schema of a new project."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from inputs import AT, article, repeated
from report import Row

from annotator.model.annotations import Annotation, Annotations, Argument, Chain, Entity, Event, Fragment, Relation
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.model.schema import Schema
from annotator.store import open_store
from annotator.text.tokens import tokens
from annotator.workflow.agreement import StudyRequest, study
from annotator.workflow.ports import LayerEdit, LayerKey, Store
from annotator.workflow.project import init_project

PEOPLE: Final = ("amal", "badr", "dana", "hadi", "zaid")
MENTIONS: Final = 40
EVENTS: Final = 8
LINKED: Final = 8
"""Of so many mentions one begins a relation; as many chains, to which all belong."""
_LENGTH: Final = 2500
_PROCESSORS: Final = 2
_CORPUS: Final = 1000
_TARGET: Final = 10  # seconds for a corpus of that many documents


@dataclass(frozen=True, slots=True)
class Effort:
    """How many `documents` there are."""

    documents: int = _CORPUS


QUICK: Final = Effort(documents=200)


def measure(folder: Path, effort: Effort) -> Iterator[Row]:
    """The study as everybody makes it; FOLDER is empty and on the disk that databases are on."""
    project = init_project(folder / "project")
    path = Path(project.database)
    group = f"agreement, {effort.documents:,} documents of {len(PEOPLE)} people, {MENTIONS + EVENTS} annotations each"
    store = open_store(path, create=True)
    try:
        _fill(store, project.schema, effort.documents)
        target = _TARGET if effort.documents >= _CORPUS else None
        with _processors() as count:
            began, spent = time.perf_counter(), _cpu()
            found = study(store, "benchmark", project.schema, StudyRequest(), reopen=partial(open_store, path))
            took, spent = time.perf_counter() - began, _cpu() - spent
            measures = len(found.results) if found is not None else 0
            what = f"{measures} measures on {count} processors"
            yield Row(group, what, "s", took, target, more=f"CPU {spent:.1f} s")
            yield Row(group, "stop it", "ms", 1000 * _stopped(store, project.schema, path), 200)
    finally:
        store.close()


@contextmanager
def _processors() -> Iterator[int]:
    """No more than two processors, where the system lets one choose; gives their number."""
    if not hasattr(os, "sched_setaffinity"):
        yield os.cpu_count() or 1
        return
    allowed = os.sched_getaffinity(0)
    some = sorted(allowed)[-_PROCESSORS:]
    os.sched_setaffinity(0, some)
    try:
        yield len(some)
    finally:
        os.sched_setaffinity(0, allowed)


def _cpu() -> float:
    """Seconds of processors, those of ended processes too."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _stopped(store: Store, schema: Schema, path: Path) -> float:
    """Seconds from the wish to stop a study to its end."""
    wished: list[float] = []

    def going(done: int, _total: int) -> bool:
        if done:
            wished.append(time.perf_counter())
        return not wished

    found = study(store, "benchmark", schema, StudyRequest(), going, reopen=partial(open_store, path))
    assert found is None
    return time.perf_counter() - wished[0]


def _fill(store: Store, schema: Schema, count: int) -> None:
    chance = random.Random(1)  # the same corpus in every run
    source = article()
    for number in range(count):
        at = chance.randrange(max(1, len(source) - _LENGTH))
        text = f"{number}\n{repeated(source[at:] + source, _LENGTH)}"
        store.add_documents([Document.of(text, id=f"d{number:05}")], AT)
        for name, layer in opinions(text, schema, chance).items():
            key = LayerKey(f"d{number:05}", name)
            edit = Edit("Import", tuple(Replacement(None, item) for item in layer.values()))
            store.commit(name, AT, [LayerEdit(key, 0, edit)])
            store.set_layer_state(key, "submitted", name, AT)


def opinions(text: str, schema: Schema, chance: random.Random) -> dict[str, Annotations]:
    """What five people say of TEXT: of an entity in five something different, and one event in ten missed."""
    words = [word for word in tokens(text) if word[1] - word[0] > 2]
    places = sorted(chance.sample(range(len(words) - 3), MENTIONS))
    names = [item.name for item in schema.entities]
    truth = [(words[at][0], words[at + chance.randrange(3)][1], chance.choice(names), words[at + 1]) for at in places]
    return {name: _opinion(truth, len(text), schema, chance) for name in PEOPLE}


def _opinion(
    truth: Sequence[tuple[int, int, str, tuple[int, int]]], length: int, schema: Schema, chance: random.Random
) -> Annotations:
    entities: list[Entity] = []
    for number, (start, end, name, _) in enumerate(truth):
        dice = chance.random()
        if dice < 0.08:
            continue  # overlooked
        if dice < 0.16:
            end = min(length, end + 3)  # noqa: PLW2901 - another boundary
        type_name = chance.choice(schema.entities).name if 0.16 < dice < 0.21 else name
        entities.append(Entity(f"e{number}", type_name, (Fragment(start, end),)))
    found: list[Annotation] = [*entities]
    for number in range(EVENTS):
        if chance.random() < 0.9:
            kind = schema.events[number % len(schema.events)] if chance.random() < 0.9 else chance.choice(schema.events)
            fillers = entities[number * 4 : number * 4 + 2]
            arguments = [Argument(role.name, it.id) for role, it in zip(kind.roles, fillers, strict=False)]
            trigger = Fragment(*truth[number * 5][3])
            found.append(Event(f"v{number}", kind.name, (trigger,), tuple(arguments)))
    for number, (one, other) in enumerate(zip(entities[::LINKED], entities[1::LINKED], strict=False)):
        found.append(Relation(f"r{number}", schema.relations[number % len(schema.relations)].name, one.id, other.id))
        found.append(Chain(f"c{number}", tuple(entity.id for entity in entities[number::LINKED])))
    return Annotations(found)
