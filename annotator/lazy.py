"""Modules that are imported when they are first used, for what the first frame does not need.

Type checkers see an ordinary import::

    if TYPE_CHECKING:
        from annotator.model import operations
    else:
        operations = lazy_module("annotator.model.operations")
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


class _Lazy:
    """Stands for a module until a name of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self._name), name)
        setattr(self, name, found)  # the next look-up is an ordinary one
        return found


def lazy_module(name: str) -> Any:
    """The module NAME if it is imported already, else something that imports it on first use."""
    return sys.modules.get(name) or _Lazy(name)
