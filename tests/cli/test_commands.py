"""Every command, called as a function: what it prints, what it writes, its exit status."""

from __future__ import annotations

import argparse
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator import __version__, formats
from annotator.cli.parser import COMMANDS, build
from annotator.errors import UnwritableError
from annotator.store.database import Database

Run = Callable[..., Any]


def test_version_and_help(run: Run) -> None:
    assert run("--version").out == f"annotator {__version__}\n"
    result = run("--help")
    assert result.status == 0
    assert all(f"    {command.name} " in result.out for command in COMMANDS)


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_help_of_each_command(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"usage: annotator {command} ")
    assert "--project DIR" in result.out


def test_every_option_is_explained() -> None:
    def look(parser: argparse.ArgumentParser) -> None:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for child in action.choices.values():
                    look(child)
            else:
                assert action.help, f"{parser.prog}: {action.option_strings or action.dest}"

    look(build())


@pytest.mark.parametrize(
    "argv", [("bogus",), ("--bogus",), ("import",), ("schema", "bogus"), ("history", "--limit", "0"), ("--proj", "x")]
)
def test_wrong_use_is_status_2(run: Run, argv: tuple[str, ...]) -> None:
    result = run(*argv)
    assert result.status == 2
    assert result.out == ""
    assert "error: " in result.err


def test_init(run: Run, place: Path) -> None:
    result = run("init", "news", "--template", "arabic-news")
    assert result.status == 0
    assert "Made the project arabic-news in news" in result.out
    assert (place / "news" / "project.toml").is_file()
    again = run("init", "news")
    assert (again.status, again.out) == (2, "")
    assert again.err == "annotator: news: guidelines.md exists already. Nothing was written; name another folder\n"


def test_import_reports_each_file(run: Run, project: Path, place: Path) -> None:
    (place / "a.txt").write_text("نص جديد", encoding="utf-8")
    (place / "bad.txt").write_bytes(b"\xff")
    result = run("import", "a.txt", "bad.txt", "none.txt", "d1.json")
    assert result.status == 1
    assert result.out.splitlines() == [
        "a.txt: imported as a",
        "d1.json: skipped, the layer amal of d1 is there already",
        "1 file imported, 1 skipped, 2 failed",
    ]
    first, second = result.err.splitlines()
    assert first.startswith("annotator: bad.txt: byte 0, line 1: FF is not UTF-8")
    assert second == "annotator: none.txt: there is no such file. Check the name"


def test_a_file_of_several_documents_is_one_file(run: Run, project: Path, place: Path) -> None:
    (place / "a.conll").write_text("-DOCSTART- O\n\nوصل O\n\n-DOCSTART- O\n\nبشير B-PERS\n", encoding="utf-8")
    out = run("import", "a.conll").out.splitlines()
    assert out[-1] == "1 file imported as 2 documents, 0 skipped, 0 failed"


def test_import_in_json(run: Run, project: Path, place: Path) -> None:
    (place / "a.txt").write_bytes("نص".encode("windows-1256"))
    assert run("import", "--json", "a.txt").json["failed"][0]["path"] == "a.txt"
    result = run("import", "--json", "--encoding", "windows-1256", "a.txt")
    assert result.status == 0
    assert result.json == {
        "added": [{"path": "a.txt", "id": "a"}],
        "skipped": [],
        "failed": [],
        "remarks": [],
        "passed_over": [],
    }
    assert run("import", "a.txt", "--encoding", "windows-1256", "--duplicates", "add").status == 0


def test_files_passed_over_are_told(run: Run, project: Path, place: Path) -> None:
    (place / "in").mkdir()
    for name in ("train.conll", "dev.bio", "test.iob", "noext"):
        (place / "in" / name).write_text(f"{name} B-PERS\n", encoding="utf-8")
    out = run("import", "in").out.splitlines()
    assert out[-2:] == ["3 files passed over (.bio, .iob, no ending)", "1 file imported, 0 skipped, 0 failed"]
    assert run("import", "in", "--json").json["passed_over"] == ["in/dev.bio", "in/noext", "in/test.iob"]
    assert "3 files imported, 1 skipped, 0 failed" in run("import", "in", "--format", "conll").out


