"""Hidden folders for files that are being written, and the end of those that a killed process left behind.

A process holds a lock in its folder for as long as it lives (flock(2)); the system lets go of it however the process
ends. What can be locked has therefore no owner. Where the disk knows no locks nothing is ever taken for abandoned.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final

PREFIX: Final = ".writing-"
LOCK: Final = ".lock"
"""The file in such a folder that carries the lock; no other may have the name."""

_TRIES: Final = 100


class Aside:
    """A new hidden folder inside FOLDER, gone with its files at the end of the `with` block.

    What processes that are dead left in FOLDER goes at the beginning. OSError when the disk says no.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: tuple[Path, int | None] | None = None

    def __enter__(self) -> Path:
        _sweep(self.folder)
        for _ in range(_TRIES):
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self.folder))
            try:
                self._made = path, _own(path / LOCK)
            except (BlockingIOError, FileNotFoundError):  # somebody swept it up before it was locked
                continue
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
            return path
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._made is not None:
            path, lock = self._made
            shutil.rmtree(path, ignore_errors=True)
            if lock is not None:
                os.close(lock)
            self._made = None


def _own(place: Path) -> int | None:
    """Make and lock the file PLACE; None where nothing can be locked, and then without the file nobody sweeps.

    BlockingIOError or FileNotFoundError when somebody was quicker.
    """
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(place.stat(), os.fstat(descriptor)):
            return descriptor
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError | FileNotFoundError):
            raise
        place.unlink()  # no locks here, as on some network disks
        return None
    os.close(descriptor)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))


def _sweep(folder: Path) -> None:
    """Remove the hidden folders in FOLDER whose processes are dead; whatever cannot be removed stays."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob(f"{PREFIX}*")):
            with contextlib.suppress(OSError):
                descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
                finally:
                    os.close(descriptor)
