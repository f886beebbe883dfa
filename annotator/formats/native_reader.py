"""Reads the native JSON, from anywhere: every mistake becomes one FormatError that names the place and the way out."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from annotator.errors import FormatError
from annotator.formats.interface import AnnotatedDocument, Imported, NamedLayer, SchemaReference
from annotator.formats.native_checks import (
    HELD,
    VERSION,
    Problem,
    annotation_problems,
    document_problems,
    layer_name_problems,
    no_time,
)
from annotator.formats.native_shape import (
    AnnotationShape,
    ChainShape,
    EntityShape,
    EventShape,
    FileShape,
    FragmentShape,
    LabelShape,
    NoteShape,
    ProvenanceShape,
    RelationShape,
    SchemaShape,
)
from annotator.formats.strict_json import Path, place, spell
from annotator.formats.strict_json import load as load_strictly
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Attributes,
    Chain,
    DocumentLabel,
    Entity,
    Event,
    Fragment,
    Fragments,
    Note,
    Provenance,
    Relation,
)
from annotator.model.documents import Document

_MAJOR, _MINOR = (int(part) for part in VERSION.split("."))
_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\Z", re.ASCII)


def read(data: bytes, *, where: str = "") -> Imported:
    """The one document in DATA. FormatError: see `parse`."""
    return Imported((parse(data, where=where),))


def parse(data: bytes, *, where: str = "") -> AnnotatedDocument:
    """The document in DATA, a file of the native JSON; WHERE names the file in errors.

    FormatError, with the path of the first mistake and the number of the others, when DATA is no UTF-8, no JSON, of
    another major version, not of the shape, or breaks a rule of `native_checks`.
    """
    value = load_strictly(data, where=where)
    if not isinstance(value, dict):
        raise FormatError("this is no annotated document: the top of the file is no JSON object", where=where)
    newer = _check_version(value, where)
    ext = dict(_lift_unknown(value)) if newer else {}
    try:
        shape = FileShape.model_validate(value)
    except ValidationError as error:
        raise _mistakes([_translate(item) for item in error.errors(include_url=False)], where) from None
    return _document(shape, ext, where)


# -- versions ----------------------------------------------------------------------------------------------------


def _check_version(value: dict[str, Any], where: str) -> bool:
    """Whether the file is of a newer minor version; it then calls itself `VERSION`."""
    given = value.get("schema_version")
    match = _VERSION.match(given) if isinstance(given, str) else None
    if match is None:
        what = "'schema_version' is missing" if given is None else f"{reprlib.repr(given)} is no version"
        hint = f"This program reads its own JSON, version {_MAJOR}.x; the key must say so"
        raise FormatError(what, where=place(where, "schema_version"), hint=hint)
    major, minor = int(match[1]), int(match[2])
    if major != _MAJOR:
        raise FormatError(
            f"the file has version {given} of the format, this program reads {_MAJOR}.x",
            where=place(where, "schema_version"),
            hint="Install a newer version of this program" if major > _MAJOR else "Export the document again",
        )
    if minor > _MINOR:
        value["schema_version"] = VERSION
    return minor > _MINOR


def _lift_unknown(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Take the keys that `FileShape` does not know out of VALUE and give them with their JSON pointers (RFC 6901)."""
    try:
        FileShape.model_validate(value)
    except ValidationError as error:
        unknown = [item["loc"] for item in error.errors(include_url=False) if item["type"] == "extra_forbidden"]
        found = [(path, *_resolve(value, path)) for path in (_in_data(loc) for loc in unknown)]
        for path, holder, pointer in found:
            yield pointer, holder.pop(str(path[-1]))


def _resolve(value: Any, path: Path) -> tuple[dict[str, Any], str]:
    """The object that holds the last key of PATH, and the pointer, with a name or an id for the index of a list."""
    holder, pointer = value, ""
    for step in path[:-1]:
        holder = holder[step]
        name: Any = step
        if isinstance(step, int) and isinstance(holder, dict):
            name = holder.get("id", holder.get("name", step))
        pointer += "/" + _escape(name)
    return holder, f"{pointer}/{_escape(path[-1])}"


def _escape(step: object) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


# -- mistakes ----------------------------------------------------------------------------------------------------


def _mistakes(found: list[Problem], where: str) -> FormatError:
    found = list(dict.fromkeys(found))
    first = found[0]
    more = len(found) - 1
    others = f"; {more} more {'place is' if more == 1 else 'places are'} wrong" if more else ""
    hint = f"Mend the file, or export it again{others}"
    return FormatError(first.what, where=place(where, first.path), hint=hint)


def _in_data(loc: Path) -> Path:
    """LOC, where pydantic saw a mistake, without the names of the union's members, which are not in the data."""
    return loc[:4] + loc[5:] if len(loc) > 4 and loc[2] == "annotations" else loc


