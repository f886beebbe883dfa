"""A person at work on one layer of one document: operations in, saved edits out."""

from __future__ import annotations

import contextlib
import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from annotator.errors import AnnotatorError, OperationError, UsageError
from annotator.lazy import lazy_module
from annotator.model.annotations import Annotations, Entity, Fragment, Provenance, fragments_of
from annotator.model.documents import Document
from annotator.model.schema import Schema
from annotator.model.span_index import SpanIndex
from annotator.workflow.ports import RESERVED, Entry, Layer, LayerEdit, LayerKey, LayerState, Store
from annotator.workflow.rereading import rereading

if TYPE_CHECKING:
    from annotator.model import checks, operations
    from annotator.model.checks import Problem
    from annotator.model.operations import Edit, Operation
else:  # nothing is edited before the first frame
    checks = lazy_module("annotator.model.checks")
    operations = lazy_module("annotator.model.operations")

LONGEST_NAME: Final = 64


def now() -> str:
    """The time as RFC 3339 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(kind: str) -> str:
    """A fresh annotation id: the first letter of KIND and twelve random characters."""
    return f"{kind[0]}-{os.urandom(6).hex()}"


def login_name() -> str:
    """Who is at the keyboard, as the system knows them; "annotator" where it does not."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "annotator"


def is_name(name: str) -> bool:
    """Whether NAME, of a person or a model, can be shown in one line and be typed."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip() and not name.startswith(".")


def checked_name(name: str, where: str = "") -> str:
    """NAME as a person can have it: it also names their layer. UsageError; WHERE says what gave the name."""
    name = name.strip()
    if not is_name(name) or "/" in name:
        raise UsageError(
            f"{name[:40]!r} cannot be a person's name",
            where=where,
            hint=f"Use at most {LONGEST_NAME} visible characters without '/', not starting with '.'",
        )
    if name in RESERVED:
        raise UsageError(f"{name!r} is a layer that adjudication writes", where=where, hint="Use another name")
    return name


@dataclass(frozen=True, slots=True)
class Change:
    """What a session tells its listeners after an edit, an undo or a redo of its own layer.

    `touched` are the ranges of offsets whose look may have changed; `warnings` are of the annotations changed.
    """

    edit: Edit
    revision: int
    touched: tuple[tuple[int, int], ...]
    warnings: tuple[Problem, ...] = ()


class Session:
    """One person's open layer. `annotations` and `index` always show exactly what the store has committed.

    `state` is what was last said of the layer as a whole, as far as this session knows: see `reload`.
    """

    def __init__(self, store: Callable[[], Store], schema: Schema, document: Document, layer: Layer, who: str) -> None:
        """STORE is called when something is first written or read from it: a database may take its time to open."""
        self._store = store
        self.schema = schema
        self.document = document
        self.who = who
        self.key: LayerKey = layer.key
        self.listeners: list[Callable[[Change], None]] = []
        self._show(layer)

    def _show(self, layer: Layer) -> None:
        self.revision = layer.revision
        self.state: LayerState = layer.state
        self.annotations: Annotations = layer.annotations
        self.index = SpanIndex(layer.annotations.values())

    def provenance(self) -> Provenance:
        """Of an annotation that this person makes now."""
        return Provenance("human", self.who, now())

    def submit(self, operation: Operation) -> Change | None:
        """Check OPERATION, apply it, and return once it is durably stored. None when it changes nothing.

        OperationError, with nothing changed, when the text or the schema does not allow it; StaleRevisionError when
        the layer was changed elsewhere (call `reload` and try again), LockedError when it is submitted.
        """
        edit = operations.plan(self.annotations, operation)
        if not edit.changed:
            return None
        after = operations.apply(self.annotations, edit)
        problems = checks.check_edit(self.document.text, self.schema, after, edit, self.index)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise OperationError("; ".join(dict.fromkeys(problem.what for problem in errors)))
        self._store().commit(self.who, now(), [LayerEdit(self.key, self.revision, edit)])
        warnings = tuple(problem for problem in problems if problem.severity == "warning")
        return self._accept(edit, after, self.revision + 1, warnings)

    def rehearse(self) -> None:
        """Go once through all that an edit needs, changing nothing, so that the first key waits no longer than others.

        Any thread may call.
        """
        label = next(iter(self.schema.entities), None)
        if label is None or not self.document.text:
            return
        entity = Entity(new_id("entity"), label.name, (Fragment(0, 1),), provenance=self.provenance())
        annotations, revision = self.annotations, self.revision
        edit = operations.plan(annotations, operations.Add(entity))
        after = operations.apply(annotations, edit)
        checks.check_edit(self.document.text, self.schema, after, edit, SpanIndex(()))
        annotations.referrers(entity.id)  # the first look at who refers to whom goes through the whole layer
        with contextlib.suppress(AnnotatorError):  # the first edit will say why
            self._store().rehearse(self.who, now(), [LayerEdit(self.key, revision, edit)])

    def undo(self) -> Entry | None:
        """Take back this person's last edit, in whatever document it was. The entry says where."""
        return self._follow(self._store().undo(self.who, now()))

    def redo(self) -> Entry | None:
        """Do again what was last undone."""
        return self._follow(self._store().redo(self.who, now()))

    def reload(self) -> None:
        """Take over what the store has, after a StaleRevisionError or a LockedError, or once it was submitted."""
        self._take_over(self._store().layer(self.key))

    def _take_over(self, layer: Layer) -> None:
        before = self.annotations
        self._show(layer)
        whole = ((0, len(self.document.text)),)
        if before != self.annotations:
            self._tell(Change(operations.Edit("Reload", ()), self.revision, whole))

    def _follow(self, entry: Entry | None) -> Entry | None:
        for change in entry.edits if entry is not None else ():
            if change.key != self.key:
                continue
            if change.base != self.revision:
                with rereading():
                    self.reload()
            else:
                self._accept(change.edit, operations.apply(self.annotations, change.edit), change.base + 1, ())
        return entry

    def _accept(self, edit: Edit, after: Annotations, revision: int, warnings: tuple[Problem, ...]) -> Change:
        for replacement in edit.replacements:
            self.index.replace(replacement.before, replacement.after)
        self.annotations = after
        self.revision = revision
        change = Change(edit, revision, touched_ranges(edit), warnings)
        self._tell(change)
        return change

    def _tell(self, change: Change) -> None:
        for listener in self.listeners:
            listener(change)


def touched_ranges(edit: Edit) -> tuple[tuple[int, int], ...]:
    """The ranges of offsets that the annotations of EDIT cover or covered, sorted."""
    ranges = {
        (start, end)
        for replacement in edit.replacements
        for annotation in (replacement.before, replacement.after)
        if annotation is not None
        for start, end in fragments_of(annotation)
    }
    return tuple(sorted(ranges))
