"""Keys: a person's own, those of an Arabic keyboard, and letters that move the caret.

A person's own keys come from a TOML file (`annotator.workflow.key_file`). What is wrong in it is left out, so that
the program always starts, and is told with the id of the command.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.tui.commands import BY_ID, COMMANDS, Command
from annotator.tui.key_titles import key_title

if TYPE_CHECKING:
    from annotator.model.schema import Schema
    from annotator.workflow.key_file import KeyFile
    from annotator.workflow.preferences import Style

__all__ = ["MOVES", "UserKeys", "key_name", "latin", "load", "normal_name", "own_characters", "settle"]

MOVES: Final[Mapping[str, str]] = {
    "h": "annotate.left",
    "j": "annotate.down",
    "k": "annotate.up",
    "l": "annotate.right",
    "w": "annotate.next-word",
    "b": "annotate.previous-word",
    "0": "annotate.line-start",
    "dollar_sign": "annotate.line-end",
}
"""What letters do while they move the caret, as in vi: key -> id of a command."""


# -- an Arabic keyboard ----------------------------------------------------------------------------------------------


def _keyboard() -> dict[str, str]:
    """What a key types in the Arabic layout -> what it types in the US layout, shifted and not.

    Source: xkeyboard-config, symbols/ara, "basic", which is Microsoft's Arabic (101) keyboard; (102) differs in keys
    that no command uses. A character that a US keyboard types too, such as the brackets on its shifted keys, is left
    as it is.
    """
    rows = (
        ("`qwertyuiop[]", "ذضصثقفغعهخحجد"),
        ("asdfghjkl;'", "شسيبلاتنمكط"),
        ("zxcvnm,./", "ئءؤرىةوزظ"),
        ("~QWERTYIOP", "\u0651\u064e\u064b\u064f\u064cﻹإ÷×؛"),
        ("ASGHJK", "\u0650\u064dﻷأ\u0640،"),
        ("XNBb?", "\u0652آﻵﻻ؟"),
        ("0123456789", "٠١٢٣٤٥٦٧٨٩"),
        ("0123456789", "۰۱۲۳۴۵۶۷۸۹"),
    )
    return {arabic: key for keys, typed in rows for key, arabic in zip(keys, typed, strict=True)}


_LATIN: Final[Mapping[str, str]] = _keyboard()


def latin(character: str) -> str | None:
    """What the key that types CHARACTER in the Arabic layout types in the US layout; None for other characters."""
    return _LATIN.get(character)


def own_characters(schema: Schema) -> frozenset[str]:
    """The characters that SCHEMA itself uses as hotkeys, wherever they count; they are not translated."""
    roles = (role for event in schema.events for role in event.roles)
    return frozenset(item.hotkey for item in (*schema.labels(), *schema.relations, *schema.attributes, *roles))


# -- names of keys ---------------------------------------------------------------------------------------------------

_MODIFIERS: Final = ("alt", "ctrl", "super", "hyper", "meta", "shift")
"""In the order of Textual's names."""
_SHORT: Final = {
    "esc": "escape",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "return": "enter",
}


@lru_cache(maxsize=256)
def key_name(character: str) -> str:
    """Textual's name of the key that types CHARACTER: letters and digits name themselves, `/` is `slash`."""
    from textual.keys import KEY_NAME_REPLACEMENTS  # noqa: PLC0415 - the command line reads this module without Textual

    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name) or character


