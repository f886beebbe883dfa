"""A scripted person labels the first three paragraphs of the seed article, by keys alone.

    person.py                      label through the screen without a terminal; print what each annotation cost in keys
    person.py --keys FILE          write the keys down as well
    person.py --replay FILE        press the keys of FILE in the real program on a pseudo-terminal instead
    ... --out FILE                 write the layer as native JSON, as `annotator export` does

What stands on a hint is read from the screen's mode, as a person reads it off the letters; everything else is typed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripted import SEED, SIZE, Hand, program, report, work

from annotator.model.annotations import Annotations
from annotator.model.documents import Document
from annotator.store import open_store
from annotator.tui.modes import keys_for
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.workflow.document_labels import label_values
from annotator.workflow.people import add
from annotator.workflow.ports import LayerKey
from annotator.workflow.project import Project, init_project
from annotator.workflow.session import now
from annotator.workflow.submission import submit

WHO = "amal"
ISLAND = 'ميليشيات أسد و" لواء القدس الفلسطيني'
DAESH = 'تنظيم "داعش"'
COUNTRYSIDE = "أرياف الرقة ودير الزور وحمص وحماة"

# Each paragraph: where it starts, its mentions (words, key) in text order, its events (trigger, type, arguments).
PARAGRAPHS: list[tuple[str, list[tuple[str, str]], list[tuple[str, str, list[tuple[str, str]]]]]] = [
    (
        "تتزايد",
        [
            *(("ميليشيا أسد", "a"), ("القوات الرديفة", "a"), (COUNTRYSIDE, "l"), ("الرقة", "g"), ("دير الزور", "g")),
            *(("حمص", "g"), ("حماة", "g"), ("مناطق البادية السورية", "l"), ("البادية السورية", "l"), ("السورية", "r")),
            *(("الاحتلال الروسي", "a"), ("الروسي", "r"), (DAESH, "a")),
        ],
        [
            (
                "خسائر",
                "Loss",
                [("Loser", "ميليشيا أسد"), ("Loser", "القوات الرديفة"), ("Place", "مناطق البادية السورية")],
            ),
            ("العمليات", "Operation", [("Place", COUNTRYSIDE)]),
            (
                "عملية",
                "Operation",
                [("Sponsor", "الاحتلال الروسي"), ("Target", DAESH), ("Place", "مناطق البادية السورية")],
            ),
        ],
    ),
    (
        "وقالت",
        [
            *(("مصادر محلية", "p"), ("دير الزور", "g"), ("أورينت نت", "m"), ("اليوم الثلاثاء", "d"), (ISLAND, "a")),
            *(("ميليشيات أسد", "a"), ("لواء القدس الفلسطيني", "a"), ("القدس", "g"), ("الفلسطيني", "r")),
            *(("عناصرها", "p"), (DAESH, "a"), ("البوكمال", "g"), ("دير الزور", "g")),
        ],
        [
            ("قالت", "Announce", [("Speaker", "مصادر محلية"), ("Medium", "أورينت نت"), ("Time", "اليوم الثلاثاء")]),
            ("فقدت", "Loss", [("Loser", ISLAND), ("Lost", "عناصرها")]),
            ("كمائن", "Attack", [("Attacker", DAESH), ("Target", "عناصرها"), ("Place", "البوكمال")]),
        ],
    ),
    (
        "كما ذكرت",
        [
            *(("عين الفرات", "m"), ("لواء القدس", "a"), ("القدس", "g"), ("خمسة", "c"), ("القيادي", "j")),
            *(("حميد النعيمي", "p"), ("داعش", "a"), ("بلدة الصالحية", "g"), ("ريف البوكمال", "l"), ("البوكمال", "g")),
            ("اليومين الماضيين", "d"),
        ],
        [
            ("فقد", "Loss", [("Loser", "لواء القدس"), ("Lost", "حميد النعيمي"), ("Count", "خمسة")]),
            ("هجوم", "Attack", [("Attacker", "داعش"), ("Place", "بلدة الصالحية"), ("Time", "اليومين الماضيين")]),
        ],
    ),
]
RELATIONS = [("حميد النعيمي", "LeaderOf", "لواء القدس"), ("بلدة الصالحية", "PartOf", "ريف البوكمال")]
CHAIN = [DAESH, DAESH, "داعش"]
IDENTIFIER = "Q:Q2429253"
COMMON_NOUN = "مصادر محلية"
NOTE = ("صحفات محلية", "خطأ طباعي في الأصل")
LABELS = [("genre", "news"), ("topic", "conflict")]


class Person(Hand):
    """Amal."""

    async def event(self, trigger: str, kind: str, arguments: list[tuple[str, str]]) -> None:
        """Label TRIGGER and fill its roles."""
        await self.find(trigger)
        before = len(self.keys)
        label = self.screen._app.schema.event[kind]
        await self.press(label.hotkey, "e")
        for role, words in arguments:
            found = label.role(role)
            assert found is not None
            await self.press(found.hotkey)
            await self.press(*self.letters(words))
        await self.press("escape")
        self.count(f"event with {len(arguments)} arguments", before)

    async def work(self) -> None:
        """Label everything."""
        for start, mentions, events in PARAGRAPHS:
            await self.press("ctrl+home")
            await self.find(start)
            await self.press("escape")
            for words, key in mentions:
                await self.find(words)
                await self.cost("mention", key)
            await self.press("ctrl+home")
            await self.find(start)
            await self.press("escape")
            for event in events:
                await self.event(*event)
        await self.press("ctrl+home")
        for source, name, target in RELATIONS:
            await self.find(source)
            before = len(self.keys)
            await self.press("i")
            await self.press(self.choice(name))
            await self.press(*self.letters(target))
            self.count("relation", before)
        await self.press("ctrl+home")
        await self.find(CHAIN[0])
        before = len(self.keys)
        await self.press("equals_sign")
        for words in CHAIN[1:]:
            await self.press(*self.letters(words))
        await self.press("escape")
        self.count("chain of three", before)
        await self.rest()

    async def rest(self) -> None:
        """What is said of a mention, of its chain, of a word, and of the document."""
        await self.press("ctrl+home")
        await self.find(CHAIN[0])
        await self.cost("identifier of a chain", "number_sign", *IDENTIFIER, "space", "+", "enter")
        await self.press("ctrl+home")
        await self.find(COMMON_NOUN)
        before = len(self.keys)
        await self.press("b")
        await self.press(self.choice("level"), "escape")
        self.count("attribute", before)
        await self.find(NOTE[0])
        before = len(self.keys)
        await self.press("semicolon")
        await self.type(NOTE[1])
        await self.press("enter")
        self.count("note", before)
        before = len(self.keys)
        await self.press("percent_sign")
        values = [(value.type, value.value) for value in label_values(self.screen._app.schema, Annotations())]
        keys = keys_for([""] * len(values), taken="q")
        await self.press(*(keys[values.index(label)] for label in LABELS), "escape")
        self.count("labels of the document", before)


def make_project(folder: Path) -> Project:
    """A project with the article in it, and the person registered."""
    project = init_project(folder)
    store = open_store(project.database, create=True)
    add(store, WHO)
    store.add_documents([Document.of(SEED.read_text(encoding="utf-8"), id=SEED.stem, source=SEED.name)], now())
    store.close()
    return project


async def record(project: Project) -> Person:
    """Label through the screen, without a terminal."""
    app = program(project, WHO)
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen_stack[0]
        assert isinstance(screen, AnnotateScreen)
        person = Person(pilot, screen)
        await person.work()
    return person


def main() -> int:
    """Record, perhaps replay, and report."""
    with work(__doc__, WHO, make_project, record) as done:
        store = open_store(done.project.database)
        key = LayerKey(SEED.stem, WHO)
        annotations = store.layer(key).annotations
        problems = submit(store, done.project.schema, key, WHO)
        done.write(store, WHO)
        store.close()
    entities, events = len(annotations.entities), len(annotations.events)
    print(f"{len(annotations)} annotations, {entities} entities, {events} events, {len(problems)} problems")
    report(done.costs, "keys after moving there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
