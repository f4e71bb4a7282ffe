"""`records audit watch`: passes without end, and an alarm for what they find."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click
from typing_extensions import override

from ledger.audit.freshness import Freshness
from ledger.audit.memory import AuditorMemory
from ledger.errors import InvalidInputError
from shell.alarms import Courier, Send, by_command, by_post
from shell.audit_inputs import Given, database, of_home
from shell.commands.audit_replay import replayed
from shell.commands.audit_verify import FormerPolicyFile
from shell.home import Home
from shell.lines import pass_home
from shell.serving import on_stop
from shell.watch_figures import WatchFigures, address_of, serve_figures
from shell.watching import Compare, Drift, Habits, Watch, delivering

_FILE: Final = click.Path(dir_okay=False, exists=True, path_type=Path)
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "": 1}


class _Duration(click.ParamType[timedelta]):
    """A number with its unit, as ``30d``; seconds without one."""

    name = "time"

    @override
    def convert(self, value: Any, param: Any, ctx: Any) -> timedelta:
        """Return the time."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", str(value))
        if found is None or not float(found[1]):
            self.fail(f"{value}: expected a time as 60, 90s, 5m, 12h or 30d", param, ctx)
        return timedelta(seconds=float(found[1]) * _UNITS[found[2]])


_TIME: Final = _Duration()
_OPTIONS: Final = (
    click.argument("ledger", required=False),
    click.option("--log", help="The log: connection string, file, folder of static files, "
                 "address."),
    click.option("--policy", type=_FILE, help="Which log keys and witnesses count."),
    click.option("--policy-until", "former", type=FormerPolicyFile(), multiple=True,
                 help="A policy before the newest one, and the size up to which it counted."),
    click.option("--memory", type=_FOLDER, required=True,
                 help="The watch's own folder: what was verified, what was told, what waits."),
    click.option("--witness", "witnesses", multiple=True,
                 help="Address of a witness to ask for the head it saw."),
    click.option("--node", "nodes", multiple=True,
                 help="Address of another node of the log, asked for the head it shows."),
    click.option("--timestamps", type=_FOLDER, help="Folder of heads that an authority stamped."),
    click.option("--tsa-certificate", type=_FILE, help="That authority's certificates, PEM."),
    click.option("--keys", help="The key store: then erasures are checked both ways."),
    click.option("--files", type=_FOLDER, help="Files beside the ledger, against their facts."),
    click.option("--keep-entries", is_flag=True, help="The memory keeps every leaf."),
    click.option("--processes", type=click.IntRange(1, 256), default=1, show_default=True,
                 help="How many read."),
    click.option("--every", type=_TIME, default="60", show_default=True,
                 help="Between two passes."),
    click.option("--full-every", type=_TIME, default="30d", show_default=True,
                 help="Between two passes over everything; the others read what is new."),
    click.option("--head-age", type=_TIME, default="1d", show_default=True,
                 help="How old the newest cosignature may be."),
    click.option("--tail-age", type=_TIME, default="5m", show_default=True,
                 help="How long a fact may be in no published head."),
    click.option("--drift", is_flag=True,
                 help="After each pass over everything make the views again and compare them."),
    click.option("--views", help="Address of the live views; of the home if left out."),
    click.option("--canary", is_flag=True,
                 help="Measure how long the newest fact takes to a cosigned head."),
    click.option("--alarm", help="A command that gets each alarm on its standard input."),
    click.option("--alarm-url", help="Where each alarm is posted to as JSON."),
    click.option("--json", "to", type=click.Path(dir_okay=False, path_type=Path),
                 help="Append what is told there, one JSON object a line; else to standard "
                 "output."),
    click.option("--metrics", help="HOST:PORT or PORT where figures are answered."),
    click.option("--public", is_flag=True, help="Allow an address that others can reach."),
    click.option("--once", is_flag=True, help="Make one pass, and end."),
)  # fmt: skip


