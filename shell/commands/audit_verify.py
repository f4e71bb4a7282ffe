"""`records audit verify` and what belongs to it: going on, looking ahead, proving one place."""

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import click
from typing_extensions import override

from ledger.audit.document.labels import LANGUAGES
from ledger.audit.findings import EXIT
from ledger.audit.memory import AuditorMemory
from ledger.audit.report import Report
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import Hire, plan_of, verify
from ledger.audit.workers import opened
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.log import index_of
from ledger.transparency.log import prove as prove_leaf
from shell.audit_document import BEGUN, Document, begin_document, scope_of
from shell.audit_inputs import Given, database, given_from_json, of_home
from shell.audit_lines import ProgressLines, duration, summary
from shell.extras import extra
from shell.home import Home, write
from shell.lines import pass_home

_FILE: Final = click.Path(dir_okay=False, exists=True, path_type=Path)
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_SEED_BYTES: Final = 4
_ENOUGH_ROWS: Final = 4_096
"""From here on the rate says something about the next audit."""


class _Range(click.ParamType[tuple[int, int]]):
    """Two positions, as ``A:B``."""

    name = "A:B"

    @override
    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        """Return both."""
        first, colon, last = str(value).partition(":")
        if not colon or not first.isdecimal() or not last.isdecimal():
            self.fail(f"{value}: expected two positions as 1:65536", param, ctx)
        return int(first), int(last)


class FormerPolicyFile(click.ParamType[str]):
    """A policy and how far it reached, as ``SIZE:FILE``."""

    name = "SIZE:FILE"

    @override
    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Return the size, a colon, and the file's whole path."""
        size, _, file = str(value).partition(":")
        if not size.isdecimal() or not Path(file).is_file():
            self.fail(f"{value}: expected a size and a policy file as 300:policy-one", param, ctx)
        return f"{int(size)}:{Path(file).resolve()}"


_SOURCES: Final = (
    click.argument("ledger", required=False),
    click.option(
        "--log", "log", help="The log: connection string, file, folder of static files, address."
    ),
    click.option(
        "--policy", type=_FILE, help="Which log keys and witnesses count (C2SP tlog-policy)."
    ),
)
_SCOPES: Final = (
    click.option(
        "--memory",
        type=_FOLDER,
        help="The auditor's own folder: what was verified last, the scan at work.",
    ),
    click.option("--since", is_flag=True, help="Only what came after what the memory has."),
    click.option("--full", is_flag=True, help="Everything; so it is if nothing else is said."),
    click.option("--range", "span", type=_Range(), help="Only the parts with these positions."),
    click.option(
        "--sample", type=click.IntRange(min=1), help="So many parts and heads, drawn at random."
    ),
    click.option("--seed", type=int, help="Draw the same sample again."),
)
_OUTSIDE: Final = (
    click.option(
        "--policy-until",
        "former",
        type=FormerPolicyFile(),
        multiple=True,
        help="A policy before the newest one, and the size up to which it counted.",
    ),
    click.option(
        "--checkpoint", "checkpoints", type=_FILE, multiple=True, help="A head that somebody kept."
    ),
    click.option("--proof", "proofs", type=_FILE, multiple=True, help="A holder's .tlog-proof."),
    click.option(
        "--witness",
        "witnesses",
        multiple=True,
        help="Address of a witness to ask for the head it saw.",
    ),
    click.option(
        "--node",
        "nodes",
        multiple=True,
        help="Address of another node of the log, asked for the head it shows.",
    ),
    click.option("--timestamps", type=_FOLDER, help="Folder of heads that an authority stamped."),
    click.option("--tsa-certificate", type=_FILE, help="That authority's certificates, PEM."),
    click.option("--keys", help="The key store: then erasures are checked both ways."),
    click.option(
        "--files", type=_FOLDER, help="Files beside the ledger, held against the facts naming them."
    ),
    click.option(
        "--keep-entries", is_flag=True, help="The memory keeps every leaf (32 bytes a fact)."
    ),
    click.option(
        "--processes",
        type=click.IntRange(1, 256),
        default=1,
        show_default=True,
        help="How many read.",
    ),
    click.option(
        "--cluster",
        help="Address of a dask scheduler, tcp://host:port; its workers read instead.",
    ),
)


