"""A reviewer at work on gold: one document adjudicated, decision by decision, each of them saved as it is made.

Beside the gold layer lies the layer `DECISIONS`, whose records say what gold rests on: the basis (which revision of
whose layer) and the decisions. Every step is one entry of the journal that changes both, so that undo, redo, history
and what a killed program leaves are the same as for any other edit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from annotator.adjudication.answers import MERGE, Rule, adopt, merge
from annotator.adjudication.comparison import Comparison, compare
from annotator.adjudication.decisions import BASIS_ID, OF, REASONS, Basis, Decision, read_records
from annotator.adjudication.editing import from_edit
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import Item, Outcome
from annotator.adjudication.revising import LateEdit, carried, late_edits
from annotator.errors import OperationError, StoreError, UsageError
from annotator.model import checks, operations
from annotator.model.annotations import Annotation, Annotations, Fragments, Note, Record
from annotator.model.operations import Edit, Operation, Replacement
from annotator.model.schema import Schema
from annotator.workflow.ports import (
    DECISIONS,
    GOLD,
    RESERVED,
    DocumentSummary,
    Entry,
    Layer,
    LayerEdit,
    LayerKey,
    Store,
)
from annotator.workflow.rereading import rereading
from annotator.workflow.session import Change, Session, now

Opinions = dict[str, Annotations]


@dataclass(frozen=True, slots=True)
class Comment:
    """What an annotator noted on something that an item is about."""

    name: str
    text: str
    flagged: bool


class AdjudicationSession(Session):
    """One document on its way to gold; `adjudication` and `annotations` (gold) show exactly what the store has.

    `begun` is false where even the beginning was undone: there is nothing to decide then.
    """

    def __init__(
        self, store: Callable[[], Store], schema: Schema, gold: Layer, decisions: Layer, opinions: Opinions, who: str
    ) -> None:
        """OPINIONS are the layers that the basis in DECISIONS names, at its revisions."""
        super().__init__(store, schema, store().document(gold.key.document), gold, who)
        basis, decided = read_records(decisions.annotations.values())
        self.begun = basis is not None
        self.basis: Basis = basis if basis is not None else Basis()
        self.decisions_revision = decisions.revision
        self.adjudication = Adjudication(compare(opinions, schema), decided, self.basis.at)
        self._noted: tuple[Comparison, _Noted] | None = None
        self._agrees = self.adjudication.gold == gold.annotations  # else another version of this program made it

    # -- deciding --------------------------------------------------------------------------------------------------

    def decide(self, changes: Mapping[str, Decision | None], name: str = "Decide") -> Change | None:
        """Take CHANGES over, by key (None takes a decision back), and return once that is durably stored.

        None when they change nothing. StaleRevisionError when another reviewer was faster (call `reload`).
        """
        if not self.begun:
            raise OperationError("the adjudication of this document is not begun", where=self.key.document)
        made = self.adjudication
        before = {key: made.decisions.get(key) for key in changes}
        if all(before[key] == decision for key, decision in changes.items()):
            return None
        gold = made.decide(changes)
        if not self._agrees:
            gold = difference(self.annotations, made.gold)
        basis = replace(self.basis, opened=len(made.open))
        try:
            self._commit(name, before, changes, basis, gold)
        except BaseException:
            made.decide(before)
            raise
        return self._moved(gold, basis)

    def take(
        self, item: Item, outcome: Outcome, names: Sequence[str] = (), *, reason: str = "", note: str = ""
    ) -> Change | None:
        """Decide ITEM: OUTCOME is the answer, which NAMES gave. A reason and a note given before are kept."""
        old = self.adjudication.decisions.get(item.key)
        if old is not None:
            reason, note = reason or old.reason, note or old.note
        decision = Decision(item.key, outcome, tuple(names), self.who, now(), "", reason, note)
        return self.decide({item.key: decision}, f"Decide {item.kind or item.aspect}")

    def explain(self, key: str, reason: str, note: str = "") -> Change | None:
        """Say why the item KEY was decided so. OperationError when it was not, or for a reason not in REASONS."""
        old = self.adjudication.decisions.get(key)
        if old is None:
            raise OperationError("decide first, then say why")
        if reason and reason not in REASONS:
            raise OperationError(f"{reason!r} is no reason", hint=f"Known: {', '.join(REASONS)}")
        return self.decide({key: replace(old, reason=reason, note=note)}, "Give a reason")

    def take_back(self, key: str) -> Change | None:
        """Open a decided item again."""
        return self.decide({key: None}, "Open again")

    def adopt(self, name: str, *, everything: bool = False) -> Change | None:
        """Take all that NAME says on what is open (with EVERYTHING also on what is decided), as one step."""
        if name not in self.basis.layers:
            raise OperationError(f"nobody called {name} annotated this document")
        decisions = adopt(self.adjudication, name, self.who, now(), everything=everything)
        return self.decide(decisions, f"Take all{OF}{name}")

    def merge(self, rule: Rule) -> Change | None:
        """Let RULE decide what is open, as one step."""
        return self.decide(merge(self.adjudication, rule, self.who, now()), f"{MERGE}{rule.title}")

    def submit(self, operation: Operation) -> Change | None:
        """An edit of gold by the annotator's operations: it becomes the decisions that say the same.

        OperationError, with nothing changed, when the text or the schema does not allow it.
        """
        edit = operations.plan(self.annotations, operation)
        if not edit.changed:
            return None
        after = operations.apply(self.annotations, edit)
        problems = checks.check_edit(self.document.text, self.schema, after, edit, self.index)
        errors = [problem.what for problem in problems if problem.severity == "error"]
        if errors:
            raise OperationError("; ".join(dict.fromkeys(errors)))
        change = self.decide(from_edit(self.adjudication, edit, self.who, now()), edit.name)
        warnings = tuple(problem for problem in problems if problem.severity == "warning")
        return change and replace(change, warnings=warnings)

    # -- what has happened since -----------------------------------------------------------------------------------

    def late(self) -> list[LateEdit]:
        """What annotators changed, or submitted, after this adjudication took their layers."""
        _, opinions = submitted(self._store(), self.key.document, self.basis.layers)
        return late_edits(self.adjudication.comparison.opinions, opinions)

    def bring_up_to_date(self) -> Change | None:
        """Rest on what the annotators say now. Decisions on what has not changed are kept; the rest is open again."""
        layers, opinions = submitted(self._store(), self.key.document, self.basis.layers)
        if layers == dict(self.basis.layers):
            return None
        comparison = compare(opinions, self.schema)
        kept = carried(self.adjudication.comparison, comparison, self.adjudication.decisions)
        made = Adjudication(comparison, kept, self.basis.at)
        gold = difference(self.annotations, made.gold)
        basis = _counted(Basis(layers, self.basis.who, self.basis.at), made)
        changes: dict[str, Decision | None] = {**dict.fromkeys(self.adjudication.decisions), **kept}
        self._commit("Take late edits in", dict(self.adjudication.decisions), changes, basis, gold)
        self.adjudication = made
        return self._moved(gold, basis)

    def comments(self, item: Item) -> list[Comment]:
        """What annotators noted on what ITEM is about."""
        comparison = self.adjudication.comparison
        if self._noted is None or self._noted[0] is not comparison:
            self._noted = comparison, _Noted.of(comparison)
        return self._noted[1].on(item)

    # -- undo, and other reviewers ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Take over what the store has, after a StaleRevisionError."""
        anew = open_adjudication(self._store, self.schema, self.key.document, self.who)
        gold = self._store().layer(self.key)  # before anything is taken over: all of it is, or nothing
        self.begun, self.basis, self.adjudication = anew.begun, anew.basis, anew.adjudication
        self.decisions_revision, self._agrees = anew.decisions_revision, anew._agrees
        self._take_over(gold)

    def follow(self, entry: Entry) -> None:
        """Take over what ENTRY, which the store has undone or done again for this person, changed of this document."""
        self._follow(entry)

    def _follow(self, entry: Entry | None) -> Entry | None:
        here = {edit.key.name: edit for edit in entry.edits if edit.key.document == self.key.document} if entry else {}
        if (GOLD in here or DECISIONS in here) and not self._follow_step(here.get(DECISIONS), here.get(GOLD)):
            with rereading():
                self.reload()
        return entry

    def _follow_step(self, decisions: LayerEdit | None, gold: LayerEdit | None) -> bool:
        """Do what the store did, where that can be had without reading everything anew."""
        if decisions is None or decisions.base != self.decisions_revision or not (self.begun and self._agrees):
            return False
        if gold is not None and gold.base != self.revision:
            return False
        basis, decided = read_records(step.after for step in decisions.edit.replacements if step.after is not None)
        ids = [step.id for step in decisions.edit.replacements]
        if basis is None and BASIS_ID not in ids:
            basis = self.basis
        if basis is None or basis.layers != self.basis.layers:
            return False
        after = operations.apply(self.annotations, gold.edit) if gold is not None else self.annotations
        edit = self.adjudication.decide({id: decided.get(id) for id in ids if id != BASIS_ID})
        if self.adjudication.gold != after:
            return False
        self._moved(edit, basis)
        return True

    def _commit(
        self,
        name: str,
        before: Mapping[str, Decision | None],
        after: Mapping[str, Decision | None],
        basis: Basis,
        gold: Edit,
    ) -> None:
        records = [Replacement(_record(before.get(key)), _record(after[key])) for key in after]
        if basis != self.basis:
            records.append(Replacement(self.basis.record(), basis.record()))
        edits = [LayerEdit(self._decisions_key, self.decisions_revision, Edit(name, _changed(records)))]
        if gold.changed:
            edits.append(LayerEdit(self.key, self.revision, replace(gold, name=name)))
        self._store().commit(self.who, now(), edits)

    def _moved(self, gold: Edit, basis: Basis) -> Change:
        """The store has taken a step: show it."""
        self.basis, self._agrees = basis, True
        self.decisions_revision += 1
        return self._accept(gold, self.adjudication.gold, self.revision + gold.changed, ())

    @property
    def _decisions_key(self) -> LayerKey:
        return LayerKey(self.key.document, DECISIONS)