def normal_name(written: str) -> str | None:
    """A key as a person writes it (`Ctrl+Z`, `/`, `F3`, `shift+d`) by Textual's name; None when there is none."""
    from textual.keys import KEY_ALIASES, Keys, key_to_character  # noqa: PLC0415 - as above

    plus = written == "+" or written.endswith("++")
    before, _, last = written[:-1].rpartition("+") if plus else written.rpartition("+")
    modifiers = {part.strip().lower() for part in before.split("+") if part}
    last = "+" if plus else last.strip() or last
    if not last or not modifiers <= set(_MODIFIERS):
        return None
    if len(last) > 1:
        name = _SHORT.get(last.lower(), last.lower())
        if name not in set(Keys) and key_to_character(name) is None:
            return None
    elif not last.isprintable():
        return None
    elif modifiers == {"shift"} and last.upper() != last.lower():
        return last.upper()
    else:
        if modifiers and last.isupper():
            modifiers |= {"shift"} if "alt" in modifiers else set()
            last = last.lower()
        name = key_name(last)
    full = "+".join([*(part for part in _MODIFIERS if part in modifiers), name])
    return next((key for key, aliases in KEY_ALIASES.items() if full in aliases), full)


# -- a person's own keys ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UserKeys:
    """What holds of a person's file of keys: Textual's keys by command id; `problems` are sentences."""

    style: Style = "arrows"
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def load(path: Path, schema: Schema) -> UserKeys:
    """The person's keys in the file PATH, as far as they hold beside each other and beside the labels of SCHEMA."""
    from annotator.workflow.key_file import read_keys  # noqa: PLC0415 - off the start-up path without a file

    said = read_keys(path)
    return UserKeys() if said is None else settle(said, {key: label.name for key, label in schema.by_hotkey.items()})


def settle(said: KeyFile, labels: Mapping[str, str]) -> UserKeys:
    """What holds of a file of keys. LABELS: the names of labels by their hotkeys.

    A command of which no key holds has the keys it has by default. A key that two commands of one screen claim
    belongs to the one named first, and before others to commands that the file does not name.
    """
    problems = list(said.problems)
    asked: dict[str, tuple[str, ...]] = {}
    for id, written in said.keys.items():
        if id not in BY_ID:
            near = get_close_matches(id, BY_ID, 1)
            problems.append(f"{id}: there is no such command{f'; is it {near[0]}?' if near else ''}")
            continue
        found = {key: normal_name(key) for key in written}
        problems += [f"{id}: {key!r} is no key" for key, name in found.items() if name is None]
        names = tuple(dict.fromkeys(name for name in found.values() if name is not None))
        if names or not written:
            asked[id] = names
    return UserKeys(said.style, *_apart(asked, labels, problems))


def _apart(
    asked: dict[str, tuple[str, ...]], labels: Mapping[str, str], problems: list[str]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """ASKED without the keys that belong to something else already."""
    while True:
        kept: dict[str, tuple[str, ...]] = {}
        clashes: list[str] = []
        lost = ""
        for id, keys in asked.items():
            owners = {key: _owner(BY_ID[id], key, asked, kept, labels) for key in keys}
            clashes += [f"{id}: {key_title(key)} belongs to {owner}" for key, owner in owners.items() if owner]
            kept[id] = tuple(key for key in keys if not owners[key])
            if keys and not kept[id]:
                lost = id
                break
        if not lost:
            return kept, (*problems, *clashes)
        del asked[lost]  # its own keys are taken back by it, which may clash with others
        problems += [clash for clash in clashes if clash.startswith(f"{lost}: ")]


def _owner(
    command: Command,
    key: str,
    asked: Mapping[str, tuple[str, ...]],
    kept: Mapping[str, tuple[str, ...]],
    labels: Mapping[str, str],
) -> str:
    """What KEY belongs to already on a screen where COMMAND counts, empty when to nothing."""
    for other in _beside(command, COMMANDS):
        held = kept.get(other.id, () if other.id in asked else other.keys)
        if key in held:
            return other.id
    if command.scope in {"annotate", "app"}:
        for hotkey, label in labels.items():
            name = key_name(hotkey)
            if key in {name, f"alt+{name}", f"alt+shift+{name.lower()}" if name.isupper() else name}:
                return f"the label {label}"
    return ""


def _beside(command: Command, commands: Iterable[Command]) -> Iterator[Command]:
    """The other commands that count on a screen where COMMAND does."""
    for other in commands:
        if other.id != command.id and ("app" in {other.scope, command.scope} or other.scope == command.scope):
            yield other
