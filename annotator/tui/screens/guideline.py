"""The guideline of a label over the text, and everything else the schema says about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from annotator.model.schema import (
    AttributeType,
    DocumentLabelType,
    EntityType,
    EventType,
    KnowledgeBase,
    RelationType,
    Role,
    Schema,
)
from annotator.tui.screens.dialogs import Dialog
from annotator.tui.widgets.text_block import TextBlock, Tone, faint, plain, strong

if TYPE_CHECKING:
    from textual.widget import Widget

Item: TypeAlias = EntityType | EventType | RelationType | AttributeType | DocumentLabelType | KnowledgeBase
"""What a schema declares."""

_KINDS = {
    EntityType: "entity",
    EventType: "event",
    RelationType: "relation",
    AttributeType: "attribute",
    DocumentLabelType: "document",
    KnowledgeBase: "links to",
}


def items_of(schema: Schema) -> list[Item]:
    """Everything that SCHEMA declares, in the order people meet it."""
    return [
        *schema.labels(),
        *schema.relations,
        *schema.attributes,
        *schema.document_labels,
        *schema.knowledge_bases,
    ]


def kind_of(item: Item) -> str:
    """What ITEM is, in a word."""
    return _KINDS[type(item)]


def name_of(item: Item) -> str:
    """The name that ITEM has in the schema and in exports."""
    return item.prefix if isinstance(item, KnowledgeBase) else item.name


def titles_of(item: Item) -> tuple[str, str]:
    """The English and the Arabic title of ITEM."""
    return (item.title, "") if isinstance(item, KnowledgeBase) else (item.titles.en, item.titles.ar)


def names_of(item: Item) -> tuple[str, ...]:
    """What ITEM may be called, its name first."""
    return name_of(item), *titles_of(item)


def about(schema: Schema, item: Item) -> Iterator[tuple[str, Tone]]:
    """What SCHEMA says about ITEM: paragraphs with their tones, the guideline first."""
    english, arabic = titles_of(item)
    hotkey = getattr(item, "hotkey", "")
    key = f" · key {hotkey}" if hotkey else ""
    yield f"{name_of(item)} · {english}", strong
    if arabic:
        yield arabic, strong
    yield f"{kind_of(item)}{key}", faint
    yield "", plain
    guideline = getattr(item, "guideline", "").strip()
    yield (guideline, plain) if guideline else ("There is no guideline.", faint)
    match item:
        case EventType():
            yield from _roles(item.roles)
        case RelationType():
            yield "", plain
            yield f"from {', '.join(item.source)}", plain
            yield f"to {', '.join(item.target)}", plain
            if item.symmetric:
                yield "holds in both directions", plain
        case AttributeType() | DocumentLabelType():
            yield "", plain
            yield from _values(item)
        case KnowledgeBase():
            yield "", plain
            yield f"identifiers: {item.prefix}:{item.pattern}", plain
    yield from _attributes(schema, getattr(item, "attributes", ()))
    yield from _uses(schema, item)


def _roles(roles: Sequence[Role]) -> Iterator[tuple[str, Tone]]:
    if roles:
        yield "", plain
        yield "Roles", strong
    for role in roles:
        signs = [f"key {role.hotkey}"] if role.hotkey else []
        signs += (["required"] if role.required else []) + ([] if role.multiple else ["one filler only"])
        marks = f" ({', '.join(signs)})" if signs else ""
        yield f"{role.name} · {role.titles.en} · {role.titles.ar}{marks}", plain
        yield f"  {', '.join(role.fillers)}", faint
        if role.guideline:
            yield role.guideline.strip(), plain


def _values(item: AttributeType | DocumentLabelType) -> Iterator[tuple[str, Tone]]:
    values = item.values or ("true", "false")
    default = getattr(item, "default", None)
    default = str(default).lower() if isinstance(default, bool) else default
    yield ", ".join(f"{value} (unless set)" if value == default else value for value in values), plain
    if isinstance(item, DocumentLabelType):
        yield "several can hold" if item.multiple else "one of them holds", faint


def _attributes(schema: Schema, names: Sequence[str]) -> Iterator[tuple[str, Tone]]:
    if names:
        yield "", plain
        yield "Attributes", strong
    for name in names:
        attribute = schema.attribute[name]
        values = next(_values(attribute))[0]
        yield f"{name} · {attribute.titles.en} · {attribute.titles.ar}: {values}", plain


def _uses(schema: Schema, item: Item) -> Iterator[tuple[str, Tone]]:
    """Where else in the schema ITEM is named."""
    name = name_of(item)
    fills = [f"{event.name}.{role.name}" for event in schema.events for role in event.roles if name in role.fillers]
    holders = (*schema.labels(), *schema.relations)
    on = [holder.name for holder in holders if name in holder.attributes] if isinstance(item, AttributeType) else []
    if isinstance(item, EntityType | EventType) and fills:
        yield "", plain
        yield "Fills", strong
        yield ", ".join(fills), plain
    if on:
        yield "", plain
        yield f"of {', '.join(on)}", plain


class GuidelineScreen(Dialog[None]):
    """What the schema says about one label; the arrows go to the others."""

    SCOPE = "guideline"
    DEFAULT_CSS = """
    GuidelineScreen #box { width: 84; height: 80%; }
    GuidelineScreen TextBlock { height: 1fr; max-height: 100%; }
    """

    def __init__(self, schema: Schema, name: str = "") -> None:
        """NAME is the label to begin with; the first one if SCHEMA has none of that name."""
        super().__init__("Guideline")
        self._schema = schema
        self._items = [*schema.labels(), *schema.relations]
        names = [item.name for item in self._items]
        self._at = names.index(name) if name in names else 0

    def content(self) -> Iterable[Widget]:
        """The text."""
        yield TextBlock()

    def hints(self) -> Sequence[tuple[str, str]]:
        """How to read on, and how to leave."""
        return (
            (self.keys_of("up", "down", "page-up", "page-down"), "scroll"),
            (self.keys_of("previous", "next"), "another label"),
            (self.keys_of("close"), "close"),
        )

    def on_mount(self) -> None:
        """Show the label."""
        super().on_mount()
        self._show()

    def _show(self) -> None:
        if self._items:
            text = about(self._schema, self._items[self._at])
        else:
            text = iter((("The schema has no labels.", faint),))
        self.query_one(TextBlock).show(("", plain), *text, ("", plain))

    # -- commands --------------------------------------------------------------------------------------------------

    def action_up(self) -> None:
        """One line up."""
        self.query_one(TextBlock).press("up")

    def action_down(self) -> None:
        """One line down."""
        self.query_one(TextBlock).press("down")

    def action_page_up(self) -> None:
        """One page up."""
        self.query_one(TextBlock).press("pageup")

    def action_page_down(self) -> None:
        """One page down."""
        self.query_one(TextBlock).press("pagedown")

    def action_start(self) -> None:
        """To the start of the text."""
        self.query_one(TextBlock).press("home")

    def action_end(self) -> None:
        """To the end of the text."""
        self.query_one(TextBlock).press("end")

    def action_next(self) -> None:
        """The next label."""
        self._step(1)

    def action_previous(self) -> None:
        """The label before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        if self._items:
            self._at = (self._at + step) % len(self._items)
            self._show()

    def action_close(self) -> None:
        """Read."""
        self.dismiss(None)
