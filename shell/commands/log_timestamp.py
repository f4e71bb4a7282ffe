"""`records log timestamp`: an authority outside says that it saw the log's newest head."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from app import System
from ledger.audit.findings import EXIT, Finding, in_order
from ledger.audit.timestamps import Timestamps, judge, late_findings
from shell.audit_inputs import held_stamps
from shell.home import Home
from shell.lines import moment, pass_home, table
from shell.sequencer import log_of
from shell.timestamping import authority_of, stamping_of, stamps_of

_FILE: Final = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.command()
@click.option("--tsa", help="Address of the authority; that of the settings if left out.")
@click.option("--tsa-certificate", type=_FILE,
              help="Its certificates, PEM; log/tsa.pem if left out.")  # fmt: skip
@click.option("--tsa-policy", help="The authority's policy that is asked for, as dotted numbers.")
@click.option("--renew", is_flag=True, help="Renew every token that is older than a year.")
@click.option("--check", is_flag=True, help="Check all tokens that are kept; ask nobody.")
@click.pass_context
@pass_home
def timestamp(
    home: Home, context: click.Context, *, tsa: str | None, tsa_certificate: Path | None,
    tsa_policy: str | None, renew: bool, check: bool,
) -> None:  # fmt: skip
    """Have the newest head stamped, or say when it was; the token is kept beside the head.

    With --check: exit code 0 if every token is good, 1 if one is not or they are too far apart.
    """
    with home.opened() as system:
        log_of(system)
        settings = system.settings
        system.settings = replace(
            settings,
            tsa=tsa or settings.tsa,
            tsa_certificate=str(tsa_certificate or settings.tsa_certificate),
            tsa_policy=tsa_policy or settings.tsa_policy,
        )
        if check:
            findings = _checked(system)
            context.exit(EXIT.findings if findings else EXIT.clean)
        stamping = stamping_of(system)
        if renew:
            sizes = stamping.renew(most=len(stamps_of(system).sizes()))
            click.echo(f"renewed {len(sizes)}")
            return
        stamped = stamping.now()
        at = stamping.state.at
    assert at is not None, "just stamped, and checked"
    click.echo(f"the head of {stamped.size} entries, stamped at {moment(at)}")


def _checked(system: System) -> list[Finding]:
    """Say when each head was stamped; return what is wrong."""
    authority = authority_of(Path(system.settings.tsa_certificate))
    files = stamps_of(system)
    given = Timestamps(held_stamps(files), authority.check)
    stamped = judge(given)
    head = log_of(system).latest()
    late = late_findings(
        stamped.times, newest=head.size if head else 0, at=system.clockwork.now(), most=given.most
    )
    tokens = {one.size: len(one.tokens) for one in given.held}
    rows = [(size, moment(at), tokens[size]) for size, at in stamped.times]
    table(rows, head=("HEAD", "STAMPED AT", "TOKENS"))
    findings = in_order([*stamped.findings, *late])
    for one in findings:
        place = " ".join(f"{name}={value}" for name, value in one.place.items())
        click.echo(f"{one.code}  {place}  expected {one.expected}, found {one.found}", err=True)
    return findings
