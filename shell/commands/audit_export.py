"""`records audit export` and `exporter`: an evidence package, and the key that signs packages."""

import re
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
from typing_extensions import override

from app import System
from ledger.audit.package import verify as second_opinion
from ledger.audit.package.package import PROGRAM, Contents, Origin, files_of
from ledger.audit.rows import open_rows
from ledger.errors import RefusedError
from ledger.transparency.bulk import prove_many
from ledger.transparency.log import PublishedHead, index_of
from ledger.transparency.policy import write_policy
from shell.commands.audit_questions import in_case
from shell.evidence import (
    Chosen,
    logged_under,
    of_positions,
    of_range,
    of_record,
    packaged,
    record_export,
    stored,
)
from shell.evidence_report import audited, given_report, given_stamps
from shell.exporter import exporter
from shell.home import Home
from shell.lines import as_json, pass_home, tell
from shell.package_files import require_free, write_package
from shell.sequencer import log_of
from verify_api.desk.auditing_records import Case
from verify_api.version import VERSION

_FILE: Final = click.Path(dir_okay=False, exists=True, path_type=Path)
_SPAN: Final = re.compile(r"([1-9][0-9]{0,17})(?:[:-]([1-9][0-9]{0,17}))?", re.ASCII)
_REPORTS: Final = ("jsonl", "html", "pdf")


class _Span(click.ParamType[tuple[int, int]]):
    """Two positions, as ``A:B``."""

    name = "A:B"

    @override
    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        """Return both."""
        first, colon, last = str(value).partition(":")
        if not colon or not _SPAN.fullmatch(first) or not _SPAN.fullmatch(last):
            self.fail(f"{value}: expected two positions as 1:40", param, ctx)
        return int(first), int(last)


class _Positions(click.ParamType[tuple[int, ...]]):
    """Positions, as ``3,7,20``."""

    name = "N,N,…"

    @override
    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, ...]:
        """Return them."""
        parts = str(value).split(",")
        if not all(_SPAN.fullmatch(part) and part.isdigit() for part in parts):
            self.fail(f"{value}: expected positions as 3,7,20", param, ctx)
        return tuple(map(int, parts))


class _Asked(NamedTuple):
    """What the command line says."""

    record: str | None
    span: tuple[int, int] | None
    positions: tuple[int, ...] | None
    case: Case
    proofs: bool
    looks: bool
    reports: tuple[Path, ...]
    time_stamps: tuple[Path, ...]
    language: str


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--record", help="All facts of a certificate, dossier, stream or person.")
@click.option("--range", "span", type=_Span(), help="The facts at these positions and between.")
@click.option("--positions", type=_Positions(), help="The facts at these positions.")
@click.option("--looks", is_flag=True, help="With --record: also who was shown it.")
@click.option("--proofs/--no-proofs", default=True, show_default=True,
              help="Each fact's place in the log.")  # fmt: skip
@click.option("--report", "reports", type=_FILE, multiple=True,
              help="A report (.jsonl, .html, .pdf) instead of an audit made now.")  # fmt: skip
@click.option("--language", type=click.Choice(("vi", "en")), default="vi", show_default=True,
              help="Of the report that is made.")  # fmt: skip
@click.option("--tsr", "time_stamps", type=_FILE, multiple=True,
              help="An RFC 3161 token over the head.")  # fmt: skip
