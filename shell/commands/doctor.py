"""What is wrong with this installation."""

import sys
from dataclasses import asdict

import click

from shell.doctor import State, examine
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell


@click.command()
@click.option("--deep", is_flag=True, help="Also compute every fact's entry again.")
@as_json
@pass_home
def doctor(home: Home, *, deep: bool, as_json: bool) -> None:
    """Check program, home, databases, keys and lists; exit with 1 if anything fails."""
    lines = list(examine(home, deep=deep))
    if as_json:
        tell([asdict(line) for line in lines])
    else:
        table((line.state.value, line.name, line.found) for line in lines)
    sys.exit(int(any(line.state is State.FAIL for line in lines)))
