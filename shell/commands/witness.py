"""A witness of transparency logs: a service of its own, on another machine than the logs'."""

import json
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import click

from ledger.errors import InvalidInputError
from ledger.transparency.note import NoteKey, parse_vkey
from ledger.transparency.witnessing import KnownLog
from shell.home import Home, write
from shell.lines import as_json, moment, pass_home, table, tell
from shell.serving import check_address, environment_of
from shell.witness_home import DEFAULT, VARIABLE, WitnessHome
from verify_api.witness_store import Evidence

APPLICATION: Final = "shell.witness_home:create_app"
HEADER_MILLISECONDS: Final = 10_000
"""For a sender to send the head of its request."""
KILL_SECONDS: Final = 15
"""For what is being answered, when the service is asked to end."""

F = Callable[..., Any]


def _home(command: F) -> F:
    return click.option(
        "--home", "folder", type=click.Path(file_okay=False, path_type=Path), default=DEFAULT,
        envvar=VARIABLE, show_default=True, help="Folder of the witness, not of a ledger.",
    )(command)  # fmt: skip


@click.group()
def witness() -> None:
    """Witness other people's logs: cosign heads that only ever go on."""


@witness.command()
@_home
@click.option("--name", required=True, help="Of the keys, such as inspectorate.example/witness.")
@click.option("--key-memory-mib", type=click.IntRange(8, 1024), default=256, show_default=True,
              help="What opening a key's container costs.")  # fmt: skip
def init(folder: Path, name: str, key_memory_mib: int) -> None:
    """Make a witness in an empty folder: two keys, nothing remembered."""
    home = WitnessHome(folder)
    home.begin(name, key_memory_mib=key_memory_mib)
    for key in home.settings.keys:
        click.echo(key.vkey)


@witness.command()
@_home
@click.option("--policy", "label", help="Print lines of a policy, under this name.")
@click.option("--address", help="Where the witness is reached, for the policy.")
def keys(folder: Path, label: str | None, address: str | None) -> None:
    """Print the public keys, or the lines that name them in a policy."""
    vkeys = [key.vkey for key in WitnessHome(folder).settings.keys]
    if label is None:
        click.echo("\n".join(vkeys))
        return
    if not label.isprintable() or " " in label or not label:
        raise InvalidInputError("--policy", "label_form", "a name without spaces")
    members = [f"{label}-{number}" for number, _ in enumerate(vkeys, 1)]
    for member, vkey in zip(members, vkeys, strict=True):
        click.echo(" ".join(filter(None, ("witness", member, vkey, address))))
    click.echo(f"group {label} all {' '.join(members)}")


@witness.group()
def log() -> None:
    """Say which logs are followed."""


@log.command()
@_home
@click.argument("vkeys", nargs=-1, required=True, metavar="VKEY…")
@click.option("--origin", help="The log's name, where its keys have another one.")
@click.option("--any", "any_key", is_flag=True, help="One of the keys is enough.")
def add(folder: Path, vkeys: tuple[str, ...], origin: str | None, *, any_key: bool) -> None:
    """Follow a log by all of its keys, from the next start on."""
    read = tuple(map(parse_vkey, vkeys))
    named = origin or _one_name(read)
    _followed(WitnessHome(folder).follow(read, named, needs_all=not any_key))


@log.command()
@_home
@click.argument("vkeys", nargs=-1, required=True, metavar="VKEY…")
@click.option("--origin", help="The log's name, where its keys have another one.")
def trust(folder: Path, vkeys: tuple[str, ...], origin: str | None) -> None:
    """Believe a log's new keys beside its old ones, from the next start on."""
    read = tuple(map(parse_vkey, vkeys))
    _followed(WitnessHome(folder).trust(read, origin or _one_name(read)))


@log.command()
@_home
@click.argument("vkeys", nargs=-1, required=True, metavar="VKEY…")
@click.option("--origin", help="The log's name, where its keys have another one.")
def distrust(folder: Path, vkeys: tuple[str, ...], origin: str | None) -> None:
    """Believe keys of a log no more, from the next start on: it has retired them."""
    read = tuple(map(parse_vkey, vkeys))
    _followed(WitnessHome(folder).distrust(read, origin or _one_name(read)))