def test_keys_that_are_not_kept_are_told_in_one_line(run: Run, project: Path, place: Path) -> None:
    assert run("export", "--format", "json", "--layer", "amal", "--output", "out").status == 0
    value = json.loads((place / "out" / "d1.json").read_text(encoding="utf-8"))
    value |= {"schema_version": "1.7", "colour\n\x1b[31m": 3}
    (place / "new.json").write_text(json.dumps(value), encoding="utf-8")
    assert run("import", "new.json").out.splitlines() == [
        "new.json: skipped, the layer amal of d1 is there already",
        "new.json: not kept, as this version of the program has no place for it: 1 key, /colour\u240a\u241b[31m",
        "0 files imported, 1 skipped, 0 failed",
    ]


def test_import_makes_the_database(run: Run, place: Path) -> None:
    run("init")
    assert run("status").status == 1
    (place / "a.txt").write_text("نص", encoding="utf-8")
    assert run("import", "a.txt").status == 0
    assert run("status").status == 0


def test_formats(run: Run) -> None:
    result = run("formats")
    assert result.status == 0
    listed = {entry["name"]: entry for entry in run("formats", "--json").json}
    assert listed.keys() == formats.FORMATS.keys()
    for name, info in formats.FORMATS.items():
        assert f"{name}: {info.title}" in result.out
        assert info.loses in result.out
        assert f"Not kept by an import: {info.passes_over}\n" in result.out
        assert listed[name]["passes_over"] == info.passes_over
        for option in info.options:
            assert f"--{option.name}: {option.meaning}" in result.out
            assert listed[name]["options"][option.name]["default"] == option.default


@pytest.mark.parametrize("name", [info.name for info in formats.FORMATS.values() if info.writes])
def test_export_in_every_format(run: Run, project: Path, place: Path, name: str) -> None:
    result = run("export", "--format", name, "--layer", "amal", "--output", "out", "--checksums")
    assert (result.status, result.err) == (0, "")
    extension = formats.FORMATS[name].extension
    (written,) = [path for path in (place / "out").iterdir() if path.suffix == extension]
    assert written.stat().st_size
    assert ": 3 annotations read" in result.out
    report = run("export", "--format", name, "--layer", "amal", "--output", "out", "--json").json
    assert {Path(file["path"]).suffix for file in report["files"]} >= {extension}
    assert report["report"]["read"] == 3
    again = run("import", written)
    assert again.status == 0


def test_an_empty_layer_is_not_the_default(run: Run, project: Path, place: Path) -> None:
    result = run("export", "--layer", "", "--output", "out")
    assert (result.status, result.out) == (2, "")
    assert "--layer: the name of a layer cannot be empty" in result.err
    assert "there is no format ''" in run("export", "--layer", "amal", "--format", "", "--output", "out").err
    assert not (place / "out").exists()


def test_export_takes_the_options_of_the_format(run: Run, project: Path, place: Path) -> None:
    argv = ("export", "--format", "conll", "--layer", "amal", "--output", "out", "--document", "d1")
    assert run(*argv, "--columns", "triggers", "--files", "document").status == 0
    assert "Transport" in "".join(path.read_text(encoding="utf-8") for path in (place / "out").glob("*.conll"))
    again = run(*argv, "--columns", "triggers", "--files", "document", "--json").json
    assert [file["replaced"] for file in again["files"]] == [False] * len(again["files"])
    (place / "out" / "amal.conll").write_text("else", encoding="utf-8")
    assert ", replaced a file with other content" in run(*argv).out.splitlines()[0]
    wrong = run("export", "--format", "json", "--layer", "amal", "--output", "out", "--columns", "triggers")
    assert wrong.status == 2
    assert "the format json has no option 'columns'" in wrong.err
    assert run(*argv, "--overlap", "bogus").status == 2


