"""What `annotator adjudicate` prints: the queue, merges, reasons, feedback, and where gold comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from annotator.adjudication.decisions import REASONS
from annotator.adjudication.items import KINDS
from annotator.adjudication.plain import part_name, place_of, plain, sentence
from annotator.cli.output import Writer, count
from annotator.model.annotations import DocumentLabel
from annotator.model.codec import encode

if TYPE_CHECKING:
    from annotator.adjudication.feedback import Difference, ReasonCount
    from annotator.adjudication.gold import Adjudication
    from annotator.adjudication.origins import Answer, Origin
    from annotator.workflow.adjudication_merge import MergeReport
    from annotator.workflow.adjudication_queue import QueueEntry
    from annotator.workflow.adjudication_standing import Standing

Json = dict[str, Any]

_SHOWN: Final = 5  # documents of a list
_GAPS: Final = ("gap", "unclear")  # reasons whose notes are for the guidelines


# -- the queue -----------------------------------------------------------------------------------------------------


def queue_json(entry: QueueEntry, late: Sequence[str]) -> Json:
    """An entry of the queue as JSON; LATE are those whose opinion is another one by now."""
    claim = entry.claim
    return {
        "document": entry.document,
        "title": entry.title,
        "state": entry.state,
        "people": list(entry.people),
        "items": entry.items,
        "open": entry.open,
        "agreement": entry.agreement,
        "kinds": _by_kind(entry.kinds),
        "late": list(late),
        "claim": {"who": claim.who, "until": claim.until} if claim is not None else None,
    }


def show_queue(
    writer: Writer, entries: Sequence[QueueEntry], late: Mapping[str, Sequence[str]], filters: Sequence[str]
) -> None:
    """The queue as a table, and what is open in all.

    LATE names, by document, those whose opinion is another one by now; FILTERS are the options that leave some out.
    """
    if not entries and filters:
        writer.line(f"Nothing in the queue matches {' and '.join(filters)}.")
        return
    if not entries:
        writer.line("Nothing to adjudicate: documents come here once two people have submitted them.")
        return
    rows = [
        (
            entry.document,
            entry.state,
            ", ".join(entry.people),
            f"{entry.open:,}/{entry.items:,}",
            f"{entry.agreement:.3f}",
            ", ".join(f"{kind} {number:,}" for kind, number in _by_kind(entry.kinds).items()),
            ", ".join(late.get(entry.document, ())),
            f"{entry.claim.who} until {entry.claim.until}" if entry.claim is not None else "",
            entry.title,
        )
        for entry in entries
    ]
    header = ("DOCUMENT", "STATE", "PEOPLE", "OPEN", "AGREEMENT", "KINDS", "LATE EDITS", "CLAIM", "TITLE")
    writer.table(header, rows, numbers=(3, 4))
    states = {state: sum(entry.state == state for entry in entries) for state in ("ready", "begun", "done")}
    writer.line(
        f"{count(len(entries), 'document')}: {', '.join(f'{number:,} {state}' for state, number in states.items())}; "
        f"{count(sum(entry.open for entry in entries), 'item')} open"
    )


def _by_kind(counts: Any) -> dict[str, int]:
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


# -- merging -------------------------------------------------------------------------------------------------------


def merge_json(report: MergeReport, rule: str, *, dry_run: bool) -> Json:
    """What a merge did as JSON."""
    return {
        "dry_run": dry_run,
        "rule": rule,
        "documents": report.documents,
        "changed": report.changed,
        "begun": report.begun,
        "decided": _by_kind(report.decided),
        "open": _by_kind(report.left_open),
        "skipped": [{"document": document, "reason": reason} for document, reason in report.skipped],
    }


def show_merge(writer: Writer, report: MergeReport, rule: str, *, dry_run: bool) -> None:
    """Counts by kind, then the documents left out, by reason."""
    kinds = [kind for kind in KINDS if report.decided[kind] or report.left_open[kind]]
    if kinds:
        rows: list[tuple[str, str, str]] = [
            (kind, f"{report.decided[kind]:,}", f"{report.left_open[kind]:,}") for kind in kinds
        ]
        rows.append(("all", f"{report.decided.total():,}", f"{report.left_open.total():,}"))
        writer.table(("KIND", "WOULD DECIDE" if dry_run else "DECIDED", "LEFT OPEN"), rows, numbers=(1, 2))
    begun = f", {report.begun:,} of them begun by it" if report.begun else ""
    done = "would be merged" if dry_run else "merged"
    undo = "; nothing to undo" if not report.changed and not dry_run else ""
    writer.line(f"{count(report.changed, 'document')} {done}: {rule}{begun}{undo}")
    reasons: dict[str, list[str]] = {}
    for document, reason in report.skipped:
        reasons.setdefault(reason, []).append(document)
    for reason, documents in reasons.items():
        writer.line(f"Left out: {count(len(documents), 'document')}, {reason}: {_some(documents)}")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


# -- reasons -------------------------------------------------------------------------------------------------------


def reason_json(row: ReasonCount) -> Json:
    """A row of the table of reasons as JSON."""
    return {
        "reason": row.reason,
        "meaning": REASONS.get(row.reason, ""),
        "guidelines": row.reason in _GAPS,
        "kind": row.kind,
        "label": row.label,
        "count": row.count,
        "notes": list(row.notes),
    }


def reason_rows(rows: Sequence[ReasonCount]) -> Iterator[tuple[str, ...]]:
    """The table of reasons with its header, a line for each row; notes are put together by line feeds."""
    yield ("reason", "meaning", "kind", "label", "count", "notes")
    for row in rows:
        yield row.reason, REASONS.get(row.reason, ""), row.kind, row.label, str(row.count), "\n".join(row.notes)


def show_reasons(writer: Writer, rows: Sequence[ReasonCount]) -> None:
    """The table of reasons, then the notes, those on the guidelines first."""
    if not rows:
        writer.line("No decision has a reason yet.")
        return
    cells = [(REASONS.get(row.reason, row.reason), row.kind, row.label, f"{row.count:,}") for row in rows]
    writer.table(("REASON", "KIND", "LABEL", "COUNT"), cells, numbers=(3,))
    noted = [row for row in rows if row.notes]
    for title, some in (
        ("What the guidelines leave open:", [row for row in noted if row.reason in _GAPS]),
        ("Other notes:", [row for row in noted if row.reason not in _GAPS]),
    ):
        if some:
            writer.line(f"\n{title}")
        for row in some:
            for note in row.notes:
                writer.line(f"  {row.label or row.kind}, {row.kind}: {' '.join(note.split())}")


# -- feedback ------------------------------------------------------------------------------------------------------


def difference_json(adjudication: Adjudication, text: str, document: str, found: Difference) -> Json:
    """Where gold is not what a person said, as JSON; it names who decided where FOUND does."""
    item, decision = found.item, found.decision
    place = place_of(adjudication, item.key)
    return {
        "document": document,
        "kind": item.kind or item.aspect,
        "name": part_name(item.name),
        "start": place[0] if place is not None else None,
        "end": place[1] if place is not None else None,
        "text": text[slice(*place)] if place is not None else "",
        "mine": plain(adjudication, item.key, found.mine, found.name),
        "gold": plain(adjudication, item.key, found.gold),
        "mine_text": sentence(adjudication, text, item.key, found.mine, found.name),
        "gold_text": sentence(adjudication, text, item.key, found.gold),
        "who": decision.who if decision is not None else "",
        "at": decision.at if decision is not None else "",
        "rule": decision.rule if decision is not None else "",
        "reason": decision.reason if decision is not None else "",
        "note": decision.note if decision is not None else "",
    }


def show_feedback(writer: Writer, name: str, documents: int, rows: Sequence[Json]) -> None:
    """Each difference in a few lines, and a sum."""
    for row in rows:
        place = "" if row["start"] is None else f" [{row['start']}, {row['end']})"
        part = f" {row['name']}" if row["name"] else ""
        writer.line(f"{row['document']}{place}, {row['kind']}{part}: {_one_line(row['text'])}")
        writer.line(f"  {name}: {_one_line(row['mine_text'])}")
        writer.line(f"  gold: {_one_line(row['gold_text'])}")
        why = REASONS.get(row["reason"], "")
        because = "; ".join(filter(None, (why, _one_line(row["note"]), row["rule"] and f"by rule: {row['rule']}")))
        writer.line(f"  why: {because or 'no reason was given'}{' (' + row['who'] + ')' if row['who'] else ''}")
        if row.get("agreed"):
            writer.line(f"  said so: {', '.join(row['agreed'])}")
    done = count(documents, "document")
    writer.line(f"{done} of {name} adjudicated, {count(len(rows), 'difference')} from gold")


def _one_line(text: str) -> str:
    return " ".join(text.split())


# -- where gold comes from -----------------------------------------------------------------------------------------


def decisions_json(standing: Standing, origins: Sequence[Origin]) -> Json:
    """All of a document's gold with its origins, and what is open, as JSON."""
    made, basis = standing.adjudication, standing.basis
    return {
        "document": standing.summary.id,
        "begun_by": basis.who if basis is not None else "",
        "begun_at": basis.at if basis is not None else "",
        "layers": dict(standing.layers),
        "items": len(made.items()),
        "open": [
            {
                "key": item.key,
                "kind": item.kind,
                "name": part_name(item.name),
                "start": item.start,
                "end": item.end,
                "versions": [
                    {"outcome": plain(made, item.key, version.outcome), "names": list(version.names)}
                    for version in made.versions(item)
                ],
            }
            for item in made.items()
            if item.key in made.open
        ],
        "gold": [_origin_json(made, origin) for origin in origins],
        "stored_gold_is_this": made.gold == standing.gold,
    }


