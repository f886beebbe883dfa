"""The screen as a person meets it: key to paint and start-up on a pseudo-terminal of 120x40, SLATE beside it.

The same text, and as many annotations, are opened in SLATE (`slate-nlp` of PyPI) in the same run, by turns. Its keys
differ: the next word is RIGHT, a label is SPACE and a letter, saving is `s` and not flushed to the disk. Python's
bytecode lies in a folder of the benchmark, so that no start compiles anything. Times are until the last byte drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import inputs
from latency import Pace, Result, Start, parse_keys, run_step, start_up
from pseudo_terminal import SYNC_END, EndedError, Terminal
from report import Row, number, percentile

ABSENT: Final = "not installed"
ENDED: Final = "ended"
_BARE: Final = Path(__file__).with_name("bare.py")
_FLOOR: Final = Path(__file__).with_name("floor.py")
_FLOOR_MS: Final = (2.0, 4.0)  # what a move and a label of ours take, without the disk
_SLATE_PACE: Final = Pace(quiet=0.12, timeout=4.0)  # it pauses between the writes of one frame for as long as 60 ms
_QUIET_START_S: Final = 0.7


@dataclass(frozen=True, slots=True)
class Effort:
    """How often things are repeated: programs started, keys pressed in each."""

    runs: int = 2
    starts: int = 7
    moves: int = 100
    pages: int = 40
    labels: int = 40


QUICK: Final = Effort(runs=1, starts=5, moves=40, pages=16, labels=24)


@dataclass(slots=True)
class Measured:
    """What one program did in all its runs; `why` it could not be measured, if so."""

    starts: list[Start] = field(default_factory=list)
    steps: dict[str, Result] = field(default_factory=dict)
    rss_mb: float = 0.0
    why: str = ""

    def step(self, name: str) -> Result | None:
        """The presses of the step called NAME, if it drew anything."""
        found = self.steps.get(name)
        return found if found is not None and (found.presses or found.held) else None

    def start(self, name: str) -> float | None:
        """The median of a value of all starts."""
        return percentile([getattr(start, name) for start in self.starts], 50) if self.starts else None


@dataclass(frozen=True, slots=True)
class Program:
    """A program to measure: its command, the steps of `latency` by what they mean, and how patient to be.

    Steps before a ` / ` are pressed, but not measured. A `peer` is only compared with: when it ends, the rest goes on.
    `restore` is called before each start; what is `ready` must have been drawn before a start counts as done.
    """

    argv: Sequence[str]
    steps: Mapping[str, str] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    peer: bool = False
    restore: Callable[[], None] = lambda: None
    ready: bytes | None = None


class Bench:
    """Runs programs with a home of their own in FOLDER, where Python's bytecode is kept too."""

    def __init__(self, folder: Path, effort: Effort) -> None:
        self.folder = folder
        self.effort = effort
        self.env: dict[str, str | None] = {
            "ANNOTATOR_USER": inputs.WHO,
            "ANNOTATOR_PROJECT": None,
            "ANNOTATOR_RTL": None,
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONUNBUFFERED": None,
            "PYTHONDONTWRITEBYTECODE": None,
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }

    def annotator(self, made: inputs.Input, steps: Mapping[str, str] | None = None) -> Program:
        """This program on the project of MADE."""
        return Program(
            [sys.executable, "-m", "annotator.cli", "--project", str(made.project.root)],
            {name: keys.format(e=self.effort) for name, keys in (steps or {}).items()},
            restore=made.restore,
            ready=SYNC_END,
        )

    def slate(self, made: inputs.Input, steps: Mapping[str, str]) -> Program | None:
        """SLATE on the same text, None when it is not installed."""
        if find_spec("slate") is None:
            return None
        effort = self.effort
        less = replace(effort, moves=effort.moves // 2, pages=effort.pages // 2, labels=effort.labels // 3)
        argv = [sys.executable, "-m", "slate", str(made.slate_file), "-o"]
        keys = {name: keys.format(e=less) for name, keys in steps.items()}
        return Program(argv, keys, _SLATE_PACE, peer=True, restore=made.restore)

    def bare(self, steps: Mapping[str, str] | None = None) -> Program:
        """The least Textual application."""
        keys = {name: keys.format(e=self.effort) for name, keys in (steps or {}).items()}
        return Program([sys.executable, str(_BARE)], keys, ready=SYNC_END)

    def floor(self) -> Program:
        """No program at all: as much time in a loop, and for a label one block flushed to the same disk."""
        move, label = _FLOOR_MS
        steps = {
            f"a bare loop of {move:g} ms": "LEFT*{e.moves}",
            f"a bare loop of {label:g} ms, 4 KiB flushed": "LEFT>p*{e.labels}",
        }
        argv = [sys.executable, str(_FLOOR), str(move), str(label), str(self.folder / "floor")]
        return Program(argv, {name: keys.format(e=self.effort) for name, keys in steps.items()}, ready=SYNC_END)

    def run(self, *programs: Program | None, times: int) -> list[Measured]:
        """Run each program TIMES, by turns, after one start that only compiles. EndedError when one ends by itself."""
        found = [Measured(why="" if program else ABSENT) for program in programs]
        for turn in range(-1, times):
            for program, measured in zip(programs, found, strict=True):
                if program is None or measured.why:
                    continue
                try:
                    self._once(program, measured, warming=turn < 0)
                except EndedError:
                    if not program.peer:
                        raise
                    measured.why = ENDED
        return found

    def _once(self, program: Program, measured: Measured, *, warming: bool) -> None:
        program.restore()
        with Terminal(program.argv, env=self.env, cwd=self.folder) as term:
            start = start_up(term, quiet_s=_QUIET_START_S, ready=program.ready)
            if warming:
                return
            measured.starts.append(start)
            for name, keys in program.steps.items():
                before, _, counted = keys.rpartition(" / ")
                for step in parse_keys(before):
                    run_step(term, step, program.pace)
                for step in parse_keys(counted):
                    result = run_step(term, step, program.pace)
                    measured.steps.setdefault(name, Result(name)).add(result)
            measured.rss_mb = max(measured.rss_mb, term.peak_rss_mb())


def measure(folder: Path, effort: Effort) -> Iterator[Row]:
    """Every number of the screen; FOLDER is empty."""
    bench = Bench(folder, effort)
    made = {
        "article": inputs.make(_new(folder / "article"), inputs.article()),
        "million": inputs.make(_new(folder / "million"), inputs.million(), inputs.SPANS),
        "nested": inputs.make(_new(folder / "nested"), inputs.million(), inputs.SPANS, inputs.NESTED),
        "paragraph": inputs.make(_new(folder / "paragraph"), inputs.long_paragraph()),
    }
    parts: Sequence[Callable[[], Iterator[Row]]] = (
        lambda: _starts(bench, made),
        lambda: _large(bench, made["million"]),
        lambda: _nested(bench, made["nested"]),
        lambda: _small(bench, made["article"]),
        lambda: _paragraph(bench, made["paragraph"]),
    )
    for part in parts:
        yield from part()


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


# -- start-up ------------------------------------------------------------------------------------------------------


def _starts(bench: Bench, made: Mapping[str, inputs.Input]) -> Iterator[Row]:
    group = f"Start-up until all is drawn, median of {bench.effort.starts}"
    programs = (
        bench.bare(),
        bench.annotator(made["article"]),
        bench.annotator(made["million"]),
        bench.annotator(made["paragraph"]),
        bench.slate(made["article"], {}),
        bench.slate(made["million"], {}),
    )
    bare, *ours, slate_small, slate_large = bench.run(*programs, times=bench.effort.starts)
    yield from _start_row(group, "a bare Textual application", bare)
    names = ("the article", "1M characters, 10,000 spans", "a paragraph of 100,000 characters")
    for name, measured, peer, most in zip(names, ours, (slate_small, slate_large, None), (2.0, 2.5, 2.5), strict=True):
        yield from _start_row(group, name, measured, peer)
        wall, floor = measured.start("settled_ms"), bare.start("settled_ms")
        cpu, cpu_floor = measured.start("cpu_ms"), bare.start("cpu_ms")
        if wall and floor and cpu and cpu_floor:
            yield Row(group, f"{name}, of the bare one", "x", wall / floor, most, more=f"CPU x{cpu / cpu_floor:.2f}")


def _start_row(group: str, name: str, measured: Measured, peer: Measured | None = None) -> Iterator[Row]:
    wall, cpu = measured.start("settled_ms"), measured.start("cpu_ms")
    if wall is None or cpu is None:
        return
    least = min(start.settled_ms for start in measured.starts)
    beside = ""
    if peer is not None:
        theirs = peer.start("settled_ms")
        beside = peer.why or (number(theirs) if theirs else "")
    yield Row(group, name, "ms", wall, more=f"min {number(least)}, CPU {number(cpu)}", peer=beside)


# -- keys ----------------------------------------------------------------------------------------------------------

NEXT, BACK, DOWN, PAGE = "next word (LEFT)", "word before (RIGHT)", "line down (DOWN)", "page (PGDN)"
RELABEL, LABEL = "label again and commit (p, g)", "label and commit (p)"
HELD: Final = {"LEFT held at 30 Hz": "LEFT*60@30", "PGDN held at 30 Hz": "PGDN*60@30"}
_OURS: Final = {
    NEXT: "LEFT*{e.moves}",
    DOWN: "DOWN*{e.moves}",
    BACK: "RIGHT*{e.moves}",
    PAGE: "PGDN*{e.pages}",
    RELABEL: "C-HOME / p|g*{e.labels}",
    LABEL: "LEFT>p*{e.labels}",
    **HELD,
}
_SLATE: Final = {
    NEXT: "RIGHT*{e.moves}",
    DOWN: "DOWN*{e.moves}",
    BACK: "LEFT*{e.moves}",
    PAGE: "PGDN*{e.pages}",
    RELABEL: " as| ad*{e.labels}",
    LABEL: "RIGHT> as*{e.labels}",
    "LEFT held at 30 Hz": "RIGHT*60@30",
    "PGDN held at 30 Hz": "PGDN*60@30",
}
_TARGETS: Final[Mapping[str, tuple[float | None, float]]] = {
    NEXT: (3, 8),
    DOWN: (3, 8),
    BACK: (3, 8),
    PAGE: (6, 15),
    RELABEL: (None, 10),
    LABEL: (None, 10),
}


def _large(bench: Bench, made: inputs.Input) -> Iterator[Row]:
    group = "1M characters, 10,000 annotations"
    nothing, textual = bench.floor(), bench.bare({"floor": "DOWN*{e.moves}"})
    programs = (nothing, bench.annotator(made, _OURS), bench.slate(made, _SLATE), textual)
    machine, ours, slate, bare = bench.run(*programs, times=bench.effort.runs)
    yield from _floor_rows(group, machine)
    floor = bare.step("floor")
    if floor is not None:
        yield from _key_rows(group, "a bare Textual application, one row", floor, None, (None, None))
    for name, targets in _TARGETS.items():
        result = ours.step(name)
        if result is None:
            continue
        yield from _key_rows(group, name, result, slate, targets)
        if floor is not None:
            least = percentile(floor.values("cpu_ms"), 50)
            ratio = percentile(result.values("cpu_ms"), 50) / least
            yield Row(group, f"{name}, CPU time of the bare one's", "x", ratio, more=f"{number(least)} ms there")
        theirs = slate.step(name)
        if theirs is not None:
            ratio = percentile(theirs.values("last_ms"), 50) / percentile(result.values("last_ms"), 50)
            yield Row(group, f"{name}, times as fast as SLATE", "x", ratio, 4, at_least=True)
        if name in (NEXT, BACK):
            sizes = result.values("bytes")
            yield Row(group, f"{name}, output", "B", percentile(sizes, 50), 1000, more=f"max {number(max(sizes))}")
        frames = result.values("frames")
        several = sum(count > 1 for count in frames)
        yield Row(group, f"{name}, frames", "most", max(frames), 1, more=f"{several} of {len(frames)} have more")
    for name in HELD:
        yield from _held(group, name, ours.step(name), slate.step(name))
    yield Row(group, "peak memory", "MiB", ours.rss_mb, 110, peer=slate.why or number(slate.rss_mb))


def _nested(bench: Bench, made: inputs.Input) -> Iterator[Row]:
    """Lanes of up to eight levels; the steps and targets of a text whose annotations lie side by side."""
    group = f"1M characters, 10,000 annotations, 3,000 around others to {inputs.DEEPEST} levels"
    programs = bench.floor(), bench.annotator(made, {name: _OURS[name] for name in _TARGETS})
    machine, ours = bench.run(*programs, times=bench.effort.runs)
    yield from _floor_rows(group, machine)
    for name, targets in _TARGETS.items():
        result = ours.step(name)
        if result is not None:
            yield from _key_rows(group, name, result, None, targets)


def _floor_rows(group: str, machine: Measured) -> Iterator[Row]:
    for name, result in machine.steps.items():
        yield from _key_rows(group, name, result, None, (None, None))


def _key_rows(
    group: str, name: str, result: Result, peer: Measured | None, targets: tuple[float | None, float | None]
) -> Iterator[Row]:
    times, cpu = result.values("last_ms"), result.values("cpu_ms")
    theirs = peer.step(name) if peer is not None else None
    silent = f", {result.silent} silent" if result.silent else ""
    for percent, target, more in (
        (50, targets[0], f"min {number(min(times))}, CPU {number(percentile(cpu, 50))}{silent}"),
        (99, targets[1], f"max {number(max(times))}, CPU {number(percentile(cpu, 99))}"),
    ):
        beside = peer.why if peer is not None else ""
        if theirs is not None:
            their_cpu = number(percentile(theirs.values("cpu_ms"), percent))
            beside = f"{number(percentile(theirs.values('last_ms'), percent))}, CPU {their_cpu}"
        yield Row(group, f"{name}, p{percent}", "ms", percentile(times, percent), target, more=more, peer=beside)


def _held(group: str, name: str, ours: Result | None, theirs: Result | None) -> Iterator[Row]:
    if ours is None or not ours.held:
        return
    lag = percentile([held.lag_ms for held in ours.held], 50)
    frames = sum(held.frames for held in ours.held) / sum(held.presses for held in ours.held)
    beside = number(percentile([held.lag_ms for held in theirs.held], 50)) if theirs is not None else ""
    yield Row(group, f"{name}, lag at the end", "ms", lag, 10, more=f"{frames:.2f} frames a press", peer=beside)


def _small(bench: Bench, made: inputs.Input) -> Iterator[Row]:
    group = "The article"
    wanted = (NEXT, DOWN, BACK)
    programs = (
        bench.annotator(made, {name: _OURS[name] for name in wanted}),
        bench.slate(made, {name: _SLATE[name] for name in wanted}),
    )
    ours, slate = bench.run(*programs, times=bench.effort.runs)
    for name in wanted:
        result, theirs = ours.step(name), slate.step(name)
        if result is None:
            continue
        times = percentile(theirs.values("last_ms"), 50) if theirs is not None else None
        yield from _key_rows(group, name, result, slate, (times, None))
    yield Row(group, "peak memory", "MiB", ours.rss_mb, peer=slate.why or number(slate.rss_mb))


def _paragraph(bench: Bench, made: inputs.Input) -> Iterator[Row]:
    group = "A paragraph of 100,000 characters"
    steps = {
        NEXT: "LEFT*{e.pages}",
        DOWN: "DOWN*{e.moves}",
        PAGE: "PGDN*{e.pages}",
        "to the end (Ctrl+End)": "C-END*1",
        "word before, at the end": "RIGHT*{e.pages}",
        "to the start (Ctrl+Home)": "C-HOME*1",
    }
    (ours,) = bench.run(bench.annotator(made, steps), times=bench.effort.runs)
    for name in steps:
        result = ours.step(name)
        if result is None:
            continue
        times = result.values("last_ms")
        more = f"p50 {number(percentile(times, 50))}, CPU {number(percentile(result.values('cpu_ms'), 50))}"
        yield Row(group, f"{name}, slowest", "ms", max(times), 50, more=more)
    yield Row(group, "peak memory", "MiB", ours.rss_mb, 110)
