"""The shipped JSON Schema is the one the models mean, and validates what is written."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from annotator import formats
from annotator.formats.interface import Annotated
from annotator.formats.native_shape import json_schema

SHIPPED = files("annotator.formats") / "native.schema.json"
REMAKE = "write annotator.formats.native_shape.json_schema() to annotator/formats/native.schema.json"


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_shipped_schema_is_the_models() -> None:
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == json.loads(json_schema()), REMAKE


def test_what_is_written_is_valid(validator: Any, every_kind: Annotated, golden: Path) -> None:
    for data in (*formats.write("json", every_kind).files.values(), (golden / "arrive.json").read_bytes()):
        assert list(validator.iter_errors(json.loads(data))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), "2.0"),
        (("texts",), ""),
        (("text_sha256",), "abc"),
        (("layers", 0, "annotations", 0, "kind"), "thing"),
        (("layers", 0, "annotations", 0, "fragments", 0, "start"), -1),
        (("layers", 0, "annotations", 0, "attributes"), {"level": 3}),
        (("layers", 0, "annotations", 0, "provenance", "at"), "yesterday"),
    ],
)
def test_what_is_wrong_is_not_valid(
    validator: Any, every_kind: Annotated, path: tuple[str | int, ...], value: object
) -> None:
    (data,) = formats.write("json", every_kind).files.values()
    document: Any = json.loads(data)
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert list(validator.iter_errors(document))
