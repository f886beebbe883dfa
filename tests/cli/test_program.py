"""The program as a process of its own: pipes that close, interrupts, errors nobody foresaw, odd locales."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import main, parser
from annotator.text.display import display

Program = Callable[..., subprocess.CompletedProcess[bytes]]
ROOT = Path(__file__).parents[2]


def test_status_and_message_of_a_process(program: Program, place: Path) -> None:
    done = program("status")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"annotator: ")
    assert done.stderr.count(b"\n") == 1


def test_whole_round(program: Program, place: Path) -> None:
    (place / "a.txt").write_text("نص", encoding="utf-8")
    for argv in (("init",), ("import", "a.txt"), ("status", "--json"), ("check",), ("formats",)):
        done = program(*argv)
        assert (done.returncode, done.stderr) == (0, b""), argv


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}])
def test_arabic_in_a_poor_locale(
    program: Program, project: Path, monkeypatch: pytest.MonkeyPatch, locale: dict[str, str]
) -> None:
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    done = program("schema")
    assert (done.returncode, done.stderr) == (0, b"")


def test_closed_pipe_is_silent(place: Path, project: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "annotator.cli", "schema", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ)
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (141, b"")


def test_interrupt_is_130(place: Path, project: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    (place / "slow.py").write_text(
        "import sys, time\n"
        "from annotator.cli import main, parser\n"
        "class Slow:\n"
        "    def run(self):\n"
        "        print('ready', flush=True)\n"
        "        time.sleep(60)\n"
        "parser.parse = lambda argv: Slow()\n"
        "sys.exit(main())\n",
        encoding="utf-8",
    )
    command, pipe = [sys.executable, "slow.py"], subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"annotator: interrupted\n")


def test_unforeseen_error_leaves_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(argv: object) -> Any:
        raise ZeroDivisionError("نص \udcff")

    monkeypatch.setattr(parser, "parse", fail)
    assert main(["status", "x"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    (report,) = (tmp_path / "state" / "arabic-annotator").glob("crash-*.txt")
    assert captured.err.endswith(f"{report}\n")
    assert "Traceback" not in captured.err
    content = report.read_text(encoding="utf-8")
    assert "Traceback" in content
    assert "ZeroDivisionError" in content
    assert "command: ['status', 'x']" in content


def test_report_goes_elsewhere_when_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("annotator.cli.crash.tempfile.gettempdir", lambda: str(tmp_path / "temporary"))
    monkeypatch.setattr(parser, "parse", lambda argv: 1 // 0)
    assert main([]) == 1
    assert len(list((tmp_path / "temporary").iterdir())) == 1
    monkeypatch.setattr("annotator.cli.crash.tempfile.gettempdir", lambda: str(tmp_path / "file" / "x"))
    capsys.readouterr()
    assert main([]) == 1
    assert "Traceback" in capsys.readouterr().err


class Screen:
    """The program on a pseudo-terminal; the tests read what it wrote and type."""

    def __init__(self, *argv: str, cwd: Path) -> None:
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "160"}
        self.controller, worker = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "annotator.cli", *argv],
            stdin=worker, stdout=worker, stderr=worker, cwd=cwd, env=environ, start_new_session=True,
        )  # fmt: skip
        os.close(worker)
        self.seen = ""

    def until(self, text: str, seconds: float = 60) -> None:
        """Read until TEXT was written."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self.controller], [], [], max(end - time.monotonic(), 0))
            assert ready, f"{text!r} did not come, only {self.seen!r}"
            try:
                self.seen += os.read(self.controller, 65536).decode("utf-8", "replace")
            except OSError:  # the other end was closed
                raise AssertionError(f"{text!r} did not come, only {self.seen!r}") from None

    def type(self, text: str) -> None:
        self.seen = ""
        os.write(self.controller, text.encode())

    def wait(self) -> int:
        try:
            return self.process.wait(timeout=60)
        finally:
            os.close(self.controller)


@pytest.mark.pty
def test_terminal_command_steps_through_the_ways(place: Path, tmp_path: Path) -> None:
    screen = Screen("terminal", cwd=place)
    screen.until("q leave")
    assert "Test card 1 of" in screen.seen
    screen.type("n")
    screen.until("q leave")
    assert "Test card 2 of" in screen.seen
    screen.type("y")
    screen.until("Kept konsole for this terminal")
    assert screen.wait() == 0
    assert '"dumb": "konsole"' in (tmp_path / "state" / "arabic-annotator" / "terminals.json").read_text(
        encoding="utf-8"
    )
    before = Screen("terminal", cwd=place)
    before.until("konsole (remembered)")
    before.until("Test card 1 of")
    before.type("q")
    before.until("Nothing was changed.")
    assert before.wait() == 0


@pytest.mark.pty
def test_terminal_command_says_when_nothing_reads_right(place: Path) -> None:
    screen = Screen("terminal", "--rtl", "jitter", cwd=place)
    number = 1
    while "reads right in none of these ways" not in screen.seen:
        screen.until(f"Test card {number} of")
        total = int(screen.seen.split(f"Test card {number} of ")[1].split(":")[0])
        screen.type("n")
        number += 1
        if number > total:
            screen.until("reads right in none of these ways")
    assert screen.wait() == 1


@pytest.mark.pty
def test_tables_on_a_terminal_are_in_visual_order(place: Path, project: Path) -> None:
    screen = Screen("status", cwd=place)
    screen.until("code points")
    assert screen.wait() == 0
    assert display("وصل بشير إلى دمشق.") in screen.seen
    assert "\x1b[8l" in screen.seen


@pytest.mark.pty
def test_unknown_way_to_show_arabic(place: Path, project: Path) -> None:
    screen = Screen("status", "--rtl", "سلام", cwd=place)
    screen.until("Choose one of auto, visual")
    assert screen.wait() == 2
    assert "Traceback" not in screen.seen


@pytest.mark.pty
def test_offer_of_a_project_can_be_declined(place: Path) -> None:
    screen = Screen(cwd=place)
    screen.until("Create a project in corpus from the template arabic-news? [Y/n] ")
    screen.type("n\n")
    screen.until("no project, nothing to open")
    assert screen.wait() == 2
    assert list(place.iterdir()) == []
