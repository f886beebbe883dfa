"""`annotator agreement`: how far people agree, on what, and where they do not."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.cli.context import open_project, opened, reopener, user
from annotator.cli.output import ProgressLine, Writer, count
from annotator.errors import AccessError

if TYPE_CHECKING:
    from annotator.agreement.study import Number, Result, Study
    from annotator.model.schema import Schema
    from annotator.workflow.agreement import StudyRequest

_STANDARD_OUTPUT: Final = "-"
_SHOWN: Final = 5  # lines of what was left out


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    from annotator.agreement.measures import DEFAULT, MEASURES
    from annotator.workflow.agreement import RESAMPLES

    parser.add_argument("--layers", metavar="A,B", type=_names, default=(), help="whose layers (default: everybody's)")
    parser.add_argument(
        "--measure",
        metavar="ID,ID",
        type=_names,
        default=(),
        help=f"what to compute, in full: {', '.join(MEASURES)}, attribute-NAME (default, in short: "
        f"{', '.join(DEFAULT)})",
    )
    parser.add_argument("--label", metavar="NAME", default="", help="only this label")
    parser.add_argument(
        "--document",
        dest="documents",
        metavar="ID",
        action="append",
        default=argparse.SUPPRESS,
        help="only this document; may be given again (default: all)",
    )
    parser.add_argument("--all-layers", action="store_true", help="also layers that are not submitted")
    parser.add_argument("--gold", action="store_true", help="compare everybody with the gold, too")
    parser.add_argument(
        "--bootstrap",
        metavar="N",
        type=_not_negative,
        help=f"resamples for the confidence intervals, 0 for none (default: {RESAMPLES}, fewer of many documents)",
    )
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="of the resampling (default: %(default)s)")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="report in JSON")
    shown.add_argument(
        "--csv", metavar="DIR|-", help="write tables into this folder; - writes the main one to standard output"
    )
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a report with plots into one file")


def run(arguments: argparse.Namespace) -> int:
    """Compute and report; the exit status is 1 when there is nothing to compare.

    AccessError for annotators, who see no layer but theirs; they may compare it with the gold that is done.
    """
    from annotator.workflow.agreement import StudyRequest, study, write_csv, write_html
    from annotator.workflow.people import reviews

    project = open_project(arguments)
    documents = getattr(arguments, "documents", None)
    request = StudyRequest(
        layers=arguments.layers,
        measures=arguments.measure,
        label=arguments.label,
        documents=None if documents is None else tuple(documents),
        all_layers=arguments.all_layers,
        gold=arguments.gold,
        resamples=arguments.bootstrap,
        seed=arguments.seed,
    )
    with opened(project, user(arguments)) as store, ProgressLine("Comparing") as progress:
        if not reviews(store.person) and not request.gold:
            raise AccessError(
                "only a reviewer can compare annotators",
                hint="--gold compares your own layer with the gold that is done; ask a reviewer for more",
            )
        found = study(store, project.settings.name, project.schema, request, progress, reopen=reopener(project))
    if found is None:  # the progress line never stops it
        return 1
    writer = Writer(rtl=arguments.rtl)
    if arguments.html is not None:
        written = write_html(found, project.schema, arguments.html)
        if not arguments.json and arguments.csv is None:
            writer.line(f"{written.path}: {count(written.size, 'byte')}")
    if arguments.json:
        from annotator.agreement.study import encode

        writer.json(encode(found))
    elif arguments.csv == _STANDARD_OUTPUT:
        from annotator.agreement.tables import as_csv, tables

        writer.stream.write(as_csv(tables(found)["agreement"]))
    elif arguments.csv is not None:
        for file in write_csv(found, Path(arguments.csv)):
            writer.line(f"{file.path}: {count(file.size, 'byte')}")
    elif arguments.html is None:
        _report(writer, found, request, project.schema)
    return 0 if found.documents else 1


def _report(writer: Writer, study: Study, request: StudyRequest, schema: Schema) -> None:
    who = ", ".join(study.annotators) or "nobody"
    which = "submitted layers" if study.settings.layers == "submitted" else "all layers"
    about = f", label {study.settings.label}" if study.settings.label else ""
    writer.line(f"{count(len(study.documents), 'document')} of {who} ({which}{about})")
    if study.documents:
        header = ("MEASURE", "MEAN", "INTERVAL", "ITEMS", "UNIT", "REMARK")
        rows = [(result.measure, *_figures(result.mean), result.unit, _remark(result.mean)) for result in study.results]
        writer.table(header, rows, numbers=(1, 2, 3))
        if study.settings.resamples:
            writer.line(
                f"Means over pairs; intervals of {study.settings.confidence:.0%} from "
                f"{count(study.settings.resamples, 'resample')} of the documents (seed {study.settings.seed})"
            )
        for place, result in enumerate(study.results):
            if request.measures or not place:
                _in_full(writer, study, result, schema)
    _left_out(writer, study)


def _in_full(writer: Writer, study: Study, result: Result, schema: Schema) -> None:
    writer.line(f"\n{result.title} ({result.unit})\n{result.included}")
    if result.together is not None:
        value, interval, items = _figures(result.together)
        writer.line(f"All together: {value} {interval} ({items} {result.unit})")
    if result.pairs:
        rows = [
            (
                name,
                *(
                    _figure(number) if (number := result.pair(name, other)) is not None and other != name else ""
                    for other in study.annotators
                ),
            )
            for name in study.annotators
        ]
        writer.table(("PAIRS", *study.annotators), rows, numbers=range(1, len(study.annotators) + 1))
    if result.labels:
        titles = {label.name: label.titles.ar for label in (*schema.labels(), *schema.relations)}
        rows = [(cell.name, *_figures(cell.mean), titles.get(cell.name, "")) for cell in result.labels]
        writer.table(("LABEL", "MEAN", "INTERVAL", "ITEMS", "TITLE"), rows, numbers=(1, 2, 3))
    if result.reference:
        rows = [
            (cell.name, *_figures(cell.number), _rate(cell.precision), _rate(cell.recall)) for cell in result.reference
        ]
        header = (f"AGAINST {study.reference.upper()}", "VALUE", "INTERVAL", "ITEMS", "PRECISION", "RECALL")
        writer.table(header, rows, numbers=(1, 2, 3, 4, 5))


def _left_out(writer: Writer, study: Study) -> None:
    layers = Counter(item.why for item in study.excluded if item.layer)
    documents = Counter(item.why for item in study.excluded if not item.layer)
    for counts, what in ((layers, "layer"), (documents, "document")):
        for why, number in counts.most_common(_SHOWN):
            writer.line(f"Left out: {count(number, what)}, {why}")


def _figures(number: Number) -> tuple[str, str, str]:
    interval = f"{number.low:.3f}–{number.high:.3f}" if number.low is not None and number.high is not None else ""
    return _figure(number), interval, f"{number.items:,}"


def _figure(number: Number) -> str:
    return _rate(number.value)


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _remark(number: Number) -> str:
    return "; ".join(filter(None, (number.why, *map(str, number.excluded))))


def _names(value: str) -> tuple[str, ...]:
    names = tuple(filter(None, (name.strip() for name in value.split(","))))
    if not names:
        raise ValueError
    return names


_names.__name__ = "list of names"  # argparse: "invalid list of names value"


def _not_negative(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError
    return number


_not_negative.__name__ = "number"
