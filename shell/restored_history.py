"""A restored ledger against what others hold of it: never older than their newest head.

A backup brings back faithfully whatever was copied, an edited row and a short history included.
What it cannot bring back is the past of a witness: its last head says how long the history was,
and what it was.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint
from ledger.transparency.cosignature import by_each_kind, verify_signatures
from ledger.transparency.merkle import Frontier, leaf_hash
from ledger.transparency.note import parse_note
from ledger.transparency.policy import Policy
from shell.errors import BackupError
from verify_api.witness_client import WitnessClient

_BATCH: Final = 10_000
_OK: Final = 200
_WITNESS_SECONDS: Final = 10.0
LEDGER: Final = "ledger.db"


class Entries(Protocol):
    """A ledger, as far as its log leaves go."""

    def head(self) -> int:
        """Return the last position."""
        ...

    def entries(self, *, after: int, limit: int) -> list[bytes]:
        """Return the entries after a position, in order."""
        ...


def held_by_witnesses(policy: Policy, origin: str) -> list[bytes]:
    """Return the newest heads that the policy's witnesses hold, asked at their addresses.

    Raises:
        BackupError: One did not answer with a head: then nobody knows how long the history was.
    """
    addresses = {one.address for one in policy.witnesses.values() if one.address is not None}
    heads = []
    for address in sorted(addresses):
        client = WitnessClient(address, _WITNESS_SECONDS)
        reply = client.checkpoint(origin)
        client.close()
        if reply.status != _OK:
            raise BackupError(address, "this witness gives no head: expected its newest one")
        heads.append(reply.body)
    return heads


def check_history(facts: Entries, policy: Policy, origin: str, notes: Iterable[bytes]) -> int:
    """Return the size of the largest of these heads, all of which the ledger goes on from.

    Args:
        facts: The restored ledger.
        policy: Whose heads count; better not the backup's own.
        origin: The log's name.
        notes: Signed heads that were kept outside.

    Raises:
        BackupError: The ledger is shorter than one of them, or was another one; or a note is not
            a head that the log has signed.
    """
    heads = sorted((_head(policy, origin, note) for note in notes), key=lambda one: one.size)
    if not heads:
        raise BackupError("checkpoint", "expected a head that somebody else holds, to check by")
    have, newest = facts.head(), heads[-1].size
    if have < newest:
        message = f"{have} facts, and a head over {newest} is held outside: an older copy"
        raise BackupError(LEDGER, message)
    _compare(facts, heads)
    return newest


def _head(policy: Policy, origin: str, data: bytes) -> Checkpoint:
    try:
        note = parse_note(data)
        head = parse_checkpoint(note.text)
        own = policy.log_keys(origin, size=head.size)
        signed = {one.key for one in verify_signatures(note, own)}
    except (InvalidInputError, ProofError) as error:
        raise BackupError("checkpoint", f"no head that counts: {error}") from error
    # One witness's head is enough here: it need not have been published to have been signed.
    if head.origin != origin or not by_each_kind(own, signed):
        raise BackupError("checkpoint", f"expected a head that {origin} has signed with its keys")
    return head


def _compare(facts: Entries, heads: Sequence[Checkpoint]) -> None:
    tree = Frontier()
    for head in heads:
        while tree.size < head.size:
            limit = min(_BATCH, head.size - tree.size)
            entries = facts.entries(after=tree.size, limit=limit)
            if len(entries) != limit:
                raise BackupError(LEDGER, f"a fact is missing after position {tree.size}")
            tree.extend(map(leaf_hash, entries))
        if tree.root != head.root:
            message = f"the first {head.size} facts are not those of the head that is held outside"
            raise BackupError(LEDGER, message)
