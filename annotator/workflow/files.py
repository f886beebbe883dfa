"""Files that are there whole or not at all: written aside in the same folder, flushed to the disk, then renamed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import signal
import stat
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from annotator.errors import AnnotatorError, UnwritableError
from annotator.workflow.aside import LOCK, Aside

_HINTS: Final = {
    errno.ENOSPC: "The disk is full: make room and try again",
    errno.EDQUOT: "The disk quota is used up: make room and try again",
    errno.EROFS: "The disk is read-only: choose another folder",
    errno.EACCES: "There is no permission: choose another folder or change its permissions",
    errno.EPERM: "There is no permission: choose another folder or change its permissions",
    errno.ENOENT: "There is no such folder: make it first",
    errno.ENOTDIR: "Part of this path is a file: choose a folder",
    errno.EEXIST: "A file stands where a folder is needed: choose another place",
    errno.EISDIR: "A folder stands where the file should go: choose another place",
    errno.ENAMETOOLONG: "The name is too long for this disk: use a shorter one",
}

_GENERAL_HINTS: Final = {
    errno.EACCES: "There is no permission: change those of the file or of its folder",
    errno.EPERM: "There is no permission: change those of the file or of its folder",
    **{code: _HINTS[code] for code in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)},
    errno.EIO: "The disk or the terminal reported an error: check it and try again",
    errno.EMFILE: "Too many files are open: close other programs, or raise the limit with 'ulimit -n'",
    errno.ENFILE: "Too many files are open: close other programs",
    errno.ENOMEM: "There is not enough memory: close other programs",
    errno.ESTALE: "The network disk lost the file: try again",
}
"""Where it is not known whether something was to be read or written."""

_OPEN_FILES: Final = 8
_SHOWN: Final = 5
"""Files that a message names."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was put in place: its size in bytes and its SHA-256 in hexadecimal.

    `replaced` tells that something else stood there; a file with the same content does not count.
    """

    path: Path
    size: int
    sha256: str
    replaced: bool = False


def unwritable(error: OSError, path: Path | str) -> UnwritableError:
    """ERROR, met while writing PATH, or what else PATH names, as an error that says what to do."""
    reason = (error.strerror or type(error).__name__).lower()
    return UnwritableError(f"this cannot be written ({reason})", where=str(path), hint=_HINTS.get(error.errno or 0, ""))


def refused(error: OSError) -> AnnotatorError | None:
    """ERROR of the system, met anywhere, as an error that says what to do; None where only a programmer would know."""
    hint = _GENERAL_HINTS.get(error.errno or 0)
    if hint is None:
        return None
    where = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    return AnnotatorError(f"the system refused this ({(error.strerror or '').lower()})", where=where, hint=hint)


def write_atomically(path: Path, data: bytes) -> WrittenFile:
    """Write DATA to PATH, whole or not at all. UnwritableError, with what stood there untouched."""
    with Staging(path.parent) as staging:
        staging.append(path.name, data)
        return staging.commit()[0]


class Staging:
    """Files growing in a hidden folder (`Aside`) inside `folder`, which is made when it is not there.

    `commit` flushes them and moves them into `folder`, replacing files of the same name. Leaving the `with` block
    without it takes everything away again. Every method raises UnwritableError, and only that, when the disk says no.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: list[Path] = []
        self._aside = Aside(folder)
        self._place: Path | None = None
        self._digests: dict[str, hashlib._Hash] = {}
        self._sizes: dict[str, int] = {}
        self._open: OrderedDict[str, BinaryIO] = OrderedDict()
        self._removed: list[str] = []
        self._done = False

    def __enter__(self) -> Self:
        try:
            with self._errors(self.folder):
                missing = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
                for folder in reversed(missing):
                    folder.mkdir(exist_ok=True)
                    self._made.append(folder)
                self._place = self._aside.__enter__()
        except UnwritableError:
            self._unmake()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            while self._open:
                self._open.popitem()[1].close()
        self._aside.__exit__(kind, error, traceback)
        if not self._done:
            self._unmake()

    def _unmake(self) -> None:
        with contextlib.suppress(OSError):  # a folder that somebody else has put something into stays
            for folder in reversed(self._made):
                folder.rmdir()

    def append(self, name: str, data: bytes) -> None:
        """Add DATA to the file NAME. Any number of files may grow side by side."""
        if not name or name in (".", "..", LOCK) or any(sign in name for sign in "/\\\0:"):
            raise UnwritableError(f"{name!r} is no plain file name", where=str(self.folder))
        with self._errors(self.folder / name):
            if name not in self._open:
                if len(self._open) >= _OPEN_FILES:
                    _flush(self._open.popitem(last=False)[1])
                self._open[name] = (self._inside() / name).open("ab")
            self._open.move_to_end(name)
            self._open[name].write(data)
        self._digests.setdefault(name, hashlib.sha256()).update(data)
        self._sizes[name] = self._sizes.get(name, 0) + len(data)

    def remove(self, name: str) -> None:
        """Take the file NAME, which an earlier run may have left, out of the folder when the others are put in."""
        self._removed.append(name)

    def written(self) -> tuple[WrittenFile, ...]:
        """The files as they stand, in the order in which they were begun."""
        return tuple(
            WrittenFile(self.folder / name, size, self._digests[name].hexdigest()) for name, size in self._sizes.items()
        )

    def commit(self) -> tuple[WrittenFile, ...]:
        """Put all files in place, in the order in which they were begun.

        Each is moved by one rename; when one of several cannot be, the error names those that are new already.
        """
        for name in self._sizes:
            if (self.folder / name).is_dir():
                raise unwritable(IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)), self.folder / name)
        with self._errors(self.folder):
            while self._open:
                _flush(self._open.popitem()[1])
        written = tuple(replace(file, replaced=_differs(file)) for file in self.written())
        moved: list[str] = []
        with _undisturbed():
            for name in self._sizes:
                with self._errors(self.folder / name, moved):
                    (self._inside() / name).replace(self.folder / name)
                moved.append(name)
            self._done = True
            for name in self._removed:
                with self._errors(self.folder / name, moved):
                    (self.folder / name).unlink(missing_ok=True)
        _flush_folder(self.folder)
        return written

    def _inside(self) -> Path:
        if self._place is None:
            raise UnwritableError("the folder was not opened for writing", where=str(self.folder))
        return self._place

    @contextlib.contextmanager
    def _errors(self, path: Path, moved: Sequence[str] = ()) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            refusal = unwritable(error, path)
            if moved:
                more = f" and {len(moved) - _SHOWN:,} more" if len(moved) > _SHOWN else ""
                new = f"New already: {', '.join(moved[:_SHOWN])}{more}"
                refusal.hint = f"{refusal.hint}. {new}" if refusal.hint else new
            raise refusal from error


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals that end a program wait until this is left: of many files all are then in place, or none.

    That holds in the main thread. Called in another, this leaves the signal to the main thread, and the files to
    whether that waits for this one before the program ends.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _differs(file: WrittenFile) -> bool:
    """Whether something else than the content of FILE stands at its path: also what cannot be read."""
    try:
        there = file.path.lstat()
        if not stat.S_ISREG(there.st_mode) or there.st_size != file.size:
            return True
        with file.path.open("rb") as old:
            return hashlib.file_digest(old, "sha256").hexdigest() != file.sha256
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _flush(file: BinaryIO) -> None:
    """Close FILE once its bytes are on the disk."""
    with file:
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the renames in FOLDER survive a power cut, where the system lets a folder be flushed."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
