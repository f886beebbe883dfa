"""What one person has chosen for themselves: how the text is shown, and a file with keys of their own.

How the text is shown is kept with the project, per person, as texts by name (`Store.set_state`). The keys are a TOML
file in the person's own folder; this module knows its shape, the screens know which commands and keys there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast, get_args

__all__ = ["SPACINGS", "KeyFile", "Style", "View", "keys_path", "read_keys"]

KEYS_VARIABLE: Final = "ANNOTATOR_KEYS"
KEYS_LIMIT: Final = 1 << 20
"""Bytes of a file of keys; a longer one is something else."""

Style: TypeAlias = Literal["arrows", "vi"]
"""What moves the caret: arrows alone, or letters too."""

SPACINGS: Final = 3
"""A line is followed by 0 to SPACINGS - 1 blank rows."""
_PREFIX: Final = "view-"
_SAID: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class View:
    """How the text is shown. `panel` None: as the width of the terminal allows; `spacing` is in rows after a line."""

    lanes: bool = True
    panel: bool | None = None
    marks: bool = True
    controls: bool = True
    islands: bool = False
    spacing: int = 0

    @classmethod
    def read(cls, state: Mapping[str, str]) -> View:
        """The view kept in STATE; whatever is missing there or makes no sense is as it is by default."""
        found: dict[str, bool | int] = {}
        for each in fields(cls):
            said = state.get(_PREFIX + each.name, "")
            if each.name == "spacing":
                if said in map(str, range(SPACINGS)):
                    found[each.name] = int(said)
            elif said in _SAID:
                found[each.name] = _SAID[said]
        return cls(**found)  # type: ignore[arg-type]  # each has the type of its field

    def changes(self, before: View) -> dict[str, str]:
        """What of it to keep, by name, because BEFORE was otherwise."""
        return {
            _PREFIX + each.name: str(value) if each.name == "spacing" else "yes" if value else "no"
            for each in fields(self)
            if (value := getattr(self, each.name)) != getattr(before, each.name)
        }


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a file of keys says: keys by the id of their command, as they are written; and what is wrong with it."""

    style: Style = "arrows"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def keys_path(environment: Mapping[str, str]) -> Path:
    """The person's file of keys, whether or not there is one: what $ANNOTATOR_KEYS names, or the default place."""
    named = environment.get(KEYS_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path  # noqa: PLC0415 - not where the file is named

    return Path(user_config_path("arabic-annotator", appauthor=False)) / "keys.toml"


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
    import tomllib  # noqa: PLC0415 - only for those who have such a file

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
