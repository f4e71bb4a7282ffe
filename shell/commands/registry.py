"""The judicial record registry: what courts sent is entered, expunged, banned and ended here.

What is entered is read from a file, never from the command line: it is about a person.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec

from ledger.commands import registry as commands
from ledger.errors import InvalidInputError
from ledger.records.judicial_record.facts import Conviction, PostBan
from shell.home import Home, read
from shell.lines import pass_home
from shell.persons import find_person, person_argument

ROLE: Final = "registry_officer"
"""In which role all of this is done."""
_DAY: Final = click.DateTime(["%Y-%m-%d"])
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_actor = click.option("--actor", required=True, help="Reference of the officer's account.")
_file = click.option(
    "--from", "file", type=_FILE, required=True, help="JSON with the fields of the entry."
)

Entry = TypeVar("Entry", Conviction, PostBan)


def read_entry(content: bytes, form: type[Entry]) -> Entry:
    """Return what ``content``, a JSON object in UTF-8, says.

    Raises:
        InvalidInputError: Not JSON, or a field is unknown, missing or of another form.
    """
    known = set(form.__dataclass_fields__)
    try:
        given: Any = msgspec.json.decode(content)
        entry = msgspec.convert(given, form, strict=True, str_keys=True)
    except msgspec.ValidationError:
        raise InvalidInputError(
            "entry", "wrong_form", f"fields {', '.join(sorted(known))}"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInputError("entry", "not_json", "a JSON object in UTF-8") from None
    if set(given) - known:
        raise InvalidInputError("entry", "unknown_field", f"only {', '.join(sorted(known))}")
    return entry


@click.group()
def registry() -> None:
    """Enter convictions and bans, and end them."""


@registry.command()
@_file
@_actor
@person_argument
@pass_home
def enter(home: Home, person: str, *, number_kind: str, file: Path, actor: str) -> None:
    """Enter a court's judgment; prints the entry's reference."""
    content = read_entry(read(file), Conviction)
    with home.opened() as system:
        entered = system.clockwork.new_id()
        commands.enter_conviction(
            system.facts, subject=find_person(system, person, number_kind), conviction=entered,
            content=content, act=system.act(actor, ROLE),
        )  # fmt: skip
    click.echo(str(entered))


@registry.command()
@click.option("--conviction", type=click.UUID, required=True, help="Its reference.")
@click.option("--on", "day", type=_DAY, required=True, help="Day from which it is expunged.")
@click.option("--decision", help="Number of the court's decision, where there is one.")
@_actor
@person_argument
@pass_home
def expunge(
    home: Home, person: str, *, number_kind: str, conviction: Any, day: datetime,
    decision: str | None, actor: str,
) -> None:  # fmt: skip
    """Expunge a conviction: Form 1 says it no more."""
    with home.opened() as system:
        commands.expunge(
            system.facts, subject=find_person(system, person, number_kind), conviction=conviction,
            expunged_on=_day(day), decision=decision, act=system.act(actor, ROLE),
        )  # fmt: skip


@registry.command()
@_file
@_actor
@person_argument
@pass_home
def ban(home: Home, person: str, *, number_kind: str, file: Path, actor: str) -> None:
    """Enter a ban on posts; prints the entry's reference."""
    content = read_entry(read(file), PostBan)
    with home.opened() as system:
        entered = system.clockwork.new_id()
        commands.enter_post_ban(
            system.facts, subject=find_person(system, person, number_kind), ban=entered,
            content=content, act=system.act(actor, ROLE),
        )  # fmt: skip
    click.echo(str(entered))


@registry.command("end-ban")
@click.option("--ban", "ended", type=click.UUID, required=True, help="Its reference.")
@click.option("--on", "day", type=_DAY, required=True, help="First day without it.")
@click.option("--reason", required=True, help="Why it ends.")
@_actor
@person_argument
@pass_home
def end_ban(
    home: Home, person: str, *, number_kind: str, ended: Any, day: datetime, reason: str,
    actor: str,
) -> None:  # fmt: skip
    """End a ban before its time."""
    with home.opened() as system:
        commands.end_post_ban(
            system.facts, subject=find_person(system, person, number_kind), ban=ended,
            ended_on=_day(day), reason=reason, act=system.act(actor, ROLE),
        )  # fmt: skip


def _day(given: datetime) -> date:
    return given.date()
