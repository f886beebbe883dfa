"""How a view is kept, and the shape of a file of keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.workflow.key_file import KEYS_LIMIT, KeyFile, read_keys
from annotator.workflow.preferences import SPACINGS, View, keys_path

VIEWS = st.builds(
    View,
    lanes=st.booleans(),
    panel=st.booleans(),
    marks=st.booleans(),
    controls=st.booleans(),
    islands=st.booleans(),
    spacing=st.integers(0, SPACINGS - 1),
)


@given(VIEWS, VIEWS)
def test_what_is_kept_is_read_again(before: View, after: View) -> None:
    state = before.changes(View())
    assert View.read(state) == before or before.panel is None
    state |= after.changes(before)
    assert View.read(state) == after


@given(st.dictionaries(st.sampled_from(["view-lanes", "view-panel", "view-spacing", "view-islands", "x"]), st.text()))
def test_anything_may_be_kept(state: dict[str, str]) -> None:
    view = View.read(state)
    assert view.spacing in range(SPACINGS)


def test_nothing_kept_is_the_default() -> None:
    assert View.read({}) == View()
    assert View.read({"view-spacing": "9", "view-lanes": "maybe", "view-panel": ""}) == View()
    assert View().changes(View()) == {}


def test_the_place_of_the_file() -> None:
    assert keys_path({"ANNOTATOR_KEYS": "/some/where.toml"}) == Path("/some/where.toml")
    assert keys_path({}).name == "keys.toml"
    assert keys_path({"ANNOTATOR_KEYS": ""}).parent.name == "arabic-annotator"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", KeyFile()),
        ('style = "vi"', KeyFile("vi")),
        ('[keys]\n"a.b" = ["x", "y"]\n"c.d" = "z"', KeyFile(keys={"a.b": ("x", "y"), "c.d": ("z",)})),
        (
            'style = "emacs"',
            KeyFile(problems=("style: 'emacs' is none; there are 'arrows', 'vi'",)),
        ),
        ("colour = 1", KeyFile(problems=('"colour" means nothing; there are "style" and [keys]',))),
        ("keys = 1", KeyFile(problems=("keys: this has to be a table, [keys]",))),
        ('[keys]\n"a.b" = 1', KeyFile(problems=('a.b: keys are a list of names, such as ["d", "delete"]',))),
        ('[keys]\na.b = "x"', KeyFile(problems=('keys.a: put the id in quotes: "a.b"',))),
    ],
)
def test_the_shape_of_the_file(tmp_path: Path, text: str, found: KeyFile) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(text, encoding="utf-8")
    assert read_keys(path) == found


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"keys = [", "this is no TOML"),
        (b"\xff\xfe", "byte 0 is no UTF-8"),
        (b"#" * (KEYS_LIMIT + 1), "larger than"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "keys.toml"
    path.write_bytes(data)
    found = read_keys(path)
    assert found is not None
    assert len(found.problems) == 1
    assert problem in found.problems[0]


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    assert read_keys(tmp_path / "none") is None
    found = read_keys(tmp_path)
    assert found is not None
    assert "cannot be read" in found.problems[0]
