"""Who may sign in, and which systems may call."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import click

from app import System
from ledger.commands.facilities import load_facility
from ledger.errors import InvalidInputError
from shell.home import Home
from shell.lines import as_json, moment, pass_home, table, tell
from verify_api.accounts import Account
from verify_api.api_tokens import SECRET_BYTES, ApiToken
from verify_api.callers import Role
from verify_api.identity.journal import Deed, Journal
from verify_api.passwords import SALT_BYTES

CONSOLE: Final = "console"
"""Who did it, in the journal: whoever may open the home."""

_PEOPLE = click.Choice(
    [role.value for role in Role if role not in {Role.ANONYMOUS, Role.PORTAL_SYSTEM}]
)
_MACHINES = click.Choice([
    Role.PORTAL_SYSTEM.value, Role.VERIFIER.value, Role.FACILITY_SYSTEM.value,
])  # fmt: skip


@click.group()
def account() -> None:
    """Accounts of people."""


@account.command()
@click.argument("name")
@click.option("--role", type=_PEOPLE, required=True)
@click.option("--title", required=True, help="What its own screen shows.")
@click.option("--organisation", help="Code of the authority it works for.")
@click.option("--subject", type=click.UUID, help="Pseudonym of the person, of a citizen's account.")
@click.password_option(envvar="RECORDS_PASSWORD", help="Asked for if left out.")
@pass_home
def add(
    home: Home, name: str, role: str, title: str, organisation: str | None,
    subject: UUID | None, password: str,
) -> None:  # fmt: skip
    """Add an account; one person in two roles has two."""
    if (role == Role.CITIZEN.value) != (subject is not None):
        raise InvalidInputError("--subject", "subject", "a pseudonym, for citizens alone")
    with home.opened() as system:
        if organisation is not None:
            system.settings.authority(organisation)
        made = Account(
            str(system.clockwork.new_id()), name, title, Role(role), organisation, subject
        )
        salt = system.clockwork.random(SALT_BYTES)
        system.accounts.add(made, password, salt=salt, at=system.clockwork.now())
        _note(
            system, Deed.ACCOUNT_ADDED, organisation, changed=made.account_id, role=role
        )  # fmt: skip
    click.echo(made.account_id)


@account.command("list")
@as_json
@pass_home
def list_accounts(home: Home, *, as_json: bool) -> None:
    """List all accounts."""
    with home.opened() as system:
        known = system.accounts.all()
    rows = [
        {
            "name": one.name,
            "role": one.role.value,
            "organisation": one.organisation,
            "title": one.title,
            "state": "disabled" if one.disabled else "active",
            "account": one.account_id,
        }
        for one in known
    ]
    if as_json:
        tell(rows)
        return
    head = ("NAME", "ROLE", "ORGANISATION", "TITLE", "STATE", "ACCOUNT")
    table([tuple(row.values()) for row in rows], head=head)


@account.command()
@click.argument("name")
@pass_home
def disable(home: Home, name: str) -> None:
    """Let nobody sign in as NAME again, and end its sessions."""
    with home.opened() as system:
        system.accounts.disable(name)
        _note_account(system, Deed.ACCOUNT_DISABLED, name)
    click.echo(f"{name}: disabled")


@account.command()
@click.argument("name")
@click.password_option(envvar="RECORDS_PASSWORD", help="Asked for if left out.")
@pass_home
def password(home: Home, name: str, password: str) -> None:
    """Give an account another password, and end its sessions."""
    with home.opened() as system:
        system.accounts.set_password(name, password, salt=system.clockwork.random(SALT_BYTES))
        _note_account(system, Deed.PASSWORD_CHANGED, name)
    click.echo(f"{name}: changed")


@click.group()
def token() -> None:
    """Tokens of systems that call."""


@token.command()
@click.option("--role", type=_MACHINES, default=Role.PORTAL_SYSTEM.value, show_default=True)
@click.option("--organisation", required=True, help="Code of the authority or facility.")
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True)
@pass_home
def issue(home: Home, role: str, organisation: str, days: int) -> None:
    """Print a new token; it is shown this once, and stored only as a hash."""
    with home.opened() as system:
        now = system.clockwork.now()
        if role == Role.FACILITY_SYSTEM.value:
            load_facility(system.reading, organisation)
        else:
            system.settings.authority(organisation)
        made = ApiToken(
            str(system.clockwork.new_id()), Role(role), organisation, now, now + timedelta(days)
        )
        text = system.api_tokens.issue(made, secret=system.clockwork.random(SECRET_BYTES))
        _note(system, Deed.API_TOKEN_ISSUED, organisation, token=made.token_id, role=role)
    click.echo(f"{made.token_id}, until {moment(made.expires_at)}", err=True)
    click.echo(text)


@token.command("list")
@as_json
@pass_home
def list_tokens(home: Home, *, as_json: bool) -> None:
    """List all tokens that were ever issued."""
    with home.opened() as system:
        known = system.api_tokens.all()
    rows = [
        {
            "token": one.token_id,
            "role": one.role.value,
            "organisation": one.organisation,
            "issued_at": moment(one.issued_at),
            "expires_at": moment(one.expires_at),
            "revoked_at": one.revoked_at and moment(one.revoked_at),
        }
        for one in known
    ]
    if as_json:
        tell(rows)
        return
    head = ("TOKEN", "ROLE", "ORGANISATION", "ISSUED", "EXPIRES", "REVOKED")
    table([tuple(row.values()) for row in rows], head=head)


@token.command()
@click.argument("token_id")
@pass_home
def revoke(home: Home, token_id: str) -> None:
    """Let a token count no more."""
    with home.opened() as system:
        system.api_tokens.revoke(token_id, at=system.clockwork.now())
        _note(system, Deed.API_TOKEN_REVOKED, None, token=token_id)
    click.echo(f"{token_id}: revoked")


def _note(system: System, deed: Deed, organisation: str | None, **detail: str) -> None:
    Journal(system.callers).write(
        deed, at=system.clockwork.now(), account=CONSOLE, organisation=organisation, **detail
    )


def _note_account(system: System, deed: Deed, name: str) -> None:
    account = system.accounts.named(name)
    assert account is not None, "it was changed just now"
    _note(system, deed, account.organisation, changed=account.account_id)
