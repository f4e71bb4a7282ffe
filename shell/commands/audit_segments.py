"""`records audit segments`: history in columns, verified, folded and counted by many processes."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import click

from ledger.audit.findings import EXIT, Finding
from shell.audit_inputs import database, read_policy
from shell.extras import extra
from shell.home import read, write
from shell.lines import tell

_FILE: Final = click.Path(dir_okay=False, exists=True, path_type=Path)
_FOLDER: Final = click.Path(file_okay=False, exists=True, path_type=Path)
_NEW_FOLDER: Final = click.Path(file_okay=False, path_type=Path)


def _workers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say who does the work."""
    cluster = click.option(
        "--cluster",
        help="Address of a dask scheduler, tcp://host:port; its workers see the same paths.",
    )
    count = click.option(
        "--processes",
        type=click.IntRange(1, 256),
        default=1,
        show_default=True,
        help="How many work on this machine.",
    )
    return count(cluster(command))


_json_file = click.option(
    "--json", "to", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the findings there, one JSON object a line; to standard output if left out.",
)  # fmt: skip


@click.group()
def segments() -> None:
    """Keep history in columns: Parquet files that verify themselves and are counted fast."""


@segments.command()
@click.argument("ledger")
@click.argument("folder", type=_NEW_FOLDER)
@click.option("--log", help="The log: connection string, file, folder of static files, address.")
@click.option("--tail", is_flag=True, help="Also what fills no whole segment, in smaller ones.")
@_workers
@_json_file
def export(
    ledger: str, folder: Path, log: str | None, processes: int, cluster: str | None,
    to: Path | None, *, tail: bool,
) -> None:  # fmt: skip
    """Write the segments of LEDGER that are not in FOLDER yet; end it and begin again at will.

    With --log only what its newest head covers, and that head. Exits with 1 where rows are not
    what was logged: their segments are not written.
    """
    doing = extra("audit", "shell.segments")
    source = database(ledger, "ledger", kept=False)
    address = None if log is None else database(log, "log", kept=False)
    with doing.at_work(processes, cluster) as workers:
        findings = doing.export(source, folder, address, workers, tail=tail)
    _tell(findings, to)
    sys.exit(EXIT.findings if findings else EXIT.clean)


@segments.command()
@click.argument("folder", type=_FOLDER)
@click.option("--policy", type=_FILE, help="Which log keys and witnesses count (C2SP tlog-policy).")
@click.option("--checkpoint", type=_FILE, help="A head that somebody kept.")
@_workers
@_json_file
def verify(
    folder: Path, policy: Path | None, checkpoint: Path | None, processes: int,
    cluster: str | None, to: Path | None,
) -> None:  # fmt: skip
    """Check the segments in FOLDER: each by itself, all in order, and beside a head of the log.

    Exits with 0 if all is clean, 1 with findings, 2 if something could not be checked.
    """
    doing = extra("audit", "shell.segments")
    if checkpoint is not None and policy is None:
        raise click.UsageError("--checkpoint needs --policy")
    believed = None if policy is None else read_policy(policy)
    note = None if checkpoint is None else read(checkpoint)
    with doing.at_work(processes, cluster) as workers:
        checked = doing.verify(folder, workers, believed, note)
    _tell(checked.findings, to)
    click.echo(f"{len(checked.findings):,} findings", err=True)
    click.echo(f"{checked.facts:,} facts, {checked.streams:,} streams", err=True)
    click.echo(f"{checked.proved:,} facts are those of a head that the policy believes", err=True)
    for name, why in sorted(checked.unchecked.items()):
        click.echo(f"not checked: {name}: {why}", err=True)
    sys.exit(checked.exit_code)


@segments.command()
@click.argument("folder", type=_FOLDER)
@click.option("--engine", type=click.Choice(["duckdb", "python"]), default="duckdb",
              show_default=True, help="SQL over columns, or the fold of the views.")  # fmt: skip
@click.option("--memory", default="2GB", show_default=True, help="What the SQL engine may take.")
@_workers
def stats(folder: Path, engine: str, memory: str, processes: int, cluster: str | None) -> None:
    """Print the published figures as the segments in FOLDER have them, as JSON; verify them first.

    Both engines say the same; the position says how far the figures go.
    """
    doing = extra("audit", "shell.segments")
    with doing.at_work(processes, cluster) as workers:
        tell(doing.stats(folder, engine, workers, memory))


def _tell(findings: Iterable[Finding], to: Path | None) -> None:
    found = "".join(f"{json.dumps(one.as_json())}\n" for one in findings)
    if to is None:
        click.echo(found, nl=False)
    else:
        write(to, found.encode())
