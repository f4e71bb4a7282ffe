"""`records audit mine` and `complete`: making and checking the proof that nothing was left out."""

import json
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from ledger.audit.completeness import Bundle, Complete, bundle_from_json, verify
from ledger.audit.findings import EXIT
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.policy import parse_policy
from shell.home import Home, read, write
from shell.lines import as_json, moment, pass_home, table, tell


@click.command()
@click.argument("person", type=click.UUID)
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@as_json
@pass_home
def mine(home: Home, person: UUID, *, to: Path | None, as_json: bool) -> None:
    """Show every stream about PERSON, a pseudonym, with proofs against the newest daily seal."""
    with home.opened() as system:
        bundle = system.completeness.bundle(person)
        proved = verify(bundle, system.policy)
    if to is not None:
        write(to, json.dumps(bundle.as_json(), indent=1).encode())
    if as_json:
        tell(bundle.as_json())
    else:
        _show(bundle, proved)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--policy",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The log's policy file, from a source of your own; without it no log is asked.",
)
@click.pass_context
def complete(context: click.Context, file: Path, policy: Path | None) -> None:
    """Check FILE, which `records audit mine` or the service wrote. Needs no home.

    Exit codes: 0 proved, 1 not proved, 2 proved but for the log.
    """
    believed = None if policy is None else parse_policy(read(policy).decode())
    bundle = bundle_from_json(_json(read(file)))
    try:
        proved = verify(bundle, believed)
    except ProofError as error:
        click.echo(f"not proved: {error.rule}: {error}")
        context.exit(EXIT.findings)
    _show(bundle, proved)
    if not proved.in_log:
        context.exit(EXIT.could_not_check)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise InvalidInputError("bundle", "completeness_form", "JSON") from error


def _show(bundle: Bundle, proved: Complete) -> None:
    heads = proved.sealed.heads
    seen = proved.logged_at
    logged = "no log was asked" if not proved.in_log else "in the log"
    click.echo(
        f"sealed {proved.sealed.day}, up to position {heads.position}; {logged}"
        + ("" if seen is None else f", seen by its witnesses at {moment(seen)}")
    )
    click.echo(f"{len(bundle.streams)} streams are all there are about this person:")
    table(
        [(one.stream, one.head.version, one.head.digest.hex()) for one in bundle.streams],
        head=("STREAM", "FACTS", "SHA-256 OF THE LAST ENTRY"),
    )


COMMANDS: Final = (mine, complete)
