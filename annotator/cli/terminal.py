"""`annotator terminal`: which terminal this is, and how Arabic reads right on it."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from annotator.cli.output import Writer, has_terminal

if TYPE_CHECKING:
    from annotator.terminal.choose import Choice
    from annotator.terminal.memory import TerminalMemory
    from annotator.terminal.probe import Answers


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("--forget", action="store_true", help="forget what was kept for this terminal")
    parser.add_argument("--json", action="store_true", help="report in JSON, ask nothing")


def run(arguments: argparse.Namespace) -> int:
    """Report on the terminal and, where somebody is there to answer, show the test card.

    The exit status is 1 when the person says that Arabic reads right in no way.
    """
    from annotator.terminal.choose import choose
    from annotator.terminal.memory import TerminalMemory, memory_path
    from annotator.terminal.probe import Answers, Probe, deadline

    asked = has_terminal()
    answers = Answers()
    if asked:
        answers = Probe.begin(sys.stdin.fileno(), sys.stdout.fileno(), os.environ).finish(deadline(os.environ))
    memory = TerminalMemory(memory_path())
    choice = choose(answers, os.environ, argument=arguments.rtl, memory=memory)
    if arguments.forget:
        memory.forget(choice.terminal_key)
        choice = choose(answers, os.environ, argument=arguments.rtl, memory=memory)
    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        writer.json(_as_json(choice, answers))
        return 0
    detection, strategy = choice.detection, choice.strategy
    writer.line(f"Terminal: {detection.terminal} ({detection.reason})")
    writer.line(f"Way to show Arabic: {strategy.name} ({choice.source})")
    writer.line(f"    {strategy.title}. {strategy.description}")
    writer.line(f"Harakat: {'shown' if strategy.marks else 'left out, this terminal misplaces them'}")
    if choice.hint:
        writer.line(choice.hint)
    _list(writer)
    return _settle(writer, choice, memory) if asked else 0


def _list(writer: Writer) -> None:
    from annotator.terminal.strategies import STRATEGIES

    writer.line("Ways to choose from with --rtl NAME or $ANNOTATOR_RTL:")
    for strategy in STRATEGIES.values():
        writer.line(f"    {strategy.name}: {strategy.title}")


def _settle(writer: Writer, choice: Choice, memory: TerminalMemory) -> int:
    """Show the test card, keep what the person says reads right, and give the exit status."""
    from annotator.terminal.card import show

    writer.stream.flush()
    card = show(sys.stdin.fileno(), sys.stdout.fileno(), choice)
    writer.line()
    match card.outcome:
        case "right":
            memory.remember(choice.terminal_key, card.strategy.name)
            writer.line(f"Kept {card.strategy.name} for this terminal, in {memory.path}")
        case "none":
            hint = choice.hint or "The terminal may have a setting for bidirectional text or for Arabic shaping."
            writer.line(f"Arabic reads right in none of these ways. {hint}")
            return 1
        case _:
            writer.line("Nothing was changed.")
    return 0


def _as_json(choice: Choice, answers: Answers) -> dict[str, Any]:
    from annotator.terminal.strategies import STRATEGIES

    return {
        "terminal": choice.detection.terminal,
        "reason": choice.detection.reason,
        "key": choice.terminal_key,
        "strategy": choice.strategy.name,
        "source": choice.source,
        "marks": choice.strategy.marks,
        "hint": choice.hint,
        "answers": {
            "asked": answers.asked,
            "complete": answers.da1,
            "mode8": answers.decrqm8,
            "xtversion": answers.xtversion,
            "da2": list(answers.da2) if answers.da2 is not None else None,
        },
        "strategies": {strategy.name: strategy.title for strategy in STRATEGIES.values()},
    }
