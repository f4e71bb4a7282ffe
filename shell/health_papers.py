"""What the commands of referrals and appointments share: who acts, which paper, how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click
import msgspec

from app import System
from doors import health_paper_desk
from ledger.calendar import local_day
from ledger.commands.health_papers import find_paper
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import Act
from ledger.identifiers import FACILITY_CODE
from projections.paper_desk import PaperRow
from projections.paper_queries import papers_of_facility
from shell.home import read
from shell.lines import table, tell
from shell.references import find_stream
from verify_api.desk.health_papers import HealthPaperDesk, Order
from verify_api.health_paper_acts import OrderBody, order_from

FILE: Final = click.Path(dir_okay=False, path_type=Path)
F = Callable[..., Any]

_XML_HEAD: Final = b"<"


def acting(command: F) -> F:
    """Take for which facility it is done, and by whom."""
    for option in (
        click.option("--actor", required=True, help="Reference of the account."),
        click.option("--facility", required=True, help="Code of the facility that acts."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class At:
    """A command's desk: the system, the act, the desk itself."""

    system: System
    act: Act
    desk: HealthPaperDesk


def at_desk(system: System, facility: str, actor: str, role: str) -> At:
    """Return the desk at which ``actor`` acts for ``facility``.

    Raises:
        InvalidInputError: It is no facility's code.
    """
    FACILITY_CODE.check(facility, place="--facility")
    return At(system, system.act(actor, role, facility), health_paper_desk(system))


def order_in(desk: HealthPaperDesk, kind: str, file: Path) -> Order:
    """Return the order in a file: JSON as the API takes it, or the insurance table.

    Raises:
        InvalidInputError: It is neither, or a value in it is wrong.
        UnreadableFileError: It cannot be read.
    """
    content = read(file)
    if content.lstrip().startswith(_XML_HEAD):
        return desk.read_table(kind, content)
    try:
        return order_from(msgspec.json.decode(content, type=OrderBody))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError("FILE", "order_form", f"an order in JSON or XML: {error}") from None


def find(system: System, kind: str, typed: str) -> UUID:
    """Return the paper that ``typed`` names: its reference, its short code, or FACILITY:NUMBER.

    Raises:
        NotFoundError: Nothing is known under it.
    """
    facility, separator, number = typed.partition(":")
    if not separator:
        return find_stream(system, typed)
    year = local_day(system.clockwork.now()).year
    found = None
    if FACILITY_CODE.matches(facility):
        found = find_paper(system.reading, kind=kind, facility=facility, number=number, year=year)
    if found is None:
        raise NotFoundError("nothing is known under this name: expected FACILITY:NUMBER")
    return found


def say(at: At, kind: str, reference: UUID) -> None:
    """Print where a paper is."""
    state = at.desk.state(kind, reference, act=at.act).body
    click.echo(f"{reference}: {state['stage']}, version {state['version']}")


def show_papers(system: System, kind: str, facility: str, *, to: bool, as_json: bool) -> None:
    """Print the papers of a facility, from the view, which first takes in what is new."""
    system.projector.catch_up()
    role = "to" if to else "from"
    after, rows = "", list[PaperRow]()
    with system.views.database.reading() as session:
        while page := papers_of_facility(
            session, facility=facility, kind=kind, role=role, after=after
        ):
            rows += page
            after = page[-1].certificate
    told = [_told(row) for row in rows]
    if as_json:
        tell(told)
        return
    table([tuple(one.values()) for one in told], head=("REFERENCE", "NUMBER", "FROM", "STAGE"))


def _told(row: PaperRow) -> dict[str, object]:
    return {
        "id": row.certificate, "number": row.number, "facility": row.facility, "stage": row.stage,
    }  # fmt: skip
