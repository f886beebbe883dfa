"""Hotkeys of labels that are keys of commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from annotator.model.schema_file import read_schema
from annotator.tui.commands import BY_ID, commands_of, key_map
from annotator.tui.hotkeys import problems, taken_hotkeys, without, without_taken
from annotator.tui.keys import MOVES, key_name, settle
from annotator.workflow.key_file import KeyFile
from annotator.workflow.project import init_project

SCHEMA = read_schema(
    """
format = 1
name = "medical"
version = "1"
[entities.Symptom]
hotkey = "s"
[entities.Test]
hotkey = "x"
[entities.Dose]
hotkey = "q"
[entities.Sign]
hotkey = "/"
[events.Use]
hotkey = "U"
"""
)
TAKEN = {"s": "annotate.select-sentence", "x": "annotate.delete", "/": "annotate.find", "U": "annotate.redo"}


def test_a_command_comes_first() -> None:
    assert taken_hotkeys(SCHEMA, {}) == TAKEN
    schema, said = without_taken(SCHEMA, {})
    assert {label.name: label.hotkey for label in schema.labels() if label.hotkey} == {"Dose": "q"}
    assert said == tuple(problems(SCHEMA, {}))
    assert said[1] == "entities.Test: its hotkey 'x' is the key of the command annotate.delete"
    assert said[-1] == "events.Use: its hotkey 'U' is the key of the command annotate.redo"
    assert replace(schema, entities=SCHEMA.entities, events=SCHEMA.events) == SCHEMA


def test_a_command_with_another_key_gives_its_own_to_the_label() -> None:
    own = {"annotate.delete": ("delete",), "annotate.select-sentence": ()}
    assert sorted(taken_hotkeys(SCHEMA, own)) == ["/", "U"]
    labels = {key: label.name for key, label in SCHEMA.by_hotkey.items()}
    keys = settle(KeyFile(keys={"annotate.redo": ("q", "Ctrl+E"), "annotate.undo": ("x",)}), labels)
    assert sorted(keys.problems) == [
        "annotate.redo: q belongs to the label Dose",
        "annotate.undo: x belongs to annotate.delete",
    ]


def test_the_template_labels_with_all_its_hotkeys(tmp_path: Path) -> None:
    schema = init_project(tmp_path / "news").schema
    assert without_taken(schema, {}) == (schema, ())
    commands = key_map(commands_of("concordance"))
    assert not [key for key in schema.by_hotkey if key_name(key) in commands]


def test_letters_that_move_take_hotkeys(tmp_path: Path) -> None:
    schema = init_project(tmp_path / "news").schema
    keys = key_map(commands_of("annotate")) | {key: BY_ID[id] for key, id in MOVES.items()}
    shown = without(schema, keys)
    gone = {label.name for label in schema.labels()} - {label.name for label in shown.labels() if label.hotkey}
    assert gone == {"LOC", "VEHICLE", "OCC", "CAMPAIGN", "WEAPON"}