def test_strict_export(run: Run, project: Path) -> None:
    assert run("export", "--strict", "--format", "json", "--layer", "amal", "--output", "out").status == 0
    assert run("export", "--strict", "--format", "conll", "--layer", "amal", "--output", "out").status == 1


def test_export_defaults_come_from_the_project(run: Run, project: Path) -> None:
    settings = project / "project.toml"
    settings.write_text('name = "a"\n[export]\nformat = "json"\nlayer = "amal"\noutput = "sent"\n', encoding="utf-8")
    assert run("export").status == 0
    assert (project / "sent" / "d1.json").is_file()


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("--layer", "amla"), "no document has a layer 'amla'"),
        (("--layer", "amal", "--format", "conl"), "there is no format 'conl'"),
        (("--layer", "amal", "--document", "d2"), "there is no document 'd2'"),
    ],
)
def test_export_of_what_is_not_there(run: Run, project: Path, place: Path, argv: tuple[str, ...], message: str) -> None:
    result = run("export", "--output", "out", *argv)
    assert result.status == 2
    assert message in result.err
    assert not (place / "out").exists()


def test_status(run: Run, project: Path, place: Path) -> None:
    (place / "b.txt").write_text("عنوان\x1b[2J\nنص", encoding="utf-8")
    run("import", "b.txt")
    result = run("status")
    assert result.status == 0
    header, first, second = result.out.splitlines()[1:4]
    assert header.split() == ["DOCUMENT", "LENGTH", "LAYER", "STATE", "ENTITIES", "EVENTS", "OTHERS", "EDITED", "TITLE"]
    assert first.split()[:8] == ["d1", "18", "amal", "in", "progress", "2", "1", "0"]
    assert second.split()[:4] == ["b", "12", "-", "new"]
    assert "\x1b" not in result.out
    assert result.out.endswith("2 documents, 1 annotated, 30 code points\n")
    value = run("status", "--json").json
    assert [document["id"] for document in value["documents"]] == ["d1", "b"]
    assert value["documents"][0]["layers"][0]["name"] == "amal"
    assert value["schema"]["name"] == "arabic-news"


def test_check(run: Run, project: Path) -> None:
    assert run("check").out == "1 document checked: 0 errors, 0 warnings\n"
    assert run("check", "--json").json == {
        "documents": 1,
        "errors": 0,
        "warnings": 0,
        "information": 0,
        "findings": [],
    }
    schema = project / "schema.toml"
    schema.write_text(
        schema.read_text(encoding="utf-8").replace("[entities.GPE]", "[entities.XYZ]").replace('"GPE"', '"XYZ"'),
        encoding="utf-8",
    )
    result = run("check")
    assert result.status == 1
    assert "error: d1, layer amal, e-2: the schema has no entity type 'GPE'" in result.out
    assert run("check", "--json").json["errors"] == 2


def test_check_names_a_format_that_no_export_has(run: Run, project: Path) -> None:
    settings = project / "project.toml"
    settings.write_text('name = "a"\n[export]\nformat = "conl"\n', encoding="utf-8")
    result = run("check")
    assert result.status == 1
    assert result.out.splitlines() == [
        "error: project.toml: export.format: there is no format 'conl'. Did you mean 'conll'? There are: json, conll",
        "1 document checked: 1 error, 0 warnings",
    ]


def test_check_without_a_database(run: Run) -> None:
    run("init")
    result = run("check")
    assert result.status == 0
    assert result.out.endswith("0 documents checked: 0 errors, 1 warning\n")


