"""Signing keys and the trust list: make, activate, rotate, retire, give up, publish, show."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from app import LIST_ID, System
from keys.algorithms import ALGORITHMS, ESP256
from keys.trust_document import digest_of
from keys.trust_list import SERVICE_USES, STATUS_USE, TrustedKey, jwks
from ledger.certificates.kinds import KINDS
from ledger.commands import keys as key_commands
from ledger.commands.facilities import load_facility
from ledger.commands.keys import PublishedList
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import Act
from ledger.identifiers import FACILITY_CODE
from shell.first_start import (
    KEY_ADMINISTRATOR,
    ROOT_FILE,
    SIGNING_YEARS,
    VERIFYING_YEARS,
    equip_facility,
    facility_prefix,
    status_prefix,
)
from shell.home import Home, read, write
from shell.lines import Moment, as_json, moment, pass_home, table, tell

_ALGORITHMS: Final = {algorithm.name.lower(): algorithm for algorithm in ALGORITHMS.values()}
_USES: Final = {code: kind.document_type for code, kind in KINDS.items()}
_USE: Final = click.Choice([*_USES, *sorted(SERVICE_USES)])
_LEAST_PREFIX: Final = 8
"""Hexadecimal digits of a kid that must be typed."""

F = Callable[..., Any]


def _actor(command: F) -> F:
    return click.option(
        "--actor", default="shell", show_default=True, help="Who does it, for the record."
    )(command)


def _act(system: System, actor: str) -> Act:
    return system.act(actor, KEY_ADMINISTRATOR)


@click.group()
def keys() -> None:
    """Look after signing keys and publish the trust list."""


@keys.command("list")
@as_json
@pass_home
def list_(home: Home, *, as_json: bool) -> None:
    """List every key there ever was."""
    with home.opened() as system:
        known = key_commands.list_keys(facts=system.reading)
    if as_json:
        tell([_as_json(key) for key in known])
        return
    table(
        (
            (
                key.public.kid.hex()[:16],
                key.state.value,
                key.issuer,
                _uses(key),
                key.public.algorithm.name,
                f"{key.sign_from:%Y-%m-%d}",
                f"{key.sign_until:%Y-%m-%d}",
                f"{key.verify_until:%Y-%m-%d}",
            )
            for key in known
        ),
        head=("KID", "STATE", "ISSUER", "USES", "ALGORITHM", "FROM", "UNTIL", "VERIFY UNTIL"),
    )


@keys.command()
@click.argument("kid")
@as_json
@pass_home
def show(home: Home, kid: str, *, as_json: bool) -> None:
    """Show one key and its life. KID may be cut off after eight digits."""
    with home.opened() as system:
        key = _key(system, kid)
        life = key_commands.key_history(facts=system.reading, kid=key.public.kid).recorded
    told = _as_json(key)
    told["life"] = [
        {"at": moment(one.act.at), "fact": one.topic, "actor": one.act.actor, "role": one.act.role}
        for one in life
    ]
    if as_json:
        tell(told)
        return
    table([(name, value) for name, value in told.items() if name != "life"])
    table([tuple(one.values()) for one in told["life"]], head=("AT", "FACT", "ACTOR", "ROLE"))


@keys.command()
@click.option("--issuer", required=True, help="Code of an authority, or of a facility.")
@click.option(
    "--use",
    "uses",
    multiple=True,
    required=True,
    type=click.Choice([*_USES, *sorted(SERVICE_USES)]),
)
@click.option(
    "--algorithm", type=click.Choice(list(_ALGORITHMS)), default=ESP256.name.lower(),
    show_default=True,
)  # fmt: skip
@click.option("--from", "sign_from", type=Moment(), help="First signature; now if left out.")
@click.option("--until", "sign_until", type=Moment(), help="Last signature, exclusive.")
@click.option("--verify-until", type=Moment(), help="Until when its signatures count, exclusive.")
@_actor
@pass_home
def create(
    home: Home,
    issuer: str,
    uses: tuple[str, ...],
    algorithm: str,
    sign_from: datetime | None,
    sign_until: datetime | None,
    verify_until: datetime | None,
    actor: str,
) -> None:
    """Make a key; it is pending until it was published and activated."""
    with home.opened() as system:
        names, prefix = _issuer(system, issuer)
        act = _act(system, actor)
        begin, end, last = _window(act, sign_from, sign_until, verify_until)
        documents = [use for use in uses if use in _USES or use == STATUS_USE]
        public = key_commands.create(
            facts=system.facts,
            keyring=system.keyring,
            act=act,
            algorithm=_ALGORITHMS[algorithm],
            issuer=issuer,
            names=names,
            uses=frozenset(_USES.get(use, use) for use in uses),
            sign_from=begin,
            sign_until=end,
            verify_until=last,
            status_prefixes=(prefix,) if documents else (),
        )
    click.echo(public.kid.hex())


def _issuer(system: System, code: str) -> tuple[tuple[str, str], str]:
    """Return an issuer's names, and where its status lists are published."""
    if FACILITY_CODE.matches(code):
        facility = load_facility(system.reading, code).state
        return (facility.name, facility.name_en), facility_prefix(system.settings, code)
    authority = system.settings.authority(code)
    return (authority.name.vi, authority.name.en), status_prefix(system.settings, authority)


