"""Hotkeys of labels that are keys of commands: a command comes first, so such a label has none on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.tui.commands import Command, commands_of, key_map

if TYPE_CHECKING:
    from annotator.model.schema import Schema

_OwnKeys = Mapping[str, tuple[str, ...]]


def taken_hotkeys(schema: Schema, own: _OwnKeys) -> dict[str, str]:
    """The hotkeys of labels that run a command instead, each with the command's id; OWN: a person's keys by id."""
    return _taken(schema, key_map(commands_of("annotate"), own))


def without_taken(schema: Schema, own: _OwnKeys) -> tuple[Schema, tuple[str, ...]]:
    """SCHEMA with those hotkeys only that label something here; and what is to be said of the others."""
    return without(schema, key_map(commands_of("annotate"), own)), tuple(problems(schema, own))


def without(schema: Schema, keys: Mapping[str, Command]) -> Schema:
    """SCHEMA with those hotkeys only that run none of the commands in KEYS (from `key_map`)."""
    taken = _taken(schema, keys)
    if not taken:
        return schema
    entities = tuple(replace(item, hotkey="") if item.hotkey in taken else item for item in schema.entities)
    events = tuple(replace(item, hotkey="") if item.hotkey in taken else item for item in schema.events)
    return replace(schema, entities=entities, events=events)


def problems(schema: Schema, own: _OwnKeys) -> Iterator[str]:
    """A sentence for each label of SCHEMA whose hotkey is a command's, with its place in the file."""
    for key, id in taken_hotkeys(schema, own).items():
        label = schema.by_hotkey[key]
        table = "entities" if label.name in schema.entity else "events"
        yield f"{table}.{label.name}: its hotkey {key!r} is the key of the command {id}"


def _taken(schema: Schema, keys: Mapping[str, Command]) -> dict[str, str]:
    return {key: keys[name].id for key in schema.by_hotkey if (name := _name(key)) in keys}


def _name(hotkey: str) -> str:
    if hotkey.isalnum():
        return hotkey
    from annotator.tui.keys import key_name  # noqa: PLC0415 - off the start-up path

    return key_name(hotkey)
