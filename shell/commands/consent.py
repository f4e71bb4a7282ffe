"""Consents at a counter: a person signs on paper, an officer records it; and what is allowed.

PERSON is any stream that is about them, or `-`: then their number is read from standard input.
"""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from ledger.categories import Category
from ledger.commands import consents
from ledger.records.consent import (
    Asker,
    ConsentEvidence,
    ConsentGranted,
    ConsentPurpose,
    ConsentTerms,
    Method,
    Recipient,
    RecipientKind,
)
from shell.home import Home, read
from shell.lines import Moment, as_json, moment, pass_home, table, tell
from shell.persons import find_person, person_argument

ROLE: Final = "data_protection_officer"
_FILE: Final = click.Path(dir_okay=False, exists=True, path_type=Path)
_PURPOSE: Final = click.Choice([one.value for one in ConsentPurpose])
_CATEGORY: Final = click.Choice([one.value for one in Category])


@click.group()
def consent() -> None:
    """What people allow others to do with their health data."""


@consent.command()
@click.option("--purpose", type=_PURPOSE, required=True)
@click.option("--category", "categories", type=_CATEGORY, multiple=True, required=True)
@click.option("--to-kind", type=click.Choice([one.value for one in RecipientKind]), required=True)
@click.option("--to", required=True, help="Code of the facility or organisation, or a pseudonym.")
@click.option("--text", type=_FILE, required=True, help="The text that the person was shown.")
@click.option("--method", type=click.Choice([one.value for one in Method]), required=True)
@click.option(
    "--until", type=Moment(), help="First moment without it; until withdrawn if left out."
)
@click.option("--said-yes", is_flag=True, help="The person did something to say yes.")
@click.option("--actor", required=True, help="Reference of the officer's account.")
@person_argument
@pass_home
def grant(
    home: Home, person: str, *, number_kind: str, purpose: str, categories: tuple[str, ...],
    to_kind: str, to: str, text: Path, method: str, until: datetime | None, said_yes: bool,
    actor: str,
) -> None:  # fmt: skip
    """Record a consent; prints its reference."""
    with home.opened() as system:
        act, named = system.act(actor, ROLE), system.clockwork.new_id()
        terms = ConsentTerms(
            ConsentPurpose(purpose), tuple(map(Category, categories)),
            Recipient(RecipientKind(to_kind), to), act.at, until,
        )  # fmt: skip
        evidence = ConsentEvidence(sha256(read(text)).digest(), "counter", Method(method))
        consents.grant(
            system.facts, subject=find_person(system, person, number_kind), consent_id=named,
            terms=terms, evidence=evidence, explicit=said_yes, act=act,
        )  # fmt: skip
    click.echo(str(named))


@consent.command()
@click.option("--consent", "named", type=click.UUID, required=True, help="Its reference.")
@click.option("--actor", required=True, help="Reference of the officer's account.")
@person_argument
@pass_home
def withdraw(home: Home, person: str, *, number_kind: str, named: UUID, actor: str) -> None:
    """Take a consent back for the person, at once."""
    with home.opened() as system:
        consents.withdraw(
            system.facts, subject=find_person(system, person, number_kind), consent_id=named,
            act=system.act(actor, ROLE),
        )  # fmt: skip
    click.echo(f"{named}: withdrawn")


@consent.command("list")
@person_argument
@as_json
@pass_home
def list_(home: Home, person: str, *, number_kind: str, as_json: bool) -> None:
    """List which consents there are and whether they were taken back; nothing of their content."""
    with home.opened() as system:
        subject = find_person(system, person, number_kind)
        loaded = consents.load_consents(system.reading, subject)
        at = {one.version: one.act.at for one in loaded.history.recorded}
        order = enumerate(loaded.history.facts, 1)
        rows: list[dict[str, Any]] = [
            {
                "consent": str(fact.consent), "given_at": moment(at[version]),
                "withdrawn": fact.consent in loaded.state.withdrawn,
            }
            for version, fact in order
            if isinstance(fact, ConsentGranted)
        ]  # fmt: skip
    if as_json:
        tell(rows)
        return
    table(
        [(one["consent"], one["given_at"], one["withdrawn"]) for one in rows],
        head=("CONSENT", "GIVEN", "WITHDRAWN"),
    )


@consent.command()
@click.option("--facility", help="Code of the facility that asks.")
@click.option("--organisation", help="Code of the organisation that asks.")
@click.option("--purpose", type=_PURPOSE, default=ConsentPurpose.TREATMENT.value, show_default=True)
@click.option("--category", type=_CATEGORY, default=Category.GENERAL.value, show_default=True)
@click.option("--at", type=Moment(), help="When; now if left out.")
@person_argument
@pass_home
def check(
    home: Home, person: str, *, number_kind: str, facility: str | None, organisation: str | None,
    purpose: str, category: str, at: datetime | None,
) -> None:  # fmt: skip
    """Say whether somebody may, and on which consent; exits with 1 if not."""
    with home.opened() as system:
        found = consents.allowed(
            system.facts, subject=find_person(system, person, number_kind),
            asker=Asker(facility, organisation), purpose=ConsentPurpose(purpose),
            category=Category(category), at=at or system.clockwork.now(),
        )  # fmt: skip
    click.echo("no consent" if found is None else f"allowed by {found}")
    if found is None:
        raise SystemExit(1)
