"""Referral papers from a shell: order, sign, look, and what facilities do with them.

REFERENCE is a paper's stream, its short code, or FACILITY:NUMBER.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from ledger.certificates.kinds.referral import KIND
from ledger.commands import referrals
from ledger.commands.access import record_access
from ledger.commands.appointments import AppointmentUse
from ledger.commands.health_papers import episode_stream
from ledger.records.access import Channel, RecordKind
from ledger.records.referral.facts import RejectReason
from shell.health_papers import FILE, acting, at_desk, find, order_in, say, show_papers
from shell.home import Home, write
from shell.lines import Moment, as_json, pass_home, table, tell

CODE: Final = KIND.code
SIGNER: Final = "facility_signer"
CLINICIAN: Final = "clinician"
_came_from = click.option("--came-from", help="Code of the facility that the patient left.")
_appointment = click.option("--appointment", help="Shown with it from the second episode on.")
_signs = click.option("--abnormal-signs", is_flag=True, help="Why before the appointment's day.")
_agreed = click.option("--agreed", is_flag=True, help="The appointment's day went by; seen anyway.")


@click.group()
def referral() -> None:
    """Issue referrals, accept and use them."""


@referral.command()
@click.argument("file", type=FILE)
@acting
@pass_home
def draft(home: Home, file: Path, *, facility: str, actor: str) -> None:
    """Put the referral in FILE together: an order in JSON, or table 13 in XML."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        order = order_in(at.desk, CODE, file)
        told = at.desk.draft(CODE, order, act=at.act, idempotency=None)
    click.echo(told["id"])
    for remark in told["remarks"]:
        click.echo(f"look again: {remark['vi']}\n            {remark['en']}", err=True)


@referral.command()
@click.argument("reference")
@acting
@pass_home
def sign(home: Home, reference: str, *, facility: str, actor: str) -> None:
    """Sign and issue a draft; who drafted it may not."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, SIGNER)
        told = at.desk.sign(CODE, find(system, CODE, reference), act=at.act)
    table(list(told.items()))


@referral.command()
@click.argument("reference")
@click.option("--content", is_flag=True, help="Also what it says; the look is recorded first.")
@click.option("--legal-basis", help="On what the look rests; needed with --content.")
@as_json
@acting
@pass_home
def show(
    home: Home, reference: str, *, content: bool, legal_basis: str | None, facility: str,
    actor: str, as_json: bool,
) -> None:  # fmt: skip
    """Show where a referral is."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        stream = find(system, CODE, reference)
        shown = at.desk.state(CODE, stream, act=at.act)
        if content:
            look = system.act(actor, CLINICIAN, facility, legal_basis=legal_basis)
            assert shown.subject is not None, "a referral is about somebody"
            record_access(
                system.facts, subject=shown.subject, kind=RecordKind.REFERRAL,
                purpose="read_paper", channel=Channel.SHELL, act=look, reference=stream,
            )  # fmt: skip
            shown = at.desk.show(CODE, stream, act=at.act)
    if as_json or content:
        tell(shown.body)
    else:
        table(list(shown.body.items()))


@referral.command()
@click.argument("reference")
@click.option("--to", type=FILE, required=True, help="File to write: .pdf, or .xml for table 13.")
@click.option("--legal-basis", required=True, help="On what the look rests.")
@acting
@pass_home
def paper(
    home: Home, reference: str, *, to: Path, legal_basis: str, facility: str, actor: str
) -> None:
    """Write a referral as the signed PDF, or as the insurance table."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        stream = find(system, CODE, reference)
        subject = at.desk.state(CODE, stream, act=at.act).subject
        assert subject is not None, "a referral is about somebody"
        record_access(
            system.facts, subject=subject, kind=RecordKind.REFERRAL, purpose="read_paper",
            channel=Channel.SHELL, reference=stream,
            act=system.act(actor, CLINICIAN, facility, legal_basis=legal_basis),
        )  # fmt: skip
        made = at.desk.xml if to.suffix == ".xml" else at.desk.pdf
        document = made(CODE, stream, act=at.act).body
    write(to, document)
    click.echo(f"{to}: {len(document)} bytes")


@referral.command("list")
@click.option("--to", "to", is_flag=True, help="Those addressed to it, not those it issued.")
@click.option("--facility", required=True, help="Code of the facility.")
@as_json
@pass_home
def list_(home: Home, *, to: bool, facility: str, as_json: bool) -> None:
    """List a facility's referrals; no names."""
    with home.opened() as system:
        show_papers(system, CODE, facility, to=to, as_json=as_json)


