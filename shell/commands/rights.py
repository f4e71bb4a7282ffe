"""Requests of people about their data: opened at a counter, answered by officers.

PERSON is any stream that is about them, or `-`: then their number is read from standard input.
"""

from typing import Any, Final
from uuid import UUID

import click

from app import System
from ledger.commands import rights as requests
from ledger.commands.erasure_requests import erasures_of, hand_on, withdraw
from ledger.commands.retention import HealthRetention
from ledger.personal import Purpose
from ledger.records.erasure.decisions import APPROVALS, ErasureRequest
from ledger.records.rights import Request as RightsRequest
from ledger.records.rights import (
    Right,
    RightsCompleted,
    RightsDetails,
    RightsErased,
    RightsRefused,
    RightsWithdrawn,
)
from projections.health_queries import HealthViews
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from shell.persons import find_person, person_argument

OFFICER: Final = "data_protection_officer"

_request = click.option("--request", "named", type=click.UUID, required=True, help="Its reference.")
_words = click.option("--words", required=True, help="What the person is told; sealed.")
_actor = click.option("--actor", required=True, help="Reference of the officer's account.")


@click.group()
def rights() -> None:
    """What people ask about their data, and until when it is to be done."""


@rights.command("open")
@click.option("--right", type=click.Choice([one.value for one in Right]), required=True)
@click.option("--words", required=True, help="In the person's words; sealed.")
@click.option("--visit", type=click.UUID, help="The visit that is to be corrected.")
@click.option("--with-others", is_flag=True, help="Another organisation holds the data, too.")
@_actor
@person_argument
@pass_home
def open_(
    home: Home, person: str, *, number_kind: str, right: str, words: str, visit: UUID | None,
    with_others: bool, actor: str,
) -> None:  # fmt: skip
    """Record a request; prints its reference and the days that bind."""
    with home.opened() as system:
        subject, named = find_person(system, person, number_kind), system.clockwork.new_id()
        requests.open_request(
            system.facts, subject=subject, request=named, right=Right(right),
            details=RightsDetails(words, visit), calendar=system.calendar,
            act=system.act(actor, OFFICER), with_others=with_others,
        )  # fmt: skip
        known = _known(system, subject, named)
    click.echo(f"{named}: answer until {known.opened.answer_due}, done until {known.due}")


@rights.command()
@_request
@_words
@_actor
@person_argument
@pass_home
def answer(
    home: Home, person: str, *, number_kind: str, named: UUID, words: str, actor: str
) -> None:
    """Tell the person that it is in work."""
    with home.opened() as system:
        requests.answer(
            system.facts, subject=find_person(system, person, number_kind), request=named,
            words=words, act=system.act(actor, OFFICER),
        )  # fmt: skip
    click.echo(f"{named}: answered")


@rights.command()
@_request
@_words
@_actor
@person_argument
@pass_home
def extend(
    home: Home, person: str, *, number_kind: str, named: UUID, words: str, actor: str
) -> None:
    """Take longer, once, with a reason."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        requests.extend(
            system.facts, subject=subject, request=named, reason=words, calendar=system.calendar,
            act=system.act(actor, OFFICER),
        )  # fmt: skip
        known = _known(system, subject, named)
    click.echo(f"{named}: done until {known.due}")


@rights.command()
@_request
@_words
@_actor
@person_argument
@pass_home
def complete(
    home: Home, person: str, *, number_kind: str, named: UUID, words: str, actor: str
) -> None:
    """Record that it was done; a restriction binds from here on."""
    with home.opened() as system:
        requests.complete(
            system.facts, subject=find_person(system, person, number_kind), request=named,
            words=words, act=system.act(actor, OFFICER),
        )  # fmt: skip
    click.echo(f"{named}: completed")


@rights.command()
@_request
@click.option("--rule", required=True, help="Name of the rule, such as retention_hold.")
@_words
@_actor
@person_argument
@pass_home
def refuse(
    home: Home, person: str, *, number_kind: str, named: UUID, rule: str, words: str, actor: str
) -> None:
    """Record that the answer is no, by which rule."""
    with home.opened() as system:
        requests.refuse(
            system.facts, subject=find_person(system, person, number_kind), request=named,
            rule=rule, words=words, act=system.act(actor, OFFICER),
        )  # fmt: skip
    click.echo(f"{named}: refused by {rule}")


@rights.command()
@_request
@click.option(
    "--purpose", "purposes", type=click.Choice([one.value for one in Purpose]), multiple=True,
    required=True, help="What for the data is kept; may be given several times.",
)  # fmt: skip
@click.option("--legal-basis", required=True, help="The law's name and article.")
@_actor
@person_argument
@pass_home
def erase(
    home: Home, person: str, *, number_kind: str, named: UUID, purposes: tuple[str, ...],
    legal_basis: str, actor: str,
) -> None:  # fmt: skip
    """Grant a request to erase; prints the erasure's reference, which two others approve."""
    with home.opened() as system:
        asked = system.clockwork.new_id()
        system.projector.catch_up()
        views = HealthViews(system.views.database, system.subject_keys)
        hand_on(
            system.facts, subject=find_person(system, person, number_kind), request=named,
            erasure=asked, purposes=map(Purpose, purposes), legal_basis=legal_basis,
            act=system.act(actor, OFFICER), health=HealthRetention(views),
        )  # fmt: skip
    click.echo(str(asked))


@rights.command("withdraw")
@_request
@_actor
@person_argument
@pass_home
def withdraw_(home: Home, person: str, *, number_kind: str, named: UUID, actor: str) -> None:
    """Let a person take a request back; an erasure that nobody approved is stopped with it."""
    with home.opened() as system:
        withdraw(
            system.facts, subject=find_person(system, person, number_kind), request=named,
            act=system.act(actor, OFFICER),
        )  # fmt: skip
    click.echo(f"{named}: taken back")


@rights.command("list")
@person_argument
@as_json
@pass_home
def list_(home: Home, person: str, *, number_kind: str, as_json: bool) -> None:
    """List a person's requests with their days; nothing of what they say."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        known = requests.load_rights(system.reading, subject)
        erasures = erasures_of(system.reading, subject, known)
    rows = [_told(one, erasures.get(named)) for named, one in known.requests.items()]
    if as_json:
        tell({"restricted": known.restricted, "requests": rows})
        return
    table([tuple(row.values()) for row in rows], head=("REQUEST", "RIGHT", "DUE", "STATE"))
    if known.restricted:
        click.echo("processing is restricted")


def _known(system: System, subject: UUID, named: UUID) -> RightsRequest:
    return requests.load_rights(system.reading, subject).requests[named]


def _told(known: RightsRequest, handed_on: ErasureRequest | None) -> dict[str, Any]:
    state = "open" if known.answered is None else "answered"
    if handed_on is not None:
        state = f"erasure {handed_on.phase}, {len(handed_on.approvals)} of {APPROVALS} approvals"
    match known.ended:
        case RightsRefused(rule=rule):
            state = f"refused by {rule}"
        case RightsCompleted():
            state = "completed"
        case RightsErased():
            state = "erased"
        case RightsWithdrawn():
            state = "taken back"
        case None:
            pass
    return {
        "request": str(known.opened.request),
        "right": known.opened.right.value,
        "due": known.due.isoformat(),
        "state": state,
    }
