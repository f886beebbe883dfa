"""The shape of a person's file of keys, TOML. Which commands and keys there are is known to the screens alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast, get_args

from annotator.workflow.preferences import Style

__all__ = ["KEYS_LIMIT", "KeyFile", "read_keys"]

KEYS_LIMIT: Final = 1 << 20
"""Bytes of a file of keys; a longer one is something else."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a file of keys says: keys by the id of their command, as they are written; and what is wrong with it."""

    style: Style = "arrows"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_keys(path: Path) -> KeyFile | None:
    """What the file PATH says; None when there is none. What is wrong is told in `problems`, and left out."""
    try:
        if path.stat().st_size > KEYS_LIMIT:
            return KeyFile(problems=(f"the file is larger than {KEYS_LIMIT:,} bytes; nothing of it holds",))
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return KeyFile(problems=(f"the file cannot be read: {error.strerror or error}",))
    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return KeyFile(problems=(f"byte {error.start} is no UTF-8; nothing of the file holds",))
    except tomllib.TOMLDecodeError as error:
        return KeyFile(problems=(f"this is no TOML: {error}; nothing of the file holds",))
    return _shaped(found)


def _shaped(found: Mapping[str, object]) -> KeyFile:
    problems = [f'"{name}" means nothing; there are "style" and [keys]' for name in found.keys() - {"style", "keys"}]
    problems.sort()
    style = found.get("style", "arrows")
    if style not in get_args(Style):
        problems.append(f"style: {style!r} is none; there are {', '.join(map(repr, get_args(Style)))}")
        style = "arrows"
    keys: dict[str, tuple[str, ...]] = {}
    table = found.get("keys", {})
    if not isinstance(table, dict):
        problems.append("keys: this has to be a table, [keys]")
        table = {}
    for name, said in table.items():
        listed = [said] if isinstance(said, str) else said
        if isinstance(said, dict):
            problems.append(f'keys.{name}: put the id in quotes: "{name}.{next(iter(said), "...")}"')
        elif not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
            problems.append(f'{name}: keys are a list of names, such as ["d", "delete"]')
        else:
            keys[name] = tuple(listed)
    return KeyFile(cast("Style", style), keys, tuple(problems))
