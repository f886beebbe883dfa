"""The shape of the native JSON as pydantic models: types, keys and the published JSON Schema, but no cross-checks.

Keys stand in the order in which they are written.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from annotator.formats.native_checks import TIME, VERSION
from annotator.model.annotations import Source

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


MAX_OFFSET: Final = 2**31 - 1
"""No text is longer, in code points."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class FragmentShape(_Shape):
    """A half-open range of code-point offsets, and the text it covers."""

    start: Annotated[int, Field(ge=0, le=MAX_OFFSET)]
    end: Annotated[int, Field(ge=1, le=MAX_OFFSET)]
    text: str


class ProvenanceShape(_Shape):
    """Where an annotation comes from. `at` is an RFC 3339 time; `derived_from` may name ids of other layers."""

    source: Source
    agent: str = ""
    at: Annotated[str, Field(pattern=TIME)] = ""
    tool: str = ""
    score: float | None = None
    derived_from: list[str] = []


Id: TypeAlias = Annotated[str, Field(min_length=1)]
Fragments: TypeAlias = Annotated[list[FragmentShape], Field(min_length=1)]
Attributes: TypeAlias = dict[str, str | bool]


class EntityShape(_Shape):
    """A mention of an entity."""

    kind: Literal["entity"]
    id: Id
    type: Id
    fragments: Fragments
    attributes: Attributes
    identifiers: list[str]
    provenance: ProvenanceShape


class ArgumentShape(_Shape):
    """What fills a role of an event: `target` is the id of an entity or event of the same layer."""

    role: Id
    target: Id


class EventShape(_Shape):
    """An event; `fragments` is its trigger."""

    kind: Literal["event"]
    id: Id
    type: Id
    fragments: Fragments
    arguments: list[ArgumentShape]
    attributes: Attributes
    provenance: ProvenanceShape


class RelationShape(_Shape):
    """A relation between two annotations of the same layer."""

    kind: Literal["relation"]
    id: Id
    type: Id
    source: Id
    target: Id
    attributes: Attributes
    provenance: ProvenanceShape


class ChainShape(_Shape):
    """Coreference between annotations of the same layer."""

    kind: Literal["chain"]
    id: Id
    members: Annotated[list[Id], Field(min_length=2)]
    provenance: ProvenanceShape


class NoteShape(_Shape):
    """A remark; `target` is an id of the same layer, or empty."""

    kind: Literal["note"]
    id: Id
    text: str
    target: str
    fragments: list[FragmentShape]
    flagged: bool
    provenance: ProvenanceShape


class LabelShape(_Shape):
    """A label of the whole document."""

    kind: Literal["label"]
    id: Id
    type: Id
    value: str
    provenance: ProvenanceShape


AnnotationShape: TypeAlias = Annotated[
    EntityShape | EventShape | RelationShape | ChainShape | NoteShape | LabelShape, Field(discriminator="kind")
]


class LayerShape(_Shape):
    """One person's, one model's or the settled annotations, in text order."""

    name: Id
    role: Literal["annotator", "model", "gold"]
    revision: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    annotations: list[AnnotationShape]


class DocumentShape(_Shape):
    """What the text is called and where it came from."""

    id: Annotated[str, Field(min_length=1, max_length=120)]
    title: str
    source: str
    encoding: str
    bom: bool


class SchemaShape(_Shape):
    """The label schema the annotations were made with; `sha256` is that of its file, or empty."""

    name: str
    version: str
    sha256: str


class FileShape(_Shape):
    """One document with its annotations. Offsets count Unicode code points of `text`, which is never normalised."""

    schema_version: Literal["1.0"]
    offset_unit: Literal["unicode_code_point"]
    normalization: Literal["none"]
    document: DocumentShape
    text: str
    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    label_schema: SchemaShape | None
    layers: list[LayerShape]
    ext: dict[str, Any] = {}


def json_schema() -> str:
    """The JSON Schema (draft 2020-12) of a file, as it is shipped in `native.schema.json`."""
    schema = {"$schema": DIALECT} | FileShape.model_json_schema()
    schema["title"] = f"arabic-annotator document {VERSION}"
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
