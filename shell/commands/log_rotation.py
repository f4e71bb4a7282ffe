"""`records log rotate-key`: new keys for the log's heads, and the old ones retired."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import click

from ledger.transparency.note import NoteKey
from shell import log_rotation
from shell.first_start import KEY_ADMINISTRATOR
from shell.home import Home
from shell.lines import pass_home

F = Callable[..., Any]
_ANNOUNCED: Final = """\
Send these keys to every witness (`records witness log trust`) and to whoever writes policies. After
the notice: `records log rotate-key join`."""
_JOINED: Final = """\
Each head is signed by old and new keys from the next round on. Hand out the policy (`log/policy`);
when every witness believes the new keys: `records log rotate-key finish`."""
_RETIRED: Final = """\
{names} count for heads of at most {size} leaves. Hand out the policy, and have every witness
believe the old keys no more: `records witness log distrust`."""


def _actor(command: F) -> F:
    return click.option(
        "--actor", default="shell", show_default=True, help="Who does it, for the record."
    )(command)


def _now_because(command: F) -> F:
    return click.option(
        "--now-because", metavar="REASON", help="Without the notice; the reason is recorded."
    )(command)


@click.group("rotate-key")
def rotate_key() -> None:
    """Change the keys that sign the log's heads: begin, join, finish."""


@rotate_key.command()
@_actor
@pass_home
def begin(home: Home, actor: str) -> None:
    """Make new keys and publish them; they sign nothing yet."""
    with home.opened() as system:
        made = log_rotation.announce(system, system.act(actor, KEY_ADMINISTRATOR))
    _tell(made, _ANNOUNCED)


@rotate_key.command()
@_now_because
@_actor
@pass_home
def join(home: Home, now_because: str | None, actor: str) -> None:
    """Let the new keys sign beside the old ones, after their notice."""
    with home.opened() as system:
        act = system.act(actor, KEY_ADMINISTRATOR)
        joined = log_rotation.join(system, act, immediately_because=now_because)
    _tell(joined, _JOINED)


@rotate_key.command()
@_actor
@pass_home
def finish(home: Home, actor: str) -> None:
    """Retire the old keys, once a head is signed by the new ones; old heads count as before."""
    with home.opened() as system:
        retired, size = log_rotation.finish(system, system.act(actor, KEY_ADMINISTRATOR))
    names = " and ".join(key.short for key in retired)
    _tell(retired, _RETIRED.format(names=names, size=size))


def _tell(keys: Sequence[NoteKey], what: str) -> None:
    for key in keys:
        click.echo(key.vkey)
    click.echo(what, err=True)
