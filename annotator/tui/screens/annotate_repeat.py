"""Doing the last edit again somewhere else, as the dot of vi does.

What is remembered is the last edit of these kinds that was made, in whatever document, until the next of them:

- a label given: the selection, or the word under the caret, gets it, exactly as by the label's key;
- a label changed: the current annotation, if it is of the same kind (entity or event), becomes of that type;
- a value of an attribute: the current annotation gets this value, not the next one, if its type has the attribute;
- a flag put or taken away: the current annotation has one, or none, afterwards;
- identifiers: the current entity gets the same, and so does its whole chain if the chain of the first one did;
- a note: what is selected or under the caret gets one with the same text;
- a relation: the current annotation is related, in the same way, to the same other end;
- a chain: the current annotation joins it;
- arguments copied: the current event of the same type gets those that were copied then;
- a filler of a role: the current annotation, or the selection, fills the same role of the same event too. Where that
  was done by making an entity, the selection or word becomes an entity of the same type if it is none yet. On an event
  that is no filler for the role, letters ask what fills this role of it.

Every other edit, undo included, leaves what is remembered as it was. Doing it again is one edit, which one undo takes
back. What has the result already is refused rather than toggled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Repeatable:
    """An edit that can be made again: `title` names it; `again` makes it here, or returns why it does not apply."""

    title: str
    again: Callable[[], str]


class RepeatActions:
    """Mixed into the annotate screen, which defines the first method; what submits an edit says how to repeat it."""

    _repeatable: Repeatable | None = None

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        raise NotImplementedError

    def action_repeat(self) -> None:
        """Do the last edit again on what is selected or under the caret."""
        known = self._repeatable
        if known is None:
            self.say("nothing to do again yet: first label, link, set a value, flag or note something", bad=True)
        elif why := known.again():
            self.say(f"{known.title}: {why}", bad=True)