@keys.command()
@click.argument("facility")
@_actor
@pass_home
def equip(home: Home, facility: str, actor: str) -> None:
    """Make what a facility issues papers with: two keys and a document certificate.

    The keys are pending until they were published and activated.
    """
    with home.opened() as system:
        made = equip_facility(system, facility, act=_act(system, actor))
    for key in made:
        click.echo(key.kid.hex())


def _window(
    act: Act, sign_from: datetime | None, sign_until: datetime | None, verify_until: datetime | None
) -> tuple[datetime, datetime, datetime]:
    begin = (sign_from or act.at).replace(microsecond=0)
    end = sign_until or begin + SIGNING_YEARS
    return begin, end, verify_until or end + (VERIFYING_YEARS - SIGNING_YEARS)


@keys.command()
@click.argument("kid")
@click.option("--now-because", metavar="REASON", help="Without the notice; the reason is recorded.")
@_actor
@pass_home
def activate(home: Home, kid: str, now_because: str | None, actor: str) -> None:
    """Let a published key sign, once every verifier has had time to learn of it."""
    with home.opened() as system:
        public = _key(system, kid).public
        key_commands.activate(
            facts=system.facts, act=_act(system, actor), kid=public.kid,
            immediately_because=now_because,
        )  # fmt: skip
    click.echo(f"{public.kid.hex()}: active")


@keys.command()
@click.argument("kid")
@click.option("--from", "sign_from", type=Moment(), help="First signature; now if left out.")
@click.option("--until", "sign_until", type=Moment(), help="Last signature, exclusive.")
@click.option("--verify-until", type=Moment(), help="Until when its signatures count, exclusive.")
@click.option("--overlap-days", type=click.IntRange(0, 366), default=key_commands.OVERLAP.days,
              show_default=True, help="Days on which both keys may sign.")  # fmt: skip
@_actor
@pass_home
def rotate(
    home: Home,
    kid: str,
    sign_from: datetime | None,
    sign_until: datetime | None,
    verify_until: datetime | None,
    overlap_days: int,
    actor: str,
) -> None:
    """Make a successor; publish, activate it after its notice, then retire KID."""
    with home.opened() as system:
        act = _act(system, actor)
        begin, end, last = _window(act, sign_from, sign_until, verify_until)
        public = key_commands.rotate(
            facts=system.facts,
            keyring=system.keyring,
            act=act,
            kid=_key(system, kid).public.kid,
            sign_from=begin,
            sign_until=end,
            verify_until=last,
            overlap=timedelta(days=overlap_days),
        )
    click.echo(public.kid.hex())


