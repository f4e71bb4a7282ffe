"""`records audit replay`: every view made again from the facts, and held against the live rows."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from app import System
from ledger.audit.findings import EXIT, in_order
from ledger.audit.raw_facts import RawFacts
from ledger.audit.rows import open_rows
from ledger.facts import RecordedFact
from ledger.records import seal
from ledger.store.sealed_parts import SealedParts
from projections.replay import Evidence, Outcome, replay
from projections.shadow import CopiedFacts, Shadow
from projections.view import View
from projections.view_database import open_views
from projections.views import NAMES, NEED_KEYS, OPENED, VIEWS
from shell.day_seals import seal_files
from shell.home import Home
from shell.lines import as_json, pass_home, table, tell
from verify_api.desk.narrow_seals import NarrowParts

_EVERY_SECONDS: Final = 2.0


@click.command("replay")
@click.argument("ledger", required=False)
@click.option("--views", "url", help="Address of the live views; of the home if left out.")
@click.option("--view", "names", multiple=True, type=click.Choice(NAMES), help="Only this view.")
@click.option("--to", type=click.IntRange(1), help="Stop at this position.")
@click.option("--seals", type=click.IntRange(0), default=1, show_default=True,
              help="How many of the last daily seals to hold against it.")  # fmt: skip
@as_json
@pass_home
@click.pass_context
def replay_command(
    context: click.Context, home: Home, ledger: str | None, *, url: str | None,
    names: tuple[str, ...], to: int | None, seals: int, as_json: bool,
) -> None:  # fmt: skip
    """Make every view again from the facts of LEDGER, and say which rows differ.

    LEDGER and the views are addresses such as sqlite:///path or postgresql://…; those of this home
    if left out. A copy without its keys leaves views unchecked that need keys. Nothing is changed.

    Exit codes: 0 no drift, 1 drift, 2 something could not be checked.
    """
    outcome, left_out = replayed(home, ledger, url, names=names, to=to, seals=seals)
    _show(outcome, left_out, as_json=as_json)
    if outcome.findings:
        context.exit(EXIT.findings)
    if left_out or not outcome.is_whole:
        context.exit(EXIT.could_not_check)


def replayed(
    home: Home, ledger: str | None, url: str | None, *, names: tuple[str, ...] = (),
    to: int | None = None, seals: int = 1, report: Callable[[int], None] | None = None,
) -> tuple[Outcome, list[str]]:  # fmt: skip
    """Return what a replay comes to, and which views were left out for want of keys.

    Args:
        home: Whose keys open what views open, and whose seals are held against it.
        ledger: Address of a copy; the home's own if None.
        url: Address of the live views; the home's own if None.
        names: Only these views.
        to: Stop at this position.
        seals: How many of the last daily seals to hold against it.
        report: Told the position reached; by default that is told on the error stream.
    """
    with _source(home, ledger, url) as source, TemporaryDirectory(prefix="replay-") as folder:
        chosen = [view for view in source.views if not names or view.name in names]
        left_out = sorted(set(names or NAMES) - {view.name for view in chosen})
        database = open_views(f"sqlite:///{Path(folder) / 'shadow.db'}")
        try:
            shadow = Shadow(database, chosen, source.facts, opened=source.opened)
            found = source.evidence(seals, to)
            progress = report or _Progress(min(to or source.facts.head(), source.facts.head()))
            outcome = replay(shadow, found, to=to, report=progress)
        finally:
            database.close()
    return outcome, left_out


class _Source:
    """Facts of a home or of a copy, and the views that can be made from them."""

    def __init__(self, facts: RawFacts, system: System | None, url: str, home: Home) -> None:
        self.facts: CopiedFacts = facts
        self.opened: CopiedFacts | None = None
        self.views: tuple[View, ...] = VIEWS
        self._url, self._home, self._system = url, home, system
        if system is not None:
            self.views = tuple(system.views.views.values())

    def evidence(self, count: int, to: int | None) -> Evidence:
        """Return what is held against the replay: the live views, and the last seals."""
        every = self.facts.history(seal.STREAM).recorded
        kept: tuple[RecordedFact, ...] = tuple(
            one for one in every if to is None or one.position <= to
        )
        return Evidence(
            self._url, kept[-count:] if count else (), seal_files(self._home.path),
            self._is_destroyed,
        )  # fmt: skip

    def _is_destroyed(self, key_id: bytes) -> bool:
        if self._system is None:
            return False
        known = self._system.subject_keys.for_reading_many([key_id])
        return known.get(key_id, b"") is None


@contextmanager
def _source(home: Home, ledger: str | None, url: str | None) -> Iterator[_Source]:
    with ExitStack() as stack:
        if ledger is not None:
            rows = open_rows(ledger)
            stack.callback(rows.close)
            yield _Source(RawFacts(rows), None, url or home.settings.views, home)
            return
        system = stack.enter_context(home.opened())
        rows, more = open_rows(system.settings.ledger), open_rows(system.settings.ledger)
        stack.callback(rows.close)
        stack.callback(more.close)
        source = _Source(RawFacts(rows), system, url or system.settings.views, home)
        seals = SealedParts(system.subject_keys, system.clockwork.random)
        source.opened = RawFacts(more, NarrowParts(seals, OPENED))
        yield source


class _Progress:
    """Tells how far it is: exact counts, the rate, and the time to go, a line at whiles."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._start = self._told = time.monotonic()

    def __call__(self, position: int) -> None:
        now = time.monotonic()
        if now - self._told < _EVERY_SECONDS:
            return
        self._told = now
        rate = position / (now - self._start)
        to_go = (self._total - position) / rate if rate else 0.0
        line = f"{position}/{self._total} facts, {rate:,.0f}/s, {to_go:.0f} s to go"
        click.echo(line, err=True, file=sys.stderr)


def _show(outcome: Outcome, left_out: list[str], *, as_json: bool) -> None:
    if as_json:
        tell(_plain(outcome, left_out))
        return
    table(
        [
            (one.view, one.position, one.behind, one.differing, one.erased, one.unchecked)
            for one in outcome.views
        ],
        head=("VIEW", "POSITION", "BEHIND", "DIFFERING", "ERASED", "NOT CHECKED"),
    )
    if outcome.seals:
        table(
            [
                (one.day, one.view, one.position, _WORDS[one.equal], one.why)
                for one in outcome.seals
            ],
            head=("SEAL", "VIEW", "POSITION", "", ""),
        )
    for found in in_order(outcome.findings):
        place = " ".join(f"{name}={value}" for name, value in found.place.items())
        click.echo(f"{found.code}  {place}  expected {found.expected}, found {found.found}")
    for name in left_out:
        click.echo(f"{name}: not checked: {_why(name)}", err=True)


_WORDS: Final = {True: "equal", False: "differs", None: "not reproducible"}


def _why(name: str) -> str:
    return "it needs keys that a copy has not" if name in NEED_KEYS else "no such view here"


def _plain(outcome: Outcome, left_out: list[str]) -> dict[str, Any]:
    return {
        "head": outcome.head,
        "views": [
            {
                "view": one.view, "version": one.version, "position": one.position,
                "behind": one.behind, "differing": one.differing, "erased": one.erased,
                "unchecked": one.unchecked,
            }
            for one in outcome.views
        ],
        "seals": [
            {
                "day": one.day, "view": one.view, "position": one.position, "equal": one.equal,
                "why": one.why,
            }
            for one in outcome.seals
        ],
        "left_out": [{"view": name, "why": _why(name)} for name in left_out],
        "findings": [one.as_json() for one in in_order(outcome.findings)],
    }  # fmt: skip
