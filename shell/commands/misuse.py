"""Reports that somebody looked without need, and their answers.

PERSON is any stream that is about them, or `-`: then their number is read from standard input.
"""

from typing import Final
from uuid import UUID

import click

from ledger.commands import misuse as reports
from ledger.records.misuse import Finding
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from shell.persons import find_person, person_argument

OFFICER: Final = "data_protection_officer"


@click.group()
def misuse() -> None:
    """Reports of people that somebody looked at their data without need."""


@misuse.command()
@click.option("--look", type=click.UUID, required=True, help="Event of the look that is meant.")
@click.option("--words", required=True, help="In the person's words; sealed.")
@click.option("--actor", required=True, help="Reference of the account that records it.")
@person_argument
@pass_home
def report(
    home: Home, person: str, *, number_kind: str, look: UUID, words: str, actor: str
) -> None:
    """Record a report at a counter; prints its reference."""
    with home.opened() as system:
        named = system.clockwork.new_id()
        reports.report(
            system.facts, subject=find_person(system, person, number_kind), report_id=named,
            look=look, words=words, calendar=system.calendar, act=system.act(actor, OFFICER),
        )  # fmt: skip
    click.echo(str(named))


@misuse.command()
@click.option("--report", "named", type=click.UUID, required=True, help="Its reference.")
@click.option("--finding", type=click.Choice([one.value for one in Finding]), required=True)
@click.option("--words", required=True, help="The answer; sealed.")
@click.option("--actor", required=True, help="Reference of the officer's account.")
@person_argument
@pass_home
def answer(
    home: Home, person: str, *, number_kind: str, named: UUID, finding: str, words: str, actor: str
) -> None:
    """Answer a report."""
    with home.opened() as system:
        reports.answer(
            system.facts, subject=find_person(system, person, number_kind), report_id=named,
            finding=Finding(finding), words=words, act=system.act(actor, OFFICER),
        )  # fmt: skip
    click.echo(f"{named}: {finding}")


@misuse.command("list")
@person_argument
@as_json
@pass_home
def list_(home: Home, person: str, *, number_kind: str, as_json: bool) -> None:
    """List a person's reports, without their words."""
    with home.opened() as system:
        known = reports.load_reports(system.reading, find_person(system, person, number_kind))
    rows = [
        (
            str(one.reported.report), str(one.reported.look), one.reported.due.isoformat(),
            None if one.answered is None else one.answered.finding.value,
        )
        for one in known
    ]  # fmt: skip
    head = ("REPORT", "LOOK", "DUE", "FINDING")
    if as_json:
        tell([dict(zip(("report", "look", "due", "finding"), row, strict=True)) for row in rows])
        return
    table(rows, head=head)
