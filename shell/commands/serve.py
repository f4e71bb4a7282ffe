"""The processes of the system: all of them on one machine, or each by itself."""

import os
import sys
from typing import Any, Final

import click

from shell.home import Home
from shell.lines import pass_home
from shell.serving import Household, check_address, environment_of, on_stop, web_command
from shell.worker import Worker

F = Any


def _web_options(command: F) -> F:
    for option in (
        click.option("--server", type=click.Choice(["granian", "gunicorn"]), default="granian",
                     show_default=True),
        click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True,
                     help="Web processes."),
        click.option("--public", is_flag=True, help="Allow an address that others can reach."),
        click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True),
        click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@_web_options
@pass_home
def serve(home: Home, host: str, port: int, server: str, workers: int, *, public: bool) -> None:
    """Serve everything on one machine: web processes and a worker, until stopped."""
    check_address(host, public=public)
    _open_once(home)
    household = Household(
        {
            "web": web_command(server, host=host, port=port, workers=workers),
            "worker": [sys.executable, "-m", "cli", "worker"],
        },
        _environment(home, host, port, workers),
    )
    on_stop(household.stop)
    click.echo(f"http://{host}:{port}  (Ctrl-C ends it)", err=True)
    household.run()


@click.command()
@_web_options
@pass_home
def web(home: Home, host: str, port: int, server: str, workers: int, *, public: bool) -> None:
    """Serve pages and API alone; `records worker` has to run beside it."""
    check_address(host, public=public)
    _open_once(home)
    command = web_command(server, host=host, port=port, workers=workers)
    os.execve(command[0], command, _environment(home, host, port, workers))  # noqa: S606 (our own command line)


def _environment(home: Home, host: str, port: int, workers: int) -> dict[str, str]:
    return environment_of(
        home, RECORDS_PUBLIC_URL=f"http://{host}:{port}", RECORDS_PROCESSES=str(workers)
    )


def _open_once(home: Home) -> None:
    """Say what is wrong here, before processes that would say it many times."""
    with home.opened():
        pass


@click.command()
@click.option("--once", is_flag=True, help="Look around once, catch the views up, and end.")
@pass_home
def worker(home: Home, *, once: bool) -> None:
    """Keep views, lists, notices and deadlines up to date, until stopped."""
    with home.opened() as system:
        life = Worker(system)
        if once:
            system.projector.catch_up()
            life.look_around()
            system.projector.catch_up()
            return
        on_stop(life.stop)
        life.run()


COMMANDS: Final = (serve, web, worker)
