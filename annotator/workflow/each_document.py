"""Documents one after the other, read some at a time: what is in memory does not grow with the project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from annotator.workflow.ports import Adjudication, DocumentSummary, Store

_PAGE: Final = 500
"""Documents that are read at once."""


def pages(ids: Sequence[str], size: int = _PAGE) -> Iterator[Sequence[str]]:
    """IDS in their order, at most SIZE at once."""
    for first in range(0, len(ids), size):
        yield ids[first : first + size]


def each_document(
    store: Store, ids: Sequence[str] | None = None
) -> Iterator[tuple[DocumentSummary, Adjudication | None]]:
    """The documents with these IDS that there are, or all, each with how far its adjudication is, if it has begun.

    Those of a page stand in the order in which they were added. What others change meanwhile may show or not.
    """
    for page in pages(store.document_ids() if ids is None else ids):
        begun = store.adjudications_of(page)
        yield from ((summary, begun.get(summary.id)) for summary in store.summaries(page))
