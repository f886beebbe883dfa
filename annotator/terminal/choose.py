"""Which strategy to use: what was asked for, else what was remembered, else what was detected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from annotator.terminal.detect import Detection, detect, identify
from annotator.terminal.memory import TerminalMemory
from annotator.terminal.probe import Answers
from annotator.terminal.strategies import AUTO, Strategy, strategy_named

VARIABLE: Final = "ANNOTATOR_RTL"
"""Environment variable that names a strategy; `--rtl` counts more."""

Source = Literal["argument", "environment", "remembered", "detected"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The strategy in force, fitted to this terminal, and where it came from."""

    strategy: Strategy
    source: Source
    detection: Detection
    terminal_key: str

    @property
    def hint(self) -> str | None:
        """A line for the person, when nobody has decided yet and something is theirs to do."""
        return self.detection.hint if self.source == "detected" else None


def choose(
    answers: Answers,
    environ: Mapping[str, str],
    *,
    argument: str | None = None,
    memory: TerminalMemory | None = None,
) -> Choice:
    """The strategy for this run: `argument` (`--rtl`), `$ANNOTATOR_RTL`, `memory`, detection; "auto" passes on.

    Raises:
        UsageError: the argument or the variable holds an unknown name; the message lists the names.
    """
    detection = detect(answers, environ)
    key = identify(answers, environ)
    name, source = _named(environ, argument, memory, key) or (detection.strategy, "detected")
    where = VARIABLE if source == "environment" else "--rtl"
    return Choice(fitted(strategy_named(name, where=where), detection), source, detection, key)


def fitted(strategy: Strategy, detection: Detection) -> Strategy:
    """The strategy as this terminal bears it: without marks and emoji it misplaces, without modes it would print."""
    if not detection.modes:
        strategy = replace(strategy, start="", stop="")
    if not detection.joined:
        strategy = strategy.without_joined()
    return strategy if detection.marks else strategy.without_marks()


def _named(
    environ: Mapping[str, str], argument: str | None, memory: TerminalMemory | None, key: str
) -> tuple[str, Source] | None:
    if argument and argument != AUTO:
        return argument, "argument"
    if argument != AUTO:
        variable = environ.get(VARIABLE, "")
        if variable and variable != AUTO:
            return variable, "environment"
        remembered = memory.recall(key) if memory is not None and variable != AUTO else None
        if remembered is not None:
            return remembered, "remembered"
    return None