@keys.command()
@click.argument("kid")
@_actor
@pass_home
def retire(home: Home, kid: str, actor: str) -> None:
    """Let a key sign no more; what it signed stays good."""
    with home.opened() as system:
        public = _key(system, kid).public
        key_commands.retire(facts=system.facts, act=_act(system, actor), kid=public.kid)
    click.echo(f"{public.kid.hex()}: retired")


@keys.command()
@click.argument("kid")
@click.option("--since", type=Moment(), required=True, help="Since when it may be in other hands.")
@click.option("--reason", required=True)
@click.confirmation_option(prompt="This can never be undone. Give the key up?")
@_actor
@pass_home
def compromise(home: Home, kid: str, since: datetime, reason: str, actor: str) -> None:
    """Give a key up for ever, and publish the trust list at once."""
    with home.opened() as system:
        public, act = _key(system, kid).public, _act(system, actor)
        key_commands.declare_compromise(
            facts=system.facts, act=act, kid=public.kid, since=since, reason=reason
        )
        published = _publish(system, act)
    click.echo(f"{public.kid.hex()}: given up; trust list {published.trust.version} says so")


@keys.command()
@_actor
@pass_home
def publish(home: Home, actor: str) -> None:
    """Sign and publish the next version of the trust list."""
    with home.opened() as system:
        trust = _publish(system, _act(system, actor)).trust
    click.echo(
        f"trust list {trust.version}: {len(trust.keys)} keys, "
        f"next update {moment(trust.next_update)}, digest {digest_of(trust).hex()}"
    )


def _publish(system: System, act: Act) -> PublishedList:
    return key_commands.publish_trust_list(
        facts=system.facts, signer=system.keyring, act=act, list_id=LIST_ID
    )


@keys.command()
@click.option("--cose", "form", flag_value="cose", default="cose", help="The signed document.")
@click.option("--jwks", "form", flag_value="jwks", help="A JSON Web Key Set, not signed.")
@click.option("--root", "form", flag_value="root", help="The root that verifiers pin.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@pass_home
def export(home: Home, form: str, to: Path | None) -> None:
    """Write what verifiers need: the trust list in force, or its pinned root."""
    with home.opened() as system:
        held = key_commands.current_trust_list(facts=system.reading)
        if held is None:
            raise NotFoundError("there is no trust list yet: expected one by `records init`")
        forms: dict[str, Callable[[], bytes]] = {
            "cose": lambda: held.document,
            "root": lambda: read(home.path / ROOT_FILE),
            "jwks": lambda: json.dumps(jwks(held.trust), indent=2).encode() + b"\n",
        }
        content = forms[form]()
    if to is None:
        click.echo(content, nl=False)
    else:
        write(to, content)


def _key(system: System, typed: str) -> TrustedKey:
    """Return the key whose kid begins as typed."""
    wanted = typed.lower()
    if len(wanted) < _LEAST_PREFIX or not set(wanted) <= set("0123456789abcdef"):
        raise InvalidInputError("KID", "kid_form", "eight or more hexadecimal digits of a kid")
    known = key_commands.list_keys(facts=system.reading)
    found = [key for key in known if key.public.kid.hex().startswith(wanted)]
    if len(found) != 1:
        raise NotFoundError(f"{len(found)} keys begin with {wanted}: expected one")
    return found[0]


def _uses(key: TrustedKey) -> str:
    codes: dict[int | str, str] = {number: code for code, number in _USES.items()}
    return " ".join(sorted(codes.get(use, str(use)) for use in key.uses))


def _as_json(key: TrustedKey) -> dict[str, Any]:
    return {
        "kid": key.public.kid.hex(),
        "state": key.state.value,
        "issuer": key.issuer,
        "name_vi": key.names[0],
        "name_en": key.names[1],
        "uses": _uses(key),
        "algorithm": key.public.algorithm.name,
        "sign_from": moment(key.sign_from),
        "sign_until": moment(key.sign_until),
        "verify_until": moment(key.verify_until),
        "revoked_at": key.revoked_at and moment(key.revoked_at),
        "compromised_since": key.compromised_since and moment(key.compromised_since),
        "status_prefixes": " ".join(key.status_prefixes),
    }