def _with(options: tuple[Callable[[Any], Any], ...]) -> Callable[[Any], Any]:
    def add(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return add


_json_file = click.option(
    "--json", "to", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the findings there, one JSON object a line; to standard output if left out.",
)  # fmt: skip
_every = click.option(
    "--every", type=click.FloatRange(min=0.1), default=10.0, show_default=True,
    help="Seconds between two lines of progress where there is no terminal.",
)  # fmt: skip
_DOCUMENT: Final = (
    click.option(
        "--report", "folder", type=_FOLDER,
        help="Write report.jsonl, report.html and report.pdf into this folder.",
    ),
    click.option(
        "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True,
        help="Of the report.",
    ),
)  # fmt: skip


@click.command("verify")
@_with(_SOURCES)
@_with(_SCOPES)
@_with(_OUTSIDE)
@_with(_DOCUMENT)
@_json_file
@_every
@pass_home
def verify_(
    home: Home, /, to: Path | None, every: float, folder: Path | None, language: str, **said: Any
) -> None:
    """Check LEDGER, a copy or connection string, against its log; the home's own without one.

    Exits with 0 if all is clean, 1 with findings, 2 if something could not be checked.
    """
    memory = _memory(said["memory"])
    given = _given(home, said, kept=memory is not None or said["cluster"] is not None)
    scope, begun = _scope(home, said), home.clockwork.now()
    document = None
    if folder is not None:
        document = begin_document(folder, language, given, scope, memory, begun)
    arguments = {**given.as_json(), BEGUN: begun.isoformat()}
    _run(home, given, scope, memory, to=to, every=every, document=document, arguments=arguments)


@click.command()
@click.option("--memory", type=_FOLDER, required=True, help="The folder of the interrupted scan.")
@_with(_DOCUMENT)
@_json_file
@_every
@pass_home
def resume(
    home: Home, memory: Path, to: Path | None, every: float, folder: Path | None, language: str
) -> None:
    """Go on with an interrupted `verify`, from the first part that was not finished."""
    kept = AuditorMemory(memory)
    scope, arguments = scope_of(kept), kept.arguments()
    begun = arguments.pop(BEGUN, None)
    given = given_from_json(arguments)
    document = None
    if folder is not None:
        at = home.clockwork.now() if begun is None else datetime.fromisoformat(begun)
        document = begin_document(folder, language, given, scope, kept, at)
    _run(home, given, scope, kept, to=to, every=every, document=document, arguments=None)


@click.command("dry-run")
@_with(_SOURCES)
@_with(_SCOPES)
@click.option("--processes", type=click.IntRange(1, 256), default=1, help="As for verify.")
@pass_home
def dry_run(home: Home, /, **said: Any) -> None:
    """Say what `verify` would read with the same options, and how long by the last rate."""
    memory = _memory(said["memory"])
    given = _given(home, said, kept=False)
    plan = plan_of(given.evidence(), _scope(home, said), memory=memory)
    parts = [part for part in plan.parts() if part.read_from is not None]
    rows = sum(part.end - (part.read_from or 0) for part in parts)
    click.echo(f"{rows:,} of {plan.rows:,} rows, in {len(parts):,} parts of {plan.part_rows:,}")
    click.echo(f"log of {plan.size:,} entries, newest head of {plan.newest:,}")
    rate = None if memory is None else memory.rate()
    if rate:
        click.echo(f"about {duration(rows / rate)} at {rate:,.0f} rows a second, as last time")


@click.command()
@click.argument("position", type=click.IntRange(min=1))
@_with(_SOURCES)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="Where the proof is written.")  # fmt: skip
@pass_home
def prove(home: Home, /, position: int, out: Path, **said: Any) -> None:
    """Write the .tlog-proof of the fact at POSITION, checked against LEDGER and the policy."""
    evidence = _given(home, said, kept=False).evidence()
    if evidence.log is None or evidence.policy is None:
        raise InvalidInputError("log", "log_missing", "a log and a policy")
    with opened(evidence, folder=Path(), memory=None) as here:
        row = here.rows.at(position)
        assert here.log is not None, "checked above"
        head = here.log.covering(index_of(position))
        if row is None or head is None or type(row.entry) is not bytes:
            raise ProofError("no_such_leaf", "no published head is over a fact at this position")
        proof = prove_leaf(here.log, index_of(position), head)
        proof.verify(row.entry, evidence.policy)
    write(out, proof.write())
    click.echo(f"{out}: index {proof.index} under a head of {head.size:,} entries")


