"""Reads a label schema from TOML; every problem names its place (which type, which role, which key).

The file::

    format = 1
    name = "arabic-news"
    version = "1.0"

    [groups]                        # names that stand for several fillers
    ACTOR = ["PERS", "ORG"]

    [attributes.level]              # without values: true or false
    title = { en = "Level", ar = "المستوى" }
    values = ["NAM", "NOM", "PRO"]
    default = "NAM"

    [entities.PERS]
    title = { en = "Person", ar = "شخص" }
    colour = "blue"                 # a name of annotator.model.colours, or "#rrggbb"
    hotkey = "p"
    guideline = "..."
    attributes = ["level"]

    [events.Attack]
    title = { en = "Attack", ar = "هجوم" }
    colour = "red"
    hotkey = "A"
    [events.Attack.roles.Attacker]
    title = { en = "Attacker", ar = "المهاجم" }
    fillers = ["ACTOR"]
    required = true                 # default false
    multiple = true                 # default true

    [relations.PartOf]              # source, target: like fillers; symmetric = false
    [labels.genre]                  # document labels: values, multiple = false
    [knowledge.Q]                   # knowledge bases: title, pattern (a regular expression of the part after "Q:")
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeVar

from annotator.errors import SchemaError
from annotator.model.annotations import AttributeValue
from annotator.model.colours import NAMED, to_hex
from annotator.model.schema import (
    AttributeType,
    DocumentLabelType,
    EntityType,
    EventType,
    KnowledgeBase,
    RelationType,
    Role,
    Schema,
    Titles,
)

T = TypeVar("T")
FORMAT: Final = 1
_NAME = re.compile(r"[^\W\d_][\w.\-]*\Z")
_SECTIONS: Final = ("attributes", "entities", "events", "relations", "labels", "knowledge")
_TOP: Final = ("format", "name", "version", "title", "groups", *_SECTIONS)
_LABEL: Final = ("title", "colour", "hotkey", "guideline", "attributes")


def read_schema(content: str, where: str = "schema.toml") -> Schema:
    """The schema that CONTENT, the text of a TOML file, describes. SchemaError with every problem found."""
    try:
        table = tomllib.loads(content)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is one, a number of thousands of digits another
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise SchemaError(
            f"this is not valid TOML: {reason}", where=where, hint="Mend that line and try again"
        ) from None
    reader = _Reader(table)
    schema = reader.read(hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest())
    if reader.problems:
        count = len(reader.problems)
        raise SchemaError(
            f"the label schema has {count} problem{'s' if count > 1 else ''}",
            where=where,
            hint="Nothing was loaded; mend the file and try again",
            problems=tuple(reader.problems),
        )
    return schema


def _near(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


class _Reader:
    """Walks the tables once; `problems` grows, and the values made on the way are only used when it stays empty."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table
        self.problems: list[str] = []
        self.groups: dict[str, tuple[str, ...]] = {}
        self.fillable: set[str] = set()
        self.attributes: set[str] = set()
        self.hotkeys: dict[str, str] = {}

    def problem(self, place: str, what: str) -> None:
        self.problems.append(f"{place}: {what}")

    def read(self, digest: str) -> Schema:
        self.keys("the file", self.table, _TOP)
        if self.table.get("format", FORMAT) != FORMAT:
            self.problem("format", f"this program reads format {FORMAT}, not {self.table['format']!r}")
        tables = {name: self.tables(name) for name in _SECTIONS}
        self.names(tables)
        self.read_groups()

        def each(section: str, read: Callable[[str, str, Mapping[str, Any]], T]) -> tuple[T, ...]:
            return tuple(read(f"{section}.{name}", name, table) for name, table in tables[section].items())

        schema = Schema(
            name=self.text("the file", self.table, "name", required=True),
            version=self.text("the file", self.table, "version", required=True),
            title=self.text("the file", self.table, "title"),
            attributes=each("attributes", self.attribute),
            entities=each("entities", self.entity),
            events=each("events", self.event),
            relations=each("relations", self.relation),
            document_labels=each("labels", self.document_label),
            knowledge_bases=each("knowledge", self.knowledge),
            digest=digest,
        )
        if not tables["entities"] and not tables["events"]:
            self.problem("the file", "it has no entity type and no event type")
        return schema

    # -- names ---------------------------------------------------------------------------------------------------

    def names(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        for section, members in tables.items():
            for name in members:
                if not _NAME.match(name):
                    self.problem(
                        f"{section}.{name}", "a name starts with a letter and holds letters, digits, '_', '-', '.'"
                    )
        for name in tables["events"]:
            if name in tables["entities"]:
                self.problem(f"events.{name}", "an entity type has the same name")
        self.fillable = {*tables["entities"], *tables["events"]}
        self.attributes = set(tables["attributes"])

    def read_groups(self) -> None:
        groups = self.table.get("groups", {})
        if not isinstance(groups, dict):
            self.problem("groups", "this must be a table of lists")
            return
        for name, members in groups.items():
            place = f"groups.{name}"
            if name in self.fillable:
                self.problem(place, "a type has the same name")
            self.groups[name] = tuple(self.known(place, self.strings(place, members), self.fillable, "type"))

    def known(self, place: str, names: Iterable[str], known: Collection[str], what: str) -> list[str]:
        found = []
        for name in names:
            if name in known:
                found.append(name)
            else:
                self.problem(place, f"{name!r} is no {what} of this schema{_near(name, known)}")
        return found

    def fillers(self, place: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        names = self.strings(f"{place}.{key}", table.get(key, []))
        if not names:
            self.problem(place, f"'{key}' must list the types that are allowed")
        known = {*self.fillable, *self.groups}
        members = self.known(f"{place}.{key}", names, known, "type or group")
        return tuple(dict.fromkeys(t for name in members for t in self.groups.get(name, (name,))))

    # -- values --------------------------------------------------------------------------------------------------

    def tables(self, section: str) -> dict[str, dict[str, Any]]:
        return self.subtables(section, self.table.get(section, {}))

    def subtables(self, place: str, value: object) -> dict[str, dict[str, Any]]:
        if not isinstance(value, dict):
            self.problem(place, "this must be a table")
            return {}
        for name, member in value.items():
            if not isinstance(member, dict):
                self.problem(f"{place}.{name}", "this must be a table")
        return {name: member for name, member in value.items() if isinstance(member, dict)}

    def keys(self, place: str, table: Mapping[str, Any], known: Collection[str]) -> None:
        for key in table:
            if key not in known:
                self.problem(place, f"unknown key {key!r}{_near(key, known) or '; known: ' + ', '.join(known)}")

    def text(self, place: str, table: Mapping[str, Any], key: str, *, required: bool = False) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self.problem(place, f"'{key}' must be text, not {value!r}")
            return ""
        if required and not value.strip():
            self.problem(place, f"'{key}' is missing")
        return value

    def flag(self, place: str, table: Mapping[str, Any], key: str, *, default: bool) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            self.problem(place, f"'{key}' must be true or false, not {value!r}")
            return default
        return value

    def strings(self, place: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.problem(place, f"this must be a list of names, not {value!r}")
            return ()
        for item in {item for item in value if value.count(item) > 1}:
            self.problem(place, f"{item!r} is listed twice")
        return tuple(value)

    def titles(self, place: str, name: str, table: Mapping[str, Any]) -> Titles:
        value = table.get("title", {})
        if isinstance(value, str):
            return Titles(value or name, value or name)
        if not isinstance(value, dict):
            self.problem(place, '\'title\' must be text, or { en = "...", ar = "..." }')
            return Titles(name, name)
        self.keys(f"{place}.title", value, ("en", "ar"))
        english = self.text(f"{place}.title", value, "en") or name
        return Titles(english, self.text(f"{place}.title", value, "ar") or english)

    def colour(self, place: str, table: Mapping[str, Any]) -> str:
        value = table.get("colour", "grey")
        found = to_hex(value) if isinstance(value, str) else None
        if found is None:
            near = _near(value, NAMED) if isinstance(value, str) else ""
            self.problem(place, f"unknown colour {value!r}{near or '; use #rrggbb or one of ' + ', '.join(NAMED)}")
        return found or "#8f8f8f"

    def hotkey(self, place: str, table: Mapping[str, Any], taken: dict[str, str]) -> str:
        key = self.text(place, table, "hotkey")
        if not key:
            return ""
        if len(key) != 1 or not key.isprintable() or key.isspace():
            self.problem(place, f"'hotkey' must be one visible character, not {key!r}")
        elif key in taken:
            self.problem(place, f"hotkey {key!r} is already the key of {taken[key]}")
        else:
            taken[key] = place
        return key

    def attribute_names(self, place: str, table: Mapping[str, Any]) -> tuple[str, ...]:
        names = self.strings(f"{place}.attributes", table.get("attributes", []))
        return tuple(self.known(f"{place}.attributes", names, self.attributes, "attribute"))

    # -- sections ------------------------------------------------------------------------------------------------

    def attribute(self, place: str, name: str, table: Mapping[str, Any]) -> AttributeType:
        self.keys(place, table, ("title", "values", "default", "hotkey", "guideline"))
        values = self.strings(f"{place}.values", table.get("values", []))
        default: AttributeValue | None = table.get("default")
        if default is not None and (default not in values if values else not isinstance(default, bool)):
            allowed = ", ".join(values) if values else "true or false"
            self.problem(place, f"'default' must be one of its values ({allowed}), not {default!r}")
        key = self.hotkey(place, table, {})
        return AttributeType(
            name, self.titles(place, name, table), values, default, key, self.text(place, table, "guideline")
        )

    def entity(self, place: str, name: str, table: Mapping[str, Any]) -> EntityType:
        self.keys(place, table, _LABEL)
        return EntityType(
            name,
            self.titles(place, name, table),
            self.colour(place, table),
            self.hotkey(place, table, self.hotkeys),
            self.text(place, table, "guideline"),
            self.attribute_names(place, table),
        )

    def event(self, place: str, name: str, table: Mapping[str, Any]) -> EventType:
        self.keys(place, table, (*_LABEL, "roles"))
        taken: dict[str, str] = {}
        roles = self.subtables(f"{place}.roles", table.get("roles", {}))
        return EventType(
            name,
            self.titles(place, name, table),
            self.colour(place, table),
            self.hotkey(place, table, self.hotkeys),
            self.text(place, table, "guideline"),
            tuple(self.role(f"{place}.roles.{role}", role, t, taken) for role, t in roles.items()),
            self.attribute_names(place, table),
        )

    def role(self, place: str, name: str, table: Mapping[str, Any], taken: dict[str, str]) -> Role:
        self.keys(place, table, ("title", "fillers", "required", "multiple", "hotkey", "guideline"))
        if not _NAME.match(name):
            self.problem(place, "a name starts with a letter and holds letters, digits, '_', '-', '.'")
        return Role(
            name,
            self.titles(place, name, table),
            self.fillers(place, table, "fillers"),
            self.flag(place, table, "required", default=False),
            self.flag(place, table, "multiple", default=True),
            self.hotkey(place, table, taken),
            self.text(place, table, "guideline"),
        )

    def relation(self, place: str, name: str, table: Mapping[str, Any]) -> RelationType:
        self.keys(place, table, (*_LABEL, "source", "target", "symmetric"))
        return RelationType(
            name,
            self.titles(place, name, table),
            self.colour(place, table),
            self.fillers(place, table, "source"),
            self.fillers(place, table, "target"),
            self.flag(place, table, "symmetric", default=False),
            self.hotkey(place, table, {}),
            self.text(place, table, "guideline"),
            self.attribute_names(place, table),
        )

    def document_label(self, place: str, name: str, table: Mapping[str, Any]) -> DocumentLabelType:
        self.keys(place, table, ("title", "values", "multiple", "guideline"))
        values = self.strings(f"{place}.values", table.get("values", []))
        if not values:
            self.problem(place, "'values' must list at least one value")
        multiple = self.flag(place, table, "multiple", default=False)
        return DocumentLabelType(
            name, self.titles(place, name, table), values, multiple, self.text(place, table, "guideline")
        )

    def knowledge(self, place: str, name: str, table: Mapping[str, Any]) -> KnowledgeBase:
        self.keys(place, table, ("title", "pattern"))
        pattern = self.text(place, table, "pattern") or r"\S+"
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            self.problem(place, f"'pattern' is no regular expression: {error}")
        return KnowledgeBase(name, self.text(place, table, "title") or name, pattern)
