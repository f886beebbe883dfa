"""Finding, opening and making projects, and every message about settings that are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import SchemaError, UnwritableError, UsageError
from annotator.workflow.project import find_project, init_project, open_project, read_settings, templates


@pytest.fixture
def made(tmp_path: Path) -> Path:
    root = tmp_path / "news"
    init_project(root)
    return root


def test_order_of_looking_for_a_project(tmp_path: Path) -> None:
    assert find_project(None, {}, tmp_path) is None
    init_project(tmp_path)
    assert find_project(None, {}, tmp_path) == tmp_path
    init_project(tmp_path / "corpus")
    assert find_project(None, {}, tmp_path) == tmp_path / "corpus"
    assert find_project(None, {"ANNOTATOR_PROJECT": "other"}, tmp_path) == tmp_path / "other"
    assert find_project(Path("named"), {"ANNOTATOR_PROJECT": "other"}, tmp_path) == tmp_path / "named"
    assert find_project(Path("/named"), {}, tmp_path) == Path("/named")
    assert find_project(None, {"ANNOTATOR_PROJECT": ""}, tmp_path) == tmp_path / "corpus"


def test_new_project_holds_the_template_and_opens(made: Path) -> None:
    project = open_project(made)
    assert sorted(path.name for path in made.iterdir()) == ["guidelines.md", "project.toml", "schema.toml"]
    assert project.settings.name == "arabic-news"
    assert project.database == str(made / "corpus.db")
    assert project.database_file == made / "corpus.db"
    assert project.seeds is not None
    assert project.seeds.resolve() == made.parent / "seeds"
    assert project.schema.entity["PERS"].titles.ar == "شخص"


@pytest.mark.parametrize("name", ["project.toml", "schema.toml", "guidelines.md"])
def test_init_overwrites_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name} exists already"):
        init_project(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("left", [0, 100, None])
def test_init_goes_on_where_a_killed_one_stopped(tmp_path: Path, left: int | None) -> None:
    whole = init_project(tmp_path / "whole").root
    begun = tmp_path / "begun"
    begun.mkdir()
    (begun / "schema.toml").write_bytes((whole / "schema.toml").read_bytes()[:left])
    init_project(begun)
    assert (begun / "schema.toml").read_bytes() == (whole / "schema.toml").read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        init_project(begun)


def test_init_does_not_follow_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "schema.toml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"schema\.toml exists already"):
        init_project(tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_init_takes_everything_back_when_a_write_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def fail_second(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("annotator.workflow.project.os.fsync", fail_second)
    with pytest.raises(UnwritableError, match="no space left on device"):
        init_project(tmp_path / "deep" / "news")
    assert list(tmp_path.iterdir()) == []


def test_init_names_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UnwritableError, match="file/news"):
        init_project(tmp_path / "file" / "news")


def test_unknown_template_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        init_project(tmp_path, "../arabic-news")
    assert str(caught.value) == (
        "--template: there is no template '../arabic-news'. Choose one of " + ", ".join(templates())
    )


def test_folder_without_a_project(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no project here: project\.toml is missing\. Name another folder"):
        open_project(tmp_path)


def test_project_without_a_schema(made: Path) -> None:
    (made / "schema.toml").unlink()
    with pytest.raises(SchemaError, match="the project has no label schema"):
        open_project(made)


@pytest.mark.parametrize("name", ["project.toml", "schema.toml"])
def test_file_that_is_not_utf8(made: Path, name: str) -> None:
    (made / name).write_bytes('name = "أخبار"'.encode("windows-1256"))
    with pytest.raises((UsageError, SchemaError), match=rf"{name}: this is not UTF-8 \(byte 8\)\. Save it as UTF-8"):
        open_project(made)


def test_byte_order_mark_is_no_problem(made: Path) -> None:
    for name in ("project.toml", "schema.toml"):
        path = made / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert open_project(made).settings.name == "arabic-news"


def test_address_of_a_server_is_kept(made: Path) -> None:
    path = made / "project.toml"
    path.write_text('name = "team"\nstore = "postgresql+psycopg://db.example/corpus"\n', encoding="utf-8")
    project = open_project(made)
    assert project.database == "postgresql+psycopg://db.example/corpus"
    assert project.database_file is None
    assert project.seeds is None
    assert project.title == "team"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file: 'name' is missing"),
        ('name = "a b"', "name: use letters, digits, '_', '-' and '.', not 'a b'"),
        ("name = 3", "name: this must be text, not 3"),
        ('name = "a"\nformat = 2', "format: this program reads format 1, not 2"),
        ('name = "a"\nstroe = "x"', "the file: unknown key 'stroe'; did you mean 'store'?"),
        ('name = "a"\nstore = " "', "store: this must not be empty"),
        ('name = "a"\nstore = "a\\u0000b"', "store: this must be text, not 'a\\x00b'"),
        ('name = "a"\ndirection = "left"', "direction: this must be one of auto, rtl, ltr, not 'left'"),
        ('name = "a"\ndirection = ["rtl"]', "direction: this must be text, not ['rtl']"),
        ('name = "a"\nseeds = false', "seeds: this must be text, not False"),
        ('name = "a"\nexport = "conll"', "export: this must be a table"),
        ('name = "a"\n[export]\nfromat = "x"', "export: unknown key 'fromat'; did you mean 'format'?"),
        ('name = "a"\n[export]\nlayer = ""', "export.layer: this must not be empty"),
        ('name = "a"\nadjudication = true', "adjudication: this must be a table"),
        (
            'name = "a"\n[adjudication]\nfeedback_name = true',
            "adjudication: unknown key 'feedback_name'; did you mean 'feedback_names'?",
        ),
        (
            'name = "a"\n[adjudication]\nfeedback_names = "yes"',
            "adjudication.feedback_names: this must be true or false, not 'yes'",
        ),
    ],
)
def test_each_wrong_setting_is_named(content: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(content, "p.toml")
    expected = f"p.toml: the project's settings have a problem. Mend the file and try again\n  {problem}"
    assert str(caught.value) == expected


def test_all_wrong_settings_are_named_at_once() -> None:
    with pytest.raises(UsageError, match="have 3 problems") as caught:
        read_settings('name = "a"\ndirection = "up"\nseeds = 1\nexport = 1')
    assert str(caught.value).count("\n") == 3


def test_toml_that_is_none() -> None:
    with pytest.raises(UsageError, match=r"project\.toml: this is not valid TOML: .*line 1"):
        read_settings("name = \n")


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet="ab /.\u0633", max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["format", "layer", "x"]), inner),
)


@given(
    st.dictionaries(
        st.sampled_from(["format", "name", "title", "store", "direction", "seeds", "export", "adjudication"]), _values
    )
)
def test_settings_are_read_or_refused(table: dict[str, object]) -> None:
    content = "\n".join(f"{key} = {_toml(value)}" for key, value in table.items())
    try:
        settings = read_settings(content)
    except UsageError:
        return
    assert settings.name == table["name"]
    assert settings.direction in {"auto", "rtl", "ltr"}


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_toml(item)}' for key, item in value.items())}}}"
    return json.dumps(value) if value is not None else "1.5"


def test_defaults() -> None:
    settings = read_settings('name = "a"')
    assert (settings.store, settings.direction, settings.seeds) == ("corpus.db", "auto", "")
    assert (settings.export.format, settings.export.layer) == ("conll", "gold")
    assert not settings.feedback_names
    assert read_settings('name = "a"\n[adjudication]\nfeedback_names = true').feedback_names
