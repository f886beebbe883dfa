"""A property that is computed when it is first asked for, and kept: `functools.cached_property` without its lock.

Up to Python 3.11 that lock takes longer than much of what a study keeps, hundreds of times for a document. An object of
a study is used by one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - a decorator, as `property`
    """Decorates a method without arguments; its object needs a `__dict__`."""

    def __init__(self, method: Callable[[Any], T]) -> None:
        self._method = method
        self._name = method.__name__
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> once[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> T | once[T]:
        """The value; from then on it is the object's own, and this is not asked again."""
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._method(instance)
        return value
