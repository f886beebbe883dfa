"""A study as one HTML page that needs nothing else: no script, no font, no picture from anywhere.

The page says so to the browser too (a content security policy). Names of people, labels and documents are data: they
are escaped and stand in isolates of their own direction, so none of them can change the page or the text around it.
No text of a document is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from annotator.agreement import plots
from annotator.agreement.counts import counted
from annotator.agreement.study import Cell, Confusion, Number, ReferenceCell, Result, Study

LOWEST: Final = 20
"""How many documents a measure lists: those in which it is lowest."""
_NAMED: Final = 200  # excluded layers that are named one by one

_STYLE: Final = """
:root{color-scheme:light;--ink:#1b1f23;--soft:#59636e;--rule:#d0d7de;--bar:#3a7d8c}
body{font:15px/1.5 system-ui,"Segoe UI","Noto Sans","Noto Sans Arabic",sans-serif;color:var(--ink);background:#fff;
margin:2rem auto;padding:0 1rem;max-width:70rem}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--rule)}h3{font-size:1rem;margin-bottom:.4rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;text-align:start;vertical-align:top}th{font-weight:600}
thead th{border-bottom:2px solid var(--rule)}tbody tr+tr td{border-top:1px solid var(--rule)}
.number{text-align:right;white-space:nowrap}.soft,small{color:var(--soft)}
.grid td{text-align:center;border:1px solid #fff;min-width:3rem}.grid small{display:block;color:inherit;font-size:.75em}
.grid th[scope=row]{text-align:end}.wide{overflow-x:auto}
svg text{font-size:12px;fill:var(--ink)}svg rect{fill:var(--bar)}svg .rule{stroke:var(--rule);fill:none}
svg .interval{stroke:#111;stroke-width:1.5;fill:none}svg polyline{fill:none;stroke:var(--bar);stroke-width:2}
svg circle{fill:var(--bar)}
.name{font-size:12px;line-height:20px;text-align:right;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
@media print{details{display:block}h2{break-after:avoid}.wide{overflow:visible}}
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page(study: Study, titles: Mapping[str, str] | None = None) -> str:
    """The report. TITLES are what people read for a label, such as its Arabic title, shown beside its name."""
    return "\n".join(_page(study, titles or {}))


def _page(study: Study, titles: Mapping[str, str]) -> Iterator[str]:
    title = f"Agreement: {study.project}"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{plots.plain(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{plots.plain(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>Agreement: {plots.text(study.project)}</h1>"
    yield _about(study)
    yield _overview(study)
    for result in study.results:
        yield from _section(study, result, titles)
    if study.confusions:
        yield '<h2 id="confusion">Which labels are taken for which</h2>'
        yield from map(_confusion, study.confusions)
    yield _left_out(study)
    yield "</body>\n</html>\n"


def _about(study: Study) -> str:
    settings = study.settings
    names = ", ".join(plots.text(name) for name in study.annotators) or "nobody"
    layers = "submitted layers only" if settings.layers == "submitted" else "all layers, submitted or not"
    sentences = [
        f"{counted(len(study.annotators), 'annotators')}: {names}.",
        f"{counted(len(study.documents), 'documents')}; {layers}.",
        f"Reference: {plots.text(study.reference)}." if study.reference else "",
        f"Only the label {plots.text(settings.label)}." if settings.label else "",
        f"Intervals of {settings.confidence:.0%} from {counted(settings.resamples, 'resamples of the documents')} "
        f"(seed {settings.seed})."
        if settings.resamples
        else "Without confidence intervals.",
        f"Made {plots.plain(study.made_at)}.",
    ]
    return f"<p>{' '.join(filter(None, sentences))}</p>"


def _overview(study: Study) -> str:
    rows = "".join(
        f'<tr><td><a href="#{plots.plain(result.measure)}">{plots.plain(result.title)}</a></td>'
        f"{_number_cells(result.mean)}<td>{plots.plain(result.unit)}</td></tr>"
        for result in study.results
    )
    return _table(
        ("Measure", "Mean over pairs", "Interval", "Items", "Documents", "Remark", "Unit"), rows, numbers=(1, 2, 3, 4)
    )


def _number_cells(number: Number) -> str:
    remark = "; ".join(filter(None, (number.why, *map(str, number.excluded))))
    return (
        f'<td class="number" title="{plots.hint(number)}">{plots.figure(number.value)}</td>'
        f'<td class="number">{plots.interval(number)}</td><td class="number">{number.items:,}</td>'
        f'<td class="number">{number.documents:,}</td><td class="soft">{plots.plain(remark)}</td>'
    )


def _section(study: Study, result: Result, titles: Mapping[str, str]) -> Iterator[str]:
    yield f'<h2 id="{plots.plain(result.measure)}">{plots.plain(result.title)}</h2>'
    yield f'<p class="soft">Unit: {plots.plain(result.unit)}. {plots.plain(result.included)}</p>'
    if result.together is not None:
        rows = f"<tr><td>All annotators together</td>{_number_cells(result.together)}</tr>"
        yield _table(("", "Value", "Interval", "Items", "Documents", "Remark"), rows, numbers=(1, 2, 3, 4))
    if result.pairs:
        yield "<h3>Pairs</h3>"
        yield plots.matrix(study.annotators, result.pairs)
    if result.reference:
        yield f"<h3>Against {plots.text(study.reference)}</h3>"
        yield _reference(result.reference)
    if result.labels:
        yield "<h3>Labels</h3>"
        yield plots.bars(result.labels, titles)
    if drawn := plots.line(result.days):
        yield "<h3>Over time</h3>"
        yield drawn
    if result.documents:
        yield _lowest(result.documents)


def _reference(cells: Sequence[ReferenceCell]) -> str:
    rows = "".join(
        f'<tr><td>{plots.text(cell.name)}</td>{_number_cells(cell.number)}<td class="number">'
        f'{plots.figure(cell.precision)}</td><td class="number">{plots.figure(cell.recall)}</td></tr>'
        for cell in cells
    )
    header = ("Annotator", "Value", "Interval", "Items", "Documents", "Remark", "Precision", "Recall")
    return _table(header, rows, numbers=(1, 2, 3, 4, 6, 7))


def _lowest(cells: Sequence[Cell]) -> str:
    valued = [(cell.number.value, cell) for cell in cells if cell.number.value is not None]
    valued.sort(key=lambda item: item[0])
    rows = "".join(
        f"<tr><td>{plots.text(cell.name)}</td>{_number_cells(cell.number)}</tr>" for _, cell in valued[:LOWEST]
    )
    summary = f"Documents with the lowest agreement ({min(LOWEST, len(valued)):,} of {len(valued):,})"
    table = _table(("Document", "Value", "Interval", "Items", "Pairs' documents", "Remark"), rows, numbers=(1, 2, 3, 4))
    return f"<details><summary>{summary}</summary>{table}</details>"


def _confusion(confusion: Confusion) -> str:
    if not confusion.left:
        heading = "All pairs, each counted both ways"
        return f"<h3>{heading}</h3><p class='soft'>{plots.plain(confusion.unit)}</p>{plots.heat_map(confusion)}"
    heading = f"Rows {plots.text(confusion.left)}, columns {plots.text(confusion.right)}"
    return f"<details><summary>{heading}</summary>{plots.heat_map(confusion)}</details>"


def _left_out(study: Study) -> str:
    if not study.excluded:
        return '<h2 id="excluded">What was left out</h2><p>Nothing.</p>'
    counts = Counter(item.why for item in study.excluded)
    rows = "".join(
        f'<tr><td>{plots.plain(why)}</td><td class="number">{n:,}</td></tr>' for why, n in counts.most_common()
    )
    named = "".join(
        f"<tr><td>{plots.text(item.document)}</td><td>{plots.text(item.layer)}</td><td>{plots.plain(item.why)}</td></tr>"
        for item in study.excluded[:_NAMED]
    )
    more = f"<p>And {len(study.excluded) - _NAMED:,} more.</p>" if len(study.excluded) > _NAMED else ""
    return (
        f'<h2 id="excluded">What was left out</h2>{_table(("Why", "How many"), rows, numbers=(1,))}'
        f"<details><summary>Which</summary>{_table(('Document', 'Layer', 'Why'), named)}{more}</details>"
    )


def _table(header: Sequence[str], rows: str, numbers: Sequence[int] = ()) -> str:
    cells = "".join(
        f'<th scope="col"{" class=number" if place in numbers else ""}>{plots.plain(name)}</th>'
        for place, name in enumerate(header)
    )
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table></div>'
