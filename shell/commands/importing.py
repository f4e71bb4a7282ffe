"""Importing what hospitals send: files and folders of FHIR, exports, and insurance XML."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

import click

from app import System
from keys.sealing import DataKey
from ledger.commands.deliveries import Outcome
from ledger.commands.facilities import check_may_send
from ledger.identifiers import FACILITY_CODE, facility_stream
from ledger.importers.batch import Importer
from ledger.importers.journal import Journal, delivered
from ledger.importers.pieces import Source
from ledger.importers.progress import Line, Progress
from ledger.importers.quarantine import Quarantine
from ledger.importers.report import Report
from ledger.personal import Purpose
from shell.home import Home, write
from shell.lines import as_json, pass_home, tell

ROLE: Final = "facility_system"
PARTLY: Final = 1
"""Exit code where something was refused; it lies in quarantine."""


@click.command("import")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--facility", required=True, help="Code of the facility that sends.")
@click.option("--resume", is_flag=True, help="Go on where an earlier run of these files stopped.")
@click.option("--report", type=click.Path(path_type=Path), help="Also write the report as JSON.")
@click.option(
    "--workers", type=click.IntRange(0, 64), default=lambda: max((os.cpu_count() or 1) - 1, 1),
    show_default="processors less one", help="Processes that read and check; 0: this one alone.",
)  # fmt: skip
@click.option("--reason", help="Why what differs from what was sent before does.")
@click.option("--retry-quarantine", is_flag=True, help="Try again what was refused before.")
@click.option("--actor", default="shell", show_default=True, help="Who imports, for the record.")
@as_json
@pass_home
def import_(
    home: Home, paths: tuple[Path, ...], *, facility: str, resume: bool, report: Path | None,
    workers: int, reason: str | None, retry_quarantine: bool, actor: str, as_json: bool,
) -> None:  # fmt: skip
    """Take in what a facility sends: FHIR (.json), exports (.ndjson), insurance tables (.xml).

    What was sent before is repeated and changes nothing, so that an import can be killed and begun
    again. What is refused goes to `quarantine` in the home folder, sealed, with its reason; the
    rest goes on. Exit code 0: all taken in; 1: something was refused.
    """
    if not paths and not retry_quarantine:
        raise click.UsageError("expected files or folders, or --retry-quarantine")
    FACILITY_CODE.check(facility, place="facility")
    with home.opened() as system:
        check_may_send(system.facts, facility)
        quarantine = _quarantine(home, system, facility)
        act = system.act(actor, ROLE, facility)
        importer = Importer(
            system.facts, system.directory, Source(facility, act.at, reason), act,
            system.clockwork.new_id, quarantine,
        )  # fmt: skip
        if retry_quarantine:
            importer.retry(quarantine)
        if paths:
            progress = _progress(home, facility, resume=resume)
            say = partial(click.echo, err=True)
            importer.run(paths, progress=progress, line=_line(say), workers=workers)
        _note(home, importer)
    _tell(importer.report, report, as_json=as_json)


def _note(home: Home, importer: Importer) -> None:
    """Let the facility's people see on their page what was taken in here."""
    report, act = importer.report, importer.act
    line = delivered(
        report, at=act.at.isoformat(timespec="seconds"), door="import", size=report.size,
        seconds=round(report.seconds, 3),
    )  # fmt: skip
    Journal(home.path / "intake").note(importer.source.facility, line)


def _line(say: Callable[[str], None]) -> Callable[[int], Line]:
    return lambda total: Line(say, monotonic, total)


def _progress(home: Home, facility: str, *, resume: bool) -> Progress:
    folder = home.path / "import"
    folder.mkdir(mode=0o700, exist_ok=True)
    progress = Progress(folder / f"{facility}.jsonl")
    if resume:
        progress.load()
    return progress


def _quarantine(home: Home, system: System, facility: str) -> Quarantine:
    key: DataKey = system.subject_keys.for_writing(
        facility_stream(facility), Purpose.HEALTH_RESTRICTED.value
    )
    folder = home.path / "quarantine"
    folder.mkdir(mode=0o700, exist_ok=True)
    return Quarantine(folder / facility, key, system.clockwork.random)


def _tell(done: Report, file: Path | None, *, as_json: bool) -> None:
    if file is not None:
        write(file, json.dumps(done.as_json(), ensure_ascii=False, indent=2).encode())
    if as_json:
        tell(done.as_json())
    else:
        click.echo(done.as_text())
    if done.outcomes[Outcome.REFUSED.value]:
        raise SystemExit(PARTLY)
