"""Single steps of adjudication without a screen: all of one person, the last step back, where gold comes from."""

from __future__ import annotations

from collections.abc import Collection

from annotator.adjudication.answers import MERGE
from annotator.adjudication.origins import Origin, origins
from annotator.errors import OperationError
from annotator.model.schema import Schema
from annotator.workflow.adjudication import begin, open_adjudication, submitted
from annotator.workflow.adjudication_queue import running_claims
from annotator.workflow.adjudication_standing import Standing, standings
from annotator.workflow.ports import DECISIONS, GOLD, Entry, Store
from annotator.workflow.session import now


def require_free(store: Store, document: str, who: str) -> None:
    """OperationError while a reviewer other than WHO has DOCUMENT."""
    for other in running_claims(store):
        if other.document == document and other.who != who:
            raise OperationError(
                f"{other.who} is adjudicating it", where=document, hint=f"Nobody else can until {other.until}"
            )


def adopt_all(
    store: Store, schema: Schema, document: str, name: str, who: str, extra: Collection[str] = ()
) -> tuple[int, int]:
    """Take all that NAME says on what is open in DOCUMENT, as one step: how many items that decided and left open.

    The adjudication is begun where nobody did, with the layers EXTRA as in `begin`. OperationError when NAME has no
    opinion on it, or another reviewer has the document.
    """
    store.document(document)  # says so, with near names, when there is none
    require_free(store, document, who)
    known = store.adjudications(document).get(document)
    names = set(known.layers) if known is not None else set(submitted(store, document, extra)[0])
    if names and name not in names:
        raise OperationError(
            f"{name} has no submitted annotations of this document", where=document, hint=_there_are(names)
        )
    begin(store, schema, document, who, extra)
    session = open_adjudication(lambda: store, schema, document, who)
    before = len(session.adjudication.decisions)
    session.adopt(name)
    made = session.adjudication
    return len(made.decisions) - before, len(made.open)


def undo_merge(store: Store, who: str) -> Entry:
    """Take back the last step of WHO, if it was a merge. OperationError when there is none, or it was another.

    StaleRevisionError when somebody changed the same since.
    """
    name, _ = store.can_undo(who)
    if name and not name.startswith(MERGE):
        raise OperationError(f"your last step, {name!r}, is not a merge", hint="Undo it on the screen")
    entry = store.undo(who, now(), (GOLD, DECISIONS)) if name else None
    if entry is None:
        raise OperationError("there is nothing to take back")
    return entry


def _there_are(names: Collection[str]) -> str:
    return f"There are: {', '.join(sorted(names))}"


def origins_of(store: Store, schema: Schema, document: str) -> tuple[Standing, list[Origin]]:
    """Where each annotation in the gold of DOCUMENT comes from. OperationError before its adjudication is begun."""
    store.document(document)  # says so, with near names, when there is none
    found = next(standings(store, schema, (document,)), None)
    if found is None:
        raise OperationError("the adjudication of this document is not begun", where=document)
    return found, origins(found.adjudication)
