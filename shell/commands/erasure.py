"""Forgetting a person: what is held, what is asked for and approved, what was destroyed.

PERSON is any stream that is about them, or `-`: then their number is read from standard input, and
never from the command line, which other users of the machine can read.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from app import System
from ledger.commands import erasure as forgetting
from ledger.commands.erasure import RetainedHealth
from ledger.commands.retention import HealthRetention
from ledger.errors import InvalidInputError
from ledger.facts import Act
from ledger.identifiers import erasure_stream
from ledger.personal import Purpose
from ledger.records.erasure.decisions import Erasure
from ledger.records.erasure.facts import HoldKind, SubjectErased
from projections.health_queries import HealthViews
from shell import traces
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from shell.persons import find_person, person_argument
from shell.story import plain

ROLE: Final = "data_protection_officer"
"""In which role all of this is done."""
_PURPOSES: Final = click.Choice([purpose.value for purpose in Purpose])
_DAY: Final = click.DateTime(["%Y-%m-%d"])

_actor = click.option("--actor", required=True, help="Reference of the officer's account.")
_legal_basis = click.option("--legal-basis", required=True, help="The law's name and article.")
_purposes = click.option(
    "--purpose", "purposes", type=_PURPOSES, multiple=True, required=True,
    help="What for the data is kept; may be given several times.",
)  # fmt: skip
_request = click.option(
    "--request", type=click.UUID, required=True, help="As `records erasure request` said it."
)


def _act(system: System, actor: str) -> Act:
    return system.act(actor, ROLE)


def _health(system: System) -> RetainedHealth:
    """Return who knows how long the law keeps a person's health data; the views see all first."""
    system.projector.catch_up()
    return HealthRetention(HealthViews(system.views.database, system.subject_keys))


_REMAINS: Final = (
    "what this cannot see: sealed bytes, which nobody can open without the destroyed keys, and "
    "encrypted files that do not say what they are. A "
    "backup from before an erasure, together with the secrets that were saved with it (assurance: "
    "software), opens them still: destroy those secrets. Papers, copies on other machines and "
    "what people wrote down elsewhere are not looked through."
)


@click.group()
def erasure() -> None:
    """Hold a person's data, or forget them by destroying their keys."""


@erasure.command()
@click.option("--purpose", type=_PURPOSES, required=True, help="Which data must stay.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in HoldKind]), required=True,
    help="A law's term (retention), or a court's or an investigation's need (legal).",
)  # fmt: skip
@click.option("--until", type=_DAY, help="First day without it; until it is lifted if left out.")
@_legal_basis
@_actor
@person_argument
@pass_home
def hold(
    home: Home, person: str, *, number_kind: str, purpose: str, kind: str, until: datetime | None,
    legal_basis: str, actor: str,
) -> None:  # fmt: skip
    """Let data stay, whoever asks to forget it; prints the hold's reference."""
    with home.opened() as system:
        placed = system.clockwork.new_id()
        subject = find_person(system, person, number_kind)
        forgetting.place_hold(
            system.facts, system.subject_keys, subject=subject, hold=placed,
            kind=HoldKind(kind), purpose=Purpose(purpose), legal_basis=legal_basis,
            until=None if until is None else until.date(), act=_act(system, actor),
        )  # fmt: skip
    click.echo(str(placed))


@erasure.command()
@click.option("--hold", "placed", type=click.UUID, required=True, help="Its reference.")
@_legal_basis
@_actor
@person_argument
@pass_home
def lift(
    home: Home, person: str, *, number_kind: str, placed: UUID, legal_basis: str, actor: str
) -> None:
    """End a hold before its time."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        forgetting.lift_hold(
            system.facts, system.subject_keys, subject=subject, hold=placed,
            legal_basis=legal_basis, act=_act(system, actor),
        )  # fmt: skip
    click.echo(f"{placed}: lifted")


@erasure.command("end-retention")
@_purposes
@_legal_basis
@_actor
@person_argument
@pass_home
def end_retention(
    home: Home,
    person: str,
    *,
    number_kind: str,
    purposes: tuple[str, ...],
    legal_basis: str,
    actor: str,
) -> None:
    """Record that no register has to keep a person's data any longer."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        for purpose in map(Purpose, purposes):
            forgetting.end_retention(
                system.facts, subject=subject, purpose=purpose, legal_basis=legal_basis,
                act=_act(system, actor),
            )  # fmt: skip
    click.echo(f"{', '.join(purposes)}: no register keeps it any longer")


@erasure.command()
@_purposes
@_legal_basis
@_actor
@person_argument
@pass_home
def request(
    home: Home,
    person: str,
    *,
    number_kind: str,
    purposes: tuple[str, ...],
    legal_basis: str,
    actor: str,
) -> None:
    """Ask to forget a person; prints the request's reference. A refusal is recorded too."""
    with home.opened() as system:
        asked, subject = system.clockwork.new_id(), find_person(system, person, number_kind)
        forgetting.request_erasure(
            system.facts, subject=subject, request=asked, purposes=map(Purpose, purposes),
            legal_basis=legal_basis, act=_act(system, actor), health=_health(system),
        )  # fmt: skip
    click.echo(str(asked))


