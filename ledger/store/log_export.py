"""A log as a folder of static files that any C2SP client reads: it is published by copying it.

    checkpoint                       the newest cosigned head
    tile/<level>/<number>[.p/<n>]    hashes
    tile/entries/<number>[.p/<n>]    what they are the hashes of
    policy                           which keys and witnesses its heads are believed by

Written again into the same folder, only what is new is written, and the checkpoint last: a copy
taken meanwhile is whole. Partial tiles of the head before are taken away.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ledger.errors import LedgerError, RefusedError
from ledger.store.log_store import LogStore
from ledger.store.log_writer import Entries
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint
from ledger.transparency.log import PublishedHead, connect
from ledger.transparency.merkle import verify_consistency
from ledger.transparency.note import parse_note
from ledger.transparency.policy import Policy, write_policy
from ledger.transparency.tiles import WIDTH, Bundle, Tile, tiles_of, write_bundle

CHECKPOINT: Final = "checkpoint"
POLICY: Final = "policy"
_TILES_AT_ONCE: Final = 64


def export(log: LogStore, facts: Entries, policy: Policy, folder: Path) -> PublishedHead:
    """Write the newest published head and all under it into ``folder``; return the head.

    Raises:
        RefusedError: ``no_head``: nothing is published yet; ``other_log``: the folder holds a head
            that this log does not go on from.
        ProofError: ``no_such_tile``: the log's tiles are not whole.
        TamperedError: The ledger's entries are not whole.
    """
    head = log.latest()
    if head is None:
        raise RefusedError("no_head", "the log has no published head yet: run `records log run`")
    since = _exported(folder)
    if since is not None:
        _check_goes_on(log, since, head)
    new = list(tiles_of(head.size, since=since.size if since else 0))
    for start in range(0, len(new), _TILES_AT_ONCE):
        some = new[start : start + _TILES_AT_ONCE]
        for tile, data in zip(some, log.tiles(some), strict=True):
            _write(folder / tile.path, data)
    for bundle in (Bundle(tile.number, tile.width) for tile in new if not tile.level):
        _write(folder / bundle.path, bundle_of(facts, bundle))
    _write(folder / POLICY, write_policy(policy).encode())
    _write(folder / CHECKPOINT, head.note)
    _clean(folder, head.size)
    return head


def bundle_of(facts: Entries, bundle: Bundle) -> bytes:
    """Return the bytes of a bundle of the ledger's entries.

    Raises:
        RefusedError: ``no_such_bundle``: the ledger does not have so many entries.
        TamperedError: A position is missing.
    """
    entries = facts.entries(after=bundle.number * WIDTH, limit=bundle.width)
    if len(entries) < bundle.width:
        raise RefusedError("no_such_bundle", f"{bundle.path}: the ledger has fewer entries")
    return write_bundle(entries)


def _exported(folder: Path) -> Checkpoint | None:
    """Return the head that was written there last; None for a new folder."""
    try:
        note = (folder / CHECKPOINT).read_bytes()
    except FileNotFoundError:
        return None
    try:
        return parse_checkpoint(parse_note(note).text)
    except LedgerError as error:
        message = f"{folder.name}/{CHECKPOINT}: expected a head of this log"
        raise RefusedError("other_log", message) from error


def _check_goes_on(log: LogStore, old: Checkpoint, head: PublishedHead) -> None:
    if old.size > head.size:
        raise RefusedError("other_log", "the folder holds a larger head than the log")
    try:
        verify_consistency(
            old=old.size,
            size=head.size,
            old_root=old.root,
            root=head.root,
            proof=connect(log, old.size, head) if old.size < head.size else (),
        )
    except LedgerError as error:
        message = "the folder holds a head that this log does not go on from"
        raise RefusedError("other_log", message) from error


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(content)
    new.replace(path)


def _clean(folder: Path, size: int) -> None:
    """Take away partial tiles and bundles that the head of ``size`` does not have."""
    kept = {folder / path for path in _partial_paths(size)}
    for partial in (folder / "tile").rglob("*.p"):
        for file in partial.iterdir():
            if file not in kept:
                file.unlink()
        if not any(partial.iterdir()):
            shutil.rmtree(partial)


def _partial_paths(size: int) -> Iterable[str]:
    level, hashes = 0, size
    while hashes:
        number, width = divmod(hashes, WIDTH)
        if width:
            yield Tile(level, number, width).path
            if not level:
                yield Bundle(number, width).path
        level, hashes = level + 1, hashes // WIDTH
