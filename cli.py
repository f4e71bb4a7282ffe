"""`records`: the same system from a shell. Each command parses, calls one function, prints.

Exit codes: 0 done; 2 refused or impossible, with one line on the error stream that begins with a
stable code; 3 a command line that cannot be read. `records verify` answers by its own:
0 valid, 1 not valid, 2 cannot tell. `records doctor` exits with 1 if something is wrong.
"""

import os
from pathlib import Path

import click

from shell.commands import (
    appointment,
    audit,
    audit_completeness,
    audit_questions,
    audit_replay,
    audit_watch,
    backup,
    book,
    book_acts,
    callers,
    certificate,
    cleaning,
    consent,
    doctor,
    emergency,
    erasure,
    facility,
    facility_quality,
    history,
    identities,
    importing,
    keys,
    log,
    log_policies,
    log_proofs,
    log_rotation,
    log_timestamp,
    looks,
    misuse,
    openapi,
    person,
    projections,
    receipt,
    referral,
    registry,
    representing,
    request,
    rights,
    seal,
    serve,
    share,
    simulate,
    start,
    verify,
    visit,
    visit_files,
    witness,
)
from shell.home import Home
from shell.lines import Commands
from verify_api.version import VERSION

DEFAULT_HOME = Path("var/records")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_HOME,
    envvar="RECORDS_HOME",
    show_default=True,
    help="Folder of this ledger: settings, keys, and the databases that are files.",
)
@click.version_option(VERSION, "--version", prog_name="records")
@click.pass_context
def main(context: click.Context, home: Path) -> None:
    """Run a ledger of public records with signed verification."""
    context.obj = context.obj or Home(home, os.environ)


for command in (
    *start.COMMANDS,
    *serve.COMMANDS,
    simulate.simulate,
    request.request,
    certificate.certificate,
    referral.referral,
    appointment.appointment,
    verify.verify,
    verify.bundle,
    receipt.receipt,
    history.history,
    openapi.openapi,
    keys.keys,
    log.log,
    projections.projections,
    callers.account,
    callers.token,
    identities.organisation,
    identities.client,
    erasure.erasure,
    book.book,
    consent.consent,
    share.share,
    emergency.emergency,
    emergency.health_tasks,
    looks.looks,
    misuse.misuse,
    rights.rights,
    registry.registry,
    seal.seal,
    importing.import_,
    facility.facility,
    visit.visit,
    person.person,
    cleaning.cleaning,
    audit.audit,
    backup.backup,
    backup.restore,
    doctor.doctor,
    witness.witness,
):
    main.add_command(command)

facility.facility.add_command(facility_quality.quality)
log.log.add_command(log_timestamp.timestamp)
log.log.add_command(log_rotation.rotate_key)
log.log.add_command(log_policies.policies)
for proof in log_proofs.COMMANDS:
    log.log.add_command(proof)
for act in book_acts.COMMANDS:
    book.book.add_command(act)
for question in (
    *audit_questions.COMMANDS,
    *audit_completeness.COMMANDS,
    audit_replay.replay_command,
    audit_watch.watch,
):
    audit.audit.add_command(question)
for act in representing.COMMANDS:
    person.person.add_command(act)
for act in visit_files.COMMANDS:
    visit.visit.add_command(act)


if __name__ == "__main__":
    main()
