"""Places that may not be read or written: one message that says what, where and what to do, and nothing half done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def told(as_user: list[str]) -> Program:
    """The command line as somebody calls it whom permissions hold for."""

    def call(*argv: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        command = [*as_user, sys.executable, "-m", "annotator.cli", *map(str, argv)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environ, **options}
        return subprocess.run(command, timeout=120, check=False, **given)  # type: ignore[call-overload, no-any-return]  # keywords as a dict

    return call


@contextmanager
def mode(path: Path, bits: int) -> Iterator[Path]:
    """PATH with other permissions; at the end they are such that it can be removed."""
    path.chmod(bits)
    try:
        yield path
    finally:
        path.chmod(0o755)


def clear(result: subprocess.CompletedProcess[str], status: int, *said: str) -> None:
    """One message, with each of SAID in it, and no traceback."""
    assert result.returncode == status, result.stderr
    assert result.stderr.startswith("annotator: ")
    assert result.stderr.count("annotator: ") == 1
    assert len(result.stderr.splitlines()) == 1
    assert "nobody foresaw" not in result.stderr
    for words in said:
        assert words in result.stderr


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix != ".db-shm")


@pytest.fixture
def texts(place: Path) -> Path:
    """A folder with a text, and another one inside it."""
    folder = place / "texts"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("قال محمود", encoding="utf-8")
    (folder / "deep" / "b.txt").write_text("قال آخر", encoding="utf-8")
    return folder


@pytest.mark.parametrize("bits", [0, 0o444, 0o311])
def test_a_folder_of_texts(told: Program, project: Path, texts: Path, bits: int) -> None:
    with mode(texts, bits):
        clear(told("import", texts), 1, f"{texts}: ", "not permitted to read this folder. Change its permissions")


@pytest.mark.parametrize("bits", [0, 0o444])
def test_a_folder_inside_one_leaves_the_others(told: Program, project: Path, texts: Path, bits: int) -> None:
    with mode(texts / "deep", bits):
        result = told("import", texts)
    clear(result, 1, f"{texts / 'deep'}: ", "not permitted to read this folder")
    assert "a.txt: imported as a" in result.stdout


def test_a_text(told: Program, project: Path, texts: Path) -> None:
    with mode(texts / "a.txt", 0):
        clear(told("import", texts / "a.txt"), 1, "a.txt: you are not permitted to read this file. Change its")
    with mode(texts, 0o444):
        clear(told("import", texts / "a.txt"), 1, "a.txt: you are not permitted", "or those of its folder")


@pytest.mark.parametrize("name", ["project.toml", "schema.toml"])
def test_a_file_of_the_project(told: Program, project: Path, name: str) -> None:
    with mode(project / name, 0):
        for command in (("status",), ("check",), ("import", "d1.json")):
            clear(told(*command), 2 if name == "project.toml" else 1, f"{project / name}: this file cannot be read")


@pytest.mark.parametrize("bits", [0, 0o444])
def test_the_folder_of_the_project(told: Program, project: Path, bits: int) -> None:
    with mode(project, bits):
        for arguments in (("status",), ("--project", project, "status"), ("import", "d1.json")):
            clear(told(*arguments), 2, f"{project / 'project.toml'}: ", "cannot be read", "and those of its folder")
        clear(told("init"), 1, "There is no permission")


@pytest.mark.parametrize("name", ["gold", "annotators"])
def test_a_folder_of_adjudicated_files(told: Program, project: Path, name: str) -> None:
    (project / name).mkdir(exist_ok=True)
    with mode(project / name, 0):
        result = told("check")
    assert result.returncode == 1
    assert f"{name}: this folder cannot be read (Permission denied); check its permissions" in result.stdout


def test_the_database(told: Program, project: Path) -> None:
    database = project / "corpus.db"
    with mode(database, 0):
        for command in (("status",), ("check",), ("import", "d1.json"), ("backup",)):
            clear(told(*command), 1, f"{database}: the database cannot be opened. Check the permissions of the file")
    with mode(database, 0o444):
        assert told("status").returncode == 0
        (project.parent / "new.txt").write_text("نص", encoding="utf-8")
        clear(told("import", "new.txt"), 1, f"{database}: the database cannot be written. Check the permissions")


def test_a_database_in_another_folder(told: Program, project: Path) -> None:
    other = project.parent / "other"
    other.mkdir()
    (project / "corpus.db").rename(other / "corpus.db")
    settings = project / "project.toml"
    kept = [
        line for line in settings.read_text(encoding="utf-8").splitlines(keepends=True) if not line.startswith("store")
    ]
    settings.write_text(f'store = "{other}/corpus.db"\n' + "".join(kept), encoding="utf-8")
    assert told("status").returncode == 0
    with mode(other, 0):
        for command in (("status",), ("check",), ("import", "d1.json")):
            clear(told(*command), 1, f"{other / 'corpus.db'}: the database cannot be opened")


@pytest.mark.parametrize("output", ["out", "out/sub", "out/x.json"])
@pytest.mark.parametrize("bits", [0, 0o444, 0o555])
def test_where_an_export_goes(told: Program, project: Path, output: str, bits: int) -> None:
    out = project.parent / "out"
    out.mkdir()
    with mode(out, bits):
        result = told("export", "--format", "json", "--layer", "amal", "--output", output)
        clear(result, 1, "out", "cannot be written (permission denied). There is no permission: choose another folder")
    assert everything(out) == []


@pytest.mark.parametrize("bits", [0, 0o444, 0o555])
def test_where_a_backup_goes(told: Program, project: Path, bits: int) -> None:
    out = project.parent / "out"
    out.mkdir()
    with mode(out, bits):
        for path in (out / "copy.db", out / "sub" / "copy.db"):
            clear(told("backup", path), 1, "cannot be written (permission denied). There is no permission: choose")
    assert everything(out) == []


@pytest.mark.parametrize("bits", [0, 0o444, 0o555])
def test_where_a_project_is_made(told: Program, place: Path, bits: int) -> None:
    out = place / "out"
    out.mkdir()
    with mode(out, bits):
        for path in (out, out / "sub"):
            clear(told("init", path), 1, "cannot be written (permission denied). There is no permission: choose")
    assert everything(out) == []


@pytest.mark.parametrize("bits", [0, 0o444])
def test_a_folder_of_keys_is_a_warning(told: Program, project: Path, tmp_path: Path, bits: int) -> None:
    folder = tmp_path / "settings" / "arabic-annotator"
    folder.mkdir(parents=True)
    (folder / "keys.toml").write_text('style = "vi"\n', encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "ANNOTATOR_KEYS": str(folder / "keys.toml")}
    with mode(folder, bits):
        result = told("check", env=environ)
    assert result.returncode == 0
    assert f"warning: {folder / 'keys.toml'}: the file cannot be read: Permission denied" in result.stdout


def test_a_state_folder_nobody_may_write(told: Program, project: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(exist_ok=True)
    with mode(state, 0):
        for command in (("status",), ("terminal", "--json"), ("terminal", "--forget"), ("check",)):
            result = told(*command)
            assert (result.returncode, result.stderr) == (0, "")


def test_a_folder_that_is_gone(told: Program, project: Path) -> None:
    gone = project.parent / "gone"
    script = f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r}); from annotator.cli import main; "
    for command in ("status", "import"):
        gone.mkdir()
        argv = [command, *(["x"] if command == "import" else [])]
        result = subprocess.run(
            [sys.executable, "-c", f"{script}raise SystemExit(main({argv!r}))"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        clear(result, 2, "the folder that you are in cannot be used", "Go to another folder")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", [("status",), ("status", "--json"), ("formats",), ("history",)])
def test_output_to_a_full_disk(told: Program, project: Path, command: tuple[str, ...], unbuffered: str) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        clear(told(*command, stdout=full, env=environ), 1, "no space left on device", "The disk is full: make room")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(project: Path, closed: str) -> None:
    command = f'exec "{sys.executable}" -m annotator.cli status {closed}'
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(["sh", "-c", command], env=environ, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")