def _memory(folder: Path | None) -> AuditorMemory | None:
    return None if folder is None else AuditorMemory(folder)


def _given(home: Home, said: dict[str, Any], *, kept: bool) -> Given:
    ledger, log, policy = said["ledger"], said["log"], said["policy"]
    given = (
        of_home(home)
        if ledger is None
        else Given(database(ledger, "ledger", kept=kept), None, None)
    )
    if log is not None:
        given = replace(given, log=database(log, "log", kept=kept))
    if policy is not None:
        given = replace(given, policy=str(policy.resolve()))
    keys = said.get("keys")
    return replace(
        given,
        keys=None if keys is None else database(keys, "keys", kept=kept),
        files=_path(said.get("files")),
        checkpoints=tuple(str(file.resolve()) for file in said.get("checkpoints", ())),
        proofs=tuple(str(file.resolve()) for file in said.get("proofs", ())),
        witnesses=tuple(said.get("witnesses", ())),
        nodes=tuple(said.get("nodes", ())),
        timestamps=_path(said.get("timestamps")),
        tsa_certificate=_path(said.get("tsa_certificate")),
        processes=said.get("processes", 1),
        keep_entries=said.get("keep_entries", False),
        former=tuple(said.get("former", ())),
        cluster=said.get("cluster"),
    )


def _path(given: Path | None) -> str | None:
    return None if given is None else str(given.resolve())


def _scope(home: Home, said: dict[str, Any]) -> Scope:
    chosen = [name for name in ("since", "full", "span", "sample") if said[name]]
    if len(chosen) > 1:
        raise click.UsageError("one of --full, --since, --range, --sample")
    if said["seed"] is not None and not said["sample"]:
        raise click.UsageError("--seed belongs to --sample")
    if said["since"]:
        if said["memory"] is None:
            raise click.UsageError("--since needs --memory")
        return Scope(Mode.SINCE)
    if said["span"]:
        return Scope(Mode.RANGE, first=said["span"][0], last=said["span"][1])
    if said["sample"]:
        drawn = int.from_bytes(home.clockwork.random(_SEED_BYTES))
        seed = drawn if said["seed"] is None else said["seed"]
        return Scope(Mode.SAMPLE, sample=said["sample"], seed=seed)
    return Scope()


def _run(
    home: Home, given: Given, scope: Scope, memory: AuditorMemory | None, *, to: Path | None,
    every: float, document: Document | None, arguments: dict[str, Any] | None,
) -> None:  # fmt: skip
    """Audit, and tell; without ``arguments`` the memory's own scan goes on."""
    lines = ProgressLines(every=every)
    with ExitStack() as stack:
        if memory is not None:
            stack.enter_context(memory.alone())
        try:
            report = verify(
                given.evidence(), scope,
                at=home.clockwork.now(), memory=memory, resume=arguments is None,
                tell=lines.tell,
                processes=given.processes, team=_hired(given.cluster),
                keep_leaves=given.keep_entries, arguments=arguments,
            )  # fmt: skip
        except KeyboardInterrupt:
            click.echo(_interrupted(memory), err=True)
            sys.exit(EXIT.could_not_check)
        if memory is not None and report.rows >= _ENOUGH_ROWS:
            memory.note_rate(lines.rate)
    _tell(report, to)
    if document is not None:
        document.write(report, home.clockwork.now())
    sys.exit(report.exit_code)


def _hired(cluster: str | None) -> Hire | None:
    """Return what has a cluster's workers do the work, if an address was given."""
    if cluster is None:
        return None
    workers: Any = extra("cluster", "ledger.audit.cluster").ClusterWorkers
    return partial(workers, address=cluster)


def _interrupted(memory: AuditorMemory | None) -> str:
    if memory is None:
        return "\ninterrupted; without --memory nothing of it was kept"
    return f"\ninterrupted; go on with: records audit resume --memory {memory.folder}"


def _tell(report: Report, to: Path | None) -> None:
    found = "".join(f"{json.dumps(one.as_json())}\n" for one in report.findings)
    if to is None:
        click.echo(found, nl=False)
    else:
        write(to, found.encode())
    for line in summary(report):
        click.echo(line, err=True)


COMMANDS: Final = (verify_, resume, dry_run, prove)