def test_history(run: Run, project: Path) -> None:
    result = run("history")
    assert result.status == 0
    assert result.out.splitlines()[1].split()[2:] == ["amal", "Import", "3", "d1/amal"]
    (entry,) = run("history", "--document", "d1", "--layer", "amal", "--limit", "1", "--json").json
    assert entry["edits"][0]["document"] == "d1"
    unknown = run("history", "--layer", "nobody")
    assert (unknown.status, unknown.out) == (2, "")
    assert unknown.err == "annotator: no document has a layer 'nobody'. There are: amal\n"
    assert run("history", "--limit", "9" * 30).out == result.out
    assert run("submit", "d1").status == 0
    assert run("reopen", "d1", "amal").status == 0
    assert run("people", "add", "badr").status == 0
    rows = [line.split(maxsplit=2)[2] for line in run("history").out.splitlines()[1:4]]
    assert [" ".join(row.split()) for row in rows] == [
        "amal Register: annotator badr",
        "amal Reopen d1/amal",
        "amal Submit d1/amal",
    ]
    said = [entry["change"] for entry in run("history", "--json", "--limit", "3").json]
    assert said == [
        {"person": "badr", "before": "", "after": "annotator"},
        {"document": "d1", "layer": "amal", "before": "submitted", "after": "reopened"},
        {"document": "d1", "layer": "amal", "before": "", "after": "submitted"},
    ]
    assert "Register" not in run("history", "--as", "badr").out
    assert run("history", "--layer", "badr").out == "Nothing has been done yet.\n"
    wrong = run("history", "--document", "d2")
    assert wrong.status == 2
    assert "d2" in wrong.err


def test_backup(run: Run, project: Path, place: Path) -> None:
    assert run("backup").status == 0
    (copy,) = (project / "backups").iterdir()
    assert run("backup", "deep/copy.db").status == 0
    for path in (copy, place / "deep" / "copy.db"):
        connection = sqlite3.connect(path)
        assert connection.execute("SELECT count(*) FROM annotation").fetchone() == (3,)
        connection.close()
    again = run("backup", "deep/copy.db")
    assert again.status == 2
    assert again.err.startswith("annotator: deep/copy.db: this file exists already")
    assert run("backup", "deep").status == 2


def test_a_full_disk_is_that_of_the_copy(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Database, path: str) -> None:
        raise UnwritableError("the disk is full", where=str(project / "corpus.db"), hint="Free some space")

    monkeypatch.setattr(Database, "backup", full)
    result = run("backup", "copy.db")
    assert (result.status, result.err) == (1, "annotator: copy.db: the disk is full. Free some space\n")


def test_a_backup_that_is_refused_leaves_nothing(run: Run, project: Path, place: Path) -> None:
    assert run("people", "add", "badr").status == 0
    before = sorted(place.rglob("*"))
    for argv in ((), ("deep/er/copy.db",)):
        assert run("backup", *argv, "--as", "badr").status == 2
    (place / "file").write_text("no folder", encoding="utf-8")
    assert run("backup", "file/deep/copy.db").status == 1
    (place / "file").unlink()
    assert sorted(place.rglob("*")) == before


def test_status_of_many_documents(run: Run, project: Path, place: Path) -> None:
    for number in range(3):
        (place / f"t{number}.txt").write_text(f"text {number}", encoding="utf-8")
    assert run("import", *(f"t{number}.txt" for number in range(3))).status == 0
    whole, some = run("status").out, run("status", "--limit", "1").out
    assert "... and 3 more documents; --limit N lists so many\n" in some
    assert whole.splitlines()[-1] == some.splitlines()[-1]
    assert whole.splitlines()[-3] == some.splitlines()[-3]  # how far everybody is
    everything = run("status", "--json").json
    assert len(everything["documents"]) == 4
    limited = run("status", "--json", "--limit", "2").json
    assert limited == {**everything, "documents": everything["documents"][:2]}


def test_schema(run: Run, project: Path) -> None:
    result = run("schema")
    assert result.status == 0
    assert "Attack" in result.out
    assert "المهاجم" in result.out
    check = run("schema", "check").out
    assert check.startswith("arabic-news 1.0: 15 entity types, ")
    assert check == result.out.splitlines()[-1] + "\n"
    value = run("schema", "json").json
    assert [entity["name"] for entity in value["entities"]][:2] == ["PERS", "ORG"]


