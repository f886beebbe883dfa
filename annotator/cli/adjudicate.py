"""`annotator adjudicate`: decide what people differ on; on the screen, or with an option from the command line."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from annotator.cli.context import open_project, opened, project_root, user
from annotator.cli.output import ProgressLine, Writer, count
from annotator.errors import AccessError, UsageError

if TYPE_CHECKING:
    from annotator.adjudication.answers import Rule
    from annotator.adjudication.items import Kind
    from annotator.workflow.access import Guarded
    from annotator.workflow.ports import Store
    from annotator.workflow.project import Project

_SCREEN: Final = "screen"
_LEAST: Final = 2.0
_OPTIONS: Final = {
    "kind": ("queue",),
    "label": ("queue",),
    "annotator": ("queue",),
    "below": ("queue",),
    "at_least": ("merge",),
    "weights": ("merge",),
    "kinds": ("merge",),
    "unanimous": ("merge",),
    "dry_run": ("merge",),
    "layers": ("queue", "merge", "adopt"),
    "csv": ("reasons",),
    "json": ("queue", "merge", "undo", "adopt", "reasons", "feedback", "decisions"),
    "documents": ("merge", _SCREEN),
}
"""Which options go with which action, by the names of the parsed arguments."""
_FILTERS: Final = tuple(name for name, owners in _OPTIONS.items() if owners == ("queue",))
_NAMES: Final = {"weights": "--weight", "layers": "--with", "documents": "DOCUMENT"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument(
        "documents",
        nargs="*",
        metavar="DOCUMENT",
        help="the document to open on the screen; with --merge, those to merge (default: all)",
    )
    actions = parser.add_mutually_exclusive_group()
    actions.add_argument("--queue", action="store_true", help="list the documents to adjudicate")
    actions.add_argument(
        "--merge", action="store_true", help="let a rule decide what is open, in all documents as one step"
    )
    actions.add_argument("--undo", action="store_true", help="take back your last merge, if nothing came after it")
    actions.add_argument(
        "--adopt", nargs=2, metavar=("NAME", "DOCUMENT"), help="take all that NAME says on what is open in DOCUMENT"
    )
    actions.add_argument("--reasons", action="store_true", help="count the reasons of all decisions, with the notes")
    actions.add_argument(
        "--feedback",
        nargs="*",
        metavar="NAME [DOCUMENT]",
        help="where gold is not what NAME (default: you) said, and why",
    )
    actions.add_argument("--decisions", metavar="DOCUMENT", help="where each annotation in the document's gold is from")
    of_queue = parser.add_argument_group("options of --queue")
    of_queue.add_argument("--kind", metavar="K", help="only documents where something of this kind is open")
    of_queue.add_argument("--label", metavar="L", help="only where something about this label is open")
    of_queue.add_argument("--annotator", metavar="N", help="only where this person is in the minority")
    of_queue.add_argument("--below", metavar="X", type=_part, help="only where agreement is below this, of 0 to 1")
    of_merge = parser.add_argument_group("options of --merge")
    of_merge.add_argument(
        "--at-least",
        metavar="K",
        type=_positive,
        help=f"take the answer that so many give, and no other has as many (default: {_LEAST:g})",
    )
    of_merge.add_argument(
        "--weight",
        dest="weights",
        metavar="NAME=W",
        type=_weight,
        action="append",
        help="how many a person counts for; may be given again (default: 1)",
    )
    of_merge.add_argument("--kinds", metavar="A,B", help="decide only items of these kinds")
    of_merge.add_argument("--unanimous", action="store_true", help="take only what all agree on")
    of_merge.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--with",
        dest="layers",
        metavar="LAYER",
        action="append",
        help="count an imported layer that is nobody's as an opinion in documents not yet begun; may be given again",
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="report in JSON")
    shown.add_argument("--csv", action="store_true", help="print the reasons as CSV")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for. AccessError for annotators, but for the feedback on their own annotations."""
    action = _action(arguments)
    if action == _SCREEN:
        return _screen(arguments)
    from annotator.workflow.people import reviews

    project = open_project(arguments)
    with opened(project, user(arguments)) as store:
        if action != "feedback" and not reviews(store.person):
            raise _refusal(store.person.name)
        job = _Job(arguments, project, store, Writer(rtl=arguments.rtl))
        return _ACTIONS[action](job)


class _Job(NamedTuple):
    """What every action needs."""

    arguments: argparse.Namespace
    project: Project
    store: Guarded
    writer: Writer

    @property
    def who(self) -> str:
        return self.store.person.name

    @property
    def extra(self) -> tuple[str, ...]:
        return tuple(self.arguments.layers or ())


