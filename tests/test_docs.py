"""The README names every command, every option and every exchange format."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.cli.parser import COMMANDS, build
from annotator.formats import FORMATS
from annotator.workflow.project import templates

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text(encoding="utf-8")


def options() -> Iterator[tuple[str, str]]:
    """Every option with the command it belongs to; those that all commands share once."""
    root = build()
    shared = {name for action in root._actions for name in action.option_strings}
    yield from (("annotator", name) for name in sorted(shared))
    for action in root._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                names = {name for option in child._actions for name in option.option_strings}
                yield from ((child.prog, name) for name in sorted(names - shared))


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_is_documented(readme: str, command: str) -> None:
    assert f"annotator {command}" in readme


@pytest.mark.parametrize(("program", "option"), [pair for pair in options() if pair[1] not in {"-h", "--help"}])
def test_every_option_is_documented(readme: str, program: str, option: str) -> None:
    assert re.search(rf"(?<![\w-]){option}(?![\w-])", readme), f"{program} {option}"


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_is_documented(readme: str, name: str) -> None:
    assert f"`{name}`" in readme


@pytest.mark.parametrize("name", templates())
def test_every_template_is_documented(readme: str, name: str) -> None:
    assert f"`{name}`" in readme


@pytest.mark.parametrize("name", ["ANNOTATOR_PROJECT", "ANNOTATOR_USER", "ANNOTATOR_RTL"])
def test_every_variable_is_documented(readme: str, name: str) -> None:
    assert name in readme


def test_exit_statuses_are_documented(readme: str) -> None:
    assert re.search(r"exit status", readme, re.IGNORECASE)