@referral.command()
@click.argument("reference")
@_came_from
@acting
@pass_home
def present(
    home: Home, reference: str, *, came_from: str | None, facility: str, actor: str
) -> None:
    """Record that the patient shows it at the facility: the moment at which its term counts."""
    _do(home, reference, facility, actor, referrals.present, came_from=came_from)


@referral.command()
@click.argument("reference")
@_came_from
@_appointment
@_signs
@_agreed
@acting
@pass_home
def accept(
    home: Home, reference: str, *, came_from: str | None, appointment: str | None,
    abnormal_signs: bool, agreed: bool, facility: str, actor: str,
) -> None:  # fmt: skip
    """Take the patient in by it; of all facilities exactly one can."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        stream = find(system, CODE, reference)
        shown = None
        if appointment is not None:
            slip = find(system, "appointment", appointment)
            shown = AppointmentUse(slip, abnormal_signs, agreed)
        referrals.accept(
            system.facts, certificate=stream, act=at.act, came_from=came_from, appointment=shown
        )
        say(at, CODE, stream)


@referral.command()
@click.argument("reference")
@click.option("--reason", type=click.Choice([one.value for one in RejectReason]), required=True)
@click.option("--final", is_flag=True, help="No other facility may take it either.")
@click.option("--note", help="In a sentence.")
@acting
@pass_home
def reject(
    home: Home, reference: str, *, reason: str, final: bool, note: str | None, facility: str,
    actor: str,
) -> None:  # fmt: skip
    """Record that it is not taken here."""
    _do(
        home, reference, facility, actor, referrals.reject, reason=RejectReason(reason),
        final=final, note=note,
    )  # fmt: skip


@referral.command()
@click.argument("reference")
@click.option("--admitted-at", type=Moment(), required=True, help="When the patient came.")
@click.option("--offline-number", required=True, help="Under which it was written down.")
@acting
@pass_home
def admit_unverified(
    home: Home, reference: str, *, admitted_at: datetime, offline_number: str, facility: str,
    actor: str,
) -> None:  # fmt: skip
    """Report an admission that was made while the service was down; care is never undone."""
    _do(
        home, reference, facility, actor, referrals.admit_unverified, admitted_at=admitted_at,
        offline_number=offline_number,
    )  # fmt: skip


@referral.command()
@click.argument("reference")
@click.option("--episode", required=True, help="MA_LK, or the encounter's number.")
@acting
@pass_home
def use(home: Home, reference: str, *, episode: str, facility: str, actor: str) -> None:
    """Record which episode of the facility was made by it."""
    visit = episode_stream(facility, episode)
    _do(home, reference, facility, actor, referrals.use, visit=visit)


@referral.command()
@click.argument("reference")
@acting
@pass_home
def close(home: Home, reference: str, *, facility: str, actor: str) -> None:
    """Record that the episode is over."""
    _do(home, reference, facility, actor, referrals.close)


@referral.command()
@click.argument("reference")
@click.option("--reason", required=True)
@acting
@pass_home
def cancel(home: Home, reference: str, *, reason: str, facility: str, actor: str) -> None:
    """Take it back before anybody has used it."""
    _do(home, reference, facility, actor, referrals.cancel, reason=reason)


def _do(home: Home, reference: str, facility: str, actor: str, command: Any, **said: Any) -> None:
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        stream = find(system, CODE, reference)
        command(system.facts, certificate=stream, act=at.act, **said)
        say(at, CODE, stream)
