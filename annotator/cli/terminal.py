"""`annotator terminal`: which terminal this is, and how Arabic reads right on it."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, Final

from annotator.cli.output import Writer, has_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotator.terminal.choose import Choice
    from annotator.terminal.memory import TerminalMemory
    from annotator.terminal.probe import Answers
    from annotator.terminal.strategies import Strategy

SAMPLE: Final = "سلامٌ على الأَهلِ (2024) في حلب"
"""Letters that join, a lam-alef, harakat, brackets and a number: what goes wrong where anything does."""
_EXPECTED: Final = "It begins at the right with 'salam'; letters join; the bracketed number reads 2024"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("--forget", action="store_true", help="forget what was kept for this terminal")
    parser.add_argument("--json", action="store_true", help="report in JSON, ask nothing")


def run(arguments: argparse.Namespace) -> int:
    """Report on the terminal and, where somebody is there to answer, step through the ways to show Arabic."""
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
    if asked:
        writer.line()
        _settle(writer, choice, memory)
    return 0


def _list(writer: Writer) -> None:
    from annotator.terminal.strategies import STRATEGIES

    writer.line("Ways to choose from with --rtl NAME or $ANNOTATOR_RTL:")
    for strategy in STRATEGIES.values():
        writer.line(f"    {strategy.name}: {strategy.title}")


def _settle(writer: Writer, choice: Choice, memory: TerminalMemory) -> None:
    """Show the sample in one way after the other until it reads right, and keep that way."""
    writer.line(f"{_EXPECTED}.")
    for strategy in _candidates(choice):
        answer = _try(writer, strategy)
        if answer == "y":
            memory.remember(choice.terminal_key, strategy.name)
            writer.line(f"Kept {strategy.name} for this terminal, in {memory.path}")
            return
        if answer == "q":
            break
    writer.line("Nothing was changed.")


def _candidates(choice: Choice) -> Iterator[Strategy]:
    from annotator.terminal.choose import fitted
    from annotator.terminal.strategies import STRATEGIES

    yield choice.strategy
    for strategy in STRATEGIES.values():
        if strategy.name != choice.strategy.name:
            yield fitted(strategy, choice.detection)


def _try(writer: Writer, strategy: Strategy) -> str:
    """The sample in one way; "y", "n" or "q" as the person says. The mode holds until the answer is there."""
    from annotator.text.display import display

    change = strategy.output_filter
    shown = f"    {display(SAMPLE)}    "
    # The row has to be made after the mode is set, so a line feed comes between.
    writer.stream.write(f"\n{strategy.name}:{strategy.start}\n{change(shown) if change else shown}\n\n")
    writer.stream.flush()
    try:
        while True:
            answer = input("Does it read right? [y] yes  [n] no, try the next  [q] leave: ").strip().lower()[:1]
            if answer in {"y", "n", "q"}:
                return answer
    except EOFError:
        return "q"
    finally:
        writer.stream.write(strategy.stop)
        writer.stream.flush()


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
