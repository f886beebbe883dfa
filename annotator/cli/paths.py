"""Paths on a command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from annotator.errors import UsageError


def here() -> Path:
    """The folder that the program was called in. UsageError when it was removed meanwhile."""
    try:
        return Path.cwd()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        hint = "Go to another folder and try again"
        raise UsageError(f"the folder that you are in cannot be used ({reason})", hint=hint) from error


def path(typed: str) -> Path:
    """For `type=` of argparse. An empty path, as of a shell variable that is not set, would mean this folder."""
    if not typed:
        raise argparse.ArgumentTypeError("a path cannot be empty")
    return Path(typed)
