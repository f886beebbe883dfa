"""Paths on a command line."""

from __future__ import annotations

import argparse
from pathlib import Path


def path(typed: str) -> Path:
    """For `type=` of argparse. An empty path, as of a shell variable that is not set, would mean this folder."""
    if not typed:
        raise argparse.ArgumentTypeError("a path cannot be empty")
    return Path(typed)
