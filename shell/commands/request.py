"""Requests: which wait where, what became of one, and every act of the step table."""

from typing import Any

import click

from app import System
from ledger.certificates.procedure import Role as ProcedureRole
from ledger.certificates.request import portal_code
from ledger.certificates.request_custody import ADMINISTRATOR, DESKS, Reason
from ledger.commands import custody
from ledger.commands.loading import load_request
from ledger.errors import InvalidInputError
from ledger.facts import Act
from projections.queue_queries import waiting
from projections.work_queue import FileRow
from shell.home import Home
from shell.lines import as_json, fields_of, pass_home, table, tell
from shell.office import office_of
from shell.references import find_request
from shell.story import plain
from verify_api.callers import Caller, Role, Scope
from verify_api.desk.actions import ACTS
from verify_api.ports import Deed

_ROLES = click.Choice([role.value for role in ProcedureRole if role.value in set(Role)])
_PAGE = 200
_TABLES = frozenset({"has_it", "possible"})
"""What is told of a request on lines of its own."""


@click.group()
def request() -> None:
    """Look at requests and process them."""


@request.command("list")
@click.option("--authority", help="Only this authority's; all in the settings if left out.")
@click.option("--role", type=_ROLES, help="Only those that wait for this role.")
@click.option("--most", type=click.IntRange(1, 10_000), default=_PAGE, show_default=True)
@as_json
@pass_home
def list_(home: Home, authority: str | None, role: str | None, *, most: int, as_json: bool) -> None:
    """List the open requests of each authority, the first due first; no names."""
    with home.opened() as system:
        system.projector.catch_up()
        authorities = (
            [one.code for one in system.settings.authorities]
            if authority is None
            else [system.settings.authority(authority).code]
        )
        files = [
            file for code in authorities for file in _waiting(system, code, role, most)
        ]  # fmt: skip
    if as_json:
        tell([file._asdict() for file in files])
        return
    table(
        (
            (file.dossier_code, file.authority, file.stage, file.waits_for, file.appointed_on,
             _pressure(file))
            for file in files
        ),
        head=("DOSSIER", "AUTHORITY", "STAGE", "WAITS FOR", "DUE", ""),
    )  # fmt: skip


def _waiting(system: System, authority: str, role: str | None, most: int) -> list[FileRow]:
    wanted = None if role is None else ProcedureRole(role)
    with system.views.database.reading() as session:
        page = waiting(session, authority=authority, role=wanted, limit=most)
    return list(page.files)


def _pressure(file: FileRow) -> str:
    if file.suspended:
        return "suspended"
    return "missed" if file.missed else ""


@request.command()
@click.argument("reference")
@as_json
@pass_home
def show(home: Home, reference: str, *, as_json: bool) -> None:
    """Show where a request stands and who may do what; nothing about the person."""
    with home.opened() as system:
        stream = find_request(system, reference)
        state = load_request(system.reading, stream).state
        acts = _possible(system, stream)
    told: dict[str, Any] = {
        "request": str(stream),
        "dossier_code": state.draft.dossier_code,
        "authority": state.draft.authority,
        "province": state.draft.province,
        "form": int(state.draft.form),
        "stage": state.stage.value,
        "portal_code": portal_code(state),
        "procedure": state.procedure,
        "submitted_on": plain(state.submitted_on),
        "appointed_on": plain(state.deadline.appointed_on) if state.deadline else None,
        "supplements": state.supplements,
        "certificate": plain(state.certificate),
        "has_it": {desk.value: state.custody.at(desk) for desk in DESKS if state.custody.at(desk)},
        "possible": acts,
    }
    if as_json:
        tell(told)
        return
    table([(name, value) for name, value in told.items() if name not in _TABLES])
    for desk, officer in told["has_it"].items():
        click.echo(f"{desk}: {officer} has it")
    for role, names in acts.items():
        click.echo(f"{role} may: {', '.join(names)}")


def _possible(system: System, stream: Any) -> dict[str, list[str]]:
    office, at = office_of(system), system.clockwork.now()
    scope = Scope(organisation=load_request(system.reading, stream).state.draft.authority)
    found = {
        role: [offer.act for offer in office.offers(scope, Role(role), stream, at=at)]
        for role in _ROLES.choices
    }
    return {role: names for role, names in found.items() if names}


@request.command()
@click.argument("reference")
@click.argument("action", type=click.Choice(list(ACTS)), metavar="ACT")
@click.option("--role", type=_ROLES, required=True, help="In which role.")
@click.option("--actor", required=True, help="Reference of the officer's account.")
@click.option("--field", "pairs", multiple=True, metavar="NAME=VALUE", help="A value it asks for.")
@click.option("--key", help="Idempotency key: the same act sent again is done once.")
@pass_home
def act(
    home: Home,
    reference: str,
    action: str,
    role: str,
    actor: str,
    pairs: tuple[str, ...],
    key: str | None,
) -> None:
    """Do ACT on a request, as the officer's page would; `records request show` says which."""
    values = fields_of(pairs)
    with home.opened() as system:
        stream = find_request(system, reference)
        authority = load_request(system.reading, stream).state.draft.authority
        office_of(system).act(
            Scope(organisation=authority),
            Caller(actor, Role(role), authority),
            Deed(stream, action, values, key or str(system.clockwork.new_id())),
            at=system.clockwork.now(),
        )
        stage = load_request(system.reading, stream).state.stage
    click.echo(f"{action}: done; now {stage.value}")


@request.command()
@click.argument("reference")
@click.option("--to", "name", required=True, help="Who gets it: the name they sign in with.")
@click.option(
    "--reason",
    type=click.Choice([one.value for one in Reason]),
    required=True,
    help="Why the office decides that.",
)
@click.option("--actor", default="shell", show_default=True, help="Who decides it.")
@pass_home
def assign(home: Home, reference: str, name: str, reason: str, actor: str) -> None:  # fmt: skip
    """Give a request to an officer, also one that somebody has whose account is disabled."""
    with home.opened() as system:
        stream = find_request(system, reference)
        authority = load_request(system.reading, stream).state.draft.authority
        account = system.accounts.named(name)
        if account is None or account.disabled or account.organisation != authority:
            raise InvalidInputError("--to", "officer", f"an officer of {authority} who can sign in")
        custody.assign(
            system.facts,
            request=stream,
            desk=account.role.value,
            officer=account.account_id,
            reason=Reason(reason),
            act=Act(system.clockwork.now(), actor, ADMINISTRATOR, authority, correlation=stream),
        )
    click.echo(f"{account.name} has it now")