@erasure.command()
@_request
@_actor
@person_argument
@pass_home
def approve(home: Home, person: str, *, number_kind: str, request: UUID, actor: str) -> None:
    """Approve it: two officers do, neither of whom asked for it."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        forgetting.approve_erasure(
            system.facts, subject=subject, request=request, act=_act(system, actor),
            health=_health(system),
        )  # fmt: skip
        _, state = forgetting.load(system.reading, subject)
    click.echo(f"{request}: {state.requests[request].phase.value}")


@erasure.command()
@_request
@_actor
@person_argument
@as_json
@pass_home
def erase(
    home: Home, person: str, *, number_kind: str, request: UUID, actor: str, as_json: bool
) -> None:
    """Destroy the keys of an ordered erasure, for ever; prints the receipt.

    Cut short, it is done again to the end. Back up anew afterwards, and destroy the secrets that
    were saved before: with them, an older backup would bring the person back.
    """
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        forgetting.erase(
            system.facts, system.subject_keys, subject=subject, request=request,
            act=_act(system, actor), health=_health(system),
        )  # fmt: skip
        system.projector.catch_up()  # rows about who was forgotten go now, not with the next worker
        receipt = _receipts(system, subject)[request]
    if as_json:
        tell(receipt)
        return
    _show_receipt(request, receipt)
    click.echo("now back up anew, and destroy the secrets of every earlier backup")


@erasure.command()
@person_argument
@as_json
@pass_home
def show(home: Home, person: str, *, number_kind: str, as_json: bool) -> None:
    """Show what is held, asked for and forgotten of a person; nothing about the person."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        _, state = forgetting.load(system.reading, subject)
        told = _told(subject, state, _receipts(system, subject))
    if as_json:
        tell(told)
        return
    click.echo(f"person {subject}")
    for held in told["holds"]:
        until = held["until"] or "it is lifted"
        click.echo(f"hold {held['hold']}: {held['purpose']} ({held['kind']}) until {until}")
    for purpose in told["retention_ended"]:
        click.echo(f"retention ended: {purpose}")
    for asked in told["requests"]:
        purposes, approvals = ", ".join(asked["purposes"]), ", ".join(asked["approvals"]) or "-"
        click.echo(f"request {asked['request']}: {asked['phase']}, due {asked['due']}")
        click.echo(f"  {purposes}; asked by {asked['requested_by']}; approved by {approvals}")
        if asked["receipt"]:
            _show_receipt(asked["request"], asked["receipt"])


@erasure.command("search")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@as_json
@pass_home
def search_traces(home: Home, paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Look for traces of somebody in the home and in PATHS: backups, exports, logs.

    What to look for is read from standard input, one text a line: names, numbers, diagnoses; never
    from the command line, which other users can read. Exits with 1 if anything is found, or if
    something could not be looked into: an archive with a password, a damaged one, a form that is
    not read here.
    """
    needles = [line for text in sys.stdin if len(line := text.strip()) >= traces.SHORTEST]
    if not needles:
        raise InvalidInputError("standard input", "needles_missing", "one text a line to look for")
    found = traces.search((home.path, *paths), needles)
    if as_json:
        tell({"needles": len(needles), **plain(found)})
    else:
        for hit in found.hits:
            packed = ", compressed" if hit.packed else ""
            click.echo(f"found text {hit.needle} in {hit.file}{packed}")
        for file in found.unread:
            click.echo(f"not read: {file}")
        for shut in found.closed:
            click.echo(f"could not be looked into: {shut.form} in {shut.file}: {shut.why}")
        click.echo(
            f"{len(needles)} texts in {found.spellings} spellings, {found.files} files, "
            f"{found.octets} bytes: {len(found.hits)} found, {len(found.closed)} could not be "
            "looked into"
        )
        click.echo(_REMAINS)
    if found.hits or found.unread or found.closed:
        raise SystemExit(1)


def _told(subject: UUID, state: Erasure, receipts: dict[UUID, dict[str, Any]]) -> dict[str, Any]:
    return {
        "person": str(subject),
        "holds": [plain(held) for held in state.holds.values()],
        "retention_ended": sorted(state.retention_ended),
        "requests": [
            {"request": str(name), **plain(asked), "receipt": receipts.get(name)}
            for name, asked in state.requests.items()
        ],
    }


def _receipts(system: System, subject: UUID) -> dict[UUID, dict[str, Any]]:
    facts = system.reading.history(erasure_stream(subject)).facts
    return {fact.request: plain(fact) for fact in facts if isinstance(fact, SubjectErased)}


def _show_receipt(request: object, receipt: dict[str, Any]) -> None:
    click.echo(f"receipt of {request}: {receipt['assurance']}")
    table(
        [(key["purpose"], key["key_id"], key["commitment"]) for key in receipt["keys"]],
        head=("DESTROYED", "KEY", "COMMITMENT"),
    )
    click.echo(f"root key: {receipt['old_root']} destroyed, {receipt['new_root']} in use")
    click.echo(f"provider: {receipt['provider']}")
    click.echo(f"copy: {receipt['copy'] or '-'}")
