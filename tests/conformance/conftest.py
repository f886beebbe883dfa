"""The Unicode files of this folder."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDER = Path(__file__).parent / "ucd"


def _numbered_lines(name: str) -> Iterator[tuple[int, str]]:
    with gzip.open(_FOLDER / f"{name}.txt.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            data = line.partition("#")[0].strip()
            if data:
                yield number, data


@pytest.fixture(scope="session")
def ucd() -> Callable[[str], Iterator[tuple[int, str]]]:
    """Name of a file, without suffix -> its numbered data lines, without comments and blank lines."""
    return _numbered_lines
