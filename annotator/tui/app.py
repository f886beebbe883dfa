"""The program on a terminal: which look, which screen, which database, and how it ends."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding, BindingsMap, BindingType
from textual.screen import Screen

from annotator.terminal.choose import choose
from annotator.terminal.memory import TerminalMemory, memory_path
from annotator.terminal.probe import Answers, deadline
from annotator.tui.background import IdleIndexing
from annotator.tui.commands import BY_ID, COMMANDS, Command
from annotator.tui.compositor import Pieces, Whole
from annotator.tui.driver import LEAVE_GRACE, RtlDriver, install_signal_handlers, listen, rtl_driver
from annotator.tui.hotkeys import without_taken
from annotator.tui.launch import Launch
from annotator.tui.look import DARK, LOOKS, PLAIN, Look
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.ground import Ground
from annotator.tui.tidying import Tidying
from annotator.tui.ways import Ways
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.text_pane import TextPane
from annotator.workflow.preferences import View, keys_path
from annotator.workflow.sources import may_be_there

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver

    from annotator.model.schema import Schema
    from annotator.tui.keys import UserKeys
    from annotator.tui.screens.agreement_run import Studies
    from annotator.workflow.match_pool import Crew
    from annotator.workflow.ports import Person, Store
    from annotator.workflow.preferences import Style
    from annotator.workflow.project import Project


def _app_bindings(changed: Mapping[str, tuple[str, ...]] | None = None) -> list[BindingType]:
    return [
        Binding(
            key, f"run_command('{command.id}')", command.title, show=False, priority=len(key) > 1 and "_" not in key
        )
        for command in COMMANDS
        if command.scope == "app"
        for key in (changed or {}).get(command.id, command.keys)
    ]


class AnnotatorApp(Ways, App[None], inherit_bindings=False):
    """One run of the program over one project."""

    TITLE = "annotator"
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False  # we have our own
    BINDINGS: ClassVar[list[BindingType]] = _app_bindings()
    CSS = """
    Screen { layout: vertical; overflow: hidden hidden; }
    """

    def __init__(self, launch: Launch, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self.launch = launch
        self.project: Project = launch.project
        self.who = launch.who
        self._person = launch.first.person if launch.first is not None else None
        self.user_keys: dict[str, tuple[str, ...]] = {}
        self.key_style: Style = "arrows"
        self.schema: Schema
        """The project's, labels having those hotkeys only that no command has."""
        self.key_problems: tuple[str, ...]
        """What is wrong with the person's own keys, and with those of labels."""
        self.schema, self.key_problems = without_taken(self.project.schema, self.user_keys)
        self._own_characters: frozenset[str] | None = None
        self.remembered: dict[str, str] = dict(launch.first.state) if launch.first is not None else {}
        self.look: Look = PLAIN if self.no_color else LOOKS.get(self.remembered.get("theme", ""), DARK)
        self.view = View.read(self.remembered)
        self._store: Store | None = None
        self._store_lock = threading.Lock()
        self._indexing = IdleIndexing(self.store)
        self._tidying = Tidying()
        self._studies: Studies | None = None
        self._crew: Crew | None = None
        self.crash: Exception | None = None
        """What ended the program, when something did."""
        self.hint = ""
        """What the person can do about this terminal, shown once."""
        self.whole_rows = False
        """Whether this terminal needs a row painted whole: its filter looks at words, not at cells."""

    # -- the database ----------------------------------------------------------------------------------------------

    def store(self) -> Store:
        """The database; the first call opens it, which takes a moment. Any thread may call."""
        with self._store_lock:
            if self._store is None:
                self._store = self.launch.open_store()
            return self._store

    @property
    def crew(self) -> Crew:
        """What waits for the next search of the database."""
        if self._crew is None:
            from annotator.workflow.match_pool import Crew  # noqa: PLC0415 - only for those who search

            self._crew = Crew()
        return self._crew

    @property
    def person(self) -> Person:
        """Who is at work, and in which role; where the first look did not tell, the database is asked."""
        if self._person is None:
            from annotator.workflow.people import at_work  # noqa: PLC0415 - off the start-up path

            self._person = at_work(self.store(), self.who)
        return self._person

    def remember(self, key: str, value: str) -> None:
        """Keep a value of this person's view for the next start; a database that cannot be written is no matter."""
        from annotator.errors import AnnotatorError  # noqa: PLC0415 - off the start-up path

        if self.remembered.get(key) != value:
            self.remembered[key] = value
            try:
                self.store().set_state(self.who, key, value)
            except AnnotatorError:  # also that of opening it
                self.log.warning("the view's state was not kept")

    def change_view(self, **changes: bool | int) -> View:
        """Show the text otherwise from now on; CHANGES are fields of `View`. They are kept for the next start."""
        before, self.view = self.view, self.view._replace(**changes)  # type: ignore[arg-type]  # each of its field's type
        for key, value in self.view.changes(before).items():
            self.remember(key, value)
        return self.view

    def take_keys(self, keys: UserKeys) -> None:
        """Let the person's own keys hold; before the first screen."""
        self.user_keys, self.key_style = keys.keys, keys.style
        self.schema, of_labels = without_taken(self.project.schema, keys.keys)
        self.key_problems = (*keys.problems, *of_labels)
        if keys.keys:
            self._bindings = BindingsMap(_app_bindings(keys.keys))

    # -- start and end ---------------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """The text is the program's ground; other screens lie over it."""
        return AnnotateScreen()

    def on_mount(self) -> None:
        """Choose Textual's own colours to go with ours."""
        install_signal_handlers(self)
        self.theme = "textual-dark" if self.look.dark else "textual-light"
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """After the first frame: keys count, what was loaded is not collected any more, the database is opened."""
        gc.enable()
        gc.freeze()
        gc.set_threshold(20_000, 50, 100)
        listen(self)
        if self.launch.start == "adjudicate":
            self._adjudicate(self.launch.document or "")
        elif self.launch.start == "agreement":
            self.action_agreement()
        threading.Thread(target=self._warm_up, name="open-store", daemon=True).start()
        self.set_interval(1, self._indexing.look)

    def _warm_up(self) -> None:
        from annotator.errors import AnnotatorError  # noqa: PLC0415 - off the start-up path

        try:
            self.store()
        except AnnotatorError as error:
            self.call_from_thread(self._explain, error)
            return
        ground = self.screen_stack[0] if self.screen_stack else None
        if isinstance(ground, AnnotateScreen) and ground.session is not None:
            ground.session.rehearse()
        gc.freeze()

    def _explain(self, error: Exception) -> None:
        self._tell(str(error), bad=True)

    def _tell(self, text: str, *, bad: bool = False) -> None:
        for screen in reversed(self.screen_stack):  # below a dialog there is one that can
            if isinstance(screen, Ground) and screen.announce(text, bad=bad):
                return

    def on_app_blur(self, event: events.AppBlur) -> None:
        """Another window of the desktop has the keyboard: nothing changes here.

        Textual would take the focus from what has it and, where that comes before the first screen has focused
        anything, never give it to anything again.
        """
        event.prevent_default()

    async def on_event(self, event: events.Event) -> None:
        """Hand keys for the text straight to it: two message queues and a search for bindings cost more than a move."""
        if isinstance(event, events.InputEvent):
            self._indexing.touch()
            self._tidying.touch()
        if isinstance(event, events.Key) and not event.is_forwarded and not (event.character or event.key).isascii():
            event = self._as_latin(event)
        if isinstance(event, events.Key) and not event.is_forwarded:
            pane = self.focused
            if isinstance(pane, TextPane) and pane.on_key_press(event):
                if isinstance(screen := self.screen, Ground):
                    screen.draw_now()
                return
        await super().on_event(event)

    def _as_latin(self, event: events.Key) -> events.Key:
        """EVENT as the same key of a US keyboard, where an Arabic one is used for something else than typing."""
        from annotator.tui.keys import key_name, latin, own_characters  # noqa: PLC0415 - only with such a keyboard

        modifiers, plus, last = event.key.rpartition("+")
        character = latin(event.character or last)
        if character is None or isinstance(self.focused, ArabicInput) or not hasattr(self.screen, "SCOPE"):
            return event
        if self._own_characters is None:
            own = {character for keys in self.user_keys.values() for key in keys for character in key}
            self._own_characters = own_characters(self.schema) | own
        if (event.character or last) in self._own_characters:
            return event
        if plus and character.isupper():  # as Textual names it
            modifiers, character = f"{modifiers}+shift", character.lower()
        return events.Key(f"{modifiers}{plus}{key_name(character)}", character)

    def _handle_exception(self, error: Exception) -> None:
        """Stop without a traceback on the screen: `run` raises ERROR again, and the command line explains it.

        A program that is leaving leaves: a key pressed after that one may want a screen that is gone.
        """
        if self._exit and not self.is_headless:
            self._close_messages_no_wait()
            return
        if self.crash is None:
            self.crash = error
        self._return_code = 1
        self._close_messages_no_wait()
        if self.is_headless:
            super()._handle_exception(error)

    def on_unmount(self) -> None:
        """Let go of the database."""
        self._indexing.stop()
        self._tidying.stop()
        if self._crew is not None:
            self._crew.close()
        with self._store_lock:
            if self._store is not None:
                self._store.close()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:  # Textual's own type leaves out its updates
        """Send a frame: of pieces, those that the terminal does not show already."""
        if isinstance(self._driver, RtlDriver):
            if isinstance(renderable, Pieces):
                renderable.shown = self._driver.shown
            elif isinstance(renderable, CompositorUpdate):
                self._driver.shown.forget()
                renderable = Whole(renderable)
        super()._display(screen, renderable)

    def action_redraw(self) -> None:
        """Draw everything anew."""
        if isinstance(self._driver, RtlDriver):
            self._driver.redraw()

    # -- commands --------------------------------------------------------------------------------------------------

    def run_command(self, id: str) -> None:
        """Do what the command ID does, on the screen it belongs to."""
        command = BY_ID[id]
        owner: object = self if command.scope == "app" else self.screen
        self._call(owner, command)

    def action_run_command(self, id: str) -> None:
        """The same, for Textual's bindings."""
        self.run_command(id)

    def _call(self, owner: object, command: Command) -> None:
        method: Callable[[], object] | None = getattr(owner, f"action_{command.action}", None)
        if method is not None:
            self.call_next(method)

    def action_theme(self) -> None:
        """Change to the next look."""
        if self.no_color:
            self._tell("colours are off: $NO_COLOR is set")
            return
        names = list(LOOKS)
        self.look = LOOKS[names[(names.index(self.look.name) + 1) % len(names)]]
        self.theme = "textual-dark" if self.look.dark else "textual-light"
        for screen in self.screen_stack:
            changed = getattr(screen, "look_changed", None)
            if changed is not None:
                changed()
            for widget in screen.walk_children():
                changed = getattr(widget, "look_changed", None)
                if changed is not None:
                    changed()
        self._tell(f"look: {self.look.name}")
        self.remember("theme", self.look.name)

    async def action_quit(self) -> None:
        """Leave; everything is saved already."""
        self.exit()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End the program, by a key or because its terminal or the system wants it gone; the caret's place is kept."""
        super().exit(result, return_code, message)
        if isinstance(self._driver, RtlDriver):
            self._driver.end_within(LEAVE_GRACE, return_code)
        for screen in self.screen_stack[:1]:
            if isinstance(screen, AnnotateScreen):
                screen.keep_place()


def run(launch: Launch) -> int:
    """Run the program on this terminal until the person leaves; the exit status."""
    answers = launch.probe.finish(deadline(os.environ)) if launch.probe is not None else Answers()
    choice = choose(answers, os.environ, argument=launch.rtl, memory=TerminalMemory(memory_path()))
    if choice.detection.true_colour:  # ssh and xterm do not pass on what says so
        os.environ.setdefault("COLORTERM", "truecolor")
    app = AnnotatorApp(launch, rtl_driver(choice.strategy, typed=answers.leftover, late=answers.late, hold=True))
    app.hint = choice.hint or ""
    app.whole_rows = choice.strategy.whole_rows
    keys = keys_path(os.environ)
    if may_be_there(keys):
        from annotator.tui.keys import load  # noqa: PLC0415 - only for those who have keys of their own

        app.take_keys(load(keys, app.project.schema))
    app.run()
    if isinstance(app._driver, RtlDriver):
        app._driver.ended()
    if app.crash is not None:
        raise app.crash
    return app.return_code or 0
