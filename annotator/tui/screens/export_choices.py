"""What an export is asked for, and what became of it: the choices of the export screen and its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.tui.widgets.pieces import counted
from annotator.tui.widgets.text_block import Tone, faint, plain, strong

if TYPE_CHECKING:
    from annotator.workflow.export import ExportOutcome
    from annotator.workflow.files import WrittenFile

LISTED: Final = 20
"""As many files or losses are named; the rest are counted."""


@dataclass(slots=True)
class Setting:
    """A choice: `values` are what it can be, each with what that means."""

    name: str
    title: str
    values: dict[str, str]
    value: str

    def step(self, way: int) -> None:
        """Choose the next value, or the one before."""
        names = list(self.values)
        if names:
            at = names.index(self.value) if self.value in names else -1
            self.value = names[(at + way) % len(names)]


def layer_setting(counts: Mapping[str, int], wanted: Sequence[str]) -> Setting:
    """The layers there are: COUNTS says how many documents have each. The first of WANTED that exists is chosen."""
    values = {name: counted(count, "document") for name, count in counts.items()}
    chosen = next((name for name in (*wanted, *values) if name in values), "")
    return Setting("layer", "Layer", values, chosen)


def unfinished_setting(undone: int, of: int) -> Setting:
    """Whether gold is exported also of documents whose adjudication is not done: UNDONE of the OF there are."""
    open_ones = f"{undone:,} of {counted(of, 'document')}"
    is_one = "is" if undone == 1 else "are"
    no = f"{open_ones} {is_one} not done: nothing would be written" if undone else "Every document is done"
    yes = "Gold as it is: what is still open is missing" + (
        f" in {open_ones}" if undone else "; every document is done"
    )
    return Setting("unfinished", "Unfinished", {"no": no, "yes": yes}, "no")


def report_of(outcome: ExportOutcome) -> list[tuple[str, Tone]]:
    """What was written, and what was not, as paragraphs."""
    parts: list[tuple[str, Tone]] = []
    if outcome.files:
        parts.append((f"{counted(outcome.documents, 'document')} in {counted(len(outcome.files), 'file')}", strong))
        parts += [(_written(file), plain) for file in outcome.files[:LISTED]]
        if len(outcome.files) > LISTED:
            parts.append((f"and {counted(len(outcome.files) - LISTED, 'more file')}", faint))
    if outcome.skipped:
        parts.append((f"{counted(len(outcome.skipped), 'document')} without this layer", faint))
    parts += [("", plain), *((line, plain) for line in outcome.report.lines(LISTED))]
    if outcome.all_losses is not None:
        parts.append((f"every one is named in {outcome.all_losses}", faint))
    return parts


def _written(file: WrittenFile) -> str:
    replaced = ", replaced a file with other content" if file.replaced else ""
    return f"{file.path} ({file.size:,} bytes{replaced})"
