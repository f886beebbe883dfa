"""JSON from anywhere, read strictly: what two programs could understand differently is refused (RFC 8259, I-JSON).

Refused are duplicate keys, NaN and infinities, halves of surrogate pairs, NUL, byte order marks and bytes that are not
UTF-8; each refusal says where.
"""

from __future__ import annotations

import json
import re
import reprlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from annotator.errors import FormatError

Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys of objects and indices of lists."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_HINT: Final = "The file may be cut off or edited by hand; take it from a backup or export it again"


class _RefusedError(ValueError):
    """What a hook found."""


def load(data: bytes, *, where: str = "") -> Any:
    """The value in DATA; WHERE names the file. FormatError for everything that is not exactly one JSON value."""
    try:
        content = data.decode()
        if content.startswith("\ufeff"):
            raise FormatError("there is a byte order mark", where=where, hint="Save it as UTF-8 without one")
        value = json.loads(content, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise FormatError(f"byte {error.start} is not UTF-8 ({error.reason})", where=where, hint=_HINT) from None
    except json.JSONDecodeError as error:
        spot = f"line {error.lineno}, column {error.colno}"
        what = error.msg.removesuffix(" at")
        raise FormatError(f"this is no JSON: {what} at {spot}", where=where, hint=_HINT) from None
    except RecursionError:
        raise FormatError("this JSON is nested too deeply", where=where, hint=_HINT) from None
    except _RefusedError as error:
        raise FormatError(f"this JSON cannot be read: {error}", where=where, hint=_HINT) from None
    except ValueError:  # Python reads no whole number of thousands of digits
        raise FormatError("this JSON cannot be read: a number is too large", where=where, hint=_HINT) from None
    if _ESCAPED.search(content):
        for path, text in _texts(value):
            if _SURROGATE.search(text):
                raise FormatError("half of a surrogate pair stands alone", where=place(where, spell(path)), hint=_HINT)
            if "\0" in text:
                raise FormatError("NUL cannot be part of a text", where=place(where, spell(path)), hint=_HINT)
    return value


def spell(path: Path) -> str:
    """PATH as people write it: `layers[0].name`."""
    spelt = ""
    for step in path:
        spelt += f"[{step}]" if isinstance(step, int) else f".{step}" if spelt else step
    return spelt[:200]


def place(where: str, path: str) -> str:
    """The file WHERE and the PATH in it, or what there is of the two."""
    return ": ".join(part for part in (where, path) if part)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        name = f" with the id {reprlib.repr(value['id'])}" if "id" in value else ""
        raise _RefusedError(f"the key {reprlib.repr(twice)} is given twice in one object{name}")
    return value


def _no_constant(name: str) -> None:
    raise _RefusedError(f"{name} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _RefusedError(f"the number {reprlib.repr(digits)} is too large")
    return number


def _texts(value: Any) -> Iterator[tuple[Path, str]]:
    """Every string of VALUE, keys too, with the way to it."""
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        path, item = stack.pop()
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, list):
            stack.extend(((*path, number), member) for number, member in enumerate(item))
        elif isinstance(item, dict):
            stack.extend(((*path, key), member) for key, member in item.items())
            stack.extend((path, key) for key in item)
