"""A PostgreSQL server that is there for as long as somebody holds it: run by the tests as a program of its own.

`find`    print the folder of the server's programs; exit status 1 when they are not on this machine.
`serve`   start a server in a temporary folder, print "ready URL" or "none REASON", and stop when standard input ends,
          which it also does when whoever held the other end was killed.

It is reached over a socket in its folder and over no port, keeps nothing, and is never root: PostgreSQL refuses that.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn
from urllib.parse import quote

PROGRAMS: Final = ("initdb", "postgres")
INSTALLED: Final = Path("/usr/lib/postgresql")
"""Where Debian and its kin keep one folder for each version."""
PORT: Final = 5432
"""No port is listened at: the socket's name ends with it."""
SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "autovacuum": "off",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
}
USER: Final = "annotator"
LINGUISTIC: Final = ("--locale-provider=icu", "--icu-locale=ar")
"""Sorting as on many real servers, where capitals and Arabic are not in the order of code points; since version 15."""
UNPRIVILEGED: Final = ("postgres", "nobody")
"""Whom the server runs as where the tests run as root."""
SOCKET_BYTES: Final = 100
"""The longest name of a socket that every system takes."""
START_SECONDS: Final = 60


class NoServerError(Exception):
    """Why there is no server."""


def programs() -> Path:
    """The folder of the server's programs. NoServerError when there is none."""
    folders = [Path(found).resolve().parent for name in PROGRAMS if (found := shutil.which(name))]
    folders += sorted(INSTALLED.glob("*/bin"), key=version, reverse=True)
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        folders += [Path(said)] if said else []
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
            return folder
    raise NoServerError("no PostgreSQL server is installed (on Debian: apt install postgresql)")


def version(folder: Path) -> float:
    """The version that a folder of programs is named after."""
    with suppress(ValueError):
        return float(folder.parent.name)
    return 0


def unprivileged() -> dict[str, Any]:
    """Options for `subprocess` that run a program as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    for name in UNPRIVILEGED:
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise NoServerError(f"PostgreSQL does not run as root, and there is no user {' or '.join(UNPRIVILEGED)}")


def new_folder() -> Path:
    """A temporary folder that others reach too, with a name short enough for a socket in it."""
    for parent in map(Path, dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp"))):
        with suppress(OSError):
            open_to_all = all(above.stat().st_mode & stat.S_IXOTH for above in (parent, *parent.parents))
            if (open_to_all or os.geteuid() != 0) and len(os.fsencode(parent)) < SOCKET_BYTES - 40:
                return Path(tempfile.mkdtemp(prefix="annotator-pg-", dir=parent))
    raise NoServerError("no temporary folder is short enough for a socket")


def serve() -> None:
    """Start, say so, and stop when standard input ends."""
    who, where = unprivileged(), programs()
    folder = new_folder()
    server: subprocess.Popen[bytes] | None = None
    try:
        if who:
            os.chown(folder, who["user"], who["group"])
        server = started(where, folder, who)
        say("ready", f"postgresql+psycopg://{USER}@:{PORT}/postgres?host={quote(str(folder))}")
        sys.stdin.buffer.read()
    finally:
        if server is not None:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def started(programs: Path, folder: Path, who: dict[str, Any]) -> subprocess.Popen[bytes]:
    """The server, once it takes connections."""
    data = folder / "data"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    with (folder / "log").open("wb") as log:
        common: dict[str, Any] = {
            "cwd": folder,
            "env": {**kept, "LC_ALL": "C"},
            "stdin": subprocess.DEVNULL,
            "stdout": log,
            "stderr": subprocess.STDOUT,
            **who,
        }
        make = [str(programs / "initdb"), f"--pgdata={data}", f"--username={USER}", "--auth=trust", "--encoding=UTF8"]
        make += ["--locale=C", "--no-sync"]
        try:
            if subprocess.run([*make, *LINGUISTIC], **common, check=False).returncode != 0:
                subprocess.run(make, **common, check=True)
            settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
            command = [str(programs / "postgres"), "-D", str(data), f"--unix_socket_directories={folder}", *settings]
            server: subprocess.Popen[bytes] = subprocess.Popen(command, **common)
        except (OSError, subprocess.SubprocessError) as error:
            raise NoServerError(f"no PostgreSQL server could be made: {last_line(folder) or error}") from error
    try:
        await_ready(server, folder)
    except BaseException:
        stop(server)
        raise
    return server


def await_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until the file of the server's state says that it takes connections."""
    state = folder / "data" / "postmaster.pid"
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError):
            if "ready" in state.read_text(encoding="utf-8").split():
                return
        time.sleep(0.01)
    raise NoServerError(f"the PostgreSQL server did not start: {last_line(folder)}")


def last_line(folder: Path) -> str:
    """What the server said last."""
    lines = (folder / "log").read_text(errors="replace", encoding="utf-8").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server and everybody's connections to it."""
    server.send_signal(signal.SIGINT)  # "fast": without waiting for clients
    try:
        server.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)  # "immediate": it still lets go of its shared memory
        server.wait()


def say(*words: str) -> None:
    """One line, at once."""
    print(*words, flush=True)


def leave(signal_: int, _: FrameType | None) -> NoReturn:
    """End as after an error, so that the server ends too."""
    sys.exit(128 + signal_)


if __name__ == "__main__":
    try:
        if sys.argv[1] == "find":
            print(programs())
        else:
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, leave)
            serve()
    except NoServerError as reason:
        say("none", str(reason))
        sys.exit(1)
