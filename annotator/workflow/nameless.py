"""What adjudication made, as it is told to annotators: without the names of all others, unless the project tells them.

Texts that reviewers wrote, the notes on their decisions, are told as they are.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count, product
from random import SystemRandom
from string import ascii_uppercase
from typing import TYPE_CHECKING

from annotator.model.annotations import Annotations, Note, Provenance

if TYPE_CHECKING:
    from annotator.adjudication.gold import Adjudication
    from annotator.model.annotations import Annotation
    from annotator.model.operations import Edit, Replacement
    from annotator.workflow.ports import Entry, Layer


def nameless_layer(gold: Layer, own: str) -> Layer:
    """GOLD whose annotations do not say who decided, nor from whom but OWN they are."""
    return replace(gold, annotations=Annotations(_annotation(one, own) for one in gold.annotations.values()))


def nameless_entry(entry: Entry, own: str) -> Entry:
    """ENTRY, whose edits are all of gold, without who made it, unless that was OWN, and from whom it takes gold."""
    edits = tuple(replace(edit, edit=_edit(edit.edit, own)) for edit in entry.edits)
    return replace(entry, who=_only(own, entry.who), name=_title(entry.name), edits=edits)


def nameless_adjudication(made: Adjudication, own: str) -> Adjudication:
    """MADE with letters instead of the names of all annotators but OWN, in an order that does not tell who they are.

    Nor does it tell who decided, and whom a rule names.
    """
    from annotator.adjudication.comparison import compare  # noqa: PLC0415 - off the start-up path
    from annotator.adjudication.gold import Adjudication  # noqa: PLC0415 - as above

    comparison = made.comparison
    others = [name for name in comparison.opinions if name != own]
    SystemRandom().shuffle(others)
    letters = (letter for size in count(1) for letter in map("".join, product(ascii_uppercase, repeat=size)))
    called = dict(zip(others, (letter for letter in letters if letter != own), strict=False))
    opinions = {called.get(name, name): _signed(layer, called.get(name)) for name, layer in comparison.opinions.items()}
    decisions = {
        key: replace(
            one,
            names=tuple(sorted(called.get(name, name) for name in one.names)),
            who=_only(own, one.who),
            rule=_title(one.rule),
        )
        for key, one in made.decisions.items()
    }
    return Adjudication(compare(dict(sorted(opinions.items())), comparison.schema), decisions, made.at)


def _signed(layer: Annotations, who: str | None) -> Annotations:
    """LAYER as if WHO had made all of it, without notes, which may name somebody; None leaves it as it is."""
    if who is None:
        return layer
    made = Provenance(agent=who)
    return Annotations(replace(item, provenance=made) for item in layer.values() if not isinstance(item, Note))


def _annotation(one: Annotation, own: str) -> Annotation:
    made = one.provenance
    origin = tuple(of for of in made.derived_from if of.partition("/")[0] == own)  # "name/id", or the name alone
    return replace(
        one, provenance=replace(made, agent=_only(own, made.agent), tool=_title(made.tool), derived_from=origin)
    )


def _edit(edit: Edit, own: str) -> Edit:
    return replace(edit, name=_title(edit.name), replacements=tuple(_step(step, own) for step in edit.replacements))


def _step(step: Replacement, own: str) -> Replacement:
    before, after = (None if one is None else _annotation(one, own) for one in (step.before, step.after))
    return replace(step, before=before, after=after)


def _only(own: str, who: str) -> str:
    return who if who == own else ""


def _title(title: str) -> str:
    from annotator.adjudication.decisions import nameless  # noqa: PLC0415 - off the start-up path

    return nameless(title)
