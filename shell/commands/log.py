"""The transparency log: begin it, run it, look at it, export it, prove a fact's place in it."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from app import System
from ledger.errors import NotFoundError, RefusedError
from ledger.store.log_export import export as export_log
from ledger.transparency.cosignature import verify_signatures
from ledger.transparency.log import PublishedHead, index_of
from ledger.transparency.log import prove as prove_leaf
from ledger.transparency.note import parse_note, parse_vkey
from ledger.transparency.policy import NO_QUORUM, Policy
from ledger.transparency.policy_edit import (
    ENOUGH,
    add_witness,
    members_of,
    remove_witness,
    set_quorum,
)
from shell import first_start, local_witness
from shell.home import Home, write
from shell.lines import as_json, moment, pass_home, table, tell
from shell.local_witness import clients_at
from shell.log_figures import served
from shell.sequencer import Network, Sequencer, log_of
from shell.serving import on_stop
from shell.timestamping import beside, life_of
from verify_api.logs import configure_logs

_EDITED: Final = "`records log run` takes it up with its next round, the web when it is restarted."


@click.group()
def log() -> None:
    """Look after the transparency log of all facts."""


@log.command("init")
@pass_home
def init(home: Home) -> None:
    """Give a log to a home that was begun without one: two keys, a name, a policy."""
    with home.opened() as system:
        keys = first_start.equip_log(system, at=system.clockwork.now())
        origin = system.log_files.origin()
    click.echo(f"{origin}: a log, signed by {' and '.join(key.kid.hex()[:16] for key in keys)}")
    click.echo("Nobody witnesses it yet: `records log witness add`", err=True)


@log.command()
@click.option("--once", is_flag=True, help="Take in and publish what is there, and end.")
@click.option("--metrics-port", type=click.IntRange(1, 65535),
              help="Answer /metrics, /healthz, /readyz there, to this machine alone.")  # fmt: skip
@click.option("--witness-port", type=click.IntRange(1, 65535),
              help="Where this home's own witness listens, if not as the policy says.")  # fmt: skip
@pass_home
def run(home: Home, metrics_port: int | None, witness_port: int | None, *, once: bool) -> None:
    """Take facts into the log and publish its cosigned heads, until stopped."""
    clients = clients_at(home.path, witness_port) if witness_port else Network()
    with home.opened() as system, closing(clients):
        life = Sequencer(system, clients=clients)
        if once:
            before = life.published_size
            try:
                head = life.once()
            finally:
                life.close()
            done = "published" if head is not None and head.size != before else "cosigned anew"
            click.echo("nothing new" if head is None else f"{done} {head.size}")
            return
        configure_logs()
        stamping = life_of(system)
        stamps = stamping.state if stamping else None
        figures = metrics_port and served(life.state, system.clockwork.now, metrics_port, stamps)
        on_stop(life.stop)
        with beside(stamping):
            life.run()
        if figures:
            figures.shutdown()


@log.command()
@as_json
@pass_home
def status(home: Home, *, as_json: bool) -> None:
    """Show the log: its size, its newest head, its witnesses, the facts that no head covers yet."""
    with home.opened() as system:
        told = _status(system)
    if as_json:
        tell(told)
        return
    table([(name, value) for name, value in told.items() if name != "witnesses"])
    table(
        [(one["name"], one["address"], one["cosigned_at"]) for one in told["witnesses"]],
        head=("WITNESS", "ADDRESS", "COSIGNED THE NEWEST HEAD AT"),
    )


def _status(system: System) -> dict[str, Any]:
    opened = log_of(system)
    assert system.policy is not None, "it belongs to the log"
    head, facts, size = opened.latest(), system.reading.head(), opened.size()
    published = head.size if head else 0
    at = head.quorum_at if head else None
    age = None if at is None else round((system.clockwork.now() - at).total_seconds())
    return {
        "origin": system.log_files.origin(),
        "facts": facts,
        "size": size,
        "published_size": published,
        "not_covered": facts - published,
        "root": head.root.hex() if head else None,
        "quorum_at": at and moment(at),
        "age_seconds": age,
        "quorum": _quorum(system.policy),
        "witnesses": _witnesses(system.policy, head),
    }


def _quorum(policy: Policy) -> str:
    group = policy.groups.get(policy.quorum)
    return policy.quorum if group is None else f"{group.threshold} of {len(group.members)}"


def _witnesses(policy: Policy, head: PublishedHead | None) -> list[dict[str, Any]]:
    keys = [one.key for one in policy.witnesses.values()]
    signed = verify_signatures(parse_note(head.note), keys) if head else ()
    times: dict[str, datetime | None] = {one.key.vkey: one.at for one in signed}
    return [
        {
            "name": one.name,
            "address": one.address,
            "cosigned_at": (at := times.get(one.key.vkey)) and moment(at),
        }
        for one in policy.witnesses.values()
    ]


@log.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@pass_home
def export(home: Home, folder: Path) -> None:
    """Write the log into FOLDER as files that any C2SP client can check; again: what is new."""
    with home.opened() as system:
        opened = log_of(system)
        assert system.policy is not None, "it belongs to the log"
        head = export_log(opened, system.reading, system.policy, folder)
    click.echo(f"{folder}: {head.size} entries, root {head.root.hex()}")


@log.command()
@click.argument("position", type=click.IntRange(1))
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--entry-to", type=click.Path(dir_okay=False, path_type=Path),
              help="Where to write the 65-byte entry itself.")  # fmt: skip
@pass_home
def prove(home: Home, position: int, to: Path | None, entry_to: Path | None) -> None:
    """Write the .tlog-proof that the fact at POSITION is in the log."""
    with home.opened() as system:
        opened = log_of(system)
        entry = system.reading.entries(after=position - 1, limit=1)
        if not entry:
            raise NotFoundError(f"the ledger has no position {position}")
        head = opened.covering(index_of(position))
        if head is None:
            raise RefusedError("not_covered", "no published head covers this fact yet: wait")
        proof = prove_leaf(opened, index_of(position), head).write()
    if entry_to is not None:
        write(entry_to, entry[0])
    if to is None:
        click.echo(proof, nl=False)
    else:
        write(to, proof)


@log.group()
def witness() -> None:
    """Say who witnesses the log."""


@witness.command()
@click.argument("name")
@click.argument("vkey", nargs=-1, required=True)
@click.argument("address")
@pass_home
def add(home: Home, name: str, vkey: tuple[str, ...], address: str) -> None:
    """Add a witness NAME with its keys, each a VKEY, asked at ADDRESS."""
    with home.opened() as system:
        keys = [parse_vkey(text) for text in vkey]
        _replace(system, add_witness(_policy(system), name, keys, address))


@witness.command()
@pass_home
def local(home: Home) -> None:
    """Take up a witness in this home: a first one, or a new one where a restore left none.

    It is for a demonstration, and proves nothing to anybody. It begins with the log's newest head,
    whatever that is: hold a restored log against heads that others have first.
    """
    with home.opened() as system:
        local_witness.begin(system)
        size = local_witness.show_newest(system)
        _tell_quorum(_policy(system))
    click.echo(f"It begins with the head of {size} leaves, and knows nothing before it.", err=True)


@witness.command()
@click.argument("name")
@pass_home
def remove(home: Home, name: str) -> None:
    """Ask a witness no more; heads are judged without it from now on."""
    with home.opened() as system:
        _replace(system, remove_witness(_policy(system), name))


@witness.command("list")
@as_json
@pass_home
def list_(home: Home, *, as_json: bool) -> None:
    """List the witnesses of the policy."""
    with home.opened() as system:
        policy = _policy(system)
        found = _witnesses(policy, None)
    if as_json:
        tell([{"name": one["name"], "address": one["address"]} for one in found])
        return
    table([(one["name"], one["address"]) for one in found], head=("WITNESS", "ADDRESS"))


@log.command()
@click.argument("enough", type=click.IntRange(1))
@pass_home
def quorum(home: Home, enough: int) -> None:
    """Let ENOUGH of the witnesses be enough for a head."""
    with home.opened() as system:
        _replace(system, set_quorum(_policy(system), enough))


def _policy(system: System) -> Policy:
    log_of(system)
    assert system.policy is not None, "it belongs to the log"
    return system.policy


def _replace(system: System, policy: Policy) -> None:
    system.keep_policy(policy)
    _tell_quorum(policy)


def _tell_quorum(policy: Policy) -> None:
    names = ", ".join(members_of(policy)) or NO_QUORUM
    needed = policy.groups[ENOUGH].threshold if policy.quorum != NO_QUORUM else 0
    click.echo(f"{needed} of {names}")
    click.echo(_EDITED, err=True)
