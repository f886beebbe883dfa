"""What keys are called, and that messages name the keys that a person has."""

from __future__ import annotations

import pytest

from annotator.tui.commands import COMMANDS
from annotator.tui.key_titles import key_title, keyed, title_of, undoes


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("u", "u"),
        ("U", "U"),
        ("ctrl+z", "Ctrl+Z"),
        ("ctrl+left", "Ctrl+←"),
        ("f12", "F12"),
        ("right_curly_bracket", "}"),
    ],
)
def test_names_on_screen(key: str, title: str) -> None:
    assert key_title(key) == title


def test_every_key_of_the_program_has_a_name_of_its_own() -> None:
    keys = {key for command in COMMANDS for key in command.keys}
    titles = {key_title(key) for key in keys}
    assert len(titles) == len(keys)
    assert not [title for title in titles if "_" in title]


def test_a_persons_own_keys_are_those_that_are_named() -> None:
    assert title_of("annotate.undo", {}) == "u"
    assert title_of("annotate.undo", {"annotate.undo": ("ctrl+e", "f3")}) == "Ctrl+E"
    assert title_of("annotate.undo", {"annotate.undo": ()}) == ""
    assert title_of("annotate.next-word", {}) == ""
    assert undoes("notes.undo", {"annotate.undo": ("e",)}) == " · u undoes"
    assert undoes("notes.undo", {"notes.undo": ()}) == ""


def test_things_with_their_keys() -> None:
    things = {"kind": "other kinds", "scope": "other documents"}
    assert keyed("notes", things, {}) == "other kinds (F5), other documents (F8)"
    assert keyed("notes", things, {"notes.kind": (), "notes.scope": ("d",)}) == "other kinds, other documents (d)"
