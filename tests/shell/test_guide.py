from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli import main

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "command-line.md"


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for part in command.list_commands(context):
            inner = command.get_command(context, part)
            assert inner is not None
            yield from commands(inner, f"{name} {part}")


ALL = dict(commands(main, "records"))


@pytest.mark.parametrize("name", ALL)
def test_every_command_is_in_the_guide_and_helps(name: str) -> None:
    helped = CliRunner().invoke(main, [*name.split()[1:], "--help"])
    assert helped.exit_code == 0
    assert helped.stdout.startswith("Usage: ")
    if not isinstance(ALL[name], click.Group):
        assert f"`{name}" in GUIDE.read_text("utf-8"), f"{name} is missing in the guide"


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_says_what_it_does(name: str) -> None:
    assert ALL[name].help


def test_the_guide_names_no_command_that_is_not_there() -> None:
    for line in GUIDE.read_text("utf-8").splitlines():
        for told in line.split("`records ")[1:]:
            words = told.split("`")[0].split()
            name = "records"
            for word in words:
                if f"{name} {word}" not in ALL:
                    break
                name += f" {word}"
            assert name != "records", line
