"""Proofs of the log for who has no C2SP tool or wants no signature: landmarks and COSE receipts."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from keys.algorithms import ED25519, ML_DSA_44
from ledger.errors import LogError, NotFoundError, RefusedError
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.landmark_log import LandmarkLog
from ledger.transparency.landmarks import GREATEST_HEIGHT, HEIGHT, LEAST_HEIGHT
from ledger.transparency.log import index_of
from ledger.transparency.log import prove as prove_leaf
from ledger.transparency.note import parse_vkey
from ledger.transparency.receipt import read_receipt, sign_receipt
from shell.home import Home, read, write
from shell.lines import Moment, pass_home
from shell.sequencer import log_of, note_signers

_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_ALGORITHMS: Final = click.Choice([ED25519.name, ML_DSA_44.name])
HEIGHTS: Final = click.IntRange(LEAST_HEIGHT, GREATEST_HEIGHT)


@click.command()
@click.option("--to", type=_FILE, required=True, help="File to write.")
@click.option("--height", type=HEIGHTS, default=HEIGHT, show_default=True,
              help="Each landmark is over 2 to the power of this many entries.")  # fmt: skip
@click.option("--before", type=Moment(), help="Only of heads that were cosigned before this.")
@pass_home
def landmarks(home: Home, to: Path, height: int, before: datetime | None) -> None:
    """Write the list of landmarks: what a verifier keeps, to need no signature afterwards."""
    with home.opened() as system:
        # A head of the past may be one for the policy of then: who asks for it has that.
        policy = system.policy if before is None else None
        found = LandmarkLog(log_of(system), height, policy=policy).newest(before=before)
    if found is None:
        message = f"no {1 << height} entries are under a head yet that the policy in force believes"
        raise RefusedError("no_landmark", message)
    content = found.write()
    write(to, content)
    click.echo(f"{to}: {found.count} landmarks of height {height}, {len(content)} bytes")


@click.command()
@click.argument("position", type=click.IntRange(1))
@click.option("--to", type=_FILE, required=True, help="File to write.")
@click.option("--algorithm", type=_ALGORITHMS, default=ED25519.name, show_default=True,
              help="Which of the log's keys signs.")  # fmt: skip
@pass_home
def receipt(home: Home, position: int, to: Path, algorithm: str) -> None:
    """Write the COSE receipt (RFC 9942) of the fact at POSITION, signed by the log."""
    with home.opened() as system:
        log = log_of(system)
        if position > system.reading.head():
            raise NotFoundError(f"the ledger has no position {position}")
        head = log.covering(index_of(position))
        if head is None:
            raise RefusedError("not_covered", "no published head covers this fact yet: wait")
        proof = prove_leaf(log, index_of(position), head)
        signer = _signer(note_signers(system), algorithm)
        made = sign_receipt(
            proof.index, head.size, head.root, proof.hashes,
            key=signer.key.public, sign=signer.sign,
        ).write()  # fmt: skip
    write(to, made)
    click.echo(f"{to}: {len(made)} bytes, by {signer.key.vkey}")


def _signer(signers: list[NoteSigner], algorithm: str) -> NoteSigner:
    for signer in signers:
        if signer.key.public.algorithm.name == algorithm:
            return signer
    raise LogError("log_key_not_active", f"the log has no {algorithm} key that may sign now")


@click.command("check-receipt")
@click.argument("file", type=_FILE)
@click.option("--entry", type=_FILE, required=True,
              help="The entry itself, as `records log prove --entry-to` writes it.")  # fmt: skip
@click.option("--vkey", required=True, help="The log's key, as it is in the policy.")
def check_receipt(file: Path, entry: Path, vkey: str) -> None:
    """Check a COSE receipt offline: no home, no ledger, only the log's key."""
    found, key = read_receipt(read(file)), parse_vkey(vkey)
    root = found.verify(read(entry), key.public)
    click.echo(f"at {found.index} of {found.size} entries, under root {root.hex()}")


COMMANDS: Final = (landmarks, receipt, check_receipt)