def _translate(item: Any) -> Problem:
    """A mistake as pydantic reports it, in words for people."""
    path, given, context = _in_data(item["loc"]), item["input"], item.get("ctx", {})
    kind: str = item["type"]
    if "attributes" in path:  # a union, so the same mistake comes once for each of its members
        path, kind = (
            path[: path.index("attributes") + 2],
            "attribute" if len(path) > path.index("attributes") + 1 else kind,
        )
    shown = reprlib.repr(given)
    match kind:
        case "missing":
            what = "it is missing"
        case "extra_forbidden":
            near = difflib.get_close_matches(str(path[-1]), _KEYS, 1)
            what = "there is no such key" + (f" (did you mean {near[0]!r}?)" if near else "")
        case "union_tag_not_found":
            path, what = (*path, "kind"), "it is missing"
        case "union_tag_invalid":
            path, what = (*path, "kind"), f"{context['tag']!r} is none of {', '.join(HELD)}"
        case "literal_error":
            what = f"it must be {context['expected']}, not {shown}"
        case "attribute":
            what = f"an attribute is text, true or false, not {shown}"
        case "string_pattern_mismatch" if path[-1] == "at":
            what = no_time(given)
        case "string_pattern_mismatch":
            what = f"{shown} is no SHA-256 in 64 lower-case hexadecimal digits"
        case _:
            what = (
                f"{_EXPECTED[kind]}, not {shown}" if kind in _EXPECTED else f"{_LIMITS.get(kind, item['msg'])}: {shown}"
            )
    return Problem(spell(path), what)


_EXPECTED: Final = {
    "string_type": "it must be text",
    "int_type": "it must be a whole number",
    "float_type": "it must be a number",
    "finite_number": "it must be a finite number",
    "bool_type": "it must be true or false",
    "list_type": "it must be a list",
    "dict_type": "it must be an object",
    "model_type": "it must be an object",
    "model_attributes_type": "it must be an object",
}
_LIMITS: Final = {
    "greater_than_equal": "the number is too small",
    "less_than_equal": "the number is too large",
    "string_too_short": "it must not be empty",
    "string_too_long": "it is too long",
    "too_short": "the list is too short",
}


_SHAPES: Final[tuple[type[BaseModel], ...]] = (
    FileShape,
    EntityShape,
    EventShape,
    RelationShape,
    ChainShape,
    NoteShape,
    LabelShape,
    FragmentShape,
    ProvenanceShape,
)
_KEYS: Final = sorted({key for shape in _SHAPES for key in shape.model_fields})


# -- the model ---------------------------------------------------------------------------------------------------


def _document(shape: FileShape, ext: dict[str, Any], where: str) -> AnnotatedDocument:
    origin, text = shape.document, shape.text
    document = Document(origin.id, origin.title, text, shape.text_sha256, origin.source, origin.encoding, origin.bom)
    found = [*document_problems(document), *layer_name_problems([layer.name for layer in shape.layers])]
    layers = []
    for number, layer in enumerate(shape.layers):
        annotations = [_annotation(annotation) for annotation in layer.annotations]
        found += annotation_problems(text, annotations, f"layers[{number}]")
        found += _misquotations(text, layer.annotations, f"layers[{number}]")
        layers.append(NamedLayer(layer.name, layer.role, Annotations(annotations), layer.revision))
    if found:
        raise _mistakes(found, where)
    return AnnotatedDocument(document, tuple(layers), _schema(shape.label_schema), shape.ext | ext)


def _schema(shape: SchemaShape | None) -> SchemaReference | None:
    return None if shape is None else SchemaReference(shape.name, shape.version, shape.sha256)


def _misquotations(text: str, annotations: list[AnnotationShape], path: str) -> Iterator[Problem]:
    for number, annotation in enumerate(annotations):
        if not isinstance(annotation, EntityShape | EventShape | NoteShape):
            continue
        for part, fragment in enumerate(annotation.fragments):
            if text[fragment.start : fragment.end] != fragment.text:
                there = reprlib.repr(text[fragment.start : fragment.end])
                what = f"the text at [{fragment.start}, {fragment.end}) is {there}, not {reprlib.repr(fragment.text)}"
                yield Problem(f"{path}.annotations[{number}].fragments[{part}].text", what)


def _annotation(shape: AnnotationShape) -> Annotation:
    provenance = _provenance(shape.provenance)
    match shape:
        case EntityShape():
            fragments, attributes = _fragments(shape.fragments), _attributes(shape.attributes)
            return Entity(shape.id, shape.type, fragments, attributes, tuple(shape.identifiers), provenance)
        case EventShape():
            arguments = tuple(Argument(argument.role, argument.target) for argument in shape.arguments)
            fragments, attributes = _fragments(shape.fragments), _attributes(shape.attributes)
            return Event(shape.id, shape.type, fragments, arguments, attributes, provenance)
        case RelationShape():
            return Relation(shape.id, shape.type, shape.source, shape.target, _attributes(shape.attributes), provenance)
        case ChainShape():
            return Chain(shape.id, tuple(shape.members), provenance)
        case NoteShape():
            return Note(shape.id, shape.text, shape.target, _fragments(shape.fragments), shape.flagged, provenance)
        case LabelShape():
            return DocumentLabel(shape.id, shape.type, shape.value, provenance)


def _fragments(shapes: list[FragmentShape]) -> Fragments:
    return tuple(Fragment(shape.start, shape.end) for shape in shapes)


def _attributes(values: dict[str, str | bool]) -> Attributes:
    return tuple(sorted(values.items()))


def _provenance(shape: ProvenanceShape) -> Provenance:
    return Provenance(shape.source, shape.agent, shape.at, shape.tool, shape.score, tuple(shape.derived_from))