@click.option("--zip", "zipped", is_flag=True, help="Write one .zip instead of a folder.")
@in_case
@as_json
@pass_home
def export_(
    home: Home, /, out: Path, actor: str, case_number: str | None, *, zipped: bool, as_json: bool,
    **said: Any,
) -> None:  # fmt: skip
    """Write facts, with proofs and a program that checks them, into OUT: an evidence package.

    Who takes what out is a fact first, for each person concerned. The package is checked by its
    own program before it is written; the exit code is the one that it will give to others: 0, or
    1 if the ledger, or what was audited of it, is not as it should be.
    """
    asked = _Asked(**said, case=Case(actor, case_number))
    if [asked.record, asked.span, asked.positions].count(None) != 2:  # noqa: PLR2004 (one of three)
        raise click.UsageError("one of --record, --range, --positions")
    if asked.looks and asked.record is None:
        raise click.UsageError("--looks belongs to --record")
    require_free(out)
    with home.opened() as system:
        told = _export(home, system, asked, out, zipped=zipped)
    if as_json:
        tell(told)
    else:
        _show(told)
    if told["wrong"]:
        sys.exit(second_opinion.Outcome(wrong=told["wrong"]).exit_code)


@click.command("exporter")
@pass_home
def exporter_(home: Home) -> None:
    """Print the public key that signs this home's packages; give it to others by another way."""
    with home.opened() as system:
        click.echo(exporter(system).key.vkey)


def _export(
    home: Home, system: System, asked: _Asked, out: Path, *, zipped: bool
) -> dict[str, Any]:
    log, clock = log_of(system), system.clockwork
    assert system.policy is not None, "it belongs to the log"
    head = log.latest()
    if head is None:
        raise RefusedError("not_covered", "the log has no published head yet: wait")
    chosen = _chosen(system, asked, head)
    with closing(open_rows(system.settings.ledger)) as source:
        rows = stored(source, chosen.positions)
    time_stamps = given_stamps(asked.time_stamps)
    report = given_report(asked.reports) or audited(home, system, chosen.positions, asked.language)
    proofs = dict(prove_many(log, [index_of(position) for position in chosen.positions], head))
    signer, package = exporter(system), clock.new_id()
    persons = record_export(system, rows, asked.case, package)
    policy = write_policy(system.policy)
    contents = Contents(
        facts=packaged(system, rows, asked.case, logged_under(head, proofs)),
        head=head.note,
        policy=policy.encode(),
        proofs={index: one.write() for index, one in proofs.items()} if asked.proofs else {},
        report=report,
        time_stamps=time_stamps,
        whole_streams=chosen.whole_streams,
        span=chosen.span,
    )
    origin = Origin(
        package=package, at=clock.now(), organisation=system.settings.host,
        actor=asked.case.actor, case=asked.case.number, program=f"records-ledger {VERSION}",
    )  # fmt: skip
    files = files_of(contents, origin, signer)
    outcome = second_opinion.Outcome()
    second_opinion.check(
        files, key=second_opinion.read_key(signer.key.vkey), policy=policy, outcome=outcome
    )
    write_package(out, files, package, zipped=zipped)
    return {
        "out": str(out), "package": str(package), "facts": len(rows), "later": chosen.later,
        "head": head.size, "persons": persons, "key": signer.key.vkey,
        "opened": sum(bool(one.opening) for one in contents.facts),
        "wrong": outcome.wrong, "not_checked": outcome.unchecked,
    }  # fmt: skip


def _chosen(system: System, asked: _Asked, head: PublishedHead) -> Chosen:
    if asked.record is not None:
        return of_record(system, asked.record, head, looks=asked.looks)
    if asked.span is not None:
        return of_range(*asked.span, head)
    assert asked.positions is not None, "one of three"
    return of_positions(asked.positions, head)


def _show(told: Mapping[str, Any]) -> None:
    click.echo(f"{told['out']}: {told['facts']} facts under a head of {told['head']} entries, "
               f"{told['opened']} opened; package {told['package']}")  # fmt: skip
    click.echo(f"check: python3 -I {PROGRAM} {told['out']} --policy FILE --key {told['key']}")
    if told["later"]:
        click.echo(f"{told['later']} later facts are under no head yet: left out", err=True)
    for kind in ("wrong", "not_checked"):
        for line in told[kind]:
            click.echo(f"{kind.replace('_', ' ')}: {line}", err=True)


COMMANDS: Final = (export_, exporter_)
