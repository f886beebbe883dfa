"""The README names every command, every option and every exchange format, and nothing that is not there."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.cli.parser import COMMANDS, build
from annotator.formats import FORMATS
from annotator.tui.commands import commands_of
from annotator.tui.key_titles import key_title
from annotator.workflow.project import templates

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted([README, *ROOT.glob("*/README.md"), *ROOT.glob("corpus/*/README.md")])


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


def test_keys_of_the_tour_are_those_of_the_program(readme: str) -> None:
    tour = readme.partition("## Two minutes with the keys")[2].partition("\n![")[0]
    rows = [
        line.split(" | ")[0] for line in tour.splitlines() if line.startswith("| ") and not line.startswith("| Key")
    ]
    named = {key for row in rows for key in re.findall(r"`([^`]+)`", row)}
    labels, modifiers = {"p", "o", "g"}, {"Shift", "Alt"}
    keys = {key_title(key) for command in commands_of("annotate") for key in command.keys}
    assert len(named) > 40
    assert named - keys - labels - modifiers == set()


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_picture_is_shown_somewhere(readme: str) -> None:
    pictures = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").iterdir()]
    assert pictures
    assert [name for name in pictures if f"]({name})" not in readme] == []


@pytest.mark.parametrize("target", ["help", "run", "test", "lint", "check", "bench", "format", "clean"])
def test_targets_of_the_makefile_are_listed(target: str) -> None:
    """`make help` prints what is behind `##`."""
    assert re.search(rf"^{target}:.* ## \S", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
