"""What scripted people share: keys are pressed and written down without a terminal, then pressed again on one."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pseudo_terminal import Terminal
from textual.pilot import Pilot

from annotator.model.annotations import fragments_of, quoted
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.launch import Launch
from annotator.tui.screens.adjudicate import AdjudicateScreen
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.workflow.export import ExportRequest, export
from annotator.workflow.ports import Store
from annotator.workflow.project import Project

SEED: Final = Path(__file__).parents[2] / "seeds" / "000_e0d21f5c204a8027.txt"
SIZE: Final = (160, 50)
TYPED: Final[Mapping[str, str]] = (
    dict(zip(("slash", "equals_sign", "semicolon", "percent_sign", "number_sign"), "/=;%#", strict=True))
    | {name: name.upper() for name in ("enter", "space", "down", "tab")}
    | {"escape": "ESC", "ctrl+home": "C-HOME", "ctrl+u": "C-u", "ctrl+r": "C-r"}
)
"""Textual's names of keys as a pseudo-terminal knows them; the others are the same."""
PAUSE: Final = 0.025


@dataclass(slots=True)
class Hand:
    """Presses keys and writes them down; `costs` holds, by what was done, how many keys it took each time."""

    pilot: Pilot[None]
    screen: AnnotateScreen | AdjudicateScreen
    keys: list[str] = field(default_factory=list)
    costs: dict[str, list[int]] = field(default_factory=dict)

    async def press(self, *keys: str) -> None:
        """Press and write down."""
        for key in keys:
            self.keys.append(TYPED.get(key, key))
            await self.pilot.press(key)

    async def type(self, text: str) -> None:
        """Press the keys of TEXT."""
        await self.press(*("space" if letter == " " else letter for letter in text))

    async def find(self, words: str) -> None:
        """Go to the next place of WORDS and select it."""
        await self.press("slash", "ctrl+u", *words, "enter")
        selection = self.screen.pane.state.selection or (0, 0)
        if self.screen.pane.text[slice(*selection)] != words:
            raise LookupError(f"found {self.screen.pane.text[slice(*selection)]!r} instead of {words!r}")

    def letters(self, words: str) -> str:
        """The nearest hint on WORDS."""
        session, mode = self.screen.session, self.screen._mode
        for hint in mode.hints if mode is not None and session is not None else ():
            if session is None or not isinstance(hint.thing, str):
                continue
            if quoted(session.document.text, fragments_of(session.annotations[hint.thing])) == words:
                return hint.keys
        raise LookupError(f"no letters on {words}")

    def choice(self, name: str) -> str:
        """The key of the choice whose title begins with NAME."""
        mode = self.screen._mode
        if mode is None:
            raise LookupError(f"there is no {name} to choose")
        return next(choice.key for choice in mode.choices if choice.title.startswith(name))

    async def cost(self, kind: str, *keys: str) -> None:
        """Press KEYS and count them."""
        before = len(self.keys)
        await self.press(*keys)
        self.count(kind, before)

    def count(self, kind: str, before: int) -> None:
        """Count the keys since there were BEFORE of them."""
        self.costs.setdefault(kind, []).append(len(self.keys) - before)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of the work: the `keys` that were pressed, and their `costs` where they were counted."""

    project: Project
    keys: Sequence[str]
    costs: Mapping[str, Sequence[int]]
    out: Path | None

    def write(self, store: Store, layer: str) -> None:
        """Write LAYER as native JSON, where that is asked for."""
        if self.out is not None:
            export(store, self.project.schema, ExportRequest("json", layer, self.out))


@contextmanager
def work(
    about: str | None,
    who: str,
    make_project: Callable[[Path], Project],
    record: Callable[[Project], Coroutine[Any, Any, Hand]],
) -> Iterator[Done]:
    """What the command line asks for, of a script that ABOUT tells of, in a project that is gone afterwards.

    WHO does it as RECORD says, or the keys that were written down are pressed again.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--hurried", action="store_true")
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder) / "project")
        if options.replay is not None:
            keys = read_keys(options.replay)
            replay(project, who, keys, hurried=options.hurried)
            yield Done(project, keys, {}, options.out)
            return
        hand = asyncio.run(record(project))
        if options.keys is not None:
            write_keys(options.keys, hand.keys)
        yield Done(project, hand.keys, hand.costs, options.out)


def program(project: Project, who: str) -> AnnotatorApp:
    """The program as WHO begins with it."""
    first = read_first(Path(project.database), who, who)
    return AnnotatorApp(Launch(project, who, lambda: open_store(project.database), first))


def replay(project: Project, who: str, keys: Sequence[str], *, hurried: bool = False) -> None:
    """Press KEYS in the real program, each when the frame of the one before is there; HURRIED, without waiting for it.

    Only after Esc nobody can be that fast: with the next key it would be Alt and that key.
    """
    command = [sys.executable, "-m", "annotator.cli", "--project", str(project.root), "--as", who]
    with Terminal(command, columns=SIZE[0], rows=SIZE[1], env={"ANNOTATOR_RTL": "visual"}) as terminal:
        terminal.settle(0.7, 60)
        for key in keys:
            terminal.press(key)
            if key == "ESC" or not hurried:
                terminal.settle(0.12 if key == "ESC" else PAUSE, 20)
        terminal.settle(1, 60)
        terminal.press("C-q")
        terminal.settle(1, 20)


def write_keys(path: Path, keys: Sequence[str]) -> None:
    """Write KEYS down."""
    path.write_text(f"{json.dumps(keys, ensure_ascii=False)}\n", encoding="utf-8")


def read_keys(path: Path) -> list[str]:
    """The keys that were written down."""
    return [str(key) for key in json.loads(path.read_text(encoding="utf-8"))]


def report(costs: Mapping[str, Sequence[int]], title: str) -> None:
    """Print COSTS as a table."""
    if costs:
        print(f"{title:34} {'n':>4} {'least':>6} {'median':>7} {'most':>6}")
    for kind, found in costs.items():
        print(f"{kind:34} {len(found):4} {min(found):6} {statistics.median(found):7.1f} {max(found):6}")
