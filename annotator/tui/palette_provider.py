"""The command table in Textual's command palette: what the screen below and the program can do."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from annotator.tui.commands import Command, commands_of, key_map, key_title
from annotator.tui.host import host


class CommandProvider(Provider):
    """Finds commands by title; shows their group and the keys they have now."""

    def _commands(self) -> list[tuple[Command, str]]:
        commands = commands_of(getattr(self.screen, "SCOPE", ""))
        keys: dict[str, list[str]] = {}
        for key, command in key_map(commands, host(self.screen).user_keys).items():
            keys.setdefault(command.id, []).append(key_title(key))
        return [
            (command, " · ".join([command.group, *keys.get(command.id, [])]))
            for command in commands
            if command.id != "app.palette"
        ]

    async def discover(self) -> Hits:
        """Everything, in the table's order, before anything is typed."""
        run = host(self.screen).run_command
        for command, about in self._commands():
            yield DiscoveryHit(command.title, partial(run, command.id), help=about)

    async def search(self, query: str) -> Hits:
        """The commands whose titles have the letters of QUERY."""
        run = host(self.screen).run_command
        matcher = self.matcher(query)
        for command, about in self._commands():
            score = matcher.match(command.title)
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), partial(run, command.id), help=about)
