"""Identities from elsewhere: links to a provider, organisations, systems' keys, and the journal."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import click

from ledger.certificates.kind import Wording
from ledger.commands.facilities import load_facility
from ledger.errors import InvalidInputError
from shell.commands.callers import CONSOLE, account
from shell.home import Home
from shell.lines import as_json, moment, pass_home, table, tell
from verify_api.callers import Role
from verify_api.identity.clients import SYSTEM_ROLES, Client, Clients
from verify_api.identity.journal import Journal
from verify_api.identity.links import Links
from verify_api.identity.organisations import Organisation, OrganisationKind, Organisations

_KINDS = click.Choice([kind.value for kind in OrganisationKind])
_ROLES = click.Choice(sorted(role.value for role in SYSTEM_ROLES))


@account.command()
@click.argument("name")
@click.option(
    "--subject", envvar="RECORDS_OIDC_SUBJECT", prompt=True, hide_input=True,
    help="The provider's name for the person; asked for if left out.",
)  # fmt: skip
@pass_home
def link(home: Home, name: str, subject: str) -> None:
    """Let who is known to the provider of identities sign in to the account NAME."""
    with home.opened() as system:
        provider = system.settings.oidc
        if provider is None:
            raise InvalidInputError("settings.toml", "no_provider", "a table oidc")
        links = Links(system.callers, system.directory, provider.issuer)
        linked = links.link(name, subject.strip(), at=system.clockwork.now(), by=CONSOLE)
    click.echo(f"{linked.name}: linked")


@account.command()
@click.option("--after", type=click.IntRange(0), default=0, help="Only entries behind this one.")
@click.option(
    "--check", is_flag=True, help="Only say whether the chain holds; exits with 1 if not."
)
@as_json
@pass_home
def journal(home: Home, after: int, *, check: bool, as_json: bool) -> None:
    """Print who signed in, who was let in and by whom, oldest first."""
    with home.opened() as system:
        kept = Journal(system.callers)
        broken = kept.first_broken() if check else None
        entries = [] if check else list(kept.entries(after=after))
    if check:
        if broken is not None:
            click.echo(f"broken at {broken}")
            raise click.exceptions.Exit(1)
        click.echo("the chain holds")
        return
    rows = [
        {
            "sequence": one.sequence, "at": moment(one.at), "deed": one.deed.value,
            "account": one.account, "organisation": one.organisation,
            "detail": dict(one.detail), "previous": one.previous, "digest": one.digest,
        }
        for one in entries
    ]  # fmt: skip
    if as_json:
        tell(rows)
        return
    head = ("NO", "AT", "DEED", "ACCOUNT", "ORGANISATION", "DETAIL")
    table(
        [
            (
                str(one.sequence), moment(one.at), one.deed.value, one.account or "",
                one.organisation or "",
                " ".join(f"{name}={value}" for name, value in one.detail.items()),
            )
            for one in entries
        ],
        head=head,
    )  # fmt: skip


@click.group()
def organisation() -> None:
    """Organisations whose members sign in."""


@organisation.command()
@click.argument("code")
@click.option("--kind", type=_KINDS, required=True)
@click.option("--name-vi", required=True, help="Its name in Vietnamese.")
@click.option("--name-en", required=True, help="Its name in English.")
@pass_home
def enter(home: Home, code: str, kind: str, name_vi: str, name_en: str) -> None:
    """Enter the organisation CODE, or its new name."""
    made = Organisation(code, OrganisationKind(kind), Wording(name_vi, name_en))
    with home.opened() as system:
        if made.kind is OrganisationKind.AUTHORITY:
            system.settings.authority(code)
        if made.kind is OrganisationKind.FACILITY:
            load_facility(system.reading, code)
        Organisations(system.callers).name(made, at=system.clockwork.now(), by=CONSOLE)
    click.echo(f"{code}: entered")


@organisation.command()
@click.argument("name")
@pass_home
def administrator(home: Home, name: str) -> None:
    """Let the account NAME let others in and out of its own organisation."""
    with home.opened() as system:
        desk = Organisations(system.callers)
        named = desk.appoint(name, at=system.clockwork.now(), by=CONSOLE)
    click.echo(f"{named.name}: administers {named.organisation}")


@click.group()
def client() -> None:
    """Systems that sign who they are with a key of their own."""


@client.command()
@click.argument("title")
@click.option("--role", type=_ROLES, required=True)
@click.option("--organisation", required=True, help="Code of the authority or facility.")
@pass_home
def register(home: Home, title: str, role: str, organisation: str) -> None:
    """Register a system and print its reference; it has no key yet."""
    with home.opened() as system:
        if role == Role.FACILITY_SYSTEM.value:
            load_facility(system.reading, organisation)
        else:
            system.settings.authority(organisation)
        made = Client(str(system.clockwork.new_id()), title, Role(role), organisation)
        Clients(system.callers).register(made, at=system.clockwork.now(), by=CONSOLE)
    click.echo(made.client_id)


@client.command("add-key")
@click.argument("client_id", type=click.UUID)
@click.argument("jwk", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--days", type=click.IntRange(1, 732), default=365, show_default=True)
@pass_home
def add_key(home: Home, client_id: UUID, jwk: Path, days: int) -> None:
    """Register the public key in the file JWK and print its thumbprint."""
    with home.opened() as system:
        now = system.clockwork.now()
        added = Clients(system.callers).add_key(
            str(client_id), jwk.read_bytes(), until=now + timedelta(days), at=now, by=CONSOLE
        )
    click.echo(f"until {moment(added.expires_at)}", err=True)
    click.echo(added.thumbprint)


@client.command("revoke-key")
@click.argument("thumbprint")
@pass_home
def revoke_key(home: Home, thumbprint: str) -> None:
    """Let a key count no more, nor any token that it got."""
    with home.opened() as system:
        Clients(system.callers).revoke_key(thumbprint, at=system.clockwork.now(), by=CONSOLE)
    click.echo(f"{thumbprint}: revoked")


@client.command("disable")
@click.argument("client_id", type=click.UUID)
@pass_home
def disable_client(home: Home, client_id: UUID) -> None:
    """Let a system call no more, with any key or token."""
    with home.opened() as system:
        Clients(system.callers).disable(str(client_id), at=system.clockwork.now(), by=CONSOLE)
    click.echo(f"{client_id}: disabled")


@client.command("list")
@as_json
@pass_home
def list_clients(home: Home, *, as_json: bool) -> None:
    """List all systems and their keys."""
    with home.opened() as system:
        clients = Clients(system.callers)
        known, keys = clients.all(), clients.keys()
    rows = [
        {
            "client": one.client_id, "title": one.title, "role": one.role.value,
            "organisation": one.organisation, "state": "disabled" if one.disabled else "active",
            "keys": [
                {
                    "thumbprint": key.thumbprint, "expires_at": moment(key.expires_at),
                    "revoked_at": key.revoked_at and moment(key.revoked_at),
                }
                for key in keys
                if key.client_id == one.client_id
            ],
        }
        for one in known
    ]  # fmt: skip
    if as_json:
        tell(rows)
        return
    head = ("CLIENT", "TITLE", "ROLE", "ORGANISATION", "STATE", "KEYS")
    table([(*list(row.values())[:5], str(len(row["keys"]))) for row in rows], head=head)
