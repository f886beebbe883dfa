"""`annotator schema`: check or show the label schema."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from annotator.cli.context import open_project
from annotator.cli.output import Writer, count

if TYPE_CHECKING:
    from annotator.model.schema import LabelType, Schema


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("check", "show", "json"),
        default="show",
        help="check: only say whether it is right; show: list it; json: give all of it (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check or show the schema; one that is wrong stops at opening, with every problem in the message."""
    schema = open_project(arguments).schema
    writer = Writer(rtl=arguments.rtl)
    if arguments.action == "json":
        writer.json(as_json(schema))
        return 0
    if arguments.action == "show":
        _show(writer, schema)
    sums = (
        count(len(schema.entities), "entity type"),
        count(len(schema.events), "event type"),
        count(len(schema.relations), "relation type"),
        count(len(schema.attributes), "attribute"),
    )
    from annotator.tui.hotkeys import problems

    found = list(problems(schema, {}))
    for problem in found:
        writer.line(f"warning: {problem}; choose another, or give the command another one in keys.toml")
    said = count(len(found), "warning") if found else "no problems"
    writer.line(f"{schema.name} {schema.version}: {', '.join(sums)}; {said}")
    return 0


def _show(writer: Writer, schema: Schema) -> None:
    rows = [_label_row("entity", label) for label in schema.entities]
    for event in schema.events:
        rows.append(_label_row("event", event))
        for role in event.roles:
            needed = "required" if role.required else ""
            about = "; ".join(filter(None, (", ".join(role.fillers), needed, "" if role.multiple else "only one")))
            rows.append(("  role", f"  {role.hotkey}", f"  {role.name}", role.titles.ar, about))
    for relation in schema.relations:
        arrow = "–" if relation.symmetric else "→"
        about = f"{', '.join(relation.source)} {arrow} {', '.join(relation.target)}"
        rows.append(("relation", relation.hotkey, relation.name, relation.titles.ar, about))
    for attribute in schema.attributes:
        values = ", ".join(attribute.values) or "true, false"
        rows.append(("attribute", attribute.hotkey, attribute.name, attribute.titles.ar, values))
    rows += [("document", "", label.name, label.titles.ar, ", ".join(label.values)) for label in schema.document_labels]
    rows += [("knowledge", "", base.prefix, "", f"{base.title}: {base.pattern}") for base in schema.knowledge_bases]
    writer.table(("KIND", "KEY", "NAME", "TITLE", "ABOUT"), rows)


def _label_row(kind: str, label: LabelType) -> tuple[str, ...]:
    return (kind, label.hotkey, label.name, label.titles.ar, ", ".join((label.titles.en, *label.attributes)))


def as_json(schema: Schema) -> dict[str, Any]:
    """SCHEMA as JSON values; the groups of the file are spelled out."""
    from dataclasses import asdict

    return asdict(schema)
