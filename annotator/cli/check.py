"""`annotator check`: look for anything wrong in the project."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer, count

if TYPE_CHECKING:
    from annotator.workflow.checking import Finding, Weight
    from annotator.workflow.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("--json", action="store_true", help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check settings, schema, database, layers, gold files and the person's own keys, as far as they may see them.

    Errors make the exit status 1, warnings and information do not.
    """
    from annotator.workflow.checking import check_project
    from annotator.workflow.people import reviews
    from annotator.workflow.sources import may_be_there

    project = open_project(arguments)
    writer = Writer(rtl=arguments.rtl)
    counts: Counter[Weight] = Counter()
    if project.database_file is not None and not may_be_there(project.database_file):
        _report(writer, 0, _all(project, check_project(project, None), counts), counts, in_json=arguments.json)
    else:
        with opened(project, user(arguments)) as store:
            found = _all(project, check_project(project, store, gold=reviews(store.person)), counts)
            _report(writer, store.document_count(), found, counts, in_json=arguments.json)
    return 1 if counts["error"] else 0


def _all(project: Project, found: Iterator[Finding], counts: Counter[Weight]) -> Iterator[Finding]:
    """What was FOUND, and what is wrong with the person's own keys; each is counted in COUNTS as it is told."""
    for finding in chain(found, _of_keys(project)):
        counts[finding.severity] += 1
        yield finding


def _of_keys(project: Project) -> Iterator[Finding]:
    from annotator.tui.hotkeys import problems
    from annotator.workflow.checking import Finding
    from annotator.workflow.preferences import keys_path
    from annotator.workflow.project import SCHEMA_FILE
    from annotator.workflow.sources import may_be_there

    own: Mapping[str, tuple[str, ...]] = {}
    path = keys_path(os.environ)
    if may_be_there(path):
        from annotator.tui.keys import load

        keys = load(path, project.schema)
        own = keys.keys
        yield from (Finding("warning", str(path), problem) for problem in keys.problems)
    yield from (Finding("warning", SCHEMA_FILE, problem) for problem in problems(project.schema, own))


def _report(
    writer: Writer, documents: int, found: Iterator[Finding], counts: Counter[Weight], *, in_json: bool
) -> None:
    """Say what is FOUND as it is found, and then the COUNTS: nothing of it is kept."""
    if in_json:
        writer.json_members(_members(documents, found, counts))
        return
    for finding in found:
        writer.line(f"{finding.severity}: {finding.where}: {finding.what}")
    writer.line(
        f"{count(documents, 'document')} checked: {count(counts['error'], 'error')}, "
        f"{count(counts['warning'], 'warning')}"
    )


def _members(documents: int, found: Iterator[Finding], counts: Counter[Weight]) -> Iterator[tuple[str, Any]]:
    yield "documents", documents
    yield "findings", ({"severity": one.severity, "where": one.where, "what": one.what} for one in found)
    yield "errors", counts["error"]
    yield "warnings", counts["warning"]
    yield "information", counts["information"]
