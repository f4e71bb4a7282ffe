"""`records`: the same system from a shell. Each command parses, calls one function, prints.

Exit codes: 0 done; 2 refused or impossible, with one line on the error stream that begins with a
stable code; 3 a command line that cannot be read. `records verify` answers by its own:
0 valid, 1 not valid, 2 cannot tell. `records doctor` exits with 1 if something is wrong.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click

from shell.home import Home
from shell.lazy_commands import LazyCommands
from verify_api.version import VERSION

DEFAULT_HOME = Path("var/records")
PLACES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "init": ("start:init",),
    "demo": ("start:demo",),
    "serve": ("serve:serve",),
    "web": ("serve:web",),
    "worker": ("serve:worker",),
    "simulate": ("simulate:simulate",),
    "request": ("request:request", "letters:letters"),
    "certificate": ("certificate:certificate",),
    "referral": ("referral:referral",),
    "appointment": ("appointment:appointment",),
    "verify": ("verify:verify",),
    "bundle": ("verify:bundle",),
    "receipt": ("receipt:receipt",),
    "history": ("history:history",),
    "openapi": ("openapi:openapi",),
    "keys": ("keys:keys",),
    "log": ("log:log", "log_timestamp:timestamp", "log_rotation:rotate_key",
            "log_policies:policies", "log_proofs:COMMANDS"),
    "projections": ("projections:projections",),
    "account": ("callers:account",),
    "token": ("callers:token",),
    "organisation": ("identities:organisation",),
    "client": ("identities:client",),
    "erasure": ("erasure:erasure",),
    "book": ("book:book", "book_acts:COMMANDS"),
    "consent": ("consent:consent",),
    "share": ("share:share",),
    "emergency": ("emergency:emergency",),
    "health-tasks": ("emergency:health_tasks",),
    "looks": ("looks:looks",),
    "misuse": ("misuse:misuse",),
    "rights": ("rights:rights",),
    "registry": ("registry:registry",),
    "seal": ("seal:seal",),
    "import": ("importing:import_",),
    "facility": ("facility:facility", "facility_quality:quality"),
    "visit": ("visit:visit", "visit_files:COMMANDS"),
    "person": ("person:person", "representing:COMMANDS"),
    "cleaning": ("cleaning:cleaning",),
    "audit": ("audit:audit", "audit_questions:COMMANDS", "audit_completeness:COMMANDS",
              "audit_replay:replay_command", "audit_watch:watch"),
    "backup": ("backup:backup",),
    "restore": ("backup:restore",),
    "doctor": ("doctor:doctor",),
    "witness": ("witness:witness",),
})  # fmt: skip
"""Where each command is; see `shell.lazy_commands`."""


@click.group(
    cls=LazyCommands, places=PLACES, context_settings={"help_option_names": ["-h", "--help"]}
)
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


if __name__ == "__main__":
    main()
