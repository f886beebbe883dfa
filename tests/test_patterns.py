"""Regular expressions mean the same in every Python that the program runs on."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined]  # the only way to see what a pattern consists of
from typing import Any

import pytest

import annotator

SINGLE = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN}


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for module in pkgutil.walk_packages(annotator.__path__, "annotator."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    yield f"{module.name}.{name}", value


def parts(parsed: Any) -> Iterator[tuple[Any, Any]]:
    """All operations of a parsed pattern, those inside others too."""
    if isinstance(parsed, _parser.SubPattern):
        for part in parsed:
            yield part
            yield from parts(part[1])
    elif isinstance(parsed, list | tuple):
        for part in parsed:
            yield from parts(part)


def is_misread(pattern: str | bytes, flags: int) -> bool:
    """Whether Python before 3.11.5 may misread PATTERN: an atomic group, a possessive repeat of more than a class."""
    for operation, argument in parts(_parser.parse(pattern, flags)):
        if operation is _constants.ATOMIC_GROUP:
            return True
        if operation is _constants.POSSESSIVE_REPEAT:
            (repeated, _), *more = argument[2]
            if more or repeated not in SINGLE:
                return True
    return False


@pytest.mark.parametrize("pattern", ["(?:ab?c)*+", "(?>a)", r"(a)\1*+", "x(?:a|(?:b+c)?+)"])
def test_misread_patterns_are_seen(pattern: str) -> None:
    assert is_misread(pattern, 0)


@pytest.mark.parametrize("pattern", ["(?:a*+b)*", "[ab]{2,5}+", "x++|.?+"])
def test_others_are_not(pattern: str) -> None:
    assert not is_misread(pattern, 0)


def test_no_pattern_is_misread_by_an_older_python() -> None:
    """Debian 12 has 3.11.2, in which `(?:...)*+` matches the wrong length (mended in 3.11.5)."""
    found = dict(patterns())
    assert len(found) > 30
    assert [name for name, pattern in found.items() if is_misread(pattern.pattern, pattern.flags & ~re.UNICODE)] == []
