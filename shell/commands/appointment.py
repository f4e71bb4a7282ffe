"""Re-examination appointments from a shell: order, sign, look, use, move, miss, cancel.

REFERENCE is a paper's stream, its short code, or FACILITY:NUMBER.
"""

from pathlib import Path
from typing import Any, Final

import click

from ledger.certificates.health_paper import SALT_BYTES
from ledger.certificates.kinds.appointment import KIND
from ledger.commands import appointment_moves, appointments
from ledger.commands.access import record_access
from ledger.commands.appointment_moves import Move
from ledger.commands.appointments import AppointmentUse
from ledger.records.access import Channel, RecordKind
from shell.health_papers import FILE, acting, at_desk, find, order_in, say, show_papers
from shell.home import Home, write
from shell.lines import as_json, pass_home, table, tell

CODE: Final = KIND.code
SIGNER: Final = "facility_signer"
CLINICIAN: Final = "clinician"


@click.group()
def appointment() -> None:
    """Give re-examination appointments and use them."""


@appointment.command()
@click.argument("file", type=FILE)
@acting
@pass_home
def draft(home: Home, file: Path, *, facility: str, actor: str) -> None:
    """Put the appointment in FILE together: an order in JSON, or table 14 in XML."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        order = order_in(at.desk, CODE, file)
        told = at.desk.draft(CODE, order, act=at.act, idempotency=None)
    click.echo(told["id"])


@appointment.command()
@click.argument("reference")
@acting
@pass_home
def sign(home: Home, reference: str, *, facility: str, actor: str) -> None:
    """Sign and issue a draft; who drafted it may not."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, SIGNER)
        told = at.desk.sign(CODE, find(system, CODE, reference), act=at.act)
    table(list(told.items()))


@appointment.command()
@click.argument("reference")
@as_json
@acting
@pass_home
def show(home: Home, reference: str, *, facility: str, actor: str, as_json: bool) -> None:
    """Show where an appointment is; nothing that it says."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        state = at.desk.state(CODE, find(system, CODE, reference), act=at.act).body
    if as_json:
        tell(state)
    else:
        table(list(state.items()))


@appointment.command()
@click.argument("reference")
@click.option("--to", type=FILE, required=True, help="File to write: .pdf, or .xml for table 14.")
@click.option("--legal-basis", required=True, help="On what the look rests.")
@acting
@pass_home
def paper(
    home: Home, reference: str, *, to: Path, legal_basis: str, facility: str, actor: str
) -> None:
    """Write an appointment as the signed PDF, or as the insurance table."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        stream = find(system, CODE, reference)
        subject = at.desk.state(CODE, stream, act=at.act).subject
        assert subject is not None, "an appointment is about somebody"
        record_access(
            system.facts, subject=subject, kind=RecordKind.APPOINTMENT, purpose="read_paper",
            channel=Channel.SHELL, reference=stream,
            act=system.act(actor, CLINICIAN, facility, legal_basis=legal_basis),
        )  # fmt: skip
        made = at.desk.xml if to.suffix == ".xml" else at.desk.pdf
        document = made(CODE, stream, act=at.act).body
    write(to, document)
    click.echo(f"{to}: {len(document)} bytes")


@appointment.command("list")
@click.option("--facility", required=True, help="Code of the facility.")
@as_json
@pass_home
def list_(home: Home, *, facility: str, as_json: bool) -> None:
    """List a facility's appointments; no names and no days."""
    with home.opened() as system:
        show_papers(system, CODE, facility, to=False, as_json=as_json)


@appointment.command()
@click.argument("reference")
@click.option("--abnormal-signs", is_flag=True, help="Why the patient comes before the day.")
@click.option("--agreed", is_flag=True, help="The day went by; the patient is seen anyway.")
@acting
@pass_home
def consume(
    home: Home, reference: str, *, abnormal_signs: bool, agreed: bool, facility: str, actor: str
) -> None:
    """See the patient by it: once, at all facilities together."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        stream = find(system, CODE, reference)
        shown = AppointmentUse(stream, abnormal_signs, agreed)
        appointments.consume(system.facts, shown=shown, act=at.act)
        say(at, CODE, stream)


@appointment.command()
@click.argument("reference")
@click.option("--appointed", required=True, help="YYYYMMDDHHMM.")
@click.option("--reason", required=True)
@acting
@pass_home
def reschedule(
    home: Home, reference: str, *, appointed: str, reason: str, facility: str, actor: str
) -> None:
    """Draft the paper of another day; `records appointment sign` puts it in the old one's place."""
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        move = Move(
            find(system, CODE, reference), system.clockwork.new_id(), appointed, reason,
            system.clockwork.random(SALT_BYTES),
        )  # fmt: skip
        appointment_moves.reschedule(system.facts, move, act=at.act)
    click.echo(str(move.certificate))


@appointment.command()
@click.argument("reference")
@acting
@pass_home
def miss(home: Home, reference: str, *, facility: str, actor: str) -> None:
    """Record that the patient did not come."""
    _do(home, reference, facility, actor, appointments.miss)


@appointment.command()
@click.argument("reference")
@click.option("--reason", required=True)
@acting
@pass_home
def cancel(home: Home, reference: str, *, reason: str, facility: str, actor: str) -> None:
    """Take it back."""
    _do(home, reference, facility, actor, appointments.cancel, reason=reason)


def _do(home: Home, reference: str, facility: str, actor: str, command: Any, **said: Any) -> None:
    with home.opened() as system:
        at = at_desk(system, facility, actor, CLINICIAN)
        stream = find(system, CODE, reference)
        command(system.facts, certificate=stream, act=at.act, **said)
        say(at, CODE, stream)
