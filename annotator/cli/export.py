"""`annotator export`: write a layer in an exchange format, and say what the format could not hold."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import ProgressLine, Writer, count, safe
from annotator.cli.paths import path

if TYPE_CHECKING:
    from annotator.workflow.export import ExportOutcome

_OPTION: str = "option_"  # before the names of format options among the parsed arguments
_SHOWN_LOSSES = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command; those of the formats come from the formats themselves."""
    from annotator.formats import FORMATS, Option

    writable = ", ".join(info.name for info in FORMATS.values() if info.writes)
    parser.add_argument("--format", metavar="NAME", help=f"one of {writable} (default: what project.toml says)")
    parser.add_argument(
        "--layer", metavar="NAME", type=_layer, help="whose annotations (default: what project.toml says)"
    )
    parser.add_argument(
        "--output", metavar="PATH", type=path, help="folder, or file of one (default: what project.toml says)"
    )
    parser.add_argument(
        "--document",
        dest="documents",
        metavar="ID",
        action="append",
        help="only this document; may be given again (default: all that have the layer)",
    )
    parser.add_argument(
        "--unfinished", action="store_true", help="also gold of documents whose adjudication is not done"
    )
    parser.add_argument("--strict", action="store_true", help="exit status 1 when an annotation was lost or changed")
    parser.add_argument("--checksums", action="store_true", help="write the SHA-256 of each file to FILE.sha256")
    parser.add_argument("--json", action="store_true", help="report in JSON")
    options: dict[str, tuple[Option, list[str]]] = {}
    for info in FORMATS.values():
        for option in info.options:
            options.setdefault(option.name, (option, []))[1].append(info.name)
    group = parser.add_argument_group("options of the formats ('annotator formats' explains the choices)")
    for name, (option, owners) in options.items():
        choices = dict.fromkeys(
            choice
            for info in FORMATS.values()
            for other in info.options
            if other.name == name
            for choice in other.choices
        )
        group.add_argument(
            f"--{name}", dest=_OPTION + name, choices=list(choices), help=f"{', '.join(owners)}: {option.meaning}"
        )


def run(arguments: argparse.Namespace) -> int:
    """Export the layer."""
    from annotator.workflow.export import ExportRequest, UnfinishedError, export

    project = open_project(arguments)
    defaults = project.settings.export
    chosen = {
        key.removeprefix(_OPTION): value
        for key, value in vars(arguments).items()
        if key.startswith(_OPTION) and value is not None
    }
    request = ExportRequest(
        format=defaults.format if arguments.format is None else arguments.format,
        layer=arguments.layer or defaults.layer,
        output=arguments.output or project.root / defaults.output,
        documents=None if arguments.documents is None else tuple(arguments.documents),
        options=chosen,
        checksums=arguments.checksums,
        unfinished=arguments.unfinished,
    )
    with opened(project, user(arguments)) as store, ProgressLine("Exporting") as progress:
        try:
            outcome = export(store, project.schema, request, progress)
        except UnfinishedError as error:
            error.hint = f"Decide what is open, or export it as it is with --unfinished: {error.counts}"
            raise
    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        writer.json(_as_json(outcome))
    else:
        _report(writer, outcome)
    return 1 if arguments.strict and not outcome.report.lossless else 0


def _layer(typed: str) -> str:
    """For `type=` of argparse. An empty name, as of a shell variable that is not set, would mean the default."""
    if not typed:
        raise argparse.ArgumentTypeError("the name of a layer cannot be empty")
    return typed


def _report(writer: Writer, outcome: ExportOutcome) -> None:
    for file in outcome.files:
        replaced = ", replaced a file with other content" if file.replaced else ""
        writer.line(f"{safe(str(file.path))}: {count(file.size, 'byte')}{replaced}")
    for line in outcome.report.lines(_SHOWN_LOSSES):
        writer.line(line)
    if outcome.skipped:
        names = ", ".join(outcome.skipped[:_SHOWN_LOSSES])
        more = f" and {len(outcome.skipped) - _SHOWN_LOSSES:,} more" if len(outcome.skipped) > _SHOWN_LOSSES else ""
        writer.line(f"{count(len(outcome.skipped), 'document')} without this layer: {names}{more}")
    if outcome.all_losses is not None:
        writer.line(f"Every loss and change is named in {safe(str(outcome.all_losses))}")


def _as_json(outcome: ExportOutcome) -> dict[str, Any]:
    return {
        "files": [
            {"path": str(file.path), "bytes": file.size, "sha256": file.sha256, "replaced": file.replaced}
            for file in outcome.files
        ],
        "skipped": list(outcome.skipped),
        "losses": [str(path) for path in outcome.losses],
        "report": outcome.report.to_json(),
    }
