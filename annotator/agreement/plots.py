"""Plots as HTML and inline SVG: made of numbers and escaped text only, with a table's text wherever colour speaks.

Every name goes through `text`, which shows it in its own direction and takes out what no page may hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final

from annotator.agreement.counts import counted
from annotator.agreement.study import Cell, Confusion, LabelCell, Number, PairCell

_NO_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BAR, _STEP, _NAME, _PLOT, _VALUE = 14, 22, 190, 420, 150  # height, distance, widths: user units of SVG
_HIGH, _WIDE, _MARGIN = 180, 760, 44


def text(value: str) -> str:
    """VALUE as HTML: escaped, isolated from its surroundings, in the direction of its own first letter."""
    return f'<bdi dir="auto">{plain(value)}</bdi>'


def plain(value: str) -> str:
    """VALUE escaped, for a place that has no direction of its own; what HTML cannot hold becomes U+FFFD."""
    return escape(_NO_TEXT.sub("\ufffd", value))


def figure(number: float | None, digits: int = 3) -> str:
    """A number of a study as people read it; an en dash where there is none."""
    return "–" if number is None else f"{number:.{digits}f}".replace("-", "\u2212")


def interval(number: Number) -> str:
    """The confidence interval, empty where there is none."""
    return f"[{figure(number.low)}, {figure(number.high)}]" if number.low is not None else ""


def hint(number: Number) -> str:
    """Everything that a number needs to be read, for a tooltip."""
    parts = [f"{figure(number.value)} {interval(number)}".strip()] if number.value is not None else []
    parts += [number.why] if number.why else []
    parts += [f"{counted(number.items, 'items')} in {counted(number.documents, 'documents')}"]
    parts += [f"left out: {item}" for item in number.excluded]
    return plain("; ".join(parts))


def shade(value: float | None) -> str:
    """Background and ink of a cell: pale for 0 and less, deep for 1; both inks reach a contrast of 4.5 to 1."""
    if value is None:
        return "background:#eee;color:#555"
    part = min(max(value, 0.0), 1.0)
    red, green, blue = (round(pale + part * (deep - pale)) for pale, deep in ((246, 8), (249, 81), (252, 106)))
    return f"background:rgb({red},{green},{blue});color:{'#fff' if part > 0.735 else '#000'}"


def matrix(names: Sequence[str], pairs: Sequence[PairCell]) -> str:
    """Annotators against each other."""
    found = {(cell.left, cell.right): cell.number for cell in pairs}
    found |= {(right, left): number for (left, right), number in found.items()}

    def cell(left: str, right: str) -> str:
        number = found.get((left, right))
        if number is None:
            return "<td></td>"
        low = f"<small>{interval(number)}</small>"
        return f'<td style="{shade(number.value)}" title="{hint(number)}">{figure(number.value)}{low}</td>'

    return _grid(names, names, cell)


def heat_map(confusion: Confusion) -> str:
    """A confusion matrix; the colour is a count's part of its row."""
    labels = [label or "(nothing)" for label in confusion.labels]
    rows = dict(zip(labels, confusion.counts, strict=True))
    places = {label: place for place, label in enumerate(labels)}

    def cell(row: str, column: str) -> str:
        count, total = rows[row][places[column]], sum(rows[row])
        part = count / total if total else 0.0
        title = f"{plain(row)} | {plain(column)}: {count:,} of {total:,}"
        return f'<td style="{shade(part)}" title="{title}">{count:,}</td>' if count else f'<td title="{title}"></td>'

    return _grid(labels, labels, cell)


def _grid(rows: Sequence[str], columns: Sequence[str], cell: Callable[[str, str], str]) -> str:
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{text(row)}</th>{"".join(cell(row, column) for column in columns)}</tr>' for row in rows
    )
    return f'<div class="wide"><table class="grid"><thead><tr><td></td>{head}</tr></thead>{body}</table></div>'


