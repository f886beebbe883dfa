"""The table of measures: what each counts, what is included, and what one document contributes to it.

A measure takes a `Pairing`, two opinions on one document (see `annotator.agreement.opinions`), and gives a tally; the
tallies are added over documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, Final

from annotator.agreement import tallies
from annotator.agreement.counts import LabelCounts, Tally
from annotator.agreement.disagreements import Disagreement, Kind, Thing
from annotator.agreement.kappa import Scope
from annotator.agreement.opinions import Page, Pairing, Together
from annotator.agreement.semeval import Mode
from annotator.model.schema import Schema


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: `unit` is what it counts, in the plural, `included` a sentence on which of them.

    `tally` is what a document contributes for a pair, `labels` that of each label (where a label contributes even
    unused, of all), `together` for all annotators. `things` and `kinds` say which disagreements are
    behind it. `coding` names what of an opinion labels the units, where there are some (see
    `annotator.agreement.opinions.Opinion`). `value` is the score of a sum of tallies.
    """

    id: str
    title: str
    unit: str
    included: str
    tally: Callable[[Pairing], Tally]
    labels: Callable[[Pairing], Mapping[str, Tally]] | None = None
    together: Callable[[Together, Page], Tally] | None = None
    things: tuple[Thing, ...] = ("entity",)
    kinds: tuple[Kind, ...] = ("missed", "boundary", "label")
    names: tuple[str, ...] = ()
    reads_text: bool = False
    coding: str = ""
    value: Callable[[Any], float | None] = attrgetter("value")

    def concerns(self, found: Disagreement) -> bool:
        """Whether the disagreement FOUND lowers this measure."""
        if self.names and found.name not in self.names:
            return False
        return found.thing in self.things and found.kind in self.kinds


# -- the table -----------------------------------------------------------------------------------------------------

_ALL: Final = "All of both annotators, nested and stacked ones too"
_SEMEVAL: Final[tuple[tuple[Mode, str], ...]] = (
    ("partial", "the same code points agree, an overlap by half, whatever the label"),
    ("type", "an overlap and the same label agree"),
)
_PLACES: Final[dict[str, tuple[str, str]]] = {
    "characters": ("char", "characters that are no white space"),
    "tokens": ("token", "tokens"),
}


def _spans() -> list[Measure]:
    def made(id: str, title: str, what: str, labels: Callable[[Pairing], LabelCounts]) -> Measure:
        return Measure(id, title, "entity mentions", f"{_ALL}; {what}.", partial(tallies.of_all_labels, labels), labels)

    return [
        made(
            "span-exact",
            "Mentions, exact F1",
            "the same code points and the same label agree",
            attrgetter("entities.exact"),
        ),
        Measure(
            "span-boundary",
            "Mentions, boundary F1",
            "entity mentions",
            f"{_ALL}; the same code points agree, whatever the label.",
            tallies.boundary,
            kinds=("missed", "boundary"),
        ),
        made(
            "span-overlap",
            "Mentions, overlap F1",
            "one shared code point and the same label agree, each mention with one other at most",
            attrgetter("entities.overlaps"),
        ),
        made(
            "span-dice",
            "Mentions, overlap F1 by Dice",
            "as overlap, a pair counting for the part of its code points that is shared",
            tallies.dice_labels,
        ),
        *(
            Measure(
                f"semeval-{mode}",
                f"Mentions, SemEval-2013 {mode} F1",
                "entity mentions",
                f"{_ALL}; {what}.",
                partial(tallies.semeval, mode),
            )
            for mode, what in _SEMEVAL
        ),
    ]


def _units() -> list[Measure]:
    found: list[Measure] = []
    for name, (short, unit) in _PLACES.items():
        scopes: tuple[tuple[Scope, str, str], ...] = (
            ("all", "", f"All {unit}; what is outside of all mentions is a label like others, and most of a text"),
            ("any", "-labelled", f"Those {unit} that at least one of the two labelled"),
            ("both", "-both", f"Those {unit} that both labelled: says nothing about boundaries"),
        )
        for scope, ending, which in scopes:
            found.append(
                Measure(
                    f"{short}-kappa{ending}",
                    f"Cohen's kappa, {short}s{_SCOPES[ending]}",
                    unit,
                    f"{which}. A unit's label is the set of types that cover it.",
                    partial(tallies.table, name, scope),
                    partial(tallies.one_label, name) if scope == "all" else None,
                    reads_text=True,
                    coding=name,
                )
            )
        found.append(
            Measure(
                f"{short}-fleiss",
                f"Fleiss' kappa, {short}s",
                unit,
                f"All {unit}; pairs are Scott's pi, all together those of documents that everybody has.",
                partial(tallies.table, name, "all"),
                together=partial(tallies.fleiss_of, name, "all"),
                reads_text=True,
                coding=name,
                value=tallies.pi,
            )
        )
        found.append(
            Measure(
                f"{short}-alpha",
                f"Krippendorff's alpha (nominal), {short}s",
                unit,
                f"All {unit} of documents that two annotators have.",
                partial(tallies.alpha_of_two, name, "all"),
                together=partial(tallies.alpha_of, name, "all"),
                reads_text=True,
                coding=name,
            )
        )
    found.append(
        Measure(
            "bio-kappa",
            "Cohen's kappa, BIO tags of tokens",
            "tokens",
            "All tokens; of mentions inside others only the outermost have tags.",
            partial(tallies.table, "bio", "all"),
            reads_text=True,
            coding="bio",
        )
    )
    return found


