"""Which policy was in force when a head was published: the newest one, and those before it.

A head is judged by what was asked of heads then. How far an older policy reached is the verifier's
own knowledge, from what they saw or were told by whom they trust: a log that says it of itself
could let a weak policy reach over heads that a strong one refuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import parse_checkpoint
from ledger.transparency.log import PublishedHead
from ledger.transparency.policy import Policy


class FormerPolicy(NamedTuple):
    """A policy, and the largest head that was published under it."""

    until: int
    """Leaves."""
    policy: Policy


@dataclass(frozen=True, slots=True)
class Policies:
    """The newest policy, and how far each one before it reached."""

    newest: Policy
    former: tuple[FormerPolicy, ...] = ()
    """The smallest first; each from where the one before it ends."""

    def at(self, size: int) -> Policy:
        """Return the policy for heads of ``size`` leaves."""
        return next((one.policy for one in self.former if size <= one.until), self.newest)

    def for_note(self, note: bytes) -> Policy:
        """Return the policy for a head by what its text says; the newest where it says nothing."""
        text, _, _ = note.partition(b"\n\n")
        try:
            return self.at(parse_checkpoint(text.decode() + "\n").size)
        except (InvalidInputError, UnicodeDecodeError):
            return self.newest

    @property
    def since(self) -> int:
        """How many leaves the newest policy's heads have more than."""
        return self.former[-1].until if self.former else 0

    def seen(self, size: int) -> tuple[FormerPolicy, ...]:
        """Return what is to be remembered by who has judged all heads up to ``size`` by these."""
        return history(newest=None, known=(*self.former, FormerPolicy(size, self.newest)))


def policies(newest: Policy, *known: Iterable[FormerPolicy]) -> Policies:
    """Return ``newest`` with what is known of those before it, from one or more sources.

    Where two reach equally far, the first one counts.
    """
    return Policies(newest, history(newest, chain(*known)))


def history(newest: Policy | None, known: Iterable[FormerPolicy]) -> tuple[FormerPolicy, ...]:
    """Return ``known`` in order, without what says nothing: equal ones that follow one another."""
    found: list[FormerPolicy] = []
    for one in sorted(known, key=lambda former: former.until):
        if found and found[-1].until == one.until:
            continue
        if found and found[-1].policy == one.policy:
            found.pop()
        found.append(one)
    if found and found[-1].policy == newest:
        found.pop()
    return tuple(found)


def reach(heads: Iterable[PublishedHead], ended: datetime, following: Policy) -> int:
    """Return the size of the last head before a policy changed; 0 if the first is after that.

    Whoever publishes reads a policy when they start: heads go on under the old one for a while.

    Args:
        heads: The smallest first.
        ended: When the policy was replaced.
        following: The one that replaced it.
    """
    size = 0
    for head in heads:
        in_time = head.quorum_at is not None and head.quorum_at <= ended
        if not in_time and _believes(following, head):
            break
        size = head.size
    return size


def _believes(policy: Policy, head: PublishedHead) -> bool:
    try:
        policy.judge(head.note)
    except (InvalidInputError, ProofError):
        return False
    return True