def bars(cells: Sequence[LabelCell], titles: Mapping[str, str]) -> str:
    """One bar for each label, with its confidence interval; TITLES are what people read for a label."""
    if not cells:
        return ""
    lowest = min(
        (value for cell in cells for value in (cell.mean.value, cell.mean.low) if value is not None), default=0
    )
    low = -1.0 if lowest < -0.5 else -0.5 if lowest < 0 else 0.0

    def x(value: float) -> float:
        return round(_NAME + (max(value, low) - low) / (1 - low) * _PLOT, 1)

    rows = []
    for place, cell in enumerate(cells):
        top = place * _STEP + 4
        rows.append(f"<g><title>{hint(cell.mean)}</title>{_bar(cell, titles, top, x)}</g>")
    height = len(cells) * _STEP + 24
    ticks = "".join(
        f'<path class="rule" d="M{x(at)} 0V{height - 20}"/>'
        f'<text x="{x(at)}" y="{height - 6}" text-anchor="middle">{figure(at, 2)}</text>'
        for at in (-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0)
        if at >= low
    )
    return _svg(_NAME + _PLOT + _VALUE, height, "Agreement for each label", ticks + "".join(rows))


def _bar(cell: LabelCell, titles: Mapping[str, str], top: int, x: Callable[[float], float]) -> str:
    number = cell.mean
    name = " ".join(filter(None, (cell.name, titles.get(cell.name, ""))))
    middle = top + _BAR / 2
    # A foreign object is HTML inside SVG: there names keep their own direction.
    drawn = (
        f'<foreignObject x="0" y="{top - 3}" width="{_NAME - 8}" height="{_STEP - 2}"><div class="name">{text(name)}'
        f"</div></foreignObject>"
    )
    if number.value is not None:
        start, end = sorted((x(0), x(number.value)))
        drawn += f'<rect x="{start}" y="{top}" width="{round(end - start, 1)}" height="{_BAR}"/>'
    if number.low is not None and number.high is not None:
        low, high = x(number.low), x(number.high)
        drawn += f'<path class="interval" d="M{low} {middle}H{high}M{low} {top + 3}v8M{high} {top + 3}v8"/>'
    said = f"{figure(number.value)} {interval(number)}"
    return drawn + f'<text x="{_NAME + _PLOT + 10}" y="{top + 11}">{said}</text>'


def line(cells: Sequence[Cell]) -> str:
    """Numbers over days, the days as far apart as they are; with one day there is nothing to draw."""
    points = [(_day(cell.name), cell) for cell in cells if cell.number.value is not None]
    if len(points) < 2:
        return ""
    values = [cell.number.value or 0.0 for _, cell in points]
    low = min(0.0, *values)
    first, last = points[0][0], points[-1][0]

    def x(day: int) -> float:
        return round(_MARGIN + (day - first) / max(last - first, 1) * (_WIDE - 2 * _MARGIN), 1)

    def y(value: float) -> float:
        return round(10 + (1 - value) / (1 - low) * (_HIGH - 40), 1)

    ticks = "".join(
        f'<path class="rule" d="M{_MARGIN} {y(at)}H{_WIDE - _MARGIN}"/>'
        f'<text x="{_MARGIN - 6}" y="{y(at) + 4}" text-anchor="end">{figure(at, 2)}</text>'
        for at in sorted({low, 0.0, 0.5, 1.0})
    )
    ends = "".join(
        f'<text x="{x(day)}" y="{_HIGH - 8}" text-anchor="{anchor}">{plain(cell.name)}</text>'
        for (day, cell), anchor in ((points[0], "start"), (points[-1], "end"))
    )
    whole = " ".join(f"{x(day)},{y(value)}" for (day, _), value in zip(points, values, strict=True))
    dots = "".join(
        f'<circle cx="{x(day)}" cy="{y(value)}" r="4"><title>{plain(cell.name)}: {hint(cell.number)}</title></circle>'
        for (day, cell), value in zip(points, values, strict=True)
    )
    drawn = f'{ticks}{ends}<polyline points="{whole}"/>{dots}'
    return _svg(_WIDE, _HIGH, "Agreement over time", drawn)


def _day(name: str) -> int:
    """Days since the year 1, of `YYYY-MM-DD`; 0 for anything else."""
    from datetime import date  # noqa: PLC0415 - only reports need it

    try:
        return date.fromisoformat(name).toordinal()
    except ValueError:
        return 0


def _svg(width: float, height: float, label: str, drawn: str) -> str:
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<div class="wide"><svg {size} role="img" aria-label="{plain(label)}">{drawn}</svg></div>'
