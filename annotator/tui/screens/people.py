"""Who works on the project and what each may do; managers register people here and change that."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AccessError, AnnotatorError, UnreadError
from annotator.tui.failures import failure
from annotator.tui.host import host
from annotator.tui.screens.document_table import local_time
from annotator.tui.screens.framed import Framed
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import counted, fit
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.workflow import people as registry
from annotator.workflow.ports import ROLES
from annotator.workflow.rereading import rereading
from annotator.workflow.states import progress_of

if TYPE_CHECKING:
    from rich.style import Style
    from textual.widget import Widget

    from annotator.tui.host import Host
    from annotator.tui.widgets.pieces import Piece
    from annotator.workflow.ports import Person, Role, Store
    from annotator.workflow.states import Progress

ABOUT: Final[dict[Role, str]] = {
    "annotator": "sees their own layer",
    "reviewer": "sees all, adjudicates",
    "manager": "all that, and people",
}
"""What each role may do, in few words."""
ROOMY: Final = 100


@dataclass(frozen=True, slots=True)
class Member:
    """A row: a person, and how far they are where they annotate."""

    person: Person
    progress: Progress | None


def members(store: Store) -> list[Member]:
    """Everybody who was ever registered, by name; who has left stands at the end."""
    people = store.people()
    found = {one.name: one for one in progress_of(store.tally(), people)}
    return [
        Member(person, found.get(person.name))
        for person in sorted(people, key=lambda person: (not person.active, person.name))
    ]


def refusal(app: Host) -> AnnotatorError | None:
    """Why the person at work cannot manage people, and who can; None when they can. For a thread."""
    try:
        registry.require_manager(app.person, "register people and change what they may do")
    except AccessError as error:
        with contextlib.suppress(AnnotatorError):  # then without names
            names = [one.name for one in app.store().people() if one.active and one.role == "manager"]
            return AccessError(error.what, where=error.where, hint=f"Ask {' or '.join(names)}" if names else "")
        return error
    except AnnotatorError as error:
        return error
    return None


class PeopleScreen(Framed[None]):
    """The people of the project; only managers get here."""

    SCOPE = "people"
    AUTO_FOCUS = "Rows"
    DEFAULT_CSS = """
    PeopleScreen Rows { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._members: Sequence[Member] = ()

    def content(self) -> Iterable[Widget]:
        """Headings and rows."""
        yield Line(id="headings")
        yield Rows(empty="Looking …")

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """How many there are."""
        look = host(self).look
        roles = Counter(member.person.role for member in self._members if member.person.active)
        counts = " · ".join(counted(roles[role], role) for role in ROLES)
        left = [(" people ", look.bar_strong), (f" {roles.total():,} at work: {counts} ", look.bar_dim)]
        return left, [(fit(host(self).project.title, max(10, self.size.width - 70)), look.bar_strong), (" ", look.bar)]

    def on_mount(self) -> None:
        """Ask for them; the frame is filled meanwhile."""
        self.load()

    def look_changed(self) -> None:
        """Headings too."""
        super().look_changed()
        self._show_headings()

    def on_resize(self) -> None:
        """Other columns fit."""
        super().on_resize()
        self._show_headings()

    # What is shown.

    @work(exclusive=True, group="load")
    async def load(self, name: str = "") -> None:
        """Read in a thread who there is; the cursor goes to NAME."""
        app = host(self)
        try:
            found = await asyncio.to_thread(lambda: members(app.store()))
        except AnnotatorError as error:
            self.say(str(error), "bad")
            return
        self._show(found, name)

    def _show(self, found: Sequence[Member], name: str) -> None:
        rows = self.query_one(Rows)
        self._members = found
        rows.set_source(len(found), self._row, keep_cursor=rows.count > 0)
        at = next((index for index, member in enumerate(found) if member.person.name == name), None)
        if at is not None:
            rows.move_cursor(at)
        self.show_title()

    def _show_headings(self) -> None:
        look, width = host(self).look, self.size.width - 2
        if width > 0:
            names = ("Name", "Role", "May", "Since", "Finished", "")
            parts = _parts(width, names, [look.bar_dim] * len(names))
            self.query_one("#headings", Line).show([(" ", look.bar), *columns(width, *parts, blank=look.bar)])

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, member = host(self).look, self._members[index]
        person, done = member.person, member.progress
        texts = (
            person.name,
            person.role,
            ABOUT[person.role] if person.active else "keeps the annotations",
            local_time(person.added_at),
            f"{done.finished:,} of {done.total:,}" if done is not None else "–",
            ("you" if person.name == host(self).who else "") if person.active else "out",
        )
        base = look.base if person.active else look.dim
        return columns(width, *_parts(width, texts, [base, base, look.dim, look.dim, base, look.dim]), blank=look.base)

    # Keys and mouse.

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a double click."""
        event.stop()
        self.action_role()

    def _under_cursor(self) -> Person | None:
        cursor = self.query_one(Rows).cursor
        return self._members[cursor].person if cursor is not None and cursor < len(self._members) else None

    # Commands.

    def action_back(self) -> None:
        """Back."""
        self.dismiss(None)

    @work(exclusive=True, group="dialog")
    async def action_add(self) -> None:
        """Register somebody: a name, then a role."""
        from annotator.tui.screens.prompt import Prompt  # noqa: PLC0415 - only when asked for

        async def register(typed: str) -> str:
            role = await self._ask_role(name, ROLES[0]) if (name := typed.strip()) else None
            if role is None:
                return ""
            return await self._change(name, lambda store: registry.add(store, name, role), f"registered as {role}")

        title = "Name of the person, which is also that of their layer"
        await self.app.push_screen_wait(Prompt(title, keep=register))

    @work(exclusive=True, group="dialog")
    async def action_role(self) -> None:
        """Give the person under the cursor another role."""
        person = self._under_cursor()
        if person is None:
            return
        role = await self._ask_role(person.name, person.role)
        if role is not None and (role != person.role or not person.active):
            await self._change(person.name, lambda store: registry.set_role(store, person.name, role), f"now {role}")

    @work(exclusive=True, group="dialog")
    async def action_remove(self) -> None:
        """Keep the person under the cursor out, or let them back in."""
        from annotator.tui.screens.dialogs import Confirm  # noqa: PLC0415 - only when asked for
        from annotator.tui.widgets.buttons import Button  # noqa: PLC0415 - as above

        person = self._under_cursor()
        if person is None:
            return
        name = person.name
        if not person.active:
            await self._change(name, lambda store: registry.add(store, name, person.role), f"back, as {person.role}")
            return
        lines = ["Annotations and history stay; the name can be let back in at any time."]
        buttons = [Button("out", "Keep out", "k"), Button("cancel", "Cancel")]
        question = "Keep yourself out of this project?" if name == host(self).who else f"Keep {name} out?"
        if await self.app.push_screen_wait(Confirm(fit(question, 66), lines, buttons, chosen=1)) == "out":
            await self._change(name, lambda store: registry.remove(store, name), "out; the annotations stay")

    async def _ask_role(self, name: str, now: Role) -> Role | None:
        from annotator.tui.screens.adjudicate_dialogs import Choose, Row  # noqa: PLC0415 - only when asked for

        rows = [Row(role, ABOUT[role], marked=role == now) for role in ROLES]
        chosen = await self.app.push_screen_wait(Choose(f"What may {name} do?", rows))
        return ROLES[chosen] if chosen is not None else None

    async def _change(self, name: str, change: Callable[[Store], Person], done: str) -> str:
        """Do it, and say that it is DONE. What speaks against it; empty where it is done."""
        app = host(self)

        def run() -> tuple[Person, list[Member]]:
            store = app.store()
            person = change(store)
            with rereading():
                return person, members(store)

        try:
            person, found = await asyncio.to_thread(run)
        except AnnotatorError as error:
            self.say(why := failure(error, name), "bad")
            return "" if isinstance(error, UnreadError) else why
        self._show(found, person.name)
        itself = " · for you it holds from the next start on" if person.name == app.who else ""
        self.say(f"{person.name}: {done}{itself}")
        return ""


def _parts(width: int, texts: Sequence[str], styles: Sequence[Style]) -> list[Part]:
    """The columns; what a role may do, and since when, where there is room."""
    roomy = width >= ROOMY
    shown = ((0, True), (10, True), (24, width >= 75), (16, roomy), (14, True), (4, True))
    return [Part(text, style, cells) for text, style, (cells, fits) in zip(texts, styles, shown, strict=True) if fits]
