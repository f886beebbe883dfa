"""What the adjudicate screen decides: a version, nothing, all of one annotator, by a rule; and back again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import work

from annotator.adjudication.answers import adopt, kinds_of, merge
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import Outcome
from annotator.errors import AnnotatorError
from annotator.tui.commands import BY_ID
from annotator.tui.key_titles import title_of, undoes
from annotator.tui.screens.adjudicate_dialogs import AskReason, Choose, Row
from annotator.tui.screens.adjudicate_rules import AskRule, Choice, Preview, kinds_words
from annotator.tui.screens.adjudicate_waiting import Waiting
from annotator.tui.screens.adjudicate_words import summary, told
from annotator.tui.screens.dialogs import Confirm
from annotator.tui.widgets.buttons import Button
from annotator.tui.widgets.pieces import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotator.adjudication.items import Item
    from annotator.tui.background import Progress
    from annotator.workflow.session import Change


class DecisionActions(Waiting):
    """Deciding; a part of the adjudicate screen."""

    _pressed = ""
    """The key that ran the command, as far as one did."""
    _last_decided = "", ""
    """The document and the key of the item that was decided last."""

    # -- one item --------------------------------------------------------------------------------------------------

    def action_take(self) -> None:
        """Take the version whose number was pressed."""
        keys = self._app.user_keys.get("adjudicate.take", BY_ID["adjudicate.take"].keys)
        self.take(keys.index(self._pressed) if self._pressed in keys else self._version)

    def action_take_this(self) -> None:
        """Take the version under the cursor."""
        self.take(self._version)

    def take(self, number: int) -> None:
        """Take the version NUMBER, counted from 0."""
        if not self.may_write():
            return
        item, grouped = self.item, self.versions()
        if item is None:
            return
        if number >= len(grouped):
            self.say(
                f"there is no version {number + 1} of it" if grouped else "nothing is left to decide here", bad=True
            )
            return
        self._decide(grouped[number].outcome, grouped[number].names)

    def action_nothing(self) -> None:
        """Decide that there is nothing here."""
        if self.may_write() and (item := self.item) is not None:
            self._decide(None if item.aspect == "attribute" and item.name != "#" else ())

    def _decide(self, outcome: Outcome, names: Sequence[str] = ()) -> None:
        session, item = self.session, self.item
        if session is None or item is None:
            return
        said = told(session.adjudication, session.document.text, item, outcome)
        words = " + ".join(" ".join(filter(None, (one.label, one.words))) for one in said)
        self._last_decided = session.key.document, item.key
        self._act(lambda: session.take(item, outcome, names), f"{item.kind}: {words}"[:80], advance=True)

    def _act(self, act: Callable[[], Change | None], done: str, *, advance: bool = False) -> bool:
        """Do what ACT does, say that it is DONE, and go on. False: nothing changed."""
        try:
            change = act()
        except AnnotatorError as error:
            self.guarded("not done", error)
            return False
        self._message = ("it is decided so already" if change is None else self._done(done), "good")
        self._go_on(advance=advance)  # which shows the message
        return change is not None

    def _go_on(self, *, advance: bool) -> None:
        ledger = self.ledger
        if ledger is None:
            return
        following = ledger.next_open(self._place, 1) if advance and self._advance else None
        self.show_item(self._place if following is None else following)

    def _done(self, what: str) -> str:
        """WHAT was done, how to undo it, and what to do next where everything is decided."""
        return f"{what}{undoes(f'{self.SCOPE}.undo', self._app.user_keys)}{self._if_done()}"

    def _if_done(self) -> str:
        session = self.session
        if session is None or session.adjudication.open or not session.begun:
            return ""
        return f" · everything is decided{self._to_next()}"

    def _to_next(self) -> str:
        """How to go on where everything is decided."""
        key = title_of("adjudicate.next-open", self._app.user_keys)
        return f": {key} opens the next document" if key else ""

    def action_stay(self) -> None:
        """Go on after a decision, or stay."""
        self._advance = not self._advance
        self._app.remember("adjudicate-advance", "1" if self._advance else "0")
        self.say(
            "after a decision: on to the next open item" if self._advance else "after a decision: stay on the item"
        )

    def action_reason(self) -> None:
        """Say why the current item was decided so, or the one that was decided last."""
        self._explain()

    def action_note(self) -> None:
        """Write a note on the decision."""
        self._explain(to_note=True)

    @work(exclusive=True, group="dialog")
    async def _explain(self, *, to_note: bool = False) -> None:
        if not self.may_write():
            return
        session, item = self.session, self._to_explain()
        if session is None or item is None:
            return
        decision = session.adjudication.decisions.get(item.key)
        if decision is None:
            self.say("decide first, then say why", bad=True)
            return
        said = summary(session.adjudication, session.document.text, item)
        about = " ".join(filter(None, (f"{item.kind}:", said.label, said.words[:80])))

        def keep(reason: str, note: str) -> str:
            kept = " and ".join([*(["the reason"] if reason else []), *(["the note"] if note else [])])
            done = f"{kept} {'are' if reason and note else 'is'} kept" if kept else "it stands without a reason"
            return self.refused(lambda: self._act(lambda: session.explain(item.key, reason, note), done))

        ask = AskReason(f"Why so? {about}", decision.reason, decision.note, keep, to_note=to_note)
        await self._app.push_screen_wait(ask)

    def _to_explain(self) -> Item | None:
        """The item that a reason is about: the current one, or where that is open, what was decided before it."""
        session, item = self.session, self.item
        if session is None or item is None or item.key in session.adjudication.decisions:
            return item
        document, key = self._last_decided
        decided = document == session.key.document and key in session.adjudication.decisions
        return session.adjudication.comparison.items.get(key, item) if decided else item

    def action_take_back(self) -> None:
        """Open the current item again."""
        if not self.may_write():
            return
        session, item = self.session, self.item
        if session is None or item is None:
            return
        if item.key not in session.adjudication.decisions:
            self.say("it is not decided yet", bad=True)
            return
        self._act(lambda: session.take_back(item.key), "open again")

    # -- many items ------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="dialog")
    async def action_adopt(self) -> None:
        """Take all that one annotator says."""
        session = self.session
        if not self.may_write() or session is None:
            return
        made = session.adjudication
        names = sorted(session.basis.layers)
        found = {name: (adopt(made, name, "", ""), adopt(made, name, "", "", everything=True)) for name in names}
        rows = [Row(name, f"{len(new):,} open of {len(every):,}") for name, (new, every) in found.items()]
        chosen = await self._app.push_screen_wait(Choose("Take all of whom?", rows))
        if chosen is None:
            return
        name = names[chosen]
        new, every = found[name]
        lines = [f"{name} has a say in {counted(len(new), 'open item')}: {kinds_words(kinds_of(made, new)) or 'none'}."]
        buttons = [Button("new", f"Take {len(new):,}"), Button("cancel", "Cancel")]
        if len(every) > len(new):
            lines.append(f"With what is decided already: {counted(len(every), 'item')}.")
            buttons.insert(1, Button("every", f"Take all {len(every):,}"))
        answer = await self._app.push_screen_wait(Confirm(f"Take all of {name}", lines, buttons))
        if answer in {"new", "every"}:
            await self.at_once(
                lambda: session.adopt(name, everything=answer == "every"),
                f"taking all of {name}",
                lambda: self._done(f"{name}: {counted(len(every if answer == 'every' else new), 'item')}"),
            )

    @work(exclusive=True, group="dialog")
    async def action_merge(self) -> None:
        """Let a rule decide what is open."""
        session = self.session
        if not self.may_write() or session is None:
            return
        made = session.adjudication
        if not made.open:
            self.say("nothing is open here")
            return
        decisions = dict(made.decisions)

        def preview(choice: Choice, _progress: Progress) -> Preview:
            trial = Adjudication(made.comparison, decisions, made.at)  # in a thread: the screen goes on with its own
            found = merge(trial, choice.rule, "", "")
            left = trial.open - found.keys()
            trial.decide(found)
            return Preview(kinds_of(trial, found), kinds_of(trial, left & trial.open))

        chosen = await self._app.push_screen_wait(AskRule(sorted(session.basis.layers), preview))
        if chosen is not None:
            rule = chosen.rule
            before = len(made.open)
            await self.at_once(
                lambda: session.merge(rule),
                "merging",
                lambda: self._done(f"merged by {rule.title}: {before:,} were open, {len(made.open):,} are"),
            )