def _followed(log: KnownLog) -> None:
    click.echo(f"{log.origin}: {len(log.keys)} keys; start the witness anew")


def _one_name(read: tuple[NoteKey, ...]) -> str:
    names = {key.name for key in read}
    if len(names) != 1:
        raise InvalidInputError("VKEY", "origin_form", "--origin, where keys have several names")
    return names.pop()


@witness.command()
@_home
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(1, 65535), default=8100, show_default=True)
@click.option("--public", is_flag=True, help="Allow an address that others can reach.")
@pass_home
def run(ledger: Home, folder: Path, host: str, port: int, *, public: bool) -> None:
    """Serve the witness until stopped; refuse if its memory is lost or rolled back."""
    check_address(host, public=public)
    with WitnessHome(folder).opened():  # says here what is wrong, not in the server's process
        pass
    environment = {**environment_of(ledger), VARIABLE: str(folder.resolve())}
    command = witness_command(host, port)
    os.execve(command[0], command, environment)  # noqa: S606 (our own command line)


def witness_command(host: str, port: int) -> list[str]:
    """Return the command line of the web server."""
    return [
        sys.executable, "-m", "granian", APPLICATION, "--factory", "--interface", "asgi", "--no-ws",
        "--host", host, "--port", str(port), "--workers", "1", "--backpressure", "1024",
        "--http1-header-read-timeout", str(HEADER_MILLISECONDS),
        "--workers-kill-timeout", str(KILL_SECONDS),
    ]  # fmt: skip


@witness.command()
@_home
@as_json
def status(folder: Path, *, as_json: bool) -> None:
    """Show how far each log was cosigned, and check that nothing was forgotten."""
    home = WitnessHome(folder)
    with home.remembering() as store:
        home.check(store)
        heads = {origin: store.head(origin) for origin in home.logs}
        refused = store.refused()
    logs = [
        {
            "origin": origin,
            "hash": sha256(origin.encode()).hexdigest(),
            "size": 0 if head is None else head.checkpoint.size,
            "root": None if head is None else head.checkpoint.root.hex(),
            "cosigned_at": None if head is None else moment(head.at),
            "refused": {kind: times for (of, kind), times in refused.items() if of == origin},
        }
        for origin, head in heads.items()
    ]
    if as_json:
        tell({"name": home.settings.name, "logs": logs})
        return
    table(
        ([*list(one.values())[:1], one["size"], one["cosigned_at"], _told(one["refused"])]
         for one in logs),
        head=("LOG", "SIZE", "COSIGNED", "REFUSED"),
    )  # fmt: skip


def _told(refused: Any) -> str:
    return ", ".join(f"{kind} {times}" for kind, times in refused.items())


@witness.command()
@_home
@click.option("--export", "to", type=click.Path(file_okay=False, path_type=Path),
              help="Folder to write the signed heads into.")  # fmt: skip
@as_json
def evidence(folder: Path, to: Path | None, *, as_json: bool) -> None:
    """List the signed heads that were refused, or export them."""
    home = WitnessHome(folder)
    with home.remembering() as store:
        home.check(store)
        kept = store.evidence()
    listed = [_as_json(one) for one in kept]
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        for one in kept:
            _export(one, to)
        write(to / "evidence.json", json.dumps(listed, indent=2).encode() + b"\n")
    if as_json:
        tell(listed)
        return
    table(
        (list(one.values())[:5] for one in listed),
        head=("NUMBER", "SUSPICION", "LOG", "SIZE", "AT"),
    )


def _as_json(one: Evidence) -> dict[str, Any]:
    return {
        "number": one.number,
        "suspicion": str(one.suspicion),
        "origin": one.checkpoint.origin,
        "size": one.checkpoint.size,
        "at": moment(one.at),
        "root": one.checkpoint.root.hex(),
        "refused": f"{one.number}.refused",
        "known": None if one.known is None else f"{one.number}.known",
    }


def _export(one: Evidence, to: Path) -> None:
    write(to / f"{one.number}.refused", one.note)
    if one.known is not None:
        write(to / f"{one.number}.known", one.known)
