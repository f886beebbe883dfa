"""What is kept of an error that nobody foresaw."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from annotator import __version__


def write_report(error: BaseException, argv: Sequence[str]) -> str:
    """Write the traceback of ERROR to a new file in the user's state folder and return its path.

    Where that folder cannot be written the folder for temporary files takes it.
    """
    at = datetime.now(UTC)
    trace = "".join(traceback.format_exception(error))
    content = "\n".join(
        [
            f"annotator {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"at {at.isoformat(timespec='seconds')}",
            f"command: {[*argv]!r}",
            "",
            trace,
        ]
    )
    name = f"crash-{at:%Y%m%dT%H%M%S}-"
    for folder in (state_folder(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor, path = tempfile.mkstemp(prefix=name, suffix=".txt", dir=folder)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(content)
        except OSError:
            continue
        return path
    sys.stderr.write(trace)  # nowhere to keep it, so it must not be lost
    return "(no file could be written)"


def state_folder() -> Path:
    """The user's folder for what programs keep from run to run (XDG_STATE_HOME and its like)."""
    from platformdirs import user_state_path

    return Path(user_state_path("arabic-annotator", appauthor=False))
