#!/usr/bin/env python3
"""Make the layers of badr and dana, two of the three people who annotated the article that comes with the project.

    make_corpus.py [--out FOLDER]      write FOLDER/NAME/DOCUMENT.json (default: corpus/annotators)

Each is made as the program makes it: a store, registered people, one operation after the other, submitted at the end,
exported. Ids and times are worked out from the steps, so that the same steps give the same bytes. What the two see
differently, from each other and from amal (`tests/benchmarks/person.py`), is what people who know the guidelines do
see differently: where a name ends, what nests in it, who fills a role, what is one event and what two. The steps are
in `corpus_steps.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

from corpus_steps import PEOPLE, At, Happen, Label, Link, Mark, Mend, Same, Say, Step

from annotator.model.annotations import (
    Annotation,
    Argument,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Note,
    Provenance,
    Relation,
    fragments_of,
    quoted,
)
from annotator.model.operations import (
    Add,
    Batch,
    Operation,
    Relabel,
    Remove,
    Resize,
    SetArgument,
    SetAttribute,
    SetIdentifiers,
    SetMembers,
)
from annotator.store import open_store
from annotator.workflow import people, submission
from annotator.workflow.access import Guarded
from annotator.workflow.export import ExportRequest, export
from annotator.workflow.importing import import_files
from annotator.workflow.ports import LayerKey
from annotator.workflow.project import Project, init_project
from annotator.workflow.session import Session

ROOT: Final = Path(__file__).parents[1]
SEED: Final = ROOT / "seeds" / "000_e0d21f5c204a8027.txt"
MANAGER: Final = "mona"
PACE: Final = timedelta(seconds=9)
"""From one step to the next."""

# -- the steps as operations --------------------------------------------------------------------------------------


class Hand:
    """One person at work on the article."""

    def __init__(self, session: Session, begun: datetime) -> None:
        self.session = session
        self.time = begun
        self.count = 0
        self.place = 0

    def work(self, steps: Sequence[Step]) -> None:
        """Do STEPS, each an operation or several. LookupError for words that are not there."""
        for step in steps:
            self.time += PACE
            for operation in self._operations(step):
                self.session.submit(operation)

    def _operations(self, step: Step) -> Iterator[Operation]:
        match step:
            case At(words):
                self.place = self._find(words, 0).start
            case Mark():
                yield from self._mark(step)
            case Happen():
                yield from self._happen(step)
            case Link(type_name, source, target):
                ends = self._nearest(source).id, self._nearest(target).id
                yield Add(Relation(self._id("relation"), type_name, *ends, provenance=self._made()))
            case Same():
                yield from self._same(step)
            case Label(type_name, value):
                yield Add(DocumentLabel(self._id("label"), type_name, value, self._made()))
            case Say(words, text, flagged):
                on = self._nearest(words).id
                yield Add(Note(self._id("note"), text, on, flagged=flagged, provenance=self._made()))
            case Mend(words, type_name, into):
                yield self._mend(self._nearest(words), type_name, into)

    def _mark(self, step: Mark) -> Iterator[Operation]:
        found = self._next(step.type, step.words)
        entity = Entity(self._id("entity"), step.type, (found,), provenance=self._made())
        yield Add(entity)
        if step.level:
            yield SetAttribute(entity.id, "level", step.level)
        if step.identifier:
            yield SetIdentifiers(entity.id, (step.identifier,))

    def _happen(self, step: Happen) -> Iterator[Operation]:
        found = self._next(step.type, step.words)
        event = Event(self._id("event"), step.type, (found,), provenance=self._made())
        yield Add(event)
        for role, words in step.arguments:
            yield SetArgument(event.id, Argument(role, self._nearest(words).id))
        if step.attributes:
            yield Batch("SetAttribute", tuple(SetAttribute(event.id, *pair) for pair in step.attributes))

    def _same(self, step: Same) -> Iterator[Operation]:
        members = [self._nearest(step.words).id]
        for place, words in step.others:
            there = self._find(words, self._find(place, 0).start)
            members.append(self._nearest(words, there.start).id)
        chain = Chain(self._id("chain"), tuple(members[:2]), self._made())
        yield Add(chain)
        if len(members) > 2:
            yield SetMembers(chain.id, tuple(members))

    def _mend(self, annotation: Annotation, type_name: str, into: str) -> Operation:
        if type_name:
            return Relabel(annotation.id, type_name)
        if not into:
            return Remove((annotation.id,))
        around = fragments_of(annotation)[0]
        return Resize(annotation.id, (self._find(into, around.end - len(into)),))

    # -- where --------------------------------------------------------------------------------------------------------

    def _find(self, words: str, start: int) -> Fragment:
        found = self.session.document.text.find(words, start)
        if found < 0:
            raise LookupError(f"{self.session.who}: no {words!r} from offset {start} on")
        return Fragment(found, found + len(words))

    def _next(self, type_name: str, words: str) -> Fragment:
        """The next place of WORDS that is not of that type yet; the next look begins there."""
        found = self._find(words, self.place)
        taken = {(span.type, span.start, span.end) for span in self.session.index.in_order()}
        while (type_name, *found) in taken:
            found = self._find(words, found.start + 1)
        self.place = found.start
        return found

    def _nearest(self, words: str, place: int | None = None) -> Annotation:
        """The annotation of WORDS that lies nearest to PLACE, or to where the hand is."""
        at, text = self.place if place is None else place, self.session.document.text
        spans = [a for a in self.session.annotations.values() if isinstance(a, Entity | Event)]
        found = [a for a in spans if quoted(text, a.fragments) == words]
        if not found:
            raise LookupError(f"{self.session.who} has not marked {words!r}")
        return min(found, key=lambda a: abs(a.fragments[0].start - at))

    # -- who and when -------------------------------------------------------------------------------------------------

    def _id(self, kind: str) -> str:
        self.count += 1
        found = blake2b(f"{self.session.who}:{self.count}".encode(), digest_size=6)
        return f"{kind[0]}-{found.hexdigest()}"

    def _made(self) -> Provenance:
        return Provenance("human", self.session.who, self.time.isoformat(timespec="milliseconds")[:-6] + "Z")


# -- the project --------------------------------------------------------------------------------------------------


def make(project: Project, out: Path) -> None:
    """Let everybody of `PEOPLE` annotate the article in PROJECT; write the layers to folders of OUT."""
    store = open_store(project.database, create=True)
    try:
        guarded = Guarded(store, people.at_work(store, MANAGER))
        import_files(guarded, [SEED], who=MANAGER)
        for name, (begun, steps) in PEOPLE.items():
            annotate(Guarded(store, people.add(guarded, name)), project, begun, steps)
            export(guarded, project.schema, ExportRequest("json", name, out / name))
    finally:
        store.close()


def annotate(store: Guarded, project: Project, begun: datetime, steps: Sequence[Step]) -> None:
    """Do STEPS as the person of STORE, and submit. ValueError when something stands in the way of that."""
    key, name = LayerKey(SEED.stem, store.person.name), store.person.name
    session = Session(lambda: store, project.schema, store.document(key.document), store.layer(key), name)
    Hand(session, begun).work(steps)
    if problems := submission.submit(store, project.schema, key, name):
        raise ValueError(f"{name}: {problems[0].what} ({problems[0].id})")


def main() -> int:
    """Make them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "corpus" / "annotators", metavar="FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(init_project(Path(folder) / "project"), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