def _origin_json(made: Adjudication, origin: Origin) -> Json:
    annotation = origin.annotation
    return {
        "annotation": encode(annotation) if annotation is not None else None,
        "origin": _answer_json(made, origin.answer),
        "from": list(annotation.provenance.derived_from) if annotation is not None else [],
        "parts": [_answer_json(made, part) for part in origin.parts],
    }


def _answer_json(made: Adjudication, answer: Answer) -> Json:
    return {
        "key": answer.key,
        "about": answer.aspect,
        "name": part_name(answer.name),
        "how": answer.how,
        "outcome": plain(made, answer.key, answer.outcome),
        "names": list(answer.names),
        "who": answer.who,
        "at": answer.at,
        "rule": answer.rule,
        "reason": answer.reason,
        "note": answer.note,
    }


def show_decisions(writer: Writer, standing: Standing, origins: Sequence[Origin], text: str) -> None:
    """A line for each annotation in gold, its parts below it."""
    made = standing.adjudication
    for origin in origins:
        annotation = origin.annotation
        what = _one_line(sentence(made, text, origin.answer.key, origin.answer.outcome))
        if annotation is None:
            place = place_of(made, origin.answer.key)
            what = f"nothing{'' if place is None else f' [{place[0]}, {place[1]}) {_one_line(text[slice(*place)])}'}"
        elif isinstance(annotation, DocumentLabel):
            what = f"{annotation.type} {annotation.value}"
        writer.line(f"{what}: {_how(origin.answer)}")
        for part in origin.parts:
            value = _one_line(sentence(made, text, part.key, part.outcome)) if part.how != "open" else ""
            writer.line(f"  {part_name(part.name) or part.aspect} {value}: {_how(part)}")
    present = sum(origin.annotation is not None for origin in origins)
    counted = count(present, "annotation")
    writer.line(f"{standing.summary.id}: {counted} in gold, {len(made.open):,} of {len(made.items()):,} items open")
    if made.gold != standing.gold:
        writer.line("The stored gold is not this; 'annotator check' says how far.")


def _how(answer: Answer) -> str:
    if answer.how == "open":
        return "open"
    why = "; ".join(filter(None, (REASONS.get(answer.reason, ""), _one_line(answer.note))))
    by = f"decided by {answer.who} at {answer.at}" if answer.how == "decided" else answer.how
    if answer.how == "rule":
        by = f"by the rule {answer.rule!r}, {answer.who} at {answer.at}"
    names = f", as {', '.join(answer.names)}" if answer.names else ""
    return f"{by}{names}{f' ({why})' if why else ''}"
