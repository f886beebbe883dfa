"""A scripted reviewer settles what three people differ on in the seed article, by keys alone.

    reviewer.py                      decide through the screen without a terminal; print what each decision cost in keys
    reviewer.py --keys FILE          write the keys down as well
    reviewer.py --replay FILE        press the keys of FILE in the real program on a pseudo-terminal instead
    ... --out FILE                   write gold as native JSON, as `annotator export` does

A majority decides first. What it leaves open, and where it is wrong, the reviewer decides: by number, as nothing, or
by an edit, with reasons where the guidelines have to learn something.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripted import SEED, SIZE, Hand, program, report, work

from annotator.adjudication.decisions import REASONS
from annotator.adjudication.items import Item, Kind
from annotator.store import open_store
from annotator.tui.screens.adjudicate import AdjudicateScreen
from annotator.tui.screens.adjudicate_words import summary
from annotator.workflow import people
from annotator.workflow.access import Guarded
from annotator.workflow.importing import import_files
from annotator.workflow.ports import GOLD, LayerKey
from annotator.workflow.project import Project, init_project
from annotator.workflow.submission import submit

LAYERS: Final = Path(__file__).parents[2] / "corpus" / "annotators"
ANNOTATORS: Final = ("amal", "badr", "dana")
MANAGER: Final = "mona"
WHO: Final = "rana"
SECONDS: Final = 20.0
"""Only a broken program takes that long to open a document, or to merge."""


@dataclass(frozen=True, slots=True)
class Settle:
    """The item of KIND about WORDS: `take` names one of those whose version is right, or is nobody for "nothing"."""

    kind: Kind
    label: str
    words: str
    take: str = ""
    reason: str = ""
    note: str = ""


NOBODY: Final = ""
DECISIONS: Final = (
    Settle("role", "Operation", "الاحتلال الروسي", "amal", "slip"),
    Settle("attribute", "tense", "فقدت", "badr"),
    Settle("filler", "Loser", "فقدت", "badr"),
    Settle("boundary", "LOC", "المنطقة الممتدة حتى البوكمال", NOBODY, "unclear", "المنطقة هنا وصف لا اسم"),
    Settle("relation", "", "لواء القدس · حميد النعيمي", "badr", "gap", "القيادي ليس بالضرورة قائد اللواء"),
    Settle("attribute", "modality", "كمائن", "badr", "slip"),
    Settle("missing", "Announce", "ذكرت", "badr", "slip"),
    Settle("attribute", "identifiers", "داعش", "amal"),
)
"""After the merge: first what is open, then where the majority is wrong."""


class Reviewer(Hand):
    """Rana."""

    @property
    def desk(self) -> AdjudicateScreen:
        """The screen."""
        assert isinstance(self.screen, AdjudicateScreen)
        return self.screen

    async def settled(self) -> None:
        """Wait until the screen has done what it is at."""
        async with asyncio.timeout(SECONDS):
            while self.desk.session is None or self.desk.busy:  # noqa: ASYNC110 - a screen tells nobody when it is ready
                await asyncio.sleep(0.02)
        await self.pilot.pause()

    async def go_to(self, item: Item) -> None:
        """Move to ITEM, by the shortest way."""
        ledger, desk = self.desk.ledger, self.desk
        assert ledger is not None
        before, place = len(self.keys), ledger.places[item.key]
        if place != desk._place:
            following = (("n", ledger.next_open(desk._place, 1)), ("p", ledger.next_open(desk._place, -1)))
            steps = ["N" if place > desk._place else "P"] * abs(place - desk._place)
            await self.press(*next(([key] for key, there in following if there == place), steps))
        if desk.item is not item:
            raise LookupError(f"at {desk.item} instead of {item}")
        self.count("moving to it", before)

    def find_item(self, kind: str, label: str, words: str) -> Item:
        """The item of KIND that the list shows with LABEL and WORDS."""
        session, ledger = self.desk.session, self.desk.ledger
        assert session is not None
        assert ledger is not None
        made, text = session.adjudication, session.document.text
        for item in ledger.shown:
            said = summary(made, text, item)
            about = text[item.start : item.end]
            if item.kind == kind and said.label == label and words in {said.words, about}:
                return item
        raise LookupError(f"nobody differs on {kind} {label} {words}")

    def version(self, item: Item, name: str) -> int:
        """The number of the version that NAME is for."""
        assert self.desk.item is item
        return next(number for number, version in enumerate(self.desk.versions()) if name in version.names)

    async def settle(self, wanted: Settle) -> None:
        """Take the right version, and say why where that is worth it."""
        item = self.find_item(wanted.kind, wanted.label, wanted.words)
        await self.go_to(item)
        key = str(self.version(item, wanted.take) + 1) if wanted.take else "0"
        await self.cost("a version" if wanted.take else "nothing here", key)
        if wanted.reason:
            await self.go_to(item)
            await self.explain(wanted.reason, wanted.note)

    async def explain(self, reason: str, note: str) -> None:
        """Say why the current item was decided so."""
        before, place = len(self.keys), list(REASONS).index(reason)
        await self.press("r")
        if note:
            await self.press(*["down"] * (place + 1), "tab")
            await self.type(note)
            await self.press("enter")
        else:
            await self.press(str(place + 1))
        self.count("a reason with a note" if note else "a reason", before)

    async def hesitate(self, wanted: Settle) -> None:
        """Take the wrong version, and take that back."""
        item = self.find_item(wanted.kind, wanted.label, wanted.words)
        await self.go_to(item)
        await self.press(str(2 - self.version(item, wanted.take)))
        await self.cost("undo", "u")
        await self.settled()

    async def mend(self) -> None:
        """Of a trigger split in two: take what amal has, and add the second operation, which nobody saw."""
        item = self.find_item("split", "Operation", "إطلاق عملية عسكرية")
        await self.go_to(item)
        before = len(self.keys)
        await self.press(*["down"] * (self.version(item, "amal") - self.desk._version), "e")
        await self.find("تمشيط")
        kind = self.desk._app.schema.event["Operation"]
        target = kind.role("Target")
        assert target is not None
        await self.press(kind.hotkey, "e", target.hotkey)
        await self.press(*self.letters('تنظيم "داعش"'))
        await self.press("escape")
        while self.desk.editing:
            await self.press("escape")
        self.count("an edit: a version and an event", before)

    async def work(self) -> None:
        """Decide everything."""
        await self.settled()
        await self.cost("a merge by majority", "m", "enter")
        await self.settled()
        await self.mend()
        await self.hesitate(DECISIONS[0])
        for decision in DECISIONS:
            await self.settle(decision)


def make_project(folder: Path) -> Project:
    """A project with what the three annotators submitted."""
    project = init_project(folder)
    store = open_store(project.database, create=True)
    try:
        manager = Guarded(store, people.at_work(store, MANAGER))
        people.add(manager, WHO, "reviewer")
        for name in ANNOTATORS:
            people.add(manager, name)
        outcome = import_files(manager, [LAYERS], schema=project.schema, who=MANAGER)
        for name in ANNOTATORS:
            if found := submit(manager, project.schema, LayerKey(SEED.stem, name), MANAGER):
                raise ValueError(f"{name}: {found[0].what}; {outcome.failed}")
    finally:
        store.close()
    return project


async def record(project: Project) -> Reviewer:
    """Decide through the screen, without a terminal."""
    app = program(project, WHO)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("shift+f2")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, AdjudicateScreen)
        reviewer = Reviewer(pilot, screen, ["S-F2"])
        await reviewer.work()
    return reviewer


def main() -> int:
    """Record, perhaps replay, and report."""
    with work(__doc__, WHO, make_project, record) as done:
        store = open_store(done.project.database)
        gold = store.layer(LayerKey(SEED.stem, GOLD)).annotations
        progress = store.adjudications()[SEED.stem]
        done.write(store, GOLD)
        store.close()
    keys, items = len(done.keys), progress.items
    print(f"{items} items, {progress.open} open, {keys} keys, {keys / items:.1f} for an item")
    print(f"{len(gold)} annotations, {len(gold.entities)} entities, {len(gold.events)} events")
    report(done.costs, "keys")
    return 0 if progress.done else 1


if __name__ == "__main__":
    sys.exit(main())
