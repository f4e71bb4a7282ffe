"""Emergency looks (break-glass): open one at a console, review, and what waits for a review.

PERSON is any stream that is about them, or `-`: then their number is read from standard input.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import click

from ledger.calendar import local_day
from ledger.commands import emergencies
from ledger.commands.books import load_book
from ledger.errors import NotFoundError
from ledger.records.emergency import EmergencyReason, Outcome, ReasonCode
from projections.governing_queries import open_tasks
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from shell.persons import find_person, person_argument

OFFICER: Final = "data_protection_officer"
_FACILITY: Final = click.option("--facility", help="Only this facility's; everybody's if left out.")


@click.group()
def emergency() -> None:
    """Looks at health books in an emergency, and their review."""


@emergency.command("open")
@click.option("--reason", type=click.Choice([one.value for one in ReasonCode]), required=True)
@click.option("--text", required=True, help="What happened; sealed, shown to who reviews.")
@click.option("--minutes", type=int, default=240, show_default=True)
@click.option("--facility", required=True, help="Code of the facility that treats.")
@click.option("--actor", required=True, help="Reference of the clinician's account.")
@person_argument
@pass_home
def open_(
    home: Home, person: str, *, number_kind: str, reason: str, text: str, minutes: int,
    facility: str, actor: str,
) -> None:  # fmt: skip
    """Let a clinician read without consent, for at most four hours; prints its reference."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        if not load_book(system.reading, subject).state.is_open:
            raise NotFoundError("no health book is known of this person")
        named = emergencies.open_book(
            system.facts, subject=subject, emergency_id=system.clockwork.new_id(),
            reason=EmergencyReason(ReasonCode(reason), text),
            lasting=timedelta(minutes=min(max(minutes, 0), 1 << 20)), calendar=system.calendar,
            act=system.act(actor, "clinician", facility),
        )  # fmt: skip
    click.echo(str(named))


@emergency.command()
@click.option("--emergency", "named", type=click.UUID, required=True, help="Its reference.")
@click.option("--outcome", type=click.Choice([one.value for one in Outcome]), required=True)
@click.option("--note", required=True, help="What the review found; sealed.")
@click.option("--actor", required=True, help="Reference of the reviewing account.")
@person_argument
@pass_home
def review(
    home: Home, person: str, *, number_kind: str, named: UUID, outcome: str, note: str, actor: str
) -> None:
    """Record what a review found."""
    with home.opened() as system:
        emergencies.review(
            system.facts, subject=find_person(system, person, number_kind), emergency_id=named,
            outcome=Outcome(outcome), note=note, act=system.act(actor, OFFICER),
        )  # fmt: skip
    click.echo(f"{named}: {outcome}")


@click.command("health-tasks")
@click.option("--overdue", is_flag=True, help="Only what is late.")
@_FACILITY
@as_json
@pass_home
def health_tasks(home: Home, *, overdue: bool, facility: str | None, as_json: bool) -> None:
    """List what waits: reviews of emergencies, reports of misuse, requests about data."""
    with home.opened() as system:
        system.projector.catch_up()
        today = local_day(system.clockwork.now())
        with system.views.database.reading() as session:
            rows = open_tasks(session, facility=facility, overdue_on=today if overdue else None)
    if as_json:
        tell([row._asdict() for row in rows])
        return
    table(
        [(row.due, row.kind, row.right_asked, row.facility, row.task, row.subject) for row in rows],
        head=("DUE", "KIND", "RIGHT", "FACILITY", "TASK", "PERSON"),
    )
