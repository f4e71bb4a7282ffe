"""A group whose commands are loaded when they are asked for: a command pays for what it needs."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import click
from typing_extensions import override

from shell.lines import Commands


class LazyCommands(Commands):
    """The outermost group, by a table of where its commands are."""

    def __init__(self, *args: Any, places: Mapping[str, tuple[str, ...]], **more: Any) -> None:
        """Know of each command its place, and those of what belongs below it.

        Args:
            args: Of the group.
            places: By a command's name ``module:name`` below `shell.commands`; what follows the
                first is added to it: a command, or a tuple of commands.
            more: Of the group.
        """
        super().__init__(*args, **more)
        self._places = places

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(self._places)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded; None if there is none of that name."""
        if cmd_name not in self.commands and cmd_name in self._places:
            self.add_command(self._loaded(cmd_name), cmd_name)
        return self.commands.get(cmd_name)

    def _loaded(self, name: str) -> click.Command:
        first, *below = self._places[name]
        (command,) = _at(first)
        for place in below:
            assert isinstance(command, click.Group), "only a group has commands below it"
            for one in _at(place):
                command.add_command(one)
        return command


def _at(place: str) -> Iterable[click.Command]:
    module, _, name = place.partition(":")
    found = getattr(import_module(f"shell.commands.{module}"), name)
    return (found,) if isinstance(found, click.Command) else found