def test_a_hotkey_that_a_command_has(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = 'format = 1\nname = "m"\nversion = "1"\n[entities.Test]\nhotkey = "x"\n'
    (project / "schema.toml").write_text(schema, encoding="utf-8")
    said = "entities.Test: its hotkey 'x' is the key of the command annotate.delete"
    checked = run("schema", "check")
    assert (checked.status, checked.out.splitlines()[0].startswith(f"warning: {said}; ")) == (0, True)
    assert checked.out.splitlines()[1].endswith("0 attributes; 1 warning")
    assert f"warning: schema.toml: {said}\n" in run("check").out
    keys = project.parent / "keys.toml"
    keys.write_text('[keys]\n"annotate.delete" = ["Delete"]\n', encoding="utf-8")
    monkeypatch.setenv("ANNOTATOR_KEYS", str(keys))
    assert "hotkey" not in run("check").out


def test_terminal_without_one(run: Run) -> None:
    result = run("terminal")
    assert result.status == 0
    assert "Ways to choose from" in result.out
    value = run("terminal", "--json", "--rtl", "kitty").json
    assert (value["strategy"], value["source"], value["answers"]["asked"]) == ("kitty", "argument", False)
    wrong = run("terminal", "--rtl", "bogus")
    assert wrong.status == 2
    assert "unknown way to show Arabic 'bogus'" in wrong.err
    assert run("terminal", "--forget").status == 0


def test_options_of_all_commands_stand_before_or_after_the_name(run: Run, project: Path, place: Path) -> None:
    other = place / "other"
    run("init", other)
    assert run("--project", other, "check").out.startswith("warning: database")
    assert run("check", "--project", other).out.startswith("warning: database")
    assert run("--project", other, "check", "--project", project).out.startswith("1 document checked")


def test_a_document_before_a_command_is_not_passed_over(run: Run, project: Path, place: Path) -> None:
    (place / "d2.txt").write_text("نص", encoding="utf-8")
    run("import", "d2.txt")
    assert run("--document", "d2", "history").out == run("history", "--document", "d2").out
    for command in (("export", "--layer", "amal"), ("status",), ("reopen", "d1", "amal"), ("submit",)):
        result = run("--document", "d1", *command)
        assert (result.status, result.out) == (2, "")
        assert "--document stands before a command that would pass it over" in result.err


@pytest.mark.parametrize("name", ["", "a/b", "a\nb", ".a", "x" * 65, "gold", "decisions"])
def test_names_that_no_person_can_have(run: Run, project: Path, name: str) -> None:
    result = run("import", "d1.json", "--as", name)
    assert result.status == 2
    assert result.err.startswith("annotator: --as: ")


def test_who_is_at_work(run: Run, project: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("مها علي", "login"):
        assert run("people", "add", name).status == 0
    text = "وصل X X O\n\n"
    for number, (argv, expected) in enumerate([(("--as", "مها علي"), "مها علي"), ((), "amal")]):
        path = place / f"{number}.conll"
        path.write_text(f"بشير{number} X X B-PERS\n{text}", encoding="utf-8")
        assert run("import", path, *argv).status == 0
        assert run("history", "--limit", "1", "--json", *argv).json[0]["who"] == expected
    monkeypatch.delenv("ANNOTATOR_USER")
    monkeypatch.setattr("annotator.workflow.session.getpass.getuser", lambda: "login")
    (place / "2.conll").write_text(f"عمر X X B-PERS\n{text}", encoding="utf-8")
    assert run("import", place / "2.conll").status == 0
    assert run("history", "--limit", "1", "--json").json[0]["who"] == "login"


@pytest.mark.parametrize(
    "argv",
    [
        ("status",),
        ("status", "--json"),
        ("check",),
        ("check", "--json"),
        ("submit",),
        ("export", "--layer", "amal", "--output", "out"),
        ("export", "--layer", "amal", "--output", "out", "--document", "d1"),
    ],
)
def test_no_command_reads_all_documents_at_once(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    def never(_self: Database, document: str | None = None) -> None:
        assert document is not None

    monkeypatch.setattr(Database, "documents", never)
    monkeypatch.setattr(Database, "adjudications", never)
    assert run(*argv).status == 0
