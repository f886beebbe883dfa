"""People, submitting, reopening and progress from the command line; and what annotators are not told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def team(project: Path, run: Run) -> Path:
    """The project, managed by amal, who has annotated `d1`; badr and zaid annotate too, rima reviews."""
    for name, role in (("badr", "annotator"), ("zaid", "annotator"), ("rima", "reviewer")):
        assert run("people", "add", name, "--role", role).status == 0
    return project


def test_people_are_listed(run: Run, team: Path) -> None:
    value = run("people", "--json").json
    assert [(person["name"], person["role"], person["active"]) for person in value] == [
        ("amal", "manager", True),
        ("badr", "annotator", True),
        ("rima", "reviewer", True),
        ("zaid", "annotator", True),
    ]
    assert run("people", "list", "--json").json == value
    assert run("people").out.splitlines()[-1] == "4 people"


def test_people_come_go_and_change(run: Run, team: Path) -> None:
    assert run("people", "role", "badr", "reviewer").out == "badr: reviewer\n"
    assert run("people", "remove", "badr").out == "badr: removed, the annotations stay\n"
    assert "badr  reviewer" in run("people").out
    assert "removed" in run("people").out
    refused = run("status", "--as", "badr")
    assert refused.status == 2
    assert "'badr' no longer works on this project" in refused.err
    assert run("people", "add", "badr", "--json", "--as", "amal").json[0]["role"] == "annotator"
    assert run("status", "--as", "badr").status == 0


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (("add", "badr"), 2, "'badr' is registered already, as annotator"),
        (("add", "gold"), 2, "'gold' is a layer that adjudication writes"),
        (("add", "a/b"), 2, "cannot be a person's name"),
        (("add", "x", "--role", "owner"), 2, "invalid choice"),
        (("role", "nobody", "reviewer"), 2, "nobody called 'nobody' is registered"),
        (("remove", "amal"), 1, "nobody would be left to manage people"),
        (("add", "x", "--as", "badr"), 2, "only a manager can register people"),
        (("remove", "badr", "--as", "rima"), 2, "only a manager can register people"),
        (("list", "--as", "nobody"), 2, "ask amal for: annotator people add nobody"),
    ],
)
def test_people_that_cannot_be(run: Run, team: Path, argv: tuple[str, ...], status: int, message: str) -> None:
    before = run("people", "--json").out
    result = run("people", *argv)
    assert result.status == status
    assert message in result.err
    assert run("people", "--json").out == before


def test_submitting_locks_until_it_is_reopened(run: Run, team: Path) -> None:
    assert run("submit").out == "d1: submitted\n1 document submitted, 0 with problems\n"
    again = run("submit", "d1")
    assert again.status == 0
    assert again.out.startswith("d1: amal submitted this at ")
    assert run("submit").out == "0 documents submitted, 0 with problems\n"
    (skipped,) = run("import", "d1.json", "--json").json["skipped"]
    assert skipped["reason"] == "the layer amal of d1 is submitted"
    assert run("reopen", "d1", "amal", "--as", "badr").status == 2
    assert run("reopen", "d1", "amal", "--as", "rima").out == "d1: amal can go on\n"
    wrong = run("reopen", "d1", "amal")
    assert (wrong.status, "not submitted" in wrong.err) == (1, True)
    assert run("submit", "d1", "--json").json == [{"document": "d1", "submitted": True, "problems": []}]


def test_a_document_without_annotations_can_be_submitted(run: Run, team: Path) -> None:
    assert run("submit", "--as", "badr").out == "0 documents submitted, 0 with problems\n"
    assert run("submit", "d1", "--as", "badr").status == 0
    rows = {person["name"]: person for person in run("status", "--json").json["people"]}
    assert (rows["badr"]["finished"], rows["badr"]["states"]["submitted"]) == (1, 1)


def test_problems_stand_in_the_way(run: Run, team: Path) -> None:
    schema = team / "schema.toml"
    schema.write_text(
        schema.read_text(encoding="utf-8").replace("[entities.GPE]", "[entities.XYZ]").replace('"GPE"', '"XYZ"'),
        encoding="utf-8",
    )
    result = run("submit")
    assert result.status == 1
    assert "annotator: d1 [13, 17), e-2: the schema has no entity type 'GPE'\n" in result.err
    assert result.out == "0 documents submitted, 1 with problems\n"
    (found,) = run("submit", "--json").json
    assert found["submitted"] is False
    assert {(problem["id"], problem["start"]) for problem in found["problems"]} >= {("e-2", 13)}


def test_nothing_is_submitted_when_a_document_is_not_there(run: Run, team: Path) -> None:
    result = run("submit", "d1", "d2")
    assert result.status == 2
    assert "d2" in result.err
    assert run("status", "--json").json["documents"][0]["layers"][0]["state"] == "in progress"


def test_status_shows_states_and_progress(run: Run, team: Path) -> None:
    run("submit")
    lines = run("status", "--as", "rima").out.splitlines()
    assert lines[2].split()[:4] == ["d1", "18", "amal", "submitted"]
    header = next(line for line in lines if line.startswith("NAME"))
    assert header.split("  ")[0] == "NAME"
    assert [line.split()[0] for line in lines[lines.index(header) + 1 : -2]] == ["amal", "badr", "zaid"]
    value = run("status", "--json").json
    assert value["documents"][0]["adjudication"] is None
    (layer,) = value["documents"][0]["layers"]
    assert (layer["state"], layer["state_by"]) == ("submitted", "amal")
    assert [(one["name"], one["finished"], one["documents"]) for one in value["people"]] == [
        ("amal", 1, 1),
        ("badr", 0, 1),
        ("zaid", 0, 1),
    ]


def test_annotators_are_blind(run: Run, team: Path, place: Path) -> None:
    assert run("submit", "d1", "--as", "zaid").status == 0
    value = run("status", "--json", "--as", "badr").json
    assert value["documents"][0]["layers"] == []
    assert [one["name"] for one in value["people"]] == ["badr"]
    for name in ("amal", "zaid", "d1.json"):
        assert name not in run("status", "--as", "badr").out
    assert run("history", "--as", "badr").out == "Nothing has been done yet.\n"
    for argv in (
        ("history", "--layer", "amal"),
        ("export", "--layer", "amal", "--format", "json", "--output", "out"),
        ("import", "d1.json"),
        ("backup", "copy.db"),
        ("backup",),
    ):
        result = run(*argv, "--as", "badr")
        assert result.status in {1, 2}, argv
        assert "badr may not see this" in result.err or "only a reviewer can copy" in result.err
    assert not (place / "out").exists()
    assert not (place / "copy.db").exists()
    assert run("export", "--layer", "amal", "--format", "json", "--output", "out", "--as", "rima").status == 0


def test_a_check_tells_annotators_of_their_own_work(run: Run, team: Path, place: Path) -> None:
    (team / "gold").mkdir(exist_ok=True)
    (team / "gold" / "x.json").write_bytes((place / "d1.json").read_bytes())
    schema = team / "schema.toml"
    schema.write_text(
        schema.read_text(encoding="utf-8").replace("[entities.GPE]", "[entities.XYZ]").replace('"GPE"', '"XYZ"'),
        encoding="utf-8",
    )
    assert run("check", "--as", "badr").out == "1 document checked: 0 errors, 0 warnings\n"
    assert "d1, layer amal, e-2" in run("check", "--as", "rima").out
    assert "gold/x.json" in run("check", "--as", "rima").out
