"""Who imports what, seen at run time: the import rules hold, and nothing heavy is on the way to the first frame."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PURE = ("text", "model", "agreement", "adjudication")
SCREEN = ("textual", "rich")
DATABASE = ("sqlalchemy", "alembic", "sqlite3")
WORK = ("asyncio", "subprocess", "socket", "logging", "tempfile")
SLOW = ("pydantic", "importlib.metadata", "importlib.resources", "email", "http", "platformdirs", "wcwidth")
UPPER = ("workflow", "store", "terminal", "tui", "cli")


def imported_by(program: str, *argv: str) -> set[str]:
    """The modules that a fresh Python has imported after PROGRAM, beyond those it starts with."""
    report = "import json; print(json.dumps(sorted(set(sys.modules) - before)))"
    code = f"import sys; before = set(sys.modules)\n{program}\n{report}"
    environ = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code, *argv], capture_output=True, text=True, env=environ, check=True, timeout=120
    )
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return set(modules)


def held(modules: set[str], *forbidden: str) -> set[str]:
    return {name for name in modules if any(name == word or name.startswith(f"{word}.") for word in forbidden)}


def modules_of(package: str) -> list[str]:
    """Every module of a package."""
    folder = ROOT / "annotator" / package
    names = (path.relative_to(ROOT).with_suffix("").parts for path in sorted(folder.rglob("*.py")))
    return [".".join(parts).removesuffix(".__init__") for parts in names]


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_import_no_machinery(package: str) -> None:
    modules = imported_by("\n".join(f"import {name}" for name in modules_of(package)))
    assert not held(modules, *SCREEN, *DATABASE, *WORK)
    assert not held(modules, *(f"annotator.{name}" for name in ("formats", *UPPER)))


def test_formats_import_no_screen_and_no_database() -> None:
    modules = imported_by("\n".join(f"import {name}" for name in modules_of("formats")))
    assert not held(modules, *SCREEN, *DATABASE, *(set(WORK) - {"socket", "tempfile"}))  # pydantic imports those two
    assert not held(modules, *(f"annotator.{name}" for name in UPPER))


def test_list_of_formats_imports_no_format() -> None:
    modules = imported_by("import annotator.formats")
    assert held(modules, "annotator.formats") == {"annotator.formats"}
    assert not held(modules, *SLOW)


def test_workflow_imports_no_screen_and_no_database() -> None:
    modules = imported_by("\n".join(f"import {name}" for name in modules_of("workflow")))
    assert not held(
        modules, *SCREEN, *DATABASE, "annotator.store", "annotator.terminal", "annotator.tui", "annotator.cli"
    )


def test_store_imports_no_screen_and_no_sqlalchemy_before_it_opens() -> None:
    modules = imported_by("import annotator.store, annotator.store.first")
    assert not held(
        modules, *SCREEN, *SLOW, "sqlalchemy", "alembic", "annotator.tui", "annotator.cli", "annotator.terminal"
    )


@pytest.mark.parametrize("argv", [("--help",), ("--version",), ("export", "--help"), ("formats",)])
def test_help_is_light(argv: tuple[str, ...]) -> None:
    modules = imported_by("from annotator.cli import main; main(sys.argv[1:])", *argv)
    assert not held(
        modules, *SCREEN, *DATABASE, *SLOW, "asyncio", "annotator.store", "annotator.tui", "annotator.model.checks"
    )


def test_commands_without_a_screen_do_not_import_it(tmp_path: Path) -> None:
    folder = str(tmp_path / "p")
    modules = imported_by("from annotator.cli import main; main(sys.argv[1:])", "init", folder)
    assert not held(modules, *SCREEN, *DATABASE, *SLOW)
    (tmp_path / "a.txt").write_text("نص", encoding="utf-8")
    argv = ("import", "--project", folder, str(tmp_path / "a.txt"))
    modules = imported_by("from annotator.cli import main; main(sys.argv[1:])", *argv)
    assert not held(modules, *SCREEN, "annotator.tui")


def test_way_to_the_first_frame(tmp_path: Path) -> None:
    """All that is imported before the screen is: the project, the schema, and a look at the database."""
    folder = str(tmp_path / "p")
    (tmp_path / "a.txt").write_text("نص", encoding="utf-8")
    for argv in (("init", folder), ("import", "--project", folder, str(tmp_path / "a.txt"))):
        imported_by("from annotator.cli import main; main(sys.argv[1:])", *argv)
    program = """
import types
from annotator.cli import main, output
output.has_terminal = lambda: True
screen = types.ModuleType('annotator.tui.app')
def run(launch):
    assert launch.first.document.id == 'a'
    return 0
screen.run = run
sys.modules['annotator.tui.app'] = screen
assert main(sys.argv[1:]) == 0
"""
    modules = imported_by(program, "--project", folder)
    assert not held(modules, *SCREEN, "sqlalchemy", "alembic", *SLOW, "asyncio", "logging", "tempfile", "subprocess")
    assert not held(modules, "annotator.formats", "annotator.text", "annotator.workflow.importing")


def test_import_rules() -> None:
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("import-linter is not installed")
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
