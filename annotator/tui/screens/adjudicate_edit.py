"""Editing gold by hand while adjudicating: the keys of annotating hold until Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annotator.adjudication.items import is_nothing
from annotator.tui.commands import Command, commands_of, key_map
from annotator.tui.screens.adjudicate_decisions import DecisionActions
from annotator.tui.screens.adjudicate_items import region_of
from annotator.tui.widgets.text_pane_state import State

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual import events

    from annotator.tui.modes import Mode

_ELSEWHERE: Final = frozenset(
    f"annotate.{name}"
    for name in (
        *("documents", "next-document", "previous-document", "export", "concordance", "everywhere", "letters"),
        *("submit", "note", "another-note", "flag", "notes", "next-note", "previous-note", "document-labels", "panel"),
    )
)
"""What of annotating is not done to gold: other documents, and notes, which are a person's own."""


class EditActions(DecisionActions):
    """Gold by hand; a part of the adjudicate screen."""

    _before_edit = 0
    """The revision of the decisions when editing began."""
    _just_left = False
    """Whether the last key ended editing."""

    @property
    def editing(self) -> bool:
        """Whether the keys of annotating hold."""
        return self.SCOPE == "annotate"

    @property
    def elsewhere(self) -> Collection[str]:
        """The commands of its scope that this screen does not have now."""
        return _ELSEWHERE if self.editing else ()

    def _key_map(self) -> dict[str, Command]:
        """Which key runs which command now."""
        commands = [command for command in commands_of(self.SCOPE) if command.id not in self.elsewhere]
        return key_map(commands, self._app.user_keys)

    # -- in and out ------------------------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """Take the version under the cursor where the item is open, then edit it."""
        if not self.may_write():
            return
        item, session, grouped = self.item, self.session, self.versions()
        if item is None or session is None:
            return
        self._before_edit = session.decisions_revision
        version = grouped[self._version] if self._version < len(grouped) else None
        if item.key in session.adjudication.open and version is not None and not is_nothing(version.outcome):
            self._act(lambda: session.take(item, version.outcome, version.names), "taken, to be edited")
        self._edit(take=True)

    def action_edit_only(self) -> None:
        """Edit gold where the current item lies, or anywhere."""
        if self.may_write() and self.session is not None:
            self._before_edit = self.session.decisions_revision
            self._edit(take=False)

    def _edit(self, *, take: bool) -> None:
        session, item = self.session, self.item
        if session is None:
            return
        region = region_of(session.adjudication, item) if item is not None else []
        id = self.gold_id()
        self.SCOPE = "annotate"
        self._keys = self._key_map()
        self.pane.set_free(free=True)
        self.pane.focus()
        self._show_hints()
        at = region[0][0] if region else self.pane.state.caret
        self.pane.change(State(caret=at, selection=None if id or not region else region[0], current=id))
        if take and id and item is not None:
            self.enter(self._mode_for(item.aspect, id))

    def _mode_for(self, aspect: str, id: str) -> Mode | None:
        """The mode of annotating in which an item of ASPECT is edited, ID being the gold annotation it is about."""
        match aspect:
            case "role" | "filler":
                return self._roles(id)
            case "attribute":
                return self._attributes(id)
            case "chain":
                return self._chain_mode(id)
            case _:
                return None

    def leave_edit(self) -> None:
        """Let keys decide again; go on when something was decided meanwhile."""
        session = self.session
        if not self.editing or session is None:
            return
        self.SCOPE = "adjudicate"
        self._keys = self._key_map()
        self._mode = None
        self._message = ("", "")
        self.pane.show_letters(())
        self.pane.show_hits(())
        self.pane.set_free(free=False)
        self._show_hints()
        changed = session.decisions_revision != self._before_edit
        item = self.item
        self._go_on(advance=changed and item is not None and item.key not in session.adjudication.open)
        if changed:
            self.say(f"gold is as you made it{self._if_done()}")

    def gold_id(self) -> str:
        """The gold annotation that the current item, or what it is a part of, has become; empty where there is none."""
        session, item = self.session, self.item
        if session is None or item is None or item.aspect == "label":
            return ""
        made = session.adjudication
        keys = set(item.about) if item.aspect in {"relation", "chain"} else {item.parent or item.key}
        for span in session.index.overlapping(item.start, item.end):
            if made.key_of(session.annotations[span.id]) in keys:
                return span.id
        return ""

    # -- keys ------------------------------------------------------------------------------------------------------

    def press(self, event: events.Key) -> bool:
        """Run the command of a key; while gold is edited, what the key means in annotating."""
        if self.editing:
            return super().press(event)
        command = self._keys.get(event.key)
        if command is None:
            return False
        self._message = ("", "")
        self._pressed = event.key
        self._just_left &= command.id == "adjudicate.back"
        if command.scope == "app":
            self._app.run_command(command.id)
        else:
            getattr(self, f"action_{command.action}")()
        self._pressed = ""
        return True

    def action_cancel(self) -> None:
        """Drop the selection, the mark or the hits; where there are none, end editing."""
        state = self.pane.state
        if state.selection is not None or state.marked or self.pane.hits:
            super().action_cancel()
        else:
            self.leave_edit()
            self._just_left = True

    def action_back(self) -> None:
        """Back to annotating; not by an Esc too many at the end of editing."""
        if self._just_left:
            self._just_left = False
            self.say("Esc once more goes back to annotating")
        else:
            self.dismiss(None)
