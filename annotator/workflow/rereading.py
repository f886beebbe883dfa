"""What was stored is stored, also where it cannot be read again: one error is not to be taken for the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from annotator.errors import AnnotatorError, UnreadError


@contextmanager
def rereading() -> Iterator[None]:
    """Around what is read after something was stored: whatever is raised in there is an UnreadError."""
    try:
        yield
    except UnreadError:
        raise
    except AnnotatorError as error:
        raise UnreadError(error.what, where=error.where, hint=error.hint) from error
