"""A scripted person labels the first three paragraphs of the seed article, by keys alone.

    person.py                      label through the screen without a terminal; print what each annotation cost in keys
    person.py --keys FILE          write the keys down as well
    person.py --replay FILE        press the keys of FILE in the real program on a pseudo-terminal instead
    ... --out FILE                 write the layer as native JSON, as `annotator export` does

What stands on a hint is read from the screen's mode, as a person reads it off the letters; everything else is typed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from pseudo_terminal import Terminal
from textual.pilot import Pilot

from annotator.model.annotations import Annotations, fragments_of, quoted
from annotator.model.documents import Document
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.launch import Launch
from annotator.tui.modes import keys_for
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.workflow.document_labels import label_values
from annotator.workflow.export import ExportRequest, export
from annotator.workflow.people import add
from annotator.workflow.ports import LayerKey
from annotator.workflow.project import Project, init_project
from annotator.workflow.session import now
from annotator.workflow.submission import submit

SEED = Path(__file__).parents[2] / "seeds" / "000_e0d21f5c204a8027.txt"
SIZE = (160, 50)
WHO = "amal"
TYPED = {"slash": "/", "equals_sign": "=", "semicolon": ";", "percent_sign": "%", "number_sign": "#"} | {
    "escape": "ESC",
    "enter": "ENTER",
    "space": "SPACE",
    "ctrl+u": "C-u",
    "ctrl+home": "C-HOME",
}
PAUSES = {"ESC": 0.3, "ENTER": 0.3, "/": 0.3, ";": 0.4, "%": 0.4, "#": 0.4}
"""Seconds of silence after a key: soon after Esc another key would be Alt and that key; the others move the focus."""
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


@dataclass(slots=True)
class Person:
    """Presses keys and writes them down; `costs` holds, by kind of annotation, the keys of each after moving there."""

    pilot: Pilot[None]
    screen: AnnotateScreen
    keys: list[str] = field(default_factory=list)
    costs: dict[str, list[int]] = field(default_factory=dict)

    async def press(self, *keys: str) -> None:
        """Press and write down."""
        for key in keys:
            self.keys.append(TYPED.get(key, key))
            await self.pilot.press(key)

    async def find(self, words: str) -> None:
        """Go to the next place of WORDS and select it."""
        await self.press("slash", "ctrl+u", *words, "enter")
        selection = self.screen.pane.state.selection or (0, 0)
        if self.screen.pane.text[slice(*selection)] != words:
            raise LookupError(f"found {self.screen.pane.text[slice(*selection)]!r} instead of {words!r}")

    async def cost(self, kind: str, *keys: str) -> None:
        """Press KEYS and count them."""
        await self.press(*keys)
        self.costs.setdefault(kind, []).append(len(keys))

    def letters(self, words: str) -> str:
        """The nearest hint on WORDS."""
        session, mode = self.screen.session, self.screen._mode
        for hint in mode.hints if mode is not None and session is not None else ():
            if session is None or not isinstance(hint.thing, str):
                continue
            if quoted(session.document.text, fragments_of(session.annotations[hint.thing])) == words:
                return hint.keys
        raise LookupError(f"no letters on {words}")

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
        self.costs.setdefault(f"event with {len(arguments)} arguments", []).append(len(self.keys) - before)

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
            self.costs.setdefault("relation", []).append(len(self.keys) - before)
        await self.press("ctrl+home")
        await self.find(CHAIN[0])
        before = len(self.keys)
        await self.press("equals_sign")
        for words in CHAIN[1:]:
            await self.press(*self.letters(words))
        await self.press("escape")
        self.costs["chain of three"] = [len(self.keys) - before]
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
        self.costs["attribute"] = [len(self.keys) - before]
        await self.find(NOTE[0])
        await self.cost("note", "semicolon", *("space" if letter == " " else letter for letter in NOTE[1]), "enter")
        before = len(self.keys)
        await self.press("percent_sign")
        values = [(value.type, value.value) for value in label_values(self.screen._app.schema, Annotations())]
        keys = keys_for([""] * len(values), taken="q")
        await self.press(*(keys[values.index(label)] for label in LABELS), "escape")
        self.costs["labels of the document"] = [len(self.keys) - before]

    def choice(self, name: str) -> str:
        """The key of the choice whose title begins with NAME."""
        mode = self.screen._mode
        assert mode is not None
        return next(choice.key for choice in mode.choices if choice.title.startswith(name))


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
    first = read_first(Path(project.database), WHO, WHO)
    app = AnnotatorApp(Launch(project, WHO, lambda: open_store(project.database), first))
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen_stack[0]
        assert isinstance(screen, AnnotateScreen)
        person = Person(pilot, screen)
        await person.work()
    return person


def replay(project: Project, keys: list[str]) -> None:
    """Press KEYS in the real program, each when the frame of the one before is there."""
    command = [sys.executable, "-m", "annotator.cli", "--project", str(project.root), "--as", WHO]
    terminal = Terminal(command, columns=SIZE[0], rows=SIZE[1], env={"ANNOTATOR_RTL": "visual"})
    try:
        terminal.drain(0.7, 30)
        for key in keys:
            terminal.press(key)
            terminal.drain(PAUSES.get(key, 0.06), 5)
        terminal.press("C-q")
        terminal.drain(1, 5)
    finally:
        terminal.close()


def main() -> int:
    """Record, perhaps replay, and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder) / "project")
        costs: dict[str, list[int]] = {}
        if options.replay is not None:
            replay(project, json.loads(options.replay.read_text(encoding="utf-8")))
        else:
            person = asyncio.run(record(project))
            costs = person.costs
            if options.keys is not None:
                keys = json.dumps(person.keys, ensure_ascii=False)
                options.keys.write_text(f"{keys}\n", encoding="utf-8")
        store = open_store(project.database)
        key = LayerKey(SEED.stem, WHO)
        annotations = store.layer(key).annotations
        problems = submit(store, project.schema, key, WHO)
        if options.out is not None:
            export(store, project.schema, ExportRequest("json", WHO, options.out))
        store.close()
    entities, events = len(annotations.entities), len(annotations.events)
    print(f"{len(annotations)} annotations, {entities} entities, {events} events, {len(problems)} problems")
    if costs:
        print(f"{'keys after moving there':34} {'n':>4} {'least':>6} {'median':>7} {'most':>6}")
    for kind, found in costs.items():
        print(f"{kind:34} {len(found):4} {min(found):6} {statistics.median(found):7.1f} {max(found):6}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
