"""The first minutes: an empty folder, a question, a project, the text on the screen."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.pty

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def folder(empty: Any) -> Any:
    """A folder with the sources of the first texts and nothing else."""
    shutil.copytree(SEEDS, empty.folder / "seeds")
    return empty


def test_a_project_is_offered_made_and_opened(folder: Any) -> None:
    window = folder.run([sys.executable, "-m", "annotator.cli", "--as", "sara"])
    window.until(lambda: "Create a project" in window.text)
    window.type("y", "enter")
    window.until("saved")
    assert "1 file imported" in window.text
    assert "[0, 5)" in window.status
    window.press("p", "PERS:")
    window.type("ctrl+q")
    assert window.wait() == 0
    assert folder.spans("sara", "000_e0d21f5c204a8027") == [("PERS", 0, 5)]
    again = folder.run([sys.executable, "-m", "annotator.cli", "--as", "sara"])
    again.until("saved")
    assert "Create" not in again.text


def test_no_is_an_answer(folder: Any) -> None:
    window = folder.run([sys.executable, "-m", "annotator.cli"])
    window.until(lambda: "Create a project" in window.text)
    window.type("n", "enter")
    assert window.wait() == 2
    assert sorted(path.name for path in folder.folder.iterdir()) == ["seeds"]


def test_without_a_terminal_there_is_a_message(folder: Any) -> None:
    for arguments in ([], ["--project", "."]):
        result = subprocess.run(
            [sys.executable, "-m", "annotator.cli", *arguments],
            cwd=folder.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert result.returncode == 2
        assert result.stdout == ""
        assert result.stderr.startswith("annotator: ")
        assert "Traceback" not in result.stderr
