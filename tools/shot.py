#!/usr/bin/env python3
"""Photograph a terminal program in a real terminal emulator on a virtual display.

    shot.py --terminal xterm --out a.png [--keys 'Down Down wait:1 p'] [--size 120x36] -- CMD ARG...
    shot.py --list          which of the terminals are installed
    shot.py --install       install the display, the tools, the fonts and the terminals (Debian packages)

--keys are xdotool key names typed one after the other ('Down', 'shift+Left', 'Return', 'F1', 'a'); 'wait:S' sleeps,
'shot:FILE' takes an extra picture there, 'click:COL,ROW' clicks a cell, 'text:STRING' types. The picture shows what a
person would see: look at it. Standard library only; ends only what it started.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGES = [
    *("xvfb", "xdotool", "imagemagick", "x11-utils", "fonts-dejavu-core", "fonts-noto-core", "xterm", "mlterm"),
    *("xfce4-terminal", "konsole", "kitty", "alacritty", "libgl1-mesa-dri", "dbus-x11"),
]
FONT = "DejaVu Sans Mono"
TERMINALS = ("xterm", "vte", "konsole", "mlterm", "kitty", "alacritty")
BINARIES = {"vte": "xfce4-terminal"}
SCREEN = (1400, 900)
LEAKING = ("TMUX", "TERM_PROGRAM", "VTE_VERSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID")


def command_line(terminal: str, columns: int, rows: int, script: str, home: Path, binary: str | None) -> list[str]:
    """The command that opens TERMINAL with a grid of COLUMNS x ROWS that runs SCRIPT; BINARY replaces its program."""
    size = f"{columns}x{rows}"
    bus = ["dbus-launch", "--exit-with-session"]
    config = home / "alacritty.yml"
    window = f"window:\n  dimensions:\n    columns: {columns}\n    lines: {rows}\n"
    config.write_text(f"font:\n  normal:\n    family: {FONT}\n  size: 12\n{window}", encoding="utf-8")
    colours = {"-bg": "#101010", "-fg": "#e8e8e8"}
    lines = {
        "xterm": ["xterm", "-geometry", size, "-fa", FONT, "-fs", "12", *sum(colours.items(), ()), "-e", script],
        "vte": [
            *bus,
            "xfce4-terminal",
            "--disable-server",
            f"--geometry={size}",
            f"--font={FONT} 12",
            "--hide-menubar",
            "--hide-scrollbar",
            "-x",
            script,
        ],
        "konsole": [
            *bus,
            "konsole",
            "--separate",
            "--hide-menubar",
            "--hide-tabbar",
            "-p",
            f"TerminalColumns={columns}",
            "-p",
            f"TerminalRows={rows}",
            "-p",
            f"Font={FONT},12",
            "-e",
            script,
        ],
        "mlterm": ["mlterm", "-g", size, "-w", "16", "-b", colours["-bg"], "-f", colours["-fg"], "-e", script],
        "kitty": [
            "kitty",
            "--config",
            "NONE",
            "-o",
            f"font_family={FONT}",
            "-o",
            "font_size=12",
            "-o",
            "update_check_interval=0",
            "-o",
            f"initial_window_width={columns}c",
            "-o",
            f"initial_window_height={rows}c",
            "-o",
            "remember_window_size=no",
            script,
        ],
        "alacritty": ["alacritty", "--config-file", str(config), "-e", script],
    }
    line, usual = lines[terminal], BINARIES.get(terminal, terminal)
    return [binary if binary and word == usual else word for word in line]


def free_display() -> int:
    """A display number that no X server uses."""
    folder = Path(tempfile.gettempdir())
    taken = {path.name for path in folder.glob(".X*-lock")} | {path.name for path in folder.glob(".X11-unix/X*")}
    return next(number for number in range(60, 90) if not {f".X{number}-lock", f"X{number}"} & taken)


class Stage:
    """A virtual display, a terminal on it, and the program in the terminal."""

    def __init__(self, home: Path, columns: int, rows: int) -> None:
        self.home = home
        self.columns, self.rows = columns, rows
        self.started: list[subprocess.Popen[bytes]] = []
        self.window = ""
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in LEAKING},
            "DISPLAY": f":{free_display()}",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "COLORTERM": "truecolor",
            "QT_QPA_PLATFORM": "xcb",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "NO_AT_BRIDGE": "1",
        }

    def start(self, arguments: list[str]) -> None:
        """Start a program of the stage."""
        null = subprocess.DEVNULL
        self.started.append(
            subprocess.Popen(
                arguments, env=self.environment, start_new_session=True, stdin=null, stdout=null, stderr=null
            )
        )

    def tool(self, *arguments: str) -> str:
        """What a tool says."""
        done = subprocess.run(arguments, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def geometry(self, window: str) -> tuple[int, int]:
        """Width and height of a window, in pixels."""
        lines = self.tool("xdotool", "getwindowgeometry", "--shell", window).splitlines()
        shape = dict(line.split("=", 1) for line in lines if "=" in line)
        return int(shape.get("WIDTH", 0)), int(shape.get("HEIGHT", 0))

    def picture(self, path: str) -> None:
        """Photograph the display."""
        self.tool("import", "-window", "root", path)
        print(path)

    def open(self, terminal: str, command: list[str], settle: float, binary: str | None = None) -> None:
        """Run COMMAND in TERMINAL and wait for its first frame."""
        script = self.home / "run.sh"
        home = shlex.quote(os.environ.get("HOME", "/"))
        script.write_text(
            f"#!/bin/sh\nexport HOME={home}\ncd {shlex.quote(str(Path.cwd()))}\n{shlex.join(command)}\n"
            'echo "exit status $?"\nsleep 30\n',
            encoding="utf-8",
        )
        script.chmod(0o755)
        width, height = SCREEN
        display = self.environment["DISPLAY"]
        self.start(["Xvfb", display, "-screen", "0", f"{width}x{height}x24", "+extension", "GLX", "-nolisten", "tcp"])
        time.sleep(1.0)
        self.start(command_line(terminal, self.columns, self.rows, str(script), self.home, binary))
        time.sleep(settle)
        shapes = {
            found: self.geometry(found) for found in self.tool("xdotool", "search", "--onlyvisible", ".*").split()
        }
        areas = {found: w * h for found, (w, h) in shapes.items() if w * h < width * height}
        self.window = max(areas, key=areas.__getitem__, default="")
        if self.window:
            self.tool("xdotool", "windowfocus", self.window)

    def press(self, key: str) -> None:
        """Do what one word of --keys says."""
        kind, _, value = key.partition(":")
        if kind == "wait":
            time.sleep(float(value))
        elif kind == "shot":
            self.picture(value)
        elif kind == "text":
            self.tool("xdotool", "type", "--delay", "60", value)
        elif kind == "click" and self.window:
            column, row = map(int, value.split(","))
            width, height = self.geometry(self.window)
            x, y = int((column + 0.5) * width / self.columns), int((row + 0.5) * height / self.rows)
            self.tool("xdotool", "mousemove", "--window", self.window, str(x), str(y), "click", "1")
        else:
            self.tool("xdotool", "key", key)

    def close(self) -> None:
        """End what was started, the last first."""
        for process in reversed(self.started):
            for number in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(3)
                    break


def install() -> int:
    """Install everything with Debian's package manager."""
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    line = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    return subprocess.run(line, env=environment, check=False).returncode


def main() -> int:
    """Run the command line; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terminal", choices=TERMINALS, default="xterm")
    parser.add_argument("--binary", help="run this program as the terminal, for another version of it")
    parser.add_argument("--out", default="shot.png")
    parser.add_argument("--keys", default="")
    parser.add_argument("--size", default="120x36")
    parser.add_argument("--settle", type=float, default=4.0, help="seconds to wait for the first frame")
    parser.add_argument("--pause", type=float, default=0.15, help="seconds between keys")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--install", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.install:
        return install()
    if options.list:
        for name in TERMINALS:
            print(f"{name:10} {shutil.which(BINARIES.get(name, name)) or 'not installed'}")
        return 0
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command after --")
    columns, rows = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), columns, rows)
        try:
            stage.open(options.terminal, command, options.settle, options.binary)
            for key in options.keys.split():
                stage.press(key)
                time.sleep(options.pause)
            time.sleep(0.6)
            stage.picture(options.out)
        finally:
            stage.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