def submitted(store: Store, document: str, extra: Collection[str] = ()) -> tuple[dict[str, int], Opinions]:
    """The revisions and annotations of a document's submitted layers, by name: the opinions that gold rests on.

    EXTRA names layers that are nobody's and never submitted, such as a model's; they count where there are some.
    """
    found = store.summaries((document,))
    if not found:
        store.document(document)  # says so, with near names
        return {}, {}
    return read_opinions(store, document, names_submitted(found[0], extra))


def names_submitted(summary: DocumentSummary, extra: Collection[str] = ()) -> dict[str, int | None]:
    """Who submitted a document; where somebody did, also which of the layers EXTRA it has (see `submitted`)."""
    layers = [layer for layer in summary.layers if layer.key.name not in RESERVED]
    names: dict[str, int | None] = {layer.key.name: None for layer in layers if layer.state == "submitted"}
    if names:
        others = (layer for layer in layers if layer.key.name in extra)
        names |= {layer.key.name: None for layer in others if not (layer.state or layer.says_nothing)}
    return names


def check_extra(store: Store, extra: Collection[str]) -> None:
    """UsageError for a name in EXTRA that is a person's, or that no layer has."""
    people = {person.name for person in store.people()}
    names = {*store.layer_names()} if extra else set()
    for name in extra:
        if name in people:
            raise UsageError(f"{name!r} is a person's layer", hint="It counts once it is submitted")
        if name in RESERVED:
            raise UsageError(f"{name!r} is the layer that adjudication writes")
        if name not in names:
            others = sorted(names - people - {*RESERVED})
            hint = f"There are: {', '.join(others)}" if others else "Only people have annotated"
            raise UsageError(f"no document has a layer {name!r}", hint=hint)