def _action(arguments: argparse.Namespace) -> str:
    """Which action was asked for. UsageError for an option that does not go with it."""
    given = vars(arguments)
    action = next((name for name in _ACTIONS if given[name] not in (None, False)), _SCREEN)
    for option, owners in _OPTIONS.items():
        if action not in owners and given[option] not in (None, False, []):
            name = _NAMES.get(option, f"--{option.replace('_', '-')}")
            goes_with = " or ".join(f"--{owner}" for owner in owners if owner != _SCREEN)
            raise UsageError(f"{name} goes with {goes_with}")
    return action


def _refusal(name: str) -> AccessError:
    return AccessError(
        "only a reviewer can adjudicate",
        where=name,
        hint="Ask a reviewer or a manager; --feedback shows what became of your own annotations",
    )


def _screen(arguments: argparse.Namespace) -> int:
    from annotator.cli import open as opening
    from annotator.workflow.people import reviews

    if len(arguments.documents) > 1:
        raise UsageError("the screen opens one document", hint="Name several with --merge")
    if arguments.documents:
        (arguments.document,) = arguments.documents
    if (found := _first(arguments)) is not None and not reviews(found):
        raise _refusal(found.name)
    arguments.start = "adjudicate"
    return opening.run(arguments)


def _first(arguments: argparse.Namespace) -> Any:
    """Who is at work, as a fast look at the database says; None where it says nothing."""
    from annotator.cli.open import look
    from annotator.workflow.project import open_project

    first = look(open_project(project_root(arguments)), user(arguments), None)
    return first.person if first is not None else None


# -- actions -------------------------------------------------------------------------------------------------------


def _queue(job: _Job) -> int:
    from annotator.cli import adjudicate_report as report
    from annotator.workflow.adjudication_queue import QueueFilter, late_names, queue

    asked = job.arguments
    if asked.annotator is not None:
        _require_somebody(job.store, asked.annotator, "--annotator")
    wanted = QueueFilter(
        label=_label(job.project, asked.label),
        kind=_kinds(asked.kind)[0] if asked.kind else "",
        name=asked.annotator or "",
        most=1.0 if asked.below is None else math.nextafter(asked.below, -1),
    )
    with ProgressLine("Comparing") as progress:
        found = queue(job.store, job.project.schema, wanted, progress, extra=job.extra)
    late = late_names(job.store, [entry.document for entry in found if entry.state != "ready"])
    if asked.json:
        job.writer.json([report.queue_json(entry, late.get(entry.document, ())) for entry in found])
    else:
        filters = [f"--{name}" for name in _FILTERS if vars(asked)[name] is not None]
        report.show_queue(job.writer, found, late, filters)
    return 0


def _merge(job: _Job) -> int:
    from annotator.cli import adjudicate_report as report
    from annotator.workflow.adjudication_merge import merge_documents

    asked, rule = job.arguments, _rule(job.arguments)
    _check_names(job.store, rule)
    with ProgressLine("Merging") as progress:
        found = merge_documents(
            job.store,
            job.project.schema,
            rule,
            job.who,
            documents=tuple(dict.fromkeys(asked.documents)),
            dry_run=asked.dry_run,
            progress=progress,
            extra=job.extra,
        )
    if asked.json:
        job.writer.json(report.merge_json(found, rule.title, dry_run=asked.dry_run))
    else:
        report.show_merge(job.writer, found, rule.title, dry_run=asked.dry_run)
    return 1 if asked.documents and found.skipped else 0


def _undo(job: _Job) -> int:
    from annotator.workflow.adjudication_steps import undo_merge

    entry = undo_merge(job.store, job.who)
    documents = list(dict.fromkeys(edit.key.document for edit in reversed(entry.edits)))
    if job.arguments.json:
        job.writer.json({"name": entry.name, "entry": entry.target, "documents": documents})
    else:
        where = documents[0] if len(documents) == 1 else count(len(documents), "document")
        job.writer.line(f"Took back: {entry.name} ({where})")
    return 0


def _adopt(job: _Job) -> int:
    from annotator.workflow.adjudication_steps import adopt_all

    name, document = job.arguments.adopt
    decided, left = adopt_all(job.store, job.project.schema, document, name, job.who, job.extra)
    if job.arguments.json:
        job.writer.json({"document": document, "name": name, "decided": decided, "open": left})
    else:
        job.writer.line(f"{document}: {count(decided, 'item')} decided as {name} has it, {left:,} open")
    return 0


def _reasons(job: _Job) -> int:
    from annotator.cli import adjudicate_report as report
    from annotator.workflow.adjudication_feedback import reasons_given

    with ProgressLine("Reading decisions") as progress:
        found = reasons_given(job.store, job.project.schema, progress)
    if job.arguments.json:
        job.writer.json([report.reason_json(row) for row in found])
    elif job.arguments.csv:
        from annotator.agreement.tables import as_csv

        job.writer.stream.write(as_csv(report.reason_rows(found)))
    else:
        report.show_reasons(job.writer, found)
    return 0


