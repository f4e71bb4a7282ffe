"""The processes of the system: all of them on one machine, or each by itself."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from ledger.store.log_files import LogFiles
from shell.figures import figures_at
from shell.home import Home
from shell.lines import pass_home
from shell.local_witness import home_of
from shell.serving import Household, check_address, environment_of, on_stop, web_command
from shell.worker import Worker
from shell.worker_figures import WorkerFigures, waiting_in
from verify_api.logs import configure_logs

F = Any


def _web_options(command: F) -> F:
    for option in (
        click.option("--server", type=click.Choice(["granian", "gunicorn"]), default="granian",
                     show_default=True),
        click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True,
                     help="Web processes."),
        click.option("--drain-seconds", type=click.FloatRange(0, 600), default=0.0,
                     show_default=True,
                     help="How long readiness says no before the service ends."),
        click.option("--public", is_flag=True, help="Allow an address that others can reach."),
        click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True),
        click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@_web_options
@click.option("--witness-port", type=click.IntRange(1, 65535),
              help="Of the demo witness; the one after the web's if left out.")  # fmt: skip
@pass_home
def serve(
    home: Home, host: str, port: int, server: str, workers: int, drain_seconds: float,
    witness_port: int | None, *, public: bool,
) -> None:  # fmt: skip
    """Serve everything on one machine: web, worker, log and demo witness, until stopped."""
    check_address(host, public=public)
    _open_once(home)
    commands = {
        "web": web_command(server, host=host, port=port, workers=workers),
        "worker": _command("worker"),
        **_log_commands(home, witness_port or port + 1),
    }
    click.echo(f"http://{host}:{port}  (Ctrl-C ends it)", err=True)
    _live(commands, home, f"http://{host}:{port}", workers, drain_seconds)


def _live(
    commands: Mapping[str, Sequence[str]],
    home: Home,
    address: str,
    workers: int,
    drain_seconds: float,
) -> None:
    """Run ``commands`` until this process is asked to end."""
    with TemporaryDirectory(prefix="records-") as folder:
        draining = Path(folder) / "draining"
        environment = environment_of(
            home,
            RECORDS_PUBLIC_URL=address,
            RECORDS_PROCESSES=str(workers),
            RECORDS_DRAINING=str(draining),
            # Figures of several processes are added; the folder has to be new at each start.
            **({"PROMETHEUS_MULTIPROC_DIR": folder} if workers > 1 else {}),
        )
        household = Household(commands, environment, draining=draining, drain_seconds=drain_seconds)
        on_stop(household.stop)
        household.run()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "cli", *words]


def _log_commands(home: Home, witness_port: int) -> dict[str, list[str]]:
    """Return the processes of the log, if this home has one, and of the witness in it."""
    if not LogFiles(home.path).is_there:
        return {}
    witness = home_of(home.path)
    if witness is None:
        return {"log": _command("log", "run")}
    port, folder = str(witness_port), str(witness.path.resolve())
    return {
        "witness": _command("witness", "run", "--home", folder, "--port", port),
        "log": _command("log", "run", "--witness-port", port),
    }


@click.command()
@_web_options
@pass_home
def web(
    home: Home, host: str, port: int, server: str, workers: int, drain_seconds: float, *,
    public: bool,
) -> None:  # fmt: skip
    """Serve pages and API alone; `records worker` has to run beside it."""
    check_address(host, public=public)
    _open_once(home)
    command = web_command(server, host=host, port=port, workers=workers)
    _live({"web": command}, home, f"http://{host}:{port}", workers, drain_seconds)


def _open_once(home: Home) -> None:
    """Say what is wrong here, before processes that would say it many times."""
    with home.opened() as system:
        _ = system.foreign_trust


@click.command()
@click.option("--once", is_flag=True, help="Look around once, catch the views up, and end.")
@click.option("--metrics-port", type=click.IntRange(1, 65535),
              help="Answer /metrics, /healthz, /readyz there, to this machine alone.")  # fmt: skip
@pass_home
def worker(home: Home, metrics_port: int | None, *, once: bool) -> None:
    """Keep views, lists, notices and deadlines up to date, until stopped."""
    with home.opened() as system:
        life = Worker(system)
        if once:
            system.projector.catch_up()
            life.look_around()
            system.projector.catch_up()
            return
        configure_logs()
        figures = WorkerFigures(life.state, system.clockwork, waiting_in(home.path))
        with figures_at(metrics_port, figures, figures.trouble):
            on_stop(life.stop)
            life.run()


COMMANDS: Final = (serve, web, worker)
