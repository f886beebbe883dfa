"""Bad projects, schemas and databases: the exact message, the status, and nothing changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.parser import COMMANDS

Run = Callable[..., Any]
NEED_A_PROJECT = [command.name for command in COMMANDS if command.name not in {"init", "formats", "terminal"}]
SCHEMA = 'format = 1\nname = "s"\nversion = "1"\n'


@pytest.mark.parametrize("command", NEED_A_PROJECT)
def test_no_project(run: Run, place: Path, command: str) -> None:
    argv = (command, *{"import": ("x",), "reopen": ("x", "y")}.get(command, ()))
    result = run(*argv)
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        f"annotator: {place}: there is no project here. "
        "Make one with 'annotator init', or name its folder with --project or $ANNOTATOR_PROJECT\n"
    )


def test_named_folder_is_no_project(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = (
        f"annotator: {place}/void: there is no project here: project.toml is missing. "
        "Name another folder with --project, or make a project with 'annotator init'\n"
    )
    assert run("status", "--project", "void").err == message
    monkeypatch.setenv("ANNOTATOR_PROJECT", "void")
    result = run("status")
    assert (result.status, result.err) == (2, message)


@pytest.mark.parametrize(
    ("toml", "problems"),
    [
        (
            '[entities.PERS]\nhotkey = "p"\n[entities.ORG]\nhotkey = "p"\n',
            ["entities.ORG: hotkey 'p' is already the key of entities.PERS"],
        ),
        (
            '[entities.PERS]\ncolour = "bleu"\n',
            ["entities.PERS: unknown colour 'bleu'; did you mean 'blue'?"],
        ),
        (
            '[entities.PERS]\n[events.Die.roles.Victim]\nfillers = ["PERSON"]\n',
            ["events.Die.roles.Victim.fillers: 'PERSON' is no type or group of this schema; did you mean 'PERS'?"],
        ),
        (
            '[entities.PERS]\nhotkey = "pp"\nattributes = ["level"]\n',
            [
                "entities.PERS: 'hotkey' must be one visible character, not 'pp'",
                "entities.PERS.attributes: 'level' is no attribute of this schema",
            ],
        ),
    ],
)
def test_schema_with_problems(run: Run, project: Path, toml: str, problems: list[str]) -> None:
    path = project / "schema.toml"
    path.write_text(SCHEMA + toml, encoding="utf-8")
    for command in (("schema", "check"), ("check",), ("status",)):
        result = run(*command)
        assert (result.status, result.out) == (1, "")
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        assert result.err.splitlines() == [
            f"annotator: {path}: the label schema has {count}. Nothing was loaded; mend the file and try again",
            *(f"  {problem}" for problem in problems),
        ]


@pytest.mark.parametrize(
    "argv",
    [
        ("submit", "d9"),
        ("reopen", "d9", "amal"),
        ("history", "--document", "d9"),
        ("export", "--document", "d9", "--layer", "amal", "--format", "json"),
        ("agreement", "--document", "d9"),
        ("adjudicate", "--adopt", "amal", "d9"),
        ("adjudicate", "--merge", "d9"),
        ("adjudicate", "--decisions", "d9"),
        ("adjudicate", "--feedback", "amal", "d9"),
    ],
)
def test_a_document_that_is_not_there(run: Run, project: Path, argv: tuple[str, ...]) -> None:
    result = run(*argv)
    assert (result.status, result.out) == (2, "")
    assert "d9" in result.err


@pytest.mark.parametrize("argv", [("status",), ("agreement", "--json"), ("terminal", "--json"), ("check",), ()])
def test_a_way_to_show_arabic_that_is_not_there(run: Run, project: Path, argv: tuple[str, ...]) -> None:
    for line in ((*argv, "--rtl", "nope"), ("--rtl", "nope", *argv)):
        result = run(*line)
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith("annotator: --rtl: unknown way to show Arabic 'nope'. Choose one of auto, visual")
    assert run("status", "--rtl", "auto").status == 0
    assert run("status", "--rtl", "visual").status == 0


def test_settings_with_problems(run: Run, project: Path) -> None:
    path = project / "project.toml"
    path.write_text('name = "a"\ndirection = "up"\n', encoding="utf-8")
    result = run("status")
    assert result.status == 2
    assert result.err == (
        f"annotator: {path}: the project's settings have a problem. Mend the file and try again\n"
        "  direction: this must be one of auto, rtl, ltr, not 'up'\n"
    )


def test_database_that_is_none(run: Run, project: Path) -> None:
    for name in ("corpus.db-wal", "corpus.db-shm"):
        (project / name).unlink(missing_ok=True)
    (project / "corpus.db").write_bytes(b"this is no database, whatever its name says" * 100)
    for command in (("status",), ("check",), ("import", "d1.json")):
        result = run(*command)
        assert (result.status, result.out) == (1, "")
        assert result.err.startswith("annotator: ")
        assert "corpus.db" in result.err


def test_database_of_a_newer_version(run: Run, project: Path) -> None:
    connection = sqlite3.connect(project / "corpus.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (project / "corpus.db").read_bytes()
    result = run("import", "d1.json")
    assert (result.status, result.out) == (1, "")
    assert "newer version" in result.err
    assert (project / "corpus.db").read_bytes() == before


@pytest.fixture
def read_only(project: Path) -> Iterator[Path]:
    """The project on a file system that nobody, root included, may write to."""
    if os.geteuid() == 0:
        bound = subprocess.run(["mount", "--bind", "-o", "ro", project, project], capture_output=True, check=False)
        if bound.returncode:
            pytest.skip("root writes everywhere, and no read-only mount can be made here")
        probe = project / "probe"
        try:
            probe.touch()
        except OSError:
            pass
        else:
            probe.unlink()
            subprocess.run(["umount", project], check=True)
            pytest.skip("root writes everywhere, and a bind mount is not read-only here")
        yield project
        subprocess.run(["umount", project], check=True)
    else:
        project.chmod(0o555)
        for path in project.iterdir():
            path.chmod(0o444)
        yield project
        project.chmod(0o755)


def test_an_empty_path_does_not_mean_this_folder(run: Run, project: Path, place: Path) -> None:
    (place / "a.txt").write_text("نص", encoding="utf-8")
    for argv in (("import", ""), ("export", "--output", ""), ("init", ""), ("status", "--project", "")):
        result = run(*argv)
        assert (result.status, result.out) == (2, "")
        assert "a path cannot be empty" in result.err


def test_a_path_with_a_line_feed_is_told_in_one_line(run: Run, project: Path, place: Path) -> None:
    (place / "a\nb.txt").write_text("نص", encoding="utf-8")
    assert run("import", "a\nb.txt").out.splitlines()[0] == "a␊b.txt: imported as a-b"
    assert run("import", "no\nne.txt").err.startswith("annotator: no␊ne.txt: there is no such file")


def test_a_folder_without_texts_says_what_was_looked_for(run: Run, project: Path, place: Path) -> None:
    (place / "scans").mkdir()
    result = run("import", "scans")
    assert result.status == 1
    assert result.err == "annotator: scans: no file in this folder ends in .txt, .json, .conll\n"


def test_read_only_project_can_be_read(run: Run, read_only: Path, place: Path) -> None:
    assert run("status").status == 0
    assert run("check").status == 0
    assert run("export", "--format", "json", "--layer", "amal", "--output", "out").status == 0


def test_read_only_project_cannot_be_written(run: Run, read_only: Path, place: Path) -> None:
    (place / "a.txt").write_text("نص", encoding="utf-8")
    result = run("import", "a.txt")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("annotator: ")
    assert run("backup").status == 1
    assert run("init", read_only / "sub").status == 1