def read_opinions(store: Store, document: str, layers: Mapping[str, int | None]) -> tuple[dict[str, int], Opinions]:
    """LAYERS of a document, each at the revision given or as it stands: their revisions and annotations."""
    read = {name: store.layer(LayerKey(document, name), layers[name]) for name in sorted(layers)}
    return {name: layer.revision for name, layer in read.items()}, {n: layer.annotations for n, layer in read.items()}


def begin(store: Store, schema: Schema, document: str, who: str, extra: Collection[str] = ()) -> None:
    """Begin to adjudicate: what all who submitted DOCUMENT agree on becomes gold, the rest is open.

    EXTRA names layers that are nobody's, such as a model's, which are opinions too. Nothing when it was begun before.
    OperationError when nobody has submitted it, or when there is gold already that no adjudication made; UsageError
    for an extra layer that is a person's, or is not there.
    """
    if store.layer(LayerKey(document, DECISIONS)).annotations:
        return
    check_extra(store, extra)
    edits = begun(store, schema, document, who, now(), extra)
    store.commit(who, now(), edits[0])


def begun(
    store: Store, schema: Schema, document: str, who: str, at: str, extra: Collection[str] = ()
) -> tuple[list[LayerEdit], Adjudication, Basis]:
    """What `begin` commits, and what it makes."""
    layers, opinions = submitted(store, document, extra)
    if not layers:
        raise OperationError(
            "nobody has submitted this document", where=document, hint="Annotators submit it when they are done"
        )
    old = store.layer(LayerKey(document, GOLD))
    if old.annotations:
        raise OperationError(
            "this document has gold that no adjudication made",
            where=document,
            hint="Export that layer and undo its import first",
        )
    made = Adjudication(compare(opinions, schema), {}, at)
    basis = _counted(Basis(layers, who, at), made)
    name = "Begin adjudication"
    revision = store.layer(LayerKey(document, DECISIONS)).revision
    edits = [LayerEdit(LayerKey(document, DECISIONS), revision, Edit(name, (Replacement(None, basis.record()),)))]
    gold = difference(old.annotations, made.gold)
    if gold.changed:
        edits.append(LayerEdit(old.key, old.revision, replace(gold, name=name)))
    return edits, made, basis


