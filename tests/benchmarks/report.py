"""What a benchmark found: rows of numbers with targets, a table of them, and how noisy the machine was meanwhile."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar

_LOOP: Final = 200_000  # turns of the calibration loop; some 5 ms
_LOOPS: Final = 40
_WIDTHS: Final = (58, 9, 24, 9, 18)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Row:
    """One number: of WHAT, in which UNIT, and its `target`, which it may not exceed (`at_least`: not fall below).

    `more` says how it spread; `peer` what the program it is compared with measured, or why it did not.
    """

    group: str
    what: str
    unit: str
    value: float
    target: float | None = None
    at_least: bool = False
    more: str = ""
    peer: str = ""

    @property
    def verdict(self) -> str:
        """`ok` or `over`; empty without a target."""
        if self.target is None:
            return ""
        met = self.value >= self.target if self.at_least else self.value <= self.target
        return "ok" if met else "over"

    def to_json(self) -> dict[str, Any]:
        """The row as JSON holds it."""
        return asdict(self) | {"verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of several runs of one thing."""

    seconds: tuple[float, ...]

    @property
    def least(self) -> float:
        """The fastest run: what the work costs where nothing disturbs it."""
        return min(self.seconds)

    def at(self, percent: float) -> float:
        """Nearest-rank percentile."""
        return percentile(self.seconds, percent)

    def row(self, group: str, what: str, unit: str, scale: float, target: float | None = None) -> Row:
        """The fastest run in UNITs, SCALE of them a second, with the median beside it."""
        more = f"median {number(self.at(50) * scale)}"
        return Row(group, what, unit, self.least * scale, target, more=more)


def timed(work: Callable[[Value], object], inputs: Iterable[Value]) -> Timing:
    """Time WORK on each of INPUTS, which are made outside the clock and differ, so that no memo answers."""
    seconds = []
    for value in inputs:
        begin = time.perf_counter()
        work(value)
        seconds.append(time.perf_counter() - begin)
    return Timing(tuple(seconds))


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest-rank percentile; VALUES must not be empty."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, int(-(-len(ordered) * percent // 100)) - 1))]


def number(value: float) -> str:
    """VALUE with three significant digits, the thousands grouped."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def noise() -> dict[str, Any]:
    """How evenly this machine counts: a loop that does nothing else, and who else is at work."""

    def loop(turns: int) -> None:
        for _ in range(turns):
            pass

    timing = timed(loop, [_LOOP] * _LOOPS)
    return {
        "loop_ms": timing.least * 1e3,
        "median_over_least": timing.at(50) / timing.least,
        "p95_over_least": timing.at(95) / timing.least,
        "load": os.getloadavg()[0],
        "cores": os.cpu_count() or 1,
    }


def machine() -> dict[str, str]:
    """What was measured on."""
    return {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}


def noise_line(when: str, found: dict[str, Any]) -> str:
    """One line about the noise."""
    return (
        f"noise {when}: bare loop {found['loop_ms']:.1f} ms, median x{found['median_over_least']:.2f}, "
        f"p95 x{found['p95_over_least']:.2f}; load {found['load']:.1f} on {found['cores']} cores"
    )


def table(rows: Iterable[Row]) -> Iterator[str]:
    """ROWS as lines of text, a heading over each group."""
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            yield ""
            yield _line(group, "measured", "spread", "target", "SLATE", "verdict")
            yield "-" * (sum(_WIDTHS) + 20)
        target = "" if row.target is None else f"{'>=' if row.at_least else '<='} {number(row.target)}"
        yield _line(f"  {row.what} [{row.unit}]", number(row.value), row.more, target, row.peer, row.verdict)


def _line(what: str, measured: str, more: str, target: str, peer: str, verdict: str) -> str:
    widths = _WIDTHS
    return (
        f"{what:<{widths[0]}} {measured:>{widths[1]}}  {more:<{widths[2]}} {target:>{widths[3]}}  "
        f"{peer:<{widths[4]}} {verdict}"
    ).rstrip()
