"""Files named on a command line or in a file dialog: which they are, and their bytes, however odd they are."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotator.errors import TextError

_SHOWN: Final = 5
"""Endings that a message names."""

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or folder that cannot be read, and why."""

    path: str
    message: str


def find_files(
    paths: Iterable[Path | str], suffixes: Collection[str] | None, passed: list[Path] | None = None
) -> Iterator[Path | Unread]:
    """The files of PATHS in their order; folders give theirs, with their folders', that end in SUFFIXES, sorted.

    Without SUFFIXES every file. Hidden files and folders inside a folder are passed over, symbolic links followed,
    each folder visited once. Each file is given once. A folder of PATHS that gives nothing is given as unread. PASSED
    grows by the files with another ending.
    """
    passed = [] if passed is None else passed
    seen: set[str] = set()
    visited: set[tuple[int, int]] = set()
    for path in map(Path, paths):
        before, empty = len(visited), True
        for found in _walk(path, suffixes, visited, passed) if os.path.isdir(path) else (path,):  # noqa: PTH112 - never raises
            empty = False
            key = os.path.realpath(found) if isinstance(found, Path) else found.path
            if key not in seen:
                seen.add(key)
                yield found
        if empty and len(visited) > before:
            nothing = (
                f"no file in this folder ends in {', '.join(suffixes)}"
                if suffixes
                else "there is no file in this folder"
            )
            yield Unread(str(path), nothing)


def _walk(
    folder: Path, suffixes: Collection[str] | None, visited: set[tuple[int, int]], passed: list[Path]
) -> Iterator[Path | Unread]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in visited:
            return
        visited.add((status.st_dev, status.st_ino))
        entries = sorted(folder.iterdir())
        if entries:
            entries[0].lstat()  # a folder may tell its names to somebody who may not go in
    except PermissionError:
        yield Unread(str(folder), "you are not permitted to read this folder. Change its permissions")
        return
    except OSError as error:
        yield Unread(str(folder), f"the folder cannot be read ({error.strerror})")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if os.path.isdir(entry):  # noqa: PTH112 - as above
            yield from _walk(entry, suffixes, visited, passed)
        elif suffixes is None or entry.suffix.lower() in suffixes:
            yield entry
        else:
            passed.append(entry)


def endings(paths: Iterable[Path | str]) -> str:
    """The endings of PATHS, the most frequent first: `.bio, .iob, no ending`."""
    counts = Counter(Path(path).suffix.lower() for path in paths)
    ranked = sorted(counts, key=lambda suffix: (-counts[suffix], not suffix, suffix))
    named = [shown(suffix) or "no ending" for suffix in ranked[:_SHOWN]]
    more = f" and {len(counts) - _SHOWN:,} more" if len(counts) > _SHOWN else ""
    return f"{', '.join(named)}{more}"


def read_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most LIMIT bytes. TextError, which does not name the file, for anything else.

    Pipes and devices are opened without waiting for the other end, and refused.
    """
    try:
        if _is_open_database(os.path.realpath(path)):
            raise TextError("this belongs to a database in use, it is no file of text")
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            _require_regular(status.st_mode)
            if status.st_size <= limit:
                data = file.read(limit + 1)
                if len(data) <= limit:
                    return data
    except FileNotFoundError:
        raise TextError("there is no such file", hint="Check the name") from None
    except IsADirectoryError:
        raise TextError("this is a folder") from None
    except PermissionError:
        hint = "Change its permissions, or those of its folder"
        raise TextError("you are not permitted to read this file", hint=hint) from None
    except OSError as error:  # ENXIO for a socket, EIO, ELOOP, ENAMETOOLONG ...
        reason = error.strerror or str(error)
        raise TextError(f"the file cannot be read ({reason})") from error
    except ValueError:
        raise TextError("a file name cannot hold NUL") from None
    raise TextError(
        f"the file has {status.st_size / 2**20:,.1f} MiB, at most {limit // 2**20} MiB are read",
        hint="Split it into several files",
    )


def _is_open_database(path: str) -> bool:
    """Whether PATH is an SQLite database that somebody has open, or is one of the files beside it.

    This program may be who has: closing the file would let go of its locks, and another program's end would then take
    the log away that it writes to (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    base = path.removesuffix("-wal").removesuffix("-shm")
    return os.path.exists(base) and os.path.exists(f"{base}-shm")  # noqa: PTH110 - never raises


def _require_regular(mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise TextError("this is a folder")
    kind = next((name for holds, name in _KINDS if holds(mode)), "no ordinary file")
    raise TextError(f"this is {kind}, not a file of text", hint="Save what it gives to a file first")


def may_be_there(path: Path | str) -> bool:
    """Whether PATH exists, or is where the person may not look: then only opening it says what is wrong."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def shown(path: Path | str) -> str:
    """PATH for a message: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")