def _with_options(function: Any) -> Any:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command("watch")
@_with_options
@pass_home
def watch(home: Home, /, **said: Any) -> None:
    """Watch LEDGER, a copy or connection string, and its log; the home's own without one.

    Each finding is told once, and once when it is gone. With --once exits with 0 if all is clean,
    1 with findings, 2 if something could not be checked.
    """
    given, folder = _given(home, said), Path(said["memory"])
    send = _alarm(said["alarm"], said["alarm_url"])
    metrics = said["metrics"] and address_of(said["metrics"], public=said["public"])
    with ExitStack() as stack:
        stack.enter_context(AuditorMemory(folder).alone())
        write_line = stack.enter_context(_lines(said["to"]))
        life = Watch(
            given, folder, _habits(home, said),
            now=home.clockwork.now, draw=home.clockwork.draw, write_line=write_line,
        )  # fmt: skip
        courier = (
            None
            if send is None
            else Courier(life.teller.outbox, send, lambda: life.teller.committed)
        )
        life.teller.alarmed = None if courier is None else courier.look
        if metrics:
            figures = WatchFigures(
                life.state, home.clockwork.now,
                waiting=lambda: sum(1 for _ in life.teller.outbox.waiting()),
                undelivered=lambda: 0 if courier is None else courier.failures,
            )  # fmt: skip
            stack.callback(serve_figures(figures, *metrics))
        on_stop(life.stop)
        if said["once"]:
            life.once()
            if courier is not None and not courier.deliver_now():
                click.echo("alarms wait: the next run tells them", err=True)
            sys.exit(life.exit_code)
        if courier is not None:
            stack.enter_context(delivering(courier.run, courier.stop))
            courier.look()
        life.run()


def _given(home: Home, said: dict[str, Any]) -> Given:
    given = of_home(home) if said["ledger"] is None else Given(_kept(said, "ledger"), None, None)
    if said["log"] is not None:
        given = replace(given, log=_kept(said, "log"))
    if said["policy"] is not None:
        given = replace(given, policy=str(said["policy"].resolve()))
    return replace(
        given,
        keys=None if said["keys"] is None else _kept(said, "keys"),
        files=said["files"] and str(said["files"].resolve()),
        witnesses=said["witnesses"],
        nodes=said["nodes"],
        timestamps=said["timestamps"] and str(said["timestamps"].resolve()),
        tsa_certificate=said["tsa_certificate"] and str(said["tsa_certificate"].resolve()),
        processes=said["processes"],
        keep_entries=said["keep_entries"],
        former=said["former"],
    )


def _kept(said: dict[str, Any], name: str) -> str:
    return database(said[name], name, kept=True)


def _habits(home: Home, said: dict[str, Any]) -> Habits:
    return Habits(
        every=said["every"].total_seconds(),
        full_every=said["full_every"],
        freshness=Freshness(said["head_age"].total_seconds(), said["tail_age"].total_seconds()),
        canary=said["canary"],
        compare=_comparison(home, said) if said["drift"] else None,
    )


def _comparison(home: Home, said: dict[str, Any]) -> Compare:
    ledger = None if said["ledger"] is None else _kept(said, "ledger")
    views = None if said["views"] is None else _kept(said, "views")

    def compare(report: Callable[[int], None]) -> Drift:
        outcome, left_out = replayed(home, ledger, views, report=report)
        missing = list(left_out)
        if not outcome.is_whole:
            missing.append("not every row could be compared")
        return Drift(tuple(outcome.findings), ", ".join(missing))

    return compare


def _alarm(command: str | None, address: str | None) -> Send | None:
    if command is not None and address is not None:
        raise click.UsageError("one of --alarm, --alarm-url")
    if command is not None:
        return by_command(command)
    return None if address is None else by_post(address)


@contextmanager
def _lines(to: Path | None) -> Iterator[Callable[[str], None]]:
    """Return what writes a line to the file, or to standard output, flushed."""
    if to is None:
        yield click.echo
        return
    try:
        file = to.open("a", encoding="utf-8")
    except OSError as error:
        raise InvalidInputError("json", "file", "a file that can be written") from error
    with file:

        def write(line: str) -> None:
            file.write(f"{line}\n")
            file.flush()

        yield write
