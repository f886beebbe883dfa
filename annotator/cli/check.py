"""`annotator check`: look for anything wrong in the project."""

from __future__ import annotations

import argparse
import os
from collections import Counter

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer, count


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument("--json", action="store_true", help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check settings, schema, database, layers, gold files and the person's own keys, as far as they may see them.

    Errors make the exit status 1, warnings and information do not.
    """
    from annotator.workflow.checking import Finding, check_project
    from annotator.workflow.people import reviews
    from annotator.workflow.preferences import keys_path

    project = open_project(arguments)
    documents = 0
    if project.database_file is not None and not project.database_file.exists():
        findings = list(check_project(project, None))
    else:
        with opened(project, user(arguments)) as store:
            findings = list(check_project(project, store, gold=reviews(store.person)))
            documents = len(store.documents())
    path = keys_path(os.environ)
    if path.exists():
        from annotator.tui.keys import load

        findings += [Finding("warning", str(path), problem) for problem in load(path, project.schema).problems]
    counts = Counter(finding.severity for finding in findings)
    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        writer.json(
            {
                "documents": documents,
                "errors": counts["error"],
                "warnings": counts["warning"],
                "information": counts["information"],
                "findings": [
                    {"severity": finding.severity, "where": finding.where, "what": finding.what} for finding in findings
                ],
            }
        )
    else:
        for finding in findings:
            writer.line(f"{finding.severity}: {finding.where}: {finding.what}")
        writer.line(
            f"{count(documents, 'document')} checked: {count(counts['error'], 'error')}, "
            f"{count(counts['warning'], 'warning')}"
        )
    return 1 if counts["error"] else 0