_SCOPES: Final = {"": "", "-labelled": " that somebody labelled", "-both": " that both labelled"}


def _events() -> list[Measure]:
    triggers, arguments = "event triggers", "arguments of events"
    rows: tuple[tuple[str, str, str, str, str], ...] = (
        ("trigger-id", "Triggers, identification F1", triggers, "the same code points", "trigger_identification"),
        ("trigger", "Triggers, classification F1", triggers, "and the same type", "trigger_classification"),
        (
            "argument-id",
            "Arguments, identification F1",
            arguments,
            "the same filler in an event of the same type",
            "argument_identification",
        ),
        ("argument", "Arguments, classification F1", arguments, "and the same role", "argument_classification"),
        (
            "argument-id-strict",
            "Arguments, identification F1, strict",
            arguments,
            "the same filler, type and trigger",
            "strict_identification",
        ),
        (
            "argument-strict",
            "Arguments, classification F1, strict",
            arguments,
            "and the same role",
            "strict_classification",
        ),
    )
    return [
        Measure(
            id,
            title,
            unit,
            f"All of both annotators; agreed: {what}"
            + (" (ACE: each filler and role once for a type of event)." if id in ("argument-id", "argument") else "."),
            tallies.trigger_places if id == "trigger-id" else partial(tallies.event, name),
            partial(tallies.event_labels, name),
            things=("event",) if unit == triggers else ("argument", "event"),
            kinds=("missed", "boundary")
            if id == "trigger-id"
            else ("missed", "boundary", "label")
            if unit == triggers
            else ("missed", "boundary", "label", "filler")
            if name.endswith("identification")
            else ("missed", "boundary", "label", "filler", "role"),
        )
        for id, title, unit, what, name in rows
    ]


def _others() -> list[Measure]:
    ends = "All of both annotators; agreed: both ends' code points and the type"
    return [
        Measure(
            "argument-kappa",
            "Cohen's kappa, roles of candidates",
            "pairs of a trigger and an entity",
            "Triggers that both have with the same type, each with the entities in its sentence that both have; "
            "no role is a role like others.",
            tallies.candidates,
            tallies.candidates_labels,
            things=("argument",),
            kinds=("missed", "role", "filler"),
            reads_text=True,
        ),
        Measure(
            "alpha-u",
            "Krippendorff's alpha for unitizing",
            "code points of everybody's continuum",
            "The whole text of each annotator; of mentions that overlap only the longest.",
            tallies.alpha_u,
            tallies.alpha_u_labels,
            tallies.alpha_u_of_all,
        ),
        Measure(
            "gamma",
            "Gamma",
            "entity mentions",
            "All, equal ones of one annotator once; documents weighted by mentions. Needs pygamma-agreement.",
            tallies.gamma_of,
            together=tallies.gamma_of_all,
        ),
        Measure(
            "relation",
            "Relations, F1",
            "relations",
            f"{ends}, and the direction where the type has one.",
            tallies.relations_of,
            attrgetter("relations"),
            things=("relation",),
            kinds=("missed", "label", "direction"),
        ),
        Measure(
            "relation-undirected",
            "Relations, F1 without direction",
            "relations",
            f"{ends}.",
            tallies.undirected,
            things=("relation",),
            kinds=("missed", "label"),
        ),
        *(
            Measure(
                id,
                title,
                "mentions in chains",
                "All chains of both annotators; mentions with the same code points are the same.",
                tallies.chains,
                things=("chain",),
                kinds=("member",),
                value=value,
            )
            for id, title, value in (
                ("conll", "Coreference, CoNLL score", attrgetter("value")),
                ("muc", "Coreference, MUC F1", attrgetter("muc.f1")),
                ("b3", "Coreference, B³ F1", attrgetter("b3.f1")),
                ("ceafe", "Coreference, CEAFe F1", attrgetter("ceafe.f1")),
            )
        ),
        Measure(
            "identifiers",
            "Cohen's kappa, knowledge base ids",
            "entity mentions",
            "Mentions that both have with the same code points and label, and that one of them linked.",
            tallies.identifiers_of,
            kinds=("identifier",),
        ),
    ]


def _of_attribute(name: str) -> Measure:
    return Measure(
        f"attribute-{name}",
        f"Cohen's kappa, attribute {name}",
        "mentions",
        "Mentions that both have with the same code points and label, of labels that have the attribute.",
        partial(tallies.attribute, name),
        things=("entity", "event"),
        kinds=("attribute",),
        names=(name,),
    )


MEASURES: Final[dict[str, Measure]] = {it.id: it for it in (*_spans(), *_units(), *_others(), *_events())}
"""Every measure but those of a schema's attributes, by id."""
DEFAULT: Final = (
    *("span-exact", "span-overlap", "char-kappa", "char-kappa-labelled", "alpha-u"),
    *("trigger-id", "trigger", "argument-id", "argument", "relation"),
)
"""What a study has unless somebody says otherwise."""
BY_LABEL: Final = frozenset({"span-exact", "span-overlap", "trigger", "argument", "relation"})
"""Of these, what it has for each label too. A study of measures that were asked for has all for each label."""


def measures_of(schema: Schema) -> dict[str, Measure]:
    """Every measure by id, those of the attributes of SCHEMA too."""
    return MEASURES | {made.id: made for made in (_of_attribute(item.name) for item in schema.attributes)}