def open_adjudication(store: Callable[[], Store], schema: Schema, document: str, who: str) -> AdjudicationSession:
    """Go on with the adjudication of DOCUMENT, which `begin` began. StoreError when its records cannot be read."""
    decisions = store().layer(LayerKey(document, DECISIONS))
    try:
        basis, _ = read_records(decisions.annotations.values())
    except StoreError as error:
        hint = "No other document is concerned; 'annotator check' names what is damaged"
        raise StoreError(error.what, where=f"{document}, {error.where}", hint=hint) from None
    _, opinions = read_opinions(store(), document, basis.layers if basis is not None else {})
    return AdjudicationSession(store, schema, store().layer(LayerKey(document, GOLD)), decisions, opinions, who)


def difference(before: Annotations, after: Annotations) -> Edit:
    """The edit that makes AFTER of BEFORE."""
    ids = dict.fromkeys([*before, *after])
    steps = (Replacement(before.get(id), after.get(id)) for id in ids)
    return Edit("Adjudicate", tuple(step for step in steps if step.before != step.after))


def _counted(basis: Basis, made: Adjudication) -> Basis:
    return replace(basis, items=sum(1 for _ in made.comparison.disputed()), opened=len(made.open))


def _record(decision: Decision | None) -> Record | None:
    return None if decision is None else decision.record()


def _changed(records: Sequence[Replacement]) -> tuple[Replacement, ...]:
    return tuple(step for step in records if step.before != step.after)


@dataclass(frozen=True, slots=True)
class _Noted:
    """The notes of all layers, by the span items they are on; those on places, which may touch any item, apart.

    The number with each is its place among all of them.
    """

    by_item: Mapping[str, Sequence[tuple[int, Comment]]]
    on_places: Sequence[tuple[int, Fragments, Comment]]

    @classmethod
    def of(cls, comparison: Comparison) -> _Noted:
        """What is noted in the layers of COMPARISON."""
        by_item: dict[str, list[tuple[int, Comment]]] = {}
        on_places: list[tuple[int, Fragments, Comment]] = []
        notes = (
            (name, note) for name, layer in comparison.opinions.items() for note in layer.values() if _is_note(note)
        )
        for number, (name, note) in enumerate(notes):
            comment = Comment(name, note.text, note.flagged)
            if not note.target:
                on_places.append((number, note.fragments, comment))
            elif (ref := comparison.places[name].get(note.target)) is not None:
                by_item.setdefault(ref.item, []).append((number, comment))
        return cls(by_item, on_places)

    def on(self, item: Item) -> list[Comment]:
        """Those on what ITEM is about, layer by layer."""
        found = [one for key in {item.key, item.parent, *item.about} for one in self.by_item.get(key, ())]
        for number, fragments, comment in self.on_places:
            if any(start < item.end and item.start < end for start, end in fragments):
                found.append((number, comment))
        return [comment for _, comment in sorted(found, key=lambda one: one[0])]


def _is_note(item: Annotation) -> TypeGuard[Note]:
    return isinstance(item, Note)
