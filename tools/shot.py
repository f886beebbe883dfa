#!/usr/bin/env python3
"""Photograph a terminal program in a REAL terminal emulator on a virtual display.

    shot.py --terminal xterm --out a.png [--keys 'Down Down wait:1 p'] [--size 120x36] -- CMD ARG...
    shot.py --list          which of the terminals are installed
    shot.py --install       install the display, the tools, the fonts and the terminals (Debian packages)

--keys are xdotool key names typed one after the other ('Down', 'shift+Left', 'Return', 'F1', 'a');
'wait:S' sleeps, 'shot:FILE' takes an extra picture there, 'click:COL,ROW' clicks a cell, 'text:STRING' types.
The picture shows what a person would see: look at it. Standard library only; ends only what it started.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGES = (
    "xvfb xdotool imagemagick x11-utils fonts-dejavu-core fonts-noto-core xterm mlterm xfce4-terminal konsole kitty "
    "alacritty libgl1-mesa-dri dbus-x11"
).split()
FONT = "DejaVu Sans Mono"
TERMINALS = ("xterm", "vte", "konsole", "mlterm", "kitty", "alacritty")
BINARIES = {"vte": "xfce4-terminal"}


def command_line(terminal: str, columns: int, rows: int, script: str, home: Path) -> list[str]:
    """The command that opens TERMINAL with a COLUMNSxROWS grid running SCRIPT."""
    size = f"{columns}x{rows}"
    match terminal:
        case "xterm":
            return [
                "xterm",
                "-geometry",
                size,
                "-fa",
                FONT,
                "-fs",
                "12",
                "-bg",
                "#101010",
                "-fg",
                "#e8e8e8",
                "-e",
                script,
            ]
        case "vte":
            return [
                "dbus-launch",
                "--exit-with-session",
                "xfce4-terminal",
                "--disable-server",
                f"--geometry={size}",
                f"--font={FONT} 12",
                "--hide-menubar",
                "--hide-scrollbar",
                "-x",
                script,
            ]
        case "konsole":
            return [
                "dbus-launch",
                "--exit-with-session",
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
            ]
        case "mlterm":
            return ["mlterm", "-g", size, "-w", "16", "-b", "#101010", "-f", "#e8e8e8", "-e", script]
        case "kitty":
            return [
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
            ]
        case "alacritty":
            config = home / "alacritty.yml"
            config.write_text(
                f"font:\n  normal:\n    family: {FONT}\n  size: 12\n"
                f"window:\n  dimensions:\n    columns: {columns}\n    lines: {rows}\n"
            )
            return ["alacritty", "--config-file", str(config), "-e", script]
    raise SystemExit(f"unknown terminal {terminal}; choose one of {', '.join(TERMINALS)}")


def free_display() -> int:
    return next(
        n for n in range(60, 90) if not Path(f"/tmp/.X11-unix/X{n}").exists() and not Path(f"/tmp/.X{n}-lock").exists()
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terminal", choices=TERMINALS, default="xterm")
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
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], env=environment
        ).returncode
    if options.list:
        for name in TERMINALS:
            print(f"{name:10} {shutil.which(BINARIES.get(name, name)) or 'not installed'}")
        return 0
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command after --")
    columns, rows = map(int, options.size.split("x"))
    started: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        display = f":{free_display()}"
        environment = {
            **os.environ,
            "DISPLAY": display,
            "HOME": folder,
            "XDG_RUNTIME_DIR": folder,
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "COLORTERM": "truecolor",
            "QT_QPA_PLATFORM": "xcb",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "NO_AT_BRIDGE": "1",
        }
        for name in ("TMUX", "TERM_PROGRAM", "VTE_VERSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID"):
            environment.pop(name, None)
        script = home / "run.sh"
        script.write_text(
            f"#!/bin/sh\nexport HOME={shlex.quote(os.environ.get('HOME', '/root'))}\ncd {shlex.quote(os.getcwd())}\n"
            f'{shlex.join(command)}\necho "exit status $?"\nsleep 30\n'
        )
        script.chmod(0o755)

        def start(arguments: list[str]) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                arguments,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            started.append(process)
            return process

        def tool(*arguments: str) -> str:
            return subprocess.run(arguments, env=environment, capture_output=True, text=True).stdout.strip()

        def geometry(window: str) -> dict[str, str]:
            lines = tool("xdotool", "getwindowgeometry", "--shell", window).splitlines()
            return dict(line.split("=", 1) for line in lines if "=" in line)

        def area(shape: dict[str, str]) -> int:
            return int(shape.get("WIDTH", 0)) * int(shape.get("HEIGHT", 0))

        def picture(path: str) -> None:
            tool("import", "-window", "root", path)
            print(path)

        try:
            start(["Xvfb", display, "-screen", "0", "1400x900x24", "+extension", "GLX", "-nolisten", "tcp"])
            time.sleep(1.0)
            start(command_line(options.terminal, columns, rows, str(script), home))
            time.sleep(options.settle)
            candidates = tool("xdotool", "search", "--onlyvisible", "--name", ".*").split()
            root = area({"WIDTH": "1400", "HEIGHT": "900"})
            sizes = {candidate: area(geometry(candidate)) for candidate in candidates}
            window = max((w for w in sizes if sizes[w] < root), key=lambda w: sizes[w], default="")
            if window:
                tool("xdotool", "windowfocus", window)
            for key in options.keys.split():
                kind, _, value = key.partition(":")
                if kind == "wait":
                    time.sleep(float(value))
                elif kind == "shot":
                    picture(value)
                elif kind == "text":
                    tool("xdotool", "type", "--delay", "60", value)
                elif kind == "click" and window:
                    column, row = map(int, value.split(","))
                    shell = geometry(window)
                    x = int((column + 0.5) * int(shell["WIDTH"]) / columns)
                    y = int((row + 0.5) * int(shell["HEIGHT"]) / rows)
                    tool("xdotool", "mousemove", "--window", window, str(x), str(y), "click", "1")
                else:
                    tool("xdotool", "key", key)
                time.sleep(options.pause)
            time.sleep(0.6)
            picture(options.out)
        finally:
            for process in reversed(started):
                try:
                    os.killpg(process.pid, signal.SIGTERM)
                    process.wait(3)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    try:
                        os.killpg(process.pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