def _feedback(job: _Job) -> int:
    from annotator.cli import adjudicate_report as report
    from annotator.workflow.adjudication_feedback import agreed
    from annotator.workflow.people import reviews

    if len(job.arguments.feedback) > 2:
        raise UsageError("--feedback takes a name and a document")
    name, document = [*job.arguments.feedback, "", ""][:2]
    name = name or job.who
    if name != job.who and not reviews(job.store.person):
        raise AccessError("annotators see the feedback on their own annotations", where=job.who)
    if name != job.who:
        _require_somebody(job.store, name, "--feedback")
    store = job.store
    if document:
        store.document(document)  # says so, with near names, when there is none
        wanted = [document]
    else:
        wanted = [id for id, one in store.adjudications().items() if one.done and name in one.layers]
    rows: list[dict[str, Any]] = []
    names = job.project.settings.feedback_names
    with ProgressLine("Comparing") as progress:
        for done, id in enumerate(wanted):
            progress(done, len(wanted))
            made, found = store.feedback(job.project.schema, id, name)
            text = store.document(id).text if found else ""
            told = ({"agreed": agreed(one, name)} if names else {} for one in found)
            rows += [report.difference_json(made, text, id, one) | of for one, of in zip(found, told, strict=True)]
    if job.arguments.json:
        job.writer.json({"name": name, "documents": wanted, "differences": rows})
    else:
        report.show_feedback(job.writer, name, len(wanted), rows)
    return 0


def _decisions(job: _Job) -> int:
    from annotator.cli import adjudicate_report as report
    from annotator.workflow.adjudication_steps import origins_of

    document = job.arguments.decisions
    standing, origins = origins_of(job.store, job.project.schema, document)
    if job.arguments.json:
        job.writer.json(report.decisions_json(standing, origins))
    else:
        report.show_decisions(job.writer, standing, origins, job.store.document(document).text)
    return 0


_ACTIONS: Final[dict[str, Callable[[_Job], int]]] = {
    "queue": _queue,
    "merge": _merge,
    "undo": _undo,
    "adopt": _adopt,
    "reasons": _reasons,
    "feedback": _feedback,
    "decisions": _decisions,
}


# -- what options mean ---------------------------------------------------------------------------------------------


def _rule(asked: argparse.Namespace) -> Rule:
    from annotator.adjudication.answers import Rule

    if asked.unanimous:
        if asked.at_least is not None or asked.weights or asked.kinds:
            raise UsageError("--unanimous decides nothing, so no rule goes with it")
        return Rule(math.inf)
    kinds = frozenset(_kinds(asked.kinds)) if asked.kinds else frozenset()
    return Rule(_LEAST if asked.at_least is None else asked.at_least, dict(asked.weights or ()), kinds)


def _check_names(store: Store, rule: Rule) -> None:
    """UsageError for a weight of somebody who has no layer."""
    if not rule.weights:
        return
    names = store.layer_names()
    for name in rule.weights:
        if name not in names:
            raise UsageError(f"nobody called {name!r} has annotated anything", where="--weight")


def _require_somebody(store: Store, name: str, option: str) -> None:
    """UsageError where NAME is nobody's who is registered, and no layer's that is an opinion."""
    from annotator.workflow.ports import RESERVED

    names = {*store.layer_names(), *(person.name for person in store.people())} - {*RESERVED}
    if name not in names:
        hint = f"There are: {', '.join(sorted(names))}"
        raise UsageError(f"there is nobody called {name!r}", where=option, hint=hint)


def _kinds(value: str) -> list[Kind]:
    from annotator.adjudication.items import KINDS

    known = {kind.replace(" ", "-"): kind for kind in KINDS}
    names = [name.strip().replace(" ", "-") for name in value.split(",")]
    for name in names:
        if name not in known:
            raise UsageError(f"there is no kind {name!r}", hint=f"There are: {', '.join(known)}")
    return [known[name] for name in names]


def _label(project: Project, name: str | None) -> str:
    if not name:
        return ""
    schema = project.schema
    if name not in {*(label.name for label in schema.labels()), *schema.document_label, "relation", "chain"}:
        raise UsageError(f"the schema has no label {name!r}", hint="'annotator schema' lists the labels")
    return name


def _part(value: str) -> float:
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError
    return number


_part.__name__ = "number of 0 to 1"  # argparse: "invalid number of 0 to 1 value"


def _positive(value: str) -> float:
    number = float(value)
    if not 0 < number < math.inf:
        raise ValueError
    return number


_positive.__name__ = "positive number"


def _weight(value: str) -> tuple[str, float]:
    name, sign, number = value.rpartition("=")
    weight = float(number)
    if not name or not sign or not 0 <= weight < math.inf:
        raise ValueError
    return name, weight


_weight.__name__ = "NAME=WEIGHT"
