"""The auditor's commands, one group: `records audit …`. Exit codes as `ledger.audit.findings.EXIT`.

Groups of commands stand in files of their own (`audit_*.py`) and are added in `cli.py`.
"""

import click

from shell.commands import audit_export
from shell.commands.audit_segments import segments
from shell.commands.audit_verify import COMMANDS


@click.group()
def audit() -> None:
    """Ask a copy of the ledger and its log what an auditor asks: read-only, nothing trusted."""


for command in (*COMMANDS, *audit_export.COMMANDS):
    audit.add_command(command)
audit.add_command(segments)
