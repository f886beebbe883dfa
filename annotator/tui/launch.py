"""What the command line hands to the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:  # only names: this module is imported before the screen is
    from annotator.terminal.probe import Probe
    from annotator.workflow.ports import First, Store
    from annotator.workflow.project import Project

Start: TypeAlias = Literal["annotate", "adjudicate", "agreement"]


@dataclass(frozen=True, slots=True)
class Launch:
    """Everything a run of the screen needs.

    `open_store` opens the database (slowly: it imports SQLAlchemy) and may be called from any thread; `first` is what
    a fast look at the database found for the first frame, None when there was nothing to look at; `probe` has asked
    the terminal who it is and not yet read the answer; `rtl` is the person's choice of strategy; `document` the id of
    the document to open; `start` the screen to begin with. `reopen` opens the database once more, in another process:
    it can be pickled. Without it, long work is done by threads of this one.
    """

    project: Project
    who: str
    open_store: Callable[[], Store]
    first: First | None = None
    probe: Probe | None = None
    rtl: str | None = None
    document: str | None = None
    start: Start = "annotate"
    reopen: Callable[[], Store] | None = None
