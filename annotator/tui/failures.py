"""How a screen tells that something did not work."""

from __future__ import annotations

from annotator.errors import AnnotatorError, BusyError, StaleRevisionError, UnreadError, UnwritableError


def failure(error: AnnotatorError, what: str = "") -> str:
    """WHAT did not work, and why; or that it is done, and only cannot be shown."""
    if isinstance(error, UnreadError):
        return f"done, but it cannot be shown: {error.brief}"
    if not what:
        return str(error)
    return f"{what}: {error.brief if isinstance(error, BusyError | UnwritableError) else error}"


def in_the_way(error: StaleRevisionError) -> str:
    """What of somebody else stands in the way of an undo or redo, and in which document."""
    return f"{error.what} ({error.where.partition(':')[0]})" if error.where else error.what
