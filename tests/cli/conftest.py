"""A folder to work in, and the command line called as a function or as a program."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotator import formats
from annotator.cli import main
from annotator.formats.interface import Annotated
from annotator.model.annotations import Annotation, Annotations, Argument, Entity, Event, Fragment
from annotator.model.documents import Document
from annotator.workflow.project import open_project

TEXT = "وصل بشير إلى دمشق."


@dataclass(frozen=True)
class Result:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working folder; nothing of the person who runs the tests is read or written."""
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("ANNOTATOR_PROJECT", "ANNOTATOR_RTL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANNOTATOR_USER", "amal")
    yield folder
    gc.enable()  # opening the screen switches the collector off


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line called as a function."""

    def call(*argv: str | Path) -> Result:
        capsys.readouterr()
        status = main([str(argument) for argument in argv])
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return call


@pytest.fixture
def program() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """The command line as a program of its own."""

    def call(*argv: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [sys.executable, "-m", "annotator.cli", *map(str, argv)]
        return subprocess.run(command, capture_output=True, env=environ, timeout=120, check=False, **options)

    return call


@pytest.fixture
def project(place: Path, run: Run) -> Path:
    """A project with one document, `d1`, and amal's annotations of it."""
    assert run("init").status == 0
    schema = open_project(place / "corpus").schema
    items: list[Annotation] = [
        Entity("e-1", "PERS", (Fragment(4, 8),)),
        Entity("e-2", "GPE", (Fragment(13, 17),)),
        Event("v-1", "Transport", (Fragment(0, 3),), (Argument("Passenger", "e-1"), Argument("Destination", "e-2"))),
    ]
    item = Annotated(Document.of(TEXT, id="d1"), "amal", Annotations(items), schema, revision=1)
    (data,) = formats.write("json", item).files.values()
    (place / "d1.json").write_bytes(data)
    result = run("import", "d1.json")
    assert result.status == 0, result.err
    return place / "corpus"
